"""The listening socket, and the question whether somebody answers there."""

import http.client
import socket
import time
from collections.abc import Callable

from .refusals import Refused

_BACKLOG = 2048
_PAUSE = 0.1
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - an address to recognise, not to bind


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at this address, to be shared with children. Raises Refused."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise Refused(
            f"Port {port} of {host} cannot be used ({reason}); set PORT to another one."
        ) from None
    listener.setblocking(False)
    return listener


def await_answer(host: str, port: int, still_hopeful: Callable[[], bool], seconds: float) -> bool:
    """Wait until the web server answers anything. False when hope or time ran out."""
    deadline = time.monotonic() + seconds
    while still_hopeful() and time.monotonic() < deadline:
        if _answers(_EVERYWHERE.get(host, host), port):
            return True
        time.sleep(_PAUSE)
    return False


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
