"""Unexplained signatures on unusual requests are refused with a verdict."""

from urllib.parse import quote

import pytest
from ncp_mock._gateway.authentication import ACCESS_KEY, SIGNATURE, TIMESTAMP, Keys, authenticate
from ncp_mock._messages import Request

NOW = 1_800_000_000_000
TARGET = "/vserver/v2/rebootServerInstances?serverInstanceNoList.1=1"
WRONG = "A" * 43 + "="


@pytest.mark.parametrize(
    ("target", "timestamp", "signature", "verdict"),
    [
        (TARGET, "2027-01-15T08:00:00", WRONG, "malformed-timestamp"),
        (TARGET, str(NOW), quote(quote(quote(quote(WRONG)))), "malformed-signature"),
        (TARGET + "".join(f"&a{number}=1" for number in range(50)), str(NOW), WRONG, "wrong-signature"),
    ],
    ids=["date without a zone", "encoded four times", "many parameters"],
)
def test_refusal(target: str, timestamp: str, signature: str, verdict: str) -> None:
    keys = Keys()
    headers = ((TIMESTAMP, timestamp), (ACCESS_KEY, keys.access_key), (SIGNATURE, signature))

    refusal = authenticate(Request("GET", target, headers), keys, NOW)

    assert refusal is not None
    assert refusal.verdict == verdict
