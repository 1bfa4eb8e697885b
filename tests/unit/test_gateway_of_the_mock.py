"""What the mock does when something behind it fails, or a client takes its time; without sockets, and without time."""

import asyncio
import json
import logging
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from ncp_mock import Mock
from ncp_mock._contract.document import Contract
from ncp_mock._contract.formats import Renderer
from ncp_mock._contract.judge import found_by_prism
from ncp_mock._gateway.records import Log, Record
from ncp_mock._gateway.server import MalformedRequestError, Send
from ncp_mock._launch.thread import GatewayThread
from ncp_mock._messages import Request
from ncp_mock._service.backend import BackendAnswer
from support.fuzzing import GatewayInMemory, exchanged

GET = b"GET %s HTTP/1.1\r\nhost: mock\r\n%s\r\n"
LIST = b"/vserver/v2/getServerInstanceList"


@pytest.fixture(scope="module")
def gateway() -> GatewayInMemory:
    return GatewayInMemory()


def test_prism_that_fails(gateway: GatewayInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(method: str, target: str, headers: Mapping[str, str], body: bytes) -> BackendAnswer:
        return BackendAnswer(502, {}, b"it <fails>")

    monkeypatch.setattr(gateway.gateways[True]._service._backend, "ask", ask)

    received = gateway.serve([GET % (LIST, b"")], lax=True)

    assert received.startswith(b"HTTP/1.1 500 ")
    assert b"x-mock-explanation: prism-failed: Prism answered 502 'it <fails>'\r\n" in received


def asked(gateway: GatewayInMemory, monkeypatch: pytest.MonkeyPatch, queries: Iterable[bytes]) -> list[str]:
    """What Prism is asked for when these are asked for on one connection."""
    targets: list[str] = []
    backend = gateway.gateways[True]._service._backend
    ask = backend.ask

    async def noted(method: str, target: str, headers: Mapping[str, str], body: bytes) -> BackendAnswer:
        targets.append(target.partition("?")[2])
        return await ask(method, target, headers, body)

    monkeypatch.setattr(backend, "ask", noted)
    requests = [GET % (LIST + b"?" + query, b"") for query in queries]
    assert gateway.serve(requests, lax=True).count(b"HTTP/1.1 200 OK") == len(requests)
    return targets


def test_prism_is_asked_once_about_the_same_request(gateway: GatewayInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    again = asked(gateway, monkeypatch, [b"pageNo=1&pageSize=1", b"pageNo=1&pageSize=2", b"pageNo=1&pageSize=1"])

    assert again == ["pageNo=1&pageSize=1", "pageNo=1&pageSize=2"]
    assert asked(gateway, monkeypatch, [b"pageNo=1&pageSize=1"]) == ["pageNo=1&pageSize=1"], "a reset forgets it"


def test_few_and_short_requests_are_known_again(gateway: GatewayInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [b"pageNo=%d&pageSize=1" % number for number in range(257)]
    long = b"serverName=" + b"x" * 4096

    again = asked(gateway, monkeypatch, [*pages, pages[-1], pages[0], long, long])

    assert again == [each.decode() for each in (*pages, pages[0], long, long)]


@pytest.mark.parametrize("header", ["no JSON", "[]"])
def test_prism_that_does_not_say_what_it_found(gateway: GatewayInMemory, header: str) -> None:
    operation = gateway.gateways[True]._service._contract.operations[LIST.decode()]["GET"]

    assert found_by_prism(operation, header).explanation == "Prism refuses the request without saying why"


def test_requests_at_once_are_logged_once_and_in_order(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "ncp_mock")
    records = [Record(number, "", "GET", f"/{number}", 200, "accepted", "", None, None) for number in range(5)]

    async def write() -> None:
        log = Log()
        await asyncio.gather(*map(log.write, records))

    asyncio.run(write())

    assert [each.getMessage() for each in caplog.records] == [f"GET /{number} 200 accepted" for number in range(5)]


async def admit(head: Request) -> bool:
    return True


async def fail(request: Request | MalformedRequestError, send: Send) -> None:
    raise ZeroDivisionError("a mistake")


def test_client_that_never_ends_its_request() -> None:
    assert exchanged([b"GET / HT"], fail, admit, is_ended=False) == b""


def test_mistake_in_the_mock_is_answered_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    received = exchanged([GET % (b"/", b"")], fail, admit)

    assert received.startswith(b"HTTP/1.1 500 ")
    assert b"x-mock-explanation: mock-failed: " in received
    assert "the mock itself failed" in caplog.text
    assert "ZeroDivisionError: a mistake" in caplog.text


def test_mistake_at_the_end_is_not_swallowed(gateway: GatewayInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda found: raised.append(found.exc_value))
    backend = gateway.gateways[True]._service._backend
    monkeypatch.setattr(backend, "close", lambda: 1 / 0)

    with GatewayThread(gateway.gateways[True], ("127.0.0.1", 0)):
        pass

    assert [type(each) for each in raised] == [ZeroDivisionError]


def test_list_that_the_contract_does_not_wrap(tmp_path: Path) -> None:
    texts = {"type": "array", "items": {"type": "string"}}
    answer = {"type": "object", "xml": {"name": "answer"}, "properties": {"text": texts}}
    file = tmp_path / "contract.yaml"
    file.write_text(json.dumps({"components": {"schemas": {"Answer": answer}}}))

    lines = Renderer(Contract(file)).xml({"answer": {"text": ["a", "b"]}}).splitlines()[1:]

    assert lines == ["<answer>", "  <text>a</text>", "  <text>b</text>", "</answer>"]


def test_thread_that_does_not_serve_is_not_asked(gateway: GatewayInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    thread = GatewayThread(gateway.gateways[True], ("127.0.0.1", 0))
    text = "the mock has ended, or runs in another process"
    with pytest.raises(RuntimeError, match=text):
        thread.call(list)

    with thread:
        assert thread.call(list) == []
        with monkeypatch.context() as forked:
            forked.setattr("ncp_mock._launch.thread.os", SimpleNamespace(getpid=lambda: 0))
            with pytest.raises(RuntimeError, match=text):
                thread.call(list)

    with pytest.raises(RuntimeError, match=text):
        thread.call(list)


def test_mock_that_has_ended_ends_again() -> None:
    Mock().__exit__()


def test_end_takes_no_time(gateway: GatewayInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    delays: list[float] = []
    sleep = asyncio.sleep

    async def noted(delay: float) -> None:
        delays.append(delay)
        await sleep(0)

    monkeypatch.setattr("asyncio.sleep", noted)

    with GatewayThread(gateway.gateways[True], ("127.0.0.1", 0)):
        pass

    assert {*delays} == {0}
