"""A transport of the caller's, as tests and tracing have one."""

from typing import Any

import httpx
import pytest
from ncp_vserver import AsyncClient, Client, OutcomeUnknownError, RollingReport, Settlement, WaitTimeoutError
from support.calls import CREDENTIALS, EVERY, Call
from support.wire import Wire, raw, reboot_answer

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)


def reboot(call: Call, handler: Any) -> Any:
    """Restart a server over a transport that answers with the handler."""
    return call("https://ncloud.apigw.ntruss.com", "reboot", "1", client={"transport": httpx.MockTransport(handler)})


@each
def test_transport_gets_the_signed_request(call: Call) -> None:
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, text=reboot_answer(["1"]))

    [server] = reboot(call, handler)

    assert server.number == "1"
    [request] = requests
    assert request.url.path == "/vserver/v2/rebootServerInstances"
    assert request.headers["x-ncp-apigw-signature-v2"]


@each
def test_assertion_of_a_transport_goes_through(call: Call) -> None:
    # As of a mock that has no route for the request: no test may take that for what a gateway does.
    def handler(request: httpx.Request) -> httpx.Response:
        raise AssertionError("no route")

    with pytest.raises(AssertionError, match="no route"):
        reboot(call, handler)


@each
def test_failure_of_a_transport(call: Call) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError

    with pytest.raises(OutcomeUnknownError) as caught:
        reboot(call, handler)

    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert caught.value.unknown == ("1",)


@each
@pytest.mark.parametrize("is_head_there", [False, True])
def test_error_of_a_transport_names_its_request(call: Call, is_head_there: bool) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if is_head_there:
            return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip"))
        raise httpx.ReadTimeout("too late")

    with pytest.raises(OutcomeUnknownError) as caught:
        reboot(call, handler)

    assert isinstance(caught.value.__cause__, httpx.DecodingError if is_head_there else httpx.ReadTimeout)
    assert caught.value.__cause__.request.url.path == "/vserver/v2/rebootServerInstances"


class Lying(httpx.HTTPTransport):
    """Says of a response that was lost that there was no connection."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return super().handle_request(request)
        except httpx.RemoteProtocolError as error:
            raise httpx.ConnectError("no connection") from error


def test_transport_that_denies_what_was_written() -> None:
    with Wire([raw(b"")]) as wire, Client(CREDENTIALS, base_url=wire.url, transport=Lying()) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            client.reboot("1")
        assert len(wire.requests) == 1

    assert caught.value.unknown == ("1",)


@pytest.mark.parametrize("transport", [httpx.AsyncHTTPTransport(), "transport", httpx.Client()], ids=type)
def test_transport_of_another_kind(transport: Any) -> None:
    with pytest.raises(ValueError, match=r"transport must be an httpx\.BaseTransport"):
        Client(CREDENTIALS, transport=transport)
    with pytest.raises(ValueError, match=r"transport must be an httpx\.AsyncBaseTransport"):
        AsyncClient(CREDENTIALS, transport=httpx.HTTPTransport())  # type: ignore[arg-type]  # on purpose
    with pytest.raises(ValueError, match="verify is the transport's own business"):
        Client(CREDENTIALS, transport=httpx.HTTPTransport(), verify="ca.pem")


def test_repr_of_results() -> None:
    assert repr(RollingReport({"1": "back", "2": "not_sent"})) == "RollingReport(back: 1; not sent: 2)"
    assert repr(Settlement(done=("1",))) == "Settlement(done: 1)"
    assert repr(WaitTimeoutError(waiting=("1",), seconds=5)) == (
        "WaitTimeoutError('not all servers are back after 5 s. not back: 1 (not listed)')"
    )


@pytest.mark.parametrize("client", [Client, AsyncClient])
def test_repr(client: Any) -> None:
    assert repr(client(CREDENTIALS, site="gov")) == (
        f"{client.__name__}(https://ncloud.apigw.gov-ntruss.com, keys from arguments)"
    )
