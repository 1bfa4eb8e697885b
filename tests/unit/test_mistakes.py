"""Every known mistake in a signature is named, and no secret shows."""

import os
import shutil
import subprocess

import pytest
from ncp_mock._mistakes.table import MISTAKES
from support.mistakes import (
    NOW,
    PATH,
    SECRET,
    SPACED,
    STRING_CASES,
    TAIL,
    Mistake,
    b64,
    digest,
    encoded,
    get,
)
from support.mistakes_in_digests import DIGEST_CASES, RAW, SLASHED

CASES = [*STRING_CASES, *DIGEST_CASES]

IDS = [f"{number}-{case.verdict.replace(' + ', '+')}" for number, case in enumerate(CASES)]


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_mistake_is_named_and_nothing_secret_shows(case: Mistake) -> None:
    refusal = case.refusal()

    assert (refusal.example, refusal.verdict) == ("authenticationFailed", case.verdict)
    if case.verdict in {"wrong-signature", "malformed-signature", "secret-as-signature"}:
        assert refusal.received is None
    elif case.verdict == "secret-as-access-key" and case.text.endswith("x"):
        assert refusal.received is None  # an access key was signed that nobody knows
    elif case.signature is None:
        assert refusal.received == case.text.replace(SECRET, "<secret key>").replace(
            "APIKEY{0}of0somebody", "<API key>"
        )
    else:
        assert refusal.received is not None
    shown = f"{refusal.verdict}\n{refusal.explanation}\n{refusal.expected}\n{refusal.received}"
    secret = case.keys.secret_key
    for form in (secret, b64(secret.encode()), secret.encode().hex(), case.sent_signature, b64(RAW), RAW.hex()):
        assert form not in shown
    assert "thirty bytes" not in shown
    assert 0 < len(refusal.explanation) <= 600
    assert refusal.explanation.isprintable()
    assert refusal.explanation.replace("…", "").isascii()


def test_every_known_mistake_has_a_case() -> None:
    tested = {name for case in CASES for name in case.verdict.split(" + ")}

    assert set(MISTAKES) - tested == set()
    assert tested - set(MISTAKES) == {"wrong-signature", "malformed-signature", "malformed-timestamp"}


def test_base64_of_the_right_digest_that_is_not_its_own() -> None:
    # The last character stands for four bits, and its other two are ignored by most decoders.
    altered = "bsm0jONrdeXvMsL2PZZxIbslW/hp1FfLyut5ePtsKt1="

    assert encoded("", altered).refusal().verdict == "wrong-signature"
    assert Mistake("", target=SLASHED, signature=altered).refusal().verdict == "base64-altered"


def test_explanation_is_specific() -> None:
    assert get("query-left-out", PATH).refusal().explanation == (
        "the signature covers `/vserver/v2/rebootServerInstances` (query left out): sign path and query exactly as"
        " sent, `/vserver/v2/rebootServerInstances?regionCode=KR&serverInstanceNoList.1=1234&responseFormatType=json`"
    )


def test_long_target_is_shortened_in_the_middle() -> None:
    target = f"{PATH}?{'&'.join(f'serverInstanceNoList.{n}=1234' for n in range(1, 21))}"

    refusal = get("query-left-out", PATH, target).refusal()

    assert "…" in refusal.explanation
    assert "serverInstanceNoList.20=1234`" in refusal.explanation
    assert refusal.expected == f"GET {target}{TAIL}"


def test_unexplained_says_what_to_compare() -> None:
    case = Mistake("wrong-signature", key="another")

    for now_ms, thorough in ((NOW, True), (NOW + 32_340_001, True), (NOW, False), (NOW + 32_340_001, False)):
        explanation = case.refusal(now_ms, thorough=thorough).explanation
        assert f"none of {len(MISTAKES)} known mistakes" in explanation
        assert "either the secret key is another one than the mock's, or the string to sign was built" in explanation
        assert explanation.endswith('| openssl dgst -sha256 -hmac "$SECRET" -binary | openssl base64')


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_check_that_is_suggested_gives_the_right_signature() -> None:
    refusal = Mistake("wrong-signature", target=SPACED, key="another").refusal()
    shown = (refusal.expected or "").replace("\n", "\\n")  # as on the page and in the records
    command = refusal.explanation.partition("right signature: ")[2].replace("<expected string>", shown)

    printed = subprocess.run(
        ["sh", "-c", command],
        capture_output=True,
        check=True,
        env={**os.environ, "SECRET": SECRET},
        text=True,
    ).stdout

    assert printed == b64(digest(f"GET {SPACED}{TAIL}")) + "\n"


@pytest.mark.parametrize("case", [CASES[0], Mistake("wrong-signature", key="x")], ids=["known", "unknown"])
def test_stale_clock_is_reported_beside_the_mistake(case: Mistake) -> None:
    assert case.refusal(NOW + 300_000).verdict == f"stale-timestamp + {case.verdict}"
    assert case.refusal(NOW - 300_000).verdict == f"future-timestamp + {case.verdict}"
