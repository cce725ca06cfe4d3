"""What a document says, from what was ordered: frozen as JSON, amounts in minor units."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kalends.core.money import Money
from kalends.core.profile import Profile

from ..types import PLATFORM, DocumentKind, DocumentLine, DocumentOrder, Party, TaxPart
from .gst import shown, state_of
from .settlement import contained_tax
from .words import in_words

_TITLES = {
    DocumentKind.receipt: "Receipt",
    DocumentKind.cancellation_note: "Cancellation note",
    DocumentKind.tax_invoice: "Invoice",
    DocumentKind.commission_invoice: "Commission invoice",
    DocumentKind.credit_note: "Credit note",
    DocumentKind.statement: "Statement",
}
_INVOICES = frozenset({DocumentKind.tax_invoice, DocumentKind.commission_invoice})


@dataclass(frozen=True, slots=True)
class Composed:
    """A document before it has a number."""

    total: Money
    tax: Money
    content: dict[str, Any]


def platform_of(profile: Profile) -> Party:
    """The marketplace as it signs its documents."""
    documents = profile.documents
    name = documents.legal_name or profile.branding.name
    return Party(PLATFORM, name, documents.address, documents.tax_id)


def compose(order: DocumentOrder, profile: Profile, references: Sequence[str]) -> Composed:
    """Total, tax and text of what was ordered. `references` are numbers of the documents it refers to."""
    total, taxes = _taxes(order, profile.documents.price_tax_name)
    tax = sum((part.amount for part in taxes), Money.zero(total.currency))
    content = {
        "title": title_of(order, registered=bool(order.issuer.tax_id) and bool(taxes)),
        "currency": total.currency,
        "zone": profile.time_zone,
        "issuer": party_said(order.issuer),
        "recipient": party_said(order.recipient),
        "tax_id_name": profile.documents.tax_id_name,
        "service_code": profile.documents.service_code if order.kind in _INVOICES else "",
        "lines": [_line(line) for line in order.lines],
        "taxable": (total - tax).amount,
        "taxes": [_tax(part) for part in taxes],
        "tax_included": not order.added,
        "total": total.amount,
        "words": in_words(total),
        "place_of_supply": order.place_of_supply,
        "reverse_charge": False,
        "facts": [list(fact) for fact in order.facts],
        "references": list(references),
        "notes": list(order.notes),
    }
    return Composed(total, tax, content)


def title_of(order: DocumentOrder, *, registered: bool) -> str:
    """Only who is registered for the tax and charges it issues a *tax* invoice."""
    if order.kind is DocumentKind.tax_invoice and registered:
        return "Tax invoice"
    if order.kind is DocumentKind.commission_invoice and registered:
        return "Tax invoice for commission"
    return _TITLES[order.kind]


def _taxes(order: DocumentOrder, name: str) -> tuple[Money, list[TaxPart]]:
    """The total, and the taxes in it: those that were added, or the one that prices contain."""
    lines = sum((line.amount for line in order.lines[1:]), order.lines[0].amount)
    supplier = state_of(order.issuer)
    place = order.place_of_supply
    if order.added:
        parts = [part for tax in order.added for part in shown(tax, supplier, place)]
        return sum((tax.amount for tax in order.added), lines), parts
    if not order.issuer.tax_id or not order.price_tax_bp:
        return lines, []
    contained = TaxPart(name, order.price_tax_bp, contained_tax(lines, order.price_tax_bp))
    return lines, shown(contained, supplier, place) if contained.amount else []


def party_said(party: Party) -> dict[str, str]:
    """Without the key, which is for the machine."""
    said = asdict(party) | {"state": state_of(party)}
    said.pop("key")
    return said


def _line(line: DocumentLine) -> dict[str, Any]:
    return {
        "description": line.description,
        "quantity": line.quantity,
        "unit_price": line.unit_price.amount if line.unit_price else None,
        "amount": line.amount.amount,
    }


def _tax(part: TaxPart) -> dict[str, Any]:
    return {"name": part.name, "basis_points": part.basis_points, "amount": part.amount.amount}
