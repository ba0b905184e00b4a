"""The statements of `reports.work_in_progress`. One row for each project, its columns those of Movement.

`item` are the entries or expenses, `given` the days. Relieved is what documents consumed that stood at the end of a
day: issued by then and not void by then, less what credit memos that stood then gave back; or written off.
"""

_GIVEN = """
WITH given (first, before, last, before_ends, last_ends, age_1, age_2, age_3, no_places, three_places) AS (
    SELECT %s::date, %s::date, %s::date, %s::timestamptz, %s::timestamptz, %s::date, %s::date, %s::date,
        %s::text[], %s::text[]
)
"""

# What an item was worth on both days, and what of it is left. The columns of `worth` are the same for both kinds.
_SUMS = """
SELECT w.project_id,
    coalesce(sum(w.opening) FILTER (WHERE w.counts), 0),
    {new_time}, {new_expenses},
    coalesce(sum(w.revalued) FILTER (WHERE w.counts), 0),
    coalesce(sum(w.billed) FILTER (WHERE w.counts), 0),
    coalesce(sum(w.opening + w.new + w.revalued - w.closing - w.billed - w.written_off) FILTER (WHERE w.counts), 0),
    coalesce(sum(w.written_off) FILTER (WHERE w.counts), 0),
    coalesce(sum(w.closing) FILTER (WHERE w.counts), 0),
    coalesce(sum(w.closing) FILTER (WHERE w.counts AND w.day >= g.age_1), 0),
    coalesce(sum(w.closing) FILTER (WHERE w.counts AND w.day < g.age_1 AND w.day >= g.age_2), 0),
    coalesce(sum(w.closing) FILTER (WHERE w.counts AND w.day < g.age_2 AND w.day >= g.age_3), 0),
    coalesce(sum(w.closing) FILTER (WHERE w.counts AND w.day < g.age_3), 0),
    coalesce(sum(w.on_draft) FILTER (WHERE w.counts), 0),
    coalesce(sum(w.closing) FILTER (WHERE w.counts AND w.is_held), 0),
    coalesce(sum(w.closing) FILTER (WHERE NOT w.counts), 0)
FROM worth w CROSS JOIN given g
GROUP BY w.project_id
"""
_SUM_OF_NEW = "coalesce(sum(w.new) FILTER (WHERE w.counts), 0)"

# What credit memos gave back that stood at the end of a day, and what stands on drafts: the same for both kinds.
_RETURNED = """
returned AS (
    SELECT t.billed_id,
        coalesce(sum(t.{measure}) FILTER (WHERE m.issued_on <= g.before
            AND (m.voided_on IS NULL OR m.voided_on > g.before)), 0) AS {measure}_0,
        coalesce(sum(t.{measure}) FILTER (WHERE m.issued_on <= g.last
            AND (m.voided_on IS NULL OR m.voided_on > g.last)), 0) AS {measure}_1
    FROM {credited} t
    JOIN billing_creditline k ON k.id = t.credit_line_id
    JOIN billing_creditmemo m ON m.id = k.credit_id
    CROSS JOIN given g
    WHERE m.state <> 'DRAFT'
    GROUP BY t.billed_id
),
"""
_DRAFTED = """
drafted AS (
    SELECT b.{item} AS id, sum(b.{measure}) AS {measure}
    FROM {consumed} b
    JOIN billing_invoiceline n ON n.id = b.line_id
    JOIN billing_invoice v ON v.id = n.invoice_id AND v.state = 'DRAFT'
    WHERE b.is_live
    GROUP BY b.{item}
),
"""


def _movement(middle: str, *, new_time: str, new_expenses: str, **kind: str) -> str:
    """The statement of one kind of item; `kind` names its tables and columns."""
    for mark, part in (("returned", _RETURNED), ("drafted", _DRAFTED)):
        middle = middle.replace(f"/* {mark} */\n", part.format(**kind).lstrip("\n"))
    return _GIVEN + middle + _SUMS.format(new_time=new_time, new_expenses=new_expenses)


MOVEMENT_OF_TIME = _movement(
    """
, item (id, project_id, day, minutes, rate, per, state, currency) AS (/* rows */),
places AS (
    SELECT i.*, CASE WHEN i.currency = ANY (g.no_places) THEN 0 WHEN i.currency = ANY (g.three_places) THEN 3 ELSE 2 END
        AS digits
    FROM item i CROSS JOIN given g
),
-- What stood before the first change after a day is how it stood at the end of that day.
past AS (
    SELECT c.row_id::bigint AS id, d.is_before,
        (array_agg(c.old -> 'billable_minutes' ORDER BY c.id) FILTER (WHERE c.old ? 'billable_minutes'))[1] AS minutes,
        (array_agg(c.old -> 'rate_amount' ORDER BY c.id) FILTER (WHERE c.old ? 'rate_amount'))[1] AS rate,
        (array_agg(c.old -> 'rate_minutes' ORDER BY c.id) FILTER (WHERE c.old ? 'rate_minutes'))[1] AS per
    FROM core_change c
    CROSS JOIN given g
    CROSS JOIN LATERAL (VALUES (true, g.before_ends), (false, g.last_ends)) d (is_before, ends)
    WHERE c.table_name = 'timesheets_timeentry' AND c.new IS NOT NULL AND c.at > d.ends
        AND c.old ?| ARRAY['billable_minutes', 'rate_amount', 'rate_minutes']
    GROUP BY c.row_id, d.is_before
),
valued AS (
    SELECT i.id, i.project_id, i.day, i.digits, i.state = 'APPROVED' AS counts,
        coalesce((b.minutes #>> '{}')::int, i.minutes) AS minutes_0,
        coalesce((b.rate #>> '{}')::numeric, i.rate) AS rate_0,
        coalesce((b.per #>> '{}')::numeric, i.per) AS per_0,
        coalesce((l.minutes #>> '{}')::int, i.minutes) AS minutes_1,
        coalesce((l.rate #>> '{}')::numeric, i.rate) AS rate_1,
        coalesce((l.per #>> '{}')::numeric, i.per) AS per_1
    FROM places i
    LEFT JOIN past b ON b.id = i.id AND b.is_before
    LEFT JOIN past l ON l.id = i.id AND NOT l.is_before
),
-- Each consumption with the days on which it stood.
part AS (
    SELECT b.id, b.entry_id, b.minutes, b.line_id IS NULL AS is_off,
        CASE WHEN b.line_id IS NULL THEN b.amount ELSE b.amount + b.adjustment_amount END AS asked,
        coalesce(v.issued_on, o.written_off_on) AS begins_on, coalesce(v.voided_on, o.undone_on) AS ends_on
    FROM billing_billedtime b
    LEFT JOIN billing_invoiceline n ON n.id = b.line_id
    LEFT JOIN billing_invoice v ON v.id = n.invoice_id
    LEFT JOIN billing_workwriteoff o ON o.id = b.write_off_id
    CROSS JOIN given g
    WHERE coalesce(v.issued_on, o.written_off_on) <= g.last
),
/* returned */
standing AS (
    SELECT p.entry_id, p.is_off, p.asked, p.minutes,
        CASE WHEN p.begins_on <= g.before AND (p.ends_on IS NULL OR p.ends_on > g.before)
            THEN p.minutes - coalesce(r.minutes_0, 0) ELSE 0 END AS minutes_0,
        CASE WHEN p.ends_on IS NULL OR p.ends_on > g.last
            THEN p.minutes - coalesce(r.minutes_1, 0) ELSE 0 END AS minutes_1
    FROM part p CROSS JOIN given g LEFT JOIN returned r ON r.billed_id = p.id
),
consumed AS (
    SELECT s.entry_id AS id, sum(s.minutes_0) AS minutes_0, sum(s.minutes_1) AS minutes_1,
        sum(round(s.asked * s.minutes_1 / s.minutes, i.digits) - round(s.asked * s.minutes_0 / s.minutes, i.digits))
            FILTER (WHERE NOT s.is_off) AS billed,
        sum(round(s.asked * s.minutes_1 / s.minutes, i.digits) - round(s.asked * s.minutes_0 / s.minutes, i.digits))
            FILTER (WHERE s.is_off) AS written_off
    FROM standing s JOIN places i ON i.id = s.entry_id
    GROUP BY s.entry_id
),
/* drafted */
rest AS (
    SELECT v.*, v.day <= g.before AS is_old,
        greatest(v.minutes_0 - coalesce(c.minutes_0, 0), 0) AS open_0,
        greatest(v.minutes_1 - coalesce(c.minutes_0, 0), 0) AS open_1,
        greatest(v.minutes_1 - coalesce(c.minutes_1, 0), 0) AS left_1,
        coalesce(c.billed, 0) AS billed, coalesce(c.written_off, 0) AS written_off,
        coalesce(d.minutes, 0) AS on_draft,
        EXISTS (
            SELECT 1 FROM billing_workhold h
            WHERE h.released_at IS NULL AND (h.entry_id = v.id OR h.project_id = v.project_id)
        ) AS is_held
    FROM valued v CROSS JOIN given g
    LEFT JOIN consumed c ON c.id = v.id
    LEFT JOIN drafted d ON d.id = v.id
),
worth AS (
    SELECT r.project_id, r.day, r.counts, r.is_held, r.billed, r.written_off,
        CASE WHEN r.is_old THEN round(r.rate_0 * r.open_0 / r.per_0, r.digits) ELSE 0 END AS opening,
        CASE WHEN r.is_old THEN 0 ELSE round(r.rate_1 * r.open_1 / r.per_1, r.digits) END AS new,
        CASE WHEN r.is_old
            THEN round(r.rate_1 * r.open_1 / r.per_1, r.digits) - round(r.rate_0 * r.open_0 / r.per_0, r.digits)
            ELSE 0 END AS revalued,
        round(r.rate_1 * r.left_1 / r.per_1, r.digits) AS closing,
        round(r.rate_1 * least(r.on_draft, r.left_1) / r.per_1, r.digits) AS on_draft
    FROM rest r
)
""",
    new_time=_SUM_OF_NEW,
    new_expenses="0::numeric",
    measure="minutes",
    item="entry_id",
    consumed="billing_billedtime",
    credited="billing_creditedtime",
)

MOVEMENT_OF_EXPENSES = _movement(
    """
, item (id, project_id, day, amount, state, currency) AS (/* rows */),
part AS (
    SELECT b.id, b.expense_id, b.amount, b.billed_amount, v.issued_on AS begins_on, v.voided_on AS ends_on
    FROM billing_billedexpense b
    JOIN billing_invoiceline n ON n.id = b.line_id
    JOIN billing_invoice v ON v.id = n.invoice_id
    CROSS JOIN given g
    WHERE v.issued_on <= g.last
),
/* returned */
standing AS (
    SELECT p.expense_id, p.billed_amount <> 0 AS is_billed,
        CASE WHEN p.begins_on <= g.before AND (p.ends_on IS NULL OR p.ends_on > g.before)
            THEN p.amount - coalesce(r.amount_0, 0) ELSE 0 END AS amount_0,
        CASE WHEN p.ends_on IS NULL OR p.ends_on > g.last
            THEN p.amount - coalesce(r.amount_1, 0) ELSE 0 END AS amount_1
    FROM part p CROSS JOIN given g LEFT JOIN returned r ON r.billed_id = p.id
),
consumed AS (
    SELECT s.expense_id AS id, sum(s.amount_0) AS amount_0, sum(s.amount_1) AS amount_1,
        sum(s.amount_1 - s.amount_0) FILTER (WHERE s.is_billed) AS billed
    FROM standing s GROUP BY s.expense_id
),
/* drafted */
worth AS (
    SELECT i.project_id, i.day, i.state = 'APPROVED' AS counts, coalesce(c.billed, 0) AS billed, 0 AS written_off,
        CASE WHEN i.day <= g.before THEN i.amount - coalesce(c.amount_0, 0) ELSE 0 END AS opening,
        CASE WHEN i.day <= g.before THEN 0 ELSE i.amount - coalesce(c.amount_0, 0) END AS new,
        0 AS revalued,
        i.amount - coalesce(c.amount_1, 0) AS closing,
        coalesce(d.amount, 0) AS on_draft,
        EXISTS (SELECT 1 FROM billing_heldexpense h WHERE h.expense_id = i.id)
            OR EXISTS (
                SELECT 1 FROM billing_workhold h WHERE h.released_at IS NULL AND h.project_id = i.project_id
            ) AS is_held
    FROM item i CROSS JOIN given g
    LEFT JOIN consumed c ON c.id = i.id
    LEFT JOIN drafted d ON d.id = i.id
)
""",
    new_time="0::numeric",
    new_expenses=_SUM_OF_NEW,
    measure="amount",
    item="expense_id",
    consumed="billing_billedexpense",
    credited="billing_creditedexpense",
)
