"""Pin all dependencies, with hashes. Runs in an environment that has uv."""

import datetime
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COOL_DOWN = datetime.timedelta(days=7)  # a release that is withdrawn or found malicious usually is so within days

EXTRAS = ["--extra=cli", "--extra=mock", "--extra=postgresql"]
SOURCES = {
    "requirements/ansible.txt": ["requirements/ansible.in"],
    "requirements/build.txt": ["requirements/build.in"],
    "requirements/dev.txt": ["requirements/dev.in", "pyproject.toml", *EXTRAS],
    "requirements/docs.txt": ["requirements/docs.in", "pyproject.toml", *EXTRAS],
    "requirements/fuzz.txt": ["requirements/fuzz.in"],
    "requirements/bench.txt": ["requirements/bench.in"],
    "requirements/codegen.txt": ["requirements/codegen.in"],
}


def main() -> None:
    newest = (datetime.datetime.now(datetime.UTC) - COOL_DOWN).date().isoformat()
    options = ["--quiet", "--upgrade", "--universal", "--python-version=3.11", "--generate-hashes", "--no-annotate"]
    for target, sources in SOURCES.items():
        subprocess.run(
            [
                sys.executable,
                "-m",
                "uv",
                "pip",
                "compile",
                *options,
                f"--exclude-newer={newest}",
                *sources,
                "-o",
                target,
            ],
            cwd=ROOT,
            env=os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "make lock"},
            check=True,
        )


if __name__ == "__main__":
    main()
