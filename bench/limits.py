"""What this machine could do at all: the same statements by pgbench, the same hash in bare threads."""

import os
import re
import subprocess
import time
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

import psycopg
from argon2 import PasswordHasher

from kalends.app.postgres import binaries, privileges
from kalends.identity.service.hashing import MEMORY_KIB, PARALLELISM, TIME_COST

from .city import PASSWORD
from .effort import spent
from .market import Market
from .record import Recording, script, text_of
from .works import Ask, Asks

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TPS = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
_DONE = re.compile(r"^number of transactions actually processed: (\d+)", re.MULTILINE)
_CLIENTS = 16  # as many as one server process has connections
# Every run books another hour, far beyond those that the requests ask for.
_PRELUDE = """
\\set person random(0, {customers} - 1)
SELECT c.id AS customer, r.id AS room, 'LIMIT-' || hour AS number, {ids},
       (timestamptz '2060-01-01' + hour * interval '1 hour')::text AS starts,
       (timestamptz '2060-01-01' + (hour + 1) * interval '1 hour')::text AS ends
FROM nextval('bench_hours') AS hour, bench_customers AS c, bench_rooms AS r
WHERE c.n = :person AND r.n = hour % {rooms} \\gset
"""


@dataclass(frozen=True)
class Limit:
    """What can be done in a second, and the processor's milliseconds for each."""

    per_second: float
    cost: float


def sql_limit(place: Market, scripts: Sequence[tuple[str, float]], seconds: float) -> Limit:
    """Runs of these scripts a second, each as often as its weight says, by 16 clients of pgbench."""
    arguments = []
    for number, (body, weight) in enumerate(scripts):
        path = place.home / f"limit-{number}.sql"
        path.write_text(body, encoding="utf-8")
        arguments += ["-f", f"{path}@{max(round(weight * 100), 1)}"]
    server = binaries.find(privileges.server_user())
    connection = ["-h", str(place.cluster.socket_dir), "-p", str(place.cluster.port)]
    command = [
        server.program("pgbench"),
        *("-n", "-M", "prepared", "-c", str(_CLIENTS), "-T", str(max(round(seconds), 1))),
        *connection,
        *("-U", "kalends", *arguments, "kalends"),
    ]
    before = spent()
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    effort = spent() - before
    found = _TPS.search(said.stdout)
    if found is None or said.returncode:
        raise RuntimeError(f"pgbench: {said.stderr[-2000:]}")
    done = _DONE.search(said.stdout)
    assert done is not None
    return Limit(float(found[1]), effort * 1000 / max(int(done[1]), 1))


def booking_scripts(
    asks: Asks, ask: Ask, made: Recording, refused: Recording, share: float
) -> list[tuple[str, float]]:
    """A booking that is made, with everything in it new each time, and one that is refused."""
    city = asks.city
    known = {str(room.id) for room in city.places.rooms.values()}
    known |= {str(room.venue_id) for room in city.places.rooms.values()}
    known |= {str(room.provider_id) for room in city.places.rooms.values()}
    known |= {str(customer.id) for customer in city.customers}
    variables = _variables(ask, made, known, asks)
    fresh = [name for name in variables.values() if name.startswith("id")]
    ids = ", ".join(f"gen_random_uuid() AS {name}" for name in fresh)
    prelude = _PRELUDE.format(ids=ids, rooms=len(city.places.rooms), customers=len(city.customers))
    return [(prelude + script(made, variables), share), (script(refused, {}), 1 - share)]


def _variables(ask: Ask, made: Recording, known: set[str], asks: Asks) -> dict[str, str]:
    """Which texts in the recorded values stand for what is different in every booking."""
    assert ask.body is not None
    texts = [text_of(v) for s in made.statements for v in s.values if v is not None]
    customer = next(c for c in asks.city.customers if c.token == ask.token)
    named = {
        str(ask.body["start_time"]): "starts",
        str(ask.body["end_time"]): "ends",
        str(ask.body["room_id"]): "room",
        str(customer.id): "customer",
    }
    named |= {text: "number" for text in texts if re.fullmatch(r"[A-Z]{2,6}-\d{4}-\d{6,}", text)}
    session = _session_of(made, str(customer.id))
    return named | fresh_ids(made, known | ({session} if session else set()))


def fresh_ids(made: Recording, known: Collection[str]) -> dict[str, str]:
    """Every id in the recorded values that is not known, with the name of a variable for it."""
    texts = [text_of(v) for s in made.statements for v in s.values if v is not None]
    ids = dict.fromkeys(found for text in texts for found in _UUID.findall(text))
    return {found: f"id{n}" for n, found in enumerate(i for i in ids if i not in known)}


def _session_of(made: Recording, customer: str) -> str | None:
    """The session's id: the other id of the statement that recognises the caller."""
    for statement in made.statements:
        ids = [str(v) for v in statement.values if isinstance(v, UUID)]
        if customer in ids and len(ids) == 2:
            return next(i for i in ids if i != customer)
    return None


def prepare(place: Market) -> None:
    """Tables that let pgbench draw a room and a customer cheaply."""
    with psycopg.connect(place.cluster.dsn(), autocommit=True) as connection:
        connection.execute("CREATE SEQUENCE bench_hours MINVALUE 0")
        for name, source in (
            ("bench_rooms", "rooms"),
            ("bench_customers", "users WHERE email LIKE 'bench-%'"),
        ):
            numbered = f"SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM {source}"  # noqa: S608 - our own words
            connection.execute(f"CREATE UNLOGGED TABLE {name} AS {numbered}")
            connection.execute(f"ALTER TABLE {name} ADD PRIMARY KEY (n)")


def hash_limit(seconds: float) -> Limit:
    """Passwords checked a second by one thread per core, with nothing around them."""
    hasher = PasswordHasher(TIME_COST, MEMORY_KIB, PARALLELISM)
    stored = hasher.hash(PASSWORD)
    threads = os.cpu_count() or 1
    began, effort = time.perf_counter(), time.process_time()

    def work() -> int:
        count = 0
        while time.perf_counter() < began + seconds:
            hasher.verify(stored, PASSWORD)
            count += 1
        return count

    with ThreadPoolExecutor(threads) as pool:
        counts = [pool.submit(work) for _ in range(threads)]
        total = sum(count.result() for count in counts)
    cost = (time.process_time() - effort) * 1000 / total
    return Limit(total / (time.perf_counter() - began), cost)
