"""Hartwell & Moss: consulting engineers in Larkspur, sixteen people, eight clients."""

from decimal import Decimal

from psa.demo.hartwell_contracts import ARRANGEMENTS, CREDITS, DEPOSITS, SCHEDULES, TEMPLATES
from psa.demo.hartwell_projects import PROJECTS
from psa.demo.story import (
    Asked,
    Card,
    Client,
    Company,
    Contact,
    OddDay,
    Person,
    Rate,
    Returned,
    Reviewed,
    Story,
)

COMPANY = Company(
    tagline="Consulting engineers",
    address="410 Harbor Street, Suite 900\nLarkspur, CA 94939",
    phone="+1 415 555 0142",
    remittance="Hartwell & Moss, PO Box 88, Larkspur, CA 94939\nBank transfer: Harbor Bank, routing 110000000, "
    "account 000 123 456 789",
    mark="HM",
    mark_color="#1f3a5f",
    number_prefix="HM",
)

PEOPLE = (
    Person("eleanor", "Eleanor Hartwell", "Principal", ("Owner",), is_listed=True),
    Person("dana", "Dana Ruiz", "Engineering lead", ("Manager",), "eleanor", "Engineering", is_listed=True),
    Person(
        "sofia", "Sofia Lindqvist", "Project manager", ("Manager",), "dana", "Projects", waits_days=1
    ),
    Person("kemi", "Kemi Ogundipe", "Controller", ("Finance",), "eleanor", "Finance", is_listed=True),
    Person(
        "mara", "Mara Lindholm", "Operations manager", ("Administrator",), "eleanor", "Finance", is_listed=True
    ),
    Person(
        "tomas", "Tomás Almeida", "Engineer", manager="dana", department="Engineering", waits_days=1.2,
        is_listed=True,
    ),
    Person(
        "priya", "Priya Raman", "Senior engineer", manager="dana", department="Engineering", waits_days=3.2,
        is_listed=True,
    ),
    Person(
        "maximiliane", "Maximiliane von Hohenstein-Altenburg", "Senior engineer", manager="dana",
        department="Engineering",
    ),
    Person("wei", "Wei Chen", "Engineer", manager="dana", department="Engineering", waits_days=1),
    Person("amara", "Amara Bello", "Engineer", manager="dana", department="Engineering", waits_days=1.4),
    Person(
        "lena", "Lena Fischer", "Engineer", manager="dana", department="Engineering", hours="Part time, 24 hours"
    ),
    Person("emi", "Emi Tanaka", "CAD technician", manager="dana", department="Engineering", waits_days=0.3),
    Person("jonah", "Jonah Okoye", "Surveyor", manager="dana", department="Survey"),
    Person(
        "noor", "Noor Kaur", "Graduate engineer", manager="dana", department="Engineering", joined_weeks=2,
        submits_last_week=False,
    ),
    Person("ravi", "Ravi Voss", "Survey technician", manager="sofia", department="Survey"),
    Person(
        "grant", "Grant Miller", "Engineer", manager="dana", department="Engineering", left_weeks=5
    ),
)  # fmt: skip

CLIENTS = (
    Client(
        "City of Larkspur",
        "Public Works, Accounts Payable\n400 Magnolia Avenue\nLarkspur, CA 94939",
        (
            Contact("Jordan Whitfield", "Accounts payable", "ap@larkspur.example", "to"),
            Contact("Alma Reyes", "City engineer", "alma.reyes@larkspur.example", "cc"),
        ),
        code="LKS",
        terms="Net 60",
    ),
    Client(
        "Northgate Transit Authority",
        "1200 Terminal Way\nNorthgate, CA 94903",
        (
            Contact("Curtis Boone", "Accounts payable", "invoices@northgatetransit.example", "to"),
            Contact("Hana Sato", "Capital projects", "hana.sato@northgatetransit.example"),
        ),
        code="NTA",
        terms="Net 60",
    ),
    Client(
        "Brightwater Unified School District",
        "Facilities Office\n88 Lincoln Street\nBrightwater, CA 94511",
        (Contact("Denise Okada", "Facilities accounting", "facilities-ap@brightwater.example", "to"),),
        code="BUS",
    ),
    Client(
        "Okafor Holdings",
        "15 Market Plaza, 22nd floor\nSan Francisco, CA 94105",
        (Contact("Chidi Okafor", "Finance director", "finance@okaforholdings.example", "to"),),
        legal_name="Okafor Holdings LLC",
        code="OKH",
    ),
    Client(
        "Augusta Biotech",
        "2400 Research Drive\nEmeryville, CA 94608",
        (
            Contact("Marie Laurent", "Accounts payable", "ap@augustabiotech.example", "to"),
            Contact("Ben Adler", "Laboratory operations", "ben.adler@augustabiotech.example", "cc"),
        ),
        legal_name="Augusta Biotech, Inc.",
        code="AUG",
    ),
    Client(
        "Cass County Highways",
        "County Garage, 9 Depot Road\nCassville, CA 95410",
        (Contact("Ted Marsh", "County engineer", "tmarsh@casscounty.example", "to"),),
        code="CCH",
        terms="Net 15",
    ),
    Client(
        "Port of Larkspur",
        "Pier 4 Administration\nLarkspur, CA 94939",
        (Contact("Renata Silva", "Accounts payable", "payables@portoflarkspur.example", "to"),),
        code="POL",
    ),
    Client(
        "Ridgeline Renewables",
        "700 Summit Road\nRedding, CA 96001",
        (Contact("Sam Pruitt", "Office manager", "office@ridgeline.example", "to"),),
        legal_name="Ridgeline Renewables, Inc.",
        code="RID",
    ),
    Client("Hartwell & Moss", "410 Harbor Street, Suite 900\nLarkspur, CA 94939", code="HM"),
)

CARDS = (
    Card(
        "Standard rates",
        (
            Rate(Decimal(295), Decimal(280), title="Principal"),
            Rate(Decimal(250), Decimal(240), title="Engineering lead"),
            Rate(Decimal(215), Decimal(205), title="Project manager"),
            Rate(Decimal(205), Decimal(195), title="Senior engineer"),
            Rate(Decimal(160), Decimal(152), title="Engineer"),
            Rate(Decimal(114), Decimal(108), title="CAD technician"),
            Rate(Decimal(132), Decimal(125), title="Surveyor"),
            Rate(Decimal(96), Decimal(92), title="Survey technician"),
        ),
    ),
    Card(
        "Larkspur on-call",
        (
            Rate(Decimal(190), Decimal(185), title="Senior engineer"),
            Rate(Decimal(150), Decimal(145), title="Engineer"),
            Rate(Decimal(105), title="CAD technician"),
            Rate(Decimal(118), Decimal(115), title="Surveyor"),
        ),
        client="City of Larkspur",
    ),
    Card(
        "Depot Extension",
        (Rate(Decimal(198), task="Structural review"), Rate(Decimal(175), labor_code="Construction support")),
        project="Northgate Depot Extension",
    ),
)

HYDRAULIC, REVIEW = "Hydraulic design", "Structural review"
ODD_DAYS = (
    OddDay("priya", 0, ((HYDRAULIC, 570, "Pressure zone model, run 3"),)),
    OddDay("priya", 1, ((HYDRAULIC, 660, ""),)),
    OddDay("priya", 2, ((REVIEW, 480, "Column loads, revision C"),)),
    OddDay("priya", 3, ((REVIEW, 510, "Calculation pack for client review"),)),
    OddDay("priya", 5, ((HYDRAULIC, 150, "Model handover notes"),)),
    OddDay(
        "tomas", 1, ((HYDRAULIC, 330, "Fire flow runs, zones 4 and 5"), (REVIEW, 150, "Site walk, level 1"))
    ),
    *(
        OddDay(
            "maximiliane",
            day,
            (("Seismic assessment", 420, note), ("Load rating", 195, "Girder lines 3 to 6")),
        )
        for day, note in enumerate(
            (
                "Gym roof diaphragm",
                "Gym roof diaphragm",
                "Wall anchorage",
                "Wall anchorage",
                "Findings for the board",
            )
        )
    ),
)

HARTWELL = Story(
    slug="demo",
    name="Hartwell & Moss",
    domain="hartwellmoss.example",
    time_zone="America/Los_Angeles",
    seed=1912,
    company=COMPANY,
    people=PEOPLE,
    finance="kemi",
    departments=("Engineering", "Survey", "Projects", "Finance"),
    offices=("Larkspur",),
    patterns={"Part time, 24 hours": (480, 480, 480, 0, 0, 0, 0)},
    labor_codes=(
        ("Engineering", "ENG", True),
        ("Field survey", "SUR", True),
        ("Drafting", "CAD", True),
        ("Project management", "PM", True),
        ("Construction support", "CON", True),
        ("Overhead", "OH", False),
        ("Training", "TRN", False),
    ),
    clients=CLIENTS,
    projects=PROJECTS,
    cards=CARDS,
    odd_days=ODD_DAYS,
    without_notes={"sofia": 4, "wei": 1},
    returned=(
        Returned("tomas", 1, REVIEW, "Site walk belongs to Field survey, not Structural review."),
    ),
    asked=(
        Asked(
            "priya", 0, HYDRAULIC, "Is run 3 the rerun that the City asked for on Friday?",
            "Yes, Alma wrote that zone 4 was missing. Her mail is in the project folder.",
        ),
        Asked("priya", 1, HYDRAULIC, "Eleven hours on one day: what was done?"),
    ),
    arrangements=ARRANGEMENTS,
    deposits=DEPOSITS,
    schedules=SCHEDULES,
    credits=CREDITS,
    templates=TEMPLATES,
    reviewed=(
        Reviewed("Okafor HQ Fit-out"),
        Reviewed("Ridgeline Solar Grid Study", "The last site visit is covered by the fixed fee. Please take it off."),
    ),
    invited=Person("elif", "Elif Demir", "Engineer", manager="dana"),
    books="Hartwell & Moss Engineering LLC",
)  # fmt: skip
