"""A provider's statement: what its lines say, that it adds up, and what of it is frozen."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kalends.core.money import Money
from kalends.core.profile import Profile
from kalends.core.wording import coded_money

from ..errors import TotalsDiffer
from ..types import DocumentFacts, Movement, Party, StatementContent, StatementLine
from .contents import Composed, party_said, platform_of
from .words import in_words

DAYS_TO_ISSUE = 7
_WHAT = {
    "release": "Earned",
    "clawback": "Refund or card dispute",
    "payout_paid": "Paid out",
    "payout_reversed": "Came back from the bank",
    "tip": "Tip",
}


def month_before(now: datetime, zone: str) -> str | None:
    """The month that has just ended in the marketplace; None when it did so more than a week ago."""
    today = now.astimezone(ZoneInfo(zone)).date()
    if today.day > DAYS_TO_ISSUE:
        return None
    year, month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    return f"{year}-{month:02d}"


def running(opening: Money, moved: Iterable[Movement]) -> Iterator[StatementLine]:
    """The movements as lines, each with the balance after it."""
    balance = opening
    for one in moved:
        balance += one.amount
        yield StatementLine(one.at, told(one), one.amount, balance)


def told(one: Movement) -> str:
    """What it was, and the end of the number that the API has for what it was about."""
    what = _WHAT.get(one.kind, one.kind.replace("_", " ").capitalize())
    if one.times > 1:
        return f"{what} ({one.times} times)"
    kind, _, reference = (one.subject or "").partition(":")
    return f"{what}, {kind} …{reference[-6:]}" if reference else what


def check(content: StatementContent) -> None:
    """Raise TotalsDiffer unless opening and movements make the closing balance."""
    added = sum((line.amount for line in content.lines), content.opening)
    if added != content.closing:
        raise TotalsDiffer(f"statement: {added} is not the balance of {content.closing}")


def compose_statement(content: StatementContent, until: datetime, profile: Profile) -> Composed:
    """What the document says; its total is the closing balance, below zero what the provider owes."""
    closing, zero = content.closing, Money.zero(content.closing.currency)
    said = {
        "title": "Statement",
        "currency": closing.currency,
        "zone": profile.time_zone,
        "issuer": party_said(platform_of(profile)),
        "recipient": party_said(content.provider),
        "tax_id_name": profile.documents.tax_id_name,
        "service_code": "",
        "lines": [_frozen(line) for line in content.lines],
        "taxable": closing.amount,
        "taxes": [],
        "tax_included": True,
        "total": closing.amount,
        "words": in_words(closing),
        "place_of_supply": "",
        "reverse_charge": False,
        "facts": _facts(content),
        "references": [],
        "notes": [],
        "statement": {
            "first": content.first.isoformat(),
            "last": content.last.isoformat(),
            "until": until.isoformat(),
            "opening": content.opening.amount,
            "sums": [[name, money.amount] for name, money in content.sums],
        },
    }
    return Composed(closing, zero, said)


def read_statement(document: DocumentFacts) -> StatementContent:
    """An issued statement as it was."""
    said, currency = document.content, document.total.currency
    frozen, who = said["statement"], said["recipient"]
    return StatementContent(
        provider=Party(
            document.recipient, who["name"], who["address"], who["tax_id"], who["state"]
        ),
        first=date.fromisoformat(frozen["first"]),
        last=date.fromisoformat(frozen["last"]),
        opening=Money(frozen["opening"], currency),
        closing=document.total,
        lines=tuple(_thawed(line, currency, ZoneInfo(said["zone"])) for line in said["lines"]),
        sums=tuple((name, Money(amount, currency)) for name, amount in frozen["sums"]),
    )


def _facts(content: StatementContent) -> list[list[str]]:
    return [
        ["Period", f"{content.first.isoformat()} to {content.last.isoformat()}"],
        ["Opening balance", coded_money(content.opening)],
        *([name, coded_money(money)] for name, money in content.sums),
    ]


def _frozen(line: StatementLine) -> dict[str, Any]:
    return {
        "description": line.what,
        "quantity": line.at.date().isoformat(),
        "unit_price": None,
        "amount": line.amount.amount,
        "at": line.at.astimezone(UTC).isoformat(),
        "balance": line.balance.amount,
    }


def _thawed(line: Any, currency: str, zone: ZoneInfo) -> StatementLine:
    return StatementLine(
        at=datetime.fromisoformat(line["at"]).astimezone(zone),
        what=line["description"],
        amount=Money(line["amount"], currency),
        balance=Money(line["balance"], currency),
    )
