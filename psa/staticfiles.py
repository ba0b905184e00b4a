"""Static files with hashed names, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Packages refer to source maps they do not ship; a missing map must not break the start."""

    manifest_strict = False
    support_js_module_import_aggregation = True
