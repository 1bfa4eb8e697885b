"""Every operation of the contract on the mock, in both methods and both formats; and what each does to the fleet."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from ncp_mock import Mock, NcpMock
from ncp_signer import NcpAuth
from support.calls import CREDENTIALS
from support.contract import EXAMPLES, operations, parameters_of, resolve, violations
from support.xml_values import xml_value

EVERY = [pytest.param(method, path, operation, id=f"{method}-{path}") for method, path, operation in operations()]
each_operation = pytest.mark.parametrize(("method", "path", "operation"), EVERY)
each_method = pytest.mark.parametrize("method", ["get", "post"])
RUNNING, STOPPED = "123458773", "123458793"
FLEET: list[Any] = [
    {
        "serverInstanceNo": 1,
        "serverName": "web-1",
        "publicIp": "10.0.0.1",
        "vpcNo": "7",
        "hypervisorType": "XEN",
        "cpuCount": 16,
    },
    {"serverInstanceNo": 2, "serverName": "web-2", "placementGroupNo": "55", "hypervisorType": "KVM", "cpuCount": 8},
    {
        "serverInstanceNo": 3,
        "serverName": "웹-3",
        "serverInstanceStatus": "NSTOP",
        "hypervisorType": "KVM",
        "cpuCount": 4,
    },
    {"serverInstanceNo": 4, "serverName": "api-4", "regionCode": "JPN", "hypervisorType": "KVM"},
]


def call(mock: NcpMock, method: str, name: str, parameters: Mapping[str, str] | None = None) -> httpx.Response:
    """A signed call, with the parameters where the method has them."""
    path = f"/vserver/v2/{name.rpartition('/')[2]}"
    with httpx.Client(base_url=mock.url, auth=NcpAuth(CREDENTIALS)) as client:
        if method == "get":
            return client.get(path, params=parameters)
        return client.post(path, data=parameters)


def found(mock: NcpMock, **filters: str) -> list[str]:
    """The numbers of the servers that a list has."""
    response = call(mock, "get", "getServerInstanceList", {"responseFormatType": "json"} | filters)
    assert response.status_code == 200, response.headers.get("x-mock-explanation")
    answer = response.json()["getServerInstanceListResponse"]
    return [server["serverInstanceNo"] for server in answer["serverInstanceList"]]


@each_operation
@pytest.mark.parametrize("form", ["json", "xml", None])
def test_answer_is_as_described(
    ncp_mock: NcpMock, method: str, path: str, operation: dict[str, Any], form: str | None
) -> None:
    _, required = parameters_of(operation)
    needed = operation.get("x-changes-servers", {}).get("needsStatus", "RUN")
    parameters = dict.fromkeys(required, RUNNING if needed == "RUN" else STOPPED)

    response = call(ncp_mock, method, path, parameters | ({"responseFormatType": form} if form else {}))

    assert response.status_code == 200, response.headers.get("x-mock-explanation")
    content = resolve(operation["responses"]["200"])["content"]
    if form == "json":
        schema = content["application/json"]["schema"]
        [value] = response.json().values()
        assert violations(schema, response.json()) == []
    else:
        schema = content["application/xml"]["schema"]
        value = xml_value(response.content, schema)
        assert violations(schema, value) == []
    assert value["returnCode"] == "0"
    if "serverInstanceList" in value:
        assert value["totalRows"] == len(value["serverInstanceList"]) >= 1
    if change := operation.get("x-changes-servers"):
        [server] = value["serverInstanceList"]
        assert server["serverInstanceOperation"]["code"] == change["operation"]["code"]
        assert server["serverInstanceStatus"]["code"] == needed
        assert server["serverInstanceStatusName"] == change["statusName"]


@each_operation
def test_wrong_signature_is_refused(ncp_mock: NcpMock, method: str, path: str, operation: dict[str, Any]) -> None:
    headers = {"x-ncp-apigw-timestamp": "1", "x-ncp-iam-access-key": "k", "x-ncp-apigw-signature-v2": "s"}

    response = httpx.request(method, f"{ncp_mock.url}{path}", headers=headers)

    assert response.status_code == 401


@each_method
@pytest.mark.parametrize(
    ("name", "number", "before", "under_way", "after"),
    [
        ("rebootServerInstances", RUNNING, "RUN", "RESTA", "RUN"),
        ("stopServerInstances", RUNNING, "RUN", "SHTDN", "NSTOP"),
        ("startServerInstances", STOPPED, "NSTOP", "START", "RUN"),
    ],
)
def test_change_from_begin_to_end(
    ncp_mock: NcpMock, method: str, name: str, number: str, before: str, under_way: str, after: str
) -> None:
    ncp_mock.hold_reboots()

    def state() -> tuple[str, str]:
        [server] = [server for server in ncp_mock.servers if server["serverInstanceNo"] == number]
        return server["serverInstanceStatus"]["code"], server["serverInstanceOperation"]["code"]

    [uptime] = [server["uptime"] for server in ncp_mock.servers if server["serverInstanceNo"] == number]
    assert state() == (before, "NULL")
    assert call(ncp_mock, method, name, {"serverInstanceNoList.1": number}).status_code == 200
    assert state() == (before, under_way)

    again = call(ncp_mock, method, name, {"serverInstanceNoList.1": number, "responseFormatType": "json"})
    assert (again.status_code, again.json()["responseError"]["returnCode"]) == (400, "1100031")

    ncp_mock.finish_reboots()
    assert state() == (after, "NULL")
    [server] = [server for server in ncp_mock.servers if server["serverInstanceNo"] == number]
    assert (server["uptime"] != uptime) == (after == "RUN")


@pytest.mark.parametrize(
    ("name", "number"),
    [("startServerInstances", RUNNING), ("stopServerInstances", STOPPED), ("rebootServerInstances", STOPPED)],
)
def test_change_that_the_status_does_not_admit(ncp_mock: NcpMock, name: str, number: str) -> None:
    response = call(ncp_mock, "get", name, {"serverInstanceNoList.1": number, "responseFormatType": "json"})

    assert (response.status_code, response.json()["responseError"]["returnCode"]) == (400, "25041")
    assert response.headers["x-mock-explanation"].startswith("wrong-status: ")


@pytest.fixture(scope="module")
def small() -> Any:
    with Mock(fleet=FLEET) as mock:
        yield mock


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({}, "123"),
        ({"regionCode": "KR"}, "123"),
        ({"regionCode": "JPN"}, "4"),
        ({"regionCode": "SGN"}, ""),
        ({"serverInstanceNoList.1": "3", "serverInstanceNoList.2": "1"}, "13"),
        ({"serverInstanceNoList.1": "4"}, ""),
        ({"serverInstanceNoList.1": "999"}, ""),
        ({"serverName": "웹-3"}, "3"),
        ({"serverName": "web"}, ""),
        ({"serverInstanceStatusCode": "NSTOP"}, "3"),
        ({"serverInstanceStatusCode": "OTHER"}, ""),
        ({"hypervisorTypeCodeList.1": "XEN"}, "1"),
        ({"hypervisorTypeCodeList.1": "XEN", "hypervisorTypeCodeList.2": "KVM"}, "123"),
        ({"placementGroupNoList.1": "54", "placementGroupNoList.2": "55"}, "2"),
        ({"vpcNo": "7"}, "1"),
        ({"ip": "10.0.0.1"}, "1"),
        ({"baseBlockStorageDiskTypeCode": "NET"}, "123"),
        ({"baseBlockStorageDiskDetailTypeCode": "HDD"}, ""),
        ({"fabricClusterMode": "x"}, ""),
        ({"serverName": "web-1", "vpcNo": "8"}, ""),
        ({"sortedBy": "serverName"}, "123"),
        ({"sortedBy": "serverName", "sortingOrder": "DESC"}, "321"),
        ({"sortedBy": "hypervisorTypeCode"}, "231"),
        ({"sortedBy": "cpuCount"}, "321"),
        ({"sortedBy": "nothing", "sortingOrder": "desc"}, "321"),
        ({"pageSize": "2"}, "12"),
        ({"pageNo": "0", "pageSize": "2"}, "12"),
        ({"pageNo": "1", "pageSize": "2"}, "12"),
        ({"pageNo": "2", "pageSize": "2"}, "3"),
        ({"pageNo": "3", "pageSize": "2"}, ""),
        ({"pageNo": "2147483647", "pageSize": "1000"}, ""),
    ],
    ids=str,
)
def test_list(small: NcpMock, filters: dict[str, str], numbers: str) -> None:
    assert found(small, **filters) == list(numbers)


def test_rows_are_those_of_all_pages(small: NcpMock) -> None:
    response = call(small, "post", "getServerInstanceList", {"pageSize": "1", "responseFormatType": "json"})

    assert response.json()["getServerInstanceListResponse"]["totalRows"] == 3


def test_list_while_servers_are_busy(ncp_mock: NcpMock) -> None:
    call(ncp_mock, "get", "rebootServerInstances", {"serverInstanceNoList.1": RUNNING})

    assert RUNNING in found(ncp_mock, serverInstanceStatusCode="RUN")


@each_method
@pytest.mark.parametrize(
    ("parameters", "status", "verdict"),
    [
        ({"serverInstanceNo": "1"}, 200, ""),
        ({"serverInstanceNo": "4", "regionCode": "JPN"}, 200, ""),
        ({"serverInstanceNo": "4"}, 400, "other-region"),
        ({"serverInstanceNo": "9"}, 400, "unknown-server"),
        ({}, 400, "contract-violation"),
        ({"serverInstanceNo": "x"}, 400, "contract-violation"),
        ({"serverInstanceNoList.1": "1"}, 400, "unknown-parameter"),
    ],
    ids=str,
)
def test_detail(small: NcpMock, method: str, parameters: dict[str, str], status: int, verdict: str) -> None:
    response = call(small, method, "getServerInstanceDetail", parameters | {"responseFormatType": "json"})

    assert response.status_code == status
    assert response.headers.get("x-mock-explanation", "").partition(":")[0] == verdict
    if status == 200:
        answer = response.json()["getServerInstanceDetailResponse"]
        assert answer["totalRows"] == 1
        assert [each["serverInstanceNo"] for each in answer["serverInstanceList"]] == [parameters["serverInstanceNo"]]


@each_method
@pytest.mark.parametrize(
    ("parameters", "explanation"),
    [
        ({"pageNo": "1"}, "incomplete-parameters: 'pageNo' requires 'pageSize'"),
        ({"pageNo": "-1", "pageSize": "1"}, "contract-violation"),
        ({"pageNo": "x", "pageSize": "1"}, "contract-violation"),
        ({"pageSize": "0"}, "contract-violation"),
        *(
            ({"pageSize": size}, f"contract-violation: 'pageSize' is a whole number in digits, not '{size}'")
            for size in ("1.0", "1e1", "0x10", " 5", "5 ", "+5", "05", "-0", "x")
        ),
        ({"pageSize": "1001"}, "contract-violation"),
        ({"placementGroupNoList.2": "1"}, "numbering-gap"),
        ({"hypervisorTypeCodeList.3": "1"}, "unknown-parameter"),
        ({"servername": "x"}, "parameter-in-another-case"),
    ],
    ids=str,
)
def test_list_that_is_refused(small: NcpMock, method: str, parameters: dict[str, str], explanation: str) -> None:
    response = call(small, method, "getServerInstanceList", parameters)

    assert response.status_code == 400
    assert response.headers["x-mock-explanation"].startswith(explanation)


def test_fault_of_one_operation(ncp_mock: NcpMock) -> None:
    ncp_mock.fail_next("endpointError", 2, operation="rebootServerInstances")
    ncp_mock.fail_next("resetBefore", operation="stopServerInstances")

    assert found(ncp_mock)[0] == RUNNING
    assert call(ncp_mock, "get", "rebootServerInstances", {"serverInstanceNoList.1": RUNNING}).status_code == 503
    with pytest.raises(httpx.TransportError):
        call(ncp_mock, "post", "stopServerInstances", {"serverInstanceNoList.1": RUNNING})
    assert found(ncp_mock)[0] == RUNNING
    assert call(ncp_mock, "post", "rebootServerInstances", {"serverInstanceNoList.1": RUNNING}).status_code == 503
    assert call(ncp_mock, "post", "rebootServerInstances", {"serverInstanceNoList.1": RUNNING}).status_code == 200


def test_examples_of_the_contract_are_the_default_fleet(ncp_mock: NcpMock) -> None:
    assert len(ncp_mock.servers) == 22
    assert ncp_mock.servers[0]["serverInstanceNo"] == EXAMPLES["serverInstanceNo"] == RUNNING
