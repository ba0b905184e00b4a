"""The projects of Hartwell & Moss, who works on them, and what became of each month's work."""

from decimal import Decimal

from psa.demo.story import Fate, Project, Task

OVERHEAD = "Overhead"
SURVEY = "Field survey"
ENGINEERING = "Engineering"
MANAGEMENT = "Project management"

LARKSPUR = Project(
    "Larkspur Water Main Renewal", "HM-0412", "City of Larkspur", "dana",
    (
        Task(
            "Survey and records", SURVEY, {"jonah": 4, "ravi": 3},
            ("Magnolia Avenue, valves 1 to 24", "As-built drawings, north loop", "Potholing log, week 2",
             "Hydrant survey, Cane Street"),
            Decimal("0.92"),
        ),
        Task(
            "Hydraulic design", ENGINEERING, {"priya": 6, "tomas": 4, "wei": 2, "amara": 2, "dana": 2},
            ("Pressure zone model, run 1", "Pressure zone model, run 2", "Fire flow check, zone 4",
             "Pipe sizing, Magnolia Avenue", "Demand update from billing records", "Surge review, pump station 2"),
            Decimal("0.64"),
        ),
        Task(
            "Structural and thrust blocks", ENGINEERING, {"wei": 2, "maximiliane": 2},
            ("Thrust block schedule", "Bridge crossing hangers", "Vault lid check"), Decimal("0.78"),
        ),
        Task(
            "Permits and agencies", MANAGEMENT, {"sofia": 2, "lena": 2},
            ("Encroachment permit, Caltrans", "Creek crossing, agency call", "Permit matrix update"),
            Decimal("0.50"),
        ),
        Task(
            "Tender documents", "Drafting", {"emi": 2},
            ("Plan and profile, sheets 1 to 6", "Standard details"), Decimal("0.22"),
        ),
    ),
    (Fate.PAID, Fate.PARTLY_PAID, Fate.WRITTEN_DOWN), po_number="PO-2026-0417", runs=(-8, 7),
)  # fmt: skip

NORTHGATE = Project(
    "Northgate Depot Extension", "HM-0419", "Northgate Transit Authority", "sofia",
    (
        Task(
            "Structural review", ENGINEERING, {"wei": 4, "priya": 2, "tomas": 2, "maximiliane": 1},
            ("Slab check, level 2", "Column loads, revision B", "Crane beam deflection", "Footing schedule review",
             "Comments on the steel package"),
            Decimal("1.05"),
        ),
        Task(
            "Field survey", SURVEY, {"jonah": 3, "ravi": 4, "tomas": 1},
            ("Depot yard, points 1 to 40", "Depot yard, points 41 to 77", "Track clearances"), Decimal("0.64"),
        ),
        Task(
            "Construction support", "Construction support", {"maximiliane": 2, "amara": 2},
            ("RFI 14, anchor bolts", "Site visit and report", "Shop drawings, batch 3"), Decimal("0.41"),
        ),
        Task(
            "Coordination", MANAGEMENT, {"sofia": 3}, ("Client call and minutes", "Program update"),
            Decimal("0.70"),
        ),
    ),
    (Fate.PAID, Fate.OPEN, Fate.MAILED), po_number="NTA-88213", runs=(-5, 4),
)  # fmt: skip

BRIGHTWATER = Project(
    "Brightwater Schools Seismic Retrofit Programme 2026–2029", "HM-0398",
    "Brightwater Unified School District", "sofia",
    (
        Task(
            "Site survey", SURVEY, {"tomas": 2, "jonah": 3, "amara": 1},
            ("Gym roof, Lincoln Elementary", "Classroom wing B, openings", "Foundation pits, Adams Middle"),
            Decimal("0.48"),
        ),
        Task(
            "Seismic assessment", ENGINEERING, {"maximiliane": 4, "amara": 4, "lena": 4, "dana": 1},
            ("Tier 2 checklist, building C", "Wall anchorage forces", "Diaphragm capacity",
             "Report, Lincoln Elementary", "Peer review comments"),
            Decimal("0.66"),
        ),
        Task(
            "Retrofit drawings", "Drafting", {"emi": 5},
            ("Details S-501 to S-504", "Roof plan, gym", "Bracing elevations"), Decimal("0.37"),
        ),
    ),
    (Fate.PAID, Fate.PAID, Fate.STALE), po_number="BUSD-2231", runs=(-10, 26),
)  # fmt: skip

OKAFOR = Project(
    "Okafor HQ Fit-out", "HM-0431", "Okafor Holdings", "dana",
    (
        Task(
            "Coordination", MANAGEMENT, {"tomas": 1, "sofia": 2},
            ("Design team meeting", "Landlord comments", "Long-lead items"), Decimal("0.92"),
        ),
        Task(
            "Design development", ENGINEERING, {"amara": 3, "wei": 2, "noor": 3},
            ("Stair opening, level 21", "Raised floor loads", "Ceiling grid bracing"), Decimal("0.71"),
        ),
    ),
    (Fate.PARTLY_PAID, Fate.OPEN, Fate.DRAFTED), po_number="4500112", runs=(-4, 3),
)  # fmt: skip

AUGUSTA = Project(
    "Augusta Biotech Lab 4", "HM-0427", "Augusta Biotech", "dana",
    (
        Task(
            "Commissioning plan", ENGINEERING, {"tomas": 2, "priya": 2, "noor": 2},
            ("Test scripts, air handling", "Chilled water sequence", "Plan, draft 2"), Decimal("0.41"),
        ),
        Task(
            "Witness testing", ENGINEERING, {"lena": 2, "priya": 1},
            ("Fume hood containment", "Generator changeover"), Decimal("0.30"),
        ),
    ),
    (Fate.PAID, Fate.DEBITED, Fate.UNBILLED), po_number="AB-77120", runs=(-6, 5),
)  # fmt: skip

CASS = Project(
    "Load Rating Framework", "HM-0405", "Cass County Highways", "sofia",
    (
        Task(
            "Load rating", ENGINEERING, {"maximiliane": 3, "wei": 3},
            ("Bridge 12-044, girders", "Bridge 12-051, deck", "Rating summary sheets"), Decimal("0.66"),
        ),
        Task(
            "Bridge inspection", SURVEY, {"jonah": 2, "ravi": 3},
            ("Northfield bridge, substructure", "Cassville overpass, deck sounding"), Decimal("0.55"),
        ),
    ),
    (Fate.OPEN, Fate.OPEN, Fate.UNBILLED), runs=(-7, 2),
)  # fmt: skip

PORT = Project(
    "North Quay Drainage Study", "HM-0436", "Port of Larkspur", "dana",
    (
        Task(
            "Modelling", ENGINEERING, {"priya": 2, "noor": 2, "dana": 1},
            ("Tide gate scenarios", "Catchment model, quay 3", "Storm of record, calibration"), Decimal("0.35"),
        ),
        Task("Report", ENGINEERING, {"eleanor": 2, "dana": 1}, ("Executive summary", "Options table"), Decimal("0.86")),
    ),
    (Fate.PAID, Fate.PAID, Fate.OPEN), po_number="POL-5521", runs=(-4, 6),
)  # fmt: skip

RIDGELINE = Project(
    "Ridgeline Solar Grid Study", "HM-0440", "Ridgeline Renewables", "dana",
    (
        Task(
            "Grid study", ENGINEERING, {"amara": 2, "lena": 2, "grant": 4, "emi": 1},
            ("Interconnection study, feeder 7", "Substation yard layout", "Load flow, summer peak"), Decimal("0.58"),
        ),
    ),
    (Fate.PAID, Fate.PAID, Fate.DRAFTED), runs=(-3, 2),
)  # fmt: skip

GARAGE = Project(
    "Harbor Street Garage", "HM-0371", "Port of Larkspur", "sofia",
    (Task("Condition survey", SURVEY), Task("Repair drawings", "Drafting")),
    runs=(-14, -4), is_closed=True,
)  # fmt: skip

PROPOSALS = Project(
    "Proposals", "HM-0002", "Hartwell & Moss", "eleanor",
    (
        Task(
            "Bids and tenders", OVERHEAD, {"eleanor": 4, "dana": 2, "sofia": 2, "tomas": 0.5, "priya": 0.5},
            ("Mill Street Bridge, proposal", "Qualifications, Port of Larkspur", "Fee estimate, Cass County"),
        ),
    ),
    is_internal=True,
)  # fmt: skip

INTERNAL = Project(
    "Internal", "HM-0001", "Hartwell & Moss", "eleanor",
    (
        Task("Team meeting", OVERHEAD, {}, ("Monday meeting",)),
        Task(
            "Administration", OVERHEAD, {"mara": 6, "kemi": 6, "eleanor": 2, "dana": 2, "sofia": 1},
            ("Payroll and benefits", "Month end", "Insurance renewal", "Staff reviews", "Planning"),
        ),
        Task(
            "Training", "Training",
            {"noor": 2, "emi": 1, "wei": 1, "grant": 1, "amara": 1, "tomas": 1, "jonah": 1, "ravi": 1},
            ("Pressure modelling course", "Confined space entry", "CAD standards", "Code update webinar"),
        ),
    ),
    is_internal=True,
)  # fmt: skip

PROJECTS = (
    LARKSPUR, NORTHGATE, BRIGHTWATER, OKAFOR, AUGUSTA, CASS, PORT, RIDGELINE, GARAGE, PROPOSALS,
    INTERNAL,
)  # fmt: skip
