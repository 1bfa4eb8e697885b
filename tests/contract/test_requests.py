"""Every request that the generated client can produce: what is on the wire, and that the contract allows it."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from support.allowed import assert_allowed
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
from support.generated_calls import FLAVOURS, LIMITS, detailed
from support.wire import Received, Wire, accept, reset, silence

OPERATIONS = {f"{method}-{path.rpartition('/')[2]}": operation for method, path, operation in operations()}
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
# One for each numbered list of each operation.
LISTS = [
    pytest.param(operation, stem, id=f"{name}-{stem}")
    for name, operation in OPERATIONS.items()
    for stem in dict.fromkeys(each.partition(".")[0] for each in parameters_of(operation)[0] if "." in each)
]
each_list = pytest.mark.parametrize(("operation", "stem"), LISTS)
each_flavour = pytest.mark.parametrize("call", FLAVOURS.values(), ids=FLAVOURS)


def longest(operation: dict[str, Any], stem: str) -> int:
    """How many values a numbered list takes."""
    return sum(name.startswith(f"{stem}.") for name in parameters_of(operation)[0])


@each_list
def test_exactly_the_values_that_were_given(operation: dict[str, Any], stem: str) -> None:
    most = longest(operation, stem)
    for count in (1, 2, most):
        values = [str(number) for number in range(9000, 9000 - count, -1)]

        with Wire([accept]) as wire:
            response = detailed(operation, wire.url, **least_arguments(operation) | {snake(stem): values})

        [received] = wire.requests
        assert [pair for pair in received.parameters if pair[0].startswith(f"{stem}.")] == [
            (f"{stem}.{position}", value) for position, value in enumerate(values, start=1)
        ]
        assert type(response.parsed).__name__ == envelope_of(operation)[1]
        assert_allowed(received)


@each_operation
def test_every_single_parameter(operation: dict[str, Any]) -> None:
    least = least_arguments(operation)
    schemas, required = parameters_of(operation)
    for name, schema in schemas.items():
        if "." in name or name == "responseFormatType":
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
def test_none_counts_as_not_given(operation: dict[str, Any]) -> None:
    schemas, required = parameters_of(operation)
    optional = {snake(name) for name in schemas if "." not in name and name not in [*required, "responseFormatType"]}
    build = module_of(operation)._get_kwargs

    assert build(**least_arguments(operation), **dict.fromkeys(optional)) == build(**least_arguments(operation))


@each_operation
@each_flavour
def test_nothing_but_json_can_be_asked_for(operation: dict[str, Any], call: Callable[..., Any]) -> None:
    # The client reads nothing else, and would restart a server before it said so.
    with Wire([accept]) as wire:
        with pytest.raises(TypeError, match="unexpected keyword argument 'response_format_type'"):
            call(operation, wire.url, **least_arguments(operation), response_format_type="xml")
        call(operation, wire.url, **least_arguments(operation))

    [received] = wire.requests
    assert ("responseFormatType", "json") in received.parameters
    assert_allowed(received)


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
    with Wire([silence]) as wire, pytest.raises(httpx.ReadTimeout) as caught:
        call(operation, wire.url, **least_arguments(operation), timeout=limits)

    assert len(wire.requests) == 1
    # Not those of the client, which would end it as well, a hundred times later.
    assert caught.value.request.extensions["timeout"] == limits.as_dict()


@each_operation
@each_flavour
def test_call_with_the_time_limits_of_the_client(operation: dict[str, Any], call: Callable[..., Any]) -> None:
    with Wire([reset]) as wire, pytest.raises(httpx.TransportError) as caught:
        call(operation, wire.url, **least_arguments(operation))

    assert caught.value.request.extensions["timeout"] == LIMITS.as_dict()


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
    with pytest.raises(Exception, match=r"Request body validation error|has no parameter"):
        assert_allowed(Received("POST", "/vserver/v2/rebootServerInstances", headers, form))
