"""When people work: patterns of a week and public holidays."""

from typing import ClassVar

from django.db import models

from people.models.organisation import Office


class WorkingPattern(models.Model):
    """Required minutes for each day of the week."""

    name = models.CharField(max_length=60, unique=True)
    monday_minutes = models.PositiveSmallIntegerField(default=480)
    tuesday_minutes = models.PositiveSmallIntegerField(default=480)
    wednesday_minutes = models.PositiveSmallIntegerField(default=480)
    thursday_minutes = models.PositiveSmallIntegerField(default=480)
    friday_minutes = models.PositiveSmallIntegerField(default=480)
    saturday_minutes = models.PositiveSmallIntegerField(default=0)
    sunday_minutes = models.PositiveSmallIntegerField(default=0)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="people_one_default_pattern"
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{day}_minutes__lte": 1440}), name=f"people_pattern_{day}_in_a_day"
                )
                for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def minutes_by_weekday(self) -> tuple[int, ...]:
        """Required minutes, Monday first."""
        return (
            self.monday_minutes,
            self.tuesday_minutes,
            self.wednesday_minutes,
            self.thursday_minutes,
            self.friday_minutes,
            self.saturday_minutes,
            self.sunday_minutes,
        )

    @property
    def week_minutes(self) -> int:
        return sum(self.minutes_by_weekday)


class PatternAssignment(models.Model):
    """From `starts_on` until the next assignment the person works by `pattern`.

    Before the first assignment `StaffMember.working_pattern` holds, and where that is empty the firm's default.
    """

    staff = models.ForeignKey(
        "people.StaffMember", on_delete=models.CASCADE, related_name="pattern_assignments"
    )
    pattern = models.ForeignKey(WorkingPattern, on_delete=models.PROTECT, related_name="assignments")
    starts_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["starts_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "starts_on"], name="people_pattern_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.pattern} from {self.starts_on}"


class Holiday(models.Model):
    """A public holiday of one office, or of the whole firm when `office` is empty.

    What came from a country's calendar keeps the name and day it has there, so that it is known again after somebody
    renamed or moved it here.
    """

    name = models.CharField(max_length=80)
    on = models.DateField()
    office = models.ForeignKey(
        Office, null=True, blank=True, on_delete=models.CASCADE, related_name="holidays"
    )
    calendar_name = models.CharField(max_length=200, blank=True, db_default="")
    calendar_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["on", "office"], nulls_distinct=False, name="people_holiday_once"
            ),
            models.CheckConstraint(
                condition=models.Q(calendar_name="", calendar_on=None)
                | (~models.Q(calendar_name="") & models.Q(calendar_on__isnull=False)),
                name="people_holiday_calendar_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.on}"


class HolidayLeftOut(models.Model):
    """A public holiday, by its name in the calendar, on which an office works every year."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="holidays_left_out")
    name = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "name"], name="people_holiday_left_out_once")
        ]

    def __str__(self) -> str:
        return f"{self.office} works on {self.name}"
