"""A chosen cover is known by its content, so that groups of later scans take it over."""

import django.db.models.deletion
from django.db import migrations, models


def tell_contents(apps, schema_editor):
    decisions = apps.get_model('dedup', 'Decision').objects
    covers = apps.get_model('dedup', 'ChosenCover').objects
    for decision, checksum in covers.values_list('decision', 'photo__checksum'):
        decisions.filter(pk=decision).update(cover_checksum=checksum)


class Migration(migrations.Migration):

    dependencies = [
        ('dedup', '0018_group_tallies'),
    ]

    operations = [
        migrations.AddField(
            model_name='decision',
            name='cover_checksum',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AlterField(
            model_name='chosencover',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chosen_covers', to='dedup.decision'),
        ),
        migrations.RunPython(tell_contents, migrations.RunPython.noop),
    ]
