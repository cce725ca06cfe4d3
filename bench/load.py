"""The load generator: one process, one event loop, many kept connections, HTTP/1.1 by hand.

`python -m bench.load <plan.json>` sends what the plan says and prints a `Measured` as JSON. Two manners:
*closed* (no `rate`): every connection asks again as soon as it is answered, which finds the peak;
*open*: requests fall due at a fixed rate whether or not the server keeps up, and a wait counts from the
moment a request fell due, so that a slow server cannot hide its queue.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import uvloop

WARM_UP = 2.0  # seconds that are not counted
_STRAGGLERS = 10.0  # seconds to wait for what is still due at the end
_LOOK = 0.05  # seconds
_STATUS = slice(9, 12)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Order:
    """`requests` is a file of whole requests, each preceded by its length in four bytes."""

    port: int
    requests: str
    connections: int
    seconds: float
    rate: float | None = None


@dataclass(frozen=True)
class Measured:
    """Answers per second, and milliseconds. `sent` counts the warm-up too; `unanswered` were due but had
    no answer at the end."""

    per_second: float
    p50: float
    p95: float
    p99: float
    statuses: dict[str, int]
    sent: int
    unanswered: int = 0
    sample: str = ""


class Crowd:
    """What all connections share: the requests, the clock, the score."""

    def __init__(self, order: Order, requests: list[bytes]) -> None:
        self.order = order
        self.requests = requests
        self.sent = 0
        self.idle: deque[Line] = deque()
        self.due: deque[float] = deque()
        self.begin = self.end = 0.0
        self.waits: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.sample = ""

    def next_request(self) -> bytes:
        request = self.requests[self.sent % len(self.requests)]
        self.sent += 1
        return request

    def answered(self, line: "Line", status: str, body: bytes) -> None:
        now = time.perf_counter()
        # what fell due in the window counts, however late its answer
        if self.begin <= (now if self.order.rate is None else line.asked) < self.end:
            self.waits.append(now - line.asked)
            self.statuses[status] += 1
            if status[0] not in "24" and not self.sample:
                self.sample = body[:300].decode(errors="replace")
        if self.order.rate is None:
            if now < self.end:
                line.ask(now)
        elif self.due:
            line.ask(self.due.popleft())
        else:
            self.idle.append(line)

    def fall_due(self, moment: float) -> None:
        # in turn, for a server hangs up on a connection that is quiet for some seconds
        if self.idle:
            self.idle.popleft().ask(moment)
        else:
            self.due.append(moment)

    def measured(self, unanswered: int) -> Measured:
        waits = sorted(self.waits) or [0.0]

        def at(share: float) -> float:
            return round(waits[min(int(len(waits) * share), len(waits) - 1)] * 1000, 1)

        per_second = round(len(self.waits) / (self.end - self.begin), 1)
        return Measured(
            per_second,
            p50=at(0.5),
            p95=at(0.95),
            p99=at(0.99),
            statuses=dict(self.statuses),
            sent=self.sent,
            unanswered=unanswered,
            sample=self.sample,
        )


class Line(asyncio.Protocol):
    """One kept connection, one request at a time."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.buffer = b""
        self.asked = 0.0
        self.waiting = False
        self.transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)

    def ask(self, moment: float) -> None:
        assert self.transport is not None
        self.asked, self.waiting = moment, True
        self.transport.write(self.crowd.next_request())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, separator, rest = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = _content_length(head)
        if len(rest) >= length:
            self.buffer, self.waiting = rest[length:], False
            self.crowd.answered(self, head[_STATUS].decode(), rest[:length])

    def connection_lost(self, reason: Exception | None) -> None:
        if self.waiting:
            raise ConnectionError(f"the server hung up: {reason}")


def _content_length(head: bytes) -> int:
    found = _LENGTH.search(head)
    if found is None:
        raise ValueError(f"an answer without a length: {head[:200]!r}")
    return int(found[1])


async def generate(order: Order, requests: list[bytes]) -> Measured:
    """Send the requests, over and over; return what was measured after the warm-up."""
    loop = asyncio.get_running_loop()
    crowd = Crowd(order, requests)
    lines = [
        (await loop.create_connection(lambda: Line(crowd), "127.0.0.1", order.port))[1]
        for _ in range(order.connections)
    ]
    start = time.perf_counter()
    crowd.begin, crowd.end = start + WARM_UP, start + WARM_UP + order.seconds
    if order.rate is None:
        for line in lines:
            line.ask(time.perf_counter())
    else:
        crowd.idle += lines
        await _keep_falling_due(crowd, start, order.rate)
    await asyncio.sleep(max(crowd.end - time.perf_counter(), 0))
    await _stragglers(crowd, lines)
    unanswered = len(crowd.due) + sum(line.waiting for line in lines)
    for line in lines:
        assert line.transport is not None
        line.waiting = False
        line.transport.close()
    return crowd.measured(unanswered)


async def _keep_falling_due(crowd: Crowd, start: float, rate: float) -> None:
    count = 0
    while (now := time.perf_counter()) < crowd.end:
        while (moment := start + count / rate) <= now:
            crowd.fall_due(moment)
            count += 1
        await asyncio.sleep(max(moment - time.perf_counter(), 0))


async def _stragglers(crowd: Crowd, lines: list[Line]) -> None:
    for _ in range(int(_STRAGGLERS / _LOOK)):
        if not crowd.due and not any(line.waiting for line in lines):
            return
        await asyncio.sleep(_LOOK)


def write_requests(path: Path, requests: list[bytes]) -> None:
    path.write_bytes(b"".join(len(r).to_bytes(4, "big") + r for r in requests))


def read_requests(path: Path) -> list[bytes]:
    stored, requests, at = path.read_bytes(), [], 0
    while at < len(stored):
        end = at + 4 + int.from_bytes(stored[at : at + 4], "big")
        requests.append(stored[at + 4 : end])
        at = end
    return requests


def main(plan: Path) -> None:
    order = Order(**json.loads(plan.read_text()))
    requests = read_requests(Path(order.requests))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(asdict(runner.run(generate(order, requests)))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
