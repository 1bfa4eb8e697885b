"""Serve the contract until interrupted: ``python -m ncp_mock``."""

import argparse
import signal
import sys
from types import FrameType
from typing import NoReturn

from . import InstallationError, Prism, PrismError


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m ncp_mock", description="Serve the contract on 127.0.0.1 with Prism."
    )
    parser.add_argument(
        "--port", type=int, default=4010, help="port to listen on, 0 for any free one (default: %(default)s)"
    )
    arguments = parser.parse_args()
    if not 0 <= arguments.port <= 65535:
        parser.error(f"argument --port: {arguments.port} is no port number")

    signal.signal(signal.SIGTERM, _exit_on_signal)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what runs in the background
    try:
        with Prism(port=arguments.port, log=_print_requests) as prism:
            print(f"The mock answers on {prism.url} until Ctrl-C. To send requests to it:\n")
            print(
                f"    export NCLOUD_API_GW={prism.url} NCLOUD_ACCESS_KEY_ID=any NCLOUD_SECRET_ACCESS_KEY=thing\n",
                flush=True,
            )
            code = prism.wait()
            print(f"Prism ended by itself with exit code {code}.", file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        return 0
    except (InstallationError, PrismError) as error:
        print(error, file=sys.stderr)
        return 1


def _print_requests(line: str) -> None:
    """Show what Prism says of requests; what it says while it starts is shown if it fails to."""
    if "[HTTP SERVER]" in line or "[NEGOTIATOR]" in line or "[VALIDATOR]" in line:
        print(line, end="", flush=True)


def _exit_on_signal(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
