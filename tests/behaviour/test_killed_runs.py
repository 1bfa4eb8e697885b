"""Rolling restarts whose processes are killed again and again, with a gateway that fails; resumed until they end."""

import logging
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import pytest
from ncp_mock import Mock, NcpMock
from ncp_vserver import Client, Journal
from support.calls import CREDENTIALS
from support.clock import FastClock

NUMBERS = [str(number) for number in range(500_000, 500_012)]
FAULTS = ["resetAfter", "resetBefore", "endpointTimeout", "throttleLimited", "badGateway", "serverNotControllable"]
MOST_PROCESSES = 60


class Restarts(logging.Handler):
    """How often the mock has restarted each server."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.count: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        request = record.__dict__["ncp_mock"]
        was_carried_out = request.verdict == "accepted" or "the request itself was accepted" in request.explanation
        if was_carried_out and "rebootServerInstances" in request.target:
            query = parse_qsl(request.target.partition("?")[2])
            self.count.update(value for name, value in query if name.startswith("serverInstanceNoList."))


@pytest.fixture(scope="module")
def fleet() -> Iterator[NcpMock]:
    with Mock(fleet=NUMBERS, reboot_seconds=0.02) as mock:
        yield mock


@pytest.mark.parametrize("seed", range(4))
def test_each_server_is_restarted_once_or_accounted_for(
    seed: int, fleet: NcpMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storm(seed, fleet, str(tmp_path / "journal.sqlite3"), monkeypatch)


def storm(seed: int, fleet: NcpMock, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(seed)
    fleet.reset()
    restarts = Restarts()
    logger = logging.getLogger("ncp_mock")
    logger.addHandler(restarts)
    logger.setLevel(logging.INFO)
    context = multiprocessing.get_context("fork")
    try:
        for number in range(MOST_PROCESSES):
            for _ in range(random.randrange(3)):
                fleet.fail_next(random.choice(FAULTS), operation="rebootServerInstances")
            child = context.Process(target=works, args=(fleet.url, place, number == 0))
            child.start()
            child.join(random.uniform(0.05, 0.6))
            child.kill()
            child.join()
            if child.exitcode == 0:
                break
        with monkeypatch.context() as patched, Journal(place) as journal:
            clock = FastClock(patched)
            patched.setattr(fleet._gateway.fleet, "_clock", clock.monotonic)
            patched.setattr(fleet._gateway.fleet, "_wall_clock", time.time)
            [run] = journal.runs() or [None]
            if run is not None:
                fleet.clear_faults() if hasattr(fleet, "clear_faults") else None
                with Client(CREDENTIALS, base_url=fleet.url) as client:
                    while journal.run(run.id).state != "done" and number < MOST_PROCESSES * 2:
                        number += 1
                        client.resume(run.id, journal=journal, take_over=True)
                report = journal.report(run.id)
    finally:
        logger.removeHandler(restarts)
    if run is None:
        assert not restarts.count
        return
    for server, outcome in report.outcomes.items():
        count = restarts.count[server]
        assert count <= 1, (server, outcome, count)
        assert {"back": count == 1, "rejected": count == 0, "untouched": count == 0}[outcome], (server, outcome, count)


def works(url: str, place: str, begins: bool) -> None:
    """A process that begins a run, or goes on with it, until it is killed."""
    with Client(CREDENTIALS, base_url=url) as client, Journal(place) as journal:
        runs = journal.runs()
        options: dict[str, Any] = {"batch_size": 3, "on_failure": "continue", "timeout": 2, "poll": 0.01}
        if not runs:
            client.rolling_reboot(NUMBERS, journal=journal, **options)
        else:
            client.resume(runs[0].id, journal=journal, take_over=True)
    os._exit(0)
