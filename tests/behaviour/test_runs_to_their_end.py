"""A rolling restart that is iterated over to its end, and waits for servers to be down."""

import asyncio
from typing import Any

import pytest
from ncp_vserver import AsyncClient, Client
from support.calls import CREDENTIALS, EVERY
from support.service import Service
from support.wire import Wire, listing, server

QUICK: dict[str, Any] = {"timeout": 10, "poll": 0.001}


def test_iteration() -> None:
    with Wire([Service()]) as wire, Client(CREDENTIALS, base_url=wire.url) as client:
        run = client.prepare_rolling_reboot(["1", "2"], **QUICK)
        reports = list(run)

        assert reports[-1] == run.report
        assert str(run.report) == "back: 1, 2"
        assert list(run) == []


def test_iteration_async() -> None:
    async def main(url: str) -> str:
        async with AsyncClient(CREDENTIALS, base_url=url) as client:
            run = client.prepare_rolling_reboot(["1", "2"], **QUICK)
            reports = [report async for report in run]
            assert reports[-1] == run.report
            assert [report async for report in run] == []
            return str(run.report)

    with Wire([Service()]) as wire:
        assert asyncio.run(main(wire.url)) == "back: 1, 2"


def test_failed_assertion_of_an_asynchronous_callback_is_no_error_of_the_run() -> None:
    async def progress(report: object) -> None:
        raise AssertionError("a test's own")

    async def main(url: str) -> None:
        async with AsyncClient(CREDENTIALS, base_url=url) as client:
            await client.prepare_rolling_reboot(["1", "2"], **QUICK).run(progress)

    with Wire([Service()]) as wire, pytest.raises(AssertionError, match="a test's own"):
        asyncio.run(main(wire.url))


@pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
def test_wait_until_stopped(call: Any) -> None:
    replies = [listing(server("1")), listing(server("1", status="NSTOP"))]
    with Wire(replies) as wire:
        [stopped] = call(wire.url, "wait_until_stopped", "1", poll=0.01)

    assert stopped.status == "NSTOP"
    assert len(wire.requests) == 2
