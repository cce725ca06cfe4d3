"""Tax details on the wire."""

from typing import Annotated

from pydantic import Field

from kalends.core.wire import In, Line, Out

from ..types import TaxDetails
from .values import Address, Name, StateCode

TaxId = Annotated[Line, Field(max_length=30, examples=["27AAPFU0939F1ZV"])]


class TaxDetailsIn(In):
    """All of it; what is left out is empty. Without `state` the one that the tax id names."""

    legal_name: Name
    tax_id: TaxId = ""
    address: Address
    state: StateCode = ""

    def details(self) -> TaxDetails:
        return TaxDetails(**self.model_dump())


class TaxDetailsRead(Out):
    """For the owner and operators. `tax_id_name` is what the tax id is called here."""

    tax_id_name: str
    legal_name: str
    tax_id: str
    address: str
    state: str

    @classmethod
    def of(cls, kind: str, details: TaxDetails) -> "TaxDetailsRead":
        return cls(
            tax_id_name=kind,
            legal_name=details.legal_name,
            tax_id=details.tax_id,
            address=details.address,
            state=details.state,
        )
