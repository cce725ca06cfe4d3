"""How a provider is known to its tax office."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TaxDetails:
    """What a provider's invoices say of it; empty is what nobody has told.

    `state` is the code of a part of the country, such as 27 in India.
    """

    legal_name: str = field(default="", repr=False)
    tax_id: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    state: str = ""
