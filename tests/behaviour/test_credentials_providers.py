"""A function that returns the credentials: when it is called, and what is said where it fails."""

import time
from collections.abc import Callable
from email.utils import formatdate

import anyio
import httpx
import pytest
from ncp_signer import Credentials, CredentialsError, NcpAuth
from ncp_vserver import Client
from support.patience import PATIENCE
from support.wire import Wire, accept, answer

SECRET = "providedSecretKeyEXAMPLE0000000000000001"  # noqa: S105 - an example


def numbered() -> Callable[[], Credentials]:
    """A provider whose keys have a number."""
    calls = iter(range(1, 1000))
    return lambda: Credentials(f"KEY{next(calls)}", SECRET)


def keys_used(wire: Wire) -> list[str]:
    return [received.header("x-ncp-iam-access-key")[0] for received in wire.requests]


def test_called_for_each_request() -> None:
    with Wire([answer(200, "{}")]) as wire, httpx.Client(auth=NcpAuth(numbered())) as client:
        for _ in range(3):
            client.get(wire.url)

    assert keys_used(wire) == ["KEY1", "KEY2", "KEY3"]


def test_called_for_a_plain_callable() -> None:
    auth = NcpAuth(numbered())
    request = httpx.Request("GET", "https://ncloud.apigw.ntruss.com/")

    assert [auth(request).headers["x-ncp-iam-access-key"] for _ in range(2)] == ["KEY1", "KEY2"]
    assert auth.credentials().access_key == "KEY3"


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_event_loop_goes_on_meanwhile(backend: str) -> None:
    async def main(url: str) -> int:
        asked = anyio.Event()

        def provider() -> Credentials:
            # Both lines need the event loop, which would not run if this stood in its way.
            anyio.from_thread.run_sync(asked.set)
            anyio.from_thread.run(anyio.sleep, 0)
            return Credentials("KEY", SECRET)

        with anyio.fail_after(PATIENCE):
            async with httpx.AsyncClient(auth=NcpAuth(provider)) as client:
                response = await client.get(url)
        assert asked.is_set()
        return response.status_code

    with Wire([answer(200, "{}")]) as wire:
        assert anyio.run(main, wire.url, backend=backend) == 200

    assert keys_used(wire) == ["KEY"]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_called_again_for_the_request_that_is_signed_once_more(backend: str) -> None:
    date = f"date: {formatdate(time.time() + 600, usegmt=True)}"

    async def main(url: str) -> int:
        async with httpx.AsyncClient(auth=NcpAuth(numbered(), correct_clock=True)) as client:
            return (await client.get(url)).status_code

    with Wire([answer(401, "{}", "application/json", date), answer(200, "{}")]) as wire:
        assert anyio.run(main, wire.url, backend=backend) == 200

    assert keys_used(wire) == ["KEY1", "KEY2"]


def raising(error: Exception) -> Callable[[], Credentials]:
    def provider() -> Credentials:
        raise error

    return provider


@pytest.mark.parametrize("error", [OSError("vault"), httpx.ReadTimeout("vault"), KeyError("vault")], ids=repr)
def test_one_that_fails(error: Exception) -> None:
    # Without a class of its own it would pass for a failure of the request, which may have been carried out.
    with (
        Wire([accept]) as wire,
        Client(raising(error), base_url=wire.url) as client,
        pytest.raises(CredentialsError, match=f"failed: {type(error).__name__}") as caught,
    ):
        client.reboot("7")

    assert (caught.value.executed, caught.value.not_sent) == (False, ("7",))
    assert wire.requests == []


def test_cause_is_kept() -> None:
    error = OSError("vault")

    with pytest.raises(CredentialsError) as caught:
        NcpAuth(raising(error)).credentials()

    assert caught.value.__cause__ is error


def test_error_of_its_own_is_passed_on() -> None:
    error = CredentialsError("the vault is sealed")

    with pytest.raises(CredentialsError) as caught:
        NcpAuth(raising(error)).credentials()

    assert caught.value is error


@pytest.mark.parametrize("returned", [None, ("KEY", SECRET), "KEY"], ids=["none", "tuple", "text"])
def test_one_that_returns_something_else(returned: object) -> None:
    provider: Callable[[], Credentials] = lambda: returned  # type: ignore[assignment,return-value]  # pyright: ignore  # noqa: E731  # the mistake

    with pytest.raises(CredentialsError, match=f"returned {type(returned).__name__}, not Credentials") as caught:
        NcpAuth(provider).credentials()

    assert caught.value.__traceback__ is not None
    last = caught.value.__traceback__
    while last.tb_next:
        last = last.tb_next
    assert SECRET not in repr(last.tb_frame.f_locals)
