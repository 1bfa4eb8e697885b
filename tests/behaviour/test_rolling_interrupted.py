"""A rolling restart that is cut short at any moment: the report is still complete and true."""

import threading
from typing import Any

import anyio
import pytest
from ncp_vserver import AsyncClient, Client, NcpError, RollingReport
from ncp_vserver._evidence import Answer
from support.calls import CREDENTIALS
from support.service import Service
from support.wire import Received, Wire

QUICK: dict[str, Any] = {"poll": 0.001}


@pytest.fixture(params=["request", "answer", "wait", "check", "progress"])
def moment(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


EXPECTED = {
    "request": ["back", "unknown", "not_sent"],
    "answer": ["back", "unknown", "not_sent"],
    "wait": ["back", "accepted", "not_sent"],
    "check": ["back", "accepted", "not_sent"],
    "progress": ["back", "accepted", "not_sent"],
}


def test_interrupt_at_any_moment(moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Interrupted while the second server restarts.
    service = Service()
    options: dict[str, Any] = {}

    def interrupt() -> None:
        raise KeyboardInterrupt

    def when_second_restarts(*arguments: Any) -> bool:
        if "2" in service.restarted:
            interrupt()
        return True

    if moment == "request":
        original = Client._send

        def send(client: Any, exchange: Any) -> Any:
            if exchange.numbers == ("2",):
                monkeypatch.setattr("httpx.HTTPTransport.handle_request", lambda *arguments: interrupt())
            return original(client, exchange)

        monkeypatch.setattr(Client, "_send", send)
    elif moment == "answer":
        by_number = Answer.by_number

        def interrupted(answer: Answer) -> Any:
            when_second_restarts()
            return by_number(answer)

        monkeypatch.setattr(Answer, "by_number", interrupted)
    elif moment == "wait":
        monkeypatch.setattr("ncp_vserver._client.time.sleep", when_second_restarts)
    else:
        options = {moment: when_second_restarts}

    with (
        Wire([service]) as wire,
        pytest.raises(KeyboardInterrupt) as caught,
        Client(CREDENTIALS, base_url=wire.url) as client,
    ):
        client.rolling_reboot(["1", "2", "3"], **QUICK, **options)

    report: RollingReport = caught.value.report  # type: ignore[attr-defined]  # the documented attribute
    assert report.interrupted
    assert list(report.outcomes.values()) == EXPECTED[moment]
    assert str(report).startswith("interrupted. back: 1; ")
    assert str(report) in caught.value.__notes__
    assert report.request_ids[0] == "request-1"
    if "unknown" in EXPECTED[moment]:  # what cannot be told can be found out
        monkeypatch.undo()
        error = report.errors["2"]
        assert isinstance(error, NcpError)
        with Wire([service]) as wire, Client(CREDENTIALS, base_url=wire.url) as client:
            assert client.settle(error).executed == (("2",) if moment == "answer" else ())


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize(
    ("operation", "outcome"),
    [("getServerInstanceList", "not_sent"), ("rebootServerInstances", "unknown")],
    ids=["poll-before", "request"],
)
def test_cancelled_task(backend: str, operation: str, outcome: str) -> None:
    waiting = threading.Event()
    reports: list[RollingReport] = []

    def reply(connection: Any, received: Received) -> None:
        if received.operation == operation and received.numbers == ["2"]:
            waiting.set()
            while connection.recv(1024):
                pass
        service(connection, received)

    service = Service()

    async def roll(url: str) -> None:
        async with AsyncClient(CREDENTIALS, base_url=url) as client:
            try:
                await client.rolling_reboot(["1", "2", "3"], **QUICK)
            except BaseException as error:
                reports.append(error.report)  # type: ignore[attr-defined]  # the documented attribute
                raise

    async def main(url: str) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(roll, url)
            await anyio.to_thread.run_sync(waiting.wait)
            group.cancel_scope.cancel()

    with Wire([reply]) as wire:
        anyio.run(main, wire.url, backend=backend)

    [report] = reports
    assert list(report.outcomes.values()) == ["back", outcome, "not_sent"]
