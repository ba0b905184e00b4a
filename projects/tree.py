"""The order of tasks in their tree. Pure."""

from collections import defaultdict
from collections.abc import Sequence

from projects.models import Task


def in_tree(tasks: Sequence[Task]) -> list[Task]:
    """All tasks of one project, each before its parts, those of the same parent by their positions."""
    parts: dict[int | None, list[Task]] = defaultdict(list)
    for task in sorted(tasks, key=lambda task: (task.position, task.name, task.pk)):
        parts[task.parent_id].append(task)
    found: list[Task] = []
    waiting = list(reversed(parts[None]))
    while waiting:
        task = waiting.pop()
        found.append(task)
        waiting += reversed(parts.get(task.pk, []))
    return found


def siblings_of(task: Task, tasks: Sequence[Task]) -> list[Task]:
    """Those of the same parent, the task among them, in their order."""
    own = next(each for each in tasks if each.pk == task.pk)
    return [each for each in in_tree(tasks) if each.parent_id == own.parent_id]


def within(task: Task, tasks: Sequence[Task]) -> set[int]:
    """The task and everything under it, by id: what cannot be its parent."""
    found = {task.pk}
    for each in in_tree(tasks):
        if each.parent_id in found:
            found.add(each.pk)
    return found
