"""`python -m tests.emulators.razorpay --port 0` prints the port that it listens on, and serves until it is ended."""

import argparse
import os
import socket
import sys
import threading

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from . import api, control
from .books import Books
from .faults import Faults, FaultyDoor
from .refusals import Refused
from .webhooks import SECRETS, Secrets

KEY_ID, KEY_SECRET = "rzp_test_Emulated000001", "the emulator's key secret"


def create(books: Books) -> FaultyDoor:
    """The emulator as an ASGI application. Unknown addresses are refused as bad requests."""

    async def unknown(request: Request, _: Exception) -> Response:
        return Refused("The requested URL was not found on the server.", reason="NA").response

    faults, secrets = Faults(), Secrets(*SECRETS)
    app = Starlette(
        routes=[*control.routes(books, secrets, faults), *api.routes(books)],
        exception_handlers={404: unknown, 405: unknown},
    )
    return FaultyDoor(app, faults, KEY_ID, KEY_SECRET)


def main() -> None:
    """Ends with its parent, when standard input is closed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    listener = socket.create_server(("127.0.0.1", parser.parse_args().port))
    print(listener.getsockname()[1], flush=True)  # noqa: T201 - this line is the interface
    threading.Thread(target=_end_with_parent, daemon=True).start()
    config = uvicorn.Config(create(Books()), log_level="critical", lifespan="off", ws="none")
    uvicorn.Server(config).run(sockets=[listener])


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
