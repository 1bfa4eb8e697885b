"""Every request that the clients can produce: what is on the wire, and that the contract allows it."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import httpx
import ncp_vserver_api
import pytest
from ncp_signer import NcpAuth
from ncp_vserver_api.api.server import reboot_server_instances, reboot_server_instances_post
from ncp_vserver_api.errors import UnexpectedResponse, UnexpectedStatus
from ncp_vserver_api.models import GatewayErrorEnvelope, RebootServerInstancesEnvelope, ResponseErrorEnvelope
from ncp_vserver_api.types import UNSET
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest
from support.calls import BOTH, CREDENTIALS, Reboot
from support.contract import CONTRACT, operations
from support.wire import Received, Wire, accept, answer, reboot_answer

OPENAPI = OpenAPI.from_dict(CONTRACT)
DECLARED = {"regionCode", "responseFormatType", *(f"serverInstanceNoList.{number}" for number in range(1, 21))}

OPERATIONS = {"get": reboot_server_instances, "post": reboot_server_instances_post}
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def client(url: str) -> ncp_vserver_api.Client:
    return ncp_vserver_api.Client(base_url=url, timeout=httpx.Timeout(5), httpx_args={"auth": NcpAuth(CREDENTIALS)})


def detailed(operation: Any, url: str, **arguments: Any) -> Any:
    with client(url) as api:
        return operation.sync_detailed(client=api, **arguments)


def plain(operation: Any, url: str, **arguments: Any) -> Any:
    with client(url) as api:
        return operation.sync(client=api, **arguments)


def detailed_async(operation: Any, url: str, **arguments: Any) -> Any:
    async def call() -> Any:
        async with client(url) as api:
            return await operation.asyncio_detailed(client=api, **arguments)

    return asyncio.run(call())


def plain_async(operation: Any, url: str, **arguments: Any) -> Any:
    async def call() -> Any:
        async with client(url) as api:
            return await operation.asyncio(client=api, **arguments)

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
    assert set(names) <= DECLARED
    assert len(set(names)) == len(names)


@each_operation
@pytest.mark.parametrize("count", range(1, 21))
def test_exactly_the_numbers_that_were_given(operation: Any, count: int) -> None:
    numbers = [str(number) for number in range(9000, 9000 - count, -1)]

    with Wire([accept]) as wire:
        response = detailed(operation, wire.url, server_instance_no_list=numbers)

    [received] = wire.requests
    assert [pair for pair in received.parameters if pair[0].startswith("server")] == [
        (f"serverInstanceNoList.{position}", number) for position, number in enumerate(numbers, start=1)
    ]
    assert isinstance(response.parsed, RebootServerInstancesEnvelope)
    assert_allowed(received)


@each_operation
@pytest.mark.parametrize("region", [UNSET, "KR"], ids=["no-region", "region"])
@pytest.mark.parametrize("format_", [UNSET, "json", "xml"])
def test_other_parameters(operation: Any, region: Any, format_: Any) -> None:
    with Wire([accept]) as wire:
        detailed(operation, wire.url, server_instance_no_list=["1"], region_code=region, response_format_type=format_)

    [received] = wire.requests
    expected = {"regionCode": region, "responseFormatType": format_, "serverInstanceNoList.1": "1"}
    assert dict(received.parameters) == {name: value for name, value in expected.items() if value is not UNSET}
    assert_allowed(received)


@each_operation
def test_json_is_asked_for_when_the_caller_does_not_say(operation: Any) -> None:
    with Wire([accept]) as wire:
        detailed(operation, wire.url, server_instance_no_list=["1"])

    assert ("responseFormatType", "json") in wire.requests[0].parameters


def test_where_parameters_travel() -> None:
    with Wire([accept]) as wire:
        detailed(reboot_server_instances, wire.url, server_instance_no_list=["1"])
        detailed(reboot_server_instances_post, wire.url, server_instance_no_list=["1"])

    get, post = wire.requests
    assert (get.method, get.body) == ("GET", b"")
    assert (post.method, post.target) == ("POST", "/vserver/v2/rebootServerInstances")
    assert post.header("content-type") == ["application/x-www-form-urlencoded"]


@each_operation
@each_flavour
@pytest.mark.parametrize("count", [0, 21, 45])
def test_too_few_or_too_many(operation: Any, call: Callable[..., Any], count: int) -> None:
    with Wire([accept]) as wire, pytest.raises(ValueError, match=f"1 to 20 values, got {count}$"):
        call(operation, wire.url, server_instance_no_list=["1"] * count)

    assert wire.connections == []


def test_every_operation_of_the_contract_is_tested_here() -> None:
    modules = {module.__name__.rpartition(".")[2] for module in OPERATIONS.values()}

    assert modules == {re.sub("([A-Z])", r"_\1", operation["operationId"]).lower() for _, _, operation in operations()}


@each_operation
@pytest.mark.parametrize("value", ["1234", b"1234", bytearray(b"1"), {"1"}, {"1": 2}, 1234, None], ids=repr)
def test_what_is_no_sequence_of_strings(operation: Any, value: Any) -> None:
    with Wire([accept]) as wire, pytest.raises(TypeError, match="must be a sequence of strings, such as a list"):
        detailed(operation, wire.url, server_instance_no_list=value)

    assert wire.connections == []


@each_operation
@each_flavour
def test_answers_of_the_contract_are_parsed(operation: Any, call: Callable[..., Any]) -> None:
    answers = {
        200: (reboot_answer(["1"]), RebootServerInstancesEnvelope),
        400: ('{"responseError": {"returnCode": "1", "returnMessage": "m"}}', ResponseErrorEnvelope),
        401: ('{"error": {"errorCode": "200", "message": "m"}}', GatewayErrorEnvelope),
        418: ('{"error": {"errorCode": 1, "message": "m", "other": 1}}', GatewayErrorEnvelope),
        500: ('{"error": {"errorCode": "900", "message": "m"}}', GatewayErrorEnvelope),
    }
    with Wire([answer(status, body) for status, (body, _) in answers.items()]) as wire:
        results = [call(operation, wire.url, server_instance_no_list=["1"]) for _ in answers]

    parsed = [getattr(result, "parsed", result) for result in results]
    assert [type(result) for result in parsed] == [model for _, model in answers.values()]
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
    operation: Any, call: Callable[..., Any], status: int, body: str | bytes, kind: type[Exception]
) -> None:
    with Wire([answer(status, body, "application/xml")]) as wire, pytest.raises(UnexpectedResponse) as caught:
        call(operation, wire.url, server_instance_no_list=["1"])

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
