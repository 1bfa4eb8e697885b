"""What the contract says of answers: complete, and true to what the vendor publishes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from support.contract import CONTRACT, envelope_of, operations, resolve, violations

PUBLISHED = (Path(__file__).parent / "published_response.json").read_text(encoding="utf-8")
SCHEMAS = CONTRACT["components"]["schemas"]

# https://api.ncloud-docs.com/docs/en/common-vapidatatype-serverinstance, in the order of its table
SERVER_INSTANCE_FIELDS = re.findall(
    r"\w+",
    """
    serverInstanceNo serverName serverDescription cpuCount memorySize platformType loginKeyName publicIpInstanceNo
    publicIp serverInstanceStatus serverInstanceOperation serverInstanceStatusName createDate uptime
    serverImageProductCode serverProductCode isProtectServerTermination zoneCode regionCode vpcNo subnetNo
    networkInterfaceNoList initScriptNo serverInstanceType baseBlockStorageDiskType baseBlockStorageDiskDetailType
    placementGroupNo placementGroupName memberServerImageInstanceNo blockDevicePartitionList hypervisorType
    serverImageNo serverSpecCode eventList fabricClusterPoolNo fabricClusterPoolName fabricClusterMode
    fabricClusterNo fabricClusterName isPreInstallGpuDriver
    """,
)

# Status, code and message of https://api-gov.ncloud-docs.com/docs/api-call-lgc-errorhandling, and 403/230 of
# https://api.ncloud-docs.com/docs/en/ai-application-service-apigateway
COMMON_ERRORS = {
    ("400", "100", "Bad Request Exception"),
    ("401", "200", "Authentication Failed"),
    ("401", "210", "Permission Denied"),
    ("403", "230", "Forbidden"),
    ("404", "300", "Not Found Exception"),
    ("413", "430", "Request Entity Too Large"),
    ("429", "400", "Quota Exceeded"),
    ("429", "410", "Throttle Limited"),
    ("429", "420", "Rate Limited"),
    ("500", "900", "Unexpected Error"),
    ("503", "500", "Endpoint Error"),
    ("504", "510", "Endpoint Timeout"),
}

each_operation = pytest.mark.parametrize(
    ("method", "path", "operation"), operations(), ids=[f"{method}-{path}" for method, path, _ in operations()]
)


def test_server_instance_has_all_fields() -> None:
    assert list(SCHEMAS["ServerInstance"]["properties"]) == SERVER_INSTANCE_FIELDS
    assert len(SERVER_INSTANCE_FIELDS) == 40


@pytest.mark.parametrize("code", ["200", 200], ids=repr)
def test_error_code_is_a_string_or_an_integer(code: str | int) -> None:
    assert violations(SCHEMAS["GatewayErrorEnvelope"], {"error": {"errorCode": code, "message": "m"}}) == []
    assert violations(SCHEMAS["GatewayErrorEnvelope"], {"error": {"message": "m"}}) != []
    assert SCHEMAS["ResponseFormatType"]["enum"] == ["xml", "json"]


def test_answers_require_nothing_and_close_no_set() -> None:
    answers = [envelope_of(operation)[1].replace("Envelope", "Response") for _, _, operation in operations()]
    for name in (*answers, "ServerInstance", "CommonCode", "BlockDevicePartition"):
        assert "required" not in SCHEMAS[name]
        assert "enum" not in json.dumps(SCHEMAS[name])
        assert 'format": "date' not in json.dumps(SCHEMAS[name])


@each_operation
def test_every_error_row_is_an_example(method: str, path: str, operation: dict[str, Any]) -> None:
    rows = {
        (status, example["value"]["error"]["errorCode"], example["value"]["error"]["message"])
        for status, response in operation["responses"].items()
        for example in resolve(response)["content"]["application/json"].get("examples", {}).values()
        if status != "default" and "error" in resolve(example)["value"]
    }

    assert rows == COMMON_ERRORS
    assert list(operation["responses"]) == ["200", *sorted({status for status, _, _ in COMMON_ERRORS}), "default"]


@each_operation
def test_business_errors_travel_with_400_and_500(method: str, path: str, operation: dict[str, Any]) -> None:
    with_business_errors = {
        status
        for status, response in operation["responses"].items()
        if "ResponseErrorEnvelope" in json.dumps(resolve(response)["content"]["application/json"]["schema"])
    }

    assert with_business_errors == {"400", "500", "default"}


@each_operation
def test_every_answer_is_json_or_xml(method: str, path: str, operation: dict[str, Any]) -> None:
    for response in operation["responses"].values():
        assert list(resolve(response)["content"]) == ["application/json", "application/xml"]


@each_operation
def test_answers_are_alike(method: str, path: str, operation: dict[str, Any]) -> None:
    key, envelope = envelope_of(operation)
    response = SCHEMAS[envelope.replace("Envelope", "Response")]

    assert key == f"{path.rpartition('/')[2]}Response"
    assert SCHEMAS[envelope]["required"] == list(SCHEMAS[envelope]["properties"]) == [key]
    assert response["xml"] == {"name": key}
    assert list(response["properties"])[:3] == ["requestId", "returnCode", "returnMessage"]
    if "serverInstanceList" in response["properties"]:
        assert response["properties"] == SCHEMAS["RebootServerInstancesResponse"]["properties"]


def test_published_response_is_the_example() -> None:
    # Its masked characters replaced by digits, nothing else changed, the order of its fields included.
    example = CONTRACT["components"]["examples"]["RebootServerInstancesPublished"]["value"]
    ours, theirs = json.dumps(example), json.dumps(json.loads(PUBLISHED))

    assert len(ours) == len(theirs)
    assert re.fullmatch(re.escape(theirs).replace(r"\*", "[0-9]"), ours)


def test_published_response_as_published_is_valid() -> None:
    schema = resolve(operations()[0][2]["responses"]["200"])["content"]["application/json"]["schema"]

    assert violations(schema, json.loads(PUBLISHED)) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"rebootServerInstancesResponse": {"totalRows": "1"}}, "'1' is not of type 'integer'"),
        (
            {"rebootServerInstancesResponse": {"serverInstanceList": [{"memorySize": "1"}]}},
            "'1' is not of type 'integer'",
        ),
        ({"error": {}}, "'rebootServerInstancesResponse' is a required property"),
    ],
    ids=["rows", "memory", "envelope"],
)
def test_schema_can_fail(change: dict[str, Any], reason: str) -> None:
    schema = resolve(operations()[0][2]["responses"]["200"])["content"]["application/json"]["schema"]

    assert violations(schema, change) == [reason]


def xml_paths(schema: dict[str, Any], name: str) -> list[str]:
    """The elements that a schema and its xml annotations describe, as paths in document order."""
    schema = resolve(schema)
    schema = {**resolve(schema["allOf"][0]), **schema} if "allOf" in schema else schema
    if schema.get("type") == "array":
        items = resolve(schema["items"])
        inner = xml_paths(items, items["xml"]["name"])
        return [name, *(f"{name}/{path}" for path in inner)] if schema["xml"]["wrapped"] else inner
    children = [path for key, value in schema.get("properties", {}).items() for path in xml_paths(value, key)]
    return [name, *(f"{name}/{path}" for path in children)]


def test_xml_has_the_shape_of_a_real_answer() -> None:
    # Seen in a capture of June 2024: header fields first, lists as wrapped elements, codes as pairs.
    schema = resolve(operations()[0][2]["responses"]["200"])["content"]["application/xml"]["schema"]
    root = resolve(schema)["xml"]["name"]

    paths = xml_paths(schema, root)

    assert root == "rebootServerInstancesResponse"
    assert [path.removeprefix(f"{root}/") for path in paths[1:6]] == [
        "requestId",
        "returnCode",
        "returnMessage",
        "totalRows",
        "serverInstanceList",
    ]
    server = f"{root}/serverInstanceList/serverInstance"
    assert {
        f"{server}/serverInstanceNo",
        f"{server}/platformType/code",
        f"{server}/platformType/codeName",
        f"{server}/networkInterfaceNoList/networkInterfaceNo",
        f"{server}/initScriptNo",
    } <= set(paths)


@pytest.mark.parametrize(("name", "root"), [("ResponseError", "responseError"), ("GatewayError", "error")])
def test_xml_of_errors_has_the_envelope_as_root(name: str, root: str) -> None:
    assert SCHEMAS[name]["xml"]["name"] == root
    assert SCHEMAS[f"{name}Envelope"]["required"] == [root]
