"""Every number is accounted for, once and truly, whatever happens in the middle of a call."""

import logging
import pickle
import re
import socket
from typing import Any

import anyio
import httpx
import pytest
from ncp_signer import Credentials, CredentialsError
from ncp_vserver import AsyncClient, ClientClosedError, NcpError, NotSentError, OutcomeUnknownError, RejectedError
from ncp_vserver._requests.evidence import Success
from ncp_vserver._requests.network import AsyncNetwork, Network
from support.calls import BOTH, CREDENTIALS, Reboot
from support.outcomes import NUMBERS, business_error, gateway_error
from support.patience import Moment
from support.wire import Received, Reply, Wire, accept, answer, raw, reboot_answer, silence

both = pytest.mark.parametrize("reboot", BOTH.values(), ids=BOTH)


@both
@pytest.mark.parametrize(
    ("listed", "accepted", "unknown", "text"),
    [
        (["2345"], ("2345",), ("1234",), "but not for all servers"),
        ([], (), ("1234", "2345"), "but not for all servers"),
        (["9999"], (), ("1234", "2345"), "but not for all servers, and names others: 9999"),
    ],
    ids=["half", "none", "another"],
)
def test_success_for_other_servers(
    reboot: Reboot, listed: list[str], accepted: tuple[str, ...], unknown: tuple[str, ...], text: str
) -> None:
    with Wire([answer(200, reboot_answer(listed))]) as wire, pytest.raises(OutcomeUnknownError, match=text) as caught:
        reboot(wire.url, NUMBERS)

    assert (caught.value.accepted, caught.value.unknown) == (accepted, unknown)
    assert caught.value.server_instance_nos == NUMBERS
    assert (caught.value.status, caught.value.code) == (200, "0")


@both
@pytest.mark.parametrize(
    ("second", "groups", "polls"),
    [
        # Who is at fault is found out by one poll, where it is the service that refuses.
        (answer(400, business_error("24120", "no")), ("accepted", "rejected", "not_sent"), 1),
        (answer(401, gateway_error("200", "no")), ("accepted", "rejected", "not_sent"), 0),
        (answer(503, gateway_error("500", "Endpoint Error")), ("accepted", "unknown", "not_sent"), 0),
        (raw(b""), ("accepted", "unknown", "not_sent"), 0),
    ],
    ids=["rejected", "rejected-by-the-gateway", "endpoint-error", "closed"],
)
def test_failure_of_a_later_batch(reboot: Reboot, second: Reply, groups: tuple[str, str, str], polls: int) -> None:
    numbers = tuple(str(number) for number in range(100, 145))

    with Wire([accept, second, accept]) as wire, pytest.raises(NcpError) as caught:
        reboot(wire.url, numbers)

    parts = (numbers[:20], numbers[20:40], numbers[40:])
    assert tuple(getattr(caught.value, group) for group in groups) == parts
    assert caught.value.server_instance_nos == numbers
    operations = [received.operation for received in wire.requests]
    assert operations == ["rebootServerInstances"] * 2 + ["getServerInstanceList"] * polls


@both
def test_fault_of_our_own_keeps_the_account(reboot: Reboot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Success, "by_number", fail)

    with Wire([accept]) as wire, pytest.raises(OutcomeUnknownError) as caught:
        reboot(wire.url, NUMBERS)

    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert caught.value.unknown == NUMBERS


@both
def test_error_of_a_transport_that_names_no_request(reboot: Reboot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(transport: object, request: httpx.Request) -> None:
        raise httpx.ReadError("odd")

    monkeypatch.setattr(Network, "handle_request", fail)
    monkeypatch.setattr(AsyncNetwork, "handle_async_request", fail)
    with pytest.raises(OutcomeUnknownError, match="no response: ReadError: odd") as caught:
        reboot("http://127.0.0.1:9", NUMBERS)

    assert caught.value.unknown == NUMBERS


@both
def test_each_attempt_is_logged(reboot: Reboot, caplog: pytest.LogCaptureFixture) -> None:
    def sealed() -> Credentials:
        raise CredentialsError("the vault is sealed")

    with caplog.at_level(logging.DEBUG, "ncp_vserver"), Wire([accept]) as wire:
        reboot(wire.url, NUMBERS)
        with pytest.raises(CredentialsError):
            reboot(wire.url, NUMBERS, credentials=sealed)

    lines = [re.sub(r"\b\d+ ms", "N ms", line) for line in caplog.messages if " ms, " in line]
    assert lines == [
        "GET /vserver/v2/rebootServerInstances: success, HTTP 200, N ms, request id request-1234",
        "- rebootServerInstances: CredentialsError, HTTP -, N ms, request id -",
    ]


def test_interrupt_is_logged_with_the_account(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sent: list[httpx.Request] = []
    original = Network.handle_request

    def handle_request(self: Network, request: httpx.Request) -> httpx.Response:
        sent.append(request)
        if len(sent) == 2:
            raise KeyboardInterrupt
        return original(self, request)

    monkeypatch.setattr(Network, "handle_request", handle_request)
    with Wire([accept]) as wire, pytest.raises(KeyboardInterrupt) as caught:
        BOTH["sync"](wire.url, range(100, 122))

    accepted = ", ".join(map(str, range(100, 120)))
    account = f"rebootServerInstances was interrupted: accepted: {accepted}; unknown: 120, 121"
    assert [record.getMessage() for record in caplog.records if record.name == "ncp_vserver"] == [account]
    assert vars(caught.value) == {}


def test_cancelled_task_is_logged_with_the_account(caplog: pytest.LogCaptureFixture) -> None:
    async def call(url: str) -> None:
        async with AsyncClient(CREDENTIALS, base_url=url) as client, moment.moves_on():
            await client.reboot(NUMBERS)

    def reply(connection: socket.socket, received: Received) -> None:
        moment.comes()
        silence(connection, received)

    moment = Moment()
    with Wire([reply]) as wire:
        anyio.run(call, wire.url)

    assert "rebootServerInstances was interrupted: unknown: 1234, 2345" in caplog.messages


@pytest.mark.parametrize("kind", [NcpError, NotSentError, RejectedError, OutcomeUnknownError])
def test_errors_survive_pickling(kind: type[NcpError]) -> None:
    groups: dict[str, Any] = {"accepted": ("1",), "rejected": ("2",), "unknown": ("3",), "not_sent": ("4",)}
    error = kind("text", status=400, code="1", message="m", server_instance_nos=("4", "3", "2", "1"), **groups)

    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - made on the line before

    assert type(copy) is kind
    assert vars(copy) == vars(error)
    assert str(copy) == str(error)


@both
def test_server_that_was_not_asked_for_stays_out_of_the_result(reboot: Reboot) -> None:
    with Wire([answer(200, reboot_answer(["9999", *NUMBERS]))]) as wire:
        result = reboot(wire.url, NUMBERS)

    assert [server.number for server in result] == list(NUMBERS)


@both
def test_request_ids_of_accepted_batches_are_kept(reboot: Reboot) -> None:
    with Wire([accept, answer(503)]) as wire, pytest.raises(OutcomeUnknownError) as caught:
        reboot(wire.url, range(100, 122))

    assert caught.value.request_ids == ("request-100",)


@both
def test_stray_bytes_behind_an_answer_are_not_the_next_answer(reboot: Reboot) -> None:
    def answer_and_more(connection: socket.socket, received: Received) -> None:
        accept(connection, received)
        connection.sendall(b"HTTP/1.1 400 Bad\r\ncontent-length: 0\r\n\r\n")

    with Wire([answer_and_more]) as wire:
        assert len(reboot(wire.url, range(100, 145))) == 45


@both
def test_client_that_is_closed_between_batches(reboot: Reboot, monkeypatch: pytest.MonkeyPatch) -> None:
    by_number = Success.by_number

    def close_meanwhile(success: Success) -> Any:
        monkeypatch.setattr("httpx.Client.is_closed", True)
        monkeypatch.setattr("httpx.AsyncClient.is_closed", True)
        return by_number(success)

    monkeypatch.setattr(Success, "by_number", close_meanwhile)
    with Wire([accept]) as wire, pytest.raises(ClientClosedError, match="the client is closed") as caught:
        reboot(wire.url, range(100, 122))

    assert caught.value.not_sent == ("120", "121")
    assert len(wire.requests) == 1


@both
@pytest.mark.parametrize(
    "servers", [[{"serverName": "nameless"}], [{"serverInstanceNo": "9\n" + "8" * 5000}]], ids=[0, 1]
)
def test_text_is_one_line_of_limited_length(reboot: Reboot, servers: list[dict[str, str]]) -> None:
    body = reboot_answer(NUMBERS, serverInstanceList=servers)

    with Wire([answer(200, body)]) as wire, pytest.raises(OutcomeUnknownError) as caught:
        reboot(wire.url, NUMBERS)

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500
    assert ("without a number" in str(caught.value)) == ("serverName" in servers[0])


@both
def test_loopback_goes_through_no_proxy(reboot: Reboot, monkeypatch: pytest.MonkeyPatch) -> None:
    with Wire([answer(407)]) as proxy, Wire([accept]) as wire:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert len(reboot(wire.url, NUMBERS)) == 2

    assert proxy.connections == []


@both
@pytest.mark.parametrize("host", ["127.0.0.2", "[::1]", "localhost"])
def test_no_address_of_loopback_goes_through_a_proxy(
    reboot: Reboot, monkeypatch: pytest.MonkeyPatch, closed_port: int, host: str
) -> None:
    with Wire([answer(407)]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with pytest.raises(NotSentError):
            reboot(f"http://{host}:{closed_port}", NUMBERS, retries=0)

    assert proxy.connections == []


@both
def test_cookies_are_not_kept(reboot: Reboot) -> None:
    def bake(connection: socket.socket, received: Received) -> None:
        answer(200, reboot_answer(received.numbers), "application/json", "set-cookie: a=\xe9; path=/")(
            connection, received
        )

    with Wire([bake]) as wire:
        assert len(reboot(wire.url, range(100, 145))) == 45

    assert not any(received.header("cookie") for received in wire.requests)


@both
@pytest.mark.parametrize(
    "other", ['"error": {"errorCode": "500", "message": "x"}', '"responseError": {"returnCode": "7"}']
)
def test_answer_that_contradicts_itself(reboot: Reboot, other: str) -> None:
    body = reboot_answer(NUMBERS)[:-1] + f", {other}}}"

    with Wire([answer(200, body)]) as wire, pytest.raises(OutcomeUnknownError, match="reports success and an error"):
        reboot(wire.url, NUMBERS)


@both
def test_request_id_is_printable(reboot: Reboot) -> None:
    with Wire([answer(200, reboot_answer(NUMBERS, requestId="a\nFAKE \x1b[31m" + "x" * 900))]) as wire:
        [request_id] = reboot(wire.url, NUMBERS).request_ids

    assert request_id.isprintable()
    assert len(request_id) < 300
