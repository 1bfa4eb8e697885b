"""What the behaviour of a server does to it, on a clock that the tests set."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from ncp_mock import BehaviourError
from ncp_mock._contract.document import Change, Contract
from ncp_mock._fleet.behaviour import OPTIONS, Behaviour, Lag, changed
from ncp_mock._fleet.file import complete_servers
from ncp_mock._fleet.fleet import Fleet
from ncp_mock._messages import Refusal
from support.contract import CONTRACT, ROOT

DOCUMENT = Contract(ROOT / "openapi" / "vserver.yaml")
FIELDS = CONTRACT["components"]["schemas"]["ServerInstance"]["properties"]
CHANGES: dict[str, Change] = {
    operation.name: operation.change
    for methods in DOCUMENT.operations.values()
    for operation in methods.values()
    if operation.change
}
RESTART, START, STOP = (CHANGES[f"{name}ServerInstances"] for name in ("reboot", "start", "stop"))
FIRST = "2025-06-11T17:00:14+0900"
STATE_BEFORE = ("RUN", "NULL", "running", FIRST)
BUSY = ("RUN", "RESTA", "rebooting", FIRST)


class Time:
    """The clock of a fleet, and the time of day: noon in Korea at 0."""

    def __init__(self) -> None:
        self.now = 0.0
        self.wall_step = 0.0

    def clock(self) -> float:
        return self.now

    def wall_clock(self) -> float:
        return datetime(2026, 11, 23, 3, tzinfo=UTC).timestamp() + self.now + self.wall_step


class Servers:
    """A fleet of servers 1 and 2 with a behaviour of theirs, which can be asked for states in short."""

    def __init__(self, change_seconds: float | None = 20.0, /, **options: Any) -> None:
        self.time = Time()
        described = [{"serverInstanceNo": number, "uptime": FIRST} | options for number in (1, 2)]
        servers = complete_servers(DOCUMENT, described)
        self.fleet = Fleet(servers, change_seconds, FIELDS, self.time.clock, self.time.wall_clock)

    def behave(self, number: str, **options: Any) -> None:
        self.fleet.behave(number, options)

    def change(self, change: Change = RESTART, number: str = "1") -> tuple[str, ...] | str:
        """The state in the response, or the verdict."""
        return outcome(lambda: self.fleet.change(change, [number], None))

    def at(self, seconds: float) -> "Servers":
        self.time.now = seconds
        return self

    def truth(self, number: str = "1") -> tuple[str, ...] | None:
        return next((state(each) for each in self.fleet.servers() if each["serverInstanceNo"] == number), None)

    def listed(self, number: str = "1") -> tuple[str, ...] | None:
        """What a list shows, which is a poll."""
        found = self.fleet.poll([], None).get(number)
        return None if found is None else state(found)

    def detail(self, number: str = "1") -> tuple[str, ...] | str:
        """What a detail shows, which is a poll too, or the verdict."""
        return outcome(lambda: self.fleet.find([number], None))


def outcome(call: Callable[[], list[Mapping[str, Any]]]) -> tuple[str, ...] | str:
    """The state of the first server, or the verdict."""
    try:
        return state(call()[0])
    except Refusal as refusal:
        return refusal.verdict


def state(server: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        server["serverInstanceStatus"]["code"],
        server["serverInstanceOperation"]["code"],
        server["serverInstanceStatusName"],
        server["uptime"],
    )


def restarted(time: str) -> tuple[str, ...]:
    return ("RUN", "NULL", "running", f"2026-11-23T{time}+0900")


def test_change_ends_when_it_ends() -> None:
    servers = Servers()

    assert servers.change() == servers.listed() == servers.detail() == BUSY
    assert servers.at(19.5).truth() == BUSY
    assert servers.at(500).truth() == restarted("12:00:20")
    assert servers.at(900).truth() == restarted("12:00:20")


def test_change_that_is_told_to_end_ends_then() -> None:
    servers = Servers(None)
    servers.change()
    servers.at(70).fleet.finish()

    assert servers.at(80).truth() == restarted("12:01:10")


def test_uptime_does_not_depend_on_when_somebody_polls() -> None:
    servers = Servers()
    servers.change()
    servers.time.wall_step = -3600  # the clock was set, or stands still in a frozen test

    assert servers.at(26).truth() == restarted("12:00:20")


def test_changes_that_are_held() -> None:
    servers = Servers(0.0)
    servers.change()
    servers.fleet.hold()

    assert servers.truth() == restarted("12:00:00")  # what had begun before is not held
    servers.change()
    assert servers.at(1e6).truth() == (*BUSY[:3], "2026-11-23T12:00:00+0900")
    servers.fleet.finish()
    assert servers.truth() == ("RUN", "NULL", "running", "2026-12-05T01:46:40+0900")
    servers.change()
    assert servers.truth() == (*BUSY[:3], "2026-12-05T01:46:40+0900")  # it holds on
    servers.fleet.reset()
    servers.change()
    assert servers.truth() == (*STATE_BEFORE[:3], "2026-12-05T01:46:40+0900")


def test_finish_does_not_put_off_what_was_due() -> None:
    servers = Servers()
    servers.change()
    servers.at(70).fleet.finish()

    assert servers.truth() == restarted("12:00:20")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-11-23T12:00:00+0900", "12:00:01"),
        ("2026-11-23T12:00:01+0900", "12:00:02"),
        ("2026-11-23T03:00:01+0000", "12:00:02"),
        ("2026-11-23T12:00:41+0900", "12:00:42"),
        ("2026-11-23T11:59:59+0900", "12:00:01"),
        ("yesterday", "12:00:01"),
        ("", "12:00:01"),
        ("9999-12-31T23:59:59-1200", "12:00:01"),
        ("2026-11-23T12:00:01", "12:00:01"),  # without an offset it is no uptime
    ],
)
def test_uptime_is_later_than_before(before: str, after: str) -> None:
    servers = Servers(1, uptime=before)
    servers.change()

    assert servers.at(1).truth() == restarted(after)


def test_restarts_within_one_second_all_show() -> None:
    servers = Servers(0.1)
    uptimes = []
    for index in range(5):
        servers.at(index * 0.1).change()
        servers.at(index * 0.1 + 0.1).fleet.servers()
        uptimes.append(servers.truth())

    assert uptimes == [restarted(f"12:00:0{index}") for index in range(5)]


def test_duration_of_one_server() -> None:
    servers = Servers(20.0)
    servers.behave("1", restartSeconds=3)
    for number in ("1", "2"):
        servers.change(RESTART, number)

    assert servers.at(3).truth("1") == restarted("12:00:03")
    assert servers.truth("2") == BUSY
    assert servers.at(20).truth("2") == restarted("12:00:20")


def test_duration_where_the_others_take_until_they_are_told() -> None:
    servers = Servers(None)
    servers.behave("1", restartSeconds=0)
    for number in ("1", "2"):
        servers.change(RESTART, number)

    assert servers.truth("1") == restarted("12:00:00")
    assert servers.at(1e6).truth("2") == BUSY


def durations(servers: Servers, number: str = "1", count: int = 5) -> list[int]:
    """How long the next restarts of a server take, in tenths of a second."""
    found: list[int] = []
    for _ in range(count):
        begun = servers.time.now
        assert servers.change(RESTART, number) == (*BUSY[:3], servers.truth(number)[3])  # type: ignore[index]  # it is there
        while servers.truth(number)[1] != "NULL":  # type: ignore[index]  # it is there
            servers.at(servers.time.now + 0.1)
        found.append(round((servers.time.now - begun) * 10))
    return found


def test_durations_depend_on_seed_and_number() -> None:
    one = durations(Servers(restartSeconds=[1, 9]))
    servers = Servers(restartSeconds=["1", "9"], seed=0)

    assert durations(servers) == one
    assert len(set(one)) > 1
    assert all(10 <= tenths <= 91 for tenths in one)
    assert durations(servers, "2") != one
    assert durations(Servers(restartSeconds=[1, 9], seed=1)) != one
    servers.fleet.reset()
    assert durations(servers, "1", 2) == one[:2]
    servers.behave("1", restartFails=False, nulls=["uptime"], restartSeconds=(1, 9))  # nothing new about durations
    assert durations(servers, "1", 3) == one[2:]
    servers.behave("1", seed=1)
    servers.behave("1", seed=0)
    assert durations(servers) == one


def test_lists_that_lag_some_polls() -> None:
    servers = Servers(listLag=2)

    assert servers.change() == BUSY
    assert [servers.listed(), servers.detail(), servers.listed()] == [STATE_BEFORE, STATE_BEFORE, BUSY]
    assert servers.truth() == BUSY
    assert servers.change() == "busy-server"
    servers.at(20)
    assert [servers.detail(), servers.listed()] == [BUSY, BUSY]
    assert servers.listed() == servers.listed() == restarted("12:00:20")


def test_polls_of_other_servers_do_not_count() -> None:
    servers = Servers(listLag=1)
    servers.change()
    for _ in range(3):
        servers.fleet.poll(["2", "3"], None)
        servers.fleet.poll(["1"], "JPN")
        servers.fleet.poll([], "JPN")
        servers.detail("2")

    assert [servers.listed(), servers.listed()] == [STATE_BEFORE, BUSY]


def test_lists_that_lag_some_seconds() -> None:
    servers = Servers(listLag="3s")
    servers.at(100).change()

    assert servers.at(102.9).listed() == servers.detail() == STATE_BEFORE
    assert servers.at(103).listed() == servers.detail() == BUSY
    assert servers.at(122.9).listed() == BUSY
    assert servers.truth() == restarted("12:02:00")
    assert servers.at(123).detail() == restarted("12:02:00")


def test_lag_of_seconds_shows_what_nobody_has_polled_since() -> None:
    servers = Servers(listLag="30s")
    servers.change()
    servers.at(25).change()  # busy from 0 to 20 and from 25 to 45

    shown = [servers.at(30 + seconds).listed() for seconds in (0, 19.9, 20, 24.9, 25, 45)]

    second = ("RUN", "RESTA", "rebooting", "2026-11-23T12:00:20+0900")
    assert shown == [BUSY, BUSY, restarted("12:00:20"), restarted("12:00:20"), second, restarted("12:00:45")]


def test_lag_that_is_set_later_begins_with_the_truth() -> None:
    servers = Servers()
    servers.change()
    servers.at(20).behave("1", listLag=1)
    servers.change(STOP)
    servers.behave("1", restartFails=False)  # which leaves the lag alone

    assert servers.listed() == restarted("12:00:20")
    assert servers.listed() == ("RUN", "SHTDN", "shutting down", "2026-11-23T12:00:20+0900")
    servers.behave("1", listLag=0)
    assert servers.at(40).listed() == ("NSTOP", "NULL", "stopped", "2026-11-23T12:00:20+0900")


@pytest.mark.parametrize(
    ("change", "status", "name"),
    [(RESTART, "RS_FL", "restart failed"), (STOP, "SD_FL", "shutdown failed"), (START, "ST_FL", "start failed")],
    ids=["restart", "stop", "start"],
)
def test_change_that_fails(change: Change, status: str, name: str) -> None:
    servers = Servers(restartFails=True, serverInstanceStatus=change.needs_status)
    meanwhile = change.meanwhile["serverInstanceOperation"]["code"], change.meanwhile["serverInstanceStatusName"]
    begun = (change.needs_status, *meanwhile, FIRST)

    assert servers.change(change) == servers.at(19).listed() == begun
    assert servers.at(20).listed() == servers.detail() == (status, "NULL", name, FIRST)
    assert servers.change(change) == "wrong-status"


def test_behaviour_at_the_end_of_a_change_counts() -> None:
    servers = Servers()
    for number in ("1", "2"):
        servers.change(RESTART, number)
    servers.at(10).behave("1", restartFails=True)
    servers.at(50).behave("2", restartFails=True)  # too late

    assert servers.truth("1") == ("RS_FL", "NULL", "restart failed", FIRST)
    assert servers.truth("2") == restarted("12:00:20")


@pytest.mark.parametrize("seconds", [None, 20.0])
def test_change_that_never_begins(seconds: float | None) -> None:
    servers = Servers(seconds, neverRestarts=True)

    assert servers.change() == BUSY
    assert servers.listed() == servers.detail() == servers.truth() == STATE_BEFORE
    assert servers.change() == BUSY
    servers.at(100).fleet.finish()
    assert servers.listed() == STATE_BEFORE


def test_server_that_vanishes() -> None:
    servers = Servers(vanishes=True)

    assert servers.change() == BUSY
    assert servers.at(19).listed() == servers.detail() == BUSY
    assert servers.at(20).listed() is None
    assert servers.listed("2") == STATE_BEFORE
    assert servers.truth() is None
    assert servers.detail() == servers.change() == "unknown-server"
    servers.behave("1", vanishes=False, listLag=1)
    assert servers.listed() is None
    servers.fleet.reset()
    assert servers.listed() == servers.detail() == STATE_BEFORE


def test_server_that_vanishes_behind_a_lag() -> None:
    servers = Servers(0.0, vanishes=True, listLag=1)
    servers.change()

    assert servers.change() == "unknown-server"
    assert servers.detail() == STATE_BEFORE
    assert servers.detail() == "unknown-server"
    assert servers.listed() is None


def test_states_that_nobody_polls_are_forgotten() -> None:
    servers = Servers(0, listLag="3s")
    for second in range(100):
        servers.at(second).change()

    assert len(servers.fleet._servers["1"].history._states) < 10


def test_nothing_but_what_goes_out_is_null() -> None:
    servers = Servers(nulls=["serverInstanceStatus", "hypervisorType"], platformType="LNX64")

    [server] = servers.fleet.as_sent([servers.fleet.servers()[0]])

    assert {name for name, value in server.items() if value is None} == {"serverInstanceStatus", "hypervisorType"}
    assert servers.change() == BUSY


def test_everything_but_the_number_is_null() -> None:
    servers = Servers(nulls=True)

    [server] = servers.fleet.as_sent([servers.fleet.servers()[0]])

    assert server == dict.fromkeys(FIELDS) | {"serverInstanceNo": "1"}


def test_reset_brings_back_what_the_fleet_had() -> None:
    servers = Servers(listLag=1, restartFails=True)
    servers.behave("1", listLag=0, restartFails=False, vanishes=True)
    servers.behave("2", seed=5)

    servers.fleet.reset()

    assert set(servers.fleet.behaviours().values()) == {Behaviour(list_lag=Lag(1), restart_fails=True)}
    assert [servers.change(), servers.listed(), servers.listed()] == [BUSY, STATE_BEFORE, BUSY]
    assert servers.at(20).truth() == ("RS_FL", "NULL", "restart failed", FIRST)


def test_each_change_of_a_behaviour_is_a_new_version() -> None:
    servers = Servers()
    version = servers.fleet.version

    servers.behave("1", restartFails=True)

    assert servers.fleet.version != version  # else the page would not show it


def test_behaviour_of_a_server_that_is_none() -> None:
    servers = Servers()

    with pytest.raises(BehaviourError, match=r"^the fleet has no server '3': it has 1 … 2$"):
        servers.behave("3", restartFails=True)


def test_options_that_are_given_are_changed_and_others_stay() -> None:
    behaviour = changed(Behaviour(), {"restartFails": True, "seed": 3, "nulls": ("uptime",)}, FIELDS)

    assert changed(behaviour, {"listLag": "1.5s"}, FIELDS) == Behaviour(
        seed=3, list_lag=Lag(seconds=1.5), restart_fails=True, nulls=frozenset({"uptime"})
    )
    assert changed(behaviour, {"restartFails": False, "vanishes": True, "nulls": False}, FIELDS) == Behaviour(
        seed=3, vanishes=True
    )


SECONDS = "restartSeconds must be a number of seconds from 0 to 86400, or two of them, the least first, not "
WRONG_SECONDS: list[Any] = [-1, 86_401, math.nan, math.inf, "x", "1e3", "-1", "3s", "", None, True, {}]
WRONG_SECONDS += [[], [1], [5, 1], [1, 2, 3], ["a", "b"], [0, [1]]]
LAG = "listLag must be a whole number of polls up to 1000, or seconds up to 86400 such as '3s', not "
NULLS = "nulls must be a list of fields of a server, or 'all' for every field but serverInstanceNo, not "


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        *(({"restartSeconds": value}, SECONDS) for value in WRONG_SECONDS),
        *(({"seed": value}, "seed must be a whole number, not ") for value in (1.5, "x", True, None, [1])),
        *(({"listLag": value}, LAG) for value in (-1, 1001, 1.5, "1.5", "s", "-1s", "86401s", "3 s", True, None, [1])),
        *(
            ({name: value}, f"{name} must be true or false, not ")
            for name in ("restartFails", "neverRestarts", "vanishes")
            for value in (1, 0, "yes", "True", None, [True])
        ),
        *(({"nulls": value}, NULLS) for value in ("uptime", 1, None, [1], [["uptime"]], {"uptime": True})),
        ({"nulls": ["platfromType"]}, "nulls: a server has no field 'platfromType': is 'platformType' meant?"),
        ({"nulls": ["x"]}, "nulls: a server has no field 'x'; there are serverInstanceNo, serverName"),
        ({"restartfails": True}, "there is no behaviour 'restartfails': is 'restartFails' meant?"),
        ({"x": 1}, f"there is no behaviour 'x'; there are {', '.join(OPTIONS)}"),
        (
            {"restartFails": True, "vanishes": True},
            "restartFails and vanishes contradict each other: a server can have one of them",
        ),
        ({"neverRestarts": True, "vanishes": True}, "neverRestarts and vanishes contradict each other"),
        (
            {"vanishes": True, "neverRestarts": True, "restartFails": True},
            "restartFails and neverRestarts and vanishes contradict each other",
        ),
    ],
    ids=str,
)
def test_behaviour_that_is_none(options: dict[str, Any], problem: str) -> None:
    servers = Servers()

    with pytest.raises(BehaviourError, match=f"^{re.escape(problem)}") as caught:
        servers.behave("1", **options)

    assert len(str(caught.value)) < 1500
    assert servers.fleet.behaviours()["1"] == Behaviour()


def test_contradiction_with_what_was_there() -> None:
    servers = Servers(vanishes=True)

    with pytest.raises(BehaviourError, match=r"^restartFails and vanishes contradict each other"):
        servers.behave("1", restartFails=True)


@pytest.mark.parametrize(
    ("options", "shown", "short"),
    [
        ({}, {}, ""),
        ({"restartSeconds": 5}, {"restartSeconds": 5}, "takes 5 s"),
        ({"restartSeconds": [1, 5.5]}, {"restartSeconds": [1, 5.5]}, "takes 1 to 5.5 s"),
        ({"restartSeconds": 0}, {"restartSeconds": 0}, "takes 0 s"),
        ({"seed": 3}, {"seed": 3}, ""),
        ({"listLag": 1}, {"listLag": 1}, "lags 1 poll"),
        ({"listLag": 2}, {"listLag": 2}, "lags 2 polls"),
        ({"listLag": "3s"}, {"listLag": "3s"}, "lags 3 s"),
        ({"listLag": "0.5s"}, {"listLag": "0.5s"}, "lags 0.5 s"),
        ({"listLag": "86399.75s"}, {"listLag": "86399.75s"}, "lags 86399.8 s"),
        ({"restartFails": True}, {"restartFails": True}, "fails"),
        ({"neverRestarts": True}, {"neverRestarts": True}, "never restarts"),
        ({"vanishes": True}, {"vanishes": True}, "vanishes"),
        ({"nulls": ["uptime"]}, {"nulls": ["uptime"]}, "1 field null"),
        ({"nulls": ["vpcNo", "uptime"]}, {"nulls": ["uptime", "vpcNo"]}, "2 fields null"),
        ({"restartFails": True, "listLag": 2}, {"restartFails": True, "listLag": 2}, "lags 2 polls, fails"),
    ],
    ids=str,
)
def test_behaviour_is_shown(options: dict[str, Any], shown: dict[str, Any], short: str) -> None:
    behaviour = changed(Behaviour(), options, FIELDS)

    assert behaviour.as_json() == shown
    assert behaviour.in_short() == short
    assert changed(Behaviour(), behaviour.as_json(), FIELDS) == behaviour


def test_readme_names_every_behaviour() -> None:
    text = (ROOT / "docs" / "mock.md").read_text(encoding="utf-8")
    [section] = re.findall(r"### Behaviours.*?\n## ", text, re.DOTALL)

    assert re.findall(r"^\| `(\w+)`", section, re.MULTILINE) == list(OPTIONS)
    [example] = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    servers = complete_servers(DOCUMENT, yaml.load(example, yaml.BaseLoader))  # noqa: S506 - text only is safe
    assert all(server.behaviour != Behaviour() for server in servers)
