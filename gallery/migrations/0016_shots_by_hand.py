from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gallery', '0015_freed_bytes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='change',
            name='act',
            field=models.CharField(choices=[('archive', 'Archived'), ('unarchive', 'Back on the timeline'), ('trash', 'Moved to trash'), ('restore', 'Restored'), ('decide', 'Decided'), ('favourite', 'Favourite'), ('set_date', 'Date corrected'), ('shift_clock', 'Clock shifted'), ('redate', 'Dated again'), ('keep_date', 'Date kept'), ('hide', 'Hidden'), ('album_add', 'Put into an album'), ('album_remove', 'Taken out of an album'), ('album_rename', 'Album renamed'), ('album_delete', 'Album deleted'), ('settings', 'Camera settings'), ('camera_name', 'Camera renamed'), ('camera_merge', 'Cameras merged'), ('rate', 'Rated'), ('tag', 'Tagged'), ('untag', 'Tag taken off'), ('split_shot', 'Shot taken apart'), ('join_shot', 'Joined into one shot'), ('delete', 'Deleted forever')], max_length=12),
        ),
    ]
