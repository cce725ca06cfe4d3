"""The emulator as a process of its own: killed by nobody but its owner, it remembers what really happened."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_REPOSITORY = Path(__file__).parents[3]


@contextmanager
def stripe_emulator() -> Iterator[str]:
    """Start it; yield its address; stop it."""
    command = [sys.executable, "-m", "tests.emulators.stripe", "--port", "0"]
    with subprocess.Popen(command, cwd=_REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port, "the emulator did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
