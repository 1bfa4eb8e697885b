"""Every test runs as on a machine where nothing is set up."""

import contextlib
import functools
import os
import shutil
import signal
import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NoReturn

import certifi
import pytest
from ncp_mock._launch.prism import Prism
from support.postgresql import PostgreSQL, postgresql, programs
from support.systems import lacking

FOLDER = Path(__file__).parent

# A shell ignores some signals for what it runs in the background, nohup another one, and every process that a test
# starts would do the same: it could not be interrupted.
for _name, _handler in (
    ("SIGHUP", signal.SIG_DFL),
    ("SIGQUIT", signal.SIG_DFL),
    ("SIGINT", signal.default_int_handler),
):
    _number = getattr(signal, _name, None)
    if _number is not None and signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, _handler)


class _Lacking(pytest.Module):
    """A module that is not imported, since it needs what this system lacks."""

    def collect(self) -> NoReturn:
        pytest.skip(lacking(self.path.relative_to(FOLDER).as_posix()) or "", allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    is_lacking = module_path.is_relative_to(FOLDER) and lacking(module_path.relative_to(FOLDER).as_posix())
    return _Lacking.from_parent(parent, path=module_path) if is_lacking else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        test = item.nodeid.removeprefix(f"{FOLDER.name}/")
        if reason := lacking(test):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def closed_port() -> Iterator[int]:
    """A loopback port that nobody listens on, and nobody else can listen on meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        yield port


@pytest.fixture(scope="session", autouse=True)
def unmeasured_processes() -> None:
    """Coverage is of this process alone: what others run is lost where a signal ends them, and so differs each time."""
    for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
        del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def shared_authorities() -> Iterator[None]:
    """All that trust the authorities of httpx share them: each would read them anew, for some 20 ms of each test."""
    make, theirs = ssl.create_default_context, certifi.where()
    shared = make(cafile=theirs)

    def context(*arguments: Any, **options: Any) -> ssl.SSLContext:
        return shared if not arguments and options == {"cafile": theirs} else make(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", context)
        yield


def prism() -> AbstractContextManager[Prism]:
    """The Prism that mocks share. tools/mutants.py puts one here that runs already."""
    return Prism()


@pytest.fixture(scope="session", autouse=True)
def shared_prism() -> Iterator[None]:
    """All mocks of this process ask one Prism: it has no state, and its start takes a second of processor time."""
    with contextlib.ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        start = functools.cache(lambda: stack.enter_context(prism()))
        patch.setattr("ncp_mock._launch.mock.Prism", lambda: contextlib.nullcontext(start()))
        yield


@pytest.fixture
def own_prism(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each mock of the test has its own, as elsewhere."""
    monkeypatch.setattr("ncp_mock._launch.mock.Prism", Prism)


@pytest.fixture(scope="session")
def node_without_prism(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a "node" that runs a script of three lines in the place of Prism's."""
    folder = tmp_path_factory.mktemp("node")
    if node := shutil.which("node"):
        script = folder / "no_prism.cjs"
        script.write_text("require('node:net').createServer(one => one.destroy()).listen(0, '127.0.0.1');\n")
        (folder / "node").write_text(f'#!/bin/sh\nexec {node} "$1" "$2" "$3" {script}\n')
        (folder / "node").chmod(0o755)
    return folder


@pytest.fixture
def no_prism(own_prism: None, monkeypatch: pytest.MonkeyPatch, node_without_prism: Path) -> None:
    """No mock that the test starts asks Prism, whose start takes twenty times as long as node's alone.

    Nor does it share what it starts: other tests would find that in Prism's place.

    What goes in its place listens and ends as Prism does, and closes each connection at once. It is a script for a
    POSIX shell: elsewhere, Prism is started after all.
    """
    monkeypatch.setenv("PATH", f"{node_without_prism}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, closed_port: int) -> None:
    """No credentials, gateway, proxy or authorities, an empty home folder, and a metadata service that is silent."""
    for name in list(os.environ):
        if name.startswith(("NCLOUD_", "SSL_CERT_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NCLOUD_METADATA_API_ENDPOINT", f"http://127.0.0.1:{closed_port}")
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "USERPROFILE"):  # the second one is Windows's
        monkeypatch.setenv(name, str(home))


@pytest.fixture(scope="session")
def shared_postgres() -> Iterator[PostgreSQL]:
    found = programs()
    if found is None:
        assert not (os.environ.get("CI") and sys.platform == "linux"), "PostgreSQL is not installed"
        pytest.skip("PostgreSQL is not installed")  # on Linux, where CI is set, it must be
    with postgresql(found) as started:
        yield started


@pytest.fixture
def postgres(shared_postgres: PostgreSQL) -> PostgreSQL:
    """The server, with an empty database."""
    import psycopg  # which costs each test process a tenth of a second

    with psycopg.connect(shared_postgres.url) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return shared_postgres


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
