"""As whom the server's processes run, and how they are started."""

import functools
import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .errors import StartFailed

# In order of preference; a packaged deployment may bring a user of its own.
_UNPRIVILEGED = ("kalends", "nobody", "postgres", "daemon")

# The caller's environment stays outside: PG*, LC_* and LD_* variables change what a server does.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class ServerUser:
    """The operating-system user of the server; `demoted` when we are root and it must not be."""

    name: str
    uid: int
    gid: int
    demoted: bool


def server_user() -> ServerUser:
    """Ourselves, or an existing unprivileged user when we are root: PostgreSQL refuses root.

    Raises StartFailed when root cannot change to such a user.
    """
    uid = os.geteuid()
    if uid != 0:
        return _ourselves(uid)
    user = _unprivileged()
    try:
        spawn(user, ["/bin/sh", "-c", ":"]).wait()
    except OSError as reason:
        raise StartFailed(
            f"PostgreSQL refuses to run as root and root may not become {user.name} here "
            f"({reason.strerror}); start Kalends as an ordinary user, or set DATABASE_URL."
        ) from reason
    return user


def owner_of(data: Path, user: ServerUser) -> ServerUser:
    """The user that must serve `data`: PostgreSQL insists on the owner of the directory.

    Raises StartFailed when that is root, or somebody else while we are not root.
    """
    found = data.stat()
    if found.st_uid == user.uid:
        return user
    if found.st_uid == 0:
        raise StartFailed(
            f"The database in {data} belongs to root, which PostgreSQL refuses; "
            f"give it back with: chown -R {user.name} '{data}'"
        )
    if not user.demoted:
        raise StartFailed(
            f"The database in {data} belongs to {_name(found.st_uid)}; "
            "start Kalends as that user or as root, or set KALENDS_HOME to another directory."
        )
    return ServerUser(_name(found.st_uid), found.st_uid, found.st_gid, demoted=True)


def can_enter(user: ServerUser, directory: Path) -> bool:
    """Whether the user may list, write and traverse `directory`: asked of the system, since modes
    do not tell about access lists, mounts and every parent."""
    script = 'test -r "$1" && test -w "$1" && test -x "$1"'
    return spawn(user, ["/bin/sh", "-c", script, "sh", str(directory)]).wait() == 0


def output(user: ServerUser | None, argv: list[str]) -> str | None:
    """What a short command says, or None when it cannot be run or fails."""
    try:
        process = spawn(user, argv, subprocess.PIPE)
    except OSError:
        return None
    with process:
        said, _ = process.communicate()
    return said.decode(errors="replace") if process.returncode == 0 else None


def spawn(
    user: ServerUser | None, argv: list[str], to: int | IO[bytes] = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """Start `argv` as a direct child in a session of its own, so that Ctrl-C reaches only us."""
    demoted = user if user and user.demoted else None
    return subprocess.Popen(  # noqa: S603 - the one place that starts programs; no shell, own paths
        argv,
        stdin=subprocess.DEVNULL,
        stdout=to,
        stderr=subprocess.STDOUT,
        cwd="/",
        env=_ENVIRONMENT,
        start_new_session=True,
        user=demoted.uid if demoted else None,
        group=demoted.gid if demoted else None,
        extra_groups=[] if demoted else None,
    )


def tethered(argv: list[str], signum: signal.Signals) -> list[str]:
    """`argv` so that Linux sends it `signum` when we die, even by kill -9.

    Linux ties this to the *thread* that starts the child, so only the main thread may ask for it;
    elsewhere the next start finds and stops what was left behind. The tool `setpriv` does it
    between the change of user, which would undo it, and the server, in the same process.
    """
    tool = _setpriv()
    if tool is None or threading.current_thread() is not threading.main_thread():
        return argv
    return [tool, "--pdeathsig", signum.name, *argv]


@functools.cache
def _setpriv() -> str | None:
    tool = shutil.which("setpriv", path=_ENVIRONMENT["PATH"])
    if sys.platform != "linux" or tool is None:
        return None
    works = spawn(None, [tool, "--pdeathsig", "SIGINT", "/bin/sh", "-c", ":"]).wait() == 0
    return tool if works else None


def _ourselves(uid: int) -> ServerUser:
    try:
        return ServerUser(pwd.getpwuid(uid).pw_name, uid, os.getegid(), demoted=False)
    except KeyError:
        raise StartFailed(
            f"User {uid} has no name on this machine, which PostgreSQL insists on; in a container "
            "start Kalends as root or as a user of /etc/passwd, or set DATABASE_URL."
        ) from None


def _unprivileged() -> ServerUser:
    for name in _UNPRIVILEGED:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        if found.pw_uid != 0:
            return ServerUser(name, found.pw_uid, found.pw_gid, demoted=True)
    raise StartFailed(
        "PostgreSQL refuses to run as root and there is no user "
        f"{' or '.join(_UNPRIVILEGED)}; start Kalends as an ordinary user, or set DATABASE_URL."
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
