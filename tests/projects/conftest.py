"""What is asked of rate cards, and the cards."""

import pytest

from projects.models import RateCard, RateRule
from projects.rates import RateKey
from tests.cast import Cast
from tests.projects.rated import DAY


@pytest.fixture
def key(cast: Cast) -> RateKey:
    member = cast.member.staff_member
    return RateKey(
        staff_id=member.pk,
        job_title_id=member.job_title_id,
        client_id=cast.client.pk,
        project_id=cast.project.pk,
        task_id=cast.design.pk,
        labor_code_id=cast.engineering.pk,
        currency="USD",
        on=DAY,
    )


@pytest.fixture
def cards(cast: Cast) -> dict[str, RateCard]:
    RateRule.objects.all().delete()
    return {
        "project": RateCard.objects.create(name="Larkspur main", scope="PROJECT", project=cast.project),
        "client": RateCard.objects.create(name="Larkspur 2026", scope="CLIENT", client=cast.client),
        "firm": cast.card,
        "letter": RateCard.objects.create(name="Letter B", scope="LETTER", letter="B"),
    }
