"""Lists of groups are filtered and sorted by columns that are kept true at every act."""

import django.db.models.deletion
from django.db import migrations, models


ROWS_AT_ONCE = 500


def fill_columns(apps, schema_editor):
    groups = apps.get_model('dedup', 'SimilarGroup').objects
    decisions = apps.get_model('dedup', 'Decision').objects.filter(change__undone_at=None)
    decided = set(decisions.exclude(group=None).values_list('group', flat=True))
    ids = list(groups.order_by('pk').values_list('pk', flat=True))
    for start in range(0, len(ids), ROWS_AT_ONCE):
        some = ids[start : start + ROWS_AT_ONCE]
        living = _living(apps, some)
        changed = []
        for group in groups.filter(pk__in=some).select_related('cover__camera'):
            left = living.get(group.pk, [])
            group.left_count = len(left) if len(left) > 1 else group.photo_count
            group.spare_count = sum(1 for member in left if not member.suggested)
            group.camera = group.cover.camera
            group.camera_name = group.camera.name if group.camera else ''
            group.folder = group.cover.source_path.rpartition('/')[0]
            is_left = len(left) > 1
            group.state = 'decided' if group.pk in decided else 'open' if is_left else 'dissolved'
            changed.append(group)
        columns = ['left_count', 'spare_count', 'camera', 'camera_name', 'folder', 'state']
        groups.bulk_update(changed, columns, batch_size=100)


def _living(apps, group_ids):
    """Members on the timeline that nobody set apart; of stacked ones the first of each stack."""
    rows = apps.get_model('dedup', 'GroupMember').objects.filter(group__in=group_ids)
    rows = rows.filter(photo__archived_at=None, photo__trashed_at=None)
    rows = rows.filter(
        models.Q(set_apart_by=None) | models.Q(set_apart_by__change__undone_at__isnull=False)
    )
    found = {}
    stacks = set()
    for row in rows.select_related('photo').order_by('photo__stack_place', 'photo'):
        stack = (row.group_id, row.photo.stack_id)
        if row.photo.stack_id and stack in stacks:
            continue
        stacks.add(stack)
        found.setdefault(row.group_id, []).append(row)
    return found


class Migration(migrations.Migration):

    dependencies = [
        ('dedup', '0007_frame_steps'),
        ('gallery', '0013_ratings_that_files_told'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='similargroup',
            name='group_by_space',
        ),
        migrations.RemoveIndex(
            model_name='similargroup',
            name='group_by_date',
        ),
        migrations.RemoveIndex(
            model_name='similargroup',
            name='group_by_likeness',
        ),
        migrations.RemoveIndex(
            model_name='similargroup',
            name='group_by_count',
        ),
        migrations.AddField(
            model_name='similargroup',
            name='camera',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='gallery.camera'),
        ),
        migrations.AddField(
            model_name='similargroup',
            name='camera_name',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='similargroup',
            name='folder',
            field=models.CharField(blank=True, max_length=1024),
        ),
        migrations.AddField(
            model_name='similargroup',
            name='left_count',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='similargroup',
            name='spare_count',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='similargroup',
            name='state',
            field=models.CharField(choices=[('open', 'Waits for a decision'), ('decided', 'Decided'), ('dissolved', 'Fewer than two photos left')], default='open', max_length=9),
        ),
        migrations.AddIndex(
            model_name='similargroup',
            index=models.Index(fields=['scan', 'left_count', '-lowest_percent', 'id', 'kind', 'state'], name='group_by_ease'),
        ),
        migrations.AddIndex(
            model_name='similargroup',
            index=models.Index(fields=['scan', '-spare_bytes', 'id', 'kind', 'state', 'left_count'], name='group_by_space'),
        ),
        migrations.AddIndex(
            model_name='similargroup',
            index=models.Index(fields=['scan', '-highest_percent', 'id', 'kind', 'state'], name='group_by_likeness'),
        ),
        migrations.AddIndex(
            model_name='similargroup',
            index=models.Index(fields=['scan', '-first_taken_at', 'id', 'kind', 'state'], name='group_by_date'),
        ),
        migrations.AddIndex(
            model_name='similargroup',
            index=models.Index(fields=['scan', 'camera_name', '-first_taken_at', 'id', 'kind', 'state'], name='group_by_camera'),
        ),
        migrations.RunPython(fill_columns, migrations.RunPython.noop),
    ]
