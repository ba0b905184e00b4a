"""What Hartwell & Moss agreed with its clients besides hours at their rates."""

from decimal import Decimal

from psa.demo.story import Arrangement, Credited, Deposit, Part, Scheduled

ARRANGEMENTS = (
    Arrangement(
        "Ridgeline Solar Grid Study", "Grid study", "TIME_AND_MATERIALS",
        {"cap_scope": "LINE", "cap_amount": Decimal(150_000), "excess": "CHANGE_ORDER"}, is_new=False,
    ),
    Arrangement(
        "North Quay Drainage Study", "Final report", "FIXED_FEE", {"fee_amount": Decimal(18_500)},
        tasks=("Report",),
    ),
    Arrangement(
        "Brightwater Schools Seismic Retrofit Programme 2026–2029", "Peer review package", "MILESTONE",
        {"fee_amount": Decimal(42_000)},
        parts=(
            Part("Assessment report accepted", Decimal(30), "Signed by M. Ortega, Brightwater facilities"),
            Part("Retrofit scheme agreed", Decimal(50)),
            Part("Closing letter", Decimal(20)),
        ),
    ),
    Arrangement(
        "Okafor HQ Fit-out", "Landlord liaison", "RECURRING",
        {"fee_amount": Decimal(1_800), "escalator_percent": Decimal(3)}, since=0,
    ),
    Arrangement(
        "Load Rating Framework", "On-call inspection", "ALLOWANCE",
        {
            "fee_amount": Decimal(9_600), "allowance_minutes": 60 * 60, "overage_rate_amount": Decimal(185),
            "rollover": "CAPPED", "rollover_minutes": 15 * 60, "rollover_periods": 1,
        },
        tasks=("Bridge inspection",), since=-1,
    ),
)  # fmt: skip
DEPOSITS = (Deposit("Port of Larkspur", Decimal(15_000), Decimal(5_000)),)
SCHEDULES = (Scheduled("Okafor HQ Fit-out", "Landlord liaison, monthly"),)
CREDITS = (
    Credited(
        "Northgate Transit Authority", "Second site meeting", Decimal(380),
        "The client had cancelled it in time", project="Northgate Depot Extension",
    ),
    Credited("Ridgeline Renewables", "Goodwill for the late draft report", Decimal(450), "Agreed by Dana on the phone"),
)  # fmt: skip
TEMPLATES = {"North Quay Drainage Study": "Drainage study"}
