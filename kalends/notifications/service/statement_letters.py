"""The letter that brings a provider's monthly statement."""

from kalends import billing, identity
from kalends.billing import StatementIssued
from kalends.core.ports import Attachment
from kalends.core.unit import Unit

from .write import Letter, write_letter


async def send_statement(unit: Unit, event: StatementIssued) -> None:
    """To everybody who runs the provider's money, with the PDF."""
    document = await billing.get_document(unit, event.document_id)
    people = await identity.managers_of(unit, event.provider_id)
    if not people:
        return
    content = await billing.document_pdf(unit, document)
    paper = Attachment(f"statement-{document.number}.pdf", "application/pdf", content)
    facts = {
        "provider": document.content["recipient"]["name"],
        "number": document.number,
        "month": event.month,
        "closing": document.total,
        "facts": document.content["facts"],
    }
    for person in people:
        await write_letter(
            unit,
            Letter("statement_issued", str(document.id), person, facts, attachments=(paper,)),
        )
