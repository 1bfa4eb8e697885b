"""Two hundred servers, a gateway that fails in every way it can, and the truth about each of them afterwards.

In some of the tests the servers, too, behave in every way they can.
"""

import logging
import time
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest
from ncp_mock import Mock, NcpMock
from ncp_mock._contract.document import Contract
from ncp_mock._contract.formats import Renderer
from ncp_mock._gateway.faults import Faults
from ncp_vserver import Client, RollingReport, Server, WaitTimeoutError
from support.calls import CREDENTIALS, EVERY, Call
from support.clock import FastClock
from support.contract import ROOT
from support.restarts import Restarts

NUMBERS = [str(number) for number in range(500_000, 500_200)]
DOCUMENT = Contract(ROOT / "openapi" / "vserver.yaml")
FAULTS = list(Faults(DOCUMENT, Renderer(DOCUMENT)).kinds)
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

# How the restart of a server can end, in the words of the mock's fixture.
RESTARTS, FAILS, NEVER, VANISHES = "restarts", "restart_fails", "never_restarts", "vanishes"
EVIDENCE = {"uptime", "serverInstanceStatus", "serverInstanceOperation"}
"""The fields without which less can be told of a server."""
NULLS: list[Any] = ["all", ["serverName", "platformType", "createDate"], *([name] for name in sorted(EVIDENCE))]


def is_error(fault: str) -> bool:
    """Whether it is an answer, which can come before the request is carried out, or after."""
    return fault in DOCUMENT.errors or fault in ("badGateway", "unknownStatus")


Behaviours = Mapping[str, Mapping[str, Any]]
"""The options of each server's behaviour by its number."""


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


@pytest.fixture
def fast(fleet: NcpMock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Minutes pass in no time, for the mock as well."""
    clock = FastClock(monkeypatch)
    servers = fleet._gateway.fleet
    monkeypatch.setattr(servers, "_clock", clock.monotonic)
    monkeypatch.setattr(servers, "_wall_clock", time.time)


def behaviours(random: Random, seconds: float) -> Behaviours:
    """Every behaviour that there is, at random. Restarts take up to so many seconds, lists lag by up to a third."""
    return {number: _behaviour(random, seconds) for number in NUMBERS}


def _behaviour(random: Random, seconds: float) -> Mapping[str, Any]:
    options: dict[str, Any] = {}
    if random.random() < 0.5:
        least, most = sorted(random.uniform(0, seconds) for _ in range(2))
        options |= {"restart_seconds": (least, most), "seed": random.randrange(1000)}
    if random.random() < 0.4:
        options["list_lag"] = random.choice([1, 2, 3, f"{random.uniform(0, seconds / 3):.3f}s"])
    if random.random() < 0.3:
        options[random.choice([FAILS, NEVER, VANISHES])] = True
    if random.random() < 0.3:
        options["nulls"] = random.choice(NULLS)
    return options


def end_of(options: Mapping[str, Any]) -> str:
    """How a restart of a server with this behaviour ends."""
    return next((end for end in (FAILS, NEVER, VANISHES) if options.get(end)), RESTARTS)


def shows_all(options: Mapping[str, Any]) -> bool:
    """Whether a server with this behaviour shows all from which something can be told."""
    nulls = options.get("nulls", [])
    return nulls != "all" and EVIDENCE.isdisjoint(nulls)


def assert_true(
    report: RollingReport, restarts: Restarts, numbers: list[str], behaviours: Behaviours | None = None
) -> None:
    """What the report says of each server is what has happened to it."""
    assert list(report.outcomes) == numbers
    for number, outcome in report.outcomes.items():
        count, end = restarts.count[number], end_of((behaviours or {}).get(number, {}))
        told = f"{number} ({end}) is {outcome}, and the mock has carried out {count} restarts of it"
        # To ask once more for one that never restarts is right: it is untouched.
        assert count <= 1 or end == NEVER, told
        if outcome in ("back", "check_failed"):
            assert (count, end) == (1, RESTARTS), told
        elif outcome == "failed":
            assert count == 1, told
            assert end in (FAILS, VANISHES), told
        elif outcome == "accepted":
            assert count > 0, told
        elif outcome == "untouched":
            assert count == 0 or end == NEVER, told
        elif outcome != "unknown":
            assert count == 0, told
    assert set(report.errors) == set(
        report.having("accepted", "failed", "unknown", "untouched", "rejected", "not_sent")
    )


def strike(fleet: NcpMock, seed: int, share: float) -> None:
    """Let that share of all requests fail, in every way that there is."""
    for index, fault in enumerate(FAULTS):
        options: dict[str, Any] = {"seconds": 0.02} if fault == "slowDrip" else {}
        if fault in UNCLEAR:  # these may come after the request was carried out
            options["executed"] = index % 2 == 0
        fleet.fail_next(fault, 10_000, share=share / len(FAULTS), seed=index + seed, **options)


class Truth:
    """A check that holds what is said to be back against the server itself, whatever lists show of it."""

    def __init__(self, fleet: NcpMock) -> None:
        self._fleet = fleet
        self._uptimes = {server["serverInstanceNo"]: server["uptime"] for server in fleet.servers}
        self.too_early: list[str] = []

    def __call__(self, found: Server) -> bool:
        server = next(each for each in self._fleet.servers if each["serverInstanceNo"] == found.number)
        states = [server[f"serverInstance{name}"]["code"] for name in ("Status", "Operation")]
        if states != ["RUN", "NULL"] or server["uptime"] == self._uptimes[found.number]:
            self.too_early.append(found.number)
        return True


@pytest.mark.parametrize(
    ("call", "batch_size"),
    [pytest.param(EVERY["sync"], 40, id="sync-40"), pytest.param(EVERY["async"], 20, id="async-20")],
)
def test_all_are_accounted_for(fleet: NcpMock, restarts: Restarts, call: Call, batch_size: int) -> None:
    # By the clock as it is. All others save the time, and have batches that are smaller.
    strike(fleet, batch_size, 3 * SHARE)

    report: RollingReport = call(
        fleet.url, "rolling_reboot", NUMBERS, batch_size=batch_size, on_failure="continue", **QUICK
    )

    assert_true(report, restarts, NUMBERS)
    # A fault costs the servers of one request, which are one to twenty.
    assert len(report.back) >= 40
    assert len([verdict for verdict in restarts.struck if verdict.startswith("fault ")]) >= 2


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(
    ("call", "batch_size"),
    [pytest.param(EVERY["sync"], 20, id="sync-20"), pytest.param(EVERY["async"], 40, id="async-40")],
)
def test_every_behaviour_and_fault(fleet: NcpMock, restarts: Restarts, call: Call, batch_size: int) -> None:
    options = behaviours(Random(batch_size), 0.3)  # noqa: S311 - no secret
    for number, behaviour in options.items():
        fleet.behave(number, **behaviour)
    strike(fleet, batch_size, SHARE)
    truth = Truth(fleet)

    report: RollingReport = call(
        fleet.url,
        "rolling_reboot",
        NUMBERS,
        batch_size=batch_size,
        on_failure="continue",
        check=truth,
        poll=0.01,
        timeout=1.5,
    )

    assert_true(report, restarts, NUMBERS, options)
    assert truth.too_early == []
    assert len(report.back) >= 40
    assert len(report.having("failed")) >= 5


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(
    ("call", "batch_size", "repeats"),
    [
        pytest.param(EVERY["sync"], 10, False, id="sync-10"),
        pytest.param(EVERY["async"], 8, True, id="async-8-repeating"),
    ],
)
def test_every_behaviour_and_fault_until_all_can_be_told(
    fleet: NcpMock, restarts: Restarts, call: Call, batch_size: int, repeats: bool
) -> None:
    # The durations are those of real servers.
    options = behaviours(Random(batch_size), 120)  # noqa: S311 - no secret
    for number, behaviour in options.items():
        fleet.behave(number, **behaviour)
    # Some restarts get lost beside, before and after they are carried out.
    for fault in ("resetBefore", "resetAfter"):
        fleet.fail_next(fault, 1000, share=0.2, operation="rebootServerInstances", seed=batch_size)
    strike(fleet, batch_size, SHARE)
    truth = Truth(fleet)

    report: RollingReport = call(
        fleet.url,
        "rolling_reboot",
        NUMBERS,
        batch_size=batch_size,
        on_failure="continue",
        repeat_untouched=repeats,
        check=truth,
        poll=30,
        timeout=900,  # nine minutes after the request is refused: faults do not spoil every pair of polls
    )

    assert_true(report, restarts, NUMBERS, options)
    assert truth.too_early == []
    # With that much time, all is told of every server that shows what is needed for it.
    expected = {RESTARTS: {"back"}, FAILS: {"failed"}, VANISHES: {"failed"}, NEVER: {"accepted", "untouched"}}
    for number, behaviour in options.items():
        if shows_all(behaviour):
            outcomes = expected[end_of(behaviour)] if restarts.count[number] else {"untouched", "rejected", "not_sent"}
            assert report.outcomes[number] in outcomes, number
            if report.outcomes[number] == "accepted":
                error = report.errors[number]
                assert isinstance(error, WaitTimeoutError)
                assert number in error.no_sign
    assert {"back", "failed", "accepted", "unknown"} <= set(report.outcomes.values())
    assert repeats or "untouched" in report.outcomes.values()
    assert len([verdict for verdict in restarts.struck if verdict.startswith("fault ")]) >= 10


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(
    ("fault", "executed"), [(fault, executed) for fault in FAULTS for executed in (True, False)[: 1 + is_error(fault)]]
)
def test_each_fault(fleet: NcpMock, restarts: Restarts, fault: str, executed: bool) -> None:
    # The third restart is struck; an error can come after the request was carried out.
    options: dict[str, Any] = {"executed": executed} if is_error(fault) else {}
    if fault == "slowDrip":
        options = {"seconds": 0.02}
    numbers = NUMBERS[:5]

    def check(server: Any) -> bool:
        if server.number == numbers[1]:
            fleet.fail_next(fault, operation="rebootServerInstances", **options)
        return True

    with Client(CREDENTIALS, base_url=fleet.url) as client:
        report = client.rolling_reboot(numbers, on_failure="continue", check=check, poll=0.1, timeout=3)

    assert restarts.struck[f"fault {fault}"] == 1
    if is_error(fault) and executed and report.outcomes[numbers[2]] == "rejected":
        # A gateway that says no to what it has passed on lies. Nobody could know, and nothing is repeated.
        assert restarts.count[numbers[2]] == 1
    else:
        assert_true(report, restarts, numbers)
    assert [report.outcomes[number] for number in (*numbers[:2], *numbers[3:])] == ["back"] * 4
