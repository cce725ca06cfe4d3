"""migrate, erase, reconcile, secrets: commands that change data or make keys, once."""

import base64
import secrets as randomness
from collections.abc import Iterator
from typing import Annotated

import typer

from kalends import payments
from kalends.core.house import House

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
    """Ask the gateways about what has been open too long, and compare their statements with our books."""

    async def work(house: House) -> tuple[payments.Reconciled, payments.Settled]:
        return await payments.reconcile(house), await payments.read_statements(house)

    asked, read = in_house(work)
    say(
        f"Asked about {asked.asked} payments, refunds, payouts and accounts; {asked.changed} changed."
    )
    say(f"Read {read.days} days of statements: {read.lines} new lines, {read.fees} fees booked.")
    say(
        f"{read.noticed} differences noticed, {read.vanished} vanished; {read.open} wait for a word."
    )
    for sentence in _advice(asked.unanswered + read.unread, read.open):
        say(sentence)


def _advice(unanswered: int, differences: int) -> Iterator[str]:
    """What to do next, if anything."""
    if unanswered:
        yield f"{unanswered} questions had no answer: run this again when the gateway is back."
    if differences:
        yield "See GET /api/v2/admin/settlements/differences?open=true, and explain each one there."
    if not (unanswered or differences):
        yield "Nothing is left to do."


def secrets() -> None:
    """Print fresh secrets for a production environment. They are shown once and kept nowhere."""
    key = base64.b64encode(randomness.token_bytes(32)).decode()
    say(f"JWT_SECRET={randomness.token_urlsafe(48)}")
    say(f"ENCRYPTION_KEYS=1:{key}")
    say(f"ADMIN_BOOTSTRAP_TOKEN={randomness.token_urlsafe(24)}")
