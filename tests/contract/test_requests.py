"""Every request that the clients can produce: what is on the wire, and that the contract allows it."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import ncp_vserver_api
import pytest
from ncp_signer import NcpAuth
from ncp_vserver_api.errors import UnexpectedResponse, UnexpectedStatus
from ncp_vserver_api.types import UNSET
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest
from support.calls import BOTH, CREDENTIALS, EVERY, Call, Reboot
from support.contract import (
    CONTRACT,
    EXAMPLES,
    envelope_of,
    least_arguments,
    module_of,
    operations,
    parameters_of,
    snake,
)
from support.wire import Received, Wire, accept, answer, list_answer, server, silence

OPENAPI = OpenAPI.from_dict(CONTRACT)

OPERATIONS = {f"{method}-{path.rpartition('/')[2]}": operation for method, path, operation in operations()}
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
# One for each numbered list of each operation.
LISTS = [
    pytest.param(operation, stem, id=f"{name}-{stem}")
    for name, operation in OPERATIONS.items()
    for stem in dict.fromkeys(each.partition(".")[0] for each in parameters_of(operation)[0] if "." in each)
]
each_list = pytest.mark.parametrize(("operation", "stem"), LISTS)


def longest(operation: dict[str, Any], stem: str) -> int:
    """How many values a numbered list takes."""
    return sum(name.startswith(f"{stem}.") for name in parameters_of(operation)[0])


def client(url: str) -> ncp_vserver_api.Client:
    return ncp_vserver_api.Client(base_url=url, timeout=httpx.Timeout(5), httpx_args={"auth": NcpAuth(CREDENTIALS)})


def detailed(operation: dict[str, Any], url: str, **arguments: Any) -> Any:
    with client(url) as api:
        return module_of(operation).sync_detailed(client=api, **arguments)


def plain(operation: dict[str, Any], url: str, **arguments: Any) -> Any:
    with client(url) as api:
        return module_of(operation).sync(client=api, **arguments)


def detailed_async(operation: dict[str, Any], url: str, **arguments: Any) -> Any:
    async def call() -> Any:
        async with client(url) as api:
            return await module_of(operation).asyncio_detailed(client=api, **arguments)

    return asyncio.run(call())


def plain_async(operation: dict[str, Any], url: str, **arguments: Any) -> Any:
    async def call() -> Any:
        async with client(url) as api:
            return await module_of(operation).asyncio(client=api, **arguments)

    return asyncio.run(call())


FLAVOURS: dict[str, Callable[..., Any]] = {
    "sync_detailed": detailed,
    "sync": plain,
    "asyncio_detailed": detailed_async,
    "asyncio": plain_async,
}
each_flavour = pytest.mark.parametrize("call", FLAVOURS.values(), ids=FLAVOURS)


def assert_allowed(received: Received) -> None:
    """The contract allows this request, and knows every parameter by its exact name."""
    path, _, query = received.target.partition("?")
    request = MockRequest(
        "https://ncloud.apigw.ntruss.com",
        received.method.lower(),
        path,
        args=dict(received.parameters) if query else {},
        headers={name.lower(): value for name, value in received.headers},
        content_type=received.header("content-type")[0] if received.body else "",
        data=received.body,
    )
    OPENAPI.validate_request(request)
    names = [name for name, _ in received.parameters]
    declared, _ = parameters_of(CONTRACT["paths"][path][received.method.lower()])
    assert set(names) <= set(declared)
    assert len(set(names)) == len(names)


@each_list
def test_exactly_the_values_that_were_given(operation: dict[str, Any], stem: str) -> None:
    most = longest(operation, stem)
    for count in range(1, most + 1):
        values = [str(number) for number in range(9000, 9000 - count, -1)]

        with Wire([accept]) as wire:
            response = detailed(operation, wire.url, **least_arguments(operation) | {snake(stem): values})

        [received] = wire.requests
        assert [pair for pair in received.parameters if pair[0].startswith(f"{stem}.")] == [
            (f"{stem}.{position}", value) for position, value in enumerate(values, start=1)
        ]
        assert type(response.parsed).__name__ == envelope_of(operation)[1]
        assert_allowed(received)
    assert most == (2 if stem == "hypervisorTypeCodeList" else 20)


@each_operation
def test_every_single_parameter(operation: dict[str, Any]) -> None:
    least = least_arguments(operation)
    schemas, required = parameters_of(operation)
    for name, schema in schemas.items():
        if "." in name:
            continue
        # The one that another needs beside it comes along.
        values = {name: EXAMPLES[name]} | ({"pageSize": EXAMPLES["pageSize"]} if name == "pageNo" else {})
        arguments = {snake(each): value for each, value in values.items()}

        with Wire([accept]) as wire:
            detailed(operation, wire.url, **least | arguments)

        [received] = wire.requests
        sent = dict(received.parameters)
        assert sent == {each: str(EXAMPLES[each]) for each in [*required, *values]} | {"responseFormatType": "json"}
        assert_allowed(received)
        assert schema["type"] in ("string", "integer")


@each_operation
@pytest.mark.parametrize("format_", [UNSET, "json", "xml"])
def test_format(operation: dict[str, Any], format_: Any) -> None:
    with Wire([accept]) as wire:
        detailed(operation, wire.url, **least_arguments(operation), response_format_type=format_)

    [received] = wire.requests
    assert dict(received.parameters).get("responseFormatType", UNSET) == format_
    assert_allowed(received)


@each_operation
def test_json_is_asked_for_when_the_caller_does_not_say(operation: dict[str, Any]) -> None:
    with Wire([accept]) as wire:
        detailed(operation, wire.url, **least_arguments(operation))

    assert ("responseFormatType", "json") in wire.requests[0].parameters


@each_operation
def test_where_parameters_travel(operation: dict[str, Any]) -> None:
    with Wire([accept]) as wire:
        detailed(operation, wire.url, **least_arguments(operation))

    [received] = wire.requests
    if "requestBody" in operation:
        assert (received.method, received.target.partition("?")[1]) == ("POST", "")
        assert received.header("content-type") == ["application/x-www-form-urlencoded"]
    else:
        assert (received.method, received.body) == ("GET", b"")
    assert f"/vserver/v2/{received.operation}" in CONTRACT["paths"]


@each_list
@each_flavour
def test_too_few_or_too_many(operation: dict[str, Any], stem: str, call: Callable[..., Any]) -> None:
    most = longest(operation, stem)
    for count in (0, most + 1, 45):
        arguments = least_arguments(operation) | {snake(stem): ["1"] * count}
        with Wire([accept]) as wire, pytest.raises(ValueError, match=f"1 to {most} values, got {count}$"):
            call(operation, wire.url, **arguments)

        assert wire.connections == []


@each_list
@pytest.mark.parametrize("value", ["1234", b"1234", bytearray(b"1"), {"1"}, {"1": 2}, 1234, None], ids=repr)
def test_what_is_no_sequence_of_strings(operation: dict[str, Any], stem: str, value: Any) -> None:
    arguments = least_arguments(operation) | {snake(stem): value}
    with Wire([accept]) as wire, pytest.raises(TypeError, match="must be a sequence of strings, such as a list"):
        detailed(operation, wire.url, **arguments)

    assert wire.connections == []


@each_operation
@each_flavour
def test_call_with_time_limits_of_its_own(operation: dict[str, Any], call: Callable[..., Any]) -> None:
    limits = httpx.Timeout(connect=5, read=0.05, write=5, pool=5)
    with Wire([silence]) as wire, pytest.raises(httpx.ReadTimeout):
        call(operation, wire.url, **least_arguments(operation), timeout=limits)

    assert len(wire.requests) == 1


@each_operation
@each_flavour
def test_answers_of_the_contract_are_parsed(operation: dict[str, Any], call: Callable[..., Any]) -> None:
    key, envelope = envelope_of(operation)
    answers = {
        200: (json.dumps({key: {"serverInstanceList": [server("1")], "returnCode": "0"}}), envelope),
        400: ('{"responseError": {"returnCode": "1", "returnMessage": "m"}}', "ResponseErrorEnvelope"),
        401: ('{"error": {"errorCode": "200", "message": "m"}}', "GatewayErrorEnvelope"),
        418: ('{"error": {"errorCode": 1, "message": "m", "other": 1}}', "GatewayErrorEnvelope"),
        500: ('{"error": {"errorCode": "900", "message": "m"}}', "GatewayErrorEnvelope"),
    }
    with Wire([answer(status, body) for status, (body, _) in answers.items()]) as wire:
        results = [call(operation, wire.url, **least_arguments(operation)) for _ in answers]

    parsed = [getattr(result, "parsed", result) for result in results]
    assert [type(result).__name__ for result in parsed] == [model for _, model in answers.values()]
    if call in (detailed, detailed_async):
        assert [result.status_code for result in results] == list(answers)


@each_operation
@each_flavour
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, "<rebootServerInstancesResponse/>", UnexpectedResponse),
        (200, "", UnexpectedResponse),
        (200, "[]", UnexpectedResponse),
        (200, '{"error": {}}', UnexpectedResponse),
        (200, b"\xff\xfe", UnexpectedResponse),
        (200, "[" * 100_000, UnexpectedResponse),
        (400, '{"error": 1}', UnexpectedResponse),
        (502, "<html/>", UnexpectedResponse),
        (302, "", UnexpectedResponse),
        (520, "{}", UnexpectedStatus),
        (599, "", UnexpectedStatus),
        (999, "", UnexpectedStatus),
    ],
    ids=["xml", "empty", "list", "error", "not-utf-8", "deep", "number", "html", "redirect", "520", "599", "999"],
)
def test_answers_outside_the_contract(
    operation: dict[str, Any], call: Callable[..., Any], status: int, body: str | bytes, kind: type[Exception]
) -> None:
    with Wire([answer(status, body, "application/xml")]) as wire, pytest.raises(UnexpectedResponse) as caught:
        call(operation, wire.url, **least_arguments(operation))

    assert type(caught.value) is kind
    assert not isinstance(caught.value, ValueError)
    assert caught.value.response.status_code == status
    assert str(caught.value).startswith(f"{status} Whatever, application/xml, {len(body)} bytes: not an answer")
    assert ("this client reads JSON only" in str(caught.value)) == (body[:1] in ("<", b"<"))


@pytest.mark.parametrize("reboot", BOTH.values(), ids=BOTH)
@pytest.mark.parametrize("region", [None, "KR"])
@pytest.mark.parametrize(("count", "batches"), [(1, [1]), (20, [20]), (21, [20, 1]), (45, [20, 20, 5])])
def test_front(reboot: Reboot, region: str | None, count: int, batches: list[int]) -> None:
    numbers = [str(number) for number in range(5000, 5000 - count, -1)]

    with Wire([accept]) as wire:
        result = reboot(wire.url, numbers, region)

    assert [len(received.numbers) for received in wire.requests] == batches
    assert [number for received in wire.requests for number in received.numbers] == numbers
    assert [server.server_instance_no for server in result] == numbers
    assert len(result) == count
    assert result.request_ids == tuple(f"request-{received.numbers[0]}" for received in wire.requests)
    for received in wire.requests:
        assert_allowed(received)
        parameters = dict(received.parameters)
        assert received.method == "GET"
        assert parameters["responseFormatType"] == "json"
        assert parameters.get("regionCode") == region
        assert received.header("accept") == ["application/json"]
        assert received.header("cache-control") == ["no-store"]


@pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize(
    ("method", "arguments", "options"),
    [
        ("start", ["7"], {"region_code": "KR"}),
        ("stop", [["7", "8"]], {}),
        ("servers", [], {}),
        ("servers", [["7", "8"]], {"region_code": "JPN", "page_size": 5}),
        (
            "servers",
            [],
            {
                "vpc_no": "1",
                "server_name": "웹 1",
                "server_instance_status_code": "RUN",
                "base_block_storage_disk_type_code": "NET",
                "base_block_storage_disk_detail_type_code": "SSD",
                "ip": "10.0.0.1",
                "placement_group_no_list": ["1", "2"],
                "hypervisor_type_code_list": ["KVM"],
                "fabric_cluster_pool_no": "1",
                "fabric_cluster_no": "1",
                "fabric_cluster_mode": "m",
                "sorted_by": "serverName",
                "sorting_order": "ASC",
            },
        ),
        ("server", ["7"], {"region_code": "KR"}),
        ("wait_until_running", [["7"]], {"region_code": "KR"}),
    ],
)
def test_other_calls_of_the_front(call: Call, method: str, arguments: list[Any], options: dict[str, Any]) -> None:
    def reply(connection: Any, received: Received) -> None:
        body = list_answer([server(number) for number in received.numbers or ["7"]])
        answer(200, body.replace("getServerInstanceList", received.operation))(connection, received)

    with Wire([reply]) as wire:
        call(wire.url, method, *arguments, **options)

    for received in wire.requests:
        assert_allowed(received)
        assert received.method == "GET"
        assert dict(received.parameters)["responseFormatType"] == "json"
        assert dict(received.parameters).get("regionCode") == options.get("region_code")
    for name, value in options.items():
        if isinstance(value, str) and name != "region_code":
            assert value in dict(received.parameters).values()


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("/vserver/v2/rebootServerInstances", "Missing required query parameter"),
        (
            "/vserver/v2/rebootServerInstances?serverInstanceNoList.1=x",
            "Invalid query parameter: serverInstanceNoList.1",
        ),
        ("/vserver/v2/rebootServerInstances?serverInstanceNoList.1=1&regionCode=", "Query parameter error"),
        (
            "/vserver/v2/rebootServerInstances?serverInstanceNoList.1=1&responseFormatType=yaml",
            "Invalid query parameter",
        ),
        ("/vserver/v2/other?serverInstanceNoList.1=1", "Path not found"),
    ],
)
def test_the_judge_can_say_no(target: str, reason: str) -> None:
    headers = [(name, "x") for name in ("x-ncp-apigw-timestamp", "x-ncp-iam-access-key", "x-ncp-apigw-signature-v2")]

    with pytest.raises(Exception, match=reason):
        assert_allowed(Received("GET", target, headers, b""))
    with pytest.raises(Exception, match="Security not found"):
        assert_allowed(Received("GET", "/vserver/v2/rebootServerInstances?serverInstanceNoList.1=1", headers[:2], b""))


@pytest.mark.parametrize("form", [b"regionCode=KR", b"serverInstanceNoList.1=x", b"serverInstanceNoList.1=1&other=1"])
def test_the_judge_reads_forms(form: bytes) -> None:
    names = ("x-ncp-apigw-timestamp", "x-ncp-iam-access-key", "x-ncp-apigw-signature-v2")
    headers = [("content-type", "application/x-www-form-urlencoded"), *((name, "x") for name in names)]

    assert_allowed(Received("POST", "/vserver/v2/rebootServerInstances", headers, b"serverInstanceNoList.1=1"))
    with pytest.raises(Exception, match=r"Request body validation error|Extra items in the left set"):
        assert_allowed(Received("POST", "/vserver/v2/rebootServerInstances", headers, form))
