"""What is reported for each way a call can go, on real sockets, and how often the request was sent."""

import gzip
import json
import pickle
import socket
from dataclasses import dataclass
from typing import Any

import anyio
import httpx
import pytest
from ncp_signer import NcpAuth, SigningRefusedError
from ncp_vserver import AsyncClient, NcpError, NotSentError, OutcomeUnknownError, RejectedError
from ncp_vserver._reboot import RebootJob
from ncp_vserver_api.errors import UnexpectedResponse
from support.calls import BOTH, CREDENTIALS, Reboot
from support.wire import Received, Reply, Wire, accept, answer, raw, reboot_answer, reset, silence

NUMBERS = ("1234", "2345")
IMPATIENT = httpx.Timeout(connect=5, read=0.2, write=5, pool=5)

both = pytest.mark.parametrize("reboot", BOTH.values(), ids=BOTH)


@dataclass(frozen=True)
class Outcome:
    reply: Reply
    kind: type[NcpError]
    status: int | None = None
    code: str | None = None
    message: str | None = None
    cause: type[Exception] | None = None


def gateway_error(code: str, message: str, **details: str) -> str:
    return json.dumps({"error": {"errorCode": code, "message": message, **details}})


def business_error(code: str, message: str) -> str:
    return json.dumps({"responseError": {"returnCode": code, "returnMessage": message}})


SUCCESS = reboot_answer(NUMBERS)
NULL_CODE = '{"rebootServerInstancesResponse": {"returnCode": null, "returnMessage": "success"}}'
XML_SUCCESS = """<?xml version="1.0" encoding="UTF-8"?>
<rebootServerInstancesResponse><requestId>1d2d35f9</requestId><returnCode>0</returnCode>
<returnMessage>success</returnMessage><totalRows>1</totalRows></rebootServerInstancesResponse>"""
XML_BUSINESS_ERROR = (
    "<responseError><returnCode>24120</returnCode><returnMessage>a &lt;bad&gt; number</returnMessage></responseError>"
)
XML_GATEWAY_ERROR = "<error><errorCode>200</errorCode><message>Authentication Failed</message></error>"
HTML = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"


def no_gzip(connection: socket.socket, received: object) -> None:
    body = gzip.compress(SUCCESS.encode())[:-20] + b"x" * 20
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)


def headers_then_silence(connection: socket.socket, received: object) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n")
    silence(connection)


# The rows of a connection that fails. In all of them the server has read the whole request.
CONNECTIONS: dict[str, Outcome] = {
    "reset": Outcome(reset, OutcomeUnknownError, cause=httpx.ReadError),
    "closed": Outcome(raw(b""), OutcomeUnknownError, cause=httpx.RemoteProtocolError),
    "silence": Outcome(silence, OutcomeUnknownError, cause=httpx.ReadTimeout),
    "headers-then-silence": Outcome(headers_then_silence, OutcomeUnknownError, 200, cause=httpx.ReadTimeout),
    "truncated": Outcome(
        raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"),
        OutcomeUnknownError,
        200,
        cause=httpx.RemoteProtocolError,
    ),
    "truncated-401": Outcome(
        raw(b"HTTP/1.1 401 No\r\ncontent-length: 100\r\n\r\n{"), RejectedError, 401, cause=httpx.RemoteProtocolError
    ),
    "bad-gzip": Outcome(no_gzip, OutcomeUnknownError, 200, cause=httpx.DecodingError),
    "garbage": Outcome(raw(b"\x16\x03\x01 hello\r\n\r\n"), OutcomeUnknownError, cause=httpx.RemoteProtocolError),
}

# The rows of the vendor's common table, and business errors.
ANSWERS: dict[str, Outcome] = {
    "400-100": Outcome(
        answer(400, gateway_error("100", "Bad Request Exception")), RejectedError, 400, "100", "Bad Request Exception"
    ),
    "400-business": Outcome(
        answer(400, business_error("24120", "The input parameter server instance number is invalid. ")),
        RejectedError,
        400,
        "24120",
        "The input parameter server instance number is invalid.",
    ),
    "400-business-xml": Outcome(
        answer(400, XML_BUSINESS_ERROR, "application/xml"),
        RejectedError,
        400,
        "24120",
        "a <bad> number",
        UnexpectedResponse,
    ),
    "400-business-other-keys": Outcome(
        answer(400, '{"responseError": {"responseCode": 3000100, "responseMessage": "External interworking failed."}}'),
        RejectedError,
        400,
        "3000100",
        "External interworking failed.",
        UnexpectedResponse,
    ),
    "401-200": Outcome(
        answer(401, gateway_error("200", "Authentication Failed", details="Invalid authentication information.")),
        RejectedError,
        401,
        "200",
        "Authentication Failed Invalid authentication information.",
    ),
    "401-200-number": Outcome(
        answer(401, '{"error": {"errorCode": 200, "message": "인증 실패"}}'), RejectedError, 401, "200", "인증 실패"
    ),
    "401-200-xml": Outcome(
        answer(401, XML_GATEWAY_ERROR, "text/xml"),
        RejectedError,
        401,
        "200",
        "Authentication Failed",
        UnexpectedResponse,
    ),
    "401-210": Outcome(
        answer(401, gateway_error("210", "Permission Denied")), RejectedError, 401, "210", "Permission Denied"
    ),
    "401-html": Outcome(
        answer(401, HTML, "text/html"), RejectedError, 401, None, "502 Bad Gateway", UnexpectedResponse
    ),
    "401-empty": Outcome(answer(401), RejectedError, 401, None, None, UnexpectedResponse),
    "403-230": Outcome(answer(403, gateway_error("230", "Forbidden")), RejectedError, 403, "230", "Forbidden"),
    "404-300": Outcome(
        answer(404, gateway_error("300", "Not Found Exception")), RejectedError, 404, "300", "Not Found Exception"
    ),
    "405": Outcome(answer(405, "no", "text/plain"), RejectedError, 405, None, "no", UnexpectedResponse),
    "408": Outcome(answer(408, "slow", "text/plain"), OutcomeUnknownError, 408, None, "slow", UnexpectedResponse),
    "413-430": Outcome(
        answer(413, gateway_error("430", "Request Entity Too Large")),
        RejectedError,
        413,
        "430",
        "Request Entity Too Large",
    ),
    "429-400": Outcome(
        answer(429, gateway_error("400", "Quota Exceeded")), RejectedError, 429, "400", "Quota Exceeded"
    ),
    "429-410": Outcome(
        answer(429, gateway_error("410", "Throttle Limited")), RejectedError, 429, "410", "Throttle Limited"
    ),
    "429-420": Outcome(answer(429, gateway_error("420", "Rate Limited")), RejectedError, 429, "420", "Rate Limited"),
    "500-900": Outcome(
        answer(500, gateway_error("900", "Unexpected Error")), OutcomeUnknownError, 500, "900", "Unexpected Error"
    ),
    "500-business": Outcome(
        answer(500, business_error("1000", "try again")), OutcomeUnknownError, 500, "1000", "try again"
    ),
    "502-html": Outcome(
        answer(502, HTML, "text/html"), OutcomeUnknownError, 502, None, "502 Bad Gateway", UnexpectedResponse
    ),
    "503-500": Outcome(
        answer(503, gateway_error("500", "Endpoint Error", details="")),
        OutcomeUnknownError,
        503,
        "500",
        "Endpoint Error",
    ),
    "504-510": Outcome(
        answer(504, gateway_error("510", "Endpoint Timeout")), OutcomeUnknownError, 504, "510", "Endpoint Timeout"
    ),
    "520": Outcome(answer(520, "?", "text/plain"), OutcomeUnknownError, 520, None, "?", UnexpectedResponse),
    "520-envelope": Outcome(
        answer(520, gateway_error("900", "Unexpected Error")),
        OutcomeUnknownError,
        520,
        "900",
        "Unexpected Error",
        UnexpectedResponse,
    ),
    "599": Outcome(answer(599), OutcomeUnknownError, 599, None, None, UnexpectedResponse),
    "400-success": Outcome(answer(400, SUCCESS), OutcomeUnknownError, 400, "0", "success", UnexpectedResponse),
    "499": Outcome(answer(499), OutcomeUnknownError, 499, None, None, UnexpectedResponse),
    "304": Outcome(answer(304), RejectedError, 304, None, None, UnexpectedResponse),
}

# Success by its status, and not to be read as one.
UNREADABLE: dict[str, Outcome] = {
    "xml": Outcome(
        answer(200, XML_SUCCESS, "application/xml"), OutcomeUnknownError, 200, "0", "success", UnexpectedResponse
    ),
    "xml-cut-off": Outcome(
        answer(200, XML_SUCCESS[:140], "application/xml"), OutcomeUnknownError, 200, "0", None, UnexpectedResponse
    ),
    "html": Outcome(
        answer(200, HTML, "text/html"), OutcomeUnknownError, 200, None, "502 Bad Gateway", UnexpectedResponse
    ),
    "empty": Outcome(answer(200), OutcomeUnknownError, 200, None, None, UnexpectedResponse),
    "204": Outcome(answer(204), OutcomeUnknownError, 204, None, None, UnexpectedResponse),
    "cut-off": Outcome(answer(200, SUCCESS[:60]), OutcomeUnknownError, 200, None, SUCCESS[:60], UnexpectedResponse),
    "not-utf-8": Outcome(
        answer(200, b'{"error": {"message": "\xc7\xd1"}}'),
        OutcomeUnknownError,
        200,
        None,
        '{"error": {"message": "\ufffd\ufffd"}}',
        UnexpectedResponse,
    ),
    "utf-16": Outcome(
        answer(200, '{"a": 1}'.encode("utf-16")),
        OutcomeUnknownError,
        200,
        None,
        '\ufffd\ufffd{\ufffd"\ufffda\ufffd"\ufffd:\ufffd \ufffd1\ufffd}\ufffd',
        UnexpectedResponse,
    ),
    "null": Outcome(answer(200, "null"), OutcomeUnknownError, 200, None, "null", UnexpectedResponse),
    "number": Outcome(answer(200, "1"), OutcomeUnknownError, 200, None, "1", UnexpectedResponse),
    "list": Outcome(answer(200, "[1]"), OutcomeUnknownError, 200, None, "[1]", UnexpectedResponse),
    "string": Outcome(answer(200, '"ok"'), OutcomeUnknownError, 200, None, '"ok"', UnexpectedResponse),
    "other-object": Outcome(answer(200, '{"a": {}}'), OutcomeUnknownError, 200, None, '{"a": {}}', UnexpectedResponse),
    "wrong-types": Outcome(
        answer(200, reboot_answer(NUMBERS, serverInstanceList=3)),
        OutcomeUnknownError,
        200,
        "0",
        "success",
        UnexpectedResponse,
    ),
    "null-list": Outcome(
        answer(200, reboot_answer(NUMBERS, serverInstanceList=None)),
        OutcomeUnknownError,
        200,
        "0",
        "success",
        UnexpectedResponse,
    ),
    "deep": Outcome(answer(200, "[" * 100_000), OutcomeUnknownError, 200, None, "[" * 200 + "…", UnexpectedResponse),
    "huge-number": Outcome(
        answer(200, "1" * 5000), OutcomeUnknownError, 200, None, "1" * 200 + "…", UnexpectedResponse
    ),
    "empty-code": Outcome(
        answer(200, reboot_answer(NUMBERS, returnCode="")), OutcomeUnknownError, 200, None, "success"
    ),
    "no-number": Outcome(
        answer(200, reboot_answer(NUMBERS, returnCode="success")), OutcomeUnknownError, 200, "success", "success"
    ),
    "true": Outcome(answer(200, reboot_answer(NUMBERS, returnCode=True)), OutcomeUnknownError, 200, None, "success"),
    "pretty-xml": Outcome(
        answer(200, "<a><returnCode>\n  0\n</returnCode></a>"), OutcomeUnknownError, 200, "0", None, UnexpectedResponse
    ),
    "other-code-beside": Outcome(
        answer(
            200,
            '{"responseCode": "200", "rebootServerInstancesResponse": {"returnCode": "0", "eventList": 1, '
            '"serverInstanceList": null}}',
        ),
        OutcomeUnknownError,
        200,
        "0",
        None,
        UnexpectedResponse,
    ),
    "control-characters": Outcome(
        answer(200, '{"responseError": {"returnCode": "7\\u001b[2J\\nok", "returnMessage": "a\\u0007b"}}'),
        OutcomeUnknownError,
        200,
        "7\ufffd[2J ok",
        "a\ufffdb",
        UnexpectedResponse,
    ),
    "null-code": Outcome(answer(200, NULL_CODE), OutcomeUnknownError, 200, None, "success"),
    "business-error": Outcome(
        answer(200, business_error("25041", "busy")), RejectedError, 200, "25041", "busy", UnexpectedResponse
    ),
    "gateway-error": Outcome(
        answer(200, gateway_error("200", "Authentication Failed")),
        RejectedError,
        200,
        "200",
        "Authentication Failed",
        UnexpectedResponse,
    ),
    "other-code": Outcome(
        answer(200, reboot_answer(NUMBERS, returnCode="25041", returnMessage="busy")),
        RejectedError,
        200,
        "25041",
        "busy",
    ),
}


@pytest.mark.parametrize("name", [*CONNECTIONS, *ANSWERS, *UNREADABLE])
@both
def test_failure(reboot: Reboot, name: str) -> None:
    expected = (CONNECTIONS | ANSWERS | UNREADABLE)[name]

    with Wire([expected.reply]) as wire, pytest.raises(NcpError) as caught:
        reboot(wire.url, NUMBERS, timeout=IMPATIENT)

    error = caught.value
    assert type(error) is expected.kind
    assert (error.status, error.code, error.message) == (expected.status, expected.code, expected.message)
    assert error.executed is (False if expected.kind is RejectedError else None)
    assert error.server_instance_nos == NUMBERS
    assert error.accepted == error.not_sent == ()
    assert (error.rejected, error.unknown) == ((NUMBERS, ()) if expected.kind is RejectedError else ((), NUMBERS))
    assert isinstance(error.__cause__, expected.cause) if expected.cause else error.__cause__ is None
    assert len(wire.requests) == 1


@both
def test_text_says_it_all(reboot: Reboot) -> None:
    reply = answer(400, business_error("25041", "the server is busy"))

    with Wire([accept, reply]) as wire, pytest.raises(RejectedError) as caught:
        reboot(wire.url, range(100, 145))

    first, second, third = (
        ", ".join(map(str, numbers)) for numbers in (range(100, 120), range(120, 140), range(140, 145))
    )
    assert str(caught.value) == (
        "the request was refused (HTTP 400 code 25041 “the server is busy”)."
        f" accepted: {first}; rejected: {second}; not sent: {third}"
    )


@both
def test_refused_connection(reboot: Reboot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(NotSentError) as caught:
        reboot(f"http://127.0.0.1:{port}", NUMBERS)

    assert caught.value.executed is False
    assert caught.value.not_sent == NUMBERS
    assert caught.value.status is None
    assert isinstance(caught.value.__cause__, httpx.ConnectError)


def close(connection: socket.socket) -> None:
    raise ConnectionAbortedError


@both
def test_tls_that_is_closed(reboot: Reboot) -> None:
    with Wire([accept], connected=close) as wire, pytest.raises(NotSentError) as caught:
        reboot(wire.url.replace("http:", "https:"), NUMBERS)

    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    assert wire.requests == []


@both
def test_tls_that_hangs(reboot: Reboot) -> None:
    timeout = httpx.Timeout(connect=0.2, read=5, write=5, pool=5)

    with Wire([accept], connected=silence) as wire, pytest.raises(NotSentError) as caught:
        reboot(wire.url.replace("http:", "https:"), NUMBERS, timeout=timeout)

    assert isinstance(caught.value.__cause__, httpx.ConnectTimeout)
    assert wire.requests == []


@both
def test_proxy_that_refuses(reboot: Reboot, monkeypatch: pytest.MonkeyPatch) -> None:
    with Wire([answer(407, "", "text/plain")]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(NotSentError) as caught:
            reboot("https://ncloud.apigw.ntruss.com", NUMBERS)

    assert isinstance(caught.value.__cause__, httpx.ProxyError)
    assert [request.method for request in proxy.requests] == ["CONNECT"]
    assert not [name for name, _ in proxy.requests[0].headers if name.lower().startswith("x-ncp-")]


@both
def test_connection_closed_at_once_proves_nothing(reboot: Reboot) -> None:
    # The same exception arises when the server has read the request: it must not be called "not sent".
    with Wire([accept], connected=close) as wire, pytest.raises(OutcomeUnknownError):
        reboot(wire.url, NUMBERS)

    assert wire.requests == []


@both
def test_signing_that_is_refused(reboot: Reboot, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: NcpAuth, request: httpx.Request) -> httpx.Request:
        raise SigningRefusedError("cannot sign")

    monkeypatch.setattr(NcpAuth, "__call__", refuse)

    with (
        Wire([accept]) as wire,
        pytest.raises(NotSentError, match="the request was not sent: SigningRefusedError") as caught,
    ):
        reboot(wire.url, NUMBERS)

    assert isinstance(caught.value.__cause__, SigningRefusedError)
    assert wire.requests == []


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
    ("second", "groups"),
    [
        (answer(400, business_error("24120", "no")), ("accepted", "rejected", "not_sent")),
        (answer(503, gateway_error("500", "Endpoint Error")), ("accepted", "unknown", "not_sent")),
        (raw(b""), ("accepted", "unknown", "not_sent")),
    ],
    ids=["rejected", "endpoint-error", "closed"],
)
def test_failure_of_a_later_batch(reboot: Reboot, second: Reply, groups: tuple[str, str, str]) -> None:
    numbers = tuple(str(number) for number in range(100, 145))

    with Wire([accept, second, accept]) as wire, pytest.raises(NcpError) as caught:
        reboot(wire.url, numbers)

    parts = (numbers[:20], numbers[20:40], numbers[40:])
    assert tuple(getattr(caught.value, group) for group in groups) == parts
    assert caught.value.server_instance_nos == numbers
    assert len(wire.requests) == 2


@both
def test_fault_of_our_own_keeps_the_account(reboot: Reboot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("ncp_vserver._reboot.read_statement", fail)

    with Wire([accept]) as wire, pytest.raises(OutcomeUnknownError) as caught:
        reboot(wire.url, NUMBERS)

    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert caught.value.unknown == NUMBERS


def test_interrupt_keeps_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[httpx.Request] = []
    original = httpx.Client.send

    def send(self: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        sent.append(request)
        if len(sent) == 2:
            raise KeyboardInterrupt
        return original(self, request, **options)

    monkeypatch.setattr(httpx.Client, "send", send)
    with Wire([accept]) as wire, pytest.raises(KeyboardInterrupt) as caught:
        BOTH["sync"](wire.url, range(100, 122))

    accepted = ", ".join(map(str, range(100, 120)))
    assert caught.value.__notes__ == [f"interrupted. accepted: {accepted}; unknown: 120, 121"]


def test_cancelled_task_keeps_the_account() -> None:
    notes: list[str] = []

    async def call(url: str) -> None:
        async with AsyncClient(CREDENTIALS, base_url=url) as client:
            with anyio.move_on_after(0.2):
                try:
                    await client.reboot(NUMBERS)
                except BaseException as error:
                    notes.extend(getattr(error, "__notes__", []))
                    raise

    with Wire([silence]) as wire:
        anyio.run(call, wire.url)

    assert notes == ["interrupted. unknown: 1234, 2345"]


@pytest.mark.parametrize("kind", [NcpError, NotSentError, RejectedError, OutcomeUnknownError])
def test_errors_survive_pickling(kind: type[NcpError]) -> None:
    groups = {"accepted": ("1",), "rejected": ("2",), "unknown": ("3",), "not_sent": ("4",)}
    error = kind("text", status=400, code="1", message="m", server_instance_nos=("4", "3", "2", "1"), **groups)

    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - made on the line before

    assert type(copy) is kind
    assert vars(copy) == vars(error)
    assert str(copy) == str(error)


@both
def test_server_that_was_not_asked_for_stays_out_of_the_result(reboot: Reboot) -> None:
    with Wire([answer(200, reboot_answer(["9999", *NUMBERS]))]) as wire:
        result = reboot(wire.url, NUMBERS)

    assert [server.server_instance_no for server in result] == list(NUMBERS)


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
    answered = RebootJob.answered

    def close_after(job: RebootJob, *arguments: Any) -> None:
        answered(job, *arguments)
        monkeypatch.setattr("httpx.Client.is_closed", True)
        monkeypatch.setattr("httpx.AsyncClient.is_closed", True)

    monkeypatch.setattr(RebootJob, "answered", close_after)
    with Wire([accept]) as wire, pytest.raises(NotSentError, match="the client is closed") as caught:
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


def test_pool_that_is_exhausted() -> None:
    errors: list[BaseException] = []
    timeout = httpx.Timeout(connect=5, read=1.5, write=5, pool=0.3)

    async def call(url: str) -> None:
        async with AsyncClient(CREDENTIALS, base_url=url, timeout=timeout) as client:

            async def one(number: int) -> None:
                try:
                    await client.reboot(number)
                except NcpError as error:
                    errors.append(error)

            async with anyio.create_task_group() as group:
                for number in range(11):
                    group.start_soon(one, number)

    with Wire([silence]) as wire:
        anyio.run(call, wire.url)

    assert len(wire.requests) == 10
    assert [type(error) for error in errors].count(NotSentError) == 1
    assert [type(error) for error in errors].count(OutcomeUnknownError) == 10
    assert isinstance(errors[0].__cause__, httpx.PoolTimeout)
