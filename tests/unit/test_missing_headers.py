"""What the mock says where signing headers are missing, or stand there by other names."""

import base64
from collections.abc import Callable
from urllib.parse import quote

import pytest
from support.authentication import ACCESS, GOOD, SECRET, SIGNATURE, refused, request


@pytest.mark.parametrize("value", [None, "", " "], ids=["absent", "empty", "space"])
@pytest.mark.parametrize("name", GOOD)
def test_missing_header(name: str, value: str | None) -> None:
    headers = {key: text for key, text in GOOD.items() if key != name} | ({} if value is None else {name: value})

    refusal = refused(request(headers))

    assert (refusal.example, refusal.verdict) == ("authenticationMissing", "missing-headers")
    assert [key for key in GOOD if key in refusal.explanation] == [name]


@pytest.mark.parametrize("value", ["Bearer abc", f"Basic {base64.b64encode(f'{ACCESS}:{SECRET}'.encode()).decode()}"])
def test_authorization_header_is_no_signature(value: str) -> None:
    refusal = refused(request({"authorization": value}))

    assert (refusal.example, refusal.verdict) == ("authenticationMissing", "missing-headers")
    assert "Authorization" in refusal.explanation
    assert value.split()[1] not in refusal.explanation


def test_search_ad_headers_are_no_signature() -> None:
    assert "Search Ad" in refused(request({"x-api-key": ACCESS, "x-signature": SIGNATURE})).explanation


LIKE_A_HEADER = {
    "x-ncp-apigw-signature": "x-ncp-apigw-signature-v2",
    "x-ncp-apigw-signature-v3": "x-ncp-apigw-signature-v2",
    "x_ncp_apigw_signature_v2": "x-ncp-apigw-signature-v2",
    "x-ncp-access-key": "x-ncp-iam-access-key",
    "x-ncp-iam-accesskey": "x-ncp-iam-access-key",
    "x_ncp_iam_access_key": "x-ncp-iam-access-key",
    "x-ncp-timestamp": "x-ncp-apigw-timestamp",
    "x-ncp-apigw-time-stamp": "x-ncp-apigw-timestamp",
}


@pytest.mark.parametrize(("sent", "meant"), LIKE_A_HEADER.items())
def test_header_by_another_name(sent: str, meant: str) -> None:
    headers = {name: text for name, text in GOOD.items() if name != meant} | {sent: "its value"}

    refusal = refused(request(headers))

    assert refusal.verdict == "missing-headers"
    assert f"{sent} is there: is {meant}" in refusal.explanation
    assert refusal.explanation.count("meant?") == 1
    assert "its value" not in repr(refusal)


def test_header_that_is_like_none_is_not_meant() -> None:
    headers = {
        "host": "h",
        "x-ncp-lang": "ko",
        "x-ncp-region_no": "1",
        "user-agent": "a",
        "x-request-timestamp-id": "1",
    }

    assert "meant" not in refused(request(headers)).explanation
    assert (
        "meant"
        not in refused(request({SECRET.lower(): "1", "\u00ff" * 500: "2", "x-" + "n" * 60_000: "3"})).explanation
    )


def test_header_beside_the_one_that_it_is_like_is_not_meant() -> None:
    headers = GOOD | {"x-ncp-apigw-timestamp": "", "x-ncp-apigw-signature-v3": "v", "x-ncp-access-key": "v"}

    assert "meant" not in refused(request(headers)).explanation


def test_header_name_that_does_not_print_is_not_shown() -> None:
    explanation = refused(request({"x-ncp-iam-access\nkey": "v", "x-ncp-iam-access-k\u00e9y": "v"})).explanation

    assert "meant" not in explanation


def test_all_three_by_other_names_fit_one_line() -> None:
    headers = dict.fromkeys(LIKE_A_HEADER, "value")

    explanation = refused(request(headers)).explanation

    assert "meant?" in explanation
    assert len(explanation) <= 600


@pytest.mark.parametrize("name", ["x-ncp-apigw-api-key-id", "x-ncp-apigw-api-key", "x-naver-client-id"])
def test_headers_of_other_apis(name: str) -> None:
    refusal = refused(request({name: "somebody's"}))

    assert "NAVER's AI, Maps and Search APIs" in refusal.explanation
    assert "meant" not in refusal.explanation
    assert "somebody's" not in repr(refusal)


@pytest.mark.parametrize("fold", [str, lambda name: name.replace("-", "_").upper()], ids=["same", "folded"])
def test_headers_in_the_query(fold: Callable[[str], str]) -> None:
    query = "&".join(f"{fold(name)}={quote(value)}" for name, value in GOOD.items())

    explanation = refused(request({}, target=f"/p?{query}")).explanation

    assert f"{' and '.join(GOOD)} in the query mean nothing: send headers" in explanation
    assert quote(SIGNATURE) not in explanation
