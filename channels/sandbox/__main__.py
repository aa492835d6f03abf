"""`python -m channels.sandbox --port 4300 --folder var/sandbox`: always on loopback."""

import argparse
import logging
import socket
from pathlib import Path

import uvicorn

from channels.sandbox.app import create_app


def _unintended(record: logging.LogRecord) -> bool:
    return "without completing response" not in record.getMessage()


def main() -> None:
    """Serve until stopped. Port 0 takes a free one; the address is printed once it listens."""
    parser = argparse.ArgumentParser(prog="channels.sandbox")
    parser.add_argument("--port", type=int, default=4300)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    listening = socket.create_server(("127.0.0.1", options.port))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    # A broken connection is one of the faults this server is asked for.
    logging.getLogger("uvicorn.error").addFilter(_unintended)
    config = uvicorn.Config(create_app(options.folder), log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
