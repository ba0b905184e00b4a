"""Cards and bank accounts, and what each test number does. The numbers are Stripe's own."""

import re
from dataclasses import dataclass

from sandbox.store import Body, Record
from sandbox.stripe.ids import new_id
from sandbox.world import World

ROUTING_NUMBER = "110000000"
GOOD_CARD = "4242424242424242"
GOOD_ACCOUNT = "000123456789"


@dataclass(frozen=True)
class Refusal:
    """Why a payment fails: code, decline code and the words for the payer."""

    code: str
    decline_code: str | None
    message: str


_DECLINES = {
    "4000000000000002": Refusal("card_declined", "generic_decline", "Your card was declined."),
    "4000000000009995": Refusal("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    "4000000000009987": Refusal("card_declined", "lost_card", "Your card was declined."),
    "4000000000009979": Refusal("card_declined", "stolen_card", "Your card was declined."),
    "4000000000000069": Refusal("expired_card", "expired_card", "Your card has expired."),
    "4000000000000127": Refusal("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
    "4000000000000119": Refusal(
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again shortly.",
    ),
}
_ASKS_BANK = {"4000002500003155", "4000002760003184", "4000000000003220"}
_RETURNS = {
    "000111111113": Refusal("account_closed", None, "The bank account has been closed."),
    "000111111116": Refusal("no_account", None, "The bank account could not be located."),
    "000222222227": Refusal("insufficient_funds", None, "The bank account has insufficient funds."),
    "000333333335": Refusal(
        "debit_not_authorized", None, "The customer has told their bank this debit is not allowed."
    ),
    "000444444440": Refusal("invalid_currency", None, "The bank account cannot be debited in this currency."),
}
NEVER_CLEARS = "000000000009"
DISPUTED_ACCOUNT = "000555555559"
SLOW_REFUND_CARD, FAILING_REFUND_CARD = "4000000000007726", "4000000000005126"
_GOOD_CARDS = {
    GOOD_CARD,
    "4000056655665556",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "6011111111111117",
    SLOW_REFUND_CARD,
    FAILING_REFUND_CARD,
}
# Payment methods that the API knows by name, so that no number travels.
NAMED = {
    "pm_card_visa": ("card", GOOD_CARD),
    "pm_card_mastercard": ("card", "5555555555554444"),
    "pm_card_chargeDeclined": ("card", "4000000000000002"),
    "pm_card_visa_chargeDeclined": ("card", "4000000000000002"),
    "pm_card_chargeDeclinedInsufficientFunds": ("card", "4000000000009995"),
    "pm_card_authenticationRequired": ("card", "4000002500003155"),
    "pm_card_threeDSecure2Required": ("card", "4000000000003220"),
    "pm_usBankAccount_success": ("us_bank_account", GOOD_ACCOUNT),
    "pm_usBankAccount_accountClosed": ("us_bank_account", "000111111113"),
    "pm_usBankAccount_noAccount": ("us_bank_account", "000111111116"),
    "pm_usBankAccount_insufficientFunds": ("us_bank_account", "000222222227"),
    "pm_usBankAccount_debitNotAuthorized": ("us_bank_account", "000333333335"),
    "pm_usBankAccount_dispute": ("us_bank_account", DISPUTED_ACCOUNT),
    "pm_usBankAccount_processing": ("us_bank_account", NEVER_CLEARS),
}


@dataclass(frozen=True)
class Instrument:
    """What somebody pays with. `kind` is Stripe's payment method type."""

    kind: str
    number: str
    name: str = ""
    email: str = ""
    expires: tuple[int, int] = (12, 2034)  # month, year
    routing: str = ROUTING_NUMBER

    def declined(self) -> Refusal | None:
        """At once, by the card's bank. A card that is no test card is refused in words of its own."""
        if self.kind != "card" or self.number in _GOOD_CARDS or self.number in _ASKS_BANK:
            return None
        not_a_test = Refusal(
            "card_declined",
            "test_mode_live_card",
            "Your card was declined. This is a sandbox: it accepts test cards only.",
        )
        return _DECLINES.get(self.number, not_a_test)

    def returned(self) -> Refusal | None:
        """Days later, by the payer's bank. An account that is no test account is not found."""
        if self.number in {GOOD_ACCOUNT, DISPUTED_ACCOUNT}:
            return None
        return _RETURNS.get(self.number, _RETURNS["000111111116"])

    def asks_bank(self) -> bool:
        """Whether 3-D Secure comes first."""
        return self.kind == "card" and self.number in _ASKS_BANK

    def brand(self) -> str:
        """By the first digits."""
        for pattern, brand in (
            (r"4", "visa"),
            (r"5[1-5]|2[2-7]", "mastercard"),
            (r"3[47]", "amex"),
            (r"6", "discover"),
        ):
            if re.match(pattern, self.number):
                return brand
        return "unknown"


def passes_luhn(number: str) -> bool:
    """The check digit of a card number."""
    if not re.fullmatch(r"[0-9]{13,19}", number):
        return False
    doubled = [int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def passes_routing(number: str) -> bool:
    """The check digit of an American routing number."""
    if not re.fullmatch(r"[0-9]{9}", number):
        return False
    return sum(int(digit) * (3, 7, 1)[index % 3] for index, digit in enumerate(number)) % 10 == 0


def keep(world: World, instrument: Instrument, account: str | None) -> Record:
    """A payment method of Stripe's, with the full number beside it where the API does not show it."""
    body: Body = {
        "id": new_id("pm"),
        "object": "payment_method",
        "billing_details": {
            "email": instrument.email or None,
            "name": instrument.name or None,
            "phone": None,
        },
        "created": world.clock.now(),
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": instrument.kind,
        instrument.kind: details_of(instrument),
    }
    world.store.add("instrument", body["id"], {"kind": instrument.kind, "number": instrument.number}, account)
    return world.store.add("payment_method", body["id"], body, account)


def kept(world: World, payment_method: str) -> Instrument:
    """The instrument behind a payment method that `keep` made."""
    record = world.store.find("instrument", payment_method)
    if record is None:
        raise LookupError(payment_method)
    return Instrument(record.body["kind"], record.body["number"])


def details_of(instrument: Instrument) -> Body:
    """What a charge tells about card or bank account."""
    if instrument.kind == "us_bank_account":
        return {
            "account_holder_type": "individual",
            "account_type": "checking",
            "bank_name": "STRIPE TEST BANK",
            "fingerprint": None,
            "last4": instrument.number[-4:],
            "routing_number": instrument.routing,
        }
    month, year = instrument.expires
    return {
        "brand": instrument.brand(),
        "country": "US",
        "exp_month": month,
        "exp_year": year,
        "funding": "credit",
        "last4": instrument.number[-4:],
        "network": instrument.brand(),
        "three_d_secure": None,
    }
