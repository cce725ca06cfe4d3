"""What the launcher hands out."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from psycopg.conninfo import make_conninfo

PORT = 5432  # without TCP it is only the last part of the socket's name
SUPERUSER = "postgres"
OWNER = "kalends"
APPLICATION = "kalends_app"
DATABASE = "kalends"

# PG* variables of the caller's shell fill whatever a conninfo leaves open; these must stay ours.
_SETTLED = {
    "hostaddr": "",
    "options": "",
    "sslmode": "disable",
    "gssencmode": "disable",
    "channel_binding": "disable",
}


@dataclass(frozen=True)
class Cluster:
    """A running server. `pid` is the postmaster, a child of the process that started it."""

    home: Path
    socket_dir: Path
    port: int
    log_file: Path
    pid: int

    def url(self, database: str = DATABASE, user: str = OWNER) -> str:
        """SQLAlchemy URL for asyncpg. Users: postgres, kalends (owner), kalends_app."""
        query = urlencode({"host": str(self.socket_dir), "port": self.port}, safe="/")
        return f"postgresql+asyncpg://{quote(user)}@/{quote(database)}?{query}"

    def dsn(self, database: str = DATABASE, user: str = OWNER) -> str:
        """libpq connection string for psycopg. Users: postgres, kalends (owner), kalends_app."""
        return make_conninfo(
            "",
            host=str(self.socket_dir),
            port=self.port,
            dbname=database,
            user=user,
            **_SETTLED,
        )
