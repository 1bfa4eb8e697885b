"""Two hundred servers, a gateway that fails in every way it can, and the truth about each of them afterwards."""

import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from ncp_mock import Mock, NcpMock
from ncp_mock._contract import Contract
from ncp_mock._faults import Faults
from ncp_mock._formats import Renderer
from ncp_vserver import Client, RollingReport
from support.calls import CREDENTIALS, EVERY, Call
from support.contract import ROOT

NUMBERS = [str(number) for number in range(500_000, 500_200)]
DOCUMENT = Contract(ROOT / "openapi" / "vserver.yaml")
FAULTS = Faults(DOCUMENT, Renderer(DOCUMENT)).names
UNCLEAR = {
    "unexpectedError",
    "externalInterworkingFailed",
    "endpointError",
    "endpointTimeout",
    "badGateway",
    "unknownStatus",
}
SHARE = 0.05  # of all requests
QUICK: dict[str, Any] = {"poll": 0.01, "timeout": 3}


class Restarts(logging.Handler):
    """How often the mock has really restarted each server, from its log: it keeps the last 200 requests only."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.count: Counter[str] = Counter()
        self.struck: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        request = record.__dict__["ncp_mock"]
        self.struck[request.verdict] += 1
        was_carried_out = request.verdict == "accepted" or "the request itself was accepted" in request.explanation
        if was_carried_out and "rebootServerInstances" in request.target:
            query = parse_qsl(request.target.partition("?")[2])
            self.count.update(value for name, value in query if name.startswith("serverInstanceNoList."))


@pytest.fixture(scope="module")
def fleet() -> Iterator[NcpMock]:
    with Mock(fleet=NUMBERS, reboot_seconds=0.05) as mock:
        yield mock


@pytest.fixture
def restarts(fleet: NcpMock) -> Iterator[Restarts]:
    fleet.reset()
    handler = Restarts()
    logger = logging.getLogger("ncp_mock")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler
    logger.removeHandler(handler)


def assert_true(report: RollingReport, restarts: Restarts, numbers: list[str]) -> None:
    """What the report says of each server is what has happened to it."""
    assert list(report.outcomes) == numbers
    for number, outcome in report.outcomes.items():
        count = restarts.count[number]
        assert count <= 1, f"{number} was restarted {count} times"
        if outcome in ("back", "accepted", "check_failed"):
            assert count == 1, f"{number} is {outcome}, and was never restarted"
        elif outcome != "unknown":
            assert count == 0, f"{number} is {outcome}, and was restarted"
    assert set(report.errors) == set(
        report.having("accepted", "failed", "unknown", "untouched", "rejected", "not_sent")
    )


@pytest.mark.parametrize(
    ("call", "batch_size"),
    [
        pytest.param(EVERY["sync"], 1, id="sync-1"),
        pytest.param(EVERY["sync"], 40, id="sync-40"),
        pytest.param(EVERY["async"], 5, id="async-5"),
        pytest.param(EVERY["async"], 40, id="async-40"),
    ],
)
def test_all_are_accounted_for(fleet: NcpMock, restarts: Restarts, call: Call, batch_size: int) -> None:
    for seed, fault in enumerate(FAULTS):
        options: dict[str, Any] = {"seconds": 0.02} if fault == "slowDrip" else {}
        if fault in UNCLEAR:  # these may come after the request was carried out
            options["executed"] = seed % 2 == 0
        fleet.fail_next(fault, 10_000, share=SHARE / len(FAULTS) * 3, seed=seed + batch_size, **options)

    report: RollingReport = call(
        fleet.url, "rolling_reboot", NUMBERS, batch_size=batch_size, on_failure="continue", **QUICK
    )

    assert_true(report, restarts, NUMBERS)
    # A fault costs the servers of one request, which are one to twenty.
    assert len(report.back) >= (140 if batch_size < 10 else 40)
    assert len([verdict for verdict in restarts.struck if verdict.startswith("fault ")]) >= 2


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("executed", [True, False])
def test_each_fault(fleet: NcpMock, restarts: Restarts, fault: str, executed: bool) -> None:
    # The third restart is struck; an error can come after the request was carried out.
    is_error = fault in DOCUMENT.errors or fault in ("badGateway", "unknownStatus")
    options: dict[str, Any] = {"executed": executed} if is_error else {}
    if fault == "slowDrip":
        options = {"seconds": 0.02}
    numbers = NUMBERS[:5]

    def check(server: Any) -> bool:
        if server.number == numbers[1]:
            fleet.fail_next(fault, operation="rebootServerInstances", **options)
        return True

    with Client(CREDENTIALS, base_url=fleet.url) as client:
        report = client.rolling_reboot(numbers, on_failure="continue", check=check, **QUICK)

    assert restarts.struck[f"fault {fault}"] == 1
    if is_error and executed and report.outcomes[numbers[2]] == "rejected":
        # A gateway that says no to what it has passed on lies. Nobody could know, and nothing is repeated.
        assert restarts.count[numbers[2]] == 1
    else:
        assert_true(report, restarts, numbers)
    assert [report.outcomes[number] for number in (*numbers[:2], *numbers[3:])] == ["back"] * 4
