"""The shapes of a demo market. Pure facts: no database, no clock, no floats for money."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in; every demo account has the market's one password."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that a seller does; `price_minor` is in the market's minor units, `kind` a service type."""

    name: str
    category: str
    minutes: int
    price_minor: int
    kind: str


@dataclass(frozen=True, slots=True)
class Way:
    """What the way to a customer costs: minor units, kilometres."""

    base_minor: int
    per_km_minor: int
    free_km: int
    max_km: int


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells, where from (degrees; `zone` an IANA name), with whom, and what."""

    username: str
    name: str
    kind: str
    address: str
    city: str
    zone: str
    lat: float
    lng: float
    registration: str
    experience: str
    owner: Account
    staff: tuple[Account, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Market:
    """Everything that the demo of one marketplace loads. `week`: weekday, opens, closes ('HH:MM')."""

    password: str
    operator: Account
    customers: tuple[Account, ...]
    sellers: tuple[Seller, ...]
    week: tuple[tuple[int, str, str], ...]
    way: Way | None
    checklists: dict[str, tuple[str, ...]]

    def seller(self, name: str) -> Seller:
        return next(seller for seller in self.sellers if seller.name == name)
