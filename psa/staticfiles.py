"""Static files with hashed names, so that browsers may keep them for ever."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedFiles(StaticFilesConfig):
    """`collectstatic` leaves out what packages ship and no page asks for: it would only be hashed and compressed."""

    ignore_patterns = [  # noqa: RUF012 - a plain list, as in the class above it
        *StaticFilesConfig.ignore_patterns,
        "*.map",
        "*.rtl.*",
        "tabler-*",
        "*.md",
        "*.ts",
        "*.json",
        "LICENSE",
        # Chart.js: only the one file that runs as it is.
        "*.cjs",
        "chunks",
        "chart.js",
        "helpers.js",
        "chart.umd.js",
    ]


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Does not follow source maps, which are left out; follows imports between our ES modules."""

    manifest_strict = False
    support_js_module_import_aggregation = True
    patterns = tuple(
        (extension, tuple(pattern for pattern in patterns if "sourceMappingURL" not in str(pattern)))
        for extension, patterns in CompressedManifestStaticFilesStorage.patterns
    )
