"""A firm full of work, written by a handful of statements: people, clients, projects, rates, a year of approved time.

Every project gets the same number of lines, spread over people, tasks and days. In the current week everybody has
draft lines on the same twenty rows, on Monday alone; the first of them has a full week.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from psa.bench.contracts import CONTRACTS

TASKS = 4
LINES_A_DAY = 4
ROWS = 20


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    staff: int = 100
    clients: int = 200
    projects: int = 500
    entries: int = 100_000

    @property
    def days(self) -> int:
        """Working days that the lines fill."""
        return max(self.entries // (self.staff * LINES_A_DAY), 1)


PEOPLE = [
    "INSERT INTO people_jobtitle (name) SELECT 'Role ' || n FROM generate_series(1, 8) n",
    """
    INSERT INTO people_user (password, email, name, is_active, time_zone, theme, hours_style)
    SELECT '!', 'person' || n || '@bench.example', 'Person ' || lpad(n::text, 3, '0'), true, 'UTC', 'auto', 'decimal'
    FROM generate_series(1, %(staff)s) n
    """,
    """
    INSERT INTO people_user_roles (user_id, role_id)
    SELECT person.id, role.id FROM people_user person JOIN people_role role ON role.name = 'Staff'
    WHERE person.password = '!'
    """,
    """
    INSERT INTO people_staffmember (name, employee_number, is_active, job_title_id, manager_id, user_id)
    SELECT person.name, '', true, title.id, boss.id, person.id
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM people_user WHERE password = '!') person
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM people_jobtitle) title
        ON title.n = 1 + person.n %% 8
    CROSS JOIN (SELECT id FROM people_staffmember LIMIT 1) boss
    """,
]
CLIENTS = [
    """
    INSERT INTO clients_client
        (name, legal_name, code, billing_address, country, phone, tax_number, currency, language, notes, is_active)
    SELECT 'Client ' || lpad(n::text, 3, '0'), '', '', '1 Main Street', 'US', '', '', 'USD', 'en-us', '', true
    FROM generate_series(1, %(clients)s) n
    """,
    """
    INSERT INTO clients_contact (client_id, name, title, email, phone, is_billing_to, is_billing_cc, is_active)
    SELECT id, 'Accounts of ' || name, '', 'ap' || id || '@client.example', '', true, false, true FROM clients_client
    """,
    """
    INSERT INTO projects_laborcode (name, code, is_billable, is_active)
    SELECT 'Labor code ' || n, '', true, true FROM generate_series(1, 6) n
    """,
    """
    INSERT INTO projects_project
        (name, code, state, is_billable, is_open_to_all, po_number, notes, client_id, lead_id)
    SELECT 'Project ' || lpad(number::text, 4, '0'), 'P-' || number, 'OPEN', true, false, '', '', client.id, lead.id
    FROM generate_series(1, %(projects)s) number
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM clients_client) client
        ON client.n = 1 + number %% %(clients)s
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM people_staffmember) lead
        ON lead.n = 1 + number %% %(staff)s
    """,
    *CONTRACTS,
    """
    INSERT INTO projects_teammember (project_id, staff_id)
    SELECT project.id, staff.id
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM projects_project) project
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM people_staffmember) staff
        ON project.n <= 5 OR (project.n + staff.n) %% 10 = 0
    """,
]
RATES = [
    "INSERT INTO projects_ratecard (name, scope, currency) VALUES ('Standard', 'FIRM', 'USD')",
    """
    INSERT INTO projects_ratecard (name, scope, currency, client_id)
    SELECT 'Card of ' || name, 'CLIENT', 'USD', id FROM clients_client WHERE id %% 5 = 0
    """,
    """
    INSERT INTO projects_raterule (card_id, job_title_id, rate_amount, effective)
    SELECT card.id, title.id, 95 + 7.5 * title.n, daterange('2020-01-01', NULL)
    FROM projects_ratecard card
    CROSS JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM people_jobtitle) title
    """,
]
WORK = [
    """
    INSERT INTO timesheets_timeentry
        (staff_id, project_id, task_id, labor_code_id, worked_on, worked_minutes, billable_minutes, is_billable, note,
         state, version, rate_amount, rate_currency, rate_rule_id, rate_source, recorded_by_name, updated_at)
    SELECT staff.id, task.project_id, task.id, task.labor_code_id,
        %(last)s::date - 7 * (day.n / 5)::int - (day.n %% 5)::int,
        minutes.n, minutes.n, true, 'Worked on item ' || slot.n || ' of the list for this week', 'APPROVED', 1,
        rule.rate_amount, 'USD', rule.id, 'Card “Standard”, since 1 Jan 2020', staff.name, now()
    FROM generate_series(0, %(entries)s - 1) slot(n)
    CROSS JOIN LATERAL (SELECT slot.n / (%(staff)s * 4) AS n) day
    CROSS JOIN LATERAL (SELECT 95 + 10 * (slot.n %% 6) AS n) minutes
    JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS n FROM people_staffmember WHERE name LIKE 'Person%%') staff
        ON staff.n = (slot.n / 4) %% %(staff)s
    JOIN (
        SELECT *, row_number() OVER (ORDER BY position, id) - 1 AS n FROM projects_task
    ) task ON task.n = slot.n %% (%(projects)s * %(tasks)s)
    JOIN projects_ratecard card ON card.scope = 'FIRM'
    JOIN projects_raterule rule ON rule.card_id = card.id AND rule.job_title_id = staff.job_title_id
    ORDER BY slot.n
    """,
    """
    INSERT INTO timesheets_timeentry
        (staff_id, project_id, task_id, labor_code_id, worked_on, worked_minutes, billable_minutes, is_billable, note,
         state, version, rate_amount, rate_currency, rate_rule_id, rate_source, recorded_by_name, updated_at)
    SELECT staff.id, task.project_id, task.id, task.labor_code_id, %(monday)s::date + weekday, 15, 15, true, '',
        'DRAFT', 1, rule.rate_amount, 'USD', rule.id, 'Card “Standard”, since 1 Jan 2020', staff.name, now()
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM people_staffmember WHERE name LIKE 'Person%%') staff
    CROSS JOIN (SELECT * FROM projects_task ORDER BY project_id, position LIMIT %(rows)s) task
    CROSS JOIN generate_series(0, 4) weekday
    JOIN projects_ratecard card ON card.scope = 'FIRM'
    JOIN projects_raterule rule ON rule.card_id = card.id AND rule.job_title_id = staff.job_title_id
    WHERE staff.n = 1 OR weekday = 0
    """,
]


def fill(size: Size, monday: date) -> None:
    """Fills the firm that is entered. `monday` begins the current week; the year of work ends on the Friday before."""
    values: dict[str, int | date] = {
        "staff": size.staff,
        "clients": size.clients,
        "projects": size.projects,
        "entries": size.staff * size.days * LINES_A_DAY,
        "tasks": TASKS,
        "rows": ROWS,
        "first": (monday - timedelta(days=330)).replace(day=1),
        "monday": monday,
        "last": monday - timedelta(days=3),
    }
    with connection.cursor() as cursor:
        for statement in [*PEOPLE, *CLIENTS, *RATES, *WORK]:
            cursor.execute(statement, values)
        cursor.execute("ANALYZE")
