"""Who may ask for a price, set a rate, read a document."""

from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.principal import Principal
from kalends.core.unit import Unit

from .repository import documents
from .types import DocumentFacts

_own = "own documents; a managed provider's; operators any"
_earner = "money of a provider that one runs; operators any"

POLICY = {
    "GET /subscriptions/plans": Rule(
        Who.public, "anybody's", unit=UnitKind.read, limit="search", feature="subscriptions"
    ),
    "GET /subscriptions/me": Rule(
        Who.signed_in, "one's own", unit=UnitKind.read, feature="subscriptions"
    ),
    "POST /subscriptions/start": Rule(
        Who.signed_in,
        "for oneself",
        unit=UnitKind.none,
        limit="bookings",
        keyed=True,
        feature="subscriptions",
    ),
    "POST /subscriptions/cancel": Rule(
        Who.signed_in, "one's own", keyed=True, feature="subscriptions"
    ),
    "GET /documents/{document_id}": Rule(Who.signed_in, _own, unit=UnitKind.read),
    "GET /documents/{document_id}/document.pdf": Rule(Who.signed_in, _own, unit=UnitKind.read),
    "GET /statements": Rule(Who.manager, _earner, unit=UnitKind.read),
    "GET /statements/{month}": Rule(Who.manager, _earner, unit=UnitKind.read),
    "GET /statements/{month}/statement.pdf": Rule(Who.manager, _earner, unit=UnitKind.read),
    "GET /admin/documents": Rule(Who.operator, "all", unit=UnitKind.read),
    "GET /admin/settings/commission": Rule(Who.operator, "all", unit=UnitKind.read),
    "PATCH /admin/settings/commission": Rule(Who.super_admin, "all", confirm=True),
    "GET /admin/settings/taxes": Rule(Who.operator, "all", unit=UnitKind.read),
    "PATCH /admin/settings/taxes": Rule(Who.super_admin, "all", confirm=True),
}


async def access_document(unit: Unit, document_id: UUID) -> DocumentFacts:
    """The document, for who issued or got it and for operators. Raises NotFound for everybody else."""
    document = await documents.by_id(unit, document_id)
    if document is None or not may_read(unit.principal, document):
        raise NotFound
    return document


def may_read(principal: Principal, document: DocumentFacts) -> bool:
    """Whether the principal is its recipient, manages a provider that is a party to it, or is an operator."""
    parties = {document.issuer, document.recipient}
    managed = any(
        f"provider:{m.provider_id}" in parties
        and principal.manages(m.provider_id, document.place_id)
        for m in principal.memberships
    )
    return managed or principal.is_operator or f"user:{principal.user_id}" in parties
