"""Say what is missing before anything fails for lack of it. Runs in any Python 3."""

import re
import shutil
import subprocess
import sys
from typing import Iterator


def problems(node: str) -> Iterator[str]:
    """What stands in the way, one line each."""
    if sys.version_info < (3, 11):
        yield "Python 3.11 or newer is needed, and this is {}: make PYTHON=python3.12 …".format(sys.version.split()[0])
    if shutil.which("node") is None or shutil.which("npm") is None:
        yield "Node.js {} or newer with npm is needed, and not on the PATH".format(node)
        return
    answer = subprocess.run(["node", "--version"], stdout=subprocess.PIPE, check=True).stdout.decode().strip()
    found, needed = ([int(part) for part in re.findall(r"\d+", text)] for text in (answer, node))
    if found < needed:
        yield "Node.js {} or newer is needed, and this is {}".format(node, answer)


if __name__ == "__main__":
    sys.exit("\n".join(problems(sys.argv[1])) or None)
