"""Opening, changing, closing projects."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction

from clients.models import Client
from core import audit
from core.errors import Refusal
from core.promises import promises
from people.models import StaffMember, User
from projects.access import require_manage
from projects.codes import fill_pattern
from projects.events import lead_changed
from projects.models import ContractLine, Project, ProjectLabel, ProjectRules, TeamMember

FIRST_LINE = "Time and materials"


class NameIsMissing(Refusal):
    sentence = "Give it a name."


class ClientIsFixed(Refusal):
    sentence = "A project keeps its client once it has tasks. Open a new project for the other client."


class ProjectFields(TypedDict, total=False):
    lead: StaffMember | None
    starts_on: date | None
    ends_on: date | None
    type: ProjectLabel | None
    status: ProjectLabel | None
    category: ProjectLabel | None
    is_billable: bool
    is_open_to_all: bool
    requires_notes: bool
    po_number: str
    po_amount: Decimal | None
    po_minutes: int | None
    budget_minutes: int | None
    budget_fee_amount: Decimal | None
    budget_expense_amount: Decimal | None
    notes: str


def open_project(
    *,
    client: Client,
    name: str,
    by: User | None,
    code: str = "",
    team: Iterable[StaffMember] = (),
    lines: Sequence[ContractLine] = (),
    **fields: Unpack[ProjectFields],
) -> Project:
    """Opens a project with its contract lines (given unsaved; without any, time and materials), its team, and a code.

    Without `code` it takes the next one of the client (`suggest_code`). The lead joins the team.
    Raises CodeIsTaken; refused for a client that is not active, and for an end before the start.
    """
    name = _clean(name)
    with promises(), transaction.atomic():
        require_manage(by)
        client = Client.objects.select_for_update().get(pk=client.pk)
        project = Project.objects.create(
            client=client, name=name, code=code.strip().upper() or suggest_code(client), **fields
        )
        audit.acting("project.open", by=by, subject=project, code=project.code, client=client.pk)
        for line in lines or [ContractLine(name=FIRST_LINE)]:
            line.project = project
            line.save()
        staff = {member.pk: member for member in (*team, *filter(None, [project.lead]))}
        TeamMember.objects.bulk_create(TeamMember(project=project, staff=member) for member in staff.values())
        return project


def edit_project(
    *,
    project: Project,
    by: User | None,
    name: str | None = None,
    code: str | None = None,
    client: Client | None = None,
    **fields: Unpack[ProjectFields],
) -> Project:
    """Changes what is given and leaves the rest. Announces lead_changed.

    Raises CodeIsTaken, and ClientIsFixed once there are tasks.
    """
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        require_manage(by, project)
        audit.acting("project.edit", by=by, subject=project)
        if client is not None and client.pk != project.client_id:
            if project.tasks.exists():
                raise ClientIsFixed(field="client")
            project.client = client
        if name is not None:
            project.name = _clean(name)
        if code is not None:
            project.code = code.strip().upper() or project.code
        was = project.lead if "lead" in fields else None
        for field, value in fields.items():
            setattr(project, field, value)
        project.save()
        if project.lead_id:
            TeamMember.objects.get_or_create(project=project, staff_id=project.lead_id)
        if "lead" in fields and project.lead != was:
            lead_changed.send(Project, project=project, was=was, by=by)
        return project


def close_project(*, project: Project, by: User | None) -> Project:
    """No more time can be logged; what is there can still be billed. Raises IllegalMove when it is closed."""
    return _move(project, Project.State.CLOSED, "project.close", by)


def reopen_project(*, project: Project, by: User | None) -> Project:
    """The way back of `close_project`. Refused while the client is not active."""
    return _move(project, Project.State.OPEN, "project.reopen", by)


def suggest_code(client: Client) -> str:
    """The next code for the client by the firm's pattern. Not reserved.

    With `{client}` in the pattern LKS-002 follows LKS-001, whatever somebody chose for the client's first one; else
    it begins with the client's code or name. Without it all projects share one series.
    """
    pattern = ProjectRules.objects.values_list("code_pattern", flat=True).get(pk=1)
    own = Project.objects.filter(client=client).order_by("-pk").values_list("code", flat=True)
    is_own = "{client}" in pattern
    prefix, width, suffix = fill_pattern(pattern, _letters(client))
    last = next((match for code in own[:50] if (match := re.fullmatch(r"(.*?)(\d+)", code))), None)
    number = 1
    if is_own and not suffix and last is not None:
        prefix, width, number = last[1], len(last[2]), int(last[2]) + 1
    codes = Project.objects.filter(code__startswith=prefix, code__endswith=suffix)
    taken = set(codes.values_list("code", flat=True))
    if not is_own:
        middle = re.compile(re.escape(prefix) + r"(\d+)" + re.escape(suffix))
        number = max((int(found[1]) for code in taken if (found := middle.fullmatch(code))), default=0) + 1
    while (code := f"{prefix}{number:0{width}d}{suffix}") in taken:
        number += 1
    return code


def _letters(client: Client) -> str:
    if client.code:
        return re.sub(r"\W", "", client.code).upper()[:20] or "P"
    words = [
        word for word in re.findall(r"[A-Za-z0-9]+", client.name) if word.lower() not in ("of", "the", "and")
    ]
    letters = "".join(word[0] for word in words) if len(words) > 2 else "".join(words[-1:])[:3]
    return letters.upper()[:4] or "P"


def _move(project: Project, state: Project.State, verb: str, by: User | None) -> Project:
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        require_manage(by, project)
        audit.acting(verb, by=by, subject=project)
        Project.TRANSITIONS.move(project, state)
        project.save(update_fields=["state"])
        return project


def _clean(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise NameIsMissing(field="name")
    return name
