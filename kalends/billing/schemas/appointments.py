"""Wire shapes of appointments: services by the slot, with somebody who does them."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from kalends.core.wire import In, InstantIn, Line

MAX_SERVICES = 10


class ServiceWish(In):
    """A service of a visit; without `staff_id` whoever is free and fits best does it."""

    service_id: UUID
    staff_id: UUID | None = None


class PlaceIn(In):
    """A point in degrees, with its address for people."""

    lat: Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False)]
    lng: Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False)]
    address: Annotated[Line, Field(min_length=1, max_length=300)]


class AppointmentRequest(In):
    """One service (`service_id`) or several in one visit (`services`), one after the other, from `start_time`.

    `end_time` is for a single service by the hour; everything else takes as long as it takes. `location` is
    where the customer is: there the work is done where the provider travels.
    """

    kind: Literal["appointment"] = "appointment"
    service_id: UUID | None = None
    staff_id: UUID | None = None
    services: Annotated[list[ServiceWish], Field(max_length=MAX_SERVICES, default_factory=list)]
    start_time: InstantIn
    end_time: InstantIn | None = None
    location: PlaceIn | None = None
    quote_token: Annotated[str, Field(max_length=8000)] | None = None

    @property
    def wishes(self) -> list[ServiceWish]:
        """The services that are wanted, in their order."""
        if self.service_id is None:
            return self.services
        return [ServiceWish(service_id=self.service_id, staff_id=self.staff_id)]

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> Self:
        if (self.service_id is None) == (not self.services):
            raise ValueError("name one service_id, or several services")
        if self.services and self.staff_id is not None:
            raise ValueError("with several services name the staff_id beside each of them")
        times = (self.start_time, self.end_time or self.start_time)
        if any(t.second or t.microsecond for t in times):
            raise ValueError("times are whole minutes")
        if self.end_time is not None and self.end_time <= self.start_time:
            raise ValueError("end_time must be after start_time")
        return self
