"""Odd cases of the client and the signer, each of which its code provides for."""

import asyncio
import copy
import importlib.metadata
import socket
import time
from typing import Any, NoReturn

import httpcore
import httpx
import pytest
from ncp_signer import Secret
from ncp_signer._server_role import _Reads
from ncp_vserver import AuthenticationError, Client, NotFoundError, OutcomeUnknownError, Server
from ncp_vserver._requests.attempt import Attempt
from ncp_vserver._requests.network import TOTAL, Deadline
from ncp_vserver._requests.proof import Sent
from ncp_vserver._steps.reads import poll
from ncp_vserver._steps.retry import Policy
from ncp_vserver._steps.steps import TELL, Steps, called, run, run_async
from ncp_vserver_api.models import ServerInstance
from support.calls import CREDENTIALS
from support.wire import list_answer, server


def test_secret_is_no_other_object() -> None:
    secret = Secret("s")

    assert secret != object()
    assert copy.copy(secret) is copy.deepcopy(secret) is secret


def test_reading_from_a_metadata_service_ends_at_its_deadline() -> None:
    one, other = socket.socketpair()
    with one, other, _Reads(one) as reads:
        other.sendall(b"a")
        reads._deadline = time.monotonic()

        with pytest.raises(TimeoutError):
            reads.read(1)


def test_gateway_by_address_and_by_site() -> None:
    with pytest.raises(ValueError, match="base_url and site both say which gateway to ask"):
        Client(CREDENTIALS, base_url="http://127.0.0.1:1", site="gov")


def test_version_of_modules_that_were_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> NoReturn:
        raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr("ncp_vserver._settings.version", version)

    assert Client(CREDENTIALS)._http.headers["user-agent"] == "ncp-vserver"


def test_error_that_knows_little_explains_what_it_knows() -> None:
    explained = AuthenticationError("refused").explain()

    assert explained.startswith("refused\n  clock: ")
    assert not {"gateway:", "keys from:", "string to sign:"} & set(explained.split("  "))


def test_date_that_does_not_exist() -> None:
    raw = ServerInstance.from_dict({"serverInstanceNo": "1", "uptime": "2026-02-30T00:00:00+0900"})

    assert Server.of(raw).uptime is None


def test_seconds_since_a_request_whose_monotonic_time_was_not_kept() -> None:
    assert Sent(10.0).seconds_until(Sent(13.0, 5.0)) == 3.0


def test_detail_of_another_server_is_none() -> None:
    body = list_answer([server("8")]).replace("getServerInstanceList", "getServerInstanceDetail")
    transport = httpx.MockTransport(
        lambda request: httpx.Response(200, headers={"content-type": "application/json"}, text=body)
    )

    with Client(CREDENTIALS, transport=transport) as client, pytest.raises(NotFoundError, match="no server 7"):
        client.server("7")


def test_callback_that_returns_something_to_await() -> None:
    loop = asyncio.new_event_loop()
    try:
        with pytest.raises(TypeError, match="is asynchronous, which is for AsyncClient"):
            called(lambda argument: loop.create_future(), None)
    finally:
        loop.close()


def test_what_steps_tell_is_passed_over() -> None:
    def steps() -> Steps[str]:
        yield TELL
        return "done"

    async def perform(step: object) -> NoReturn:
        raise NotImplementedError

    assert asyncio.run(run_async(steps(), perform)) == "done"


def test_list_that_does_not_end_in_time() -> None:
    body = list_answer([server("1")], totalRows=2000).encode()

    def perform(step: Any) -> Attempt:
        attempt = Attempt(step.request, "arguments")
        signed = httpx.Request("GET", "http://127.0.0.1")
        attempt.sends(signed)
        attempt.received(httpx.Response(200, headers={"content-type": "application/json"}, request=signed))
        attempt.reads(body)
        return attempt.end()

    numbers = [str(number) for number in range(1, 30)]
    policy = Policy(retries=0, throttled=0, timeout={}, deadline=time.monotonic())

    with pytest.raises(OutcomeUnknownError, match="the list of servers does not end in time"):
        run(poll(numbers, None, policy), perform)


def test_exchange_that_is_over() -> None:
    request = httpx.Request("GET", "http://127.0.0.1", extensions={"timeout": {TOTAL: 0.0}})

    with pytest.raises(httpcore.ReadTimeout, match="not over within 0 s"):
        Deadline(request).left(None, httpcore.ReadTimeout)
