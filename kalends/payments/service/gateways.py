"""Which gateways this marketplace speaks to."""

from kalends.core.gateways import PaymentGateway
from kalends.core.house import House

from ..errors import UnknownGateway


def default_gateway(house: House) -> str:
    """The first gateway in use that takes money from outside. Raises UnknownGateway."""
    for name in house.ports.gateways:
        return name
    raise UnknownGateway("this marketplace takes payments from the wallet only")


def port_of(house: House, name: str) -> PaymentGateway:
    """Raises UnknownGateway."""
    port = house.ports.gateways.get(name)
    if port is None:
        known = ", ".join(sorted(house.ports.gateways))
        raise UnknownGateway(f"there is no gateway called {name!r} here; use one of: {known}")
    return port
