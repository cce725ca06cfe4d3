"""Serve on 127.0.0.1 until stopped; the first line printed is the port."""

import argparse
import socket
import sys

import uvicorn

from .app import build


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.emulators.stripe")
    parser.add_argument("--port", type=int, default=0)
    port = parser.parse_args().port
    listening = socket.create_server(("127.0.0.1", port))
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(build(), log_level="critical", lifespan="off", timeout_keep_alive=60)
    uvicorn.Server(config).run(sockets=[listening])


main()
