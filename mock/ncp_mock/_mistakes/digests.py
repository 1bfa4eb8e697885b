"""How a signature may have been made and encoded by mistake: another digest, another encoding of it."""

import base64
import contextlib
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from .lenient import decoded_base64, decoded_hex

Digest = Callable[[bytes, bytes], bytes]
"""Of key and message."""
Received = dict[bytes, tuple[str, ...]]
"""What a signature may stand for, each with the mistakes of encoding that this takes."""


class Way(NamedTuple):
    """A way to a digest, and the mistakes that it is; the right one is none."""

    mistakes: tuple[str, ...]
    digest: Digest
    most: int = 2
    """It is looked for together with that many mistakes in key and message, at most."""


_HASHES: Final = {16: "md5", 20: "sha-1", 28: "sha-224", 32: "sha-256", 48: "sha-384", 64: "sha-512"}
"""By the length of their digests."""
_OTHERS_OF_32: Final = {"sha3_256": "sha-3", "sha512_256": "sha-512-256"}
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
_LONGEST_SIGNATURE: Final = 1000
_MOST_STEPS: Final = 4
_QUOTED: Final = re.compile(r"""(b?)(['"`])(.*?)(?:\\n)?\2|()[<\[({]+(.*?)[>\])}]+""", re.DOTALL)
_LABELLED: Final = re.compile(r"(?:\S*\(.*\)= *|[a-z][a-z0-9-]*(?:[=:] *| +))(.+)", re.DOTALL | re.IGNORECASE)
_WITH_FILE_NAME: Final = re.compile(r"([0-9A-Fa-f]{32,128}) [ *]?-")
_SEPARATED_HEX: Final = re.compile(r"(?:0x|\\x)?[0-9a-f]{2}(?:(?:[-:,\s]|0x|\\x)*[0-9a-f]{2})*", re.IGNORECASE)
_NUMBERS: Final = re.compile(r"[\[{(]?-?[0-9]{1,3}(?:[, ]+-?[0-9]{1,3})+[\]})]?")
_IN_ONE_CASE: Final = re.compile("[a-z0-9+/]{43}=?|[A-Z0-9+/]{43}=?")
_PIECE: Final = re.compile("[A-Za-z0-9+/]{16,43}=?")
# What decodings one after the other are called. The rest has no name.
_CHAINS: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ("base64",): (),
    ("hex",): ("hex-signature",),
    ("separated",): ("hex-with-separators",),
    ("base32",): ("base32-signature",),
    ("numbers",): ("digest-as-numbers",),
    ("text",): ("digest-as-text",),
    ("base64", "hex"): ("base64-of-hex",),
    ("base64", "separated"): ("base64-of-hex",),
    ("base64", "base64"): ("base64-twice",),
    ("hex", "base64"): ("hex-of-base64",),
    ("base64", "signature-with-label", "hex"): ("base64-of-printed-line",),
}


def received_digests(signature: str) -> Received:
    """The digests that a signature may stand for, and what is left of one that was spoilt."""
    found: Received = {}
    pending: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []
    if len(signature) <= _LONGEST_SIGNATURE:
        pending.append((signature, (), ()))
    for text, mistakes, chain in pending:  # which grows meanwhile
        if len(mistakes) + len(chain) >= _MOST_STEPS:
            continue
        for name, inner in _unwrapped(text):
            pending.append((inner, mistakes, (*chain, name)) if chain else (inner, (*mistakes, name), chain))
        for step, raw, more in _decoded(text):
            steps, names = (*chain, step), (*mistakes, *more)
            if len(raw) in _HASHES and steps in _CHAINS:
                found.setdefault(raw, names + _CHAINS[steps])
            pending.append((raw.decode("latin-1").strip(), names, steps))
        if not chain:
            for name, (left, _) in _SPOILT.items():
                if spoilt := left(text):
                    found.setdefault(spoilt, (*mistakes, name))
    return found


def _unwrapped(text: str) -> Iterator[tuple[str, str]]:
    if quoted := _QUOTED.fullmatch(text):
        yield "signature-as-bytes-repr" if quoted[1] else "signature-in-quotes", quoted[3] or quoted[5] or ""
    if labelled := _WITH_FILE_NAME.fullmatch(text) or _LABELLED.fullmatch(text):
        yield "signature-with-label", labelled[1].strip()
    for name, plain in (
        ("percent-encoded-signature", unquote(text).strip()),
        ("signature-escaped", text.replace(r"\/", "/")),
        ("signature-with-white-space", text.replace(" ", "+")),
        ("signature-with-white-space", re.sub(r"\s|\\n|\\r", "", text)),
    ):
        if plain != text:
            yield name, plain


def _decoded(text: str) -> Iterator[tuple[str, bytes, tuple[str, ...]]]:
    """Step, bytes, and what is odd about the text."""
    if (raw := decoded_base64(text)) is not None:
        odd = ("url-safe-base64",) * bool(re.search("[-_]", text)) + ("padding-missing",) * bool(len(text) % 4)
        if not odd and base64.b64encode(raw).decode() != text:
            odd = ("base64-altered",)
        yield "base64", raw, odd
        with contextlib.suppress(UnicodeError):
            yield "text", raw.decode().encode("latin-1"), odd
    if (raw := decoded_hex(text)) is not None:
        yield "hex", raw, ()
    elif _SEPARATED_HEX.fullmatch(text):
        yield "separated", bytes.fromhex(re.sub(r"0x|\\x|[^0-9a-f]", "", text.lower())), ()
    if re.fullmatch("[A-Z2-7]{52}(?:====)?", text):
        yield "base32", base64.b32decode(text[:52] + "===="), ()
    if _NUMBERS.fullmatch(text):
        yield "numbers", bytes(int(number) % 256 for number in re.findall("-?[0-9]+", text)), ()


def _replaced(text: str) -> bytes:
    raw = decoded_base64(text) or b""
    return raw if "\ufffd".encode() in raw else b""


# What does not tell the digest any more: what is left of it, and how each digest tried is spoilt in the same way.
_SPOILT: Final[dict[str, tuple[Callable[[str], bytes], Callable[[bytes, bytes], bytes]]]] = {
    "base64-in-other-case": (
        lambda text: text.lower().ljust(44, "=").encode() if _IN_ONE_CASE.fullmatch(text) else b"",
        lambda digest, _: base64.b64encode(digest).lower(),
    ),
    "digest-as-text": (_replaced, lambda digest, _: digest.decode("utf-8", "replace").encode()),
    "signature-incomplete": (
        lambda text: text.encode() if _PIECE.fullmatch(text) else b"",
        lambda digest, left: left if left in base64.b64encode(digest) else b"",
    ),
}


def is_digest(received: Received) -> bool:
    """Whether it could be one by its form, and not only a piece of one."""
    return any("signature-incomplete" not in mistakes for mistakes in received.values())


def ways(received: Received) -> Iterator[Way]:
    """The ways to the digests received, by their length, and to what is left of a digest where it was spoilt."""
    for length in sorted({*map(len, received)} & _HASHES.keys()):
        hash_name = _HASHES[length]
        named = "" if hash_name == "sha-256" else hash_name
        for name, digest, most in _ways(hash_name.replace("sha-", "sha")):
            yield Way(tuple(filter(None, (named, name))), digest, most)
    for algorithm, name in _OTHERS_OF_32.items() if 32 in map(len, received) else ():
        if algorithm in hashlib.algorithms_available:  # pragma: no branch - not every OpenSSL has them all
            yield Way((name,), partial(hmac.digest, digest=algorithm), 0)
    keyed = hmac_of("sha256")
    for left, mistakes in received.items():
        if spoilt := _SPOILT.get(mistakes[-1] if mistakes else ""):
            yield Way((), partial(_spoilt, keyed, spoilt[1], left), 1)


def _spoilt(keyed: Digest, spoil: Digest, left: bytes, key: bytes, message: bytes) -> bytes:
    return spoil(keyed(key, message), left)


def _ways(algorithm: str) -> list[tuple[str, Digest, int]]:
    keyed = hmac_of(algorithm)

    def plain(text: bytes) -> bytes:
        return hashlib.new(algorithm, text, usedforsecurity=False).digest()

    return [
        ("", keyed, 2),
        ("hmac-arguments-swapped", lambda key, message: hmac.digest(message, key, algorithm), 1),
        ("no-hmac", lambda _, message: plain(message), 1),
        ("no-hmac", lambda key, message: plain(key + message), 1),
        ("no-hmac", lambda key, message: plain(message + key), 1),
        ("no-hmac", lambda key, message: plain(b":".join([key, message])), 0),
        ("no-hmac", lambda key, message: plain(b":".join([message, key])), 0),
        ("hmac-twice", lambda key, message: keyed(key, keyed(key, message)), 0),
        ("hmac-twice", lambda key, message: keyed(key, keyed(key, message).hex().encode()), 0),
        ("digest-hashed", lambda key, message: plain(keyed(key, message)), 0),
        ("digest-hashed", lambda key, message: plain(keyed(key, message).hex().encode()), 0),
    ]


def hmac_of(algorithm: str) -> Digest:
    """HMAC (RFC 2104), made of two hashes that hold the key already: a search takes few keys and many messages."""
    halves: dict[bytes, tuple[Any, Any]] = {}

    def keyed(key: bytes, message: bytes) -> bytes:
        if key not in halves:
            halves[key] = hmac_halves(algorithm, key)
        one, other = halves[key]
        inner, outer = one.copy(), other.copy()
        inner.update(message)
        outer.update(inner.digest())
        digest: bytes = outer.digest()
        return digest

    return keyed


def hmac_halves(algorithm: str, key: bytes) -> tuple[Any, Any]:
    new = partial(hashlib.new, algorithm, usedforsecurity=False)
    size = new().block_size
    filled = (new(key).digest() if len(key) > size else key).ljust(size, b"\0")
    return new(filled.translate(_INNER)), new(filled.translate(_OUTER))
