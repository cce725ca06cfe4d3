"""Jobs that are given back, on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from kalends.core.wire import In, MoneyIn, MoneyRead, Text

from ..types import DeclineReason


class DeclineRequest(In):
    reason_code: DeclineReason
    note: Annotated[Text, Field(max_length=500)] = ""


class ChooseStaffRequest(In):
    """`accept_total` is needed where the booking becomes dearer: the new total, as it was shown."""

    staff_id: UUID
    accept_total: MoneyIn | None = None


class ChoiceRead(BaseModel):
    staff_id: UUID
    name: str
    average_rating: float | None
    total: MoneyRead


class Choices(BaseModel):
    items: list[ChoiceRead]
