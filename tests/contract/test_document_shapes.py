"""What each schema and each response of the contract looks like, said a second time in a line.

Fields and types are those of the vendor's pages; :mod:`test_document` says the same of parameters.
"""

from typing import Any

import pytest
from support.contract import CONTRACT, operations, resolve

SCHEMAS = CONTRACT["components"]["schemas"]
_LIMITS = ("format", "pattern", "minLength", "minimum", "maximum", "enum", "additionalProperties", "xml")


def shape(schema: dict[str, Any]) -> str:
    """Type, limits, what a list holds, and members, with "!" after those that are required."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for several, sign in (("allOf", " & "), ("oneOf", " | ")):
        if several in schema:
            return sign.join(map(shape, schema[several]))
    kind = schema["type"]
    parts = [kind if isinstance(kind, str) else "|".join(kind)]
    parts += [f"{name}={schema[name]}" for name in _LIMITS if name in schema]
    if "items" in schema:
        parts.append(f"of {shape(schema['items'])}")
    if "properties" in schema:
        required = schema.get("required", [])
        members = [f"{name}{'!' * (name in required)}: {shape(each)}" for name, each in schema["properties"].items()]
        parts.append(f"{{{', '.join(members)}}}")
    return " ".join(parts)


NUMBER, LIST = "integer format=int32", "array xml={'wrapped': True} of"
ANSWER = f"requestId: string, returnCode: string, returnMessage: string, totalRows: {NUMBER}"
# https://api.ncloud-docs.com/docs/en/common-vapidatatype-serverinstance: what is no string
SERVER_INSTANCE = {
    "cpuCount": NUMBER,
    "memorySize": "integer format=int64",
    "platformType": "CommonCode",
    "serverInstanceStatus": "CommonCode",
    "serverInstanceOperation": "CommonCode",
    "isProtectServerTermination": "boolean",
    "networkInterfaceNoList": f"{LIST} string xml={{'name': 'networkInterfaceNo'}}",
    "serverInstanceType": "CommonCode",
    "baseBlockStorageDiskType": "CommonCode",
    "baseBlockStorageDiskDetailType": "CommonCode",
    "blockDevicePartitionList": f"{LIST} BlockDevicePartition",
    "hypervisorType": "CommonCode",
    "eventList": f"{LIST} string xml={{'name': 'event'}}",
    "isPreInstallGpuDriver": "boolean",
}
SHAPES = {
    "CommonCode": "object {code: string, codeName: string}",
    "BlockDevicePartition": "object xml={'name': 'blockDevicePartition'} {mountPoint: string, partitionSize: string}",
    "ResponseErrorEnvelope": "object {responseError!: ResponseError}",
    "ResponseError": "object xml={'name': 'responseError'} {returnCode!: string, returnMessage!: string}",
    "GatewayErrorEnvelope": "object {error!: GatewayError}",
    "GatewayError": "object xml={'name': 'error'} {errorCode!: string|integer, message!: string, details: string}",
}
# In JSON and in XML. A business error can stand in the place of the gateway's with some statuses.
SUCCESS = ("{0}Envelope", "{0}Response")
GATEWAYS = ("GatewayErrorEnvelope", "GatewayError")
EITHER = ("ResponseErrorEnvelope | GatewayErrorEnvelope", "ResponseError | GatewayError")
STATUSES = {
    "200": SUCCESS,
    "400": EITHER,
    **dict.fromkeys(("401", "403", "404", "413", "429"), GATEWAYS),
    "500": EITHER,
    **dict.fromkeys(("503", "504"), GATEWAYS),
    "default": EITHER,
}


@pytest.mark.parametrize("name", SHAPES)
def test_shape(name: str) -> None:
    assert shape(SCHEMAS[name]) == SHAPES[name]


def test_shape_of_a_server_instance() -> None:
    fields = {name: shape(schema) for name, schema in SCHEMAS["ServerInstance"]["properties"].items()}

    assert {name: field for name, field in fields.items() if field != "string"} == SERVER_INSTANCE
    assert shape(SCHEMAS["ServerInstance"]).startswith("object xml={'name': 'serverInstance'} {")
    assert "required" not in SCHEMAS["ServerInstance"]


@pytest.mark.parametrize(
    ("method", "path", "operation"), operations(), ids=[f"{method}-{path}" for method, path, _ in operations()]
)
def test_shape_of_what_is_sent_and_received(method: str, path: str, operation: dict[str, Any]) -> None:
    name = path.rpartition("/")[2]
    model, answer = name[0].upper() + name[1:], f"{name}Response"
    received = {
        status: tuple(shape(media["schema"]) for media in resolve(response)["content"].values())
        for status, response in operation["responses"].items()
    }

    assert received == {status: tuple(each.format(model) for each in shapes) for status, shapes in STATUSES.items()}
    assert shape(SCHEMAS[f"{model}Envelope"]) == f"object {{{answer}!: {model}Response}}"
    if "serverInstanceList" in SCHEMAS[f"{model}Response"]["properties"]:
        members = f"{ANSWER}, serverInstanceList: {LIST} ServerInstance"
        assert shape(SCHEMAS[f"{model}Response"]) == f"object xml={{'name': '{answer}'}} {{{members}}}"
    if method == "post":
        [form] = operation["requestBody"]["content"].values()
        assert shape(resolve(form["schema"])).startswith("object additionalProperties=False {")
    assert operation["tags"] == ["server"]  # the generator makes a package of it
