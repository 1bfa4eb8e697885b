"""A null in an answer is absent: it reads as if the field, or the item of a list, were not there."""

import asyncio
import copy
import json
from collections.abc import Callable
from typing import Any

import attrs
import httpx
import ncp_vserver_api
import pytest
from ncp_vserver_api import models
from ncp_vserver_api.errors import UnexpectedResponse
from ncp_vserver_api.types import UNSET
from support.contract import CONTRACT, envelope_of, least_arguments, module_of, operations, resolve

SCHEMAS: dict[str, dict[str, Any]] = CONTRACT["components"]["schemas"]
# Those that an answer can contain. A form is sent, and its objects are closed.
ANSWERS = {
    name: schema
    for name, schema in SCHEMAS.items()
    if schema["type"] == "object" and schema.get("additionalProperties") is not False
}
FIELDS = [(name, field) for name, schema in ANSWERS.items() for field in schema["properties"]]
REQUIRED = [(name, field) for name, field in FIELDS if field in ANSWERS[name].get("required", [])]
OPTIONAL = [each for each in FIELDS if each not in REQUIRED]
LISTS = [(name, field) for name, field in FIELDS if "items" in ANSWERS[name]["properties"][field]]
OPERATIONS = {f"{method}-{path.rpartition('/')[2]}": operation for method, path, operation in operations()}

PUBLISHED: dict[str, Any] = CONTRACT["components"]["examples"]["RebootServerInstancesPublished"]["value"]
RESPONSE: dict[str, Any] = PUBLISHED["rebootServerInstancesResponse"]
SERVER: dict[str, Any] = RESPONSE["serverInstanceList"][0]

each_answer = pytest.mark.parametrize("name", ANSWERS)
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def value_of(schema: dict[str, Any]) -> Any:
    """A value with every field that a schema has."""
    schema = resolve(schema)
    if "allOf" in schema:
        return value_of(schema["allOf"][0])
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    if kind == "object":
        return {field: value_of(inner) for field, inner in schema["properties"].items()}
    if kind == "array":
        return [value_of(schema["items"])]
    return {"string": "1", "integer": 1, "boolean": True}[kind]


def with_nulls(value: Any) -> Any:
    """A copy with a null more in every object and two in every list, at any depth."""
    if isinstance(value, dict):
        return {"nullOne": None} | {key: with_nulls(item) for key, item in value.items()} | {"nullTwo": None}
    if isinstance(value, list):
        return [None, *map(with_nulls, value), None]
    return value


def model_of(name: str) -> Any:
    return getattr(models, name)


def assert_same(name: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    """Both objects read as the same model, which contains no null, and neither is changed by reading it."""
    before = copy.deepcopy((one, other))
    found, wanted = model_of(name).from_dict(one), model_of(name).from_dict(other)

    assert found == wanted
    assert found.to_dict() == wanted.to_dict()
    assert "null" not in json.dumps(found.to_dict())
    assert (one, other) == before


def without(value: dict[str, Any], *fields: str) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key not in fields}


def test_samples_are_what_they_should_be() -> None:
    assert {"ServerInstance", "CommonCode", "GatewayError", "ResponseErrorEnvelope"} < ANSWERS.keys()
    assert {("ServerInstance", "eventList"), ("ServerInstance", "blockDevicePartitionList")} < set(LISTS)
    assert ("GatewayErrorEnvelope", "error") in REQUIRED
    for name, schema in ANSWERS.items():
        value = value_of(schema)
        assert list(value) == list(schema["properties"])
        assert model_of(name).from_dict(value).to_dict() == value


@pytest.mark.parametrize(("name", "field"), OPTIONAL)
def test_null_field_is_absent(name: str, field: str) -> None:
    value = value_of(ANSWERS[name])

    assert_same(name, value | {field: None}, without(value, field))
    optional = [each for owner, each in OPTIONAL if owner == name]
    assert_same(name, without(value, *optional) | {field: None}, without(value, *optional))


@pytest.mark.parametrize("field", ANSWERS["ServerInstance"]["properties"])
def test_null_field_of_the_published_server(field: str) -> None:
    assert_same("ServerInstance", SERVER | {field: None}, without(SERVER, field))
    whole = {"rebootServerInstancesResponse": RESPONSE | {"serverInstanceList": [SERVER | {field: None}]}}
    other = {"rebootServerInstancesResponse": RESPONSE | {"serverInstanceList": [without(SERVER, field)]}}
    assert_same("RebootServerInstancesEnvelope", whole, other)


@pytest.mark.parametrize("field", ANSWERS["RebootServerInstancesResponse"]["properties"])
def test_null_field_of_the_published_response(field: str) -> None:
    whole = {"rebootServerInstancesResponse": RESPONSE | {field: None}}
    other = {"rebootServerInstancesResponse": without(RESPONSE, field)}
    assert_same("RebootServerInstancesEnvelope", whole, other)


@each_answer
def test_all_fields_null_at_once(name: str) -> None:
    value, optional = value_of(ANSWERS[name]), [field for owner, field in OPTIONAL if owner == name]

    assert_same(name, value | dict.fromkeys(optional), without(value, *optional))
    model = model_of(name).from_dict(value | dict.fromkeys(optional))
    python_names = [field.name for field in attrs.fields(type(model)) if field.default is UNSET]
    assert len(python_names) == len(optional)
    assert all(getattr(model, python_name) is UNSET for python_name in python_names)


@pytest.mark.parametrize(("name", "field"), REQUIRED)
def test_null_required_field_is_missing(name: str, field: str) -> None:
    value = value_of(ANSWERS[name])
    for each in (value | {field: None}, without(value, field)):
        with pytest.raises(KeyError, match=field):
            model_of(name).from_dict(each)


@pytest.mark.parametrize(("name", "field"), LISTS)
def test_null_item_is_dropped(name: str, field: str) -> None:
    (item,) = value_of(ANSWERS[name])[field]

    assert_same(name, {field: [None, item, None, item]}, {field: [item, item]})
    assert_same(name, {field: [None]}, {field: []})


@each_answer
def test_nulls_at_any_depth(name: str) -> None:
    known_names = {field: {"x": {"y": 1}} for field in ANSWERS[name]["properties"]}
    value = value_of(ANSWERS[name]) | {"unknown": {"a": {"b": [{"c": 1}, [2]], "d": []}, "e": {}} | known_names}

    assert_same(name, with_nulls(value), value)
    assert model_of(name).from_dict(with_nulls(value)).additional_properties == {"unknown": value["unknown"]}


@pytest.mark.parametrize(("name", "field"), [each for each in FIELDS if each[0] == "ServerInstance"])
def test_nulls_where_the_contract_has_something_else(name: str, field: str) -> None:
    raw: dict[str, Any] = {"x": {"y": [1, {"z": 2}]}}
    if resolve(ANSWERS[name]["properties"][field]).get("items", {}).keys() != {"$ref"}:
        assert_same(name, {field: with_nulls(raw)}, {field: raw})
        if "allOf" not in ANSWERS[name]["properties"][field]:
            assert_same(name, {field: with_nulls([raw, [raw]])}, {field: [raw, [raw]]})


def test_what_is_empty_is_no_null() -> None:
    value = {"serverName": "", "cpuCount": 0, "isProtectServerTermination": False, "eventList": [], "platformType": {}}
    unknown = {"a": "", "b": 0, "c": False, "d": [], "e": {}, "f": ["", 0, False, [], {}], "g": "null"}

    assert models.ServerInstance.from_dict(value | unknown).to_dict() == value | unknown


def test_depth_is_no_matter() -> None:
    nested: list[Any] = []
    for _ in range(10_000):
        nested = [nested, None]

    found = models.CommonCode.from_dict({"unknown": nested})

    assert len(found["unknown"]) == 1


@each_answer
def test_no_field_has_none_in_its_type(name: str) -> None:
    assert not [field for field in attrs.fields(model_of(name)) if "None" in str(field.type)]


def flavours(operation: dict[str, Any], status: int, body: Any) -> list[Any]:
    """What the four functions of an operation return or raise for an answer."""
    transport = httpx.MockTransport(lambda request: httpx.Response(status, json=body))
    module, arguments = module_of(operation), least_arguments(operation)

    def client() -> ncp_vserver_api.Client:
        return ncp_vserver_api.Client(base_url="http://host.invalid", httpx_args={"transport": transport})

    def sync(function: Callable[..., Any]) -> Any:
        with client() as api:
            return function(client=api, **arguments)

    def asynchronous(function: Callable[..., Any]) -> Any:
        async def call() -> Any:
            async with client() as api:
                return await function(client=api, **arguments)

        return asyncio.run(call())

    def outcome(run: Callable[..., Any], function: Callable[..., Any]) -> Any:
        try:
            result = run(function)
        except UnexpectedResponse as error:
            return type(error)
        return getattr(result, "parsed", result)

    return [
        outcome(sync, module.sync),
        outcome(sync, module.sync_detailed),
        outcome(asynchronous, module.asyncio),
        outcome(asynchronous, module.asyncio_detailed),
    ]


@each_operation
def test_nulls_in_the_answers_to_an_operation(operation: dict[str, Any]) -> None:
    key, envelope = envelope_of(operation)
    error, response_error = value_of(SCHEMAS["GatewayErrorEnvelope"]), value_of(SCHEMAS["ResponseErrorEnvelope"])
    answers = [(200, envelope, {key: RESPONSE}), (200, envelope, value_of(SCHEMAS[envelope]))]
    answers += [(status, "GatewayErrorEnvelope", error) for status in (400, 401, 418, 429, 500, 503)]
    answers += [(status, "ResponseErrorEnvelope", response_error) for status in (400, 418, 500)]

    for status, name, body in answers:
        wanted = model_of(name).from_dict(body)
        assert flavours(operation, status, with_nulls(body)) == [wanted] * 4

    all_null = {key: dict.fromkeys(resolve(SCHEMAS[envelope]["properties"][key])["properties"])}
    assert flavours(operation, 200, all_null) == [model_of(envelope).from_dict({key: {}})] * 4
    # The one error envelope is there, the other is null.
    assert (
        flavours(operation, 400, {"responseError": None} | error) == [models.GatewayErrorEnvelope.from_dict(error)] * 4
    )


@each_operation
def test_required_nulls_in_the_answers_to_an_operation(operation: dict[str, Any]) -> None:
    key, _ = envelope_of(operation)
    error, response_error = value_of(SCHEMAS["GatewayError"]), value_of(SCHEMAS["ResponseError"])
    bodies: list[tuple[int, Any]] = [(200, {key: None}), (200, None), (400, None), (400, {"responseError": None})]
    bodies += [(401, {"error": None}), (500, {"error": None, "responseError": None})]
    bodies += [(401, {"error": error | {field: None}}) for field in SCHEMAS["GatewayError"]["required"]]
    bodies += [(400, {"responseError": response_error | {each: None}}) for each in SCHEMAS["ResponseError"]["required"]]

    for status, body in bodies:
        assert flavours(operation, status, body) == [UnexpectedResponse] * 4
