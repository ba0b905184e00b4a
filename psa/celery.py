"""Celery: tasks carry the firm in a header; periodic work fans out here, one task for each firm."""

import time

from celery import signature
from django_tenants.utils import get_public_schema_name, get_tenant_model, schema_context
from tenant_schemas_celery.app import CeleryApp

from psa import metrics
from psa import observing as observing  # its receivers count tasks and write their lines

app = CeleryApp("psa", task_cls="psa.firm_tasks:FirmTask")
# For every thread, those of the web server too; the current application is known to the importing thread alone.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# name in the schedule: (task that runs once in each firm, seconds)
PERIODIC = {
    "drain-outbox": ("core.drain_outbox", 15),
    "sweep-jobs": ("core.sweep_jobs", 20),
    "catch-up-payments": ("integrations.catch_up_payments", 600),
    "carry-timers": ("timesheets.advance_timers", 60),
    "remind-of-time": ("timesheets.remind", 600),
    "escalate-approvals": ("timesheets.escalate", 3600),
    "lock-time": ("timesheets.lock", 3600),
    "alert-of-budgets": ("timesheets.alert_budgets", 900),
    "run-schedules": ("billing.run_schedules", 900),
    "remind-of-invoices": ("billing.remind", 900),
    "send-statements": ("billing.send_statements", 3600),
    "observe-holidays": ("people.observe_ahead", 24 * 3600),
}
app.conf.beat_schedule = {
    name: {"task": "psa.fan_out", "schedule": seconds, "args": [task], "options": {"expires": seconds}}
    for name, (task, seconds) in PERIODIC.items()
}


@app.task(name="psa.fan_out")
def fan_out(task: str) -> None:
    """Sends `task` once to each firm that is open; the blueprint is left out."""
    metrics.set_now("psa_fan_out_timestamp_seconds", time.time(), task=task)
    with schema_context(get_public_schema_name()):
        schemas = list(get_tenant_model().objects.working().values_list("schema_name", flat=True))
    for schema in schemas:
        signature(task, app=app).apply_async(headers={"_schema_name": schema})
