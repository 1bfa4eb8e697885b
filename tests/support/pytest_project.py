"""pytest in somebody else's project, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

# The plugins of Schemathesis take longer to import than most of these runs, and have nothing to do with the fixture.
OPTIONS = ["-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:hypothesispytest"]


def pytest_command(folder: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-rs", *OPTIONS, "--rootdir", str(folder), *options, str(folder)]


def run_pytest(folder: Path, *options: str, **environment: str) -> tuple[int, str]:
    """Exit code and output, with these variables in the environment."""
    surroundings = {name: value for name, value in os.environ.items() if name != "CI"} | environment
    process = subprocess.run(
        pytest_command(folder, *options),
        env=surroundings,
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return process.returncode, process.stdout
