"""What is published: the wheel, built from the source distribution, used from outside the checkout."""

import email
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from build_distributions import build
from support.contract import ROOT

PACKAGES = ("ncp_vserver_api", "ncp_signer", "ncp_vserver", "ncp_mock")


COMMITTED = 1_780_000_000


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The source distribution, and the wheel that was built from it."""
    return build(ROOT, tmp_path_factory.mktemp("dist"), epoch=COMMITTED)


@pytest.fixture(scope="module")
def wheel(distributions: tuple[Path, Path]) -> Path:
    """The wheel, unpacked."""
    _, packed = distributions
    folder = packed.parent / "unpacked"
    shutil.unpack_archive(packed, folder, format="zip")
    return folder


def run(wheel: Path, script: str, **environment: str) -> str:
    """Run a script that sees the unpacked wheel before anything else, and nothing of the checkout's surroundings."""
    surroundings = os.environ | {"PYTHONPATH": str(wheel)} | environment
    process = subprocess.run(
        [sys.executable, "-c", script], cwd=wheel.parent, env=surroundings, text=True, capture_output=True
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


def test_same_files_build_the_same_bytes(
    distributions: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Elsewhere, later, by somebody with other settings.
    shutil.unpack_archive(distributions[0], tmp_path / "elsewhere", filter="data")
    [source] = (tmp_path / "elsewhere").iterdir()
    for path in source.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (COMMITTED + 1_000_000, COMMITTED + 1_000_000))
    for variable in {"TZ": "Asia/Seoul", "LC_ALL": "C", "PYTHONHASHSEED": "7"}.items():
        monkeypatch.setenv(*variable)
    umask = os.umask(0o077)
    try:
        again = build(source, tmp_path / "dist", epoch=COMMITTED)
    finally:
        os.umask(umask)

    assert [path.name for path in again] == [path.name for path in distributions]
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in distributions]
    with tarfile.open(again[0]) as archive:
        assert {member.mtime for member in archive} == {COMMITTED}


def test_contents(wheel: Path) -> None:
    top = {path.name for path in wheel.iterdir()}
    assert top == {*PACKAGES, next(wheel.glob("*.dist-info")).name}
    for package in PACKAGES:
        assert (wheel / package / "py.typed").exists()
    bundled = {
        "ncp_mock/bundle/package.json": "mock/package.json",
        "ncp_mock/bundle/package-lock.json": "mock/package-lock.json",
        "ncp_mock/bundle/.npmrc": "mock/.npmrc",
        "ncp_vserver_api/vserver.yaml": "openapi/vserver.yaml",
        "ncp_vserver_api/assumptions.yaml": "openapi/assumptions.yaml",
    }
    for name, source in bundled.items():
        assert (wheel / name).read_bytes() == (ROOT / source).read_bytes()
    mock = {path.relative_to(ROOT / "mock") for path in (ROOT / "mock" / "ncp_mock").rglob("*") if path.is_file()}
    assert {path for path in mock if "__pycache__" not in path.parts and not (wheel / path).exists()} == set()
    assert not list(wheel.rglob("node_modules"))


def test_metadata(wheel: Path) -> None:
    [folder] = wheel.glob("*.dist-info")
    metadata = email.message_from_string((folder / "METADATA").read_text(encoding="utf-8"))

    assert metadata["Name"] == "ncp-vserver"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata.get_all("Provides-Extra") == ["cli", "journal", "mock", "postgresql", "truststore"]
    runtime = [line for line in metadata.get_all("Requires-Dist") or [] if "extra ==" not in line]
    assert sorted(line.partition(">")[0].partition("<")[0] for line in runtime) == [
        "anyio",
        "attrs",
        "httpcore",
        "httpx",
    ]
    assert (folder / "licenses" / "LICENSE").exists()
    entry_points = (folder / "entry_points.txt").read_text(encoding="utf-8")
    assert "ncp_mock = ncp_mock.pytest_plugin" in entry_points
    assert "ncp-mock = ncp_mock.__main__:run" in entry_points


def test_everything_imports_from_the_wheel(wheel: Path) -> None:
    script = f"import {', '.join(PACKAGES)}; print(*[m.__file__ for m in ({', '.join(PACKAGES)})], sep=chr(10))"

    assert all(Path(line).is_relative_to(wheel) for line in run(wheel, script).splitlines())


def test_mock_starts_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    # Prism is in the cache already, as after the first start. (Filling the cache takes the npm registry.)
    find = "from ncp_mock import _installation as i; print(i._cache_folder(i._IN_WHEEL / 'package-lock.json'))"
    cache = Path(run(wheel, find, XDG_CACHE_HOME=str(tmp_path)).strip())
    assert cache.is_relative_to(tmp_path)
    cache.mkdir(parents=True)
    (cache / "node_modules").symlink_to(ROOT / "mock" / "node_modules")
    start = """
from ncp_mock import Mock, _installation
from ncp_vserver import Client, Credentials
with Mock() as mock, Client(Credentials(mock.access_key, mock.secret_key), base_url=mock.url) as client:
    assert client.reboot("123458774")
    print(client.reboot("123458773").servers[0].name, _installation.contract())
"""

    name, _, contract = run(wheel, start, XDG_CACHE_HOME=str(tmp_path)).strip().partition(" ")

    assert name == "test-123"
    assert Path(contract) == wheel / "ncp_vserver_api" / "vserver.yaml"


@pytest.fixture
def npm(tmp_path: Path) -> Path:
    """A folder with a stand-in for npm: it makes node_modules, or fails when it finds a file named fail beside it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "node").symlink_to(shutil.which("node") or "/missing")
    script = f"""#!/bin/sh
echo "$@" >> "{folder}/calls"
if [ -e "{folder}/fail" ]; then echo "no registry"; exit 7; fi
cat package.json package-lock.json .npmrc > /dev/null && mkdir node_modules && touch node_modules/installed
"""
    (folder / "npm").write_text(script)
    (folder / "npm").chmod(0o755)
    return folder


INSTALL = "from ncp_mock._installation import prism_home; print(prism_home())"


def test_prism_is_installed_at_the_first_start(wheel: Path, npm: Path, tmp_path: Path) -> None:
    environment = {"PATH": f"{npm}:/bin:/usr/bin", "XDG_CACHE_HOME": str(tmp_path / "cache")}

    homes = {run(wheel, INSTALL, **environment) for _ in range(2)}

    [home] = homes
    assert [path.name for path in Path(home.strip()).iterdir()] == ["node_modules"]
    assert (Path(home.strip()) / "node_modules" / "installed").exists()
    assert (npm / "calls").read_text() == "ci --ignore-scripts\n"


def test_installation_that_fails_says_why_and_leaves_nothing(wheel: Path, npm: Path, tmp_path: Path) -> None:
    (npm / "fail").touch()
    script = (
        "from ncp_mock import InstallationError, Mock\n"
        "try:\n    Mock().__enter__()\nexcept InstallationError as error:\n    print(error)"
    )

    output = run(wheel, script, PATH=f"{npm}:/bin:/usr/bin", XDG_CACHE_HOME=str(tmp_path / "cache"))

    assert output == "npm ci failed with exit code 7:\nno registry\n\n"
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


START = """
from ncp_mock import InstallationError, Mock
try:
    Mock().__enter__()
except InstallationError as error:
    print(error)
"""
WAY_OUT = "Set NCP_MOCK_CACHE to the absolute path of a folder that can be written."


@pytest.mark.parametrize("where", ["read-only", "a-file"])
def test_cache_that_cannot_be_written(wheel: Path, npm: Path, tmp_path: Path, where: str) -> None:
    # Root may write anywhere but here.
    (tmp_path / "file").touch()
    cache = {"read-only": Path("/proc/self"), "a-file": tmp_path / "file"}[where]
    environment = {"PATH": f"{npm}:/bin:/usr/bin", "XDG_CACHE_HOME": str(cache), "HOME": str(cache)}

    why, way_out = run(wheel, START, **environment).splitlines()

    assert why.startswith(
        f"Prism, which the mock's first start installs, cannot be installed into {cache}/ncp-vserver/"
    )
    assert {"read-only": "No such file", "a-file": "Not a directory"}[where] in why
    assert way_out.startswith(WAY_OUT)
    assert not (npm / "calls").exists()
    # And out.
    home = run(wheel, INSTALL, NCP_MOCK_CACHE=str(tmp_path / "open"), **environment).strip()
    assert [path.name for path in Path(home).iterdir()] == ["node_modules"]
    assert Path(home).is_relative_to(tmp_path / "open")
    cache_of_npm = (npm / "calls").read_text().removeprefix("ci --ignore-scripts --cache ").strip()
    assert Path(cache_of_npm).is_relative_to(tmp_path / "open")


@pytest.mark.parametrize("given", [{"NCP_MOCK_CACHE": ""}, {"NCP_MOCK_CACHE": "here"}], ids=str)
def test_cache_that_is_no_absolute_path(wheel: Path, npm: Path, given: dict[str, str]) -> None:
    output = run(wheel, START, PATH=f"{npm}:/bin:/usr/bin", **given)

    assert "the path is not absolute" in output
    assert WAY_OUT in output
    assert not (npm / "calls").exists()


def test_cache_without_a_home_folder(wheel: Path, npm: Path) -> None:
    # Of a user whom the system does not know, as in a container.
    unset = "[os.environ.pop(name, None) for name in ('HOME', 'XDG_CACHE_HOME')]"
    unknown = f"import os, pwd; {unset}; pwd.getpwuid = {{}}.__getitem__"
    output = run(wheel, f"{unknown}\n{START}", PATH=f"{npm}:/bin:/usr/bin")

    assert "cannot be installed into the user's cache: " in output
    assert "home" in output
    assert WAY_OUT in output


def test_installation_that_cannot_be_moved_into_place(wheel: Path, npm: Path, tmp_path: Path) -> None:
    # On Windows, something may have a file of it open.
    locked = """
from pathlib import Path
def rename(self, target):
    raise PermissionError(13, "Permission denied", str(target))
Path.rename = rename
"""
    environment = {"PATH": f"{npm}:/bin:/usr/bin", "NCP_MOCK_CACHE": str(tmp_path / "cache")}

    assert "Permission denied" in run(wheel, locked + START, **environment)


@pytest.mark.parametrize("module", ["h11", "jinja2", "platformdirs", "yaml"])
def test_mock_without_its_extra_says_what_to_install(wheel: Path, module: str) -> None:
    script = f"""
import sys
sys.modules[{module!r}] = None
import ncp_mock.pytest_plugin
from ncp_mock.__main__ import main
sys.argv = ["ncp-mock", "--port", "0"]
sys.stderr = sys.stdout
print(main())
"""
    expected = f'the mock needs the extra "mock" (there is no {module}): pip install "PATH[mock]", with'

    assert run(wheel, script) == f"{expected} the path of a checkout\n1\n"
