"""Static files under names that hold their checksum, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Also rewrites the imports between ES modules, which Django leaves alone by default."""

    support_js_module_import_aggregation = True
