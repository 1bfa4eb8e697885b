"""Where the mock's files are, and the installation of Prism from its lock file.

In a checkout the contract and the lock file stand in their own folders. A wheel carries copies of them, and Prism goes
to the user's cache, one folder for each content of the lock file.
"""

import contextlib
import hashlib
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parent
_CHECKOUT: Final = _PACKAGE.parent.parent
_IN_WHEEL: Final = _PACKAGE / "bundle"

_NPM_FILES: Final = ("package.json", "package-lock.json", ".npmrc")


class InstallationError(RuntimeError):
    """Prism could not be installed. The text has what npm printed."""


class NodeMissingError(InstallationError):
    """Node.js, with its npm, is not on the PATH."""


def contract() -> Path:
    """The OpenAPI document that the mock serves."""
    bundled = _IN_WHEEL / "vserver.yaml"
    return bundled if bundled.exists() else _CHECKOUT / "openapi" / "vserver.yaml"


def prism_home() -> Path:
    """The folder that Prism is installed in, below ``node_modules``. Installs it at the first call.

    Raises:
        NodeMissingError: There is no Node.js.
        InstallationError: npm failed.
    """
    if missing := [name for name in ("node", "npm") if shutil.which(name) is None]:
        raise NodeMissingError(f"the mock needs Node.js 20 or newer: {', '.join(missing)} not found on the PATH")
    if _IN_WHEEL.exists():
        home = _cache_folder(_IN_WHEEL / "package-lock.json")
        source = _IN_WHEEL
    else:
        home = source = _CHECKOUT / "mock"
    if not (home / "node_modules").exists():
        _install(source, home)
    return home


def require_extra() -> None:
    """See that the packages of the extra "mock" are there; some are imported late.

    Raises:
        InstallationError: They are not.
    """
    if missing := [name for name in ("h11", "jinja2", "platformdirs", "yaml") if find_spec(name) is None]:
        raise InstallationError(
            f'the mock needs the extra "mock" (there is no {", ".join(missing)}): pip install "ncp-vserver[mock]", or'
            ' ".[mock]" in a checkout'
        )


def _cache_folder(lock_file: Path) -> Path:
    from platformdirs import user_cache_path

    digest = hashlib.sha256(lock_file.read_bytes()).hexdigest()[:16]
    return user_cache_path("ncp-vserver") / f"prism-{digest}"


def _install(source: Path, home: Path) -> None:
    """Install into a scratch folder and move the result into place, so that no one ever finds half of it."""
    sys.stderr.write(f"Installing Prism into {home}, once; that needs npm's registry ...\n")
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=".installing-") as scratch:
        for name in _NPM_FILES:
            shutil.copy(source / name, scratch)
        npm = subprocess.run(
            ["npm", "ci", "--ignore-scripts"], cwd=scratch, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if npm.returncode != 0:
            raise InstallationError(f"npm ci failed with exit code {npm.returncode}:\n{npm.stdout}")
        with contextlib.suppress(OSError):  # someone else was faster: theirs is as good
            (Path(scratch) / "node_modules").rename(home / "node_modules")
