"""What an address is, and what loopback is: the same for signing, for proxies, for gateways and for metadata."""

from typing import Any

import httpx
import httpx2
import pytest
from ncp_signer import CredentialsError, NcpAuth, ServerRole, SigningRefusedError, is_loopback
from ncp_vserver import AsyncClient, Client
from support.calls import CREDENTIALS

each_client = pytest.mark.parametrize("make", [Client, AsyncClient])

LOOPBACK = ["127.0.0.1", "127.0.0.2", "127.255.255.255", "localhost", "LOCALHOST", "::1", "0:0:0:0:0:0:0:1"]
ELSEWHERE = [
    "",
    "localhost.",
    "web.localhost",
    "localhost.example",
    "ip6-localhost",
    "127.0.0.1.example",
    "127.1",
    "0177.0.0.1",
    "2130706433",
    "128.0.0.1",
    "0.0.0.0",  # noqa: S104 - compared
    "::",
    "::2",
    "::ffff:127.0.0.1",
    "fe80::1",
    "169.254.169.254",
    "[::1]",
]


@pytest.mark.parametrize("host", LOOPBACK)
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_what_is_elsewhere(host: str) -> None:
    assert not is_loopback(host)


@each_client
@pytest.mark.parametrize("host", LOOPBACK)
def test_loopback_is_one_thing_to_signature_and_proxy(
    make: type[Any], monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    for name in ("http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    at = f"[{host}]" if ":" in host else host
    for url in (f"http://{at}:80", f"https://{at}:443", f"http://{at}:4010"):
        NcpAuth(CREDENTIALS).check(httpx.URL(url))
        http = make(CREDENTIALS, base_url=url)._http
        assert http._transport._proxy is None
        assert not http._mounts


@each_client
def test_other_gateways_are_asked_through_the_proxy(make: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    assert make(CREDENTIALS)._http._transport._proxy.url == "http://127.0.0.1:9"


@each_client
@pytest.mark.parametrize("host", [host for host in ELSEWHERE if host and "[" not in host])
def test_no_signature_in_the_clear_to_elsewhere(make: type[Any], host: str) -> None:
    with pytest.raises(ValueError, match=r"not signing for|has a host that is neither a name nor an IP address"):
        make(CREDENTIALS, base_url=f"http://{f'[{host}]' if ':' in host else host}:4010")


# Behind a scheme. What follows is wrong for a gateway, and for a metadata service as well.
WRONG = {
    "127.0.0.1:100117": "has a port that is no number from 1 to 65535",
    "127.0.0.1:65536": "has a port",
    "127.0.0.1:0": "has a port",
    "127.0.0.1:-1": "has a port",
    "127.0.0.1:": "has a port",
    "127.0.0.1:+80": "has a port",
    "127.0.0.1:8_0": "has a port",
    "127.0.0.1:８０": "has a port",
    "127.0.0.1:80:80": "has a port",
    "::1": "has no host",
    "": "has no host",
    ":80": "has no host",
    "[::1": "has a host that is neither a name nor an IP address",
    "[[::1]": "has a host",
    "[::1%lo]": "has a host",
    "[127.0.0.1]": "has a host",
    "127.1": "has a host",
    "127.0.0.256": "has a host",
    "127.0.0.1..": "has a host",
    "a..b": "has a host",
    "-a.example": "has a host",
    f"{'a' * 64}.example": "has a host",
    "a b": "has a host",
    "127.0.0.1\n": "has a host",
    "127.0.0.1\t:80": "has a host",
    "한글.kr": "has a host",
    "127.0.0.1%2f": "has a host",
    "me:password@127.0.0.1": "has a user name",
    "@127.0.0.1": "has a user name",
    "127.0.0.1\\@evil.example": "has a user name",
    "127.0.0.1/v2": "has a path or query",
    "127.0.0.1//": "has a path or query",
    "127.0.0.1?": "has a path or query",
    "127.0.0.1/#": "has a fragment",
    "127.0.0.1#": "has a fragment",
}


@pytest.mark.parametrize(("address", "problem"), WRONG.items(), ids=map(ascii, WRONG))
def test_address_that_is_none(monkeypatch: pytest.MonkeyPatch, address: str, problem: str) -> None:
    makers: list[Any] = [Client, AsyncClient]
    for make in makers:
        with pytest.raises(ValueError, match=f"^base_url {problem}.*: it must be scheme and host") as caught:
            make(CREDENTIALS, base_url=f"http://{address}")
        assert "password" not in str(caught.value)
    with pytest.raises(CredentialsError, match=f"^server role: endpoint {problem}"):
        ServerRole(f"http://{address}")
    monkeypatch.setenv("NCLOUD_API_GW", f" http://{address} ")
    if not address.endswith("\n"):
        with pytest.raises(ValueError, match=f"^NCLOUD_API_GW {problem}"):
            Client(CREDENTIALS)


@pytest.mark.parametrize("scheme", ["", "//", "ftp://", "http:", "httpx://", "http//", "://", "\thttp://"])
def test_scheme_that_is_none(scheme: str) -> None:
    with pytest.raises(ValueError, match=r"^base_url has neither https:// nor http:// in front"):
        Client(CREDENTIALS, base_url=f"{scheme}127.0.0.1")
    with pytest.raises(CredentialsError, match=r"^server role: endpoint has no http:// in front"):
        ServerRole(f"{scheme}127.0.0.1")


def test_metadata_service_is_asked_by_http_only() -> None:
    with pytest.raises(CredentialsError, match=r"^server role: endpoint has no http:// in front: it must"):
        ServerRole("https://127.0.0.1")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("HTTP://LocalHost:65535/", "http://localhost:65535"),
        ("http://[::1]:4010/", "http://[::1]:4010"),
    ],
)
def test_address(address: str, expected: str) -> None:
    assert str(Client(CREDENTIALS, base_url=address)._http.base_url) == expected
    assert repr(ServerRole(address)) == f"ServerRole('{expected}')"


def test_name_of_a_host_that_the_caller_names() -> None:
    host = "gate_way-1.corp.example"

    assert Client(CREDENTIALS, base_url=f"https://{host}:8443", allowed_hosts=[host])._http.base_url.port == 8443


@pytest.mark.parametrize("module", [httpx, httpx2])
@pytest.mark.parametrize("port", [0, 65536, 100117])
def test_no_signature_to_what_is_no_port(module: Any, port: int) -> None:
    # The operating system would take it modulo 65536.
    for host in ("http://127.0.0.1", "https://ncloud.apigw.ntruss.com"):
        with pytest.raises(SigningRefusedError, match=f"not signing for port {port}: ports are 1 to 65535"):
            NcpAuth(CREDENTIALS)(module.Request("GET", f"{host}:{port}/"))


@each_client
@pytest.mark.parametrize("value", ["", " ", "\n"], ids=ascii)
def test_set_and_empty(make: type[Any], monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    # A CI job whose $MOCK_URL is not set: it must not restart servers of the public site.
    monkeypatch.setenv("NCLOUD_API_GW", value)

    with pytest.raises(ValueError, match=r"^NCLOUD_API_GW is set and empty"):
        make(CREDENTIALS)
    with pytest.raises(ValueError, match=r"^base_url (is set and empty|has neither)"):
        make(CREDENTIALS, base_url=value)
    assert make(CREDENTIALS, site="gov")._http.base_url.host == "ncloud.apigw.gov-ntruss.com"


@pytest.mark.parametrize("name", ["NCLOUD_METADATA_API_ENDPOINT", "NCLOUD_METADATA_ENDPOINT"])
def test_endpoint_that_is_set_and_empty(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv("NCLOUD_METADATA_API_ENDPOINT")
    monkeypatch.setenv(name, "")

    with pytest.raises(CredentialsError, match=f"^server role: {name} is set and empty"):
        ServerRole()
    with pytest.raises(CredentialsError, match=r"^server role: endpoint is set and empty"):
        ServerRole("")
