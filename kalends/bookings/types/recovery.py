"""The words of what happens when whoever was booked cannot come."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class DeclineReason(StrEnum):
    unavailable = "unavailable"
    ill = "ill"
    double_booked = "double_booked"
    too_far = "too_far"
    not_qualified = "not_qualified"
    unsafe = "unsafe"
    other = "other"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who could take the job over, at the price that was agreed."""

    staff_id: UUID
    name: str
