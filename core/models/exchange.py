"""Exchange rates by day, as somebody entered them or as a file brought them. No feed fills this table."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class ExchangeRate(models.Model):
    """What one unit of `base` was worth in `quote` on a day."""

    base = models.CharField(max_length=3)
    quote = models.CharField(max_length=3)
    on = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    # Where it is from, in words: "Entered by hand", the name of a file.
    source = models.CharField(max_length=120)
    entered_by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["-on", "base", "quote"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["base", "quote", "on"], name="core_exchange_rate_once"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="core_exchange_rate_above_zero"),
            models.CheckConstraint(
                condition=models.Q(base__regex="^[A-Z]{3}$", quote__regex="^[A-Z]{3}$")
                & ~models.Q(base=models.F("quote")),
                name="core_exchange_rate_of_two",
            ),
        ]

    def __str__(self) -> str:
        return f"1 {self.base} = {self.rate.normalize():f} {self.quote} on {self.on}"
