"""Rolling restarts whose processes are killed again and again, with a gateway that fails; resumed until they end."""

import logging
import multiprocessing
import os
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ncp_mock import Mock, NcpMock
from ncp_vserver import Client, Journal, RollingReport
from support.calls import CREDENTIALS
from support.clock import FastClock
from support.restarts import Restarts

NUMBERS = [str(number) for number in range(500_000, 500_012)]
FAULTS = ["resetAfter", "resetBefore", "endpointTimeout", "throttleLimited", "badGateway", "serverNotControllable"]
KILLS = 5
MOST_RESUMED = 20
OPTIONS: dict[str, Any] = {"batch_size": 3, "on_failure": "continue", "timeout": 20, "poll": 0.05}


@pytest.fixture(scope="module")
def fleet() -> Iterator[NcpMock]:
    with Mock(fleet=NUMBERS, reboot_seconds=0.02) as mock:
        yield mock


@pytest.mark.parametrize("seed", range(3))
def test_each_server_is_restarted_once_or_accounted_for(
    seed: int, fleet: NcpMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storm(seed, fleet, str(tmp_path / "journal.sqlite3"), monkeypatch)


def storm(seed: int, fleet: NcpMock, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(seed)  # noqa: S311 - no secret
    fleet.reset()
    restarts = Restarts()
    logger = logging.getLogger("ncp_mock")
    logger.addHandler(restarts)
    logger.setLevel(logging.INFO)
    try:
        for _ in range(KILLS):
            for _ in range(random.randrange(3)):
                fleet.fail_next(random.choice(FAULTS), operation="rebootServerInstances")
            child = multiprocessing.get_context("fork").Process(target=works, args=(fleet.url, place))
            child.start()
            child.join(random.uniform(0.02, 0.4))
            child.kill()
            child.join()
        report = _resumed(fleet, place, monkeypatch)
    finally:
        logger.removeHandler(restarts)
    for server, outcome in report.outcomes.items():
        count = restarts.count[server]
        expected = {"back": 1, "rejected": 0, "untouched": 0}
        assert count == expected.get(outcome), (server, outcome, count)


def _resumed(fleet: NcpMock, place: str, monkeypatch: pytest.MonkeyPatch) -> RollingReport:
    """The report once nothing is left to do, when minutes have passed."""
    clock = FastClock(monkeypatch)
    monkeypatch.setattr(fleet._gateway.fleet, "_clock", clock.monotonic)
    monkeypatch.setattr(fleet._gateway.fleet, "_wall_clock", time.time)
    with Journal(place) as journal, Client(CREDENTIALS, base_url=fleet.url) as client:
        if not journal.runs():
            client.rolling_reboot(NUMBERS, journal=journal, **OPTIONS)
        [run] = journal.runs()
        for _ in range(MOST_RESUMED):
            report = client.resume(run.id, journal=journal, take_over=True)
            if journal.run(run.id).state == "done":
                return journal.report(run.id)
    raise AssertionError(report)


def works(url: str, place: str) -> None:
    """A process that begins a run, or goes on with it, until it is killed."""
    with Client(CREDENTIALS, base_url=url) as client, Journal(place) as journal:
        if runs := journal.runs():
            client.resume(runs[0].id, journal=journal, take_over=True)
        else:
            client.rolling_reboot(NUMBERS, journal=journal, **OPTIONS)
    os._exit(0)
