"""What is reported for each way a call can go, on real sockets, and how often the request was sent."""

import socket

import httpx
import pytest
from ncp_signer import NcpAuth, SigningRefusedError
from ncp_vserver import NcpError, NotSentError, OutcomeUnknownError, RejectedError
from ncp_vserver._settings import DEFAULT_TIMEOUT
from support.calls import BOTH, Reboot
from support.outcomes import ANSWERS, BY_THE_SERVICE, CONNECTIONS, NUMBERS, UNREADABLE, business_error
from support.wire import Wire, accept, answer, listing, server, silence

SUCCESS = "the service reports success, but not for all servers"
IMPATIENT = httpx.Timeout(connect=5, read=0.2, write=5, pool=5)

both = pytest.mark.parametrize("reboot", BOTH.values(), ids=BOTH)


@pytest.mark.parametrize("name", [*CONNECTIONS, *ANSWERS, *UNREADABLE])
@both
def test_failure(reboot: Reboot, name: str) -> None:
    expected = (CONNECTIONS | ANSWERS | UNREADABLE)[name]

    # Where the service itself refuses, a second request finds out who is at fault. Here it finds that none is.
    with Wire([expected.reply, listing(*map(server, NUMBERS))]) as wire, pytest.raises(NcpError) as caught:
        reboot(wire.url, NUMBERS, timeout=IMPATIENT if expected.cause is httpx.ReadTimeout else DEFAULT_TIMEOUT)

    error = caught.value
    is_refusal = issubclass(expected.kind, RejectedError)
    assert type(error) is expected.kind
    assert (error.status, error.code, error.message) == (expected.status, expected.code, expected.message)
    assert error.executed is (False if is_refusal else None)
    assert error.server_instance_nos == NUMBERS
    assert error.accepted == error.not_sent == ()
    assert (error.rejected, error.unknown) == ((NUMBERS, ()) if is_refusal else ((), NUMBERS))
    assert isinstance(error.__cause__, expected.cause) if expected.cause else error.__cause__ is None
    facts = [
        f"HTTP {expected.status}" if expected.status else "",
        f"code {expected.code}" if expected.code else "",
        f"“{expected.message}”" if expected.message else "",
    ]
    answered = f" ({' '.join(filter(None, facts))})" if any(facts) else ""
    text = str(error)
    assert text.endswith(f"{answered}. {'rejected' if is_refusal else 'unknown'}: 1234, 2345")
    assert len(text.splitlines()) == 1
    assert text.startswith(
        ("the request was refused", "redirects are not followed", "the service refused")
        if is_refusal
        else (
            "no response: ",
            "no usable response: ",
            "the response cannot be read",
            "the request failed on the way or in",
            SUCCESS,
        )
    )
    polls = ["getServerInstanceList"] if name in BY_THE_SERVICE else []
    assert [received.operation for received in wire.requests] == ["rebootServerInstances", *polls]


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
        f" accepted: {first}; rejected: {second}; not sent: {third}. At fault: not known, since the poll failed:"
        " the request was refused (HTTP 400 code 25041 “the server is busy”)"
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
