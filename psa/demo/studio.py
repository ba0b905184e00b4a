"""Fieldnote Studio: a small design and web agency in Austin with a client in Munich who is billed in euros."""

from decimal import Decimal

from psa.demo.story import (
    Asked,
    Card,
    Client,
    Company,
    Contact,
    Fate,
    OddDay,
    Person,
    Project,
    Rate,
    Returned,
    Reviewed,
    Story,
    Task,
)

DESIGN, CODE, ADVICE = "Design", "Development", "Consulting"

PEOPLE = (
    Person("ines", "Ines Marlowe", "Creative director", ("Owner",), is_listed=True),
    Person("theo", "Theo Brandt", "Delivery lead", ("Manager",), "ines", is_listed=True),
    Person("ada", "Ada Novak", "Office manager", ("Finance", "Administrator"), "ines", is_listed=True),
    Person("mika", "Mika Saito", "Senior designer", manager="theo", waits_days=1, is_listed=True),
    Person("joel", "Joel Ferreira", "Developer", manager="theo", waits_days=2.5),
    Person("nia", "Nia Campbell", "Developer", manager="theo", hours="Four days"),
)

CLIENTS = (
    Client(
        "Cedar & Pine Outfitters",
        "318 Congress Avenue\nAustin, TX 78701",
        (Contact("Laurel Banks", "Marketing", "laurel@cedarpine.example", "to"),),
        legal_name="Cedar & Pine Outfitters, Inc.",
        code="CPO",
        tax="Texas sales tax",
    ),
    Client(
        "Harborview Clinic",
        "4 Bayfront Road\nGalveston, TX 77550",
        (
            Contact("Dr. Paula Reed", "Director", "paula.reed@harborview.example", "cc"),
            Contact("Accounts payable", "", "ap@harborview.example", "to"),
        ),
        code="HVC",
    ),
    Client(
        "Alpenglow Reisen",
        "Sendlinger Straße 21\n80331 München\nDeutschland",
        (Contact("Jana Huber", "Buchhaltung", "buchhaltung@alpenglow.example", "to"),),
        legal_name="Alpenglow Reisen GmbH",
        code="ALP",
        currency="EUR",
        country="DE",
        language="de",
        terms="Net 15",
    ),
    Client("Fieldnote Studio", "1901 East 6th Street\nAustin, TX 78702", code="FS"),
)

PROJECTS = (
    Project(
        "Spring catalog site", "CPO-001", "Cedar & Pine Outfitters", "theo",
        (
            Task(
                "Visual design", DESIGN, {"mika": 4, "ines": 2},
                ("Product page, round 2", "Type and color system", "Photography brief"), Decimal("0.74"),
            ),
            Task(
                "Front end", CODE, {"joel": 3, "nia": 3},
                ("Catalog filters", "Checkout styles", "Image pipeline", "Browser tests"), Decimal("0.92"),
            ),
        ),
        (Fate.PAID, Fate.OPEN, Fate.WRITTEN_DOWN), runs=(-5, 4), po_number="CP-1190",
    ),
    Project(
        "Patient portal", "HVC-001", "Harborview Clinic", "theo",
        (
            Task(
                "Research", ADVICE, {"theo": 3, "ines": 1},
                ("Interviews, front desk", "Journey map", "Workshop with nurses"), Decimal("0.63"),
            ),
            Task(
                "Portal build", CODE, {"joel": 4, "nia": 2},
                ("Appointment booking", "Sign-in flow", "Accessibility fixes"), Decimal("1.06"),
            ),
        ),
        (Fate.PAID, Fate.PARTLY_PAID, Fate.MAILED), runs=(-4, 5),
    ),
    Project(
        "Buchungsportal", "ALP-001", "Alpenglow Reisen", "theo",
        (
            Task(
                "Gestaltung", DESIGN, {"mika": 4},
                ("Startseite, Entwurf 2", "Komponenten für die Suche", "Abstimmung mit Frau Huber"), Decimal("0.58"),
            ),
            Task(
                "Entwicklung", CODE, {"joel": 2, "nia": 2, "theo": 1},
                ("Verfügbarkeiten abrufen", "Zahlungsseite", "Übersetzungen einpflegen"), Decimal("0.45"),
            ),
        ),
        (Fate.PAID, Fate.PAID, Fate.STALE), runs=(-6, 3), po_number="B-2214",
    ),
    Project(
        "Studio", "FS-001", "Fieldnote Studio", "ines",
        (
            Task("Team meeting", "Overhead", {}, ("Monday round",)),
            Task(
                "Administration", "Overhead", {"ada": 6, "ines": 3, "theo": 1},
                ("Invoices and bookkeeping", "New business", "Planning", "Portfolio"),
            ),
        ),
        is_internal=True,
    ),
)  # fmt: skip

CARDS = (
    Card(
        "Studio rates",
        (
            Rate(Decimal(190), Decimal(180), title="Creative director"),
            Rate(Decimal(165), Decimal(155), title="Delivery lead"),
            Rate(Decimal(140), Decimal(135), title="Senior designer"),
            Rate(Decimal(125), Decimal(118), title="Developer"),
        ),
    ),
    Card(
        "Studio rates in euros",
        (
            Rate(Decimal(155), Decimal(150), title="Delivery lead"),
            Rate(Decimal(128), Decimal(122), title="Senior designer"),
            Rate(Decimal("112.50"), Decimal(108), title="Developer"),
        ),
        currency="EUR",
    ),
)

STUDIO = Story(
    slug="studio",
    name="Fieldnote Studio",
    domain="fieldnote.example",
    time_zone="America/Chicago",
    seed=77,
    company=Company(
        tagline="Design and web",
        address="1901 East 6th Street\nAustin, TX 78702",
        phone="+1 512 555 0177",
        remittance="Fieldnote Studio, 1901 East 6th Street, Austin, TX 78702",
        mark="FS",
        mark_color="#7a3b1d",
        number_prefix="FS",
    ),
    people=PEOPLE,
    finance="ada",
    departments=("Studio",),
    offices=("Austin",),
    patterns={"Four days": (480, 480, 480, 480, 0, 0, 0)},
    labor_codes=(
        (DESIGN, "DES", True),
        (CODE, "DEV", True),
        (ADVICE, "CON", True),
        ("Overhead", "OH", False),
    ),
    clients=CLIENTS,
    projects=PROJECTS,
    cards=CARDS,
    taxes={"Texas sales tax": Decimal("8.25")},
    odd_days=(
        OddDay("joel", 2, (("Portal build", 630, ""),)),
        OddDay("mika", 1, (("Visual design", 300, "Product page, round 3"), ("Gestaltung", 180, "Symbole"))),
    ),
    without_notes={"nia": 1},
    returned=(Returned("mika", 1, "Gestaltung", "The icons are for Cedar & Pine. Please move them there."),),
    asked=(
        Asked(
            "joel", 2, "Portal build", "Ten and a half hours: was that the outage?",
            "Yes, the clinic could not book from 2 pm on. The ticket is HVC-88.",
        ),
    ),
    reviewed=(Reviewed("Spring catalog site"),),
    messages={"de": "Vielen Dank für Ihren Auftrag."},
)  # fmt: skip
