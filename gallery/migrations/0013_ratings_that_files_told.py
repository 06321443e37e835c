"""Photos that are here already get the rating that was read from their EXIF when they came."""

from django.db import migrations

ROWS_PER_STATEMENT = 2000


def take_over(apps, schema_editor):
    Photo = apps.get_model("gallery", "Photo")
    rated = Photo.objects.filter(rating=None, facts__rating__isnull=False)
    for stars in range(6):
        ids = list(rated.filter(facts__rating=stars).values_list("pk", flat=True))
        for start in range(0, len(ids), ROWS_PER_STATEMENT):
            Photo.objects.filter(pk__in=ids[start : start + ROWS_PER_STATEMENT]).update(rating=stars)


class Migration(migrations.Migration):

    dependencies = [("gallery", "0012_rating_and_tags")]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop, elidable=True)]
