"""The sections of the profile about those who sell: who may, what, and who is found first."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Noun = Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,29}$")]
ProviderKind = Literal["individual", "business", "venue", "vendor", "salon"]
ServiceType = Literal["instant", "flexi", "standard"]
Category = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


class Providers(Section):
    """Who may sell, and whether an operator looks first. No `categories` means: any."""

    kinds: tuple[ProviderKind, ...] = Field(default=("business",), min_length=1)
    approval: Literal["auto", "operator"] = "operator"
    categories: tuple[Category, ...] = ()
    max_portfolio: int = Field(default=30, ge=0, le=100)


class Services(Section):
    types: tuple[ServiceType, ...] = Field(default=("standard",), min_length=1)


class Availability(Section):
    buffer_minutes: int = Field(default=0, ge=0, le=1440, description="kept free after a job")


class Ranking(Section):
    """How much nearness and rating count in the order of providers near a point; together 100."""

    proximity_percent: int = Field(default=60, ge=0, le=100)
    rating_percent: int = Field(default=40, ge=0, le=100)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.proximity_percent + self.rating_percent != 100:  # noqa: PLR2004 - per cent
            raise ValueError("proximity_percent and rating_percent together are 100")
        return self


class Search(Section):
    fallback_below: int = Field(default=5, ge=0, le=20)
    max_radius_km: int = Field(default=100, ge=1)
    ranking: Ranking = Ranking()


class Disputes(Section):
    """Until when the people of a booking may complain about it."""

    window_days: int = Field(default=14, ge=1, le=365, description="after the booking's end")
