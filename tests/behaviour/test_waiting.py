"""Waiting until servers are back: how it looks, how long, and what it says in the end."""

import contextlib
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from ncp_signer import Credentials, CredentialsError
from ncp_vserver import (
    ActionResult,
    AsyncClient,
    AuthenticationError,
    NotSentError,
    OutcomeUnknownError,
    PermissionDeniedError,
    WaitError,
    WaitProgress,
    WaitTimeoutError,
)
from support.calls import CREDENTIALS, EVERY, Call
from support.outcomes import gateway_error
from support.wire import Reply, Wire, accept, answer, listing, raw, server, silence

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
QUICK: dict[str, Any] = {"poll": 0.001}
BUSY, BACK = server("7", "RESTA"), server("7")


@each
def test_waits_for_operation_and_status(call: Call) -> None:
    # Status RUN alone says nothing, nor does operation NULL alone, nor a server that says less.
    nothing: dict[str, object] = {"serverInstanceNo": "7", "serverInstanceStatus": {"code": "RUN"}}
    looks = [listing(BUSY), listing(server("7", "NULL", "NSTOP")), listing(nothing), listing(), listing(BACK)]

    with Wire(looks) as wire:
        [found] = call(wire.url, "wait_until_running", "7", **QUICK)

    assert found.operation == "NULL"
    assert len(wire.requests) == len(looks)


@each
def test_one_call_for_all_servers(call: Call) -> None:
    numbers = [str(number) for number in range(100, 120)]

    with Wire([listing(*map(server, reversed(numbers)))]) as wire:
        found = call(wire.url, "wait_until_running", numbers, region_code="JPN", **QUICK)

    assert [each.number for each in found] == numbers
    [received] = wire.requests
    assert received.operation == "getServerInstanceList"
    assert received.numbers == numbers
    assert ("regionCode", "JPN") in received.parameters


@each
def test_one_call_for_more_servers_than_a_request_can_name(call: Call) -> None:
    numbers = [str(number) for number in range(100, 300)]

    with Wire([listing(server("1"), *map(server, numbers), server("999"))]) as wire:
        found = call(wire.url, "wait_until_running", numbers, **QUICK)

    assert [each.number for each in found] == numbers
    [received] = wire.requests
    assert received.numbers == []


@each
def test_looks_that_fail_are_followed_by_others(call: Call) -> None:
    problems: list[Any] = []
    looks: list[Reply] = [answer(503), raw(b""), answer(429), listing(BACK)]

    with Wire(looks) as wire:
        call(
            wire.url,
            "wait_until_running",
            "7",
            **QUICK,
            progress=lambda seen: problems.append(seen.problem),
            client={"retries": 0},
        )

    assert [type(problem).__name__ for problem in problems] == [
        "OutcomeUnknownError",
        "OutcomeUnknownError",
        "ThrottledError",
        "NoneType",
    ]


@each
def test_a_look_that_is_refused_ends_the_wait(call: Call) -> None:
    with Wire([answer(401, gateway_error("200", "no"))]) as wire, pytest.raises(AuthenticationError):
        call(wire.url, "wait_until_running", "7", **QUICK)

    assert len(wire.requests) == 1


@each
def test_time_is_over(call: Call) -> None:
    seen: list[WaitProgress] = []

    with Wire([listing(server("6"), BUSY)]) as wire, pytest.raises(WaitTimeoutError) as caught:
        call(wire.url, "wait_until_running", ["6", "7", "8"], timeout=0.05, poll=0.02, progress=seen.append)

    error = caught.value
    assert (error.back, error.waiting, error.executed) == (("6",), ("7", "8"), None)
    assert error.accepted == error.unknown == error.not_sent == ()
    assert str(error) == "not all servers are back after 0.05 s. back: 6; not back: 7 (RUN/RESTA), 8 (not listed)"
    assert error.servers["8"] is None
    assert error.__cause__ is None
    assert seen[-1].elapsed >= 0.05
    assert seen[-1].timeout == 0.05
    assert (seen[-1].back, seen[-1].waiting) == (("6",), ("7", "8"))


@each
def test_time_is_over_and_nothing_was_seen(call: Call) -> None:
    with Wire([answer(503)]) as wire, pytest.raises(WaitTimeoutError) as caught:
        call(wire.url, "wait_until_running", "7", timeout=timedelta(milliseconds=30), poll=0.01)

    assert isinstance(caught.value.__cause__, OutcomeUnknownError)
    assert caught.value.waiting == ("7",)


@each
def test_hanging_look_ends_with_the_time(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ncp_vserver._steps.retry._LAST_POLL", 0.3)
    waiting = threading.Event()

    def hang(connection: Any, received: Any) -> None:
        waiting.set()
        while connection.recv(1024):
            pass

    with Wire([hang]) as wire, pytest.raises(WaitTimeoutError):
        call(wire.url, "wait_until_running", "7", timeout=0.2, poll=0.01)

    assert waiting.is_set()
    assert len(wire.requests) <= 2


@each
@pytest.mark.parametrize(
    ("method", "under_way", "status"),
    [("reboot", "RESTA", "RUN"), ("start", "START", "RUN"), ("stop", "SHTDN", "NSTOP")],
)
def test_change_that_is_waited_for(call: Call, method: str, under_way: str, status: str) -> None:
    over = listing(server("7", "NULL", status))
    polls = [listing(server("7", under_way)), over, *([over] if method == "reboot" else [])]

    with Wire([accept, *polls]) as wire:
        result: ActionResult = call(wire.url, method, "7", wait=timedelta(seconds=5), **QUICK)

    [found] = result
    assert found.operation == "NULL"
    assert result.request_ids == ("request-7",)
    operation = f"{method}ServerInstances"
    assert [received.operation for received in wire.requests] == [operation, *["getServerInstanceList"] * len(polls)]


@each
def test_change_that_is_not_over_in_time(call: Call) -> None:
    with Wire([accept, listing(BUSY)]) as wire, pytest.raises(WaitTimeoutError) as caught:
        call(wire.url, "reboot", ["7"], wait=0.03, poll=0.01)

    assert caught.value.executed is True
    assert caught.value.accepted == ("7",)
    assert caught.value.waiting == ("7",)
    assert [received.operation for received in wire.requests].count("rebootServerInstances") == 1


@each
def test_look_that_is_refused_after_a_change(call: Call) -> None:
    with Wire([accept, answer(403)]) as wire, pytest.raises(WaitError) as caught:
        call(wire.url, "reboot", ["7"], wait=5, **QUICK)

    error = caught.value
    assert (error.accepted, error.rejected, error.unknown, error.not_sent) == (("7",), (), (), ())
    assert error.executed is True
    assert error.operation == "rebootServerInstances"
    assert isinstance(error.__cause__, PermissionDeniedError)
    assert str(error) == "the wait was cut short: the request was refused (HTTP 403). accepted: 7"


@each
def test_stop_that_is_not_over_in_time(call: Call) -> None:
    with Wire([accept, listing(server("7", "SHTDN"))]) as wire, pytest.raises(WaitTimeoutError) as caught:
        call(wire.url, "stop", ["7"], wait=0.03, poll=0.01)

    assert str(caught.value) == "not all servers are down after 0.03 s. not down: 7 (RUN/SHTDN)"


@each
@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("reboot", {"wait": True}),
        ("reboot", {"wait": 0}),
        ("reboot", {"wait": "10m"}),
        ("reboot", {"wait": 5, "poll": 0}),
        ("start", {"wait": timedelta(0)}),
        ("stop", {"wait": float("nan")}),
        ("wait_until_running", {"timeout": -1}),
        ("wait_until_running", {"timeout": float("inf")}),
        ("rolling_reboot", {"timeout": None}),
        ("rolling_reboot", {"batch_size": 0}),
        ("rolling_reboot", {"batch_size": True}),
        ("rolling_reboot", {"on_failure": "ignore"}),
        ("reboot", {"retry_throttled": -1}),
        ("reboot", {"retry_throttled": 11}),
    ],
    ids=repr,
)
def test_arguments_that_make_no_sense(call: Call, method: str, options: dict[str, Any]) -> None:
    with Wire([accept]) as wire, pytest.raises(ValueError, match="must be"):
        call(wire.url, method, "7", **options)

    assert wire.connections == []


def test_wait_does_not_wait_for_its_turn_longer_than_it_may() -> None:
    errors: list[Exception] = []

    async def main(url: str) -> None:
        limits = httpx.Timeout(connect=5, read=1, write=5, pool=5)
        client = AsyncClient(CREDENTIALS, base_url=url, concurrency=1, timeout=limits, retries=0)

        async def slow() -> None:
            with contextlib.suppress(OutcomeUnknownError):
                await client.reboot("1")

        async with client, anyio.create_task_group() as group:
            group.start_soon(slow)
            await anyio.lowlevel.checkpoint()
            try:
                await client.wait_until_running("7", timeout=0.1, poll=0.01)
            except WaitTimeoutError as error:
                errors.append(error)

    with Wire([silence, listing(BACK)]) as wire:
        anyio.run(main, wire.url)

    [error] = errors
    assert isinstance(error.__cause__, NotSentError)
    assert [received.operation for received in wire.requests] == ["rebootServerInstances"]


def test_callbacks_may_be_asynchronous() -> None:
    seen: list[WaitProgress] = []

    async def progress(look: WaitProgress) -> None:
        seen.append(look)

    with Wire([listing(BUSY), listing(BACK)]) as wire:
        EVERY["async"](wire.url, "wait_until_running", "7", **QUICK, progress=progress)

    assert [look.back for look in seen] == [(), ("7",)]


def test_polls_slow_down(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("ncp_vserver._performing.time.sleep", slept.append)
    now = {"seconds": 0.0}
    original: Callable[[float, float], float] = lambda low, high: high  # noqa: E731 - the longest delay each time
    monkeypatch.setattr("ncp_vserver._steps.wait.random.uniform", original)
    monkeypatch.setattr("ncp_vserver._steps.wait.time.monotonic", lambda: now["seconds"])

    with Wire([listing(BUSY)] * 12 + [listing(BACK)]) as wire:
        EVERY["sync"](wire.url, "wait_until_running", "7", timeout=600)

    assert [round(seconds, 2) for seconds in slept] == [2, 3, 4.5, 6.75, 10.12, 15, 15, 15, 15, 15, 15, 15]


@each
def test_keys_that_are_missing_for_one_poll(call: Call) -> None:
    calls: list[int] = []

    def keys() -> Credentials:
        calls.append(len(calls))
        if calls[-1] == 1:
            raise CredentialsError("being renewed")
        return CREDENTIALS

    back = listing(server("7", uptime="2099-01-01T00:00:00+0900"))
    with Wire([accept, back]) as wire:
        [found] = call(wire.url, "reboot", "7", wait=30, poll=0.01, client={"credentials": keys})

    assert found.number == "7"
    assert calls == [0, 1, 2]
