"""Every known mistake in a signature is explained by its name, and nothing secret shows."""

import base64
import os
import re
import shutil
import subprocess
import time
from dataclasses import replace
from itertools import pairwise
from urllib.parse import quote

import pytest
from ncp_mock._gateway.authentication import Keys
from ncp_mock._mistakes.search import Memory
from ncp_mock._mistakes.table import MISTAKES
from support.mistakes import (
    ACCESS,
    NOW,
    PATH,
    SECRET,
    SPACED,
    STRING_CASES,
    TAIL,
    TARGET,
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

    assert set(MISTAKES) - tested == {"base64-altered"}  # which is tested below
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


REPEATED = {
    "rare": Mistake("secret-with-name", key=f"secret_key={SECRET}"),
    "rare-target": get("list-notation", TARGET.replace(".1", "[]")),
    "pair": Mistake("query-left-out + trailing-newline", f"GET {PATH}{TAIL}\n"),
    "pair-in-hex": Mistake(
        "query-left-out + literal-backslash-n + hex-signature",
        signature=digest(rf"GET {PATH}\n1700000000000\n{ACCESS}").hex(),
    ),
    "clock": Mistake("two-timestamps", f"GET {TARGET}\n1700000000200\n{ACCESS}"),
    "clock-and-another": Mistake("query-left-out + two-timestamps", f"GET {PATH}\n1700000000009\n{ACCESS}"),
}


@pytest.mark.parametrize("case", REPEATED.values(), ids=REPEATED)
def test_short_search_knows_what_a_long_one_found(case: Mistake) -> None:
    memory = Memory()
    assert case.refusal(thorough=False, memory=memory).verdict == "wrong-signature"

    assert case.refusal(memory=memory).verdict == case.verdict
    for other in REPEATED.values():
        other.refusal(memory=memory)

    again = replace(case, headers=(("user-agent", "which is not signed"),)).refusal(thorough=False, memory=memory)
    assert again.verdict == case.verdict
    assert again.explanation == case.refusal().explanation


def test_memory_is_small_and_holds_no_value() -> None:
    memory = Memory()
    for number in range(100):
        memory.remember((f"mistake-{number}",))
    memory.remember(("mistake-99",))
    memory.remember(("one", "other"))

    assert memory.recent() == [*((f"mistake-{number}",) for number in range(99, 92, -1)), ("one", "other")]


def test_short_search_stays_short_whatever_is_remembered() -> None:
    target = f"{PATH}?{'&'.join(f'serverInstanceNoList.{n}=1234' for n in range(1, 21))}"
    case = Mistake("wrong-signature", target=target, key="another")
    memory = Memory()
    for one, other in pairwise(("query-reencoded", "query-reordered", "parameters-added-later") * 3):
        memory.remember((one, "secret-with-white-space"))
        memory.remember((other,))
    trials = re.compile("in ([0-9]+) trials")

    short, more, most = (
        int(found[1])
        for refusal in (
            case.refusal(thorough=False),
            case.refusal(thorough=False, memory=memory),
            case.refusal(memory=memory),
        )
        if (found := trials.search(refusal.explanation))
    )

    assert short < more < short + 5000 < most


@pytest.mark.parametrize("case", [CASES[0], Mistake("wrong-signature", key="x")], ids=["known", "unknown"])
def test_stale_clock_is_reported_beside_the_mistake(case: Mistake) -> None:
    assert case.refusal(NOW + 300_000).verdict == f"stale-timestamp + {case.verdict}"
    assert case.refusal(NOW - 300_000).verdict == f"future-timestamp + {case.verdict}"


WAYS_TO_SEND_A_SECRET = {
    "plain": SECRET,
    "lower-case": SECRET.lower(),
    "percent-encoded": "".join(f"%{byte:02X}" for byte in SECRET.encode()),
    "partly-encoded": f"%4e{SECRET[1:]}",
    "encoded-twice": f"%254e{SECRET[1:]}",
    "hex": SECRET.encode().hex(),
    **{f"base64-at-{offset}": b64(b"ak:"[:offset] + SECRET.encode()) for offset in range(3)},
    "utf-16": SECRET.encode("utf-16-le").decode("latin-1"),
    "utf-16-percent-encoded": quote(SECRET.encode("utf-16-be")),
    "utf-16-hex": SECRET.encode("utf-16-le").hex(),
    **{f"utf-16-base64-at-{offset}": b64(b"ak:"[:offset] + SECRET.encode("utf-16-le")) for offset in range(3)},
    "decoded-leniently": base64.b64decode(SECRET[:40]).hex(),
}


@pytest.mark.parametrize("sent", WAYS_TO_SEND_A_SECRET.values(), ids=WAYS_TO_SEND_A_SECRET)
def test_secret_in_the_request_does_not_show(sent: str) -> None:
    target = f"/p?secretKey={sent}&filler={'x' * 100}"

    right = f"GET {target}{TAIL}"
    texts = [f"GET {signed}{TAIL}\n" for signed in (target, "/p", target.replace("%4e", "N"))]
    texts += [
        right[:-1],
        right.swapcase(),
        b64(right.encode()),
        f"GET {target[::-1]}{TAIL}",
        f"GET {target[:-1]}{TAIL}",
    ]
    for text in texts:
        refusal = Mistake("", text, target, access_key=sent, body=sent.encode()).refusal()
        shown = f"{refusal.verdict}\n{refusal.explanation}\n{refusal.expected}\n{refusal.received}"
        assert "<secret key>" in shown
        for form in (sent[5:-8], SECRET[1:], SECRET.lower()[1:]):
            assert form not in shown


@pytest.mark.parametrize(
    "secret", ["비밀키-secret word+x", "a{0}b\\1(", "Zm9vYmFyYmF6cXV4Zm9v"], ids=["hangul", "signs", "base64"]
)
def test_other_secrets_do_not_show(secret: str) -> None:
    for sent in (secret, quote(secret), quote(secret, safe=""), secret.encode().decode("latin-1")):
        case = Mistake("", target=f"/p?a={sent}&b=1", keys=Keys(secret_key=secret), key="another")
        assert "?a=<secret key>&b=1" in (case.refusal().expected or "")


def test_signature_in_the_query_does_not_show() -> None:
    signature = b64(digest("anything"))

    assert signature not in repr(Mistake("", target=f"/p?signature={signature}", signature=signature).refusal())


UNEXPLAINED = {
    "twenty-servers": Mistake(
        "", key="another", target=f"{PATH}?{'&'.join(f'serverInstanceNoList.{n}=1234' for n in range(1, 21))}"
    ),
    "long-target": Mistake("", key="another", target="/p?" + "a=%20b&" * 70_000),
    "many-slashes": Mistake("", key="another", target="/" * 500_000),
    "long-body": Mistake("", key="another", target="/p", body=b"x" * 1_000_000),
    "long-form": Mistake("", key="another", target="/p?a=1", body=b"{" * 100_000),
    "long-access-key": Mistake("", key="another", access_key="k" * 500_000),
    "long-signature": Mistake("", key="another", signature="(" * 60_000),
    "long-percent": Mistake("", key="another", target="/p?" + "%25" * 20_000),
}


@pytest.mark.parametrize("case", UNEXPLAINED.values(), ids=UNEXPLAINED)
def test_search_is_bounded(case: Mistake) -> None:
    # Processor time, and far more of it than needed: a bound that is lost costs seconds.
    begun = time.thread_time()

    refusal = case.refusal()

    assert time.thread_time() - begun < 1
    assert refusal.received is None
