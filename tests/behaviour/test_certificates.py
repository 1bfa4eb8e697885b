"""Certificates of a company's own authority: who is trusted, and that nobody else is."""

import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import truststore
from ncp_vserver import AsyncClient, Client, NotSentError
from ncp_vserver._settings import _tls
from support.calls import CREDENTIALS
from support.wire import Wire, listing, server


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of an authority that only tests know, and beside it the key."""
    file = tmp_path_factory.mktemp("authority") / "authority.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", file.with_suffix(".key"), "-out", file),
        ],
        check=True,
        capture_output=True,
    )
    return file


@pytest.fixture
def gateway(authority: Path) -> Iterator[Wire]:
    """A gateway that shows a certificate of that authority."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(authority, authority.with_suffix(".key"))
    with Wire([listing(server("7"))], tls=tls) as wire:
        yield wire


async def read(make: type[Any], gateway: Wire, **options: Any) -> list[str]:
    if make is Client:
        with Client(CREDENTIALS, base_url=gateway.url, retries=0, **options) as client:
            return [server.number for server in client.servers()]
    async with AsyncClient(CREDENTIALS, base_url=gateway.url, retries=0, **options) as client:
        return [server.number async for server in client.servers()]


each_client = pytest.mark.parametrize("make", [Client, AsyncClient])


@pytest.mark.anyio
@each_client
async def test_authority_that_is_given(make: type[Any], gateway: Wire, authority: Path) -> None:
    assert await read(make, gateway, verify=authority) == ["7"]
    assert await read(make, gateway, verify=ssl.create_default_context(cafile=authority)) == ["7"]


@pytest.mark.anyio
@each_client
async def test_authority_of_the_environment(
    make: type[Any], gateway: Wire, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))

    assert await read(make, gateway) == ["7"]


@pytest.mark.anyio
@each_client
@pytest.mark.parametrize("system", [True, False], ids=["truststore", "httpx"])
async def test_authority_that_nobody_named(
    make: type[Any], system: bool, gateway: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not system:
        hide_truststore(monkeypatch)

    with pytest.raises(NotSentError, match="CERTIFICATE_VERIFY_FAILED"):
        await read(make, gateway)

    assert gateway.requests == []


def test_the_systems_authorities_are_trusted_where_truststore_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(_tls(None), truststore.SSLContext)

    hide_truststore(monkeypatch)
    assert type(_tls(None)) is ssl.SSLContext


def hide_truststore(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "truststore", None)
