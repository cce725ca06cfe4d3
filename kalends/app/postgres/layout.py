"""Where things lie: the home, the data, the socket, the log."""

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .errors import StartFailed
from .privileges import ServerUser, can_enter
from .types import PORT

_STATE_DIR = Path("/var/lib/kalends")
_POINTER = "data.place"
_DRAFT = "data.new-"
_LONGEST_SOCKET = 100  # bytes; macOS allows 103, Linux 107
_LOG_LIMIT = 5 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class Layout:
    """`home` holds the lock and the log, `place` the data; both are the same unless we are root
    and the server's user cannot get into the home."""

    home: Path
    place: Path

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def log_file(self) -> Path:
        return self.home / "postgres.log"


def prepared(home: Path) -> Path:
    """The home as a full path, created when missing. Raises StartFailed when it is not ours."""
    home = home.expanduser().resolve()
    if not home.exists():
        _make(home, 0o711 if os.geteuid() == 0 else 0o700)
    if not _writable(home):
        raise StartFailed(
            f"{home} cannot be written by this user; set KALENDS_HOME to a directory of your own."
        )
    return home


def settled(home: Path, user: ServerUser) -> Layout:
    """Find the place of the data, or choose one.

    As root the server runs as another user, to whom a home below a private directory is closed.
    We do not loosen directories that are not ours, so the data of such a home live below
    /var/lib/kalends and a file in the home names the place. The name is new each time, so that a
    deleted home starts empty and a moved one keeps its data.
    """
    known = existing(home)
    if known is not None:
        return known
    if not user.demoted or _welcomes(home, user):
        return Layout(home, home)
    place = Path(tempfile.mkdtemp(prefix=f"{_key(home)}-", dir=state_dir()))
    place.chmod(0o711)
    draft = home / f"{_POINTER}.new"
    draft.write_text(f"{place}\n")
    draft.replace(home / _POINTER)
    return Layout(home, place)


def existing(home: Path) -> Layout | None:
    """The layout that an earlier start chose. Raises StartFailed when its place is gone."""
    pointer = home / _POINTER
    if not pointer.exists():
        return Layout(home, home) if (home / "data").exists() else None
    place = Path(pointer.read_text().strip())
    if place.parent != _STATE_DIR or not place.is_dir():
        raise StartFailed(
            f"The database of {home} should be in {place}, which is not there; "
            f"bring it back, or delete {pointer} to start with an empty one."
        )
    return Layout(home, place)


def erase(layout: Layout) -> None:
    """Delete data, log and the place outside the home. The lock stays: others may wait on it."""
    clear_drafts(layout)
    shutil.rmtree(layout.data, ignore_errors=True)
    if layout.place != layout.home:
        shutil.rmtree(layout.place)
        (layout.home / _POINTER).unlink()
    for log in layout.home.glob(f"{layout.log_file.name}*"):
        log.unlink()


def draft(place: Path, user: ServerUser) -> Path:
    """A new empty directory beside the data, owned by the server's user."""
    path = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=place))
    if user.demoted:
        os.chown(path, user.uid, user.gid)
    return path


def clear_drafts(layout: Layout) -> None:
    """Remove what a start that was killed half-way left behind."""
    for path in layout.place.glob(f"{_DRAFT}*"):
        shutil.rmtree(path, ignore_errors=True)


def state_dir() -> Path:
    """Root's own directory that every user can pass. Raises StartFailed when it is not safe."""
    for path in (_STATE_DIR.parent, _STATE_DIR):
        if not path.is_dir():
            _make(path, 0o755)
    found = _STATE_DIR.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        raise StartFailed(f"{_STATE_DIR} must be a directory that only root can write.")
    return _STATE_DIR


def socket_dir(home: Path, user: ServerUser) -> Path:
    """A short, private directory for the socket, the same for every start of this home.

    The temporary directory is shared, so somebody may have put something there under our name:
    what is not a private directory of the server's user is left alone and another name taken.
    """
    for base in (Path("/tmp"), Path(tempfile.gettempdir())):  # noqa: S108 - checked for its owner
        path = base / f"kalends-{user.uid}-{_key(home)}"
        if len(os.fsencode(path / f".s.PGSQL.{PORT}-12345678")) < _LONGEST_SOCKET and _writable(
            base
        ):
            return _claimed(path, user)
    raise StartFailed("There is no temporary directory with a short name; create /tmp.")


def fresh_log(layout: Layout) -> Path:
    """The server's log, put aside once when it has grown."""
    log = layout.log_file
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_name(f"{log.name}.1"))
    log.touch(0o600)
    return log


def _make(directory: Path, mode: int) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(mode)  # whatever the umask says
    except OSError as reason:
        raise StartFailed(
            f"{directory} cannot be created ({reason.strerror}); "
            "set KALENDS_HOME to a directory that every user can pass."
        ) from reason


def _claimed(path: Path, user: ServerUser) -> Path:
    try:
        path.mkdir(0o700)
    except FileExistsError:
        found = path.lstat()
        ours = found.st_uid in {user.uid, os.geteuid()}
        if not (stat.S_ISDIR(found.st_mode) and ours and not found.st_mode & 0o077):
            path = Path(tempfile.mkdtemp(prefix=f"{path.name}-", dir=path.parent))
    for left in path.glob(".s.PGSQL.*"):  # nobody else serves this home: we hold its lock
        left.unlink(missing_ok=True)
    if user.demoted:
        os.chown(path, user.uid, user.gid, follow_symlinks=False)
    return path


def _welcomes(home: Path, user: ServerUser) -> bool:
    try:
        trial = draft(home, user)
    except PermissionError:  # some mounts let nobody change an owner
        return False
    try:
        return can_enter(user, trial)
    finally:
        shutil.rmtree(trial, ignore_errors=True)


def _writable(base: Path) -> bool:
    return base.is_dir() and os.access(base, os.W_OK | os.X_OK)


def _key(home: Path) -> str:
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
