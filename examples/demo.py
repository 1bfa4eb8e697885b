"""Start the mock with five servers, and roll through them with the command: "make demo"."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

from ncp_mock import Mock

FLEET = [
    {"serverInstanceNo": "123458773", "serverName": "shop-web-1"},
    {"serverInstanceNo": "123458774", "serverName": "shop-web-2"},
    {"serverInstanceNo": "123458775", "serverName": "shop-결제-1"},
    {"serverInstanceNo": "123458776", "serverName": "shop-결제-2"},
    {"serverInstanceNo": "123458777", "serverName": "shop-db-1"},
]
ROLL = ("reboot", "--name", "shop-*", "--rolling", "2", "--poll", "1s", "--yes")


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the command's, which has a report to write
    command = Path(sys.executable).with_name("ncp-vserver")
    print("Starting the mock …", flush=True)
    with Mock(fleet=FLEET, reboot_seconds=2) as mock:
        for arguments in (("whoami",), ROLL):
            print("\n$ ncp-vserver", shlex.join(arguments), flush=True)
            code = subprocess.run([command, *arguments], env=os.environ | mock.environment, check=False).returncode
        print(f"\nThe mock got {len(mock.requests)} requests.")
    return code


if __name__ == "__main__":
    sys.exit(main())
