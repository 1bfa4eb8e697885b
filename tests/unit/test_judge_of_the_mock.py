"""What the mock's judge decides about a request before Prism sees it, and what it makes of Prism's findings."""

import json
from typing import Any, Final

import pytest
from ncp_mock._contract.document import FORM, Contract
from ncp_mock._contract.judge import assumption, check_encoding, found_by_prism, parameters, server_numbers
from ncp_mock._messages import Refusal, Request
from support.contract import ROOT

OPERATIONS: Final = Contract(ROOT / "openapi" / "vserver.yaml").operations
REBOOT: Final = "/vserver/v2/rebootServerInstances"
IS_FORM: Final = ("content-type", f"{FORM}; charset=UTF-8")
IS_TEXT: Final = ("content-type", "text/plain")
ONE: Final = "serverInstanceNoList.1=1"


def posted(query: str = "", *headers: tuple[str, str], body: str = "") -> Request:
    return Request("POST", f"{REBOOT}?{query}" if query else REBOOT, headers, body.encode())


@pytest.mark.parametrize(
    ("request_", "is_assumed"),
    [
        (posted(), False),
        (posted("", IS_FORM, body=ONE), False),
        (posted("responseFormatType=json", IS_FORM, body=ONE), False),
        (posted(ONE, IS_FORM), True),
        (posted(ONE), True),
        (posted("responseFormatType=json"), True),
        (posted("", IS_TEXT), True),
        (posted("responseFormatType=json", IS_TEXT), True),
        (posted("", IS_TEXT, body=ONE), False),  # which is refused
        (Request("GET", f"{REBOOT}?{ONE}", ()), False),
        (Request("GET", REBOOT, (IS_TEXT,)), False),
    ],
)
def test_what_is_assumed_of_a_form(request_: Request, is_assumed: bool) -> None:
    operation = OPERATIONS[REBOOT][request_.method]

    assert assumption(operation, request_).startswith("it is an assumption") is is_assumed


@pytest.mark.parametrize(
    ("query", "verdict", "words"),
    [
        (f"{ONE}&serverInstanceNoList.2=2", "", ""),
        ("serverInstanceNoList.2=2", "numbering-gap", "serverInstanceNoList.2 is there, serverInstanceNoList.1 is not"),
        (f"{ONE}&serverInstanceNoList.4=4", "numbering-gap", "List.4 is there, serverInstanceNoList.2 is not"),
        (f"{ONE}&{ONE}", "repeated-parameter", "'serverInstanceNoList.1' is given 2 times"),
        (f"regionCode=KR&{ONE}&{ONE}&{ONE}", "repeated-parameter", "'serverInstanceNoList.1' is given 3 times"),
        ("serverInstanceNoList.1=", "empty-value", "'serverInstanceNoList.1' has no value"),
        ("serverInstanceNolist.1=1", "parameter-in-another-case", "'serverInstanceNoList.1', not"),
        ("serverInstanceNo=1", "unknown-parameter", "no parameter 'serverInstanceNo'"),
    ],
)
def test_parameters(query: str, verdict: str, words: str) -> None:
    for request in (Request("GET", f"{REBOOT}?{query}", ()), posted("", IS_FORM, body=query)):
        operation = OPERATIONS[REBOOT][request.method]
        if verdict:
            with pytest.raises(Refusal) as refused:
                parameters(operation, request)
            assert refused.value.verdict == verdict
            assert words in refused.value.explanation
        else:
            assert parameters(operation, request) == {"serverInstanceNoList.1": "1", "serverInstanceNoList.2": "2"}


@pytest.mark.parametrize(
    ("request_", "verdict"),
    [
        (Request("GET", REBOOT, (IS_FORM,), ONE.encode()), "unexpected-body"),
        (Request("GET", REBOOT, (), ONE.encode()), "unexpected-body"),
        (posted("", body=ONE), "wrong-content-type"),
        (posted("", IS_TEXT, body=ONE), "wrong-content-type"),
        (Request("GET", f"{REBOOT}?{'&' * 1001}", ()), "too-many-parameters"),
        (posted("&" * 500, IS_FORM, body="&" * 501), "too-many-parameters"),
    ],
)
def test_bodies_and_sizes_that_are_refused(request_: Request, verdict: str) -> None:
    with pytest.raises(Refusal) as refused:
        parameters(OPERATIONS[REBOOT][request_.method], request_)

    assert refused.value.verdict == verdict


def test_as_many_parameters_as_there_may_be() -> None:
    assert parameters(OPERATIONS[REBOOT]["POST"], posted("&" * 500, IS_FORM, body="&" * 500)) == {}


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (Request("GET", "/a%zz-0123456789", ()), "the path has a '%' without two hexadecimal digits: '%zz-0123'"),
        (Request("GET", "/a?b=%4", ()), "the query has a '%' without two hexadecimal digits: '%4'"),
        (posted("", IS_FORM, body="b=%"), "the body has a '%' without two hexadecimal digits: '%'"),
        (Request("GET", "/a?b=c%ff", ()), "the query is not UTF-8 once its percent-encoding is taken off, at byte 3"),
    ],
)
def test_bad_encoding(request_: Request, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_encoding(request_)

    assert refused.value.verdict == "bad-encoding"
    assert refused.value.explanation.replace(" behind it", "") == words


def test_body_that_is_no_form_has_no_encoding() -> None:
    check_encoding(posted("", IS_TEXT, body="b=%"))


@pytest.mark.parametrize(
    ("found", "example", "explanation"),
    [
        ({"location": ["request", "query", "pageno"]}, "invalidParameter", "query.pageNo: no (type)"),
        (
            {"location": ["request", "query", "serverinstancenolist.1"]},
            "invalidServerInstanceNo",
            "query.serverInstanceNoList.1: no (type)",
        ),
        ({"location": ["request"]}, "invalidParameter", "request: no (type)"),
        ({"location": []}, "invalidParameter", "request: no (type)"),
        ({"location": ["query"], "code": "required"}, "requiredFieldMissing", "request: no (required)"),
    ],
)
def test_findings_of_prism(found: dict[str, Any], example: str, explanation: str) -> None:
    operation = OPERATIONS["/vserver/v2/getServerInstanceList"]["GET"]

    refusal = found_by_prism(operation, json.dumps([{"code": "type", "message": "no"} | found]))

    assert (refusal.example, refusal.explanation) == (example, explanation)


@pytest.mark.parametrize(
    ("request_", "end"),
    [
        (posted("", body=ONE), f"must be {FORM}, it is none"),
        (posted("", IS_TEXT, body=ONE), f"must be {FORM}, it is text/plain"),
        (posted(ONE, IS_TEXT, body="{}"), "it is text/plain; with all parameters in the query, send no body"),
        (
            posted("serverInstanceNoList=1"),
            "as serverInstanceNoList.1, serverInstanceNoList.2 and so on, to serverInstanceNoList.20",
        ),
        (posted("regionCod=KR"), "has no parameter 'regionCod': is 'regionCode' meant?"),
        (posted("x=1"), "has no parameter 'x'. It knows regionCode, serverInstanceNoList.N, responseFormatType"),
    ],
)
def test_hints_at_what_is_meant(request_: Request, end: str) -> None:
    with pytest.raises(Refusal) as refused:
        parameters(OPERATIONS[REBOOT]["POST"], request_)

    assert refused.value.explanation.endswith(end)


def test_server_numbers_of_a_request() -> None:
    assert server_numbers({"serverInstanceNo": "7", "pageNo": "1"}) == ["7"]
    assert server_numbers({"serverInstanceNoList.2": "8", "serverInstanceNoList.1": "9"}) == ["9", "8"]
