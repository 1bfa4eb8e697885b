"""What the generated client makes of an answer."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from ncp_vserver_api.errors import UnexpectedResponse, UnexpectedStatus
from support.contract import envelope_of, least_arguments, operations
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
