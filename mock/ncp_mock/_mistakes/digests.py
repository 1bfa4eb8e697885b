"""How a signature may have been made and encoded by mistake: another digest, another encoding of it."""

import base64
import contextlib
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from .lenient import decoded_base64, decoded_hex

Digest = Callable[[bytes, bytes], bytes]
"""Of key and message."""


class Way(NamedTuple):
    """A way to a digest, and the mistakes that it is; the right one is none."""

    mistakes: tuple[str, ...]
    digest: Digest
    most: int = 2
    """It is looked for together with that many mistakes in key and message, at most."""


_HASHES: Final = {16: "md5", 20: "sha-1", 28: "sha-224", 32: "sha-256", 48: "sha-384", 64: "sha-512"}
"""By the length of their digests."""
_LONGEST_SIGNATURE: Final = 1000
_WRAPPINGS: Final = 3

_QUOTED: Final = re.compile(r"""(b?)(['"])(.*?)(?:\\n)?\2""", re.DOTALL)
_LABELLED: Final = re.compile(r"(?:\S*\(.*\)= *|(?:hmac-?)?sha-?256[=:] *|v[0-9][=:] *)(.+)", re.DOTALL | re.IGNORECASE)
_WITH_FILE_NAME: Final = re.compile(r"([0-9A-Fa-f]{32,128}) [ *]?-")
_SEPARATED_HEX: Final = re.compile("(?:0x)?[0-9a-f]{2}(?:[-: ]?[0-9a-f]{2})*", re.IGNORECASE)
_IN_ONE_CASE: Final = re.compile("[a-z0-9+/]{43}=?|[A-Z0-9+/]{43}=?")


def ways(received: dict[bytes, tuple[str, ...]]) -> Iterator[Way]:
    """The ways to the digests received, by their length, and to what is left of a digest where it was spoilt."""
    for name in [_HASHES[length] for length in sorted({len(digest) for digest in received}) if length in _HASHES]:
        mistakes = () if name == "sha-256" else (name,)
        for more, digest, most in _ways(name.replace("sha-", "sha")):
            yield Way((*mistakes, *more), digest, most)
    keyed = _hmac_of("sha256")

    def lowered(key: bytes, message: bytes) -> bytes:
        return base64.b64encode(keyed(key, message)).lower()

    def replaced(key: bytes, message: bytes) -> bytes:
        return keyed(key, message).decode("utf-8", "replace").encode()

    names = {name for mistakes in received.values() for name in mistakes}
    if "base64-in-other-case" in names:
        yield Way((), lowered)
    if "digest-as-text" in names:
        yield Way((), replaced)


def _ways(algorithm: str) -> Iterator[tuple[tuple[str, ...], Digest, int]]:
    keyed = _hmac_of(algorithm)

    def plain(key: bytes, message: bytes) -> bytes:
        return hashlib.new(algorithm, message, usedforsecurity=False).digest()

    def hexed(digest: Digest) -> Digest:
        return lambda key, message: digest(key, message).hex().encode()

    def with_message(prepare: Digest) -> Digest:
        return lambda key, message: keyed(key, prepare(key, message))

    def in_utf_16(encoding: str) -> Digest:
        return lambda key, message: _text(message).encode(encoding, "surrogatepass")

    def swapped(key: bytes, message: bytes) -> bytes:
        return hmac.digest(message, key, algorithm)

    def secret_first(key: bytes, message: bytes) -> bytes:
        return plain(key, key + message)

    def secret_last(key: bytes, message: bytes) -> bytes:
        return plain(key, message + key)

    yield (), keyed, 2
    yield ("hmac-arguments-swapped",), swapped, 1
    for digest in (plain, secret_first, secret_last):
        yield ("no-hmac",), digest, 1
    for prepare in (plain, hexed(plain)):
        yield ("message-hashed-first",), with_message(prepare), 0
    for prepare in (keyed, hexed(keyed)):
        yield ("hmac-twice",), with_message(prepare), 0
    for encoding in ("utf-16-le", "utf-16-be"):
        message_in = in_utf_16(encoding)
        yield ("string-in-utf-16",), with_message(message_in), 0
        yield ("string-in-utf-16", "secret-in-utf-16"), _both(keyed, message_in), 0


def _both(keyed: Digest, encode: Digest) -> Digest:
    return lambda key, message: keyed(encode(b"", key), encode(b"", message))


def _hmac_of(algorithm: str) -> Digest:
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
    size = hashlib.new(algorithm, usedforsecurity=False).block_size
    if len(key) > size:
        key = hashlib.new(algorithm, key, usedforsecurity=False).digest()
    inner, outer = (bytes(byte ^ pad for byte in key.ljust(size, b"\0")) for pad in (0x36, 0x5C))
    return (
        hashlib.new(algorithm, inner, usedforsecurity=False),
        hashlib.new(algorithm, outer, usedforsecurity=False),
    )


def received_digests(signature: str) -> dict[bytes, tuple[str, ...]]:
    """The digests that a signature may stand for, each with the mistakes of encoding that this takes."""
    found: dict[bytes, tuple[str, ...]] = {}
    pending: list[tuple[str, tuple[str, ...]]] = [(signature, ())] if len(signature) <= _LONGEST_SIGNATURE else []
    for text, mistakes in pending:  # which grows meanwhile
        for digest, more in _decoded(text):
            if len(digest) in _HASHES:
                found.setdefault(digest, mistakes + more)
        for spoilt, more in _spoilt(text):
            found.setdefault(spoilt, mistakes + more)
        if len(mistakes) < _WRAPPINGS:
            pending += [(inner, (*mistakes, mistake)) for mistake, inner in _unwrapped(text)]
    return found


def _unwrapped(text: str) -> Iterator[tuple[str, str]]:
    if quoted := _QUOTED.fullmatch(text):
        yield "signature-as-bytes-repr" if quoted[1] else "signature-in-quotes", quoted[3]
    if labelled := _LABELLED.fullmatch(text) or _WITH_FILE_NAME.fullmatch(text):
        yield "signature-with-label", labelled[1].strip()
    if (plain := unquote(text).strip()) != text:
        yield "percent-encoded-signature", plain


def _decoded(text: str) -> Iterator[tuple[bytes, tuple[str, ...]]]:
    raw = decoded_base64(text)
    if raw is not None:
        mistakes = ("url-safe-base64",) * bool(re.search("[-_]", text))
        mistakes += ("padding-missing",) * bool(len(text) % 4)
        if not mistakes and base64.b64encode(raw).decode() != text:
            mistakes = ("base64-altered",)
        yield raw, mistakes
        inner = raw.decode("latin-1").strip()
        if (digest := _separated_hex(inner)) is not None:
            yield digest, (*mistakes, "base64-of-hex")
        if (digest := decoded_base64(inner)) is not None:
            yield digest, (*mistakes, "base64-twice")
        labelled = _LABELLED.fullmatch(inner) or _WITH_FILE_NAME.fullmatch(inner)
        if labelled and (digest := decoded_hex(labelled[1])) is not None:
            yield digest, (*mistakes, "base64-of-printed-line")
        with contextlib.suppress(UnicodeError):
            yield raw.decode().encode("latin-1"), (*mistakes, "digest-as-text")
    if (digest := decoded_hex(text)) is not None:
        yield digest, ("hex-signature",)
        if (inner_digest := decoded_base64(digest.decode("latin-1"))) is not None:
            yield inner_digest, ("hex-of-base64",)
    elif (digest := _separated_hex(text)) is not None:
        yield digest, ("hex-with-separators",)


def _spoilt(text: str) -> Iterator[tuple[bytes, tuple[str, ...]]]:
    """What does not tell the digest any more: each digest tried has to be spoilt in the same way, see ``ways``."""
    if _IN_ONE_CASE.fullmatch(text):
        yield text.lower().ljust(44, "=").encode(), ("base64-in-other-case",)
    raw = decoded_base64(text)
    if raw is not None and "\ufffd".encode() in raw:
        yield raw, ("digest-as-text",)


def _separated_hex(text: str) -> bytes | None:
    return decoded_hex(re.sub("^0[xX]|[-: ]", "", text)) if _SEPARATED_HEX.fullmatch(text) else None


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")
