"""How people read what is on their screens."""

from django.db import models


class HoursStyle(models.TextChoices):
    """90 minutes, as written."""

    DECIMAL = "decimal", "1.50"
    CLOCK = "clock", "1:30"
