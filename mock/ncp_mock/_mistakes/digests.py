"""The digest and its encoding: which digests a signature can be, and how a mistaken signer computes them."""

import base64
import hashlib
import re
from binascii import unhexlify
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from .forms import Change, line, sub, values

Digest = Callable[[bytes, bytes], bytes]
"""Computes a digest from key and message."""
Received = dict[bytes, tuple[str, ...]]
"""The digests that a signature can be, each with the mistakes in its encoding."""


class Way(NamedTuple):
    """A way to compute a digest."""

    mistakes: tuple[str, ...]
    most: int
    """Tried with up to this many more mistakes, in key and message."""
    digest: Digest


_HASHES: Final = {16: "md5", 20: "sha-1", 28: "sha-224", 32: "sha-256", 48: "sha-384", 64: "sha-512"}
"""By the length of their digests."""
_OTHERS_OF_32: Final = {"sha3_256": "sha-3", "sha512_256": "sha-512-256"}
_Variation = Callable[[Digest, Callable[[bytes], bytes], bytes, bytes], bytes]
_VARIATIONS: Final[tuple[tuple[str, int, _Variation], ...]] = (
    ("hmac-arguments-swapped", 1, lambda mac, _, key, message: mac(message, key)),
    ("no-hmac", 1, lambda _, plain, __, message: plain(message)),
    ("no-hmac", 1, lambda _, plain, key, message: plain(key + message)),
    ("no-hmac", 1, lambda _, plain, key, message: plain(message + key)),
    ("no-hmac", 0, lambda _, plain, key, message: plain(key + b":" + message)),
    ("no-hmac", 0, lambda _, plain, key, message: plain(message + b":" + key)),
    ("hmac-twice", 0, lambda mac, _, key, message: mac(key, mac(key, message))),
    ("hmac-twice", 0, lambda mac, _, key, message: mac(key, mac(key, message).hex().encode())),
    ("digest-hashed", 0, lambda mac, plain, key, message: plain(mac(key, message))),
    ("digest-hashed", 0, lambda mac, plain, key, message: plain(mac(key, message).hex().encode())),
)
DIGESTS: Final = (
    *map(line, ("md5", "sha-1", "sha-224", "sha-384", "sha-512", *_OTHERS_OF_32.values())),
    *(line(name) for name, _, _ in _VARIATIONS),
)


def _inside(pattern: str) -> Change:
    """The last group of a pattern that matches the whole text."""
    match = re.compile(pattern, re.DOTALL | re.IGNORECASE).fullmatch
    return lambda text: [found[found.lastindex or 0]] if (found := match(text)) else []


def _from_base64(text: str) -> bytes:
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("base64-altered")
    return raw


# Each makes another text of an encoded digest; also of a digest that was printed before it was encoded.
_TEXTS: Final = (
    line("signature-as-bytes-repr", _inside(r"""b(['"`])(.*?)(?:\\n)?\1""")),
    line("signature-in-quotes", _inside(r"""(['"`])(.*?)(?:\\n)?\1"""), _inside(r"[<\[({]+(.*?)[>\])}]+")),
    line("signature-with-label", _inside("([0-9a-f]{32,128}) [ *]?-"), _inside(r"\S*\(.*\)= *(.+)")),
    line("signature-with-label", _inside("[a-z][a-z0-9-]*(?:[=:] *| +)(.+)"), hint="as openssl prints it"),
    line("percent-encoded-signature", unquote),
    line("signature-escaped", sub(r"\\/", "/")),
    line("signature-with-white-space", sub(" ", "+"), sub(r"\s|\\n|\\r", ""), hint="or a + became a space"),
    line("url-safe-base64", lambda text: text.translate(str.maketrans("-_", "+/"))),
    line("padding-missing", lambda text: text + "=" * (-len(text) % 4)),
    line("base64-altered", sub("=+$", "="), lambda text: base64.b64encode(base64.b64decode(text)).decode()),
)
# Each raises ValueError if the text is not encoded in this way.
_DECODERS: Final[dict[str, Callable[[str], bytes]]] = {
    "base64": _from_base64,
    "text": lambda text: _from_base64(text).decode().encode("latin-1"),
    "hex": unhexlify,
    "separated": lambda text: unhexlify(re.sub(r"(?:0x|\\x|[-:,\s])+(?=[0-9a-f])", "", text.lower())),
    "base32": lambda text: base64.b32decode(text.rstrip("=") + "===="),
    "numbers": lambda text: bytes(int(one) % 256 for one in text.strip("[{()}]").replace(",", " ").split()),
}
# The names of sequences of decoders; other sequences are not tried.
_SEQUENCES: Final = (
    line("hex-signature", "hex"),
    line("hex-with-separators", "separated"),
    line("base32-signature", "base32"),
    line("digest-as-numbers", "numbers"),
    line("digest-as-text", "text", hint="the bytes were taken for text before Base64"),
    line("base64-of-hex", "base64 hex", "base64 separated"),
    line("base64-twice", "base64 base64"),
    line("hex-of-base64", "hex base64"),
    line("base64-of-printed-line", "base64 signature-with-label hex", hint="-binary makes openssl give bytes"),
)
_NAMED: Final = {form: (one.name,) for one in _SEQUENCES for form in one.likely} | {"base64": ()}
# Encodings that lose information: a pattern, and whether a text can come from a digest.
_LOSSY: Final[dict[str, tuple[str, Callable[[str, bytes], bool]]]] = {
    "base64-in-other-case": (
        "[a-z0-9+/]{43}=?|[A-Z0-9+/]{43}=?",
        lambda text, digest: base64.b64encode(digest).decode().lower().startswith(text.rstrip("=").lower()),
    ),
    "digest-as-text": (
        ".*(?:77[+]9|[+]/v|vv7).*",
        lambda text, digest: _from_base64(text) == digest.decode("utf-8", "replace").encode(),
    ),
    "signature-incomplete": (
        "[A-Za-z0-9+/]{16,43}=?",
        lambda text, digest: text in base64.b64encode(digest).decode(),
    ),
}
ENCODINGS: Final = (*_TEXTS, *_SEQUENCES, *map(line, _LOSSY))
_PADS: Final = [bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C)]
_LONGEST_SIGNATURE: Final = 1000
_MOST_STEPS: Final = 4


def received_digests(signature: str) -> Received:
    """Decode a signature in every known way. An encoding that loses information yields the text itself."""
    found: Received = {}
    pending: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [(signature, (), ())]
    for text, mistakes, sequence in pending if len(signature) <= _LONGEST_SIGNATURE else ():  # which grows meanwhile
        if len(mistakes) + len(sequence) >= _MOST_STEPS:
            continue
        for name, other in ((one.name, str(other)) for one in _TEXTS for other in values(one.likely, text, {})):
            if other != text:
                pending.append((other, mistakes, (*sequence, name)) if sequence else (other, (*mistakes, name), ()))
        for step, decode in _DECODERS.items():
            with suppress(ValueError):
                raw, steps = decode(text), (*sequence, step)
                if len(raw) in _HASHES and " ".join(steps) in _NAMED:
                    found.setdefault(raw, mistakes + _NAMED[" ".join(steps)])
                pending.append((raw.decode("latin-1").strip(), mistakes, steps))
        for name, (pattern, _) in _LOSSY.items():
            if not sequence and re.fullmatch(pattern, text):
                found.setdefault(text.encode(), (*mistakes, name))
    return found


def is_digest(received: Received) -> bool:
    """Whether the signature has the form of a whole digest."""
    return any("signature-incomplete" not in mistakes for mistakes in received.values())


def ways(received: Received) -> Iterator[Way]:
    """The ways to compute digests of these lengths."""
    lengths = {*map(len, received)}
    for length in sorted(lengths & _HASHES.keys()):
        algorithm = _HASHES[length].replace("sha-", "sha")
        named = (_HASHES[length],) * (length != 32)
        mac, plain = _hmac(algorithm), partial(_plain, algorithm)
        yield Way(named, 2, mac)
        yield from (Way((*named, name), most, partial(vary, mac, plain)) for name, most, vary in _VARIATIONS)
    for algorithm, name in _OTHERS_OF_32.items() if 32 in lengths else ():
        if algorithm in hashlib.algorithms_available:  # pragma: no branch - not every OpenSSL has them all
            yield Way((name,), 0, _hmac(algorithm))
    for text, mistakes in received.items():
        if mistakes and mistakes[-1] in _LOSSY:
            yield Way((), 1, partial(_lossy, _LOSSY[mistakes[-1]][1], text, _hmac("sha256")))


def _lossy(fits: Callable[[str, bytes], bool], text: bytes, mac: Digest, key: bytes, message: bytes) -> bytes:
    return text if fits(text.decode("latin-1"), mac(key, message)) else b""


def _plain(algorithm: str, text: bytes) -> bytes:
    return hashlib.new(algorithm, text, usedforsecurity=False).digest()


def _hmac(algorithm: str) -> Digest:
    """HMAC (RFC 2104) of two hashes that are started once for each key: half the time of a whole one."""
    new = partial(hashlib.new, algorithm, usedforsecurity=False)
    size = new().block_size

    @cache
    def started(key: bytes) -> list[Any]:
        filled = (new(key).digest() if len(key) > size else key).ljust(size, b"\0")
        return [new(filled.translate(pad)) for pad in _PADS]

    def digest(key: bytes, message: bytes) -> bytes:
        inner, outer = started(key)
        one, other = inner.copy(), outer.copy()
        one.update(message)
        other.update(one.digest())
        made: bytes = other.digest()
        return made

    return digest
