"""Step 1: the owner signs up a firm and makes it ready to work."""

import re
from datetime import date

from playwright.sync_api import expect

from tests.e2e.people import ALMA, CLIENT, DANA, KEMI, OLU, PASSWORD, PRIYA, PROJECT, TASKS, ZOE, Person
from tests.e2e.stage import Actor, Stage

# One firm for each width; the address follows the name.
FIRMS = {1440: ("Hartwell & Moss", "hartwell-moss"), 375: ("Söderström Civil", "soderstrom-civil")}


def sign_up(stage: Stage) -> Actor:
    """At the root address; the hand-over signs the owner in on the firm's own host."""
    owner = stage.enter()
    owner.go("/")
    owner.look("landing")
    owner.follow("Create your firm")
    owner.fill("form", owner_name=OLU.name, owner_email=OLU.email, name=FIRMS[stage.width][0])
    owner.press("Tab")
    expect(owner.page.locator("#slug-note")).to_contain_text("is free")
    owner.fill("form", password="short")
    owner.button("Create firm")
    expect(owner.page.locator("[name=password]")).to_have_attribute("aria-invalid", "true")
    owner.look("sign-up-refused")
    owner.fill("form", password=PASSWORD)
    owner.button("Create firm")
    owner.page.wait_for_url(re.compile(r"http://[a-z-]+\.localhost:\d+/$"))
    stage.slug = FIRMS[stage.width][1]
    owner.base = stage.product.firm(stage.slug)
    assert owner.page.url == f"{owner.base}/"
    owner.heading("Welcome, Olu")
    owner.look("first-run")
    return owner


def describe_company(owner: Actor) -> None:
    owner.follow("Company")
    owner.fill(address="12 Harbor Street\nPortland, ME 04101", email=OLU.email, tagline="Civil engineers")
    owner.look("company")
    owner.button("Save company")
    owner.told("saved")


def add_working_hours(owner: Actor) -> None:
    owner.go("/people/firm/hours/")
    owner.look("working-hours")
    owner.follow("Add working hours")
    owner.page.get_by_label("Name").fill("Full week")
    for day in ("Mon", "Tue", "Wed", "Thu", "Fri"):
        owner.page.locator(".week-hours").get_by_label(day).fill("7:30")
    owner.button("Save hours")
    expect(owner.page.get_by_text("Full week").first).to_be_visible()


def invite(owner: Actor, *people: Person) -> None:
    owner.menu("People")
    owner.look("people-alone")
    owner.follow("Invite")
    for person in people:
        owner.fill(name=person.name, email=person.email, job_title=person.title)
        owner.page.get_by_role("checkbox", name=person.role).check()
        if person is people[0]:
            owner.look("invite")
        owner.button("Send and invite another")
        owner.told(f"{person.name} is invited")
    owner.menu("People")
    expect(owner.page.locator("main")).to_contain_text(people[-1].email)
    owner.look("people-invited")


def join(stage: Stage, person: Person) -> Actor:
    """Somebody who was invited follows the mail and sets a password."""
    actor = stage.enter()
    stage.follow_mail(actor, person.email, "", "Join")
    actor.base = stage.product.firm(stage.slug)
    actor.look(f"join-{person.role.lower()}")
    actor.fill("form", password=PASSWORD)
    actor.page.locator("form button.btn-primary").click()
    actor.page.wait_for_url(f"{actor.base}/")
    actor.look(f"home-new-{person.role.lower()}")
    return actor


def arrange(owner: Actor) -> None:
    """Managers and working hours; somebody who leaves."""
    for person, manager in ((PRIYA, DANA), (DANA, OLU)):
        owner.menu("People")
        owner.follow(person.name)
        owner.heading(person.name)
        owner.page.get_by_label("Manager", exact=True).select_option(label=manager.name)
        owner.button(f"Save {person.name}")
        owner.told("saved")
        owner.page.get_by_label("New hours").select_option(label="Full week")
        owner.button("Set hours")
        owner.told("working hours")
    owner.look("person")
    owner.menu("People")
    owner.follow(ZOE.name)
    owner.button("Deactivate")
    owner.page.locator("#dialog .btn-danger, #dialog .btn-primary").click()
    expect(owner.page.get_by_text("Inactive").first).to_be_visible()


def add_client(owner: Actor) -> None:
    owner.menu("Clients")
    owner.look("clients-empty")
    owner.follow("New client")
    owner.fill(
        name=CLIENT,
        code="LKS",
        billing_address="400 Magnolia Avenue\nLarkspur, CA 94939",
        phone="415 555 0100",
    )
    owner.look("client-new")
    owner.button("Add client")
    owner.heading(CLIENT)
    owner.button("Contact")
    owner.fill("#dialog", name=ALMA.name, email="not an address")
    owner.page.get_by_label("Gets invoices").check()
    owner.button("Add contact")
    expect(owner.page.locator("#dialog")).to_contain_text("Enter a valid email address.")
    owner.fill("#dialog", email=ALMA.email)
    owner.look("contact")
    owner.button("Add contact")
    expect(owner.page.locator("#contacts")).to_contain_text(ALMA.email)
    owner.look("client")


def add_project(owner: Actor) -> None:
    owner.go("/projects/labor-codes/")
    owner.button("New labor code")
    owner.fill("#dialog", name="Engineering", code="ENG")
    owner.button("Add labor code")
    expect(owner.page.locator("main")).to_contain_text("Engineering")
    owner.menu("Projects")
    owner.follow("New project")
    owner.pick("Client", CLIENT)
    owner.fill(name=PROJECT)
    owner.pick("Lead", DANA.name)
    owner.pick("Team", PRIYA.name)
    owner.press("Escape")
    owner.look("project-new")
    owner.button("Open project")
    owner.heading(PROJECT)
    for task in TASKS:
        line = owner.page.locator("#task-line")
        line.locator("[name=name]").fill(task)
        line.locator("[name=budget_minutes]").fill("400")
        line.locator("[name=labor_code]").select_option(label="Engineering")
        line.get_by_role("button", name="Add task").click()
        expect(owner.page.locator("#tasks")).to_contain_text(task)
    expect(owner.page.locator("#team")).to_contain_text(PRIYA.name)
    owner.look("project")


def add_rates(owner: Actor, today: date) -> None:
    """A firm card from the beginning of last year on, with a change of one rate since; an overlap is refused."""
    owner.menu("Rate cards")
    owner.follow("New rate card")
    owner.fill(name="Standard")
    owner.page.get_by_label("For", exact=True).select_option(label="Whole firm")
    owner.look("rate-card-new")
    owner.button("Add rate card")
    owner.heading("Standard")
    since = f"{today.year - 1}-01-01"
    for title, rate in ((PRIYA.title, "180"), (DANA.title, "240.00"), (DANA.title, "250")):
        owner.page.locator("main").get_by_role("button", name="Add rate").click()
        owner.page.locator("#dialog").get_by_label("Role").select_option(label=title)
        owner.fill("#dialog", rate_amount=rate, starts_on=since)
        owner.button("Add rate", within="#dialog")
        if rate != "250":
            expect(owner.page.locator("#rates")).to_contain_text(rate.removesuffix(".00"))
    expect(
        owner.page.locator("#dialog [role=alert]:visible, #dialog .field-error:visible").first
    ).to_be_visible()
    owner.look("rate-overlaps")
    owner.press("Escape")
    owner.page.get_by_role("button", name=f"Change Role {PRIYA.title}").click()
    owner.fill("#dialog", rate_amount="190", starts_on=f"{today.year - 1}-06-01")
    owner.button("Change rate")
    expect(owner.page.locator("#rates")).to_contain_text("190")
    owner.look("rate-card")


def connect_stripe(owner: Actor) -> None:
    owner.menu("Connections")
    owner.look("connections")
    owner.button("Connect Stripe")
    owner.page.get_by_label("Business name").fill("Hartwell & Moss")
    owner.button("Finish and open payments")
    owner.page.wait_for_url(f"{owner.base}/connections/**")
    expect(owner.page.locator("main")).to_contain_text("Ready")
    owner.look("connections-ready")


def stay_outside(leaver: Actor) -> None:
    """Whoever was deactivated is signed out at once."""
    leaver.go("/")
    assert leaver.page.url.startswith(f"{leaver.base}/account/sign-in/")
    leaver.look("sign-in")


EVERYBODY = (DANA, PRIYA, KEMI, ZOE)
