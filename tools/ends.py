"""Run the tests that need no development tools on both ends of what is supported: "make ends".

The lowest versions of the runtime dependencies on the oldest Python that is supported, and the newest ones on each
Python that this machine has: there are no wheels of old versions for new Pythons. Then what Node.js runs, on the oldest
and the newest one that is supported, which come from npm.
Runs in an environment that has uv. What it installs goes into .venv-ends.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv-ends"
UV = [sys.executable, "-m", "uv", "--quiet"]
NEEDED = ["pytest", "pytest-randomly", "pytest-xdist", "freezegun", "jsonschema", "trio", "truststore"]
# httpx2 needs a newer anyio than the client does.
NEWEST_ONLY = ["httpx2", "ncloud-vserver"]
THEIR_TESTS = ["known_answers", "test_addresses.py", "test_auth.py"]
BEHAVIOURS = ["accounting", "certificates", "changing_lists", "deadlines", "outcomes", "paging", "retries", "waiting"]
TESTS = ["tests/unit", "tests/known_answers", *(f"tests/behaviour/test_{name}.py" for name in BEHAVIOURS)]
# What these tests ask of the project's own development tools, or of a built package.
LEFT_OUT = ["test_public_names.py", "test_systems.py"]
NODES = ["20", "24"]
ON_NODE = ["tests/behaviour/test_pytest_plugin.py", "tests/contract/test_mock.py", "tests/known_answers"]


def pythons() -> Iterator[str]:
    """Each Python from 3.11 on, by its version."""
    command = [sys.executable, "-m", "uv", "python", "list", "--only-installed"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    versions = {match[1] for match in re.finditer(r"^cpython-(3\.\d+)\.\d+-", found.stdout, re.MULTILINE)}
    yield from sorted((each for each in versions if int(each[2:]) >= 11), key=lambda each: int(each[2:]))


def passes(version: str, resolution: str) -> bool:
    """Whether the tests pass on a Python, with dependencies of that end."""
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([*UV, "venv", "--python", version, str(VENV)], cwd=ROOT, check=True)
    python = str(VENV / "bin" / "python")
    install = [*UV, "pip", "install", "--python", python]
    subprocess.run([*install, f"--resolution={resolution}", ".[cli,mock]"], cwd=ROOT, check=True)
    frozen = subprocess.run([*UV, "pip", "freeze", "--python", python], capture_output=True, text=True, check=True)
    runtime = [line for line in frozen.stdout.splitlines() if "==" in line]
    (VENV / "runtime.txt").write_text("\n".join(runtime))
    more = [] if resolution == "lowest-direct" else NEWEST_ONLY
    subprocess.run([*install, "--constraint", str(VENV / "runtime.txt"), *NEEDED, *more], cwd=ROOT, check=True)
    print(f"\nPython {version}, {resolution}: {', '.join(runtime)}", flush=True)
    command = [python, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *TESTS]
    ignored = [f"--ignore-glob=*/{name}*" for name in (*LEFT_OUT, *([] if more else THEIR_TESTS))]
    return subprocess.run([*command, *ignored], cwd=ROOT, check=False).returncode == 0


def passes_on_node(version: str) -> bool:
    """Whether the tests of the fixture pass on a Node.js, in the environment that was made last."""
    system = {"win32": "win"}.get(sys.platform, sys.platform)
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(*[platform.machine().lower()] * 2)
    folder, package = VENV / f"node-{version}", f"node-{system}-{machine}"
    quietly = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(["npm", "install", "--prefix", str(folder), *quietly, f"{package}@{version}"], check=True)
    programs = folder / "node_modules" / package / "bin"
    environment = os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "CI": "true"}
    subprocess.run(["node", "--version"], env=environment, check=True)
    command = [str(VENV / "bin" / "python"), "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *ON_NODE]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


def main() -> int:
    """Try both ends on every Python and Node.js, and return 1 if one fails."""
    versions = list(pythons())
    assert versions, "no Python was found"
    ends = [(versions[0], "lowest-direct"), *((version, "highest") for version in versions)]
    failed = [f"Python {version}, {resolution}" for version, resolution in ends if not passes(version, resolution)]
    failed += [f"Node.js {version}" for version in NODES if not passes_on_node(version)]
    print(f"failed: {'; '.join(failed)}" if failed else "all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
