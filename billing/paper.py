"""An invoice's content in words and figures of the client's language, ready to be set: the PDF and the preview."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from babel.dates import format_date, format_interval
from django.utils.translation import gettext

from billing.documents import Content
from billing.expense_paper import PaperExpenses, PaperReceipt, expense_sections, receipts
from billing.looks import Look, explains, hiding, look_of
from billing.paper_sums import sum_rows, words_below
from billing.printed import printed
from core.locales import locale_of
from core.minutes import hours
from core.money import format_amount, format_number, format_rate, places

MOST_RATE_PLACES = 4
CREDIT = "CREDIT"
DEPOSIT = "DEPOSIT"


@dataclass(frozen=True)
class PaperLine:
    line_id: int
    description: str
    hours: str
    rate: str
    amount: str


@dataclass(frozen=True)
class PaperGroup:
    name: str
    amount: str
    lines: list[PaperLine]
    # Where the project's section begins, in an invoice of several: its name and what it comes to.
    project: str = ""
    project_amount: str = ""


@dataclass(frozen=True)
class PaperEntry:
    day: str
    person: str
    note: str
    hours: str
    rate: str
    amount: str
    # Where the amount comes from; empty where the look does not explain it.
    why: str = ""


@dataclass(frozen=True)
class PaperSection:
    """The entries behind one line."""

    title: str
    hours: str
    amount: str
    entries: list[PaperEntry]


@dataclass(frozen=True)
class PaperTax:
    name: str
    amount: str


@dataclass(frozen=True)
class Paper:
    """Everything that stands on the paper, as texts."""

    language: str
    size: str
    firm: Content
    firm_lines: list[str]
    client_name: str
    client_lines: list[str]
    facts: list[tuple[str, str]]
    title: str
    period: str
    message: str
    has_hours: bool
    groups: list[PaperGroup]
    subtotal: str
    taxes: list[PaperTax]
    total_label: str
    total: str
    sections: list[PaperSection]
    number: str
    remittance: list[str]
    # What kind of document it is: Invoice, Credit memo, Deposit request.
    kind: str
    look: Look
    has_rates: bool
    has_people: bool
    due: str
    expense_sections: list[PaperExpenses]
    receipts: list[PaperReceipt]

    @property
    def line_columns(self) -> int:
        """How many columns stand before the amount of a line."""
        return 1 + self.has_hours + self.has_rates

    @property
    def entry_columns(self) -> int:
        """How many columns stand before the hours of an entry."""
        return 2 + self.has_people

    @property
    def sender(self) -> str:
        """Who sends it, in one line, as it stands above the address in the window of an envelope."""
        return " · ".join([self.firm["name"], *_lines(self.firm["address"])])

    @property
    def mark(self) -> str:
        """The letters where there is no logo."""
        return self.firm["mark"] or self.firm["name"][:1].upper()

    @property
    def logo_url(self) -> str:
        """Where the renderer finds the logo; empty when there is none."""
        shown = self.firm["logo_id"] and "logo" not in self.look.hides
        return f"stored:{self.firm['logo_id']}" if shown else ""


class Setter:
    """Sets values in one language and currency."""

    def __init__(self, language: str, currency: str) -> None:
        self.currency = currency
        self.locale = locale_of(language)

    def amount(self, text: str) -> str:
        return self._sign(format_number(Decimal(text), places(self.currency), self.locale))

    def money(self, text: str) -> str:
        return self._sign(format_amount(Decimal(text), self.currency, self.locale))

    def rate(self, text: str | None) -> str:
        """At least the currency's places, and as many more as the rate has."""
        if text is None:
            return ""
        rate = Decimal(text)
        own = -int(rate.normalize().as_tuple().exponent)
        return format_number(rate, min(max(places(self.currency), own), MOST_RATE_PLACES), self.locale)

    def money_rate(self, text: str | None) -> str:
        """The rate with its currency: $190.00, or $152.375."""
        return "" if text is None else self._sign(format_rate(Decimal(text), self.currency, self.locale))

    def hours(self, minutes: int | None) -> str:
        return "" if minutes is None else format_number(hours(minutes), 2, self.locale)

    def quantity(self, minutes: int | None, content: Content) -> str:
        """Hours; or days, where the rate is for a day: 1.00 day, 2.50 days."""
        unit = content.get("unit_minutes")
        if minutes is None or unit is None:
            return self.hours(minutes)
        days = Decimal(minutes) / unit
        return f"{format_number(days, 2, self.locale)} {gettext('day') if days == 1 else gettext('days')}"

    def percent(self, text: str) -> str:
        rate = Decimal(text)
        own = max(-int(rate.normalize().as_tuple().exponent), 0)
        return f"{format_number(rate, own, self.locale)} %"

    def day(self, text: str | None) -> str:
        return format_date(date.fromisoformat(text), "medium", locale=self.locale) if text else ""

    def period(self, first: str | None, last: str | None) -> str:
        if not first or not last:
            return ""
        if first == last:
            return format_date(date.fromisoformat(first), "long", locale=self.locale)
        days = date.fromisoformat(first), date.fromisoformat(last)
        return str(format_interval(*days, "yMMMd", locale=self.locale))

    @staticmethod
    def _sign(text: str) -> str:
        return text.replace("-", "−")


def paper_of(content: Content) -> Paper:
    """Sets the content. The client's language must be active, for the words."""
    content = printed(content)
    to = Setter(content["language"], content["currency"])
    firm, client = content["firm"], content["client"]
    groups = _project_groups(content["groups"], to)
    due = to.day(content["due_on"])
    is_credit = content.get("kind") == CREDIT
    look = hiding(look_of(content), content.get("hides", ()))
    has_hours = any(line.hours for group in groups for line in group.lines) and "hours" not in look.hides
    return Paper(
        language=content["language"],
        size="a4" if firm["paper"] == "A4" else "letter",
        firm=firm,
        firm_lines=_lines(firm["address"], firm["email"], firm["phone"], _tax_number(firm["tax_number"])),
        client_name=client["name"],
        client_lines=_lines(client["address"], _tax_number(client["tax_number"])),
        facts=_facts(content, to, due),
        title=content["title"],
        period=to.period(*content["period"]),
        message=words_below(content, to),
        has_hours=has_hours,
        groups=groups,
        subtotal=to.amount(content["subtotal"]),
        taxes=[PaperTax(*row) for row in sum_rows(content, to)],
        total_label=_total_label(is_credit, due),
        total=to.money(content["total"]),
        sections=[_section(section, to, explains=explains(content)) for section in content["appendix"]],
        number=content["number"],
        # A credit memo asks for nothing.
        remittance=[] if is_credit or "remittance" in look.hides else _lines(firm["remittance"]),
        kind=_kind(content),
        look=look,
        has_rates=has_hours and "rates" not in look.hides,
        has_people="people" not in look.hides,
        due=due,
        expense_sections=expense_sections(content, to.amount, to.day),
        receipts=receipts(content, to.day),
    )


def _kind(content: Content) -> str:
    if content.get("kind") == CREDIT:
        return gettext("Credit memo")
    return gettext("Deposit request") if content.get("kind") == DEPOSIT else gettext("Invoice")


def _total_label(is_credit: bool, due: str) -> str:
    if is_credit:
        return gettext("Total credited")
    return gettext("Total due %(day)s") % {"day": due} if due else gettext("Total due")


def _facts(content: Content, to: Setter, due: str) -> list[tuple[str, str]]:
    number = content["number"] or gettext("number on issue")
    facts = [
        (_kind(content), number),
        (gettext("Invoice"), content.get("invoice_number", "")),
        (gettext("Date"), to.day(content["issued_on"])),
        (gettext("Due"), due),
        (gettext("Terms"), content["terms"]),
        (gettext("PO"), content["po_number"]),
    ]
    return [(name, value) for name, value in facts if value]


def _project_groups(groups: list[Content], to: Setter) -> list[PaperGroup]:
    """The groups; in an invoice of several projects the first of each names it, with its sum and its purchase order."""
    sums: dict[str, Decimal] = {}
    for group in groups:
        if name := group.get("project"):
            sums[name] = sums.get(name, Decimal(0)) + Decimal(group["amount"])
    found, last = [], ""
    for group in groups:
        name, paper = group.get("project", ""), _group(group, to)
        if name and name != last:
            order = group.get("project_po_number")
            heading = f"{name}, {gettext('PO')} {order}" if order else name
            paper = replace(paper, project=heading, project_amount=to.amount(str(sums[name])))
        last = name
        found.append(paper)
    return found


def _group(group: Content, to: Setter) -> PaperGroup:
    return PaperGroup(
        group["name"],
        to.amount(group["amount"]),
        [
            PaperLine(
                line["line_id"],
                _description(line, to),
                to.quantity(line["minutes"], line),
                to.rate(line["rate"]),
                to.amount(line["amount"]),
            )
            for line in group["lines"]
        ],
    )


def _description(line: Content, to: Setter) -> str:
    """What the line is for, and the part of this payer where several share it: Senior engineer (40 %)."""
    share = line.get("share_percent")
    return f"{line['description']} ({to.percent(share)})" if share else str(line["description"])


def _section(section: Content, to: Setter, *, explains: bool) -> PaperSection:
    title = ", ".join(part for part in (section["group"], section["description"]) if part)
    return PaperSection(
        title,
        to.quantity(section["minutes"], section),
        to.amount(section["amount"]),
        [
            PaperEntry(
                to.day(entry["day"]),
                entry["person"],
                entry["note"],
                to.quantity(entry["minutes"], section),
                to.rate(entry["rate"]),
                to.amount(entry["amount"]),
                _why(entry) if explains else "",
            )
            for entry in section["entries"]
        ],
    )


def _why(entry: Content) -> str:
    """The rate and where it comes from; of an entry without a rate of its own, that it shares in the line."""
    if entry["rate"] is None:
        return gettext("Its share of the amount of this line")
    return str(entry.get("rate_source", ""))


def _tax_number(number: str) -> str:
    return gettext("Tax no. %(number)s") % {"number": number} if number else ""


def _lines(*texts: str) -> list[str]:
    return [line.strip() for text in texts for line in text.splitlines() if line.strip()]
