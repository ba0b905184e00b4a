"""Rules of reminders in words."""

from collections.abc import Collection

from timesheets.models import ReminderRule

Moment = ReminderRule.Moment


def when_words(rule: ReminderRule) -> str:
    """On the day it is due, at 9:00 · 3 days before, at 16:00 · 1 day after, at 9:00, then daily: 2 mails at most."""
    days = "1 day" if rule.days == 1 else f"{rule.days} days"
    match rule.moment:
        case Moment.ON:
            said = "On the day it is due"
        case Moment.BEFORE:
            said = f"{days.capitalize()} before it is due"
        case _:
            said = f"{days.capitalize()} after it was due"
    more = f", then daily: {rule.times} mails at most" if rule.times > 1 else ""
    return f"{said}, at {rule.hour}:00{more}"


def what_words(rule: ReminderRule) -> str:
    """Less than 100 % of required hours recorded; also the 2 weeks before; the last day does not count yet."""
    said = [f"Less than {rule.threshold_percent} % of required hours {rule.get_counts_display()}"]
    if rule.look_back_weeks:
        weeks = "week" if rule.look_back_weeks == 1 else f"{rule.look_back_weeks} weeks"
        said.append(f"the {weeks} before too")
    if rule.grace_days:
        days = "the latest day does" if rule.grace_days == 1 else f"the latest {rule.grace_days} days do"
        said.append(f"{days} not count yet")
    return ", ".join(said)


def whom_words(rule: ReminderRule, roles: Collection[str], departments: Collection[str]) -> str:
    """Everybody; or roles, and of which departments."""
    of_roles = " or ".join(roles) if roles else "Everybody"
    return f"{of_roles} in {' or '.join(departments)}" if departments else of_roles
