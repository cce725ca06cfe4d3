"""A child of `kalends up --processes`: a web server on an inherited socket, or the worker.

`python -m kalends.app.child <lifeline> [<listener>]`, both file descriptors.
"""

import os
import socket
import sys
import threading

from kalends.core import failpoints, logs
from kalends.core.settings import Settings

from .asgi import create_app
from .member import Member, Work, run_until_signal
from .wiring import build_house

_POLITENESS = 5  # where the processor is short, people who wait go before letters that do not


def main(lifeline: int, listener: int | None) -> int:
    """Work until SIGTERM. A parent that died takes us with it: its database is gone as well."""
    settings = Settings()
    role = "worker" if listener is None else "api"
    logs.configure(settings.log_level, f"kalends-{role}")
    failpoints.arm_from_environment(production=settings.production)
    house = build_house(settings, settings.database_url or "")
    if listener is None:
        os.nice(_POLITENESS)
        member = Member(Work(house, worker=True))
    else:
        member = Member(Work(house, create_app(house), socket.socket(fileno=listener)))
    threading.Thread(target=_die_with_parent, args=(lifeline,), daemon=True).start()
    return run_until_signal(member)


def _die_with_parent(lifeline: int) -> None:
    os.read(lifeline, 1)
    os._exit(1)


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(given[0], given[1] if given[1:] else None))
