"""The faults' options from end to end of their ranges, and what the faults are without options."""

import re
from typing import Any, Final

import pytest
from ncp_mock._contract.document import Contract
from ncp_mock._contract.formats import Renderer
from ncp_mock._gateway.faults import FaultError, Faults
from ncp_mock._messages import Answer, Delivery
from support.contract import ROOT

CONTRACT: Final = Contract(ROOT / "openapi" / "vserver.yaml")
DAY: Final = 86_400


@pytest.fixture
def faults() -> Faults:
    return Faults(CONTRACT, Renderer(CONTRACT))


@pytest.mark.parametrize(
    ("fault", "option", "right", "wrong"),
    [
        (503, "times", [1, 1_000_000], [0, 1_000_001, 1.0, True, "1", None]),
        (503, "share", [0.000001, 0.5, 1, 1.0], [0, 0.0000009, 1.000001, 2, True, "1"]),
        (503, "seed", [-1, 10**30], [1.0, "1", False]),
        (503, "executed", [True, False], [0, 1, "true"]),
        (503, "retryAfter", [0, 10**30], [-1, 1.0, True, "1"]),
        (503, "format", ["json", "xml"], ["html", None, True]),
        (503, "operation", ["rebootServerInstances"], ["reboot", None, 0]),
        ("slowDrip", "seconds", [0, 0.0, DAY, 86_400.0], [-0.1, 86_400.1, True, "1"]),
        ("skewedDate", "seconds", [-1e9, 0, 1e9], [-1e9 - 1, 1e9 + 1, False, "1"]),
    ],
)
def test_ranges_of_options(faults: Faults, fault: str | int, option: str, right: list[Any], wrong: list[Any]) -> None:
    for value in right:
        faults.add(fault, {option: value})
    for value in wrong:
        with pytest.raises(FaultError, match=re.escape(f", not {value!r}")):
            faults.add(fault, {option: value})

    assert len(faults.pending()) == len(right)


@pytest.mark.parametrize("fault", [None, 999, "another"])
def test_fault_that_is_none(faults: Faults, fault: Any) -> None:
    with pytest.raises(FaultError, match=f"there is no fault '{fault}'|no error with status {fault}"):
        faults.add(fault, {})

    assert faults.pending() == []


@pytest.mark.parametrize(
    ("fault", "status", "delivery", "seconds", "clock_skew"),
    [
        ("badGateway", 502, Delivery.WHOLE, 0.0, 0.0),
        ("unknownStatus", 520, Delivery.WHOLE, 0.0, 0.0),
        ("slowDrip", 200, Delivery.DRIP, 2.0, 0.0),
        ("truncatedBody", 200, Delivery.TRUNCATED, 0.0, 0.0),
        ("resetBefore", 200, Delivery.RESET, 0.0, 0.0),
        ("resetAfter", 200, Delivery.RESET, 0.0, 0.0),
        ("skewedDate", 200, Delivery.WHOLE, 600.0, 600.0),
    ],
)
def test_fault_without_options(
    faults: Faults, fault: str, status: int, delivery: Delivery, seconds: float, clock_skew: float
) -> None:
    faults.add(fault, {})
    taken = faults.take("/")
    assert taken is not None
    assert faults.take("/") is None, "it strikes once"

    answer = faults.strike(taken, Answer(200), "json")

    assert (answer.status, answer.delivery, answer.seconds) == (status, delivery, seconds)
    assert taken.clock_skew == clock_skew


@pytest.mark.parametrize(
    ("fault", "options", "is_executed"),
    [
        (503, {}, False),
        (503, {"executed": True}, True),
        ("badGateway", {}, False),
        ("slowDrip", {}, True),
        ("truncatedBody", {}, True),
        ("resetAfter", {}, True),
        ("resetBefore", {}, False),
    ],
)
def test_whether_the_request_is_carried_out(
    faults: Faults, fault: str | int, options: dict[str, Any], is_executed: bool
) -> None:
    faults.add(fault, options)
    is_reset_before = faults.is_reset_before("/")
    taken = faults.take("/")

    assert taken is not None
    assert taken.executed is is_executed
    assert is_reset_before is (fault == "resetBefore")


@pytest.mark.parametrize("fault", [429, "badGateway"])
def test_header_that_says_when_to_ask_again(faults: Faults, fault: str | int) -> None:
    headers: list[str | None] = []
    for options in ({}, {"retryAfter": 0}, {"retryAfter": 7}):
        faults.add(fault, options)
        taken = faults.take("/")
        assert taken is not None
        headers.append(faults.strike(taken, Answer(200), "json").headers.get("retry-after"))

    assert headers == [None, "0", "7"]


def test_faults_that_are_pending(faults: Faults) -> None:
    faults.add(502, {"times": 2})
    faults.add("slowDrip", {"share": 1, "operation": "getServerInstanceList"})
    faults.add("resetAfter", {"share": 0.5})
    faults.take("/")

    assert faults.pending() == [
        {"fault": "badGateway", "times": 1},
        {"fault": "slowDrip", "times": 1, "operation": "getServerInstanceList"},
        {"fault": "resetAfter", "times": 1, "share": 0.5},
    ]


def test_requests_of_other_operations_do_not_count(faults: Faults) -> None:
    faults.add(503, {"share": 0.2, "operation": "getServerInstanceList"})
    [fault] = faults._queue
    fault.skipped = 2
    path = "/vserver/v2/getServerInstanceList"

    assert [faults.take(each) is fault for each in ("/", path, "/", path, "/", path)] == [False] * 5 + [True]
