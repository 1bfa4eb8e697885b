"""What the generated client makes of an answer."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from ncp_vserver_api.errors import UnexpectedResponse, UnexpectedStatus
from support.contract import envelope_of, least_arguments, module_of, operations, resolve
from support.generated_calls import FLAVOURS, detailed, detailed_async
from support.wire import Wire, answer, server

OPERATIONS = {f"{method}-{path.rpartition('/')[2]}": operation for method, path, operation in operations()}
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
each_flavour = pytest.mark.parametrize("call", FLAVOURS.values(), ids=FLAVOURS)


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


ERRORS = {
    "GatewayErrorEnvelope": {"error": {"errorCode": "200", "message": "m"}},
    "ResponseErrorEnvelope": {"responseError": {"returnCode": "1", "returnMessage": "m"}},
}


@each_operation
def test_each_status_takes_the_errors_that_the_contract_gives_it(operation: dict[str, Any]) -> None:
    build = module_of(operation)._build_response
    for status in (*(int(each) for each in operation["responses"] if each not in ("200", "default")), 418):
        response = operation["responses"].get(str(status), operation["responses"]["default"])
        described = json.dumps(resolve(response)["content"]["application/json"]["schema"])
        for envelope, body in ERRORS.items():
            received = httpx.Response(status, json=body)
            if envelope in described:
                assert type(build(response=received).parsed).__name__ == envelope
            else:
                with pytest.raises(UnexpectedResponse):
                    build(response=received)
        with pytest.raises(UnexpectedResponse):
            build(response=httpx.Response(status, json=[]))


OUTSIDE: dict[str, tuple[int, str | bytes, type[Exception]]] = {
    "xml": (200, "<rebootServerInstancesResponse/>", UnexpectedResponse),
    "empty": (200, "", UnexpectedResponse),
    "list": (200, "[]", UnexpectedResponse),
    "error": (200, '{"error": {}}', UnexpectedResponse),
    "not-utf-8": (200, b"\xff\xfe", UnexpectedResponse),
    "deep": (200, "[" * 100_000, UnexpectedResponse),
    "number": (400, '{"error": 1}', UnexpectedResponse),
    "html": (502, "<html/>", UnexpectedResponse),
    "redirect": (302, "", UnexpectedResponse),
    "520": (520, "{}", UnexpectedStatus),
    "599": (599, "", UnexpectedStatus),
    "999": (999, "", UnexpectedStatus),
}
# All flavours of an operation leave the answer to the same function of its module.
CASES = [
    pytest.param(operation, call, case, id=f"{name}-{flavour}-{case}")
    for name, operation in OPERATIONS.items()
    for flavour, call in FLAVOURS.items()
    for case in OUTSIDE
    if flavour == "sync_detailed" or case == "xml"
]


@pytest.mark.parametrize(("operation", "call", "case"), CASES)
def test_answers_outside_the_contract(operation: dict[str, Any], call: Callable[..., Any], case: str) -> None:
    status, body, kind = OUTSIDE[case]
    with Wire([answer(status, body, "application/xml")]) as wire, pytest.raises(UnexpectedResponse) as caught:
        call(operation, wire.url, **least_arguments(operation))

    assert type(caught.value) is kind
    assert not isinstance(caught.value, ValueError)
    assert caught.value.response.status_code == status
    assert str(caught.value).startswith(f"{status} Whatever, application/xml, {len(body)} bytes: not an answer")
    assert ("this client reads JSON only" in str(caught.value)) == (body[:1] in ("<", b"<"))
