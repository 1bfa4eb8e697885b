"""What a signature may have been made with by mistake: another key, another digest, another encoding."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import unquote

from .table import Variant
from .wording import decoded_base64, decoded_hex

Digest = Callable[[bytes, bytes], bytes]
"""Of key and message."""

_HASHES: Final = {16: "md5", 20: "sha-1", 28: "sha-224", 32: "sha-256", 48: "sha-384", 64: "sha-512"}
"""By the length of their digests."""
_LONGEST_SIGNATURE: Final = 1000
_WRAPPINGS: Final = 3

_QUOTED: Final = re.compile(r"""(b?)(['"])(.*?)(?:\\n)?\2""", re.DOTALL)
_LABELLED: Final = re.compile(r"\S*\(.*\)= *(.+)", re.DOTALL)


def hmac_keys(access_key: str, secret_key: str, *, swapped: bool) -> Iterator[Variant[bytes]]:
    """Keys for the HMAC other than the secret key. ``swapped``: the access key header holds the secret key."""
    access, secret = _bytes(access_key), _bytes(secret_key)
    yield Variant("keys-swapped" if swapped else "access-key-as-hmac-key", access)
    for mistake, decoded in (
        ("secret-base64-decoded", decoded_base64(secret_key)),
        ("secret-hex-decoded", decoded_hex(secret_key)),
    ):
        if decoded is not None:
            yield Variant(mistake, decoded)
    yield Variant("secret-base64-encoded", base64.b64encode(secret))
    for before, after in (
        (b"", b"\n"),
        (b"", b"\r\n"),
        (b"", b" "),
        (b" ", b""),
        (b"", b"\r"),
        (b"", b"\t"),
        (b" ", b" "),
    ):
        yield Variant("secret-with-white-space", before + secret + after)
    for quote in (b'"', b"'"):
        yield Variant("secret-in-quotes", quote + secret + quote)
        yield Variant("secret-as-bytes-repr", b"b" + quote + secret + quote)
    yield Variant("secret-with-ampersand", secret + b"&")
    yield Variant("empty-hmac-key", b"")


def rare_hmac_keys(access_key: str, secret_key: str) -> Iterator[Variant[bytes]]:
    access, secret = _bytes(access_key), _bytes(secret_key)
    yield Variant("secret-in-other-case", secret.upper())
    yield Variant("secret-in-other-case", secret.lower())
    for separator in (b"", b":", b"&"):
        yield Variant("keys-joined", access + separator + secret)
        yield Variant("keys-joined", secret + separator + access)


def digests(length: int) -> Iterator[tuple[tuple[str, ...], Digest]]:
    """The ways to a digest of this length, each with the mistakes that it is; the right one has none."""
    if length not in _HASHES:
        return
    name = _HASHES[length]
    algorithm = name.replace("sha-", "sha")
    mistakes = () if name == "sha-256" else (name,)

    def keyed(key: bytes, message: bytes) -> bytes:
        return hmac.digest(key, message, algorithm)

    def plain(key: bytes, message: bytes) -> bytes:
        return hashlib.new(algorithm, message, usedforsecurity=False).digest()

    def secret_first(key: bytes, message: bytes) -> bytes:
        return plain(key, key + message)

    def secret_last(key: bytes, message: bytes) -> bytes:
        return plain(key, message + key)

    yield mistakes, keyed
    for digest in (plain, secret_first, secret_last):
        yield (*mistakes, "no-hmac"), digest


def received_digests(signature: str) -> dict[bytes, tuple[str, ...]]:
    """The digests that a signature may stand for, each with the mistakes of encoding that this takes."""
    found: dict[bytes, tuple[str, ...]] = {}
    pending: list[tuple[str, tuple[str, ...]]] = [(signature, ())] if len(signature) <= _LONGEST_SIGNATURE else []
    for text, mistakes in pending:  # which grows meanwhile
        for digest, more in _decoded(text):
            if len(digest) in _HASHES:
                found.setdefault(digest, mistakes + more)
        if len(mistakes) < _WRAPPINGS:
            pending += [(inner, (*mistakes, mistake)) for mistake, inner in _unwrapped(text)]
    return found


def _unwrapped(text: str) -> Iterator[tuple[str, str]]:
    if quoted := _QUOTED.fullmatch(text):
        yield "signature-as-bytes-repr" if quoted[1] else "signature-in-quotes", quoted[3]
    if labelled := _LABELLED.fullmatch(text):
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
        if (digest := decoded_hex(inner)) is not None:
            yield digest, (*mistakes, "base64-of-hex")
        if (digest := decoded_base64(inner)) is not None:
            yield digest, (*mistakes, "base64-twice")
    if (digest := decoded_hex(text)) is not None:
        yield digest, ("hex-signature",)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
