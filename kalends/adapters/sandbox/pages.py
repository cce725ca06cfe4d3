"""The provider's pages, for people. They work without JavaScript."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from kalends.core.money import Money
from kalends.core.profile import Profile

from .rules import TEST_ACCOUNTS
from .schemas import CheckoutAnswer
from .types import Desk, Instrument, Movement, OrderFacts, Total

_BUTTONS = {
    Instrument.success: ("Pay", "the money is taken at once"),
    Instrument.declined: ("Declined card", "the bank refuses; you may try again"),
    Instrument.timeout: ("No answer", "the bank never answers, nothing is taken"),
    Instrument.late: ("Late bank", "the money is taken one hour later"),
    Instrument.duplicate: ("Stuttering webhook", "taken once, reported three times"),
    Instrument.out_of_order: ("Disordered webhook", "taken, then an older failure is reported"),
    Instrument.wrong_amount: ("Wrong amount", "the bank takes one minor unit too much"),
    Instrument.authorized: ("Reserve only", "the marketplace must take it within five days"),
    Instrument.with_fee: ("With a fee", "2 % are kept, and told on the statement only"),
    Instrument.refund_slow: ("Slow refunds", "taken at once; money back needs an hour"),
    Instrument.refund_fails: ("Failing refunds", "taken at once; money cannot be given back"),
}
_SENTENCES = {
    "created": "Nothing has been paid yet.",
    "pending": "The bank is thinking about it; the money will be taken in an hour.",
    "failed": "The bank refused the payment. Nothing was taken; try again.",
    "authorized": "The money is reserved. You can go back to the marketplace.",
    "captured": "Paid. You can go back to the marketplace.",
}
_pages = Environment(
    loader=PackageLoader("kalends.adapters.sandbox"), autoescape=True, undefined=StrictUndefined
)
_pages.filters["money"] = lambda amount, currency: str(Money(amount, currency))


def checkout_page(profile: Profile, order: OrderFacts, answer: CheckoutAnswer | None = None) -> str:
    """The page of one order: what to pay, to whom, and with what. `answer` is shown after a try."""
    return _pages.get_template("checkout.html").render(
        merchant=profile.branding.name,
        colour=profile.branding.colour,
        order=order,
        sentence=_SENTENCES[order.state],
        buttons=_BUTTONS if order.state in {"created", "failed"} else {},
        answer=answer,
    )


def statement_page(profile: Profile, totals: list[Total], movements: list[Movement]) -> str:
    """The statement as a page."""
    return _pages.get_template("statement.html").render(
        merchant=profile.branding.name,
        colour=profile.branding.colour,
        totals=totals,
        movements=movements,
    )


def desk_page(profile: Profile, desk: Desk) -> str:
    """Everything that a person can decide in the bank's place, and the test accounts."""
    return _pages.get_template("desk.html").render(
        merchant=profile.branding.name,
        colour=profile.branding.colour,
        desk=desk,
        test_accounts=TEST_ACCOUNTS,
    )
