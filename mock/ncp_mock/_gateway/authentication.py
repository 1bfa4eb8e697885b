"""The gateway's authentication of requests, by NAVER's description: https://api.ncloud-docs.com/docs/en/common-ncpapi

    string to sign = METHOD SP path[?query] LF timestamp LF access key
    signature      = Base64(HMAC-SHA256(secret key, string to sign)), both as UTF-8

It shares nothing with the signer, which is tested against it: a mistake in both would pass unseen.
"""

import base64
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ncp_mock._messages import Refusal, Request
from ncp_mock._mistakes.headers import found_instead, is_current, is_timestamp, mistakes_of_clock
from ncp_mock._mistakes.redaction import Redaction, masked
from ncp_mock._mistakes.search import Memory, explain
from ncp_mock._mistakes.signed_request import SignedRequest
from ncp_mock._mistakes.table import MISTAKES

TIMESTAMP: Final = "x-ncp-apigw-timestamp"
ACCESS_KEY: Final = "x-ncp-iam-access-key"
SIGNATURE: Final = "x-ncp-apigw-signature-v2"
SIGNATURE_OF_SDKS: Final = "x-ncp-apigw-signature-v1"
"""NAVER's SDKs for Python, Go and JavaScript send the same signature by this name."""

_LONGEST_EXPLANATION: Final = 600
_WRONG: Final = (
    "either the secret key is another one than the mock's, or the string to sign was built in a way not known here:"
    " none of {mistakes} known mistakes fits, in {trials} trials {how}; compare the two keys, and your string with the"
    " expected one; this gives the right signature: "
    """printf %b '<expected string>' | openssl dgst -sha256 -hmac "$SECRET" -binary | openssl base64"""
)
_THOROUGH: Final = "alone, the likely ones also in pairs"
_QUICK: Final = "(few, under load: send this one alone for more)"
_MALFORMED: Final = (
    "the signature has {length} characters and is no digest in any known encoding: send the Base64 of an HMAC-SHA256,"
    " 44 characters that end in ="
)
_REPLACED_BY: Final = {"seconds-instead-of-milliseconds": "seconds-in-header", "secret-as-access-key": "keys-swapped"}
"""The mistake in the signature that says more than one seen in the headers."""


@dataclass(frozen=True)
class Keys:
    """The pair of keys that the mock knows."""

    access_key: str = "NCPACCESSKEYEXAMPLE0"
    secret_key: str = field(default="NCPsecretKeyEXAMPLEfortestsonly0123456789", repr=False)


def string_to_sign(method: str, target: str, timestamp: str, access_key: str) -> str:
    return f"{method} {target}\n{timestamp}\n{access_key}"


def signed_string(request: Request) -> str:
    """Return the string to sign of a request that was let in."""
    return string_to_sign(request.method, request.target, request.header(TIMESTAMP)[0], request.header(ACCESS_KEY)[0])


def signature(secret_key: str, string: str) -> str:
    digest = hmac.digest(_bytes(secret_key), _bytes(string), "sha256")
    return base64.b64encode(digest).decode("ascii")


def authenticate(
    request: Request, keys: Keys, now_ms: int, *, thorough: bool = True, memory: Memory | None = None
) -> Refusal | None:
    """Check the three headers of a request; None lets it in.

    The same requests are let in, thorough or not. A thorough explanation takes some 70 ms; a quick one names a rare
    mistake only if the memory has it from a thorough one.
    """
    if refusal := _missing(request, keys) or _ambiguous(request):
        return refusal
    signed = _signed_request(request, keys)
    if _is_right(signed) and is_current(signed.timestamp, now_ms):
        return None
    return _refusal(signed, now_ms, thorough, Memory() if memory is None else memory)


def _is_right(signed: SignedRequest) -> bool:
    expected = string_to_sign(signed.request.method, signed.request.target, signed.timestamp, signed.own_access_key)
    is_signed = hmac.compare_digest(_bytes(signed.signature), _bytes(signature(signed.secret_key, expected)))
    return _is_known(signed) and is_signed


def _is_known(signed: SignedRequest) -> bool:
    return hmac.compare_digest(_bytes(signed.access_key), _bytes(signed.own_access_key))


def _missing(request: Request, keys: Keys) -> Refusal | None:
    signatures = request.header(SIGNATURE) + request.header(SIGNATURE_OF_SDKS)
    found = {TIMESTAMP: request.header(TIMESTAMP), ACCESS_KEY: request.header(ACCESS_KEY), SIGNATURE: signatures}
    missing = [name for name, values in found.items() if not any(value.strip() for value in values)]
    if not missing:
        return None
    hints = found_instead(request, missing, (*found, SIGNATURE_OF_SDKS), Redaction(keys.secret_key))
    hint = "send all three, see https://api.ncloud-docs.com/docs/en/common-ncpapi"
    explanation = _one_line([f"missing or empty: {', '.join(missing)}", *hints, hint])
    return Refusal("authenticationMissing", "missing-headers", explanation)


def _ambiguous(request: Request) -> Refusal | None:
    for name in (TIMESTAMP, ACCESS_KEY, SIGNATURE, SIGNATURE_OF_SDKS):
        if (count := len(request.header(name))) > 1:
            explanation = f"{name} stands in the request {count} times: send each signing header once"
            return Refusal("authenticationFailed", "duplicate-headers", explanation)
    if len({*request.header(SIGNATURE), *request.header(SIGNATURE_OF_SDKS)}) > 1:
        explanation = f"{SIGNATURE} and {SIGNATURE_OF_SDKS} hold different signatures: send one of the two headers"
        return Refusal("authenticationFailed", "two-signatures", explanation)
    return None


def _signed_request(request: Request, keys: Keys) -> SignedRequest:
    """Read the headers of a request that is neither incomplete nor ambiguous."""
    [timestamp], [access_key] = request.header(TIMESTAMP), request.header(ACCESS_KEY)
    sent = (request.header(SIGNATURE) + request.header(SIGNATURE_OF_SDKS))[0]
    return SignedRequest(request, _as_utf8(timestamp), access_key, sent, keys.access_key, keys.secret_key)


def _redaction(signed: SignedRequest) -> Redaction:
    """Hide the secret key, and what may be a key or a signature of somebody else."""
    redaction = Redaction(signed.secret_key)
    if signed.access_key != signed.own_access_key:
        redaction.hide(signed.access_key, masked(signed.access_key))
    for api_key in signed.request.header("x-ncp-apigw-api-key"):
        redaction.hide(api_key, "<API key>")
    redaction.hide(signed.signature, "<signature>")
    return redaction


def _refusal(signed: SignedRequest, now_ms: int, thorough: bool, memory: Memory) -> Refusal:
    redaction = _redaction(signed)
    result = explain(signed, redaction, memory, thorough=thorough)
    wrong: dict[str, str] = {}  # explanations by the names of what is wrong
    if not _is_known(signed) and redaction.holds_secret(signed.access_key):
        wrong["secret-as-access-key"] = MISTAKES["secret-as-access-key"]
    elif not _is_known(signed):
        wrong["unknown-access-key"] = (
            f"access key {redaction.excerpt(masked(signed.access_key))} is not known here: the mock expects"
            f" {redaction.excerpt(signed.own_access_key)}, with its secret key"
        )
    wrong |= mistakes_of_clock(signed.timestamp, now_ms, redaction)
    if result.covered is not None:
        wrong = {name: text for name, text in wrong.items() if _REPLACED_BY.get(name) not in result.mistakes}
        wrong |= result.mistakes
    elif redaction.holds_secret(signed.signature):
        wrong["secret-as-signature"] = MISTAKES["secret-as-signature"]
    elif not result.is_digest:
        wrong["malformed-signature"] = _MALFORMED.format(length=len(signed.signature))
    elif not {"unknown-access-key", "secret-as-access-key", "malformed-timestamp"} & wrong.keys():
        # A foreign access key has a foreign secret key, and nobody knows what a malformed timestamp was when it was
        # signed: then nothing can be said about the signature.
        how = _THOROUGH if thorough else _QUICK
        wrong["wrong-signature"] = _WRONG.format(mistakes=len(MISTAKES), trials=result.trials, how=how)
    time = signed.timestamp if is_timestamp(signed.timestamp) else str(now_ms)
    expected = string_to_sign(signed.request.method, signed.request.target, time, signed.own_access_key)
    return Refusal(
        "authenticationFailed",
        " + ".join(wrong),
        _one_line(wrong.values()),
        redaction.redacted(expected),
        None if result.covered is None else redaction.redacted(result.covered),
    )


def _one_line(texts: Iterable[str]) -> str:
    line = "; ".join(texts)
    return line if len(line) <= _LONGEST_EXPLANATION else f"{line[: _LONGEST_EXPLANATION - 1]}…"


def _as_utf8(header: str) -> str:
    """Return the text that was sent, if it was UTF-8: headers are decoded as Latin-1."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _bytes(text: str) -> bytes:
    # Nothing that arrives may raise here, not even a lone surrogate.
    return text.encode("utf-8", "surrogatepass")
