"""From a fleet's file to servers, or to a reason why not."""

import json
from pathlib import Path
from typing import Any

import pytest
from ncp_mock import FleetError
from ncp_mock._contract.document import Contract
from ncp_mock._fleet.behaviour import Behaviour, Lag
from ncp_mock._fleet.file import complete_servers, default_fleet, read_fleet
from ncp_mock._fleet.fleet import Described
from support.contract import CONTRACT, ROOT, violations

DOCUMENT = Contract(ROOT / "openapi" / "vserver.yaml")
BOMB = ["&a [x, x, x, x, x, x, x, x, x]"] + [
    f"&{n} [{', '.join([f'*{p}'] * 9)}]" for p, n in zip("abcdefgh", "bcdefghi", strict=True)
]
SCHEMA = CONTRACT["components"]["schemas"]["ServerInstance"]


def read(folder: Path, text: str) -> list[dict[str, Any]]:
    return [dict(server.fields) for server in described(folder, text)]


def described(folder: Path, text: str) -> list[Described]:
    (folder / "fleet").write_text(text, encoding="utf-8")
    return read_fleet(DOCUMENT, folder / "fleet")


def test_yaml(tmp_path: Path) -> None:
    text = """
- 0012
- serverInstanceNo: 34
  serverName: 결제-01
  memorySize: 17179869184
  isProtectServerTermination: false
  uptime: 2025-06-11T17:00:14+0900
  serverInstanceStatus: NSTOP
  serverInstanceOperation: {code: CHNG, codeName: changing}
  networkInterfaceNoList: [1, 2]
  blockDevicePartitionList: [{mountPoint: /, partitionSize: 10}]
"""
    first, second = read(tmp_path, text)

    assert (first["serverInstanceNo"], first["serverName"], first["serverInstanceStatusName"]) == (
        "0012",
        "test-012",
        "running",
    )
    given = {
        "serverInstanceStatusName": "changingSpec",
        "serverInstanceNo": "34",
        "serverName": "결제-01",
        "memorySize": 17179869184,
        "isProtectServerTermination": False,
        "uptime": "2025-06-11T17:00:14+0900",
        "serverInstanceStatus": {"code": "NSTOP", "codeName": "Server NSTOP state"},
        "serverInstanceOperation": {"code": "CHNG", "codeName": "changing"},
        "networkInterfaceNoList": ["1", "2"],
        "blockDevicePartitionList": [{"mountPoint": "/", "partitionSize": "10"}],
    }
    assert second | given == second
    assert [name for name in SCHEMA["properties"] if name in second] == list(second)
    assert violations(SCHEMA, first) == violations(SCHEMA, second) == []


def test_what_is_left_out_follows_from_the_rest(tmp_path: Path) -> None:
    stopped, japanese = read(
        tmp_path, "[{serverInstanceNo: 1, serverInstanceStatus: NSTOP}, {serverInstanceNo: 2, regionCode: JPN}]"
    )

    assert stopped["serverInstanceStatusName"] == "stopped"
    assert japanese["zoneCode"] == "JPN-1"


def test_json_is_yaml_too(tmp_path: Path) -> None:
    servers = [{"serverInstanceNo": "7", "serverName": '사과 \\ "', "isProtectServerTermination": True}, "8", 9]

    read_back = read(tmp_path, json.dumps(servers, indent="\t").replace("\t", "  "))

    assert [server["serverInstanceNo"] for server in read_back] == ["7", "8", "9"]
    assert read_back[0]["serverName"] == '사과 \\ "'
    assert read_back[0]["isProtectServerTermination"] is True


def test_what_the_mock_answers_can_be_its_fleet() -> None:
    described = default_fleet(DOCUMENT)
    fleet = [dict(server.fields) for server in described]

    assert complete_servers(DOCUMENT, fleet) == described
    assert [violations(SCHEMA, server) for server in fleet] == [[]] * 22
    assert [server["serverInstanceStatus"]["code"] for server in fleet] == ["RUN"] * 20 + ["NSTOP", "INIT"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must hold a list of servers"),
        ("a: 1", "must hold a list of servers"),
        ("[]", "a fleet has at least one server"),
        ("- 1\n- 1", "server 1 is in the fleet 2 times"),
        ("- web-1", "needs a serverInstanceNo of digits, not 'web-1'"),
        ("- ٣", "needs a serverInstanceNo of digits"),
        ("- {serverName: a}", "needs a serverInstanceNo of digits, not ''"),
        ("- ", "needs a serverInstanceNo of digits, not ''"),
        ("- {serverInstanceNo: 1, colour: red}", "has a field 'colour', which the contract does not know"),
        ("- {serverInstanceNo: 1, serverNmae: a}", "has a field 'serverNmae': is 'serverName' meant?"),
        ("- {serverInstanceNo: 1, cpuCount: two}", "cpuCount of a server of the fleet must be of type integer"),
        ("- {serverInstanceNo: 1, cpuCount: ''}", "must be of type integer, not ''"),
        ("- {serverInstanceNo: 1, isProtectServerTermination: 1}", "must be of type boolean, not '1'"),
        ("- {serverInstanceNo: 1, serverName: [a]}", "serverName of a server of the fleet must be of type string"),
        ("- {serverInstanceNo: 1, networkInterfaceNoList: 1}", "must be of type array, not '1'"),
        ("- {serverInstanceNo: 1, blockDevicePartitionList: [a]}", "must be of type object, not 'a'"),
        ("- {serverInstanceNo: 1, serverInstanceOperation: {codeName: a}}", "serverInstanceOperation of server 1"),
        ("- {serverInstanceNo: 1, serverInstanceStatus: ''}", "serverInstanceStatus of server 1 of the fleet needs"),
        ("- {serverInstanceNo: 1, restartFials: true}", "has a field 'restartFials': is 'restartFails' meant?"),
        ("- {serverInstanceNo: 1, vanishes: maybe}", "server 1 of the fleet: vanishes must be true or false, not 'may"),
        ("- {serverInstanceNo: 1, vanishes: true, restartFails: true}", "server 1 of the fleet: restartFails and vani"),
        ("- [1]", "a server of the fleet must be of type"),
        ("- {a: 1", "cannot be read: "),
        ("- !!python/object/apply:os.getcwd []", "cannot be read: |must be of type"),
    ],
)
def test_fleet_that_is_none(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(FleetError, match=problem.replace("[", r"\[") if "|" not in problem else problem):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "behaviour"),
    [
        ("restartSeconds: 5", Behaviour(restart_seconds=(5, 5))),
        ("restartSeconds: 0.5", Behaviour(restart_seconds=(0.5, 0.5))),
        ("restartSeconds: [1, 5.5]", Behaviour(restart_seconds=(1, 5.5))),
        ("seed: -3", Behaviour(seed=-3)),
        ("listLag: 2", Behaviour(list_lag=Lag(polls=2))),
        ("listLag: 0.5s", Behaviour(list_lag=Lag(seconds=0.5))),
        ("restartFails: true", Behaviour(restart_fails=True)),
        ("restartFails: false", Behaviour()),
        ("neverRestarts: true", Behaviour(never_restarts=True)),
        ("vanishes: true", Behaviour(vanishes=True)),
        ("nulls: [platformType, uptime]", Behaviour(nulls=frozenset({"platformType", "uptime"}))),
        ("nulls: all", Behaviour(nulls=frozenset(SCHEMA["properties"]) - {"serverInstanceNo"})),
        ("nulls: true", Behaviour(nulls=frozenset(SCHEMA["properties"]) - {"serverInstanceNo"})),
        ("restartSeconds: [1, 5], seed: 3, listLag: 3s", Behaviour((1, 5), 3, Lag(seconds=3))),
    ],
)
def test_behaviour(tmp_path: Path, text: str, behaviour: Behaviour) -> None:
    [server] = described(tmp_path, f"- {{serverInstanceNo: 1, serverName: a, {text}}}")

    assert server.behaviour == behaviour
    assert server.fields["serverName"] == "a"
    assert [name for name in server.fields if name not in SCHEMA["properties"]] == []
    in_json = [{"serverInstanceNo": 1} | behaviour.as_json()]
    assert [each.behaviour for each in described(tmp_path, json.dumps(in_json))] == [behaviour]


@pytest.mark.parametrize(
    "text",
    [
        '- {serverInstanceNo: 1, serverName: "\\ud800"}',
        '[{"serverInstanceNo": "1", "serverName": "\\ud800"}]',
        f"- {{serverInstanceNo: 1, cpuCount: {'9' * 5000}}}",
        f'[{{"serverInstanceNo": "1", "cpuCount": {"9" * 5000}}}]',
        '[{"serverInstanceNo": "1", "serverName": null}]',
        "[" * 20_000,
        f"[{', '.join(BOMB)}]",
        f"- {{serverInstanceNo: 1, nulls: [{', '.join(BOMB)}]}}",
        f"- {{serverInstanceNo: 1, restartSeconds: [0, [{', '.join(BOMB)}]]}}",
        f"- {{serverInstanceNo: 1, seed: {'9' * 5000}}}",
        f"- {{serverInstanceNo: 1, nulls: [{'x' * 5000}]}}",
        f'[{{"serverInstanceNo": "1", "restartSeconds": {"9" * 400}}}]',
        '[{"serverInstanceNo": "1", "restartSeconds": NaN}]',
    ],
    ids=[
        "surrogate",
        "surrogate-in-json",
        "huge",
        "huge-in-json",
        "null",
        "deep",
        "bomb",
        "bomb-of-nulls",
        "bomb-of-seconds",
        "huge-seed",
        "huge-null",
        "huge-seconds",
        "no-seconds",
    ],
)
def test_hostile_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(FleetError) as caught:
        read(tmp_path, text)

    assert len(str(caught.value)) < 1000


def test_json_as_yaml_would_not_have_it(tmp_path: Path) -> None:
    [server] = read(tmp_path, '\ufeff[\n\t{"serverInstanceNo": "1", "serverName": "\\ud83d\\ude00 \x7f"}\n]')

    assert server["serverName"] == "\U0001f600 \x7f"


def test_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "fleet").write_bytes(b"- \xc7\xd1")
    for file in (tmp_path / "fleet", tmp_path, tmp_path / "missing"):
        with pytest.raises(FleetError, match="cannot be read: "):
            read_fleet(DOCUMENT, file)


@pytest.mark.parametrize("server", [True, None, 1.5, {"serverInstanceNo": True}, {1: 2}], ids=repr)
def test_fleet_from_python_that_is_none(server: object) -> None:
    with pytest.raises(FleetError):
        complete_servers(DOCUMENT, [server])


def test_list_that_the_command_has_printed(tmp_path: Path) -> None:
    [first, *_] = default_fleet(DOCUMENT)
    lines = [{**first.fields, "serverName": "web-1", "aNewField": 1, "publicIp": None}, {"summary": {"servers": 1}}]
    (tmp_path / "fleet").write_text("".join(f"{json.dumps(line)}\n" for line in lines))

    [server] = read_fleet(DOCUMENT, tmp_path / "fleet")

    assert server.fields["serverName"] == "web-1"
    assert "aNewField" not in server.fields
    assert server.fields["serverInstanceStatus"] == first.fields["serverInstanceStatus"]


def test_lines_without_a_summary_are_no_list_of_the_command(tmp_path: Path) -> None:
    with pytest.raises(FleetError, match="cannot be read"):
        described(tmp_path, '{"serverInstanceNo": "1"}\n{"serverInstanceNo": "2"}\n')


def test_names_of_servers_that_have_none(tmp_path: Path) -> None:
    published = DOCUMENT.published_server
    number = published["serverInstanceNo"]

    servers = read(tmp_path, f"[{number}, 1, 98765]")

    assert [each["serverName"] for each in servers] == [published["serverName"], "test-1", "test-765"]
