"""The contract itself: valid, complete in its operations and their parameters, and each example in it valid."""

import json
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from support.contract import CONTRACT, FORM, operations, parameters_of, resolve, violations

SCHEMAS = CONTRACT["components"]["schemas"]

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
    def changes(before: str, operation: str, during: str, after: str, name: str, failure: str, failed: str) -> Any:
        """The state that a server needs, what is shown meanwhile, and the state that it gets, or has on failure."""
        return {
            "needsStatus": before,
            "operation": {"code": operation.split()[0], "codeName": f"Server {operation.split()[1]} OP"},
            "statusName": during,
            "statusAfter": {"code": after, "codeName": f"Server {after} state"},
            "statusNameAfter": name,
            "statusOnFailure": {"code": failure, "codeName": f"Server {operation.split()[1]} FAIL state"},
            "statusNameOnFailure": failed,
        }

    expected = {
        "rebootServerInstances": changes(
            "RUN", "RESTA RESTART", "rebooting", "RUN", "running", "RS_FL", "restart failed"
        ),
        "startServerInstances": changes("NSTOP", "START START", "booting", "RUN", "running", "ST_FL", "start failed"),
        "stopServerInstances": changes(
            "RUN", "SHTDN SHUTDOWN", "shutting down", "NSTOP", "stopped", "SD_FL", "shutdown failed"
        ),
    }

    for _, path, operation in operations():
        if (name := path.rpartition("/")[2]) in OPERATIONS:
            assert operation.get("x-changes-servers") == expected.get(name)


def test_nothing_has_a_default() -> None:
    # A client generator would send it.
    assert '"default":' not in json.dumps([SCHEMAS, CONTRACT["components"]["parameters"]])


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
