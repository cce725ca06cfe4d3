"""Start and stop the embedded server."""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import psycopg

from . import binaries, layout, postmaster, privileges, roles
from .binaries import Binaries
from .errors import StartFailed, WrongVersion
from .layout import Layout
from .options import arguments
from .ownership import ownership
from .postmaster import Mode
from .privileges import ServerUser
from .types import PORT, SUPERUSER, Cluster

_READY_S = 120.0  # recovery after a crash reads the log of everything since the last checkpoint
_PAUSE_S = 0.02
_PREDECESSOR_PAUSE_S = 0.2
_LOG_LINES = 20
_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})

# What the server says when the children of its dead predecessor are still on their way out.
_PREDECESSOR = ("shared memory block", "lock file")


@dataclass(frozen=True)
class _Running:
    cluster: Cluster
    server: subprocess.Popen[bytes]
    held: contextlib.ExitStack
    owner: int


@dataclass(frozen=True)
class _Plan:
    layout: Layout
    user: ServerUser
    binaries: Binaries
    socket_dir: Path
    arguments: list[str]


_servers: dict[Path, _Running] = {}


def start(
    home: Path, *, durable: bool = True, settings: Mapping[str, str] = _NO_SETTINGS
) -> Cluster:
    """Start the server of `home`, created at first use, and return when it answers.

    `durable=False` trades safety against power loss for speed, for tests. `settings` are
    PostgreSQL parameters. A server that outlived its owner is stopped first. The server ends with
    this process; call `stop` for an orderly end.
    Raises AlreadyRunning, WrongVersion, StartFailed.
    """
    home = layout.prepared(home)
    _collect(home)
    with contextlib.ExitStack() as held:
        held.enter_context(ownership(home, home))
        plan = _plan(home, held, settings, durable=durable)
        _initialise(plan, durable=durable)
        server = _serve(plan, held)
        cluster = Cluster(home, plan.socket_dir, PORT, plan.layout.log_file, server.pid)
        _servers[home] = _Running(cluster, server, held.pop_all(), os.getpid())
    return cluster


def stop(where: Cluster | Path, mode: Mode = "fast") -> None:
    """Stop the server and give up the home. `fast` rolls back open transactions and writes
    everything out; `immediate` leaves recovery to the next start. Does nothing when not running.

    Raises AlreadyRunning when another process owns it.
    """
    home = where.home if isinstance(where, Cluster) else where.expanduser().resolve()
    mine = _servers.get(home)
    if mine is not None:
        postmaster.end(mine.server, mode)
        mine.held.close()
        del _servers[home]  # last, so that an interrupted stop can be repeated
    elif home.is_dir():
        with ownership(home, home):
            _stop_orphan(home)


def running(cluster: Cluster) -> bool:
    """Whether the server that this process started is still alive."""
    mine = _servers.get(cluster.home)
    return mine is not None and mine.cluster == cluster and mine.server.poll() is None


def discard(home: Path) -> None:
    """Stop the server and delete its data for good, also those kept outside the home.

    Raises AlreadyRunning when another process owns it.
    """
    home = home.expanduser().resolve()
    stop(home)
    if not home.is_dir():
        return
    with ownership(home, home):
        known = layout.existing(home)
        if known is not None:
            layout.erase(known)


def _plan(
    home: Path, held: contextlib.ExitStack, settings: Mapping[str, str], *, durable: bool
) -> _Plan:
    user = privileges.server_user()
    spot = layout.settled(home, user)
    if spot.place != home:
        held.enter_context(ownership(spot.place, home))  # a copied home points to the same data
    if spot.data.exists():
        user = privileges.owner_of(spot.data, user)
        postmaster.clear_orphan(spot.data)  # before its socket is cleared away
    socket_dir = layout.socket_dir(home, user)
    held.callback(shutil.rmtree, socket_dir, ignore_errors=True)
    options = arguments(socket_dir, settings, durable=durable)
    return _Plan(spot, user, binaries.find(user), socket_dir, options)


def _initialise(plan: _Plan, *, durable: bool) -> None:
    """Make the data directory beside its place and rename it: it is whole or absent."""
    layout.clear_drafts(plan.layout)
    data = plan.layout.data
    if data.exists():
        _check_version(data, plan)
        return
    draft = layout.draft(plan.layout.place, plan.user)
    log = layout.fresh_log(plan.layout)
    begin = log.stat().st_size
    command = [
        *(plan.binaries.program("initdb"), "-D", str(draft), "-U", SUPERUSER, "-E", "UTF8"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        *("--auth-local=trust", "--auth-host=scram-sha-256", "--no-instructions"),
        *(() if durable else ("--no-sync",)),
    ]
    with log.open("ab") as to:
        made = privileges.spawn(plan.user, privileges.tethered(command, signal.SIGKILL), to)
    try:
        code = made.wait()
    except BaseException:
        os.killpg(made.pid, signal.SIGKILL)
        made.wait()
        raise
    if code != 0:
        raise StartFailed(f"The database could not be created:\n{_tail(log, begin)}")
    draft.rename(data)


def _check_version(data: Path, plan: _Plan) -> None:
    version = data / "PG_VERSION"
    if not version.is_file():
        raise StartFailed(f"{data} is not a PostgreSQL database; move it away.")
    if not privileges.can_enter(plan.user, data):
        raise StartFailed(f"{data} cannot be reached by {plan.user.name}, who must serve it.")
    found = version.read_text().strip()
    if found != str(plan.binaries.major):
        raise WrongVersion(data, found, plan.binaries.major)


def _serve(plan: _Plan, held: contextlib.ExitStack) -> subprocess.Popen[bytes]:
    deadline = time.monotonic() + _READY_S
    while True:
        postmaster.clear_orphan(plan.layout.data)
        log = layout.fresh_log(plan.layout)
        begin = log.stat().st_size
        program = [plan.binaries.program("postgres"), "-D", str(plan.layout.data), *plan.arguments]
        with log.open("ab") as to:
            server = privileges.spawn(plan.user, privileges.tethered(program, signal.SIGINT), to)
        with contextlib.ExitStack() as unready:
            unready.callback(postmaster.end, server, "immediate")
            if _became_ready(plan, server, deadline):
                held.push(unready.pop_all())
                return server
        said = _tail(log, begin)
        if time.monotonic() > deadline or not any(sign in said for sign in _PREDECESSOR):
            raise StartFailed(f"PostgreSQL did not start. Its log {log} ends with:\n{said}")
        time.sleep(_PREDECESSOR_PAUSE_S)


def _became_ready(plan: _Plan, server: subprocess.Popen[bytes], deadline: float) -> bool:
    """Wait for the first answer and see to the roles. False when the server ended or took too
    long."""
    cluster = Cluster(plan.layout.home, plan.socket_dir, PORT, plan.layout.log_file, server.pid)
    dsn = cluster.dsn(SUPERUSER, SUPERUSER)
    while server.poll() is None and time.monotonic() < deadline:
        if not postmaster.accepts_connections(plan.layout.data, server.pid):
            time.sleep(_PAUSE_S)
            continue
        with contextlib.suppress(psycopg.OperationalError):
            with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection:
                roles.ensure(connection)
            return True
    return False


def _stop_orphan(home: Path) -> None:
    known = layout.existing(home)
    if known is not None and known.data.is_dir():
        postmaster.clear_orphan(known.data)
        user = privileges.owner_of(known.data, privileges.server_user())
        shutil.rmtree(layout.socket_dir(home, user), ignore_errors=True)


def _collect(home: Path) -> None:
    """Give up a home whose server died under us, so that it can be started again."""
    mine = _servers.get(home)
    if mine is not None and mine.server.poll() is not None:
        _servers.pop(home).held.close()


def _tail(log: Path, begin: int) -> str:
    with log.open("rb") as file:
        file.seek(begin)
        lines = file.read().decode(errors="replace").splitlines()
    return "\n".join(lines[-_LOG_LINES:])


@atexit.register
def _stop_all() -> None:
    for home, mine in list(_servers.items()):
        if mine.owner == os.getpid():
            stop(home)
