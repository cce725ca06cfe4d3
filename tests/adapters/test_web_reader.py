"""Reading what strangers name: public servers only, however the address is written, and never much."""

import socket
from asyncio import create_task, sleep
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kalends.adapters.web import WebReader, public_addresses
from kalends.adapters.web.resolving import is_public
from kalends.core.ports import NetworkInsideUnit, WebRefused, open_units

NAME = "calendars.test"


ANSWERS = {
    "large": lambda: Response(b"x" * 1_000_001),
    "loop": lambda: RedirectResponse("/loop"),
    "inside": lambda: RedirectResponse("http://169.254.169.254/latest/meta-data"),
    "file": lambda: RedirectResponse("file:///etc/passwd"),
    "missing": lambda: Response(status_code=404),
}


async def answer(request: Request) -> Response:
    what = request.path_params["what"]
    if what in ANSWERS:
        return ANSWERS[what]()
    if request.headers.get("if-none-match") == '"one"':
        return Response(status_code=304)
    return Response(request.headers["host"], headers={"etag": '"one"'})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=[Route("/{what}", answer)]), log_level="critical", ws="none"
        )
    )
    server.install_signal_handlers = lambda: None
    running = create_task(server.serve(sockets=[taken]))
    while not server.started:
        await sleep(0.01)
    yield taken.getsockname()[1]
    server.should_exit = True
    await running


async def here(host: str, port: int) -> list[str]:
    """This machine for the name of the test, and what everybody gets for any other."""
    return ["127.0.0.1"] if host == NAME else await public_addresses(host, port)


@pytest.fixture
def read(port: int) -> Callable[..., Awaitable[object]]:
    reader = WebReader(here)
    return lambda what, etag=None: reader.read(f"http://{NAME}:{port}/{what}", etag)


async def test_a_document_is_read_at_the_address_that_was_looked_up(read, port):
    page = await read("calendar")
    assert (page.content, page.etag) == (f"{NAME}:{port}".encode(), '"one"')
    assert (await read("calendar", '"one"')).content is None


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("large", "larger"),
        ("loop", "from one address to the next"),
        ("inside", "public server"),
        ("file", "http and https"),
        ("missing", "404"),
    ],
)
async def test_what_is_not_read_says_why(read, what, why):
    with pytest.raises(WebRefused, match=why):
        await read(what)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "10.0.0.8", "169.254.169.254", "[::1]", "0"],
)
async def test_nobody_gets_into_our_network(host):
    with pytest.raises(WebRefused):
        await WebReader().read(f"http://{host}:1/")


@pytest.mark.parametrize("url", ["ftp://calendars.test/", "http://me:secret@calendars.test/", "x"])
async def test_only_plain_web_addresses_are_read(url):
    with pytest.raises(WebRefused):
        await WebReader(here).read(url)


def test_addresses_that_carry_another_one_are_not_public():
    hidden = [
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "224.0.0.1",
        "100.64.0.1",
        "fc00::1",
    ]
    assert not [address for address in hidden if is_public(address)]
    assert is_public("8.8.8.8")
    assert is_public("2606:4700::1111")


async def test_nothing_is_read_while_a_unit_is_open():
    token = open_units.set(1)
    with pytest.raises(NetworkInsideUnit):
        await WebReader(here).read("http://calendars.test/")
    open_units.reset(token)
