"""Binds core's own ports; imported once all models are loaded."""

from core import promises

promises.register("core_append_only", "This record is kept as it is and cannot be changed.")
