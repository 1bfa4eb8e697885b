"""Which of a gateway's responses the mock takes over."""

import json
from pathlib import Path
from typing import Any

import pytest
from ncp_mock._contract.observed import _Response, read_observed


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (399, "400", "no refusal of NCP's"),
        (400, "", "no refusal of NCP's"),
        (400, "400", ""),
        (401, "210", "the keys had no permission"),
        (403, "230", "the keys had no permission"),
        (403, "210", ""),
        (404, "230", ""),
        (429, "410", "a failure, which says nothing about the request"),
        (500, "500", "a failure, which says nothing about the request"),
        (503, "510", "a failure, which says nothing about the request"),
        (500, "900", "a failure, which says nothing about the request"),
        (500, "901", ""),
    ],
)
def test_refusals_that_say_something_about_the_request(status: int, code: str, reason: str) -> None:
    def why_not(envelope: str, name: str, *, is_signed_right: bool) -> str:
        return _Response(status, "json", None, {}, None, envelope, {name: code}, is_signed_right).why_not

    assert why_not("error", "errorCode", is_signed_right=True).rpartition(": ")[2].endswith(reason)
    assert bool(why_not("error", "errorCode", is_signed_right=True)) is bool(reason)
    if "permission" in reason:
        assert why_not("error", "errorCode", is_signed_right=False) == ""
    if code in ("500", "510", "900"):
        assert why_not("responseError", "returnCode", is_signed_right=True) == ""


@pytest.mark.parametrize("exchange", [{"name": "another", "answer": {"status": 0}}, {"name": "list", "answer": None}])
def test_exchange_that_tells_nothing(tmp_path: Path, exchange: dict[str, Any]) -> None:
    file = tmp_path / "seen.json"
    saved = {"format": 1, "site": "public", "date": "2026-11-01", "exchanges": [exchange]}
    file.write_text(json.dumps(saved), encoding="utf-8")

    observed = read_observed(file)

    assert not observed.errors
    assert observed.notes[0] == f"As observed ({file}, 2026-11-01, site public): nothing."
