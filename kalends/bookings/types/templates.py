"""Templates: the blueprint of an event, with what it may cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kalends.core.money import Money


class TemplateStatus(StrEnum):
    published = "published"
    hidden = "hidden"
    deleted = "deleted"


@dataclass(frozen=True, slots=True)
class BlueprintLine:
    """A part of the event: a venue or a service of a category, and what it may cost."""

    role: str
    title: str
    category: str | None
    estimate: Money
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewTemplate:
    title: str
    summary: str
    category: str | None
    image: str | None
    blueprint: tuple[BlueprintLine, ...]
    guests: int | None = None


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """`estimate` is the sum over the blueprint's lines."""

    id: UUID
    title: str
    summary: str
    category: str | None
    image: str | None
    guests: int | None
    blueprint: tuple[BlueprintLine, ...]
    estimate: Money
    status: TemplateStatus
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line of the blueprint with its share of a budget."""

    line: BlueprintLine
    budget: Money


def total_of(lines: Sequence[BlueprintLine], currency: str) -> Money:
    return Money(sum(line.estimate.amount for line in lines), currency)
