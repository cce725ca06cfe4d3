"""Money in the journal, and orders of documents about it."""

from dataclasses import dataclass, field
from uuid import UUID

from kalends import ledger
from kalends.billing import DocumentKind, DocumentLine, DocumentOrder, Party
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import open_unit

PROVIDER_ID, CUSTOMER_ID = new_id(), new_id()
PROVIDER = Party(f"provider:{PROVIDER_ID}", "Kasba Hall", "12 Shaniwar Peth, Pune")
CUSTOMER = Party(f"user:{CUSTOMER_ID}", "Asha Rao")


def inr(amount: int) -> Money:
    return Money(amount, "INR")


PRICE, COMMISSION, GST = inr(100_000), inr(10_000), inr(1_800)


@dataclass(frozen=True)
class Sale:
    """A subject whose money was captured and released, less commission and GST on it."""

    amount: Money = PRICE
    commission: Money = COMMISSION
    gst: Money = GST
    id: UUID = field(default_factory=new_id)

    @property
    def subject(self) -> str:
        return f"booking:{self.id}"

    def order(
        self, kind: DocumentKind = DocumentKind.tax_invoice, **changes: object
    ) -> DocumentOrder:
        facts = {
            "kind": kind,
            "subject": self.subject,
            "cause": f"release:{self.id}",
            "issuer": PROVIDER,
            "recipient": CUSTOMER,
            "lines": (DocumentLine("Courtyard Room", self.amount, "2 h", inr(50_000)),),
        }
        return DocumentOrder(**(facts | changes))  # type: ignore[arg-type]


async def a_sale(house: House, **changes: Money) -> Sale:
    """Its money has been captured at a gateway and released to the provider."""
    sale = Sale(**changes)
    escrow = ledger.escrow(sale.subject)
    net = sale.amount - sale.commission - sale.gst
    shares = ((ledger.commission(), sale.commission), (ledger.tax("gst"), sale.gst))
    entries = [
        ledger.Entry(account, -money)
        for account, money in (*shares, (ledger.provider_available(PROVIDER_ID), net))
        if money
    ]
    captured = ledger.Move(
        key=f"capture:{sale.id}",
        kind="capture",
        debit=ledger.gateway("sandbox"),
        credit=escrow,
        amount=sale.amount,
        subject=sale.subject,
    )
    released = ledger.Transaction(
        key=f"release:{sale.id}",
        kind="release",
        subject=sale.subject,
        memo="",
        entries=(ledger.Entry(escrow, sale.amount), *entries),
    )
    async with open_unit(house) as unit:
        await ledger.move(unit, captured)
        await ledger.post(unit, released)
    return sale
