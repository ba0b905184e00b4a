"""Production's settings, with the bare views added to the pages of a firm."""

from psa.bench.environment import prepare

prepare()

from psa.settings import *  # noqa: E402, F403

ROOT_URLCONF = "psa.bench.urls"
