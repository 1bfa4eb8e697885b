"""The clients against the mock: what a user meets who develops without an account."""

import httpx
import ncp_vserver_api
import pytest
from ncp_signer import NcpAuth
from ncp_vserver import Client, OutcomeUnknownError
from ncp_vserver_api.api.server import reboot_server_instances, reboot_server_instances_post
from ncp_vserver_api.models import RebootServerInstancesEnvelope, ServerInstance
from support.calls import BOTH, CREDENTIALS, Reboot
from support.contract import CONTRACT, operations, resolve, violations

PUBLISHED = CONTRACT["components"]["examples"]["RebootServerInstancesPublished"]["value"]
[SERVER] = PUBLISHED["rebootServerInstancesResponse"]["serverInstanceList"]
PATH = "/vserver/v2/rebootServerInstances"
ERRORS = [
    (method, path, status, name)
    for method, path, operation in operations()
    for status, response in operation["responses"].items()
    if status.isdigit() and status != "200"
    for name in resolve(response)["content"]["application/json"]["examples"]
]


@pytest.mark.parametrize("reboot", BOTH.values(), ids=BOTH)
def test_front(ncp_mock: str, reboot: Reboot) -> None:
    result = reboot(ncp_mock, SERVER["serverInstanceNo"], "KR")

    assert [server.to_dict() for server in result] == [SERVER]
    assert result.request_ids == (PUBLISHED["rebootServerInstancesResponse"]["requestId"],)


@pytest.mark.parametrize("operation", [reboot_server_instances, reboot_server_instances_post], ids=["get", "post"])
@pytest.mark.parametrize("count", [1, 20])
def test_generated_client(ncp_mock: str, operation: object, count: int) -> None:
    with ncp_vserver_api.Client(base_url=ncp_mock, httpx_args={"auth": NcpAuth(CREDENTIALS)}) as client:
        response = operation.sync_detailed(  # type: ignore[attr-defined]  # a module
            client=client, server_instance_no_list=[str(number) for number in range(count)], region_code="KR"
        )

    assert isinstance(response.parsed, RebootServerInstancesEnvelope)
    assert response.parsed.to_dict() == PUBLISHED
    [server] = response.parsed.reboot_server_instances_response.server_instance_list or []
    assert isinstance(server, ServerInstance)


def test_number_that_the_mock_does_not_answer_for(ncp_mock: str) -> None:
    # Prism gives the same answer whatever was asked for, and the front takes no answer for another server.
    with Client(CREDENTIALS, base_url=ncp_mock) as client, pytest.raises(OutcomeUnknownError) as caught:
        client.reboot("1234")

    assert caught.value.unknown == ("1234",)
    assert f"names others: {SERVER['serverInstanceNo']}" in str(caught.value)


@pytest.mark.parametrize(("method", "path", "status", "name"), ERRORS)
def test_every_error_example(ncp_mock: str, method: str, path: str, status: str, name: str) -> None:
    number = {"serverInstanceNoList.1": "1"}
    where = {"params": number} if method == "get" else {"data": number}
    headers = {"prefer": f"code={status}, example={name}"}

    with httpx.Client(base_url=ncp_mock, auth=NcpAuth(CREDENTIALS)) as client:
        response = client.request(method, path, headers=headers, **where)  # type: ignore[arg-type]  # one or the other

    media_type = resolve(CONTRACT["paths"][path][method]["responses"][status])["content"]["application/json"]
    assert response.status_code == int(status)
    assert response.json() == media_type["examples"][name]["value"]
    assert violations(media_type["schema"], response.json()) == []


@pytest.mark.parametrize("missing", ["x-ncp-apigw-timestamp", "x-ncp-iam-access-key", "x-ncp-apigw-signature-v2"])
def test_missing_header(ncp_mock: str, missing: str) -> None:
    headers = {scheme["name"]: "x" for scheme in CONTRACT["components"]["securitySchemes"].values()}
    del headers[missing]

    response = httpx.get(ncp_mock + PATH, params={"serverInstanceNoList.1": "1"}, headers=headers)

    assert response.status_code == 401
    assert response.json()["error"]["details"] == "Authentication information are missing."
