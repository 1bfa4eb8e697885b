"""What Client and AsyncClient refuse before anything is sent."""

from functools import partial
from typing import Any

import httpx
import pytest
from ncp_signer import Credentials, CredentialsError, SigningRefusedError
from ncp_vserver import AsyncClient, Client, Server
from ncp_vserver_api.models import ServerInstance
from support.calls import BOTH, CREDENTIALS, EVERY, Call, Reboot
from support.wire import Wire, accept

each_client = pytest.mark.parametrize("make", [Client, AsyncClient])
both = pytest.mark.parametrize("reboot", BOTH.values(), ids=BOTH)


@each_client
@pytest.mark.parametrize(
    ("base_url", "problem"),
    [
        ("ncloud.apigw.ntruss.com", "base_url has neither https:// nor http:// in front: it must be"),
        ("ftp://ncloud.apigw.ntruss.com", "base_url has neither https:// nor http:// in front: it must be"),
        ("https://", "base_url has no host"),
        ("https://ncloud.apigw.ntruss.com/vserver/v2", "base_url has a path"),
        ("https://ncloud.apigw.ntruss.com?a=b", "base_url has a path or query"),
        ("https://me:password@ncloud.apigw.ntruss.com", "base_url has a user name"),
        ("https://ncloud.apigw.ntruss.com:port", "base_url has a port that is no number from 1 to 65535"),
        ("https://me:pass:password", "base_url has a port that is no number from 1 to 65535"),
    ],
)
def test_base_url(make: type[Any], base_url: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as caught:
        make(CREDENTIALS, base_url=base_url)

    assert "password" not in str(caught.value)


@each_client
@pytest.mark.parametrize("base_url", ["http://ncloud.apigw.ntruss.com", "https://evil.example"])
def test_gateway_that_gets_no_signature(make: type[Any], base_url: str) -> None:
    with pytest.raises(SigningRefusedError, match="not signing for"):
        make(CREDENTIALS, base_url=base_url)


@each_client
def test_gateway_of_the_environment(make: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(make(CREDENTIALS)._http.base_url) == "https://ncloud.apigw.ntruss.com"

    monkeypatch.setenv("NCLOUD_API_GW", " https://ncloud.apigw.gov-ntruss.com/ ")
    assert str(make(CREDENTIALS)._http.base_url.host) == "ncloud.apigw.gov-ntruss.com"

    monkeypatch.setenv("NCLOUD_API_GW", "127.0.0.1:4010")
    with pytest.raises(ValueError, match=r"^NCLOUD_API_GW has neither"):
        make(CREDENTIALS)


@each_client
def test_credentials_are_found(make: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CredentialsError, match="no usable credentials"):
        make()

    monkeypatch.setenv("NCLOUD_ACCESS_KEY", "KEY")
    monkeypatch.setenv("NCLOUD_SECRET_KEY", "secret")
    make()


@each_client
@pytest.mark.parametrize(
    "timeout",
    [0, -1, float("inf"), float("nan"), 1e300, "5", httpx.Timeout(None), httpx.Timeout(5, read=None)],
    ids=str,
)
def test_timeout_without_a_limit(make: type[Any], timeout: Any) -> None:
    with pytest.raises(ValueError, match="must be a number of seconds above 0"):
        make(CREDENTIALS, timeout=timeout)


@each_client
def test_limits(make: type[Any]) -> None:
    client = make(CREDENTIALS)

    # A turn is waited for as long as it takes.
    limits = {"connect": 5, "read": 60, "write": 10, "pool": None, "total": 120}
    assert client._settings.policy.limits() == limits
    limits = {"connect": 7, "read": 7, "write": 7, "pool": None, "total": 9}
    assert make(CREDENTIALS, timeout=7, total_timeout=9)._settings.policy.limits() == limits


@each_client
@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan"), "5", None])
def test_exchange_without_a_limit(make: type[Any], seconds: Any) -> None:
    with pytest.raises(ValueError, match=r"^total_timeout must be a number of seconds above 0"):
        make(CREDENTIALS, total_timeout=seconds)


@both
@pytest.mark.parametrize(
    "numbers",
    [
        "",
        [],
        "12a",
        ["1", ""],
        ["1", " 2"],
        "１２",
        "-1",
        -1,
        True,
        [True],
        1.5,
        [1.5],
        [None],
        b"12",
        ["1", "2", "1"],
        [1, "1"],
        ["1", "01"],
    ],
    ids=repr,
)
def test_numbers(reboot: Reboot, numbers: Any) -> None:
    with Wire([accept]) as wire, pytest.raises((ValueError, TypeError)) as caught:
        reboot(wire.url, numbers)

    assert wire.connections == []
    assert isinstance(caught.value, ValueError) or numbers == 1.5


@pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("method", ["reboot", "server"])
def test_what_is_no_number_is_not_shown(method: str, call: Call) -> None:
    secret = partial(Credentials, "KEY", "a-secret-that-nobody-is-to-see")

    for numbers in (secret, [secret], ["1", secret]):
        with pytest.raises((ValueError, TypeError)) as caught:
            call("http://127.0.0.1:9", method, numbers)
        assert "nobody" not in str(caught.value)


SEVEN = Server.of(ServerInstance(server_instance_no="7"))


@both
@pytest.mark.parametrize(
    "numbers",
    ["7", 7, ["7"], (7,), {"7": 1}.keys(), range(7, 8), SEVEN, [SEVEN]],
    ids=repr,
)
def test_one_number_in_many_forms(reboot: Reboot, numbers: Any) -> None:
    with Wire([accept]) as wire:
        reboot(wire.url, numbers)

    assert [received.numbers for received in wire.requests] == [["7"]]


@both
@pytest.mark.parametrize("region", ["", " ", "K R", "\ud800", b"KR", ["KR"]], ids=repr)
def test_region(reboot: Reboot, region: Any) -> None:
    with Wire([accept]) as wire, pytest.raises(ValueError, match="region_code must be a code"):
        reboot(wire.url, "7", region)

    assert wire.connections == []


@each_client
@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"verify": True}, "verify must be"),
        ({"verify": 0}, "verify must be"),
        ({"verify": ""}, "verify must be"),
        ({"allowed_hosts": None}, "allowed_hosts must be a collection of host names"),
        ({"allowed_hosts": "mock"}, "allowed_hosts must be a collection of host names"),
        ({"insecure_hosts": [1]}, "insecure_hosts must be a collection of host names"),
        ({"site": []}, "site must be one of"),
        ({"timeout": ()}, "timeout must be a number of seconds"),
        ({"credentials": "KEY"}, "credentials must be Credentials"),
    ],
    ids=repr,
)
def test_argument_that_makes_no_sense(make: type[Any], options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        make(**{"credentials": CREDENTIALS, **options})
