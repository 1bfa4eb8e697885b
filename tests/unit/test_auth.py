"""Where NcpAuth signs, where it refuses, and what it does to a request."""

import base64
import hmac
import threading
import time
from collections.abc import Callable

import httpx
import httpx2
import pytest
from ncp_signer import Credentials, NcpAuth, SigningRefusedError, sign, signed_headers
from support.wire import Received, Wire, answer

CREDENTIALS = Credentials("NCPACCESSKEYEXAMPLE0", "NCPsecretKeyEXAMPLEfortestsonly0123456789")
NOW = 1700000000.0


def signed(url: str, *, allowed_hosts: tuple[str, ...] = (), headers: dict[str, str] | None = None) -> httpx.Request:
    auth = NcpAuth(CREDENTIALS, clock=lambda: NOW, allowed_hosts=allowed_hosts)
    return next(auth.sync_auth_flow(httpx.Request("GET", url, headers=headers)))


@pytest.mark.parametrize(
    "url",
    [
        "https://ncloud.apigw.ntruss.com/vserver/v2/getRegionList",
        "https://NCLOUD.APIGW.NTRUSS.COM/vserver/v2/getRegionList",
        "https://ncloud.apigw.ntruss.com:8443/",
        "https://ncloud.apigw.gov-ntruss.com/",
        "https://fin-ncloud.apigw.fin-ntruss.com/",
        "https://sens.apigw.ntruss.com/sms/v2/services",
        "https://billingapi.apigw.ntruss.com/billing/v1/cost",
        "http://127.0.0.1:4010/",
        "http://127.8.9.10/",
        "http://localhost:4010/",
        "http://[::1]:4010/",
        "https://localhost/",
    ],
)
def test_signs_for_gateways_and_loopback(url: str) -> None:
    assert "x-ncp-apigw-signature-v2" in signed(url).headers


@pytest.mark.parametrize(
    "url",
    [
        "http://ncloud.apigw.ntruss.com/",
        "ftp://ncloud.apigw.ntruss.com/",
        "ftp://127.0.0.1/",
        "https://apigw.ntruss.com/",
        "https://ntruss.com/",
        "https://ncloud.apigw.ntruss.com.evil.example/",
        "https://evilapigw.ntruss.com/",
        "https://evil.example/ncloud.apigw.ntruss.com",
        "https://ncloud.apigw.ntruss.com@evil.example/",
        "https://localhost.evil.example/",
        "https://127.0.0.1.evil.example/",
        "https://10.0.0.1/",
        "https://0.0.0.0/",
        "https://[::ffff:10.0.0.1]/",
        "https://xn--ncloud.example/",
        "/vserver/v2/getRegionList",
        "https://evil.example%2f.apigw.ntruss.com/",
        "https://evil.example%5c.apigw.ntruss.com/",
    ],
)
def test_refuses_elsewhere(url: str) -> None:
    with pytest.raises(SigningRefusedError, match="not signing for"):
        signed(url)


def test_signs_for_hosts_that_the_caller_names() -> None:
    hosts = ("gateway.corp.example", "*.Lab.example")

    assert "x-ncp-apigw-signature-v2" in signed("https://gateway.corp.example/", allowed_hosts=hosts).headers
    assert "x-ncp-apigw-signature-v2" in signed("https://one.lab.example/", allowed_hosts=hosts).headers
    assert "x-ncp-apigw-signature-v2" in signed("https://ncloud.apigw.ntruss.com/", allowed_hosts=hosts).headers
    for url in ("http://gateway.corp.example/", "https://lab.example/", "https://sub.gateway.corp.example/"):
        with pytest.raises(SigningRefusedError):
            signed(url, allowed_hosts=hosts)


def test_one_string_is_not_a_collection_of_hosts() -> None:
    with pytest.raises(TypeError, match="not a string"):
        NcpAuth(CREDENTIALS, allowed_hosts="gateway.corp.example")


def test_replaces_signing_headers_that_are_there() -> None:
    stale = {
        "X-NCP-APIGW-Timestamp": "1",
        "X-Ncp-Iam-Access-Key": "OTHER",
        "x-ncp-apigw-signature-v2": "stale",
        "x-ncp-apigw-signature-v1": "stale",
        "x-ncp-apigw-api-key": "not a signing header",
    }

    headers = signed("https://ncloud.apigw.ntruss.com/v1", headers=stale).headers

    expected = signed_headers(CREDENTIALS, "GET", "/v1", timestamp_ms=int(NOW * 1000))
    assert {name: headers.get_list(name) for name in expected} == {name: [value] for name, value in expected.items()}
    assert "x-ncp-apigw-signature-v1" not in headers
    assert headers["x-ncp-apigw-api-key"] == "not a signing header"


@pytest.mark.parametrize("now", [0.0, -1.0, 1e12, float("inf"), float("nan")])
def test_clock_that_is_far_off_is_refused_before_anything_is_sent(now: float) -> None:
    auth = NcpAuth(CREDENTIALS, clock=lambda: now)

    with pytest.raises(SigningRefusedError, match="cannot sign: "):
        auth(httpx.Request("GET", "https://ncloud.apigw.ntruss.com/"))


def test_another_target_than_the_path_is_refused() -> None:
    request = httpx.Request("GET", "https://ncloud.apigw.ntruss.com/v1", extensions={"target": b"/v2"})

    with pytest.raises(SigningRefusedError, match="the extension target"):
        NcpAuth(CREDENTIALS)(request)


def test_time_is_now_by_default() -> None:
    before = int(time.time() * 1000)
    stamps = [
        signed_headers(CREDENTIALS, "GET", "/")["x-ncp-apigw-timestamp"],
        NcpAuth(CREDENTIALS)(httpx.Request("GET", "https://a.apigw.ntruss.com")).headers["x-ncp-apigw-timestamp"],
    ]

    assert all(before <= int(stamp) <= int(time.time() * 1000) for stamp in stamps)


def test_each_request_is_signed_with_its_own_time() -> None:
    ticks = iter([1700000000.0, 1700000001.5])
    auth = NcpAuth(CREDENTIALS, clock=lambda: next(ticks))
    request = httpx.Request("GET", "https://ncloud.apigw.ntruss.com/v1")

    stamps = [auth(request).headers["x-ncp-apigw-timestamp"] for _ in range(2)]

    assert stamps == ["1700000000000", "1700000001500"]
    assert request.headers["x-ncp-apigw-signature-v2"] == sign(CREDENTIALS, "GET", "/v1", timestamp_ms=stamps[1])


def verify(received: Received) -> bool:
    """Check a signature from the description of it, without the code under test."""
    [timestamp], [key], [signature] = (
        received.header(name) for name in ("x-ncp-apigw-timestamp", "x-ncp-iam-access-key", "x-ncp-apigw-signature-v2")
    )
    text = f"{received.method} {received.target}\n{timestamp}\n{key}"
    secret = CREDENTIALS.secret_key.reveal().encode()
    return signature == base64.b64encode(hmac.new(secret, text.encode(), "sha256").digest()).decode()


def test_many_threads_share_one_auth() -> None:
    auth = NcpAuth(CREDENTIALS)

    with Wire([answer(200, "{}")]) as wire, httpx.Client(base_url=wire.url, auth=auth) as client:

        def work(worker: int) -> None:
            for number in range(25):
                client.get(f"/{worker}/{number}", params={"q": f"{worker} {number}"})

        threads = [threading.Thread(target=work, args=[worker]) for worker in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(wire.requests) == 200
    assert all(verify(received) for received in wire.requests)


@pytest.mark.anyio
@pytest.mark.parametrize("make", [httpx.AsyncClient, httpx2.AsyncClient], ids=["httpx", "httpx2"])
async def test_what_is_encoded_is_what_is_signed(make: Callable[..., httpx.AsyncClient]) -> None:
    with Wire([answer(200, "{}")]) as wire:
        async with make(base_url=wire.url, auth=NcpAuth(CREDENTIALS)) as client:
            await client.get("/a b/c%2Fd/~e", params={"q": "a b+c/d~e한글", "r": ""})
            await client.post("/form", data={"q": "a b+c/d~e한글"})

    assert len(wire.requests) == 2
    assert all(verify(received) for received in wire.requests)


def test_keys_passed_bare_are_refused() -> None:
    with pytest.raises(TypeError, match="must be Credentials"):
        NcpAuth(("KEY", "secret"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the mistake


@pytest.mark.parametrize(
    "host", ["https://me:password@a.example", "gateway.example:8443", "gateway.example/v1", "한글.kr", ""]
)
def test_hosts_that_could_never_match_are_refused(host: str) -> None:
    with pytest.raises(ValueError, match="is not a host name alone") as caught:
        NcpAuth(CREDENTIALS, allowed_hosts=[host])

    assert "password" not in str(caught.value)
