"""Drafting as one would write it by hand for this very firm: no rule of the house, a statement for each step.

It does what the product does with the same contracts: hours at their rates, rounded by entry, day or line; caps that
split the entry that crosses them; fees spread over their hours by largest remainder; allowances month by month with
what they carry over.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

WORK = """
CREATE TEMPORARY TABLE floor_work ON COMMIT DROP AS
SELECT entry.id, entry.project_id, task.contract_line_id AS line_id, task.id AS task_id, task.name AS task_name,
    task.position, entry.worked_on, entry.staff_id, title.name AS title, entry.billable_minutes AS minutes,
    entry.rate_amount AS rate, entry.rate_source AS source,
    round(entry.rate_amount * entry.billable_minutes / 60, 2) AS worth, agreed.method, rule.unit_minutes AS unit,
    rule.mode, rule.scope,
    'task' || task.id || '/role' || staff.job_title_id || '/' || trim_scale(entry.rate_amount) AS key
FROM timesheets_timeentry entry
JOIN projects_task task ON task.id = entry.task_id
JOIN projects_contractline agreed ON agreed.id = task.contract_line_id
JOIN people_staffmember staff ON staff.id = entry.staff_id
JOIN people_jobtitle title ON title.id = staff.job_title_id
LEFT JOIN projects_roundingrule rule ON rule.project_id = entry.project_id
WHERE entry.project_id = ANY(%(projects)s) AND entry.state = 'APPROVED' AND entry.is_billable
    AND entry.rate_amount IS NOT NULL AND entry.worked_on <= %(through)s AND NOT EXISTS (
        SELECT 1 FROM billing_billedtime billed WHERE billed.entry_id = entry.id AND billed.is_live
    )
"""
PIECES = """
CREATE TEMPORARY TABLE floor_piece ON COMMIT DROP AS
SELECT id AS entry_id, line_id, key, minutes, worth AS amount, rate, source, minutes AS printed
FROM floor_work WHERE method = 'TIME_AND_MATERIALS' AND unit IS NULL
"""
ROUNDED = """
WITH grouped AS (
    SELECT *, CASE scope WHEN 'ENTRY' THEN id::text WHEN 'DAY' THEN worked_on || '/' || staff_id || '/' || key
        ELSE key END AS together
    FROM floor_work WHERE method = 'TIME_AND_MATERIALS' AND unit IS NOT NULL
), whole AS (
    SELECT *, sum(minutes) OVER (PARTITION BY line_id, together) AS sum FROM grouped
), printed AS (
    SELECT *, CASE mode WHEN 'UP' THEN ceil(sum::numeric / unit) ELSE floor((2 * sum + unit) / (2.0 * unit)) END * unit
        AS up
    FROM whole
), cents AS (
    SELECT *, round(rate * up / 60, 2) * 100 AS total FROM printed
), cut AS (
    SELECT *, floor(total * minutes / sum) AS part, total * minutes %% sum AS rest,
        floor(up * minutes / sum) AS quantity
    FROM cents
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY line_id, together ORDER BY rest DESC, worked_on, id) AS place,
        total - sum(part) OVER (PARTITION BY line_id, together) AS missing,
        up - sum(quantity) OVER (PARTITION BY line_id, together) AS short
    FROM cut
)
INSERT INTO floor_piece
SELECT id, line_id, key, minutes, (part + (place <= missing)::int) / 100, rate, source,
    quantity + (place <= short)::int
FROM ranked
"""
CAPPED = """
WITH ordered AS (
    SELECT piece.*, coalesce(agreed.cap_amount, terms.cap_amount, project.po_amount) AS cap, agreed.cap_minutes,
        sum(piece.amount) OVER earlier AS money, sum(piece.minutes) OVER earlier AS hours
    FROM floor_piece piece
    JOIN floor_work work ON work.id = piece.entry_id
    JOIN projects_contractline agreed ON agreed.id = piece.line_id AND agreed.cap_scope <> ''
    JOIN projects_project project ON project.id = agreed.project_id
    LEFT JOIN projects_taskterms terms ON terms.contract_line_id = agreed.id AND terms.task_id = work.task_id
    WINDOW earlier AS (PARTITION BY piece.line_id ORDER BY work.worked_on, piece.entry_id)
), room AS (
    SELECT *, greatest(cap - (money - amount), 0) AS money_left,
        greatest(cap_minutes - (hours - minutes), 0) AS hours_left
    FROM ordered
), taken AS (
    SELECT *, CASE WHEN cap_minutes IS NOT NULL THEN least(minutes, hours_left) WHEN amount <= money_left THEN minutes
        ELSE floor(money_left * minutes / amount) END AS fits
    FROM room
)
UPDATE floor_piece SET minutes = taken.fits, printed = taken.fits,
    amount = CASE WHEN taken.fits = taken.minutes THEN taken.amount WHEN taken.fits = 0 THEN 0
        WHEN taken.cap_minutes IS NULL THEN taken.money_left
        WHEN work.unit IS NULL THEN round(taken.rate * taken.fits / 60, 2)
        ELSE round(taken.amount * taken.fits / taken.minutes, 2) END
FROM taken JOIN floor_work work ON work.id = taken.entry_id
WHERE floor_piece.entry_id = taken.entry_id
"""
LEFT_OUT = "DELETE FROM floor_piece WHERE minutes = 0"
FEES = """
CREATE TEMPORARY TABLE floor_fee ON COMMIT DROP AS
SELECT id AS line_id, project_id, 'fee' AS key, name AS words, fee_amount AS amount, NULL::bigint AS task_id,
    NULL::bigint AS milestone_id, '' AS kind, NULL::date AS first_on, NULL::date AS last_on
FROM projects_contractline WHERE project_id = ANY(%(projects)s) AND method = 'FIXED_FEE'
UNION ALL
SELECT id, project_id, 'progress', name, round(fee_amount * percent_complete / 100, 2), NULL, NULL, '', NULL, NULL
FROM projects_contractline WHERE project_id = ANY(%(projects)s) AND method = 'PERCENT_COMPLETE'
UNION ALL
SELECT agreed.id, project_id, 'fee/task' || terms.task_id, name, terms.released_amount, terms.task_id, NULL, '', NULL,
    NULL
FROM projects_contractline agreed JOIN projects_taskterms terms ON terms.contract_line_id = agreed.id
WHERE project_id = ANY(%(projects)s) AND method = 'FIXED_FEE_BY_TASK'
UNION ALL
SELECT agreed.id, project_id, 'milestone' || part.id, part.name, round(fee_amount * part.percent / 100, 2), NULL,
    part.id, '', NULL, NULL
FROM projects_contractline agreed JOIN projects_milestone part ON part.contract_line_id = agreed.id
WHERE project_id = ANY(%(projects)s) AND method = 'MILESTONE'
UNION ALL
SELECT id, project_id, 'period' || month::date, name, fee_amount, NULL, NULL, 'FEE', month::date,
    (month + interval '1 month - 1 day')::date
FROM projects_contractline CROSS JOIN generate_series(first_period_on, %(on)s::date, '1 month') month
WHERE project_id = ANY(%(projects)s) AND method IN ('RECURRING', 'ALLOWANCE')
"""
ATTACHED = """
WITH placed AS (
    SELECT work.*, fee.key AS fee_key, fee.amount * 100 AS total
    FROM floor_work work JOIN floor_fee fee ON fee.line_id = work.line_id AND CASE work.method
        WHEN 'FIXED_FEE_BY_TASK' THEN fee.task_id = work.task_id
        WHEN 'MILESTONE' THEN fee.milestone_id = (
            SELECT id FROM projects_milestone part WHERE part.contract_line_id = work.line_id AND position = 1
        )
        WHEN 'RECURRING' THEN work.worked_on BETWEEN fee.first_on AND fee.last_on
        ELSE work.method <> 'ALLOWANCE' END
), cut AS (
    SELECT *, floor(total * worth / sum(worth) OVER fee) AS part, (total * worth) %% sum(worth) OVER fee AS rest
    FROM placed WINDOW fee AS (PARTITION BY line_id, fee_key)
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY line_id, fee_key ORDER BY rest DESC, worked_on, id) AS place,
        total - sum(part) OVER (PARTITION BY line_id, fee_key) AS missing
    FROM cut
)
INSERT INTO floor_piece
SELECT id, line_id, fee_key, minutes, (part + (place <= missing)::int) / 100, rate, source, 0 FROM ranked
"""
USED = """
CREATE TEMPORARY TABLE floor_used ON COMMIT DROP AS
WITH RECURSIVE months AS (
    SELECT fee.line_id, fee.project_id, fee.first_on, fee.last_on,
        coalesce(sum(work.minutes), 0) AS used,
        row_number() OVER (PARTITION BY fee.line_id ORDER BY fee.first_on) AS n
    FROM floor_fee fee JOIN projects_contractline agreed ON agreed.id = fee.line_id AND agreed.method = 'ALLOWANCE'
    LEFT JOIN floor_work work
        ON work.line_id = fee.line_id AND work.worked_on BETWEEN fee.first_on AND fee.last_on
    WHERE fee.last_on <= %(through)s
    GROUP BY fee.line_id, fee.project_id, fee.first_on, fee.last_on
), chain AS (
    SELECT months.*, agreed.allowance_minutes AS own, agreed.rollover_minutes AS most, 0::bigint AS carried
    FROM months JOIN projects_contractline agreed ON agreed.id = months.line_id WHERE n = 1
    UNION ALL
    SELECT months.*, chain.own, chain.most,
        least(chain.most, chain.own - least(chain.own, greatest(chain.used - chain.carried, 0)))::bigint
    FROM chain JOIN months ON months.line_id = chain.line_id AND months.n = chain.n + 1
)
SELECT *, own + carried AS available FROM chain
"""
ALLOWED = """
WITH ordered AS (
    SELECT work.*, used.first_on, used.available,
        sum(work.minutes) OVER (PARTITION BY work.line_id, used.first_on ORDER BY worked_on, work.id) AS hours
    FROM floor_work work JOIN floor_used used ON used.line_id = work.line_id
        AND work.worked_on BETWEEN used.first_on AND used.last_on
), split AS (
    SELECT *, greatest(least(minutes, available - (hours - minutes)), 0) AS within FROM ordered
)
INSERT INTO floor_piece
SELECT id, line_id, 'within' || first_on, within, 0, rate, source, 0 FROM split WHERE within > 0
UNION ALL
SELECT split.id, line_id, 'beyond' || first_on, minutes - within,
    round(agreed.overage_rate_amount * (minutes - within) / 60, 2), agreed.overage_rate_amount,
    'Beyond the allowance', minutes - within
FROM split JOIN projects_contractline agreed ON agreed.id = split.line_id WHERE within < minutes
"""
STATED = """
INSERT INTO floor_fee
SELECT line_id, project_id, 'within' || first_on, 'Covered: ' || least(used, available) || ' of ' || available, 0, NULL,
    NULL, 'WITHIN', first_on, last_on
FROM floor_used
"""
LINED = """
CREATE TEMPORARY TABLE floor_line ON COMMIT DROP AS
SELECT fee.project_id, fee.line_id, fee.key, fee.words, '' AS heading, 0 AS minutes, NULL::numeric AS rate,
    fee.amount, fee.task_id, 0 AS position FROM floor_fee fee
UNION ALL
SELECT agreed.project_id, piece.line_id, piece.key, max(work.title), max(work.task_name), sum(piece.printed),
    piece.rate, sum(piece.amount), max(work.task_id), max(work.position)
FROM floor_piece piece JOIN floor_work work ON work.id = piece.entry_id
JOIN projects_contractline agreed ON agreed.id = piece.line_id
WHERE agreed.method = 'TIME_AND_MATERIALS' OR piece.key LIKE 'beyond%%'
GROUP BY agreed.project_id, piece.line_id, piece.key, piece.rate
"""
INVOICES = """
INSERT INTO billing_invoice (
    entity_id, client_id, project_id, state, currency, title, period_first_on, period_last_on, number, po_number,
    message, detail, subtotal_amount, tax_amount, total_amount, version, is_stale, sent_to, void_reason, drafted_by_id
)
SELECT (SELECT id FROM people_legalentity LIMIT 1), project.client_id, project.id, 'DRAFT', 'USD', project.name,
    days.first, days.last, '', '', '', 'APPENDIX', sums.amount, 0, sums.amount, 1, false, '', '', %(by)s
FROM (SELECT project_id, sum(amount) AS amount FROM floor_line GROUP BY project_id) sums
JOIN projects_project project ON project.id = sums.project_id
JOIN (SELECT project_id, min(worked_on) AS first, max(worked_on) AS last FROM floor_work GROUP BY project_id) days
    ON days.project_id = project.id
RETURNING id
"""
LINES = """
INSERT INTO billing_invoiceline (
    invoice_id, contract_line_id, project_id, task_id, "group", work_key, description, minutes, rate_amount,
    computed_amount, amount, adjustment_reason, is_taxable, position
)
SELECT invoice.id, line.line_id, invoice.project_id, line.task_id, line.heading, line.key, line.words, line.minutes,
    line.rate, line.amount, line.amount, '', true,
    row_number() OVER (PARTITION BY invoice.id ORDER BY line.line_id, line.position, line.rate DESC, line.key)
FROM billing_invoice invoice JOIN floor_line line ON line.project_id = invoice.project_id
WHERE invoice.id = ANY(%(invoices)s)
"""
BILLED = """
INSERT INTO billing_billedtime (entry_id, line_id, minutes, rate_amount, rate_source, amount, is_live)
SELECT piece.entry_id, line.id, piece.minutes, piece.rate, piece.source, piece.amount, true
FROM floor_piece piece
JOIN billing_invoiceline line ON line.contract_line_id = piece.line_id AND line.work_key = piece.key
    AND line.invoice_id = ANY(%(invoices)s)
"""
MILESTONES = """
INSERT INTO billing_billedmilestone (milestone_id, line_id, is_live)
SELECT fee.milestone_id, line.id, true
FROM floor_fee fee JOIN billing_invoiceline line ON line.contract_line_id = fee.line_id AND line.work_key = fee.key
    AND line.invoice_id = ANY(%(invoices)s)
WHERE fee.milestone_id IS NOT NULL
"""
PERIODS = """
INSERT INTO billing_billedperiod (contract_line_id, kind, first_on, last_on, line_id, is_live)
SELECT fee.line_id, fee.kind, fee.first_on, fee.last_on, line.id, true
FROM floor_fee fee JOIN billing_invoiceline line ON line.contract_line_id = fee.line_id AND line.work_key = fee.key
    AND line.invoice_id = ANY(%(invoices)s)
WHERE fee.kind <> ''
UNION ALL
SELECT used.line_id, 'BEYOND', used.first_on, used.last_on, line.id, true
FROM floor_used used JOIN billing_invoiceline line ON line.contract_line_id = used.line_id
    AND line.work_key = 'beyond' || used.first_on AND line.invoice_id = ANY(%(invoices)s)
"""
# So that each next step knows how much there is.
COUNTED_WORK, COUNTED_PIECES = "ANALYZE floor_work", "ANALYZE floor_piece"
PRICING = (
    WORK,
    COUNTED_WORK,
    PIECES,
    ROUNDED,
    COUNTED_PIECES,
    CAPPED,
    LEFT_OUT,
    FEES,
    ATTACHED,
    USED,
    ALLOWED,
    STATED,
    LINED,
)
WRITING = (LINES, BILLED, MILESTONES, PERIODS)


def by_hand(projects: Sequence[int], *, through: date, on: date, by: int) -> None:
    """The drafts of some projects in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        values: dict[str, Any] = {"projects": list(projects), "through": through, "on": on, "by": by}
        for statement in PRICING:
            cursor.execute(statement, values)
        cursor.execute(INVOICES, values)
        values["invoices"] = [pk for (pk,) in cursor.fetchall()]
        for statement in WRITING:
            cursor.execute(statement, values)
