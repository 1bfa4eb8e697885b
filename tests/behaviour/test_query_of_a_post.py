"""A POST with parameters in its query: taken for the form that NCP describes, and called an assumption."""

import logging

import httpx
import pytest
from ncp_mock import NcpMock
from support.mock_calls import PATH, signed

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
ONE, OTHER = "serverInstanceNoList.1=123458773", "serverInstanceNoList.2=123458774"
LIST = "/vserver/v2/getServerInstanceList"


@pytest.mark.parametrize(
    ("target", "headers", "body"),
    [
        (f"{PATH}?{ONE}&responseFormatType=json", JSON, b""),
        (f"{PATH}?{ONE}&responseFormatType=json", FORM, b""),
        (f"{PATH}?{ONE}&responseFormatType=json", {}, b""),
        (f"{PATH}?serverInstanceNoList%2E1=12345877%33&&responseFormatType=json", {"content-type": "text/xml"}, b""),
        (f"{PATH}?responseFormatType=json&{ONE}", FORM, OTHER.encode()),
        (f"{PATH}?{ONE}", FORM, b"&responseFormatType=json&regionCode=KR"),
        (f"{LIST}?responseFormatType=json", JSON, b""),
        (f"{LIST}?responseFormatType=json&pageNo=1&pageSize=5", {}, b""),
    ],
    ids=["json", "form", "no-type", "any-type", "mixed", "mixed-format", "no-parameter-but-the-format", "list"],
)
def test_is_carried_out_and_called_an_assumption(
    ncp_mock: NcpMock, caplog: pytest.LogCaptureFixture, target: str, headers: dict[str, str], body: bytes
) -> None:
    with caplog.at_level(logging.INFO, "ncp_mock"):
        response = signed(ncp_mock, "POST", target, headers=headers, content=body)

    assert response.status_code == 200, response.headers
    [answer] = response.json().values()
    numbers = [server["serverInstanceNo"] for server in answer["serverInstanceList"]]
    assert numbers[0] == "123458773"
    assert ("123458774" in numbers) == (len(body) == len(OTHER) or target.startswith(LIST))
    [record] = ncp_mock.requests
    assert record.verdict == "accepted"
    assert "an assumption (post-takes-query in openapi/assumptions.yaml)" in record.explanation
    assert response.headers["x-mock-explanation"] == f"accepted: {record.explanation}"
    assert caplog.messages == [f"POST {target} 200 accepted: {record.explanation}"]
    assert record.explanation in httpx.get(f"{ncp_mock.url}/__mock__/live").text


def test_post_without_anything_is_no_assumption(ncp_mock: NcpMock) -> None:
    assert signed(ncp_mock, "POST", LIST).status_code == 200

    [record] = ncp_mock.requests
    assert (record.verdict, record.explanation) == ("accepted", "")


BOTH = (
    "repeated-parameter: {} stands in both the query and the body: which of the two the service takes is not known;"
    " send it once"
)


@pytest.mark.parametrize(
    ("query", "headers", "body", "status", "explanation"),
    [
        (ONE, FORM, ONE.encode(), 400, BOTH.format("'serverInstanceNoList.1'")),
        (
            "responseFormatType=json",
            FORM,
            f"{ONE}&responseFormatType=json".encode(),
            400,
            BOTH.format("'responseFormatType'"),
        ),
        (f"{ONE}&{ONE}", JSON, b"", 400, "repeated-parameter: 'serverInstanceNoList.1' is given 2 times"),
        (f"{ONE}&responseFormatType=JSON", JSON, b"", 400, "responseFormatType must be equal to one of the allowed"),
        ("serverInstanceNoList.1=a", JSON, b"", 400, "contract-violation: body.serverInstanceNoList.1: "),
        ("regionCode=KR", JSON, b"", 400, "required property 'serverInstanceNoList.1'"),
        (f"{ONE}&force=true", JSON, b"", 400, "unknown-parameter: "),
        (f"{ONE}&regionCode=", JSON, b"", 400, "empty-value: 'regionCode'"),
        (OTHER, JSON, b"", 400, "numbering-gap: "),
        ("serverInstanceNoList.1=1", JSON, b"", 400, "unknown-server: "),
        ("x&" * 600, FORM, b"x&" * 600, 400, "too-many-parameters: "),
    ],
    ids=lambda value: str(value)[:30],
)
def test_is_judged_as_a_form(
    ncp_mock: NcpMock, query: str, headers: dict[str, str], body: bytes, status: int, explanation: str
) -> None:
    response = signed(ncp_mock, "POST", f"{PATH}?{query}", headers=headers, content=body)

    assert response.status_code == status
    assert explanation in response.headers["x-mock-explanation"]


@pytest.mark.parametrize("body", [b"{}", b"null", b'{"regionCode": "KR"}', b" "])
def test_body_that_is_no_form_is_refused(ncp_mock: NcpMock, body: bytes) -> None:
    response = signed(ncp_mock, "POST", f"{PATH}?{ONE}", headers=JSON, content=body)

    assert response.status_code == 400
    assert response.headers["x-mock-explanation"] == (
        "wrong-content-type: the body of a POST is a form: its content type must be application/x-www-form-urlencoded,"
        " it is application/json; with all parameters in the query, send no body"
    )


def test_refusal_names_the_assumption_as_well(ncp_mock: NcpMock) -> None:
    explanation = signed(ncp_mock, "POST", f"{PATH}?{ONE}&force=1").headers["x-mock-explanation"]

    assert explanation.startswith("unknown-parameter: rebootServerInstances has no parameter 'force'")
    assert "an assumption (post-takes-query in openapi/assumptions.yaml)" in explanation


def test_signature_covers_the_query_as_sent(ncp_mock: NcpMock) -> None:
    auth_of = signed(ncp_mock, "POST", PATH).request.headers
    headers = {name: value for name, value in auth_of.items() if name.startswith("x-ncp-")}

    response = httpx.post(f"{ncp_mock.url}{PATH}?{ONE}", headers=headers)

    assert response.status_code == 401
    assert response.headers["x-mock-explanation"].startswith("query-left-out: ")
