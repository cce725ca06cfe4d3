"""A booking as its documents see it: who is who, who sells what in it, and what its money did."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from kalends.billing import FeeTerms, MoneyEvent, Moved, Party

from ...types import BookingFacts, LineFacts


@dataclass(frozen=True, slots=True)
class Sale:
    """What one provider sells in a booking: all of it, or one line of an event.

    `line` is the line's id, None for the whole. `state` is where the service is supplied, which decides
    whose tax is in the price. `place_id` narrows which of the provider's managers see its documents.
    """

    line: str | None
    provider: Party
    lines: tuple[LineFacts, ...]
    terms: FeeTerms
    state: str
    place_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A booking with its parties, its sales and the events of its money, oldest first.

    `parts` says which line a refund or a milestone was of, `due` what a milestone fell due at, by their ids.
    """

    booking: BookingFacts
    customer: Party
    platform: Party
    sales: tuple[Sale, ...]
    events: tuple[MoneyEvent, ...]
    parts: Mapping[str, str]
    due: Mapping[str, str]

    def sale_of(self, event: MoneyEvent) -> Sale | None:
        """Whose sale the money was of; None when it was not one sale's."""
        whole = next((sale for sale in self.sales if sale.line is None), None)
        line = self.parts.get(_about(event), _about(event))
        return whole or next((sale for sale in self.sales if sale.line == line), None)

    def line_of(self, event: MoneyEvent) -> str:
        """The name of the line that a refund gave back; empty when it was of the whole booking."""
        line = self.parts.get(_about(event), "")
        names = {sale.line or str(x.ref_id): x.name for sale in self.sales for x in sale.lines}
        return names.get(line, line)

    def due_at(self, event: MoneyEvent) -> str:
        """The milestone that a release was of; empty for others."""
        return self.due.get(_about(event), "")

    def all(self, what: Moved) -> list[MoneyEvent]:
        return [event for event in self.events if event.what is what]

    def before(self, event: MoneyEvent, what: Moved) -> list[MoneyEvent]:
        earlier = self.events[: self.events.index(event)]
        return [e for e in earlier if e.what is what]

    def released_of(self, sale: Sale | None, event: MoneyEvent) -> list[MoneyEvent]:
        """What had been released of the sale before the event."""
        return [e for e in self.before(event, Moved.released) if self.sale_of(e) is sale]


def _about(event: MoneyEvent) -> str:
    """What a transaction's key ends with: the id of a milestone, a refund or a line."""
    return event.key.rpartition(":")[2]
