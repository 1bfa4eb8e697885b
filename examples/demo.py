"""Start the mock, and restart its servers: all come back, a response is lost, a restart fails: "make demo"."""

import io
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from ncp_mock import Mock, NcpMock

FLEET: list[dict[str, Any]] = [
    {"serverInstanceNo": "123458773", "serverName": "shop-web-1"},
    {"serverInstanceNo": "123458774", "serverName": "shop-web-2", "listLag": 1},
    {"serverInstanceNo": "123458775", "serverName": "shop-결제-1", "restartSeconds": 4},
    {"serverInstanceNo": "123458776", "serverName": "shop-결제-2"},
    {"serverInstanceNo": "123458777", "serverName": "shop-db-1"},
]
POLL = "1s"
ROLL = ("reboot", "--rolling", "2", "--yes")
FAILED = 7
COMMAND = Path(sys.executable).with_name("ncp-vserver")


def run(mock: NcpMock, *arguments: str) -> int:
    """Run the command on the mock, and return its exit code."""
    print("\n$ ncp-vserver", shlex.join(arguments), flush=True)
    command = [sys.executable, "-m", "ncp_vserver", *arguments]
    return subprocess.run(command, env=os.environ | mock.environment, check=False).returncode


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the command's, which has a report to write
    output = sys.stdout
    if isinstance(output, io.TextIOWrapper):
        output.reconfigure(errors="backslashreplace")  # not every code page of Windows has Hangul
    print("Starting the mock …", flush=True)
    with Mock(fleet=FLEET, reboot_seconds=1) as mock:
        code = run(mock, "whoami")
        if not code:
            print("\nAll five come back. shop-결제-1 takes longer, and the list lags behind shop-web-2.", flush=True)
            code = run(mock, *ROLL, "--poll", POLL, "--name", "shop-*")
        if code:
            return code
        mock.fail_next("resetAfter", operation="rebootServerInstances")
        print("\nNow the response to a restart is lost. The command polls until it can tell what happened.", flush=True)
        if code := run(mock, "reboot", "123458775", "--wait", "--poll", POLL, "--yes"):
            return code
        mock.behave("123458777", restart_fails=True)
        print("\nNow the restart of shop-db-1 fails, so shop-web-2, in the next batch, is not restarted.", flush=True)
        code = run(mock, *ROLL, "--poll", POLL, "--name", "shop-web-*", "--name", "shop-db-1")
        print(f"The exit code is {code}: a restart failed.")
        print(f"\nThe mock got {len(mock.requests)} requests.")
    print(f"\nThe command is {COMMAND}. Go on with a mock of your own:")
    print("\n  $ make mock     # in a terminal of its own: prints the variables to export\n  $ ncp-vserver list")
    return 0 if code == FAILED else 1


if __name__ == "__main__":
    sys.exit(main())
