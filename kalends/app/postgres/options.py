"""How the server is set: on its command line, so that no file in the data can disagree."""

from collections.abc import Mapping
from pathlib import Path

from .types import PORT

_LAPTOP = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "jit": "off",  # short statements; compiling them costs more than it saves
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_lock_waits": "on",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %u@%d ",
}

# A crash of the machine loses such data; a crash of the server alone does not.
_THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


def arguments(socket_dir: Path, settings: Mapping[str, str], *, durable: bool) -> list[str]:
    """Command-line arguments. `settings` may change anything but where the socket is."""
    fixed = {
        "port": str(PORT),
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "logging_collector": "off",
        "log_destination": "stderr",
    }
    chosen = _LAPTOP | ({} if durable else _THROWAWAY) | dict(settings) | fixed
    return [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
