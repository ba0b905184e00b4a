"""The floor of a page: a view that does the least that one could, behind the same middleware."""

import json

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from people.guards import signed_in

INSERT = """
INSERT INTO timesheets_timeentry
    (staff_id, project_id, task_id, labor_code_id, worked_on, worked_minutes, billable_minutes, is_billable, note,
     state, version, rate_amount, rate_currency, rate_rule_id, rate_source, recorded_by_name, updated_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, true, '', 'DRAFT', 1, 150, 'USD', NULL, 'Bare', %s, now()) RETURNING id
"""
SELECT = """
SELECT id, task_id, labor_code_id, worked_on::text, worked_minutes, version
FROM timesheets_timeentry WHERE staff_id = %s AND worked_on BETWEEN %s AND %s ORDER BY id
"""


@signed_in
@require_POST
def insert(request: HttpRequest) -> HttpResponse:
    """One INSERT of a line of time. What it writes is posted; nothing is asked, nothing is drawn."""
    posted = request.POST
    minutes = int(posted["minutes"])
    values = [posted["staff"], posted["project"], posted["task"], posted["code"] or None, posted["on"]]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [*values, minutes, minutes, request.user.name])
        return HttpResponse(str(cursor.fetchone()[0]))


@signed_in
@require_GET
def select(request: HttpRequest) -> HttpResponse:
    """One SELECT of a person's lines of a week, as JSON."""
    asked = request.GET
    with connection.cursor() as cursor:
        cursor.execute(SELECT, [asked["staff"], asked["first"], asked["last"]])
        return HttpResponse(json.dumps(cursor.fetchall()), content_type="application/json")
