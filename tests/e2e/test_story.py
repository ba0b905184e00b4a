"""From sign-up to a paid invoice, as its five people do it, in real Chromium, on a desk and on a phone."""

from collections.abc import Callable

import pytest

from tests.days import today
from tests.e2e import client as step_5
from tests.e2e import finance as step_4
from tests.e2e import manager as step_3
from tests.e2e import owner as step_1
from tests.e2e import staff as step_2
from tests.e2e.people import ALMA, DANA, KEMI, PRIYA, ZOE
from tests.e2e.stage import Actor, Stage

FRIDAY = 4


@pytest.mark.parametrize("width", [1440, 375])
def test_from_a_new_firm_to_a_paid_invoice(stage: Callable[[str, int], Stage], width: int) -> None:
    story = stage("story", width)
    dana, priya, kemi = prepare(story)
    work(story, dana, priya)
    bill(story, kemi)


def prepare(story: Stage) -> tuple[Actor, Actor, Actor]:
    """The owner makes the firm ready; manager, staff and finance come in."""
    olu = step_1.sign_up(story)
    step_1.describe_company(olu)
    step_1.add_working_hours(olu)
    step_1.invite(olu, *step_1.EVERYBODY)
    dana, priya, kemi, zoe = (step_1.join(story, person) for person in (DANA, PRIYA, KEMI, ZOE))
    step_1.arrange(olu)
    step_1.stay_outside(zoe)
    step_1.add_client(olu)
    step_1.add_project(olu)
    step_1.add_rates(olu, today())
    step_1.connect_stripe(olu)
    return dana, priya, kemi


def work(story: Stage, dana: Actor, priya: Actor) -> None:
    """A week is entered, partly returned, corrected and approved."""
    step_2.begin(priya, today())
    step_2.enter_week(priya, story.product, story.slug, today())
    step_2.submit(priya)
    dana.go("/")
    dana.look("home-manager")
    step_3.return_line(dana, "6.67")
    step_3.approve(dana, step_2.count_of_lines() - 1, "sheet")
    story.mail_to(PRIYA.email, "1 line returned")
    step_2.correct(priya, step_3.REASON, FRIDAY, "6.5")
    step_3.approve(dana, 1, "again")


def bill(story: Stage, kemi: Actor) -> None:
    """An invoice is drafted, issued, sent and paid; the books agree."""
    kemi.go("/")
    kemi.look("home-finance")
    step_4.draft(kemi)
    step_4.explain(kemi)
    step_4.write_down(kemi)
    number = step_4.issue(kemi)
    step_4.send(kemi)
    alma = step_5.open_mail(story, number)
    link = alma.page.url
    step_5.pay(alma, number)
    step_5.come_again(story, link)
    story.mail_to(ALMA.email, f"Receipt for invoice {number}")
    step_4.see_payment(kemi, story.product, story.slug, number)
