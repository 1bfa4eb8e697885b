"""Every test runs as on a machine where nothing is set up."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def closed_port() -> Iterator[int]:
    """A loopback port that nobody listens on, and nobody else can listen on meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        yield port


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, closed_port: int) -> None:
    """No credentials, no gateway, no proxy, an empty home folder, and a metadata service that does not answer."""
    for name in list(os.environ):
        if name.startswith("NCLOUD_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NCLOUD_METADATA_API_ENDPOINT", f"http://127.0.0.1:{closed_port}")
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
