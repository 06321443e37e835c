import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dedup', '0012_keeper_rules'),
        ('gallery', '0016_shots_by_hand'),
    ]

    operations = [
        migrations.AddField(
            model_name='decision',
            name='reopened_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reopened', to='gallery.change'),
        ),
    ]
