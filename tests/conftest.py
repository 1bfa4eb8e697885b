"""Isolate every test from the machine's settings, and share what is slow to start."""

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

# A shell ignores some signals for background jobs, and nohup ignores another one. Child processes inherit that: tests
# could not interrupt the processes that they start.
for _name, _handler in (
    ("SIGHUP", signal.SIG_DFL),
    ("SIGQUIT", signal.SIG_DFL),
    ("SIGINT", signal.default_int_handler),
):
    _number = getattr(signal, _name, None)
    if _number is not None and signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, _handler)


class _Lacking(pytest.Module):
    """A test module that is not imported because this system lacks something that it needs."""

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
    """A loopback port that is reserved, and on which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        yield port


@pytest.fixture(scope="session", autouse=True)
def unmeasured_processes() -> None:
    """Measure only the test processes: a process killed by a signal leaves no data, so results would differ."""
    for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
        del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def shared_authorities() -> Iterator[None]:
    """Share one SSL context of certifi's authorities: reading them takes each client some 20 ms."""
    make, theirs = ssl.create_default_context, certifi.where()
    shared = make(cafile=theirs)

    def context(*arguments: Any, **options: Any) -> ssl.SSLContext:
        return shared if not arguments and options == {"cafile": theirs} else make(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", context)
        yield


def prism() -> AbstractContextManager[Prism]:
    """Return the Prism that mocks share. tools/mutants.py replaces this with one that is running already."""
    return Prism()


@pytest.fixture(scope="session", autouse=True)
def shared_prism() -> Iterator[None]:
    """Let all mocks of this process use one Prism. It has no state; starting it takes a second of processor time."""
    with contextlib.ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        start = functools.cache(lambda: stack.enter_context(prism()))
        patch.setattr("ncp_mock._launch.mock.Prism", lambda: contextlib.nullcontext(start()))
        yield


@pytest.fixture
def own_prism(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each mock of the test start its own Prism, as outside the tests."""
    monkeypatch.setattr("ncp_mock._launch.mock.Prism", Prism)


@pytest.fixture(scope="session")
def node_without_prism(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a `node` that runs a one-line script instead of Prism."""
    folder = tmp_path_factory.mktemp("node")
    if node := shutil.which("node"):
        script = folder / "no_prism.cjs"
        script.write_text("require('node:net').createServer(one => one.destroy()).listen(0, '127.0.0.1');\n")
        (folder / "node").write_text(f'#!/bin/sh\nexec {node} "$1" "$2" "$3" {script}\n')
        (folder / "node").chmod(0o755)
    return folder


@pytest.fixture
def no_prism(own_prism: None, monkeypatch: pytest.MonkeyPatch, node_without_prism: Path) -> None:
    """Let the mocks of the test start a stand-in for Prism, which starts in a twentieth of the time.

    The stand-in listens and ends as Prism does, and closes each connection at once. Other tests don't share it. It
    needs a POSIX shell: other systems start Prism.
    """
    monkeypatch.setenv("PATH", f"{node_without_prism}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, closed_port: int) -> None:
    """Remove credentials, gateway, proxies and authorities; set an empty home folder and a closed metadata service."""
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
    """The shared server, with an empty database."""
    import psycopg  # importing it takes a tenth of a second

    with psycopg.connect(shared_postgres.url) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return shared_postgres


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
