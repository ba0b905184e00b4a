"""Reminders of missing time: their rules, sending them by hand, what became of them, and what is missing."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from core import clock
from core.api import Day, Id, Routes, Wish, words_of
from core.errors import Refusal
from core.models import Mail
from core.periods import Period
from people.guards import guarded
from people.models import Department, Role, StaffMember
from timesheets import reminder_ruling as operations
from timesheets.access import APPROVE_ALL, APPROVE_TEAM, MANAGE_RULES
from timesheets.api.whose import user_of
from timesheets.models import Reminder, ReminderRule, ReminderSettings
from timesheets.reminder_list import SentReminder, mails_of, sent_reminders
from timesheets.reminding import remind

routes = Routes("time")
LONGEST_DAYS = 62


class WrongPeriod(Refusal):
    sentence = "A period has a first and a later last day, two months apart at most."


class ReminderRuleRow(Schema):
    """One rule. `roles` and `departments` are ids; none is everybody."""

    id: int
    moment: Annotated[ReminderRule.Moment, words_of(ReminderRule.Moment)]
    days: int
    hour: int = Field(description="By each person's own clock.")
    times: int
    threshold_percent: int
    counts: Annotated[ReminderRule.Counts, words_of(ReminderRule.Counts)]
    look_back_weeks: int
    grace_days: int
    roles: list[int]
    departments: list[int]
    is_active: bool


class ReminderRules(Schema):
    items: list[ReminderRuleRow]


class ReminderRuleWish(Wish):
    moment: Literal["BEFORE", "ON", "AFTER"]
    days: Annotated[int, Field(ge=0, le=30, description="Before or after it is due.")] = 0
    hour: Annotated[int, Field(ge=0, le=23)] = 9
    times: Annotated[int, Field(ge=1, le=30, description="One mail a day, so many at most.")] = 1
    threshold_percent: Annotated[int, Field(ge=1, le=100)] = 100
    counts: Literal["RECORDED", "SUBMITTED"] = "RECORDED"
    look_back_weeks: Annotated[int, Field(ge=0, le=12)] = 0
    grace_days: Annotated[int, Field(ge=0, le=14)] = 0
    roles: Annotated[list[Id], Field(default_factory=list, max_length=100)]
    departments: Annotated[list[Id], Field(default_factory=list, max_length=100)]
    is_active: bool = True


class ReminderSettingsRow(Schema):
    """When time is due, and the digests. Hours are those of each reader's own clock."""

    due_after_days: int
    sends_digest: bool
    digest_after_days: int
    digest_hour: int
    sends_approvals: bool
    approvals_hour: int


class ReminderSettingsWish(Wish):
    """What is left out stays."""

    due_after_days: Annotated[int, Field(ge=0, le=30)] = 1
    sends_digest: bool = True
    digest_after_days: Annotated[int, Field(ge=0, le=30)] = 2
    digest_hour: Annotated[int, Field(ge=0, le=23)] = 9
    sends_approvals: bool = True
    approvals_hour: Annotated[int, Field(ge=0, le=23)] = 8


class RemindWish(Wish):
    """Whom to remind of which days."""

    staff_ids: Annotated[list[Id], Field(min_length=1, max_length=1000)]
    first: Day
    last: Day


class RemindedAnswer(Schema):
    """How many mails were queued, how many people had theirs today already, how many lack nothing."""

    sent: int
    already: int
    complete: int


class ReminderRow(Schema):
    """A mail about time. UNSURE: a worker took it and never confirmed; it is not sent again by itself."""

    id: int
    kind: Annotated[Reminder.Kind, words_of(Reminder.Kind)]
    staff_id: int
    staff_name: str
    period_first: date
    day: date
    missing_minutes: int
    by: str
    state: str
    error: str
    created_at: datetime


class Reminders(Schema):
    items: list[ReminderRow]


class ReminderFilters(Schema):
    only: Annotated[Literal["", "unsure"], Field(description="`unsure`: what a person must think of.")] = ""


@routes.read("/reminder-rules", ReminderRules)
@guarded(MANAGE_RULES)
def list_reminder_rules(request: HttpRequest) -> dict[str, Any]:
    """When people are reminded of missing time"""
    return {"items": [_rule(one) for one in ReminderRule.objects.prefetch_related("roles", "departments")]}


@routes.write("/reminder-rules", ReminderRuleRow, status=201)
@guarded(MANAGE_RULES)
def add_reminder_rule(request: HttpRequest, wish: ReminderRuleWish) -> ReminderRuleRow:
    """Adds a rule"""
    return _rule(operations.save_rule(rule=None, by=user_of(request), **_values(wish)))


@routes.write("/reminder-rules/{int:rule_id}", ReminderRuleRow, method="PUT")
@guarded(MANAGE_RULES)
def replace_reminder_rule(request: HttpRequest, rule_id: int, wish: ReminderRuleWish) -> ReminderRuleRow:
    """Replaces a rule; what is left out is as for a new one"""
    known = get_object_or_404(ReminderRule, pk=rule_id)
    return _rule(operations.save_rule(rule=known, by=user_of(request), **_values(wish)))


@routes.write("/reminder-rules/{int:rule_id}", method="DELETE")
@guarded(MANAGE_RULES)
def remove_reminder_rule(request: HttpRequest, rule_id: int) -> None:
    """Removes a rule; what was sent stays listed"""
    operations.remove_rule(rule=get_object_or_404(ReminderRule, pk=rule_id), by=user_of(request))


@routes.read("/reminder-settings", ReminderSettingsRow)
@guarded(MANAGE_RULES)
def get_reminder_settings(request: HttpRequest) -> Any:
    """When time is due, and when managers and approvers are told"""
    return ReminderSettings.objects.get(pk=1)


@routes.write("/reminder-settings", ReminderSettingsRow, method="PATCH")
@guarded(MANAGE_RULES)
def change_reminder_settings(request: HttpRequest, wish: ReminderSettingsWish) -> Any:
    """Changes what is given"""
    return operations.edit_settings(by=user_of(request), **wish.model_dump(exclude_unset=True))


@routes.read("/reminders", Reminders)
@guarded(MANAGE_RULES)
def list_reminders(request: HttpRequest, wanted: Query[ReminderFilters]) -> dict[str, Any]:
    """The latest mails about time, and what became of each"""
    return {"items": [_sent(one) for one in sent_reminders(unsure_only=wanted.only == "unsure")]}


@routes.write("/reminders", RemindedAnswer)
@guarded(APPROVE_TEAM, APPROVE_ALL)
def remind_people(request: HttpRequest, wish: RemindWish) -> Any:
    """Reminds people of days that lack time or are not submitted; one mail a day at most for a person"""
    people = set(wish.staff_ids)
    if StaffMember.objects.filter(pk__in=people).count() < len(people):
        raise Http404
    if not 0 <= (wish.last - wish.first).days <= LONGEST_DAYS:
        raise WrongPeriod(field="last")
    period = Period(wish.first, wish.last)
    return remind(staff_ids=wish.staff_ids, period=period, by=user_of(request), at=clock.now())


@routes.write("/reminders/{int:reminder_id}/send-again", ReminderRow)
@guarded(MANAGE_RULES)
def send_reminder_again(request: HttpRequest, reminder_id: int) -> ReminderRow:
    """Sends a mail again that was refused, or of which nobody knows whether it left"""
    reminder = get_object_or_404(Reminder.objects.select_related("staff"), pk=reminder_id)
    operations.send_again(reminder=reminder, by=user_of(request), at=clock.now())
    return _sent(SentReminder(reminder, mails_of([reminder]).get(str(reminder.pk))))


@routes.write("/reminders/{int:reminder_id}/confirm", ReminderRow)
@guarded(MANAGE_RULES)
def confirm_reminder(request: HttpRequest, reminder_id: int) -> ReminderRow:
    """Notes that an unsure mail did arrive"""
    reminder = get_object_or_404(Reminder.objects.select_related("staff"), pk=reminder_id)
    operations.confirm_sent(reminder=reminder, by=user_of(request))
    return _sent(SentReminder(reminder, mails_of([reminder]).get(str(reminder.pk))))


def _values(wish: ReminderRuleWish) -> dict[str, Any]:
    values = wish.model_dump(exclude={"roles", "departments"})
    values["roles"] = [get_object_or_404(Role, pk=pk) for pk in wish.roles]
    values["departments"] = [get_object_or_404(Department, pk=pk) for pk in wish.departments]
    return values


def _rule(rule: ReminderRule) -> ReminderRuleRow:
    names = [name for name in ReminderRuleRow.model_fields if name not in ("roles", "departments")]
    return ReminderRuleRow(
        **{name: getattr(rule, name) for name in names},
        roles=[role.pk for role in rule.roles.all()],
        departments=[one.pk for one in rule.departments.all()],
    )


def _sent(one: SentReminder) -> ReminderRow:
    reminder, mail = one.reminder, one.mail
    return ReminderRow(
        id=reminder.pk,
        kind=Reminder.Kind(reminder.kind),
        staff_id=reminder.staff_id,
        staff_name=reminder.staff.name,
        period_first=reminder.period_first,
        day=reminder.day,
        missing_minutes=reminder.minutes,
        by=reminder.by_name,
        state=Mail.State(mail.state).value if mail else "",
        error=mail.error if mail else "",
        created_at=reminder.created_at,
    )
