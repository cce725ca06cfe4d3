"""Reading an enquiry, for code that is entitled to it anyway."""

from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.unit import Unit

from ...repository import enquiries as repository
from ...types import EnquiryFacts


async def get_enquiry(unit: Unit, enquiry_id: UUID) -> EnquiryFacts:
    """Raises NotFound."""
    found = await repository.find(unit, enquiry_id)
    if found is None:
        raise NotFound
    return found
