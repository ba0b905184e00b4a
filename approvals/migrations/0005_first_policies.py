"""A policy for each kind; seats for what was asked before there were any; signatures asked by the step."""

from django.db import migrations

RIGHT = "approvals.manage_policies"
POLICIES = [
    (
        "timesheets.expense",
        "Expenses",
        "I have reviewed these expenses and their receipts. They are the firm's, and are charged to the right projects.",
        True,
    ),
    ("staffing.leaverequest", "Leave", "I agree to this time off.", True),
    (
        "billing.invoice",
        "Invoices",
        "I have reviewed this invoice. What it bills was done and agreed.",
        False,
    ),
]

# One seat for each request that waits or was decided, as it stands; and one for what was approved before it.
SEATS = """
    INSERT INTO approvals_seat (request_id, step_id, position, waits_for_id, role_id, state, decision_id,
                                decided_by_name, decided_at, opened_at, is_escalation)
    SELECT request.id, request.step_id, coalesce(step.position, 1), request.waits_for_id,
           CASE WHEN step.source = 'ROLE' THEN step.role_id END, request.state,
           CASE WHEN request.state <> 'WAITING' THEN latest.id END,
           CASE WHEN request.state <> 'WAITING' THEN coalesce(latest.by_name, '') ELSE '' END,
           request.decided_at, request.submitted_at, FALSE
    FROM approvals_request AS request
    LEFT JOIN approvals_step AS step ON step.id = request.step_id
    LEFT JOIN LATERAL (
        SELECT id, by_name FROM approvals_decision
        WHERE request_id = request.id ORDER BY id DESC LIMIT 1
    ) AS latest ON TRUE
    WHERE request.state <> 'WITHDRAWN';
    INSERT INTO approvals_seat (request_id, position, state, decision_id, decided_by_name, decided_at, opened_at,
                                is_escalation)
    SELECT request.id, latest.step_position, 'APPROVED', latest.id, latest.by_name, latest.at, request.submitted_at,
           FALSE
    FROM approvals_request AS request
    JOIN LATERAL (
        SELECT * FROM approvals_decision WHERE request_id = request.id ORDER BY id DESC LIMIT 1
    ) AS latest ON latest.outcome = 'APPROVED'
    WHERE request.state = 'WAITING';
"""


def sign_by_step(apps, schema_editor):
    """Who was asked for a signature on every step is so still."""
    apps.get_model("approvals", "Step").objects.filter(policy__asks_password=True).update(
        certification="PASSWORD"
    )


def ask_by_policy(apps, schema_editor):
    signed = apps.get_model("approvals", "Step").objects.filter(certification="PASSWORD")
    apps.get_model("approvals", "Policy").objects.exclude(pk__in=signed.values("policy")).update(
        asks_password=False
    )


def grant(apps, schema_editor):
    for role in apps.get_model("people", "Role").objects.filter(
        is_builtin=True, name__in=["Owner", "Administrator"]
    ):
        role.rights = sorted({*role.rights, RIGHT})
        role.save(update_fields=["rights"])


def add(apps, schema_editor):
    """Expenses and leave go to the line manager; invoices need no review until a firm says so."""
    for kind, name, statement, is_required in POLICIES:
        policy = apps.get_model("approvals", "Policy").objects.create(
            subject_kind=kind, name=name, statement=statement, is_required=is_required
        )
        if is_required:
            apps.get_model("approvals", "Step").objects.create(
                policy=policy, position=1, source="LINE_MANAGER"
            )


class Migration(migrations.Migration):
    dependencies = [("approvals", "0004_steps"), ("people", "0006_department_heads")]

    operations = [
        migrations.RunPython(sign_by_step, ask_by_policy),
        migrations.RemoveField(model_name="policy", name="asks_password"),
        migrations.RunSQL(SEATS, migrations.RunSQL.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
