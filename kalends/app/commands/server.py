"""up, demo, worker: the commands that keep running until Ctrl-C."""

from importlib import import_module
from typing import Annotated

import typer

from kalends import __version__
from kalends.core import failpoints, logs
from kalends.core.profile import load_profile

from ..database import opened, require_current
from ..member import Member, Work, run_until_signal
from ..up import Marketplace, Plan, started
from ..wiring import build_house
from .session import read_settings
from .terminal import say

Host = Annotated[str | None, typer.Option(help="Address to listen on [HOST, 127.0.0.1].")]
Port = Annotated[int | None, typer.Option(help="Port to listen on [PORT, 8000].")]
ProfileName = Annotated[
    str | None, typer.Option("--profile", help="Marketplace to run [PROFILE, hall-booking].")
]


def up(
    host: Host = None,
    port: Port = None,
    profile: ProfileName = None,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Web server processes.")] = 1,
    worker: Annotated[bool, typer.Option(help="Also run jobs and timers.")] = True,  # noqa: FBT002 - a flag
) -> None:
    """Start everything: database, web server and worker. Ctrl-C stops it."""
    settings = read_settings(host=host, port=port, profile=profile)
    try:
        with started(Plan(settings, processes, worker)) as marketplace:
            introduce(marketplace)
            marketplace.keep()
    except KeyboardInterrupt:
        say("Stopped. What was answered is safe; the same command starts it again.")


def demo(host: Host = None, port: Port = None, profile: ProfileName = None) -> None:
    """Load a city, tell a customer's story aloud, and keep serving."""
    settings = read_settings(host=host, port=port, profile=profile)
    import_module("kalends.app.demo.run").run_demo(settings)


def worker() -> None:
    """Run jobs and timers only, beside web servers that run elsewhere."""
    settings = read_settings()
    logs.configure(settings.log_level, "kalends-worker")
    failpoints.arm_from_environment(production=settings.production)
    with opened(settings) as database:
        require_current(database)
        member = Member(Work(build_house(settings, database.url), worker=True))
        say("The worker runs. Ctrl-C stops it.")
        code = run_until_signal(member)
    raise typer.Exit(code)


def introduce(marketplace: Marketplace) -> None:
    """Print what a person needs to know about a marketplace that has just started."""
    settings = marketplace.plan.settings
    brand = load_profile(settings.profile).branding
    say(f"\n{brand.name} runs on Kalends {__version__}.\n")
    places = {"front page": settings.base_url, "API": f"{settings.base_url}/docs"}
    if not settings.production:
        places["mailbox"] = f"{settings.base_url}/dev/mailbox"
    embedded = marketplace.database.embedded
    places["data"] = str(settings.kalends_home) if embedded else "the database of DATABASE_URL"
    if marketplace.log_file:
        places["log"] = str(marketplace.log_file)
    for name, place in places.items():
        say(f"  {name:<11} {place}")
    say("\nCtrl-C stops it.\n")
