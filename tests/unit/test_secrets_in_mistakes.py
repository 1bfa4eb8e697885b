"""No form of a secret in a request shows in the explanation of its signature."""

import base64
from dataclasses import replace
from urllib.parse import quote

import pytest
from ncp_mock._gateway.authentication import Keys
from support.mistakes import SECRET, TAIL, Mistake, b64, digest

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
    texts += [right[:-1], right.swapcase(), b64(right.encode()), f"GET {target[:-1]}{TAIL}"]
    mistakes = [Mistake("", text, target, body=sent.encode()) for text in texts]
    for mistake in (*mistakes, replace(mistakes[0], access_key=sent)):
        refusal = mistake.refusal()
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


@pytest.mark.parametrize(
    ("secret", "shown"),
    [(SECRET, f"GET /p/<secret key>/x?y=1{TAIL}"), ("half&other=half", "<secret key>")],
    ids=["a word", "several words"],
)
def test_what_is_beside_a_secret_shows_where_words_can_be_told_apart(secret: str, shown: str) -> None:
    case = Mistake("", target=f"/p/{secret}/x?y=1", keys=Keys(secret_key=secret), key="another")

    assert case.refusal().expected == shown


def test_signature_in_the_query_does_not_show() -> None:
    signature = b64(digest("anything"))

    assert signature not in repr(Mistake("", target=f"/p?signature={signature}", signature=signature).refusal())
