"""Listing and showing servers, and saying who asks."""

import json
import re

import pytest
from ncp_mock import NcpMock
from support.wire import Wire, answer, listing

from command.running import asked_for, lines_of, run


@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [
        ([], ["11", "12", "13", "14", "15"]),
        (["--name", "web-*"], ["11", "12"]),
        (["--name", "web-1", "--name", "db-?"], ["11", "14", "15"]),
        (["--status", "NSTOP"], ["15"]),
        (["--status", "NSTOP", "--name", "web-*"], []),
        (["--region", "JPN"], ["21"]),
    ],
    ids=" ".join,
)
def test_list(quick: NcpMock, arguments: list[str], numbers: list[str]) -> None:
    people, programs = run(quick, "list", *arguments), run(quick, "list", *arguments, "--json")

    rows, summary = lines_of(programs.stdout)
    assert [row["serverInstanceNo"] for row in rows] == numbers
    assert rows == [json.loads(json.dumps(each)) for each in quick.servers if each["serverInstanceNo"] in numbers]
    assert summary == {"servers": len(numbers), "error": None, "exitCode": 0}
    assert [line.split()[0] for line in people.stdout.splitlines()[1:]] == numbers
    assert people.stderr == ("" if numbers else "No server fits in the service's default region.\n")
    assert people.returncode == programs.returncode == 0


def test_show(quick: NcpMock) -> None:
    process = run(quick, "show", "13")

    fields = dict(re.findall(r"^(\w+) +(\S.*)$", process.stdout, re.MULTILINE))
    assert fields["serverName"] == "결제-1"
    assert fields["serverInstanceStatus"] == "RUN (Server RUN state)"
    assert fields["isProtectServerTermination"] == "true"
    assert fields["networkInterfaceNoList"] == "1234530"


def test_show_has_fields_whole_and_harmless(quick: NcpMock) -> None:
    text = "a" * 5000 + "\x1b]0;title\x07 \u202eb\tc"
    server: dict[str, object] = {"serverInstanceNo": "1", "serverName": "n" * 300}
    with Wire([listing(server | {"serverDescription": text, "unknownField": text})]) as wire:
        process = run(quick, "show", "1", NCLOUD_API_GW=wire.url)

    shown = "a" * 5000 + "\ufffd]0;title\ufffd \ufffdb c"
    fields = dict(line.split(None, 1) for line in process.stdout.splitlines())
    assert (fields["serverDescription"], fields["unknownField"], fields["serverName"]) == (shown, shown, "n" * 300)


def test_show_what_is_not_there(quick: NcpMock) -> None:
    people, programs = run(quick, "show", "99", "12", "11"), run(quick, "show", "99", "12", "11", "--json")

    rows, summary = lines_of(programs.stdout)
    assert [row["serverInstanceNo"] for row in rows] == ["12", "11"]
    assert summary == {"servers": 2, "error": None, "exitCode": 3}
    assert people.stdout.count("serverInstanceNo ") == 2
    assert people.stderr == "There is no server 99 in the service's default region.\n"
    assert people.returncode == programs.returncode == 3


def test_whoami(quick: NcpMock) -> None:
    people, programs = run(quick, "whoami"), run(quick, "whoami", "--region", "KR", "--json")

    lines = [re.split("  +", line) for line in people.stdout.splitlines()]
    assert lines == [
        ["access key", "NCPA…"],
        ["from", "environment"],
        ["gateway", f"{quick.url} (NCLOUD_API_GW)"],
        ["region", "the service's default"],
        ["clock", "agrees with the gateway's"],
        ["call", "accepted: 5 servers"],
    ]
    [facts], summary = lines_of(programs.stdout)
    assert abs(facts.pop("clockOffset")) < 2
    assert facts == {
        "accessKey": "NCPA…",
        "source": "environment",
        "gateway": quick.url,
        "gatewaySource": "NCLOUD_API_GW",
        "region": "KR",
        "regionSource": "arguments",
        "totalRows": 5,
    }
    assert summary == {"error": None, "exitCode": 0}
    assert people.returncode == programs.returncode == 0
    assert len(quick.requests) == 2
    assert asked_for(quick, "rebootServerInstances") == []


def test_region_of_the_environment(quick: NcpMock) -> None:
    listed, asked = run(quick, "list", NCLOUD_REGION="JPN"), run(quick, "whoami", NCLOUD_REGION="JPN")
    restarted = run(quick, "reboot", "21", "--yes", NCLOUD_REGION="JPN")

    assert re.findall(r"^\d+", listed.stdout, re.MULTILINE) == ["21"]
    assert re.search(r"^region +JPN \(NCLOUD_REGION\)$", asked.stdout, re.MULTILINE)
    assert "regionCode=JPN" in quick.requests[-1].target
    assert restarted.returncode == 0, restarted.stderr


def test_settings_that_contradict_each_other(quick: NcpMock) -> None:
    sites = run(quick, "reboot", "11", "--yes", NCLOUD_SITE="gov")
    accounts = run(quick, "reboot", "11", "--yes", NCLOUD_PROFILE="gov")

    assert (sites.returncode, accounts.returncode) == (2, 4)
    assert "which gateway to ask is contradictory: NCLOUD_API_GW says http://127.0.0.1:" in sites.stderr
    assert "NCLOUD_PROFILE names a profile, and NCLOUD_ACCESS_KEY_ID and" in accounts.stderr
    assert quick.requests == []


def test_host_that_is_insecure_on_request(quick: NcpMock) -> None:
    refused = run(quick, "list", NCLOUD_API_GW="http://mock.invalid:4010")
    allowed = run(quick, "list", "--insecure-host", "mock.invalid", NCLOUD_API_GW="http://mock.invalid:4010")

    assert "not signing for 'mock.invalid' over http" in refused.stderr
    assert "the request was not sent: ConnectError" in allowed.stderr


def test_whoami_by_the_servers_role(quick: NcpMock) -> None:
    keys = {"AccessKeyId": quick.access_key, "SecretAccessKey": quick.secret_key, "Expiration": "2099-01-01T00:00:00Z"}
    replies = [answer(200, "role-1", "text/plain"), answer(200, json.dumps(keys))]
    with Wire([*replies, *replies]) as metadata:
        process = run(None, "whoami", NCLOUD_API_GW=quick.url, NCLOUD_METADATA_API_ENDPOINT=metadata.url)

    assert process.returncode == 0, process.stderr
    assert re.search(r"^from +Server Role role-1$", process.stdout, re.MULTILINE)
    assert len(metadata.requests) == 2


def test_whoami_with_a_clock_that_is_wrong(quick: NcpMock) -> None:
    quick.fail_next("skewedDate", seconds=600)
    refused = run(quick, "whoami")
    quick.fail_next("skewedDate", seconds=600)
    corrected = run(quick, "whoami", "--correct-clock", "--json")

    assert refused.returncode == 3
    assert re.search(r"^clock +10 min( \d s)? behind the gateway's$", refused.stdout, re.MULTILINE)
    assert "turn on time synchronisation (NTP)" in refused.stderr
    assert len(quick.requests) == 3
    # The mock's clock is right again at the second attempt, which is signed by the one that it had at the first.
    assert lines_of(corrected.stdout)[1]["error"]["type"] == "ClockSkewError"


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (401, '{"error": {"errorCode": "200", "message": "Authentication Failed"}}', 3),
        (403, '{"error": {"errorCode": "210", "message": "Permission Denied"}}', 3),
        (500, "", 5),
    ],
)
@pytest.mark.parametrize("command", [["list"], ["show", "1"], ["whoami"]], ids=lambda command: command[0])
def test_failure(quick: NcpMock, command: list[str], status: int, body: str, code: int) -> None:
    with Wire([answer(status, body)]) as wire:
        process = run(quick, *command, "--json", NCLOUD_API_GW=wire.url)

    _, summary = lines_of(process.stdout)
    assert process.returncode == summary["exitCode"] == code
    assert summary["error"]["status"] == status
    assert ("What to check:" in process.stderr) == (code == 3)
    assert "Traceback" not in process.stderr


@pytest.mark.parametrize("command", [["list"], ["show", "1"], ["whoami"]], ids=lambda command: command[0])
def test_nothing_to_ask(quick: NcpMock, command: list[str], closed_port: int) -> None:
    gateway = f"http://127.0.0.1:{closed_port}"
    for more, text in (({"NCLOUD_API_GW": gateway}, f"refused ({gateway})"), ({"NCLOUD_ACCESS_KEY_ID": ""}, "")):
        process = run(quick, *command, **more)

        assert process.returncode == 4
        assert text in process.stdout + process.stderr
        assert "Error: " in process.stderr or "call" in process.stdout
        assert "Traceback" not in process.stderr
