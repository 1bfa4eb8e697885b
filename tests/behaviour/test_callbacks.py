"""Functions of the caller's: what they raise is not taken for what the service said, and a check is asked again."""

import functools
import time
from typing import Any

import pytest
from ncp_vserver import (
    CallbackError,
    CheckFailedError,
    Client,
    NcpError,
    RejectedError,
    RollingReport,
    Server,
)
from support.calls import CREDENTIALS, EVERY, Call
from support.clock import FastClock
from support.outcomes import business_error, gateway_error
from support.service import Service, lost
from support.wire import Received, Wire, answer

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
QUICK: dict[str, Any] = {"poll": 0.001}


@each
@pytest.mark.parametrize(
    "error", [RejectedError("no", rejected=("1",), not_sent=("2",)), ValueError("bad"), RuntimeError("oh")], ids=repr
)
def test_error_of_progress(call: Call, error: Exception) -> None:
    def progress(now: Any) -> None:
        raise error

    with Wire([Service()]) as wire, pytest.raises(CallbackError, match="a callback failed: ") as caught:
        call(wire.url, "reboot", ["1", "2"], wait=5, progress=progress, **QUICK)

    assert caught.value.__cause__ is error
    assert caught.value.executed is True
    assert (caught.value.accepted, caught.value.rejected, caught.value.not_sent) == (("1", "2"), (), ())
    assert caught.value.operation == "rebootServerInstances"


@each
def test_error_of_progress_that_asks_the_service_itself(call: Call) -> None:
    service = Service()

    def reply(connection: Any, received: Received) -> None:
        if received.operation == "getServerInstanceDetail":
            answer(400, business_error("24120", "no such server"))(connection, received)
        else:
            service(connection, received)

    def progress(now: Any) -> None:
        with Client(CREDENTIALS, base_url=wire.url) as other:
            other.server("999")

    with Wire([reply]) as wire, pytest.raises(NcpError) as caught:
        call(wire.url, "reboot", "1", wait=5, progress=progress, **QUICK)

    assert type(caught.value) is CallbackError
    assert caught.value.accepted == ("1",)


@each
def test_error_of_the_progress_of_a_rolling_restart(call: Call) -> None:
    def progress(report: RollingReport) -> None:
        if report.back:
            raise ZeroDivisionError

    with Wire([Service()]) as wire, pytest.raises(CallbackError) as caught:
        call(wire.url, "rolling_reboot", ["1", "2"], progress=progress, **QUICK)

    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert (caught.value.accepted, caught.value.not_sent) == (("1",), ("2",))


def test_callback_that_fails_ends_the_run() -> None:
    def progress(report: RollingReport) -> None:
        if report.having("check_failed"):
            raise ZeroDivisionError

    service = Service()
    with Wire([service]) as wire, Client(CREDENTIALS, base_url=wire.url) as client:
        run = client.prepare_rolling_reboot(["1", "2"], check=lambda server: False, **QUICK)
        with pytest.raises(CallbackError) as caught:
            run.run(progress)
        assert run.run() == run.report

    assert str(run.report) == "interrupted. check failed: 1; not sent: 2"
    assert (caught.value.accepted, caught.value.not_sent) == (("1",), ("2",))
    assert service.restarted == ["1"]


@each
def test_unknown_servers_of_a_callback_error_can_be_settled(call: Call) -> None:
    def progress(report: RollingReport) -> None:
        if report.having("unknown"):
            raise ZeroDivisionError

    with Wire([Service({"1": lost})]) as wire:
        with pytest.raises(CallbackError) as caught:
            call(wire.url, "rolling_reboot", ["1", "2"], progress=progress, **QUICK)
        settlement = call(wire.url, "settle", caught.value)

    assert caught.value.unknown == ("1",)
    assert settlement.under_way == ("1",)


class SilentError(Exception):
    def __str__(self) -> str:
        raise ZeroDivisionError


class Undecided:
    def __bool__(self) -> bool:
        raise SilentError


@each
def test_callbacks_that_misbehave_cost_no_account(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    FastClock(monkeypatch)

    def progress(now: Any) -> None:
        raise SilentError

    with Wire([Service()]) as wire, pytest.raises(CallbackError, match="a callback failed: SilentError") as caught:
        call(wire.url, "reboot", "1", wait=5, progress=progress, **QUICK)
    assert caught.value.accepted == ("1",)

    with Wire([Service()]) as wire:
        report = call(wire.url, "rolling_reboot", "1", check=lambda server: Undecided(), timeout=60, poll=5)
    assert str(report.errors["1"]) == "the check of server 1 failed: SilentError"


@each
def test_assertion_of_a_test_goes_through(call: Call) -> None:
    def progress(now: Any) -> None:
        raise AssertionError("the test's")

    for method, options in (("reboot", {"wait": 5}), ("rolling_reboot", {})):
        with Wire([Service()]) as wire, pytest.raises(AssertionError, match="the test's"):
            call(wire.url, method, "1", progress=progress, **QUICK, **options)


async def asynchronous(now: object) -> None:
    """Not for the blocking client."""


class Asynchronous:
    async def __call__(self, now: object) -> None:
        """Not for the blocking client."""


@pytest.mark.parametrize(
    "function", [asynchronous, functools.partial(asynchronous), Asynchronous()], ids=["function", "partial", "object"]
)
def test_coroutine_function_is_refused_before_anything_is_sent(function: Any) -> None:
    with Wire([Service()]) as wire, Client(CREDENTIALS, base_url=wire.url) as client:
        for name in ("reboot", "start", "stop"):
            with pytest.raises(ValueError, match="progress is a coroutine function, which is for AsyncClient"):
                getattr(client, name)("1", wait=5, progress=function)
        for name in ("wait_until_running", "wait_until_stopped", "rolling_reboot"):
            with pytest.raises(ValueError, match="progress is a coroutine function, which is for AsyncClient"):
                getattr(client, name)("1", progress=function)
        with pytest.raises(ValueError, match="progress is a coroutine function, which is for AsyncClient"):
            client.prepare_rolling_reboot("1").run(function)
        for name in ("rolling_reboot", "prepare_rolling_reboot"):
            with pytest.raises(ValueError, match="check is a coroutine function, which is for AsyncClient"):
                getattr(client, name)("1", check=function)

    assert wire.requests == []


def test_function_that_returns_an_awaitable_fails_the_call_and_not_the_account() -> None:
    callback: Any = lambda now: asynchronous(now)  # noqa: E731 - no coroutine function to the eye
    with (
        Wire([Service()]) as wire,
        Client(CREDENTIALS, base_url=wire.url) as client,
        pytest.raises(CallbackError, match="asynchronous, which is for AsyncClient") as caught,
    ):
        client.reboot("1", wait=5, progress=callback, **QUICK)

    assert caught.value.accepted == ("1",)
    with (
        Wire([Service()]) as wire,
        Client(CREDENTIALS, base_url=wire.url) as client,
        pytest.raises(CallbackError, match="asynchronous, which is for AsyncClient"),
    ):
        client.rolling_reboot("1", progress=callback, **QUICK)


@each
@pytest.mark.parametrize("raises", [True, False])
def test_check_is_asked_again_until_it_is_happy(call: Call, raises: bool) -> None:
    # The server runs, and what runs on it does not listen yet.
    asked: list[str] = []

    def check(server: Server) -> bool:
        asked.append(server.number)
        if asked.count(server.number) < 4 and raises:
            raise ConnectionRefusedError
        return asked.count(server.number) >= 4

    service = Service()
    with Wire([service]) as wire:
        report: RollingReport = call(wire.url, "rolling_reboot", ["1", "2"], check=check, timeout=20, **QUICK)

    assert (str(report), report.errors) == ("back: 1, 2", {})
    assert asked == ["1"] * 4 + ["2"] * 4
    assert service.restarted == ["1", "2"]


@each
def test_check_that_is_never_happy(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    FastClock(monkeypatch)
    answers = iter([False, None])

    def check(server: Server) -> bool | None:
        if (said := next(answers, "over")) == "over":
            raise ConnectionRefusedError("port 80")
        return said  # type: ignore[return-value]  # as a check may do

    with Wire([Service()]) as wire:
        report: RollingReport = call(wire.url, "rolling_reboot", ["1", "2"], check=check, timeout=60, poll=5)

    assert str(report) == "check failed: 1; not sent: 2"
    error = report.errors["1"]
    assert isinstance(error, CheckFailedError)
    assert str(error) == "the check of server 1 failed: ConnectionRefusedError: port 80"
    assert isinstance(error.__cause__, ConnectionRefusedError)


@each
def test_what_a_check_says_meanwhile_can_be_read(call: Call) -> None:
    said: list[str] = []
    answers = iter([False, True])

    def progress(report: RollingReport) -> None:
        said.extend(f"{report}. {error}" for error in report.errors.values())

    with Wire([Service()]) as wire:
        call(wire.url, "rolling_reboot", "1", check=lambda server: next(answers), progress=progress, **QUICK)

    assert said == ["check failed: 1. the check of server 1 failed: it returned False"]


@each
def test_slow_check_does_not_spend_the_time_of_the_others(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    # Server 2 comes back after the check of 1 has taken longer than the whole batch may.
    clock = {"ahead": 0.0}
    monotonic = time.monotonic
    monkeypatch.setattr("ncp_vserver._steps.wait.time.monotonic", lambda: monotonic() + clock["ahead"])
    service = Service(slow=("2",))

    def check(server: Server) -> bool:
        if server.number == "1":
            clock["ahead"] += 100.0
        return True

    with Wire([service]) as wire:
        report: RollingReport = call(
            wire.url, "rolling_reboot", ["1", "2"], batch_size=2, check=check, timeout=10, **QUICK
        )

    assert str(report) == "back: 1, 2"


@each
def test_slow_check_does_not_spend_the_retries_of_the_others(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = {"ahead": 0.0}
    monotonic = time.monotonic
    for module in ("_steps.wait", "_runs.batch"):
        monkeypatch.setattr(f"ncp_vserver.{module}.time.monotonic", lambda: monotonic() + clock["ahead"])
    answers = iter([False, True])

    def check(server: Server) -> bool:
        if server.number == "1":
            clock["ahead"] += 100.0
            return True
        return next(answers)

    with Wire([Service(slow=("2",))]) as wire:
        report: RollingReport = call(
            wire.url, "rolling_reboot", ["1", "2"], batch_size=2, check=check, timeout=10, **QUICK
        )

    assert str(report) == "back: 1, 2"


@each
def test_what_is_back_is_told_also_where_the_next_poll_is_refused(call: Call) -> None:
    service = Service({"1": lost})

    def reply(connection: Any, received: Received) -> None:
        if received.numbers == ["2"] and "2" in service.restarted:
            answer(403, gateway_error("230", "no"))(connection, received)
        else:
            service(connection, received)

    with Wire([reply]) as wire:
        report: RollingReport = call(wire.url, "rolling_reboot", ["1", "2"], timeout=5, **QUICK)

    assert str(report) == "back: 1; accepted: 2"
