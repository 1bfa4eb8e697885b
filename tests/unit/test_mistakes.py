"""Every known mistake in a signature is explained by its name, and nothing secret shows."""

import time
from urllib.parse import quote

import pytest
from ncp_mock._authentication import Keys
from ncp_mock._mistakes.table import MISTAKES
from support.mistakes import CASES, NOW, PATH, RAW, SECRET, SLASHED, TAIL, Mistake, b64, digest, encoded, get

IDS = [f"{number}-{case.verdict.replace(' + ', '+')}" for number, case in enumerate(CASES)]
each_case = pytest.mark.parametrize("case", CASES, ids=IDS)


@each_case
def test_mistake_is_named(case: Mistake) -> None:
    refusal = case.refusal()

    assert (refusal.example, refusal.verdict) == ("authenticationFailed", case.verdict)


@each_case
def test_received_is_what_was_signed(case: Mistake) -> None:
    received = case.refusal().received

    if case.verdict in {"wrong-signature", "malformed-signature", "secret-as-signature"}:
        assert received is None
    elif case.verdict == "secret-as-access-key" and case.text.endswith("x"):
        assert received is None  # an access key was signed that nobody knows
    elif case.signature is None:
        assert received == case.text.replace(SECRET, "<secret key>").replace("APIKEY{0}of0somebody", "<API key>")
    else:
        assert received is not None


@each_case
def test_nothing_secret_shows(case: Mistake) -> None:
    refusal = case.refusal()

    shown = f"{refusal.verdict}\n{refusal.explanation}\n{refusal.expected}\n{refusal.received}"
    secret = case.keys.secret_key
    for form in (secret, b64(secret.encode()), secret.encode().hex(), case.sent_signature, b64(RAW), RAW.hex()):
        assert form not in shown
    assert "thirty bytes" not in shown


@each_case
def test_explanation_fits_a_header(case: Mistake) -> None:
    explanation = case.refusal().explanation

    assert 0 < len(explanation) <= 600
    assert explanation.isprintable()
    assert explanation.replace("…", "").isascii()


def test_every_known_mistake_has_a_case() -> None:
    tested = {name for case in CASES for name in case.verdict.split(" + ")}

    assert set(MISTAKES) - tested == {"base64-altered"}  # which is tested below
    assert tested - set(MISTAKES) == {"wrong-signature", "malformed-signature"}


def test_base64_of_the_right_digest_that_is_not_its_own() -> None:
    # The last character stands for four bits, and its other two are ignored by most decoders.
    altered = "bsm0jONrdeXvMsL2PZZxIbslW/hp1FfLyut5ePtsKt1="

    assert encoded("", altered).refusal().verdict == "wrong-signature"
    assert Mistake("", target=SLASHED, signature=altered).refusal().verdict == "base64-altered"


def test_explanation_is_specific() -> None:
    assert get("query-left-out", PATH).refusal().explanation == (
        "the signature covers `/vserver/v2/rebootServerInstances` without its query: sign path and query exactly as"
        " sent, `/vserver/v2/rebootServerInstances?regionCode=KR&serverInstanceNoList.1=1234&responseFormatType=json`"
    )


def test_long_target_is_shortened_in_the_middle() -> None:
    target = f"{PATH}?{'&'.join(f'serverInstanceNoList.{n}=1234' for n in range(1, 21))}"

    refusal = get("query-left-out", PATH, target).refusal()

    assert "…" in refusal.explanation
    assert "serverInstanceNoList.20=1234`" in refusal.explanation
    assert refusal.expected == f"GET {target}{TAIL}"


def test_unexplained_says_what_to_compare() -> None:
    explanation = Mistake("wrong-signature", key="another").refusal().explanation

    assert f"none of {len(MISTAKES)} known mistakes" in explanation
    assert "compare the secret key" in explanation


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
}


@pytest.mark.parametrize("sent", WAYS_TO_SEND_A_SECRET.values(), ids=WAYS_TO_SEND_A_SECRET)
def test_secret_in_the_request_does_not_show(sent: str) -> None:
    target = f"/p?secretKey={sent}&filler={'x' * 100}"

    for signed in (target, "/p", target.replace("%4e", "N")):
        refusal = Mistake("", f"GET {signed}{TAIL}\n", target, access_key=sent, body=sent.encode()).refusal()
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
