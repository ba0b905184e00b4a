"""The rows between subtotal and total of a document, and the words about taxes and paying early, in its language."""

from typing import Protocol

from django.utils.translation import gettext

from billing.documents import Content


class Writing(Protocol):
    """Writes values in one language and currency."""

    def amount(self, text: str) -> str: ...
    def money(self, text: str) -> str: ...
    def percent(self, text: str) -> str: ...
    def day(self, text: str | None) -> str: ...


def sum_rows(content: Content, to: Writing) -> list[tuple[str, str]]:
    """Discounts, then taxes: their names and amounts. Taxes that the prices contain say so."""
    discounts = [
        (_discount_name(row, to), f"−{to.amount(row['amount'])}") for row in content.get("discounts", [])
    ]
    return discounts + [(_tax_name(tax, to), to.amount(tax["amount"])) for tax in content["taxes"]]


def words_below(content: Content, to: Writing) -> str:
    """The message, then why a tax is not charged or who owes it, then what paying early saves."""
    words = [content["message"], *content.get("tax_notes", [])]
    if number := content.get("exemption"):
        words.append(gettext("Exempt from tax, certificate %(number)s.") % {"number": number})
    if early := content.get("early_discount"):
        facts = {
            "day": to.day(early["until"]),
            "amount": to.money(early["amount"]),
            "percent": to.percent(early["percent"]),
        }
        words.append(gettext("Paid in full by %(day)s, it is %(amount)s (%(percent)s) less.") % facts)
    return "\n".join(text for text in words if text)


def _discount_name(row: Content, to: Writing) -> str:
    name = gettext("Discount")
    if row["percent"] is not None:
        name = f"{name} {to.percent(row['percent'])}"
    return ", ".join(part for part in (name, row["line"], row["reason"]) if part)


def _tax_name(tax: Content, to: Writing) -> str:
    name = tax["name"] if "%" in tax["name"] else f"{tax['name']} {to.percent(tax['rate_percent'])}"
    return gettext("%(tax)s, included") % {"tax": name} if tax.get("is_included") else name
