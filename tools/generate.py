"""Generate the client package from the contract, or check that the committed one is what would be generated.

Runs in the generator's own environment; "make generate" and "make check-generated" call it.
"""

import argparse
import difflib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import resources
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONTRACT = ROOT / "openapi" / "vserver.yaml"
CONFIG = ROOT / "openapi" / "generator.yaml"
TEMPLATES = ROOT / "openapi" / "templates"
ORIGINAL_TEMPLATES = Path(str(resources.files("openapi_python_client") / "templates"))
COMMITTED = ROOT / "generated"

GENERATOR = f"openapi-python-client {version('openapi-python-client')}"
FORMATTER = f"ruff {version('ruff')}"
HEADER = f'# Generated from openapi/vserver.yaml by "make generate" ({GENERATOR}). Do not edit.\n'


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if the committed package differs")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as templates:
        # An overriding template finds the one of the same name as original/…, to render it and change what comes out.
        shutil.copytree(TEMPLATES, templates, dirs_exist_ok=True)
        shutil.copytree(ORIGINAL_TEMPLATES, Path(templates) / "original")
        generate(Path(folder), Path(templates))
        wanted = read_tree(Path(folder))
    if arguments.check:
        return report(wanted, read_tree(COMMITTED))
    write_tree(wanted)
    return 0


def generate(folder: Path, templates: Path) -> None:
    """Write the package and its provenance file below ``folder``."""
    package = folder / "ncp_vserver_api"
    scripts = Path(sys.executable).parent
    command = [
        str(scripts / "openapi-python-client"),
        "generate",
        f"--path={CONTRACT}",
        f"--config={CONFIG}",
        f"--custom-template-path={templates}",
        f"--output-path={package}",
        "--meta=none",
        "--fail-on-warning",  # a skipped operation or a missing formatter is a warning only
    ]
    # The post hooks call the formatter by name: it must be the one beside the generator, and leave no cache behind.
    environment = os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "RUFF_NO_CACHE": "true"}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)

    (package / "py.typed").touch()  # "--meta=none" leaves it out
    for path in package.rglob("*"):
        if path.is_file():
            path.write_text(HEADER + path.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
    provenance = {
        "command": "make generate",
        "generator": GENERATOR,
        "formatter": FORMATTER,
        "sha256": {
            "openapi/vserver.yaml": sha256({"": CONTRACT.read_bytes()}),
            "openapi/generator.yaml": sha256({"": CONFIG.read_bytes()}),
            "openapi/templates": sha256(read_tree(TEMPLATES)),
            "generated/ncp_vserver_api": sha256(read_tree(package)),
        },
    }
    (folder / "PROVENANCE.json").write_text(json.dumps(provenance, indent=2) + "\n", encoding="utf-8", newline="\n")


def read_tree(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` by its relative path, compiled Python left out."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def write_tree(wanted: dict[str, bytes]) -> None:
    """Make the committed tree equal to ``wanted``."""
    for name in read_tree(COMMITTED).keys() - wanted.keys():
        (COMMITTED / name).unlink()
    for name, content in wanted.items():
        path = COMMITTED / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def sha256(files: dict[str, bytes]) -> str:
    """Digest of a set of files: their names and contents."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def report(wanted: dict[str, bytes], found: dict[str, bytes]) -> int:
    """Print how ``found`` differs from ``wanted``; 1 if it does, else 0."""
    differing = [name for name in sorted(wanted.keys() | found.keys()) if wanted.get(name) != found.get(name)]
    for name in differing:
        old, new = (tree.get(name, b"").decode("utf-8", "replace").splitlines(True) for tree in (found, wanted))
        sys.stdout.writelines(difflib.unified_diff(old, new, f"committed/{name}", f"regenerated/{name}"))
    if differing:
        print(f'{len(differing)} generated files differ from a fresh generation. Run "make generate" and commit.')
        return 1
    print(f"generated/ is current: {len(wanted)} files, 0 differing lines.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
