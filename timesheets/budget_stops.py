"""What happens when time passes a task's hours: what the task asks for, where that is harder than the firm's check."""

from collections.abc import Iterable

from projects.models import Task
from timesheets.models import SubmitRule, TimeEntry

Severity = SubmitRule.Severity
Stop = Task.Stop
HARDER = {Severity.OFF: 0, Severity.WARN: 1, Severity.BLOCK: 2}


def has_stop(lines: Iterable[TimeEntry]) -> bool:
    """Whether any task of these lines asks for something."""
    return any(line.task.budget_stop != Stop.NONE for line in lines)


def severity_of(task: Task, lines: Iterable[TimeEntry], firm: str) -> str:
    """How severe it is that the task is over its hours, for somebody who submits these lines of it.

    A task that asks for a note blocks lines without one, and lets the others pass as the firm's check does.
    """
    own: str = Severity.OFF
    if task.budget_stop == Stop.BLOCK:
        own = Severity.BLOCK
    elif task.budget_stop == Stop.WARN:
        own = Severity.WARN
    elif task.budget_stop == Stop.COMMENT and any(not line.note.strip() for line in lines):
        own = Severity.BLOCK
    return max(own, firm, key=lambda severity: HARDER[Severity(severity)])
