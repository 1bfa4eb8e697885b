"""How much the mock keeps of requests, and what of them."""

import pytest
from ncp_mock._gateway.records import Outcome, Records
from ncp_mock._messages import Answer, Request

SECRET = "a-secret-key-of-someone"  # noqa: S105 - an example


def test_latest_requests_are_kept() -> None:
    records = Records(SECRET)
    versions = {records.version}
    for number in range(201):
        records.add(Request("GET", f"/{number}", ()), Outcome(Answer(200)))
        versions.add(records.version)

    assert [each.target for each in records.latest()] == [f"/{number}" for number in range(1, 201)]
    assert (records.count, len(versions)) == (201, 202)

    records.clear()

    assert (records.latest(), records.count) == ([], 201)
    assert records.version not in versions


@pytest.mark.parametrize("text", ["x " * 1997, "x " * 9995])
def test_long_text_is_cut_behind_the_secret_key(text: str) -> None:
    record = Records(SECRET).add(Request("GET", f"{text}{SECRET}", ()), Outcome(Answer(200), explanation="\x00" * 4001))

    assert record.target.startswith("x " * 1997)
    assert len(record.target) <= 4000
    assert SECRET[:5] not in record.target
    assert record.explanation == r"\x00" * 4000


@pytest.mark.parametrize(("string", "shown"), [("GET /\n1", r"GET /\n1"), (None, None), ("", None)])
def test_strings_to_sign_that_are_known(string: str | None, shown: str | None) -> None:
    record = Records(SECRET).add(Request("GET", "/", ()), Outcome(Answer(200), expected=string, received=string))

    assert (record.expected_string_to_sign, record.received_string_to_sign) == (shown, shown)
