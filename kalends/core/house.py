"""One running marketplace: its settings, profile, database and ports. Built by `kalends.app.wiring`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncEngine

from .crypto import Keyring
from .gateways import PaymentGateway
from .ports import MailPort, NoWeb, WebPort
from .profile import Profile
from .reader import Reader
from .settings import Settings


@dataclass(frozen=True)
class Ports:
    """The adapters in use. Each refuses to run while a unit of work is open."""

    gateways: Mapping[str, PaymentGateway]
    mail: MailPort
    web: WebPort = field(default_factory=NoWeb)


@dataclass(frozen=True)
class House:
    settings: Settings
    profile: Profile
    keyring: Keyring
    engine: AsyncEngine
    reader: Reader
    ports: Ports
    reads: AsyncEngine = field(init=False)

    def __post_init__(self) -> None:
        reads = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        object.__setattr__(self, "reads", reads)

    async def close(self) -> None:
        await self.reader.close()
        await self.engine.dispose()
