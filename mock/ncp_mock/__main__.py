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

    signal.signal(signal.SIGTERM, _exit_on_signal)
    try:
        with Prism(port=arguments.port, log=_print) as prism:
            print(f"\nThe mock answers on {prism.url} until Ctrl-C. To send requests to it:\n")
            print(f"    export NCLOUD_API_GW={prism.url}\n", flush=True)
            code = prism.wait()
            print(f"Prism ended by itself with exit code {code}.", file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        return 0
    except (InstallationError, PrismError) as error:
        print(error, file=sys.stderr)
        return 1


def _print(line: str) -> None:
    print(line, end="", flush=True)


def _exit_on_signal(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
