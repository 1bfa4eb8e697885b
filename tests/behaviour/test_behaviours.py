"""The behaviours of servers on a running mock: from the fixture, from the fleet, and beside faults."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from ncp_mock import BehaviourError, Mock, NcpMock
from support.mock_calls import reboot, signed

NUMBER = "123458773"
FLEET: list[Any] = [
    {"serverInstanceNo": "1", "restartSeconds": 0, "restartFails": True},
    {"serverInstanceNo": "2", "restartSeconds": "0", "vanishes": "true"},
    {"serverInstanceNo": "3", "neverRestarts": True},
    {"serverInstanceNo": "4", "listLag": 1},
    {"serverInstanceNo": "5", "nulls": ["serverInstanceOperation", "serverName"]},
    "6",
]


@pytest.fixture(scope="module")
def mock() -> Iterator[NcpMock]:
    with Mock(fleet=FLEET) as mock:
        yield mock


def listed(mock: NcpMock, **filters: str) -> dict[str, Any]:
    """Servers of a list by their number."""
    return {server["serverInstanceNo"]: server for server in read(mock, "getServerInstanceList", **filters)}


def detail(mock: NcpMock, number: str) -> dict[str, Any]:
    [server] = read(mock, "getServerInstanceDetail", serverInstanceNo=number)
    return server


def read(mock: NcpMock, operation: str, **parameters: str) -> list[dict[str, Any]]:
    query = httpx.QueryParams(parameters | {"responseFormatType": "json"})
    response = signed(mock, "GET", f"/vserver/v2/{operation}?{query}")
    assert response.status_code == 200, response.headers.get("x-mock-explanation")
    [answer] = response.json().values()
    servers: list[dict[str, Any]] = answer["serverInstanceList"]
    assert answer["totalRows"] == len(servers)
    return servers


def codes(server: dict[str, Any]) -> tuple[str, str]:
    return server["serverInstanceStatus"]["code"], server["serverInstanceOperation"]["code"]


def test_servers_of_a_fleet(mock: NcpMock) -> None:
    mock.hold_reboots()
    response = reboot(mock, "1", "2", "3", "4", "5", "6")

    [answer] = response.json().values()
    begun = {server["serverInstanceNo"]: server for server in answer["serverInstanceList"]}
    assert {codes(begun[number]) for number in "12346"} == {("RUN", "RESTA")}
    assert (begun["5"]["serverInstanceOperation"], begun["5"]["serverName"]) == (None, None)
    assert begun["5"]["serverInstanceStatusName"] == "rebooting"
    servers = listed(mock)
    assert list(servers) == list("13456")
    assert [codes(servers[number]) for number in "1346"] == [
        ("RS_FL", "NULL"),
        ("RUN", "NULL"),
        ("RUN", "NULL"),
        ("RUN", "RESTA"),
    ]
    assert codes(detail(mock, "4")) == ("RUN", "RESTA")
    assert servers["5"]["serverInstanceOperation"] is detail(mock, "5")["serverInstanceOperation"] is None
    assert [server["serverInstanceNo"] for server in mock.servers] == list("13456")
    assert reboot(mock, "2").headers["x-mock-explanation"] == "unknown-server: server 2 has vanished"


def test_filters_apply_to_what_is_shown_and_not_to_nulls(ncp_mock: NcpMock) -> None:
    ncp_mock.behave(NUMBER, restart_seconds=0, list_lag=1, restart_fails=True, nulls=["serverInstanceStatus"])
    reboot(ncp_mock, NUMBER)

    assert NUMBER in listed(ncp_mock, serverInstanceStatusCode="RUN")
    assert NUMBER not in listed(ncp_mock, serverInstanceStatusCode="RUN")
    found = listed(ncp_mock, serverInstanceStatusCode="RS_FL")
    assert list(found) == [NUMBER]
    assert found[NUMBER]["serverInstanceStatus"] is None


def test_pages_count_as_polls(ncp_mock: NcpMock) -> None:
    ncp_mock.hold_reboots()
    ncp_mock.behave(NUMBER, list_lag=2)
    reboot(ncp_mock, NUMBER)

    for page in ("2", "3"):
        listed_page = signed(ncp_mock, "GET", f"/vserver/v2/getServerInstanceList?pageSize=1&pageNo={page}")
        assert listed_page.status_code == 200
    assert codes(detail(ncp_mock, NUMBER)) == ("RUN", "RESTA")


def test_nulls_in_xml(ncp_mock: NcpMock) -> None:
    ncp_mock.behave(NUMBER, nulls="all")

    text = reboot(ncp_mock, NUMBER, form="xml").text

    assert f"<serverInstanceNo>{NUMBER}</serverInstanceNo>" in text
    assert "<serverInstanceStatus></serverInstanceStatus>" in text
    assert "<serverName></serverName>" in text


def test_every_option_from_the_fixture(ncp_mock: NcpMock) -> None:
    ncp_mock.behave(NUMBER, restart_seconds=(1, 5), seed=3, list_lag="3s", restart_fails=True, nulls=["uptime"])
    ncp_mock.behave(NUMBER, restart_fails=False, never_restarts=True)
    ncp_mock.behave("123458774", vanishes=True, nulls=[], list_lag=0, seed=0)

    assert httpx.get(f"{ncp_mock.url}/__mock__/behaviours").json() == [
        {
            "serverInstanceNo": NUMBER,
            "restartSeconds": [1, 5],
            "seed": 3,
            "listLag": "3s",
            "neverRestarts": True,
            "nulls": ["uptime"],
        },
        {"serverInstanceNo": "123458774", "vanishes": True},
    ]


@pytest.mark.parametrize(
    ("number", "options", "problem"),
    [
        ("1", {"vanishes": True}, "the fleet has no server '1'"),
        (NUMBER, {"vanishes": True, "restart_fails": True}, "restartFails and vanishes contradict each other"),
        (NUMBER, {"restart_seconds": -1}, "restartSeconds must be a number of seconds"),
    ],
    ids=["server", "contradiction", "value"],
)
def test_behaviour_from_the_fixture_that_is_none(
    ncp_mock: NcpMock, number: str, options: dict[str, Any], problem: str
) -> None:
    with pytest.raises(BehaviourError, match=problem):
        ncp_mock.behave(number, **options)


def test_beside_a_fault(ncp_mock: NcpMock) -> None:
    ncp_mock.behave(NUMBER, restart_fails=True)
    ncp_mock.fail_next("endpointError")
    ncp_mock.fail_next("endpointTimeout", executed=True)

    statuses = [reboot(ncp_mock, NUMBER).status_code for _ in range(3)]
    ncp_mock.finish_reboots()

    assert statuses == [503, 504, 400]
    assert codes(detail(ncp_mock, NUMBER)) == ("RS_FL", "NULL")


@pytest.mark.parametrize("time", [1, 2])
def test_each_test_begins_without_behaviours(ncp_mock: NcpMock, time: int) -> None:
    assert httpx.get(f"{ncp_mock.url}/__mock__/behaviours").json() == []
    ncp_mock.behave(NUMBER, vanishes=True)
