"""What a run keeps of each of its servers."""

from datetime import UTC, datetime
from typing import Any

import pytest
from ncp_vserver import NcpError, Server
from ncp_vserver._requests.operations import REBOOT, START, Change
from ncp_vserver._requests.proof import Interval
from ncp_vserver._steps.account import Account
from ncp_vserver._steps.change import obstacle
from ncp_vserver._values.report import RollingReport
from ncp_vserver_api.models import CommonCode, ServerInstance

EARLIER, LATER = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)


def server(status: str, operation: str) -> Server:
    code, doing = CommonCode(code=status, code_name=""), CommonCode(code=operation, code_name="")
    return Server.of(
        ServerInstance(server_instance_no="1", server_instance_status=code, server_instance_operation=doing)
    )


def requested(account: Account) -> Interval:
    return account.proofs(("1",))["1"].requested


@pytest.mark.parametrize(("sent_at", "around"), [(5000.0, 5000.0), (None, 0.0)])
def test_failed_attempt_that_was_accepted_is_dated(sent_at: float | None, around: float) -> None:
    account = Account(REBOOT, ("1",), None)
    error = NcpError("half of a response")
    error.accepted, error.server_instance_nos, error.sent_at = ("1",), ("1",), sent_at
    account.fail(error)

    assert account.outcomes == {"1": "accepted"}
    assert requested(account) == Interval(around - 300, around + 300)


@pytest.mark.parametrize(("times", "around"), [({"1": 5000.0}, 5000.0), ({}, 0.0)])
def test_recorded_run_is_dated_by_its_requests(times: dict[str, float], around: float) -> None:
    account = Account(REBOOT, ("1",), None)
    report: Any = RollingReport({"1": "accepted"})
    account.restore(report, times, {"1": EARLIER})

    assert requested(account) == Interval(around - 300, around + 300)
    assert account.uptime_before("1") == EARLIER
    assert account.changed() == ()


def test_uptime_before_is_that_of_the_last_request() -> None:
    account = Account(REBOOT, ("1", "2"), None)
    report: Any = RollingReport({"1": "accepted", "2": "not_sent"})
    account.restore(report, {}, {"1": EARLIER, "2": EARLIER})
    account._uptimes["1"] = LATER

    assert account.uptime_before("1") == EARLIER
    assert account.uptime_before("2") == EARLIER


@pytest.mark.parametrize(
    ("change", "status", "operation", "beginning"),
    [
        (REBOOT, "RUN", "NULL", ""),
        (REBOOT, "RUN", "", ""),
        (REBOOT, "", "", ""),
        (REBOOT, "", "NULL", ""),
        (REBOOT, "RUN", "RESTA", "busy: "),
        (REBOOT, "NSTOP", "NULL", "not ready: "),
        (REBOOT, "NSTOP", "START", "busy: "),
        (REBOOT, "NSTOP", "", "not ready: "),
        (START, "NSTOP", "NULL", ""),
        (START, "RUN", "NULL", "not ready: "),
    ],
)
def test_obstacle_is_what_a_server_shows(change: Change, status: str, operation: str, beginning: str) -> None:
    told = obstacle(change, server(status, operation))

    assert told.startswith(beginning)
    assert bool(told) == bool(beginning)


def test_server_that_is_not_listed_is_an_obstacle() -> None:
    assert obstacle(REBOOT, None)
