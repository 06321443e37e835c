"""Groups found before get the kind that a scan would give them now."""

import itertools

from django.db import migrations, models

ROWS_AT_ONCE = 500
COPIES = (0, 1)  # kinds of pairs: identical, same picture
BURST_GAP_SECONDS = 10

# As dedup.core.group_kinds decided when this was written.


def _kind(cover, members, copies):
    def is_copy(photo):
        if (min(photo.pk, cover.pk), max(photo.pk, cover.pk)) not in copies:
            return False
        if photo.taken_at == cover.taken_at or photo.camera_id != cover.camera_id:
            return True
        same_size = photo.width * photo.height == cover.width * cover.height
        return not (_is_fixed(photo) or same_size)

    if all(is_copy(photo) for photo in members if photo.pk != cover.pk):
        return 'same_picture'
    if all(_is_fixed(photo) for photo in members):
        return 'scene'
    times = sorted(photo.taken_at for photo in members)
    gaps = ((later - earlier).total_seconds() for earlier, later in itertools.pairwise(times))
    return 'burst' if max(gaps, default=0) <= BURST_GAP_SECONDS else 'scene'


def _is_fixed(photo):
    return bool(photo.camera and photo.camera.prefix)


def name_kinds(apps, schema_editor):
    groups = apps.get_model('dedup', 'SimilarGroup').objects
    member_rows = apps.get_model('dedup', 'GroupMember').objects.select_related('photo__camera')
    scores = apps.get_model('dedup', 'PairScore').objects.filter(kind__in=COPIES)
    groups.filter(kind='identical').update(kind='exact')
    ids = list(groups.filter(kind='similar').order_by('pk').values_list('pk', flat=True))
    for start in range(0, len(ids), ROWS_AT_ONCE):
        some = ids[start : start + ROWS_AT_ONCE]
        members = {}
        for row in member_rows.filter(group__in=some):
            members.setdefault(row.group_id, []).append(row.photo)
        photo_ids = {photo.pk for photos in members.values() for photo in photos}
        copies = set()
        listed = sorted(photo_ids)
        for at in range(0, len(listed), ROWS_AT_ONCE):
            of_some = scores.filter(photo_a__in=listed[at : at + ROWS_AT_ONCE])
            copies.update(pair for pair in of_some.values_list('photo_a', 'photo_b'))
        by_kind = {}
        for group in groups.filter(pk__in=some).select_related('cover__camera'):
            kind = _kind(group.cover, members.get(group.pk, []), copies)
            by_kind.setdefault(kind, []).append(group.pk)
        for kind, of_kind in by_kind.items():
            groups.filter(pk__in=of_kind).update(kind=kind)


def name_kinds_as_before(apps, schema_editor):
    groups = apps.get_model('dedup', 'SimilarGroup').objects
    groups.filter(kind='exact').update(kind='identical')
    groups.filter(kind__in=['same_picture', 'burst', 'scene']).update(kind='similar')


class Migration(migrations.Migration):

    dependencies = [
        ('dedup', '0004_camera_settings'),
    ]

    operations = [
        migrations.AlterField(
            model_name='similargroup',
            name='kind',
            field=models.CharField(choices=[('exact', 'Exact copies'), ('same_picture', 'Same picture'), ('burst', 'Burst'), ('scene', 'Scene'), ('set', 'Set to keep')], default='burst', max_length=12),
        ),
        migrations.RunPython(name_kinds, name_kinds_as_before),
    ]
