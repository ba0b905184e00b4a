"""Contracts of the filled firm: every project has four contract lines, and among them are all methods, caps and rules
of rounding.

The kind of a line goes by the numbers of its project and its task: of ten, three are plain hours, two are capped, five
have fees. Three projects of four round their hours, each by another scope.
"""

# In the order of the kinds: 0 to 2 plain, 3 a cap in money (of the line, its task, or the purchase order), 4 in hours,
# 5 a fee (whole or by task), 6 by percent complete, 7 milestones, 8 an allowance, 9 a recurring fee.
CONTRACTS = [
    "UPDATE projects_project SET po_amount = 6000",
    """
    INSERT INTO projects_contractline (
        project_id, position, name, method, fee_amount, percent_complete, percent_on, cap_scope, cap_amount,
        cap_minutes, frequency, anchor_day, first_period_on, allowance_minutes, overage_rate_amount, rollover,
        rollover_minutes, rollover_periods
    )
    SELECT project.id, number, 'Line ' || number,
        CASE WHEN kind.n <= 4 THEN 'TIME_AND_MATERIALS'
            WHEN kind.n = 5 THEN CASE project.n %% 2 WHEN 0 THEN 'FIXED_FEE' ELSE 'FIXED_FEE_BY_TASK' END
            WHEN kind.n = 6 THEN 'PERCENT_COMPLETE' WHEN kind.n = 7 THEN 'MILESTONE'
            WHEN kind.n = 8 THEN 'ALLOWANCE' ELSE 'RECURRING' END,
        CASE WHEN kind.n >= 5 AND (kind.n > 5 OR project.n %% 2 = 0) THEN 1000 * kind.n END,
        CASE kind.n WHEN 6 THEN 62.5 END, CASE kind.n WHEN 6 THEN %(first)s::date END,
        CASE kind.n WHEN 3 THEN (ARRAY['LINE', 'TASK', 'PO'])[1 + project.n %% 3] WHEN 4 THEN 'LINE' ELSE '' END,
        CASE WHEN kind.n = 3 AND project.n %% 3 = 0 THEN 6000 END, CASE kind.n WHEN 4 THEN 3000 END,
        CASE WHEN kind.n >= 8 THEN 'MONTHLY' ELSE '' END, CASE WHEN kind.n >= 8 THEN 1 END,
        CASE WHEN kind.n >= 8 THEN %(first)s::date END,
        CASE kind.n WHEN 8 THEN 360 END, CASE kind.n WHEN 8 THEN 180 END, CASE kind.n WHEN 8 THEN 'CAPPED' ELSE '' END,
        CASE kind.n WHEN 8 THEN 120 END, CASE kind.n WHEN 8 THEN 1 END
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM projects_project) project
    CROSS JOIN generate_series(1, %(tasks)s) number
    CROSS JOIN LATERAL (SELECT (project.n + number) %% 10 AS n) kind
    """,
    """
    INSERT INTO projects_task (name, state, is_billable, position, contract_line_id, labor_code_id, project_id)
    SELECT 'Task ' || line.position, 'OPEN', true, line.position, line.id, code.id, line.project_id
    FROM projects_contractline line
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM projects_laborcode) code ON code.n = line.position
    """,
    """
    INSERT INTO projects_taskterms (contract_line_id, task_id, fee_amount, released_amount, cap_amount)
    SELECT line.id, task.id, CASE line.cap_scope WHEN 'TASK' THEN NULL ELSE 5000 END,
        CASE line.cap_scope WHEN 'TASK' THEN 0 ELSE 3000 END, CASE line.cap_scope WHEN 'TASK' THEN 6000 END
    FROM projects_contractline line JOIN projects_task task ON task.contract_line_id = line.id
    WHERE line.cap_scope = 'TASK' OR line.method = 'FIXED_FEE_BY_TASK'
    """,
    """
    INSERT INTO projects_milestone
        (contract_line_id, name, trigger, percent, state, achieved_on, evidence, position)
    SELECT id, 'Part ' || part, 'ACHIEVEMENT', 20 + 20 * part, 'ACHIEVED', %(first)s::date, 'Signed', part
    FROM projects_contractline CROSS JOIN generate_series(1, 2) part WHERE method = 'MILESTONE'
    """,
    """
    INSERT INTO projects_roundingrule (project_id, unit_minutes, mode, minimum_minutes, scope)
    SELECT id, (ARRAY[15, 6, 30])[n %% 4], (ARRAY['UP', 'NEAREST', 'UP'])[n %% 4], 0,
        (ARRAY['ENTRY', 'DAY', 'LINE'])[n %% 4]
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM projects_project) project WHERE n %% 4 > 0
    """,
]
