"""What the command does, and what it reports: outcome of each server, exit code, and how often it asked."""

import json
import re
import shlex
from typing import Any

import pytest
from ncp_mock import NcpMock
from support.clock import FastClock
from support.wire import Wire, answer, listing, server

from command.running import asked_for, lines_of, outcomes_of, run, run_apart

QUICK = ("--yes", "--json", "--poll", "0.01s")
REBOOT = "rebootServerInstances"


@pytest.mark.parametrize(
    ("arguments", "code", "outcomes"),
    [
        (["reboot", "11", "12"], 0, {"11": "accepted", "12": "accepted"}),
        (["reboot", "11", "12", "--wait"], 0, {"11": "back", "12": "back"}),
        (["reboot", "12", "11", "--rolling", "1"], 0, {"12": "back", "11": "back"}),
        (["start", "15", "--wait", "10s"], 0, {"15": "back"}),
        (["stop", "14", "--wait=10"], 0, {"14": "down"}),
        (["stop", "14"], 0, {"14": "accepted"}),
        (["reboot", "21", "--region", "JPN", "--wait"], 0, {"21": "back"}),
        (["reboot", "15"], 3, {"15": "rejected"}),
        (["reboot", "11", "15"], 3, {"11": "rejected", "15": "rejected"}),
        (["start", "11"], 3, {"11": "rejected"}),
        (["reboot", "21"], 3, {"21": "rejected"}),
        (["reboot", "11", "15", "12", "--rolling", "1"], 3, {"11": "back", "15": "rejected", "12": "not_sent"}),
        (
            ["reboot", "11", "15", "12", "--rolling", "1", "--on-failure", "continue"],
            3,
            {"11": "back", "15": "rejected", "12": "back"},
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_outcome_of_each_server(quick: NcpMock, arguments: list[str], code: int, outcomes: dict[str, str]) -> None:
    process = run(quick, *arguments, *QUICK)

    assert process.returncode == code, process.stderr
    assert outcomes_of(process.stdout) == outcomes
    assert list(outcomes_of(process.stdout)) == list(outcomes)
    assert lines_of(process.stdout)[1]["exitCode"] == code
    operation = f"{arguments[0]}ServerInstances"
    asked = [number for numbers in asked_for(quick, operation) for number in numbers]
    # A rolling restart leaves out what it finds stopped.
    unasked = ("not_sent", "rejected") if "--rolling" in arguments else ("not_sent",)
    assert asked == [number for number, outcome in outcomes.items() if outcome not in unasked]


def test_reason_of_a_rejection(quick: NcpMock) -> None:
    process = run(quick, "reboot", "15", *QUICK)

    [row], summary = lines_of(process.stdout)
    error = row.pop("error")
    assert error["type"] == "ServerBusyError"
    assert (error["status"], error["code"]) == (400, "25041")
    assert "rejected:" not in error["message"]
    assert error["message"] in process.stderr
    assert row == {"serverInstanceNo": "15", "serverName": None, "outcome": "rejected", "server": None}
    assert summary == {
        "operation": REBOOT,
        "servers": 1,
        "outcomes": {"rejected": 1},
        "passedOver": {},
        "interrupted": False,
        "requestIds": [],
        "error": None,
        "exitCode": 3,
    }


def test_accepted_server_in_the_vendors_form(slow: NcpMock) -> None:
    process = run(slow, "reboot", "13", *QUICK)

    [row], summary = lines_of(process.stdout)
    assert row["serverName"] == "결제-1"
    assert row["server"] == json.loads(json.dumps(slow.servers[2]))
    assert row["server"]["serverInstanceOperation"]["code"] == "RESTA"
    assert row["error"] is None
    assert len(summary["requestIds"]) == 1


# No answer to the request: the servers are read back.
@pytest.mark.parametrize("wait", [[], ["--wait", "0.3s"], ["--rolling", "1", "--wait", "0.3s"]])
@pytest.mark.parametrize(
    ("fault", "options", "outcome", "waited", "code", "waited_code"),
    [
        ("resetAfter", {}, "accepted", "waiting", 0, 6),
        ("endpointTimeout", {"executed": True}, "accepted", "waiting", 0, 6),
        # A request that is late may still restart the server.
        ("endpointError", {}, "unknown", "unknown", 5, 5),
        ("resetBefore", {}, "unknown", "unknown", 5, 5),
    ],
    ids=["executed", "timeout", "no-sign", "reset"],
)
def test_answer_that_does_not_come(
    slow: NcpMock,
    wait: list[str],
    fault: str,
    options: dict[str, Any],
    outcome: str,
    waited: str,
    code: int,
    waited_code: int,
) -> None:
    slow.fail_next(fault, operation=REBOOT, **options)

    process = run(slow, "reboot", "11", *wait, *QUICK, "--no-journal")

    assert outcomes_of(process.stdout) == {"11": waited if wait else outcome}
    assert process.returncode == (waited_code if wait else code)
    assert len(asked_for(slow, REBOOT)) == 1
    hint = "Look before you repeat it: ncp-vserver show 11\n"
    assert (hint in process.stderr) == (process.returncode == 5)


@pytest.mark.parametrize(("wait", "slept"), [([], 5.0), (["--wait", "2s"], 2.0)], ids=["no-wait", "wait"])
def test_pause_before_servers_are_read_back(
    slow: NcpMock, monkeypatch: pytest.MonkeyPatch, wait: list[str], slept: float
) -> None:
    clock = FastClock(monkeypatch)
    slow.fail_next("resetBefore", operation=REBOOT)

    run(slow, "reboot", "11", *wait, "--yes", "--json", "--poll", "5s")

    assert clock.slept == pytest.approx(slept, abs=1)


@pytest.mark.parametrize("wait", [[], ["--wait", "0.3s"]])
def test_answer_that_does_not_come_and_polls_that_are_refused(slow: NcpMock, wait: list[str]) -> None:
    slow.fail_next("resetAfter", operation=REBOOT)
    slow.fail_next("permissionDenied", 10, operation="getServerInstanceList")

    process = run(slow, "reboot", "11", *wait, *QUICK)

    assert (process.returncode, outcomes_of(process.stdout)) == (5, {"11": "unknown"})


def test_batch_that_cannot_be_polled_is_not_asked_for(slow: NcpMock) -> None:
    slow.fail_next("permissionDenied", 10, operation="getServerInstanceList")

    process = run(slow, "reboot", "11", "--rolling", "1", *QUICK)

    assert (process.returncode, outcomes_of(process.stdout)) == (4, {"11": "not_sent"})
    assert asked_for(slow, REBOOT) == []
    assert "PermissionDeniedError" in process.stdout


@pytest.mark.parametrize("arguments", [["--wait"], ["--rolling", "1"]])
def test_restart_that_fails(quick: NcpMock, arguments: list[str]) -> None:
    quick.behave("11", restart_fails=True)

    process = run(quick, "reboot", "11", *arguments, *QUICK)

    rows, summary = lines_of(process.stdout)
    assert process.returncode == summary["exitCode"] == 7
    assert outcomes_of(process.stdout) == {"11": "failed"}
    assert rows[0]["error"]["type"] == "OperationFailedError"
    assert rows[0]["error"]["message"] == "the restart failed: restart failed"
    assert rows[0]["server"]["serverInstanceStatus"]["code"] == "RS_FL"
    assert "11 web-1: the restart failed: restart failed\n" in process.stderr
    assert "Look before you repeat it: ncp-vserver show 11\n" in process.stderr


def test_server_that_vanishes_has_failed(quick: NcpMock) -> None:
    quick.behave("11", vanishes=True)

    process = run(quick, "reboot", "11", "12", "--wait", *QUICK)

    assert (process.returncode, outcomes_of(process.stdout)) == (7, {"11": "failed", "12": "back"})
    assert "11: the restart failed: not listed\n" in process.stderr


def test_restart_that_never_happens(quick: NcpMock) -> None:
    quick.behave("11", never_restarts=True)

    process = run(quick, "reboot", "11", "12", "--wait", "1s", *QUICK)

    assert (process.returncode, outcomes_of(process.stdout)) == (6, {"11": "waiting", "12": "back"})
    assert "11 web-1: no sign of a restart after 1 s\n" in process.stderr


def test_who_is_at_fault(quick: NcpMock) -> None:
    process = run(quick, "reboot", "11", "15", "12", *QUICK)

    assert (process.returncode, len(asked_for(quick, REBOOT))) == (3, 1)
    assert "At fault: 15 is not ready: stopped\n" in process.stderr


def test_untouched_is_repeated_only_in_a_rolling_restart(quick: NcpMock) -> None:
    process = run(quick, "reboot", "11", "--repeat-untouched", *QUICK)

    assert (process.returncode, process.stdout) == (2, "")
    assert "--repeat-untouched needs --rolling." in process.stderr


def test_deadline(slow: NcpMock) -> None:
    process = run(slow, "reboot", "11", "12", "--region", "KR", "--wait", "0.1s", *QUICK, "--no-journal")

    assert process.returncode == 6
    assert outcomes_of(process.stdout) == {"11": "waiting", "12": "waiting"}
    rows, _ = lines_of(process.stdout)
    assert {row["error"]["type"] for row in rows} == {"WaitTimeoutError"}
    assert "To go on waiting: ncp-vserver wait --region KR 11 12\n" in process.stderr


def test_failure_does_not_end_the_wait_for_what_was_accepted(quick: NcpMock) -> None:
    # Twenty to a request: the second is refused.
    fleet = [str(number) for number in range(100, 121)]
    answers = [
        answer(
            200,
            json.dumps(
                {
                    f"{REBOOT}Response": {
                        "returnCode": "0",
                        "serverInstanceList": [{"serverInstanceNo": number} for number in fleet[:20]],
                    }
                }
            ),
        ),
        answer(400, '{"responseError": {"returnCode": "800", "returnMessage": "no"}}'),
        answer(
            200,
            json.dumps(
                {
                    "getServerInstanceListResponse": {
                        "returnCode": "0",
                        "totalRows": 20,
                        "serverInstanceList": [
                            {
                                "serverInstanceNo": number,
                                "serverInstanceStatus": {"code": "RUN"},
                                "serverInstanceOperation": {"code": "NULL"},
                                "uptime": "2099-01-01T00:00:00+0900",
                            }
                            for number in fleet[:20]
                        ],
                    }
                }
            ),
        ),
    ]
    with Wire(answers) as wire:
        process = run(quick, "reboot", *fleet, "--wait", *QUICK, NCLOUD_API_GW=wire.url)

    assert outcomes_of(process.stdout) == dict.fromkeys(fleet[:20], "back") | {"120": "rejected"}
    assert process.returncode == 3


def test_reason_is_not_given_for_those_whose_turn_did_not_come(quick: NcpMock) -> None:
    fleet = [str(number) for number in range(100, 121)]

    process = run(quick, "reboot", *fleet, *QUICK, "--no-journal")

    assert outcomes_of(process.stdout) == dict.fromkeys(fleet[:20], "rejected") | {"120": "not_sent"}
    assert process.stderr.startswith("20 rejected, 1 not sent.\n")
    reason, rest = process.stderr.splitlines()[1:]
    assert rest.endswith(" 120")
    assert reason.startswith(f"{', '.join(fleet[:20])}: the request was refused ")


@pytest.mark.parametrize(
    ("fault", "size", "servers", "code", "rest"),
    [
        # The service refused 11, and nobody else.
        ("serverNotControllable", 1, ["11", "12", "13"], 3, ["12", "13"]),
        # It refused two of which nothing is known.
        ("serverNotControllable", 2, ["11", "12", "13"], 3, ["11", "12", "13"]),
        # The gateway refused, which says nothing of the servers.
        ("throttleLimited", 1, ["11", "12"], 3, ["11", "12"]),
        # 15 was left out, and its batch restarted.
        (None, 2, ["11", "15", "12"], 3, ["12"]),
        ("resetBefore", 1, ["11", "12"], 5, ["12"]),
    ],
)
def test_way_to_go_on_with_the_rest(
    quick: NcpMock, fault: str | None, size: int, servers: list[str], code: int, rest: list[str]
) -> None:
    if fault:
        quick.fail_next(fault, operation=REBOOT)

    options = ["--rolling", str(size), "--yes", "--wait=1s", "--poll", "0.02s", "--no-journal"]
    process = run(quick, "reboot", *servers, *options)

    assert process.returncode == code
    command = f"reboot --rolling {size} --wait 1s --poll 0.02s --no-journal --yes {' '.join(rest)}"
    assert f"For the rest: ncp-vserver {command}\n" in process.stderr


def test_the_rest_without_those_at_fault(quick: NcpMock) -> None:
    # 2 was stopped after it was polled.
    stopped = server("2", "NULL", "NSTOP", serverInstanceStatusName="stopped")
    replies = [
        listing(server("1"), server("2")),
        answer(400, '{"responseError": {"returnCode": "25041", "returnMessage": "no"}}'),
        listing(server("1"), stopped),
    ]
    with Wire(replies) as wire:
        arguments = ["1", "2", "3", "--rolling", "2", "--no-journal", "--yes"]
        process = run(quick, "reboot", *arguments, NCLOUD_API_GW=wire.url)

    assert process.returncode == 3
    assert "For the rest: ncp-vserver reboot --rolling 2 --no-journal --yes 1 3\n" in process.stderr


def test_way_to_go_on_repeats_every_option(quick: NcpMock, tmp_path: Any) -> None:
    folder = tmp_path / "home" / ".ncloud"
    folder.mkdir()
    keys = f"ncloud_access_key_id={quick.access_key}\nncloud_secret_access_key={quick.secret_key}\n"
    (folder / "configure").write_text(f"[my keys]\n{keys}")
    options = ["--on-failure", "continue", "--repeat-untouched", "--wait", "1m30s", "--poll", "0.020s"]
    options += [
        "--retry-throttled",
        "0",
        "--yes",
        "--region",
        "KR",
        "--profile",
        "my keys",
        "--correct-clock",
        "--json",
    ]
    quick.fail_next("serverNotControllable", operation=REBOOT)

    process = run(None, "restart", "--rolling=2", *options, "--name", "web-*", NCLOUD_API_GW=quick.url)

    assert process.returncode == 3
    expected = shlex.join(["ncp-vserver", "reboot", "--rolling", "2", *options, "11", "12"])
    assert f"For the rest: {expected}\n" in process.stderr


def test_nothing_begun_has_no_rest(quick: NcpMock) -> None:
    quick.fail_next("permissionDenied", 10, operation="getServerInstanceList")

    assert "For the rest" not in run(quick, "reboot", "11", "12", "--rolling", "1", *QUICK).stderr


@pytest.mark.parametrize(
    ("more", "code", "kind", "text"),
    [
        ({"NCLOUD_SECRET_ACCESS_KEY": "wrong-secret-key"}, 3, "AuthenticationError", "Is the secret key complete"),
        ({"NCLOUD_API_GW": "https://example.com"}, 4, "SigningRefusedError", "example.com"),
        ({"NCLOUD_ACCESS_KEY_ID": "", "NCLOUD_SECRET_ACCESS_KEY": ""}, 4, "CredentialsError", "set and empty"),
        ({"NCLOUD_ACCESS_KEY_ID": ""}, 4, "CredentialsError", "NCLOUD_ACCESS_KEY_ID"),
    ],
    ids=["wrong-secret", "foreign-host", "no-keys", "half-a-pair"],
)
@pytest.mark.parametrize("servers", [["11"], ["--name", "web-*"]], ids=["number", "name"])
def test_failure_before_any_server_is_changed(
    quick: NcpMock, servers: list[str], more: dict[str, str], code: int, kind: str, text: str
) -> None:
    process = run(quick, "reboot", *servers, *QUICK, **more)

    rows, summary = lines_of(process.stdout)
    errors = [row["error"] for row in rows] + [summary["error"]]
    assert kind in {error and error["type"] for error in errors}
    assert process.returncode == summary["exitCode"] == code
    assert text in process.stderr
    assert "wrong-secret-key" not in process.stdout + process.stderr


def test_missing_keys_name_all_places() -> None:
    process = run(None, "reboot", "11", "--yes")

    assert process.returncode == 4
    for place in ("NCLOUD_ACCESS_KEY_ID", ".ncloud/configure [DEFAULT]", "server role:"):
        assert place in process.stderr
    assert "Traceback" not in process.stderr


def test_gateway_that_is_not_there(quick: NcpMock, closed_port: int) -> None:
    gateway = f"http://127.0.0.1:{closed_port}"
    process = run(quick, "reboot", "11", *QUICK, NCLOUD_API_GW=gateway)

    assert (process.returncode, outcomes_of(process.stdout)) == (4, {"11": "not_sent"})
    said = process.stderr
    assert re.search(rf"11: the request was not sent: ConnectError: \[.+ \d+\] .+ \({gateway}\)", said)  # each system's


def test_list_that_fails_is_no_unknown_outcome(quick: NcpMock) -> None:
    quick.fail_next("endpointError", 10)

    process = run(quick, "reboot", "--name", "web-*", *QUICK)

    assert process.returncode == 4
    assert asked_for(quick, REBOOT) == []
    assert "No request that changes a server was sent." in process.stderr


def test_throttled_only_repeats_on_demand(quick: NcpMock) -> None:
    for more, code in (([], 3), (["--retry-throttled", "1"], 0)):
        quick.reset()
        quick.fail_next("throttleLimited", operation=REBOOT)

        assert run(quick, "reboot", "11", *more, *QUICK).returncode == code
        assert len(asked_for(quick, REBOOT)) == 1 + len(more) // 2


def test_names(quick: NcpMock) -> None:
    process = run_apart(quick, "reboot", "14", "--name", "web-?", "--name", "결제*", "--verbose", *QUICK)

    assert process.returncode == 0
    assert outcomes_of(process.stdout) == dict.fromkeys(["14", "11", "12", "13"], "accepted")
    assert asked_for(quick, REBOOT) == [["14", "11", "12", "13"]]
    assert "Reboot 4 servers." in process.stderr
    assert process.stderr.index("결제-1") < process.stderr.index(f"/{REBOOT}")


@pytest.mark.parametrize(
    ("pattern", "numbers"),
    [("web-[^1]", ["12"]), ("web-[!1]", ["12"]), (r"web-\1", ["11"]), ("[^w]*-[1]", ["14", "13"])],
)
def test_pattern_as_the_shell_reads_it(quick: NcpMock, pattern: str, numbers: list[str]) -> None:
    run(quick, "reboot", "--name", pattern, *QUICK)

    assert asked_for(quick, REBOOT) == [numbers]


@pytest.mark.parametrize("number", ["", "web-1", "07"])
def test_server_whose_number_cannot_be_used(quick: NcpMock, number: str) -> None:
    servers = [{"serverInstanceNo": number, "serverName": "web-1"}, {"serverInstanceNo": "9", "serverName": "web-2"}]
    body = {"getServerInstanceListResponse": {"returnCode": "0", "totalRows": 2, "serverInstanceList": servers}}
    with Wire([answer(200, json.dumps(body))]) as wire:
        process = run(quick, "reboot", "7", "--name", "web-*", *QUICK, NCLOUD_API_GW=wire.url)
        assert len(wire.requests) == 1

    assert (process.returncode, outcomes_of(process.stdout)) == (4, {"7": "not_sent"})
    assert "Error: the list of servers cannot be used: " in process.stderr
    assert "Traceback" not in process.stderr


@pytest.mark.parametrize("command", [["reboot", *QUICK], ["wait"], ["list"], ["list", "--json"]], ids=" ".join)
@pytest.mark.parametrize("pattern", ["WEB-*", "web", "", "nothing-*"])
def test_name_that_fits_no_server(quick: NcpMock, pattern: str, command: list[str]) -> None:
    process = run(quick, *command, "--name", "db-1", "--name", pattern)

    assert (process.returncode, process.stdout) == (2, "")
    assert f"a name that fits {pattern!r}" in process.stderr
    assert asked_for(quick, REBOOT) == []


def test_profile_and_site(quick: NcpMock, tmp_path: Any) -> None:
    folder = tmp_path / "home" / ".ncloud"
    folder.mkdir()
    keys = f"ncloud_access_key_id={quick.access_key}\nncloud_secret_access_key={quick.secret_key}\n"
    (folder / "configure").write_text(f"[DEFAULT]\nncloud_access_key_id=a\n[prod]\n{keys}")

    for profile, code in (("prod", 0), ("other", 4)):
        process = run(None, "reboot", "11", "--profile", profile, *QUICK, NCLOUD_API_GW=quick.url)
        assert process.returncode == code, process.stderr


def test_wait(slow: NcpMock) -> None:
    run(slow, "reboot", "11", *QUICK)

    waiting = run(slow, "wait", "11", "12", "--timeout", "0.1s", "--poll", "0.01s", "--json")
    assert (waiting.returncode, outcomes_of(waiting.stdout)) == (6, {"11": "waiting", "12": "back"})
    slow.finish_reboots()
    back = run(slow, "wait", "--name", "web-*", "--json")
    assert (back.returncode, outcomes_of(back.stdout)) == (0, {"11": "back", "12": "back"})
    assert lines_of(back.stdout)[1]["operation"] is None


@pytest.mark.parametrize(
    ("arguments", "lines", "rejected"),
    [
        (["11", "12"], [], [{}]),
        (["15"], ["Would be rejected: 15 db-2 (not ready: stopped)."], [{"15": "not ready: stopped"}]),
        (
            ["11", "99", "--name", "db-*"],
            [
                "Would be rejected: 99 (not listed), 15 db-2 (not ready: stopped).",
                "The service would refuse the whole request, also for 11 web-1, 14 db-1.",
            ],
            [{"99": "not listed", "15": "not ready: stopped"}],
        ),
        (
            ["11", "12", "15", "14", "--rolling", "2"],
            [
                "Would be rejected: 15 db-2 (not ready: stopped).",
                "The rolling restart would stop after batch 2 of 2.",
            ],
            [{}, {"15": "not ready: stopped"}],
        ),
        (
            ["15", "14", "--rolling", "1", "--on-failure", "continue"],
            ["Would be rejected: 15 db-2 (not ready: stopped)."],
            [{"15": "not ready: stopped"}, {}],
        ),
        (
            [*(str(number) for number in range(100, 119)), "11", "12"],
            [
                f"Would be rejected: {', '.join(f'{number} (not listed)' for number in range(100, 119))}.",
                "The service would refuse the whole request, also for 11 web-1.",
                "Only 1 of 2 requests would be sent.",
            ],
            [dict.fromkeys(map(str, range(100, 119)), "not listed"), {}],
        ),
    ],
    ids=["none", "one", "whole-request", "rolling", "continue", "two-requests"],
)
def test_plan_says_what_would_be_rejected(
    quick: NcpMock, arguments: list[str], lines: list[str], rejected: list[dict[str, str]]
) -> None:
    process = run(quick, "reboot", *arguments, "--dry-run", "--json")

    rows, summary = lines_of(process.stdout)
    said = process.stderr.splitlines()
    assert [line for line in said if "would" in line.lower()] == lines
    assert summary["wouldBeRejected"] == {number: why for part in rejected for number, why in part.items()}
    assert process.returncode == 0
    # It comes true.
    real = [] if "--rolling" in arguments else [number for part in rejected for number in part]
    report = outcomes_of(run(quick, "reboot", *arguments, *QUICK).stdout)
    assert {report[number] for number in real} <= {"rejected"}
    assert [row["serverInstanceNos"] for row in rows] == asked_for(quick, REBOOT)


def test_plan_of_a_wait_rejects_nobody(quick: NcpMock) -> None:
    process = run(quick, "wait", "--name", "db-2", "--timeout", "0.1s", "--json")

    assert "15      db-2  stopped" in process.stderr
    assert "rejected" not in process.stderr


def test_dry_run(quick: NcpMock) -> None:
    arguments = ["reboot", "12", "--name", "web-1", "--name", "db-1", "--rolling", "2", "--region", "KR", "--dry-run"]

    people, programs = run(quick, *arguments), run(quick, *arguments, "--json")

    path = f"/vserver/v2/{REBOOT}"
    end = "&responseFormatType=json&serverInstanceNoList.1="
    queries = [f"regionCode=KR{end}12&serverInstanceNoList.2=14", f"regionCode=KR{end}11"]
    assert people.stdout == "".join(f"GET {path}?{query}\n" for query in queries)
    rows, summary = lines_of(programs.stdout)
    assert [(row["method"], row["path"], row["query"]) for row in rows] == [("GET", path, query) for query in queries]
    assert [row["serverInstanceNos"] for row in rows] == [["12", "14"], ["11"]]
    plan = {"servers": 3, "requests": 2, "wouldBeRejected": {}, "passedOver": {}}
    assert summary == {"operation": REBOOT, "dryRun": True, **plan, "exitCode": 0}
    assert people.returncode == programs.returncode == 0
    assert asked_for(quick, REBOOT) == []
    assert quick.secret_key not in people.stdout + people.stderr
    assert quick.access_key not in people.stdout + people.stderr
    # What is shown is what is sent.
    run(quick, *arguments[:-1], "--yes", "--poll", "0.01s")
    sent = [record.target for record in quick.requests if REBOOT in record.target]
    assert sent == [f"{path}?{query}" for query in queries]
