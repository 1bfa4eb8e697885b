"""A rolling restart that people hold: it can be left, gone on with and cut short, and its report is true throughout."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from ncp_vserver import AsyncClient, AsyncRollingReboot, Client, NcpError, RollingReboot
from ncp_vserver._requests.evidence import Success
from support.calls import CREDENTIALS
from support.patience import PATIENCE, Moment
from support.service import Service
from support.wire import Received, Wire

QUICK: dict[str, Any] = {"poll": 0.001, "timeout": 10}


@pytest.fixture(params=["request", "response", "wait", "check", "progress"])
def moment(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


EXPECTED = {
    "request": ["back", "unknown", "not_sent"],
    "response": ["back", "unknown", "not_sent"],
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

        def send(client: Any, step: Any) -> Any:
            if step.request.numbers == ("2",):
                monkeypatch.setattr(
                    "ncp_vserver._requests.network.Network.handle_request", lambda *arguments: interrupt()
                )
            return original(client, step)

        monkeypatch.setattr(Client, "_send", send)
    elif moment == "response":
        by_number = Success.by_number

        def interrupted(success: Success) -> Any:
            when_second_restarts()
            return by_number(success)

        monkeypatch.setattr(Success, "by_number", interrupted)
    elif moment == "wait":
        monkeypatch.setattr("ncp_vserver._performing.time.sleep", when_second_restarts)
    elif moment == "check":
        options = {"check": when_second_restarts}

    with Wire([service]) as wire, Client(CREDENTIALS, base_url=wire.url) as client:
        run = client.prepare_rolling_reboot(["1", "2", "3"], **QUICK, **options)
        with pytest.raises(KeyboardInterrupt) as caught:
            run.run(when_second_restarts if moment == "progress" else None)  # type: ignore[arg-type]  # its result is not used
        requests = len(wire.requests)
        assert run.run() == run.report
        assert len(wire.requests) == requests

    report = run.report
    assert list(report.outcomes.values()) == EXPECTED[moment]
    assert report.interrupted
    assert vars(caught.value) == {}
    assert report.request_ids[0] == "request-1"
    if "unknown" in EXPECTED[moment]:  # what cannot be told can be found out
        monkeypatch.undo()
        error = report.errors["2"]
        assert isinstance(error, NcpError)
        with Wire([service]) as wire, Client(CREDENTIALS, base_url=wire.url) as client:
            assert client.settle(error).executed == (("2",) if moment == "response" else ())


async def by_wait_for(run: AsyncRollingReboot, moment: Moment) -> None:
    task = asyncio.ensure_future(run.run())
    await moment.wait()
    await asyncio.wait_for(task, 0)


async def by_timeout(run: AsyncRollingReboot, moment: Moment) -> None:
    async with asyncio.timeout(None) as timeout:

        async def come() -> None:
            await moment.wait()
            timeout.reschedule(0)

        coming = asyncio.ensure_future(come())
        await run
    await coming


async def by_gather(run: AsyncRollingReboot, moment: Moment) -> None:
    task = asyncio.ensure_future(run.run())
    await moment.wait()
    task.cancel()
    [result] = await asyncio.gather(task, return_exceptions=True)
    assert isinstance(result, asyncio.CancelledError)
    raise TimeoutError


async def by_move_on(run: AsyncRollingReboot, moment: Moment) -> None:
    async with moment.moves_on():
        await run
    raise TimeoutError


WAYS: list[tuple[Callable[[AsyncRollingReboot, Moment], Awaitable[None]], str]] = [
    *((way, "asyncio") for way in (by_wait_for, by_timeout, by_gather, by_move_on)),
    (by_move_on, "trio"),
]


@pytest.mark.parametrize(("way", "backend"), WAYS, ids=[f"{way.__name__}-{backend}" for way, backend in WAYS])
@pytest.mark.parametrize(
    ("operation", "outcome"),
    [("getServerInstanceList", "not sent: 2, 3"), ("rebootServerInstances", "unknown: 2; not sent: 3")],
    ids=["poll-before", "request"],
)
def test_cancelled(
    way: Callable[[AsyncRollingReboot, Moment], Awaitable[None]], backend: str, operation: str, outcome: str
) -> None:
    service = Service()
    moment = Moment()

    def reply(connection: Any, received: Received) -> None:
        if received.operation == operation and received.numbers == ["2"]:
            moment.comes()
            while connection.recv(1024):
                pass
        service(connection, received)

    async def main(url: str) -> AsyncRollingReboot:
        async with AsyncClient(CREDENTIALS, base_url=url) as client:
            run = client.prepare_rolling_reboot(["1", "2", "3"], **QUICK)
            with pytest.raises(TimeoutError):
                await way(run, moment)
            assert await run == run.report  # awaited again, it sends nothing
            return run

    with Wire([reply]) as wire:
        report = anyio.run(main, wire.url, backend=backend).report
        requests = [received.numbers for received in wire.requests if received.operation == operation]

    assert str(report) == f"interrupted. back: 1; {outcome}"
    assert requests.count(["2"]) == 1


def test_left_and_gone_on_with() -> None:
    service = Service()
    with Wire([service]) as wire, Client(CREDENTIALS, base_url=wire.url) as client:
        run = client.prepare_rolling_reboot(["1", "2", "3"], **QUICK)
        assert str(run.report) == "not sent: 1, 2, 3"
        assert wire.requests == []
        for report in run:
            if report.back:
                break
        assert str(run.report) == "back: 1; not sent: 2, 3"
        assert service.restarted == ["1"]
        assert run.run() == run.report

    assert str(run.report) == "back: 1, 2, 3"
    assert repr(run) == "RollingReboot(back: 1, 2, 3)"
    assert service.restarted == ["1", "2", "3"]
    assert not run.report.interrupted


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_left_and_gone_on_with_async(backend: str) -> None:
    service = Service()

    async def main(url: str) -> AsyncRollingReboot:
        async with AsyncClient(CREDENTIALS, base_url=url) as client:
            run = client.prepare_rolling_reboot(["1", "2", "3"], **QUICK)
            async for report in run:
                if report.back:
                    break
            assert str(run.report) == "back: 1; not sent: 2, 3"
            assert await run == await run
            return run

    with Wire([service]) as wire:
        assert str(anyio.run(main, wire.url, backend=backend).report) == "back: 1, 2, 3"
    assert service.restarted == ["1", "2", "3"]


def test_only_one_can_run_it() -> None:
    inside, released = threading.Event(), threading.Event()

    def check(server: Any) -> bool:
        inside.set()
        return released.wait(PATIENCE)

    with Wire([Service()]) as wire, Client(CREDENTIALS, base_url=wire.url) as client:
        run: RollingReboot = client.prepare_rolling_reboot("1", **QUICK, check=check)
        thread = threading.Thread(target=run.run)
        thread.start()
        assert inside.wait(PATIENCE)
        with pytest.raises(RuntimeError, match="being run already"):
            run.run()
        assert str(run.report) == "accepted: 1"  # read from another thread
        released.set()
        thread.join()

    assert str(run.report) == "back: 1"


def test_event_loop_that_ends_interrupts_it() -> None:
    service = Service()

    async def begin(client: AsyncClient) -> AsyncRollingReboot:
        run = client.prepare_rolling_reboot(["1", "2"], **QUICK)
        async for report in run:
            if report.back:
                break
        return run

    async def go_on(run: AsyncRollingReboot) -> None:
        await run

    with Wire([service]) as wire:
        run = asyncio.run(begin(AsyncClient(CREDENTIALS, base_url=wire.url)))
        asyncio.run(go_on(run))

    assert str(run.report) == "interrupted. back: 1; not sent: 2"
