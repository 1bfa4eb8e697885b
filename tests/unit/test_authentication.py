"""The mock's gateway lets in what NCP's description lets in, and says why it refuses the rest."""

import base64
import hashlib
import hmac

import pytest
from ncp_mock._gateway.authentication import Keys, _one_line, authenticate, signature, string_to_sign
from support.authentication import ACCESS, GOOD, NOW, SECRET, SIGNATURE, refused, request


def signed(text: str, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


def test_lets_in_a_good_request() -> None:
    assert authenticate(request(GOOD), Keys(), NOW) is None


def test_string_to_sign_and_signature() -> None:
    text = string_to_sign("GET", "/vserver/v2/getRegionList", "1700000000000", ACCESS)

    assert text == "GET /vserver/v2/getRegionList\n1700000000000\nNCPACCESSKEYEXAMPLE0"
    assert signature(SECRET, text) == SIGNATURE


def test_repr_of_keys_is_silent() -> None:
    assert SECRET not in repr(Keys())


@pytest.mark.parametrize("difference", [0, 299_999, -299_999])
def test_within_the_window(difference: int) -> None:
    assert authenticate(request(GOOD), Keys(), NOW + difference) is None


@pytest.mark.parametrize(
    ("difference", "verdict", "words"),
    [
        (300_000, "stale-timestamp", "5 minutes behind"),
        (-300_000, "future-timestamp", "5 minutes ahead of"),
        (7_384_000, "stale-timestamp", "2 hours 3 minutes behind"),
        (-32_400_000, "future-timestamp", "9 hours ahead of the gateway's clock"),
        (86_461_000, "stale-timestamp", "1 day 1 minute behind"),
    ],
)
def test_outside_the_window(difference: int, verdict: str, words: str) -> None:
    refusal = refused(request(GOOD), NOW + difference)

    assert (refusal.example, refusal.verdict) == ("authenticationFailed", verdict)
    assert words in refusal.explanation
    assert refusal.received == refusal.expected == f"GET /vserver/v2/getRegionList\n{NOW}\n{ACCESS}"


def test_nine_hours_are_a_time_zone() -> None:
    assert "Korean time" in refused(request(GOOD), NOW + 32_400_500).explanation
    assert "Korean time" not in refused(request(GOOD), NOW + 28_800_000).explanation


@pytest.mark.parametrize("same", [True, False], ids=["same", "different"])
@pytest.mark.parametrize("name", [*GOOD, "x-ncp-apigw-signature-v1"])
def test_duplicate_header(name: str, same: bool) -> None:
    headers = GOOD | {"x-ncp-apigw-signature-v1": SIGNATURE}

    refusal = refused(request(headers, (name, headers[name] if same else "other")))

    assert (refusal.example, refusal.verdict) == ("authenticationFailed", "duplicate-headers")
    assert f"{name} stands in the request 2 times" in refusal.explanation


V1 = {name.replace("-v2", "-v1"): value for name, value in GOOD.items()}


def test_signature_by_the_name_that_sdks_use() -> None:
    assert authenticate(request(V1), Keys(), NOW) is None
    assert authenticate(request(GOOD | V1), Keys(), NOW) is None


@pytest.mark.parametrize("other", ["", signed("other")], ids=["empty", "different"])
def test_two_signatures(other: str) -> None:
    refusal = refused(request(GOOD, ("x-ncp-apigw-signature-v1", other)))

    assert (refusal.example, refusal.verdict) == ("authenticationFailed", "two-signatures")


@pytest.mark.parametrize(
    ("timestamp", "words"),
    [
        ("1700000000000000", "in microseconds"),
        ("1700000000000000000", "in nanoseconds"),
        ("1700000000000.5", "13 digits"),
        ("2023-11-14T22:13:20Z", "13 digits"),
        ("+170000000000", "13 digits"),
        ("170000000000\u00b2", "13 digits"),
        ("\u0661700000000000", "13 digits"),
        ("1700000000000\n", "13 digits"),
    ],
    ids=["microseconds", "nanoseconds", "fraction", "date", "sign", "superscript", "arabic", "newline"],
)
def test_malformed_timestamp(timestamp: str, words: str) -> None:
    text = f"GET /vserver/v2/getRegionList\n{timestamp}\n{ACCESS}"
    headers = GOOD | {"x-ncp-apigw-timestamp": timestamp, "x-ncp-apigw-signature-v2": signed(text)}

    refusal = refused(request(headers))

    assert refusal.verdict == "malformed-timestamp"
    assert words in refusal.explanation
    assert refusal.expected == f"GET /vserver/v2/getRegionList\n{NOW}\n{ACCESS}"


@pytest.mark.parametrize("timestamp", ["2023-11-14T22:13:20Z", '"1700000000000"', "undefined", "-", "9" * 14, "now"])
def test_nothing_is_said_of_a_signature_over_who_knows_what_time(timestamp: str) -> None:
    headers = GOOD | {"x-ncp-apigw-timestamp": timestamp, "x-ncp-apigw-signature-v2": signed("another string")}

    assert refused(request(headers)).verdict == "malformed-timestamp"


def test_mistake_is_found_beside_a_malformed_timestamp() -> None:
    text = f"GET /vserver/v2/getRegionList\nundefined\n{ACCESS}\n"
    headers = GOOD | {"x-ncp-apigw-timestamp": "undefined", "x-ncp-apigw-signature-v2": signed(text)}

    assert refused(request(headers)).verdict == "malformed-timestamp + trailing-newline"


def test_timestamp_in_utf8_is_what_was_signed() -> None:
    sent = "2023년 11월 14일"
    headers = GOOD | {
        "x-ncp-apigw-timestamp": sent.encode().decode("latin-1"),
        "x-ncp-apigw-signature-v2": signed(f"GET /vserver/v2/getRegionList\n{sent}\n{ACCESS}"),
    }

    refusal = refused(request(headers))

    assert refusal.verdict == "malformed-timestamp"
    assert refusal.received == f"GET /vserver/v2/getRegionList\n{sent}\n{ACCESS}"


@pytest.mark.parametrize("secret", [SECRET, "somebody's"], ids=["own-secret", "foreign-secret"])
def test_unknown_access_key(secret: str) -> None:
    foreign = "ForeignKeyThatMayBeSecret"
    text = f"GET /vserver/v2/getRegionList\n{NOW}\n{foreign}"
    headers = GOOD | {"x-ncp-iam-access-key": foreign, "x-ncp-apigw-signature-v2": signed(text, secret)}

    refusal = refused(request(headers))

    assert (refusal.example, refusal.verdict) == ("authenticationFailed", "unknown-access-key")
    assert "`Fore... (25 characters)`" in refusal.explanation
    assert ACCESS in refusal.explanation
    assert foreign not in repr(refusal)


def test_no_form_of_a_foreign_access_key_is_shown() -> None:
    foreign = "ForeignKeyThatMayBeSecret"
    head = f"GET /vserver/v2/getRegionList\n{NOW}\n"
    for text in (head + foreign.lower(), head + foreign[:-1], f"{head}<{foreign}>", f"{head}{foreign}".lower()):
        shown = refused(request(GOOD | {"x-ncp-iam-access-key": foreign, "x-ncp-apigw-signature-v2": signed(text)}))
        assert foreign[5:-1].lower() not in repr(shown).lower()


def test_short_access_key_is_not_shown() -> None:
    assert "`(3 characters)`" in refused(request(GOOD | {"x-ncp-iam-access-key": "any"})).explanation


def test_clock_and_signature_are_both_reported() -> None:
    text = f"GET /vserver/v2/getRegionList\n{NOW}\n{ACCESS}\n"

    refusal = refused(request(GOOD | {"x-ncp-apigw-signature-v2": signed(text)}), NOW + 400_000)

    assert refusal.verdict == "stale-timestamp + trailing-newline"


@pytest.mark.parametrize("thorough", [True, False])
def test_what_is_said_of_a_signature_that_nothing_explains(thorough: bool) -> None:
    headers = GOOD | {"x-ncp-apigw-signature-v2": signed("another string", "another secret")}

    refusal = authenticate(request(headers), Keys(), NOW, thorough=thorough)

    assert refusal is not None
    assert refusal.verdict == "wrong-signature"
    assert ("trials alone, the likely ones also in pairs;" in refusal.explanation) is thorough
    assert ("trials (few, under load: send this one alone for more);" in refusal.explanation) is not thorough


@pytest.mark.parametrize(("length", "end"), [(600, "xx"), (601, "x…")])
def test_explanation_is_bounded(length: int, end: str) -> None:
    line = _one_line(["x" * 300, "x" * (length - 302)])

    assert len(line) == 600
    assert line.endswith(end)
