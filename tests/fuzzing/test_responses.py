"""Any response: a result, or an ``NcpError`` that accounts for every server."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st
from ncp_vserver import ActionResult, Client, NcpError
from support.calls import CREDENTIALS
from support.fuzzing import BOUNDED
from support.wire import Wire, list_answer, operation_answer, raw, server

NUMBERS = ("1234", "2345")
CHANGES: dict[str, str] = {"reboot": "rebootServerInstances", "start": "startServerInstances"}
READS: dict[str, Callable[[Client], object]] = {
    "servers": lambda client: list(client.servers()),
    "server": lambda client: client.server(NUMBERS[0]),
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
types = st.sampled_from(["application/json", "application/json;charset=UTF-8", "application/xml", "text/html", ""])
texts = st.sampled_from(
    [
        '{"error": {"errorCode": "200", "message": "x"}}',
        '{"responseError": {"returnCode": "24120"}}',
        "[",
        "<error><errorCode>500</errorCode></error>",
        "<responseError><returnCode>1</returnCode>",
        "<title>",
        "null",
        '"0"',
    ]
)  # fmt: skip - a table


@st.composite
def altered(draw: st.DrawFn, document: Any) -> Any:
    """A document with another value somewhere."""
    if isinstance(document, dict) and document and (len(document) == 1 or draw(st.booleans())):
        name = draw(st.sampled_from(sorted(document)))
        return document | {name: draw(altered(document[name]))}
    if isinstance(document, list) and document and draw(st.booleans()):
        place = draw(st.integers(0, len(document) - 1))
        return [*document[:place], draw(altered(document[place])), *document[place + 1 :]]
    return draw(json_values)


def responses(body: str) -> st.SearchStrategy[httpx.Response]:
    bodies = st.binary(max_size=50) | texts.map(str.encode) | st.just(b"[" * 9000)
    bodies |= altered(json.loads(body)).map(lambda found: json.dumps(found).encode("utf-8", "surrogatepass"))
    headers = st.fixed_dictionaries(
        {},
        optional={
            "content-type": types | st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=20),
            "date": st.sampled_from(["Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 GMT", "", "soon"]),
            "retry-after": st.sampled_from(["0", "9999999999", "-1", "٣", "Fri, 31 Dec 9999 23:59:59 -2359"]),
            "x-ncp-trace-id": st.text(st.characters(max_codepoint=255), max_size=5),
        },
    )
    statuses = st.sampled_from([200, 200, 200, 204, 302, 400, 401, 403, 404, 429, 500, 503]) | st.integers(200, 999)
    return st.builds(
        lambda status, headers, body: httpx.Response(
            status, headers=[(name, value.encode()) for name, value in headers.items()], content=body
        ),
        statuses,
        headers,
        bodies,
    )


def outcome(response: httpx.Response, call: Callable[[Client], object]) -> NcpError | object:
    """What a call comes to with this response."""
    transport = httpx.MockTransport(lambda request: response)
    with Client(CREDENTIALS, base_url="http://127.0.0.1:1", retries=0, transport=transport) as client:
        try:
            return call(client)
        except NcpError as error:
            return error


@pytest.mark.parametrize("method", CHANGES)
@given(data=st.data())
@BOUNDED
def test_change(method: str, data: st.DataObject) -> None:
    response = data.draw(responses(operation_answer(CHANGES[method], NUMBERS)))

    found = outcome(response, lambda client: getattr(client, method)(NUMBERS))

    if isinstance(found, NcpError):
        assert sorted(found.accepted + found.rejected + found.unknown) == sorted(NUMBERS)
        assert "\x1b" not in str(found)
    else:
        assert isinstance(found, ActionResult)
        assert (response.status_code, tuple(server.number for server in found)) == (200, NUMBERS)


@pytest.mark.parametrize("method", READS)
@given(data=st.data())
@BOUNDED
def test_read(method: str, data: st.DataObject) -> None:
    response = data.draw(responses(list_answer([server(NUMBERS[0]), server(NUMBERS[1])])))

    found = outcome(response, READS[method])

    if isinstance(found, NcpError):
        assert found.accepted == found.unknown == found.rejected == found.not_sent == ()
    else:
        assert response.status_code == 200


WHOLE = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
GOOD = operation_answer("rebootServerInstances", NUMBERS).encode()


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good response with other bytes somewhere."""
    whole = WHOLE % (len(GOOD), GOOD)
    start, end = sorted(draw(st.tuples(st.integers(0, 120), st.integers(0, len(whole)))))
    return whole[:start] + draw(st.binary(max_size=20)) + whole[end:]


def test_any_bytes() -> None:
    sent = b""
    with Wire([lambda *of: raw(sent)(*of)]) as wire, Client(CREDENTIALS, base_url=wire.url) as client:

        @given(st.binary(max_size=100) | damaged())
        @BOUNDED
        def check(data: bytes) -> None:
            nonlocal sent
            sent = data
            wire.requests.clear()
            try:
                numbers = tuple(server.number for server in client.reboot(NUMBERS))
            except NcpError as error:
                numbers = error.accepted + error.rejected + error.unknown
            assert numbers == NUMBERS
            assert len(wire.requests) == 1

        check()
