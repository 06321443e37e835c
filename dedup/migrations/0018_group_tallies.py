"""Tabs of lists show stored counts of groups, which are counted here once for groups there are."""

import django.db.models.deletion
from django.db import migrations, models


def count_groups(apps, schema_editor):
    groups = apps.get_model('dedup', 'SimilarGroup').objects.order_by()
    tallies = apps.get_model('dedup', 'GroupTally').objects
    counted = groups.values('scan_id', 'kind', 'state').annotate(
        number=models.Count('pk'), photos=models.Sum('left_count'), spare=models.Sum('spare_bytes')
    )
    tallies.bulk_create(
        tallies.model(
            scan_id=row['scan_id'],
            kind=row['kind'],
            state=row['state'],
            groups=row['number'],
            photos=row['photos'],
            spare_bytes=row['spare'],
        )
        for row in counted
    )


class Migration(migrations.Migration):

    dependencies = [
        ('dedup', '0017_chosen_covers'),
    ]

    operations = [
        migrations.CreateModel(
            name='GroupTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('exact', 'Exact copies'), ('same_picture', 'Same picture'), ('burst', 'Burst'), ('scene', 'Scene'), ('set', 'Set to keep')], max_length=12)),
                ('state', models.CharField(choices=[('open', 'Waits for a decision'), ('decided', 'Decided'), ('dissolved', 'Fewer than two photos left')], max_length=9)),
                ('groups', models.IntegerField()),
                ('photos', models.BigIntegerField()),
                ('spare_bytes', models.BigIntegerField()),
                ('scan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tallies', to='dedup.scan')),
            ],
            options={
                'verbose_name_plural': 'group tallies',
                'constraints': [models.UniqueConstraint(fields=('scan', 'kind', 'state'), name='one_tally_per_kind_and_state')],
            },
        ),
        migrations.RunPython(count_groups, migrations.RunPython.noop),
    ]
