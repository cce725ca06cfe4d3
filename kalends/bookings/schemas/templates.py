"""Wire shapes of templates."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import MISSING, Field

from kalends.core.money import Money
from kalends.core.paging import PageQuery, id_after
from kalends.core.wire import MAX_AMOUNT, Count, In, Instant, Line, MoneyIn, MoneyRead, Out, Text

from ..types.templates import BlueprintLine, NewTemplate, TemplateFacts

Role = Literal["venue", "service"]
Title = Annotated[Line, Field(min_length=1, max_length=120)]
Summary = Annotated[Text, Field(max_length=2000)]
Category = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Image = Annotated[str, Field(max_length=500, pattern=r"^(https?:/)?/[!-.0-~][!-~]*$")]
Guests = Annotated[Count, Field(ge=1, le=1_000_000)]


class EstimateIn(In):
    amount: int = Field(strict=True, ge=0, le=MAX_AMOUNT)
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class BlueprintLineIn(In):
    """A part of the event and what it may cost."""

    role: Role
    title: Title
    category: Category | None = None
    estimate: EstimateIn
    note: Annotated[Text, Field(max_length=500)] = ""

    def line(self) -> BlueprintLine:
        money = Money(self.estimate.amount, self.estimate.currency)
        return BlueprintLine(self.role, self.title, self.category, money, self.note)


Blueprint = Annotated[list[BlueprintLineIn], Field(min_length=1, max_length=50)]


class TemplateCreate(In):
    title: Title
    summary: Summary = ""
    category: Category | None = None
    image: Image | None = None
    guests: Guests | None = None
    blueprint: Blueprint

    def new(self) -> NewTemplate:
        lines = tuple(line.line() for line in self.blueprint)
        return NewTemplate(self.title, self.summary, self.category, self.image, lines, self.guests)


class TemplateUpdate(In):
    """Only what is sent changes; null empties `category`, `image` and `guests`."""

    title: Title | MISSING = MISSING
    summary: Summary | MISSING = MISSING
    category: Category | MISSING | None = MISSING
    image: Image | MISSING | None = MISSING
    guests: Guests | MISSING | None = MISSING
    blueprint: Blueprint | MISSING = MISSING
    status: Literal["published", "hidden"] | MISSING = MISSING

    def changes(self) -> dict[str, Any]:
        changes = self.model_dump(exclude_unset=True, exclude={"blueprint"})
        if self.blueprint is not MISSING:
            changes["blueprint"] = tuple(line.line() for line in self.blueprint)
        return changes


class PlanRequest(In):
    budget: MoneyIn


class BlueprintLineRead(Out):
    role: Role
    title: str
    category: str | None
    estimate: MoneyRead
    note: str

    @classmethod
    def of(cls, line: BlueprintLine) -> Self:
        return cls(**_plain(line))


class TemplateSummary(Out):
    """What everybody sees; subscribers get the blueprint too."""

    id: UUID
    title: str
    summary: str
    category: str | None
    image: str | None
    guests: int | None
    estimate: MoneyRead

    @classmethod
    def of(cls, template: TemplateFacts) -> Self:
        return cls(**_summary(template))


class TemplateRead(TemplateSummary):
    blueprint: list[BlueprintLineRead]
    status: Literal["published", "hidden"]
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, template: TemplateFacts) -> Self:
        told = {name: getattr(template, name) for name in ("status", "created_at", "updated_at")}
        lines = [BlueprintLineRead.of(line) for line in template.blueprint]
        return cls(**_summary(template), **told, blueprint=lines)


class PlannedLineRead(BlueprintLineRead):
    budget: MoneyRead

    @classmethod
    def planned(cls, line: BlueprintLine, budget: Money) -> Self:
        return cls(**_plain(line), budget=MoneyRead.of(budget))


class PlanRead(Out):
    """The budget divided over the blueprint; the parts add up to it."""

    lines: list[PlannedLineRead]
    total: MoneyRead

    @classmethod
    def of(cls, lines: Sequence[tuple[BlueprintLine, Money]], budget: Money) -> Self:
        planned = [PlannedLineRead.planned(line, share) for line, share in lines]
        return cls(lines=planned, total=MoneyRead.of(budget))


def _summary(template: TemplateFacts) -> dict[str, Any]:
    names = ("id", "title", "summary", "category", "image", "guests")
    told = {name: getattr(template, name) for name in names}
    return told | {"estimate": MoneyRead.of(template.estimate)}


def _plain(line: BlueprintLine) -> dict[str, Any]:
    told = {name: getattr(line, name) for name in ("role", "title", "category", "note")}
    return told | {"estimate": MoneyRead.of(line.estimate)}


def position(query: PageQuery) -> tuple[int, UUID | None]:
    return query.limit, id_after(query.cursor)
