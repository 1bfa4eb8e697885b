"""A redirect never carries a signature to another origin."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from ncp_signer import Credentials, NcpAuth, SigningRefusedError
from ncp_vserver import AsyncClient, Client, RejectedError
from support.wire import Received, Wire, answer

CREDENTIALS = Credentials("KEY", "secret")
STATUSES = [301, 302, 303, 307, 308]


def ncp_headers(received: list[Received]) -> list[str]:
    return [name for request in received for name, _ in request.headers if name.lower().startswith("x-ncp-")]


def reboot(url: str) -> None:
    with Client(CREDENTIALS, base_url=url) as client:
        client.reboot("1234")


def reboot_async(url: str) -> None:
    async def call() -> None:
        async with AsyncClient(CREDENTIALS, base_url=url) as client:
            await client.reboot("1234")

    asyncio.run(call())


def get(url: str, **options: Any) -> None:
    with httpx.Client(auth=NcpAuth(CREDENTIALS), follow_redirects=True, **options) as client:
        client.get(url + "/v1")


def get_async(url: str, **options: Any) -> None:
    async def call() -> None:
        async with httpx.AsyncClient(auth=NcpAuth(CREDENTIALS), follow_redirects=True, **options) as client:
            await client.get(url + "/v1")

    asyncio.run(call())


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("call", [reboot, reboot_async])
def test_front_does_not_follow(call: Callable[[str], None], status: int) -> None:
    with (
        Wire([answer(200, "{}")]) as other,
        Wire([answer(status, "", "text/html", f"location: {other.url}/")]) as wire,
        pytest.raises(RejectedError, match="redirects are not followed") as caught,
    ):
        call(wire.url)

    assert caught.value.status == status
    assert caught.value.rejected == ("1234",)
    assert len(wire.requests) == 1
    assert other.connections == []


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("call", [get, get_async])
def test_client_that_follows_sends_nothing_to_another_origin(call: Callable[[str], None], status: int) -> None:
    with (
        Wire([answer(200, "{}")]) as other,
        Wire([answer(status, "", "text/html", f"location: {other.url}/")]) as wire,
        pytest.raises(SigningRefusedError, match="not sending a signature on to"),
    ):
        call(wire.url)

    assert ncp_headers(wire.requests)
    assert other.requests == []


@pytest.mark.parametrize("call", [get, get_async])
def test_client_that_follows_may_stay_at_the_same_origin(call: Callable[[str], None]) -> None:
    with Wire([answer(307, "", "text/html", "location: /v2"), answer(200, "{}")]) as wire:
        call(wire.url)

    assert [request.target for request in wire.requests] == ["/v1", "/v2"]


@pytest.mark.parametrize("call", [get, get_async])
def test_plain_proxy_gets_no_signature(call: Callable[..., None]) -> None:
    with Wire([answer(200, "{}")]) as proxy, pytest.raises(SigningRefusedError, match="not sending a signature on to"):
        call("http://localhost:9", proxy=proxy.url)

    assert proxy.requests == []


def test_callers_own_trace_is_still_called() -> None:
    events: list[str] = []

    def trace(event: str, info: object) -> None:
        events.append(event)

    async def trace_async(event: str, info: object) -> None:
        events.append(event)

    async def call(url: str) -> None:
        async with httpx.AsyncClient(auth=NcpAuth(CREDENTIALS)) as client:
            await client.get(url, extensions={"trace": trace_async})

    with Wire([answer(200, "{}")]) as wire:
        with httpx.Client(auth=NcpAuth(CREDENTIALS)) as client:
            client.get(wire.url, extensions={"trace": trace})
        asyncio.run(call(wire.url))

    assert events.count("http11.send_request_headers.started") == 2


def test_request_that_is_sent_again_and_again() -> None:
    with Wire([answer(200, "{}")]) as wire:
        with httpx.Client(auth=NcpAuth(CREDENTIALS)) as client:
            request = client.build_request("GET", wire.url)
            traces = {id(client.send(request).request.extensions["trace"]._trace) for _ in range(3)}

        async def call() -> None:
            async with httpx.AsyncClient(auth=NcpAuth(CREDENTIALS)) as client:
                await client.send(httpx.Request("GET", wire.url, extensions=request.extensions))

        asyncio.run(call())

    assert traces == {id(None)}
    assert len(wire.requests) == 4
