"""The contract itself: valid, complete, and true to what the vendor publishes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from support.contract import CONTRACT, FORM, envelope_of, operations, parameters_of, resolve, violations

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


def test_valid() -> None:
    errors = [str(error) for error in OpenAPIV31SpecValidator(CONTRACT).iter_errors()]

    assert errors == []


def numbered(name: str, last: int = 20) -> list[str]:
    """A list that the vendor writes as name.N."""
    return [f"{name}.{number}" for number in range(1, last + 1)]


# Each operation's parameters in the order of the vendor's page, the required ones first of all said once more.
# https://api.ncloud-docs.com/docs/en/compute-vserver-server-rebootserverinstances and so on, the name in lower case
CHANGE = ["regionCode", *numbered("serverInstanceNoList"), "responseFormatType"]
OPERATIONS: dict[str, tuple[list[str], list[str]]] = {
    "rebootServerInstances": (["serverInstanceNoList.1"], CHANGE),
    "startServerInstances": (["serverInstanceNoList.1"], CHANGE),
    "stopServerInstances": (["serverInstanceNoList.1"], CHANGE),
    "getServerInstanceList": (
        [],
        [
            "regionCode",
            "vpcNo",
            *numbered("serverInstanceNoList"),
            "serverName",
            "serverInstanceStatusCode",
            "baseBlockStorageDiskTypeCode",
            "baseBlockStorageDiskDetailTypeCode",
            "ip",
            *numbered("placementGroupNoList"),
            *numbered("hypervisorTypeCodeList", 2),
            "fabricClusterPoolNo",
            "fabricClusterNo",
            "fabricClusterMode",
            "pageNo",
            "pageSize",
            "sortedBy",
            "sortingOrder",
            "responseFormatType",
        ],
    ),
    "getServerInstanceDetail": (["serverInstanceNo"], ["regionCode", "serverInstanceNo", "responseFormatType"]),
}


def test_operations() -> None:
    # What stands here once more must stay as it is. An operation that is added needs no line here.
    assert [(method, path) for method, path, _ in operations()][: 2 * len(OPERATIONS)] == [
        (method, f"/vserver/v2/{name}") for name in OPERATIONS for method in ("get", "post")
    ]


def test_servers_are_hosts_only() -> None:
    assert [server["url"] for server in CONTRACT["servers"]] == [
        "https://ncloud.apigw.ntruss.com",
        "https://ncloud.apigw.gov-ntruss.com",
        "https://fin-ncloud.apigw.fin-ntruss.com",
    ]


def test_all_three_headers_are_required_together() -> None:
    [requirement] = CONTRACT["security"]
    schemes = CONTRACT["components"]["securitySchemes"]

    assert [(schemes[name]["type"], schemes[name]["in"], schemes[name]["name"]) for name in requirement] == [
        ("apiKey", "header", "x-ncp-apigw-timestamp"),
        ("apiKey", "header", "x-ncp-iam-access-key"),
        ("apiKey", "header", "x-ncp-apigw-signature-v2"),
    ]
    assert not [path for _, path, operation in operations() if "security" in operation]


@each_operation
def test_parameters(method: str, path: str, operation: dict[str, Any]) -> None:
    schemas, required = parameters_of(operation)

    if path.rpartition("/")[2] in OPERATIONS:
        assert (required, list(schemas)) == OPERATIONS[path.rpartition("/")[2]]
    assert operation["operationId"] == path.rpartition("/")[2] + ("Post" if method == "post" else "")
    if method == "post":
        form = resolve(operation["requestBody"]["content"][FORM]["schema"])
        assert form["additionalProperties"] is False
        assert operation["requestBody"]["required"] is bool(required)
        assert form.get("dependentRequired", {}) == ({"pageNo": ["pageSize"]} if "pageNo" in schemas else {})
    else:
        parameters = [resolve(parameter) for parameter in operation["parameters"]]
        assert all("example" in parameter for parameter in parameters)
        assert {parameter["in"] for parameter in parameters} == {"query"}


def test_query_and_form_have_the_same_parameters() -> None:
    for path in CONTRACT["paths"].values():
        assert parameters_of(path["get"]) == parameters_of(path["post"])


def test_types_of_parameters() -> None:
    text = {"type": "string", "minLength": 1}
    number = {"type": "string", "pattern": "^[0-9]+$"}
    special = {
        "serverInstanceNo": number,
        "serverInstanceNoList": number,
        "pageNo": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 2147483647},
        "pageSize": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 1000},
        "responseFormatType": {"type": "string", "enum": ["xml", "json"]},
    }
    for _, path, operation in operations():
        if path.rpartition("/")[2] not in OPERATIONS:
            continue
        for name, schema in parameters_of(operation)[0].items():
            described = {key: value for key, value in schema.items() if key != "description"}
            assert described == special.get(name.partition(".")[0], text), name


def test_what_changes_servers() -> None:
    # The state that a server needs, what is shown meanwhile, and the state that it gets.
    changes = {
        path.rpartition("/")[2]: [
            change["needsStatus"],
            change["operation"]["code"],
            change["statusName"],
            change["statusAfter"]["code"],
            change["statusNameAfter"],
        ]
        for _, path, operation in operations()
        if (change := operation.get("x-changes-servers"))
    }

    assert {name: change for name, change in changes.items() if name in OPERATIONS} == {
        "rebootServerInstances": ["RUN", "RESTA", "rebooting", "RUN", "running"],
        "startServerInstances": ["NSTOP", "START", "booting", "RUN", "running"],
        "stopServerInstances": ["RUN", "SHTDN", "shutting down", "NSTOP", "stopped"],
    }


def test_nothing_has_a_default() -> None:
    # A client generator would send it.
    assert '"default":' not in json.dumps([SCHEMAS, CONTRACT["components"]["parameters"]])


def test_server_instance_has_all_fields() -> None:
    assert list(SCHEMAS["ServerInstance"]["properties"]) == SERVER_INSTANCE_FIELDS
    assert len(SERVER_INSTANCE_FIELDS) == 40


def test_types_of_server_instance() -> None:
    def kind(schema: dict[str, Any]) -> str:
        if "allOf" in schema:
            return str(schema["allOf"][0]["$ref"]).rpartition("/")[2]
        return f"{schema['type']} of {resolve(schema['items'])['xml']['name']}" if "items" in schema else schema["type"]

    kinds = {name: kind(schema) for name, schema in SCHEMAS["ServerInstance"]["properties"].items()}
    assert {name: kind for name, kind in kinds.items() if kind != "string"} == {
        "cpuCount": "integer",
        "memorySize": "integer",
        "platformType": "CommonCode",
        "serverInstanceStatus": "CommonCode",
        "serverInstanceOperation": "CommonCode",
        "isProtectServerTermination": "boolean",
        "networkInterfaceNoList": "array of networkInterfaceNo",
        "serverInstanceType": "CommonCode",
        "baseBlockStorageDiskType": "CommonCode",
        "baseBlockStorageDiskDetailType": "CommonCode",
        "blockDevicePartitionList": "array of blockDevicePartition",
        "hypervisorType": "CommonCode",
        "eventList": "array of event",
        "isPreInstallGpuDriver": "boolean",
    }


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


def examples() -> dict[str, tuple[dict[str, Any], Any]]:
    """Schema and value of every example in the document, by the place where it stands."""
    found: dict[str, tuple[dict[str, Any], Any]] = {}

    def visit(place: str, node: Any) -> None:
        if isinstance(node, list):
            for index, item in enumerate(node):
                visit(f"{place}/{index}", item)
        if not isinstance(node, dict):
            return
        if "schema" in node and "example" in node:
            found[f"{place}/example"] = (node["schema"], node["example"])
        if "schema" in node:
            for name, example in node.get("examples", {}).items():
                found[f"{place}/examples/{name}"] = (node["schema"], resolve(example)["value"])
        for key, value in node.items():
            visit(f"{place}/{key}", value)

    visit("", CONTRACT)
    return found


@pytest.mark.parametrize("place", examples())
def test_example_is_valid(place: str) -> None:
    schema, value = examples()[place]

    assert violations(schema, value) == []


def test_all_examples_are_found() -> None:
    parameters, bodies, responses = 59, 5, 25

    assert len(examples()) >= parameters + bodies + responses


@each_operation
def test_answers_are_alike(method: str, path: str, operation: dict[str, Any]) -> None:
    key, envelope = envelope_of(operation)
    response = SCHEMAS[envelope.replace("Envelope", "Response")]

    assert key == f"{path.rpartition('/')[2]}Response"
    assert SCHEMAS[envelope]["required"] == list(SCHEMAS[envelope]["properties"]) == [key]
    assert response["xml"] == {"name": key}
    answer = SCHEMAS["RebootServerInstancesResponse"]["properties"]
    assert (
        list(response["properties"])[:4]
        == list(answer)[:4]
        == ["requestId", "returnCode", "returnMessage", "totalRows"]
    )
    assert path.rpartition("/")[2] not in OPERATIONS or response["properties"] == answer


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
