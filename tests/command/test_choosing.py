"""Which servers a command is about: names, exclusions, statuses; and lists that may lack some."""

import unicodedata
from typing import Literal

import pytest
from ncp_mock import NcpMock
from support.wire import Wire, listing, server

from command.running import asked_for, lines_of, outcomes_of, run

REBOOT = "rebootServerInstances"
Form = Literal["NFC", "NFD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD")
QUICK = ("--yes", "--json", "--poll", "0.01s")


@pytest.mark.parametrize(
    ("arguments", "numbers", "passed_over"),
    [
        (["--name", "*", "--exclude", "web-*"], ["14", "15", "13"], {"11": "excluded", "12": "excluded"}),
        (["--name", "*", "--status", "RUN", "--exclude", "11"], ["14", "12", "13"], {"15": "NSTOP", "11": "excluded"}),
        (["12", "11", "15", "--status", "RUN"], ["12", "11"], {"15": "NSTOP"}),
        (["12", "11", "--exclude", "web-1"], ["12"], {"11": "excluded"}),
        (["11", "--name", "web-*", "--exclude", "db-*"], ["11", "12"], {}),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else None,
)
def test_servers_that_are_passed_over(
    quick: NcpMock, arguments: list[str], numbers: list[str], passed_over: dict[str, str]
) -> None:
    plan, real = run(quick, "reboot", *arguments, "--dry-run", "--json"), run(quick, "reboot", *arguments, *QUICK)

    names = {"11": "web-1", "12": "web-2", "15": "db-2"}
    expected = ", ".join(f"{number} {names[number]} ({why})" for number, why in passed_over.items())
    for process in (plan, real):
        assert lines_of(process.stdout)[1]["passedOver"] == passed_over
        assert [line for line in process.stderr.splitlines() if "Passed over" in line] == (
            [f"Passed over: {expected}."] if expected else []
        )
    assert [row["serverInstanceNos"] for row in lines_of(plan.stdout)[0]] == [numbers]
    assert asked_for(quick, REBOOT) == [numbers]
    assert list(outcomes_of(real.stdout)) == numbers


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("reboot 15 --status RUN", "No server is left: 15 db-2 (NSTOP)."),
        ("stop --name db-* --exclude db-*", "No server is left: 14 db-1 (excluded), 15 db-2 (excluded)."),
        ("wait --name web-* --exclude wbe-1", "a name, or the number, to --exclude 'wbe-1'"),
        ("list --exclude 99", "No server in the service's default region has a name, or the number, to --exclude '99'"),
    ],
)
def test_choice_that_makes_no_sense(quick: NcpMock, command: str, text: str) -> None:
    process = run(quick, *command.split(), *([] if command.split()[0] in ("wait", "list") else QUICK))

    assert (process.returncode, process.stdout) == (2, "")
    assert text in process.stderr
    assert {record.target.partition("?")[0] for record in quick.requests} == {"/vserver/v2/getServerInstanceList"}


def test_the_rest_is_of_the_same_status(quick: NcpMock) -> None:
    quick.fail_next("serverNotControllable", operation=REBOOT)
    choice = ["--name", "*", "--exclude", "web-1", "--status", "RUN"]

    process = run(quick, "reboot", *choice, "--rolling", "1", "--no-journal", "--yes")

    assert "For the rest: ncp-vserver reboot --status RUN --rolling 1 --no-journal --yes 12 13\n" in process.stderr


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("option", ["--name", "--exclude"])
def test_name_that_was_pasted_in_parts(quick: NcpMock, form: Form, option: str) -> None:
    servers = [server("1"), server("2", serverName=unicodedata.normalize(form, "웹-결제"))]
    with Wire([listing(*servers)]) as wire:
        for pasted in FORMS:
            pattern = unicodedata.normalize(pasted, "웹-?[가-힣]")
            process = run(None, "list", option, pattern, "--quiet", **quick.environment | {"NCLOUD_API_GW": wire.url})
            assert process.stdout == ("2\n" if option == "--name" else "1\n"), process.stderr


def test_status_of_servers_that_may_not_be_listed(quick: NcpMock) -> None:
    quick.fail_next("permissionDenied", 2, operation="getServerInstanceList")

    plan = run(quick, "reboot", "11", "--dry-run")
    process = run(quick, "reboot", "11", "--status", "RUN", *QUICK)

    assert plan.returncode == 0
    assert "What state the servers are in is not known: the request was refused (HTTP 401 code 210" in plan.stderr
    assert (process.returncode, asked_for(quick, REBOOT)) == (3, [])


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["--quiet"], ["11", "12", "13", "14", "15"]),
        (["-q", "--no-header", "--exclude", "web-*", "--exclude", "15"], ["13", "14"]),
        (["--quiet", "--status", "ERR"], []),
        (["--columns", "status,number", "--name", "db-*"], ["STATUS  NUMBER", "RUN     14", "NSTOP   15"]),
        (["--columns", "number, operation,name", "--no-header", "--name", "web-*"], ["11  -  web-1", "12  -  web-2"]),
    ],
    ids=" ".join,
)
def test_list_for_shells(quick: NcpMock, arguments: list[str], lines: list[str]) -> None:
    process = run(quick, "list", *arguments)

    assert (process.returncode, process.stdout.splitlines()) == (0, lines)


def test_columns_that_can_be_chosen(quick: NcpMock) -> None:
    process = run(quick, "list", "--columns", "number,size")
    names = process.stderr.split("there are ")[1].rstrip(".\n")

    assert (process.returncode, process.stdout, quick.requests) == (2, "", [])
    assert "There is no column 'size'" in process.stderr
    shown = run(quick, "list", "--columns", names.replace(" ", ""), "--name", "web-1").stdout.splitlines()
    assert shown[0].split() == names.upper().replace(",", "").split()
    assert shown[1].split()[:6] == ["11", "web-1", "KR-1", "KR", "RUN", "-"]


@pytest.mark.parametrize(
    ("arguments", "code", "rows"),
    [
        (["list"], 5, ["11", "12"]),
        (["list", "--name", "web-2"], 5, ["12"]),
        (["list", "--name", "nothing"], 5, []),
        (["list", "--status", "NSTOP"], 5, []),
        (["show", *map(str, range(11, 40))], 5, ["11", "12"]),
        *((["--name", "web-*", verb], 4, []) for verb in ("reboot", "start", "stop", "wait")),
        (["--name", "web-*", "reboot", "--rolling", "1"], 4, []),
        (["--exclude", "web-1", "reboot", "11", "12"], 4, ["11", "12"]),
    ],
    ids=lambda each: " ".join(each[:4]) if isinstance(each, list) else None,
)
def test_list_that_may_be_incomplete(quick: NcpMock, arguments: list[str], code: int, rows: list[str]) -> None:
    verb = next(word for word in arguments if word.isalpha() and len(word) > 3)
    words = [
        verb,
        *(word for word in arguments if word != verb),
        *(QUICK[:1] if verb in ("reboot", "start", "stop") else []),
    ]
    servers = [server("11", serverName="web-1"), server("12", serverName="web-2")]
    with Wire([listing(*servers, totalRows=3)]) as wire:
        people = run(quick, *words, NCLOUD_API_GW=wire.url)
        programs = run(quick, *words, "--json", NCLOUD_API_GW=wire.url)
        assert {received.operation for received in wire.requests} == {"getServerInstanceList"}

    listed, summary = lines_of(programs.stdout)
    assert people.returncode == programs.returncode == summary["exitCode"] == code
    assert [row["serverInstanceNo"] for row in listed] == rows
    assert all(number in people.stdout for number in rows)
    assert summary["error"]["type"] == "IncompleteListError"
    text = "Error: the list of servers may be incomplete: the service reports 3 servers and lists 2, read 3 times"
    assert text in people.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("list", 0),
        ("list --name web-*", 2),
        ("show 11", 3),
        ("reboot 11 --yes", 3),
        ("reboot 11 --yes --rolling 1", 3),
        ("reboot 11 --dry-run", 0),
    ],
)
def test_region_that_no_page_lists(quick: NcpMock, arguments: str, code: int) -> None:
    unknown, known = (run(quick, *arguments.split(), "--region", region) for region in ("SG", "SGN"))

    assert unknown.returncode == known.returncode == code
    assert "NCP's pages list no region SG, but KR, SGN, JPN" in unknown.stderr
    assert "pages list" not in known.stderr


def test_number_without_a_status_to_choose_by(quick: NcpMock) -> None:
    process = run(quick, "reboot", "11", "99", "--status", "run", "--yes")

    assert process.returncode == 2
    assert "There is no server 99 in the service's default region." in process.stderr
    assert asked_for(quick, REBOOT) == []
