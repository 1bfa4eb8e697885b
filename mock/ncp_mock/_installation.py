"""The places of the mock's files, and the installation of Prism from its lock file.

In a checkout the contract and the lock file are in folders of their own. A wheel has copies of them, and installs
Prism into the user's cache, or where NCP_MOCK_CACHE says, in one folder for each content of the lock file.
"""

import hashlib
import os
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
CACHE_VARIABLE: Final = "NCP_MOCK_CACHE"
"""The environment variable with the folder for Prism, in place of the user's cache or the checkout."""


class InstallationError(RuntimeError):
    """Prism could not be installed. The text says why: what npm printed, or which folder cannot be written."""


class NodeMissingError(InstallationError):
    """Node.js, with its npm, is not on the PATH."""


def contract() -> Path:
    """Return the OpenAPI document that the mock serves."""
    bundled = _PACKAGE.parent / "ncp_vserver_api" / "vserver.yaml"
    return bundled if bundled.exists() else _CHECKOUT / "openapi" / "vserver.yaml"


def prism_home() -> Path:
    """Return the folder with Prism in its ``node_modules``. The first call installs it.

    Raises:
        NodeMissingError: There is no Node.js.
        InstallationError: npm failed, or the folder cannot be written.
    """
    if missing := [name for name in ("node", "npm") if shutil.which(name) is None]:
        raise NodeMissingError(f"the mock needs Node.js 20 or newer: {', '.join(missing)} not found on the PATH")
    is_wheel = _IN_WHEEL.exists()
    source = _IN_WHEEL if is_wheel else _CHECKOUT / "mock"
    is_cached = is_wheel or CACHE_VARIABLE in os.environ
    home = _cache_folder(source / "package-lock.json") if is_cached else source
    try:
        if not (home / "node_modules").exists():
            _install(source, home)
    except OSError as error:
        raise _no_room(home, str(error)) from error
    return home


def require_extra() -> None:
    """Check that the packages of the extra "mock" are installed; some are imported late.

    Raises:
        InstallationError: They are not.
    """
    if missing := [name for name in ("h11", "jinja2", "platformdirs", "yaml") if find_spec(name) is None]:
        raise InstallationError(
            f'the mock needs the extra "mock" (there is no {", ".join(missing)}): pip install "PATH[mock]", with'
            " the path of a checkout"
        )


def _cache_folder(lock_file: Path) -> Path:
    from platformdirs import user_cache_path

    digest = hashlib.sha256(lock_file.read_bytes()).hexdigest()[:16]
    try:
        # An empty value is not a missing one: it must not mean a cache that nobody expects.
        folder = Path(os.environ[CACHE_VARIABLE]) if CACHE_VARIABLE in os.environ else user_cache_path("ncp-vserver")
    except RuntimeError as error:  # a user without a home folder, as in some containers
        raise _no_room("the user's cache", str(error)) from error
    home = folder / f"prism-{digest}"
    if not home.is_absolute():
        raise _no_room(home, "the path is not absolute")
    return home


def _no_room(home: Path | str, why: str) -> InstallationError:
    return InstallationError(
        f"Prism, which the mock's first start installs, cannot be installed into {home}: {why}\n"
        f"Set {CACHE_VARIABLE} to the absolute path of a folder that can be written. Later starts with the same value"
        " only read it: in a container, start the mock once while the image is built."
    )


def _install(source: Path, home: Path) -> None:
    """Install into a scratch folder and move the result, so that nobody finds half an installation."""
    home.mkdir(parents=True, exist_ok=True)
    # Files that cannot be deleted are left: on Windows a virus scanner may still read them.
    with tempfile.TemporaryDirectory(dir=home, prefix=".installing-", ignore_cleanup_errors=True) as scratch:
        sys.stderr.write(f"Installing Prism into {home}, once; that needs npm's registry ...\n")
        for name in _NPM_FILES:
            shutil.copy(source / name, scratch)
        # By its path: on Windows it is npm.cmd.
        command = [shutil.which("npm") or "npm", "ci", "--ignore-scripts"]
        if CACHE_VARIABLE in os.environ:  # npm's own cache may not be writable either
            command += ["--cache", str(Path(scratch) / "cache")]
        npm = subprocess.run(
            command,
            cwd=scratch,
            encoding="utf-8",
            errors="replace",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if npm.returncode != 0:
            raise InstallationError(f"npm ci failed with exit code {npm.returncode}:\n{npm.stdout}")
        target = home / "node_modules"
        try:
            (Path(scratch) / "node_modules").rename(target)
        except OSError:
            if not target.exists():  # another installation was faster, and is as good
                raise
