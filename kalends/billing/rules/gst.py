"""India's tax on a document: which part is whose, by the states of the supplier and of the supply."""

import re

from ..types import Party, TaxPart

_GSTIN = re.compile(r"^(\d{2})[A-Z]{5}\d{4}[A-Z][0-9A-Z]Z[0-9A-Z]$")
GST = "GST"


def state_of(party: Party) -> str:
    """The code of the party's state, from a GSTIN where nothing else says it; empty when unknown."""
    if party.state:
        return party.state
    found = _GSTIN.match(party.tax_id)
    return found[1] if found else ""


def shown(tax: TaxPart, supplier: str, place: str) -> list[TaxPart]:
    """GST as a document has to show it: half central and half the state's within a state, else integrated.

    Where a state is unknown, and for every other tax, it stays one line.
    """
    if tax.name != GST or not supplier or not place:
        return [tax]
    if supplier != place:
        return [TaxPart("IGST", tax.basis_points, tax.amount)]
    central, of_state = tax.amount.split([1, 1])
    odd = tax.basis_points is None or tax.basis_points % 2
    half = None if odd else (tax.basis_points or 0) // 2
    return [TaxPart("CGST", half, central), TaxPart("SGST", half, of_state)]
