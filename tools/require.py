"""Say what is missing before anything fails for lack of it. Runs in any Python 3."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

NODE = (20, 19)


def problems() -> Iterator[str]:
    """What stands in the way, one line each."""
    if sys.version_info < (3, 11):
        yield "Python 3.11 or newer is needed, and this is {}: make PYTHON=python3.12 …".format(sys.version.split()[0])
    if shutil.which("node") is None or shutil.which("npm") is None:
        yield "Node.js {}.{} or newer with npm is needed, and not on the PATH".format(*NODE)
        return
    answer = subprocess.run(["node", "--version"], stdout=subprocess.PIPE, check=True).stdout.decode().strip()
    version = tuple(int(part) for part in re.findall(r"\d+", answer)[:2])
    if version < NODE:
        yield "Node.js {}.{} or newer is needed, and this is {}".format(*NODE, answer)


if __name__ == "__main__":
    sys.exit("\n".join(problems()) or None)
