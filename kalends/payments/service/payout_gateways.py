"""Which gateways pay providers out."""

from kalends.core.gateways import PayoutGateway
from kalends.core.house import House


def payout_gateway(house: House) -> str | None:
    """The first gateway of the profile that pays out; None when none does."""
    for name in house.profile.payments.gateways:
        if isinstance(house.ports.gateways.get(name), PayoutGateway):
            return name
    return None


def payout_port(house: House, name: str | None) -> PayoutGateway | None:
    """The gateway of this name, if it pays out."""
    port = house.ports.gateways.get(name or "")
    return port if isinstance(port, PayoutGateway) else None
