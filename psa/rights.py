"""All rights of the product, gathered from the rooms; and the built-in roles made of them."""

import approvals.access
import billing.access
import clients.access
import integrations.access
import ledger.access
import people.access
import projects.access
import staffing.access
import timesheets.access
from people.rights import Right

ALL_RIGHTS: list[Right] = [
    *people.access.RIGHTS,
    *approvals.access.RIGHTS,
    *clients.access.RIGHTS,
    *projects.access.RIGHTS,
    *staffing.access.RIGHTS,
    *timesheets.access.RIGHTS,
    *billing.access.RIGHTS,
    *ledger.access.RIGHTS,
    *integrations.access.RIGHTS,
]
