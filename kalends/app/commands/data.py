"""migrate, erase, reconcile, secrets: commands that change data or make keys, once."""

import base64
import secrets as randomness
from typing import Annotated

import typer

from kalends import payments

from .. import postgres
from ..database import bring_up_to_date, opened, weaknesses
from ..refusals import Refused
from .session import in_house, read_settings
from .terminal import say


def migrate(
    revision: Annotated[
        str, typer.Argument(help="head, or an older revision to go back to.")
    ] = "head",
) -> None:
    """Bring the database to the schema of this version."""
    with opened(read_settings()) as database:
        weaknesses(database)
        bring_up_to_date(database, revision)
    say(f"The schema is at {revision}.")


def erase(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Delete the embedded database of the home, with everything in it."""
    settings = read_settings()
    if settings.database_url:
        raise Refused("DATABASE_URL names a database of your own; delete it with its own tools.")
    home = settings.kalends_home
    if not yes:
        typer.confirm(f"Delete every booking, person and payment in {home}?", abort=True)
    postgres.discard(home)
    say(f"The database of {home} is deleted.")


def reconcile() -> None:
    """Ask the gateways about payments that have been open too long."""
    result = in_house(payments.reconcile)
    say(f"Reconciled: {result}.")


def secrets() -> None:
    """Print fresh secrets for a production environment. They are shown once and kept nowhere."""
    key = base64.b64encode(randomness.token_bytes(32)).decode()
    say(f"JWT_SECRET={randomness.token_urlsafe(48)}")
    say(f"ENCRYPTION_KEYS=1:{key}")
    say(f"ADMIN_BOOTSTRAP_TOKEN={randomness.token_urlsafe(24)}")
