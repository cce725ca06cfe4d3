"""Wire shapes of statements."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from kalends.payments import Statement, StatementRead

from ..types import DocumentFacts
from .documents import DocumentSummary


class WhoseQuery(BaseModel):
    """`provider_id` is needed only by operators and by those who run several."""

    model_config = ConfigDict(extra="forbid")

    provider_id: UUID | None = None


class ProviderStatementRead(StatementRead):
    """A provider's month by the journal. `document` is its issued statement, null before the month is over."""

    document: DocumentSummary | None

    @classmethod
    def of_month(cls, statement: Statement, issued: DocumentFacts | None) -> Self:
        document = DocumentSummary.of(issued) if issued else None
        return cls(**dict(StatementRead.of(statement)), document=document)
