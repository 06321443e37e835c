"""Lists, filters and bulk actions for staff. Every action is a job that calls what the pages call.

Nothing is deleted here: an original is lost only by "delete forever", on its owner's own page.
"""

from django.contrib import admin
from django.contrib.auth.models import Group

from gallery.admin import cameras, imports, people, photos

__all__ = ["cameras", "imports", "people", "photos"]

admin.site.site_header = "Contact Sheet"
admin.site.site_title = "Contact Sheet"
admin.site.index_title = "Administration"
admin.site.enable_nav_sidebar = False

# Rights are given to accounts; groups of them would be a second, unused way.
admin.site.unregister(Group)
