"""The clients against the mock: what a user meets who develops without an account."""

import uuid

import httpx
import ncp_vserver_api
import pytest
from ncp_mock import NcpMock
from ncp_signer import NcpAuth
from ncp_vserver import Client, RejectedError
from ncp_vserver_api.api.server import reboot_server_instances, reboot_server_instances_post
from ncp_vserver_api.models import RebootServerInstancesEnvelope, ServerInstance
from support.calls import BOTH, CREDENTIALS, Reboot
from support.contract import CONTRACT, operations, resolve, violations
from support.xml_values import xml_value

PUBLISHED = CONTRACT["components"]["examples"]["RebootServerInstancesPublished"]["value"]
[SERVER] = PUBLISHED["rebootServerInstancesResponse"]["serverInstanceList"]
PATH = "/vserver/v2/rebootServerInstances"
SUCCESS = resolve(CONTRACT["paths"][PATH]["get"]["responses"]["200"])["content"]
ERRORS = [
    (method, status, name)
    for method, path, operation in operations()
    if path == PATH
    for status, response in operation["responses"].items()
    if status != "200"
    for name in resolve(response)["content"]["application/json"].get("examples", {})
]
OPERATIONS = {"get": reboot_server_instances, "post": reboot_server_instances_post}


def call(mock: NcpMock, method: str, parameters: dict[str, str]) -> httpx.Response:
    """A signed call of rebootServerInstances, with the parameters where the method has them."""
    with httpx.Client(base_url=mock.url, auth=NcpAuth(CREDENTIALS)) as client:
        if method == "get":
            return client.get(PATH, params=parameters)
        return client.post(PATH, data=parameters)


@pytest.mark.parametrize("reboot", BOTH.values(), ids=BOTH)
def test_published_example(ncp_mock: NcpMock, reboot: Reboot) -> None:
    # The vendor's own example is what the mock answers for that server, but for one text for people.
    result = reboot(ncp_mock.url, SERVER["serverInstanceNo"], "KR")

    [server] = [server.raw.to_dict() for server in result]
    status = {"code": "RUN", "codeName": "Server RUN state"}
    assert server == SERVER | {"serverInstanceStatus": status}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("count", [1, 20])
def test_every_server_comes_back_in_order(ncp_mock: NcpMock, method: str, count: int) -> None:
    numbers = [str(123458792 - index) for index in range(count)]

    with ncp_vserver_api.Client(base_url=ncp_mock.url, httpx_args={"auth": NcpAuth(CREDENTIALS)}) as client:
        response = OPERATIONS[method].sync_detailed(client=client, server_instance_no_list=numbers, region_code="KR")

    assert isinstance(response.parsed, RebootServerInstancesEnvelope)
    answer = response.parsed.reboot_server_instances_response
    servers = answer.server_instance_list or []
    assert answer.total_rows == count
    assert [server.server_instance_no for server in servers] == numbers
    assert [server.server_name for server in servers][:1] == ["test-792"]
    assert all(isinstance(server, ServerInstance) for server in servers)


def test_each_answer_has_an_id_of_its_own(ncp_mock: NcpMock) -> None:
    with Client(CREDENTIALS, base_url=ncp_mock.url) as client:
        ids = [client.reboot(number).request_ids[0] for number in ("123458773", "123458774")]

    assert len({uuid.UUID(each) for each in ids}) == 2


def test_more_than_a_batch(ncp_mock: NcpMock) -> None:
    ncp_mock.hold_reboots()
    # The twenty-first number is one that the fleet does not have: the error accounts for the twenty before it.
    numbers = [str(123458773 + index) for index in range(20)]

    with Client(CREDENTIALS, base_url=ncp_mock.url) as client, pytest.raises(RejectedError) as caught:
        client.reboot([*numbers, "1"])

    assert caught.value.accepted == tuple(numbers)
    assert caught.value.rejected == ("1",)
    assert {server["serverInstanceOperation"]["code"] for server in ncp_mock.servers[:20]} == {"RESTA"}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("form", ["json", "xml", None])
def test_formats(ncp_mock: NcpMock, method: str, form: str | None) -> None:
    parameters = {"serverInstanceNoList.1": SERVER["serverInstanceNo"]}

    response = call(ncp_mock, method, parameters | ({"responseFormatType": form} if form else {}))

    assert response.status_code == 200
    if form == "json":
        assert response.headers["content-type"] == "application/json;charset=UTF-8"
        assert violations(SUCCESS["application/json"]["schema"], response.json()) == []
        [server] = response.json()["rebootServerInstancesResponse"]["serverInstanceList"]
    else:
        assert response.headers["content-type"] == "application/xml;charset=UTF-8"
        value = xml_value(response.content, SUCCESS["application/xml"]["schema"])
        assert violations(SUCCESS["application/xml"]["schema"], value) == []
        [server] = value["serverInstanceList"]
    assert server["serverInstanceOperation"]["code"] == "RESTA"
    assert server["serverInstanceStatus"]["code"] == "RUN"
    assert server["serverInstanceStatusName"] == "rebooting"
    assert server["uptime"] == SERVER["uptime"]


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(("method", "status", "name"), ERRORS)
def test_every_error_of_the_contract(ncp_mock: NcpMock, method: str, status: str, name: str, form: str) -> None:
    ncp_mock.fail_next(name)

    response = call(ncp_mock, method, {"serverInstanceNoList.1": "1", "responseFormatType": form})

    content = resolve(CONTRACT["paths"][PATH][method]["responses"][status])["content"]
    expected = content["application/json"]["examples"][name]["value"]
    schema = content[f"application/{form}"]["schema"]
    assert response.status_code == (405 if status == "default" else int(status))
    if form == "json":
        assert response.json() == expected
        assert violations(schema, response.json()) == []
    else:
        [(_, inner)] = expected.items()
        assert xml_value(response.content, schema) == inner


def test_errors_of_all_operations_are_the_same() -> None:
    # So it is enough to try those of one.
    errors = [
        {status: response for status, response in operation["responses"].items() if status != "200"}
        for _, _, operation in operations()
    ]

    assert all(each == errors[0] for each in errors)


def test_xml_has_the_shape_of_the_capture(ncp_mock: NcpMock) -> None:
    response = call(ncp_mock, "get", {"serverInstanceNoList.1": SERVER["serverInstanceNo"]})

    lines = response.text.split("\n")
    assert lines[:2] == ['<?xml version="1.0" encoding="UTF-8"?>', "<rebootServerInstancesResponse>"]
    assert [line.strip().partition(">")[0] for line in lines[2:7]] == [
        "<requestId",
        "<returnCode",
        "<returnMessage",
        "<totalRows",
        "<serverInstanceList",
    ]
    assert "      <initScriptNo></initScriptNo>" in lines
    block = lines[lines.index("      <networkInterfaceNoList>") :][:3]
    assert block[1:] == ["        <networkInterfaceNo>1234530</networkInterfaceNo>", "      </networkInterfaceNoList>"]
    assert lines[-1] == "</rebootServerInstancesResponse>"


def test_json_as_the_vendors_go_sdk_reads_it(ncp_mock: NcpMock) -> None:
    # Its parser, modelled: from one character before the inner brace to all but the last character.
    parameters = {"serverInstanceNoList.1": SERVER["serverInstanceNo"], "responseFormatType": "json"}
    text = call(ncp_mock, "post", parameters).text

    assert text.startswith("{")
    assert '{"error"' not in text
    inner = text[text.index("{", 1) - 1 : len(text) - 1]
    assert inner.startswith(" {")
    assert httpx.Response(200, text=inner).json()["returnCode"] == "0"
