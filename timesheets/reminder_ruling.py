"""Changing when people are reminded, and sending again what nobody knows the fate of."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from core import audit, mail
from core.errors import Refusal
from core.models import Mail
from people.access import require
from people.models import Department, Role, User
from timesheets.access import MANAGE_RULES
from timesheets.models import Reminder, ReminderRule, ReminderSettings
from timesheets.reminder_list import mails_of

Moment = ReminderRule.Moment
SETTINGS = (
    "due_after_days", "sends_digest", "digest_after_days", "digest_hour", "sends_approvals", "approvals_hour",
)  # fmt: skip


class DaysAreMissing(Refusal):
    """A rule before or after the due day needs to know how far."""

    sentence = "Say how many days."


class TooManyTimes(Refusal):
    """A rule before the due day ends there."""

    sentence = "There are only {days} days before it is due. Remind at most so many times."


class MailIsGone(Refusal):
    """The mail behind a reminder was swept away."""

    sentence = "This mail is no longer kept."


def save_rule(
    *,
    rule: ReminderRule | None,
    by: User | None,
    roles: Iterable[Role] = (),
    departments: Iterable[Department] = (),
    **values: Any,
) -> ReminderRule:
    """Adds a rule, or changes one. On the due day itself `days` count for nothing.

    Raises NotAllowed, DaysAreMissing (field days), TooManyTimes (field times).
    """
    require(by, MANAGE_RULES)
    with transaction.atomic():
        saved = ReminderRule.objects.select_for_update().get(pk=rule.pk) if rule else ReminderRule()
        for name, value in values.items():
            setattr(saved, name, value)
        _check(saved)
        audit.acting("reminder.rule", by=by, subject=saved if saved.pk else None, **values)
        saved.save()
        saved.roles.set(roles)
        saved.departments.set(departments)
    return saved


def _check(rule: ReminderRule) -> None:
    if rule.moment == Moment.ON:
        rule.days = 0
    elif rule.days < 1:
        raise DaysAreMissing(field="days")
    if rule.moment == Moment.BEFORE and rule.times > rule.days:
        raise TooManyTimes(days=rule.days, field="times")


def remove_rule(*, rule: ReminderRule, by: User | None) -> None:
    """Nobody is reminded by it any more; what was sent stays listed. Raises NotAllowed."""
    require(by, MANAGE_RULES)
    with transaction.atomic():
        audit.acting("reminder.remove_rule", by=by, subject=rule)
        rule.delete()


def edit_settings(*, by: User | None, **values: Any) -> ReminderSettings:
    """Changes what is given of SETTINGS. Raises NotAllowed."""
    require(by, MANAGE_RULES)
    with transaction.atomic():
        settings = ReminderSettings.objects.select_for_update().get(pk=1)
        audit.acting("reminder.settings", by=by, subject=settings)
        for name in SETTINGS:
            if name in values:
                setattr(settings, name, values[name])
        settings.save()
    return settings


def send_again(*, reminder: Reminder, by: User | None, at: datetime) -> Mail:
    """Sends a mail that was refused, or of which nobody knows whether it left. It keeps its Message-ID.

    Raises NotAllowed, MailIsGone, IllegalMove.
    """
    require(by, MANAGE_RULES)
    return mail.send_again(_mail_of(reminder), by=by, at=at)


def confirm_sent(*, reminder: Reminder, by: User | None) -> Mail:
    """Somebody found out that the mail did arrive. Raises NotAllowed, MailIsGone, IllegalMove."""
    require(by, MANAGE_RULES)
    return mail.confirm_sent(_mail_of(reminder), by=by)


def _mail_of(reminder: Reminder) -> Mail:
    found = mails_of([reminder]).get(str(reminder.pk))
    if found is None:
        raise MailIsGone
    return found
