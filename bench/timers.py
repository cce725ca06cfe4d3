"""What waiting timers cost, and how late those that fall due are fired while the marketplace is busy."""

import time
from dataclasses import dataclass

import psycopg

from .effort import spent
from .load import Order
from .market import Market, await_letters, loaded, serving
from .works import MINE, Asks

PENDING = 300_000
RATE = 20.0  # timers that fall due each second
LOAD = 300.0  # requests each second meanwhile
_WAITING = """
    INSERT INTO timers (id, machine, subject_id, transition, due_at)
    SELECT gen_random_uuid(), 'booking', gen_random_uuid(), 'close',
           kalends_now() + interval '30 days' + n * interval '100 seconds'
    FROM generate_series(1, %(pending)s) AS n
"""
# Bookings of the past become ones whose last step is still to come: a step with no effect but its own.
_DUE = """
    CREATE TABLE bench_due AS
    SELECT id, clock_timestamp() + interval '2 seconds' + row_number() OVER () * interval '1 second' / %(rate)s AS due_at
    FROM (SELECT id FROM bookings WHERE state = 'closed' LIMIT %(count)s) AS past
"""
_OPEN_AGAIN = "UPDATE bookings SET state = 'released' WHERE id IN (SELECT id FROM bench_due)"
_SET = """
    INSERT INTO timers (id, machine, subject_id, transition, due_at)
    SELECT gen_random_uuid(), 'booking', id, 'close', due_at FROM bench_due
"""
_LATE = """
    SELECT extract(epoch FROM t.at - d.due_at) * 1000 FROM bench_due d
    JOIN booking_transitions t ON t.subject_id = d.id AND t.transition = 'close' ORDER BY 1
"""


@dataclass(frozen=True)
class Lateness:
    """Processor milliseconds for each second at rest, without and with the waiting timers; and by how many
    milliseconds the due ones were late. `lost` are those that were not fired at all."""

    rest_without: float
    rest_with: float
    fired: int
    lost: int
    p50: float
    p99: float
    worst: float

    def sentence(self) -> str:
        return (
            f"timers: at rest all processes together cost {self.rest_without:.0f} ms of processor a second with none "
            f"waiting and {self.rest_with:.0f} ms with {PENDING:,}; of {self.fired + self.lost} that fell due at "
            f"{RATE:.0f}/s beside {LOAD:.0f} requests/s, {self.lost} were lost, and the others fired "
            f"{self.p50:.0f} ms late in the middle, {self.p99:.0f} ms at p99, {self.worst:.0f} ms at worst"
        )


def measure_timers(place: Market, asks: Asks, seconds: float) -> Lateness:
    """With one server process and its worker. Leaves the database with the waiting timers in it."""
    count = int(RATE * seconds)
    with psycopg.connect(place.cluster.dsn(), autocommit=True) as connection:
        with serving(place, 1) as port:
            await_letters(place)
            without = _at_rest(seconds)
            connection.execute(_WAITING, {"pending": PENDING})
            connection.execute("VACUUM ANALYZE timers")
            full = _at_rest(seconds)
            _fall_due(connection, count)
            order = Order(port, str(place.home / "requests"), 64, seconds + 2, LOAD)
            loaded(place, order, asks.of(MINE, int(LOAD * (seconds + 5))))
            time.sleep(2)
        late = [float(row[0]) for row in connection.execute(_LATE)]
    if not late:
        raise RuntimeError("no timer fired: nothing keeps time here")
    return Lateness(
        without,
        full,
        fired=len(late),
        lost=count - len(late),
        p50=late[len(late) // 2],
        p99=late[min(int(len(late) * 0.99), len(late) - 1)],
        worst=late[-1],
    )


def _at_rest(seconds: float) -> float:
    before = spent()
    time.sleep(seconds)
    return (spent() - before) * 1000 / seconds


def _fall_due(connection: psycopg.Connection, count: int) -> None:
    values = {"rate": RATE, "count": count}
    connection.execute("DROP TABLE IF EXISTS bench_due")
    connection.execute(_DUE, values)
    connection.execute(_OPEN_AGAIN)
    connection.execute(_SET)
