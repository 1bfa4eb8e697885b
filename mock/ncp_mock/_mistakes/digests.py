"""How a signature may have been made and encoded by mistake: another digest, another encoding of it."""

import base64
import hashlib
import hmac
import re
from binascii import unhexlify
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from typing import Any, Final
from urllib.parse import unquote

from .forms import Change, decoded_base64, line, sub, values

Digest = Callable[[bytes, bytes], bytes]
"""Of key and message."""
Start = Callable[[bytes, bytes], Callable[[bytes], bytes]]
"""Takes a key and how a message begins, and gives what makes the digest of it with the rest."""
Received = dict[bytes, tuple[str, ...]]
"""What a signature may stand for, each with the mistakes of encoding that this takes."""

_HASHES: Final = {16: "md5", 20: "sha-1", 28: "sha-224", 32: "sha-256", 48: "sha-384", 64: "sha-512"}
"""By the length of their digests."""
_OTHERS_OF_32: Final = {"sha3_256": "sha-3", "sha512_256": "sha-512-256"}
# Of HMAC, hash, key and message; looked for together with that many mistakes in these two, at most.
_WAYS: Final[tuple[tuple[str, int, Callable[[Digest, Callable[[bytes], bytes], bytes, bytes], bytes]], ...]] = (
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
    *(line(name) for name, _, _ in _WAYS),
)


def _inside(pattern: str) -> Change:
    """The last group of a pattern that fits the whole text."""
    fit = re.compile(pattern, re.DOTALL | re.IGNORECASE).fullmatch
    return lambda text: [match[match.lastindex or 0]] if (match := fit(text)) else []


# What may be around the encoded digest, and around one that was printed before it was encoded.
_AROUND: Final = (
    line("signature-as-bytes-repr", _inside(r"""b(['"`])(.*?)(?:\\n)?\1""")),
    line("signature-in-quotes", _inside(r"""(['"`])(.*?)(?:\\n)?\1"""), _inside(r"[<\[({]+(.*?)[>\])}]+")),
    line("signature-with-label", _inside("([0-9a-f]{32,128}) [ *]?-"), _inside(r"\S*\(.*\)= *(.+)")),
    line("signature-with-label", _inside("[a-z][a-z0-9-]*(?:[=:] *| +)(.+)"), hint="as openssl prints it"),
    line("percent-encoded-signature", unquote),
    line("signature-escaped", sub(r"\\/", "/")),
    line("signature-with-white-space", sub(" ", "+"), sub(r"\s|\\n|\\r", ""), hint="or a + became a space"),
)


# Each raises ValueError where the text is nothing of the kind.
_DECODERS: Final[dict[str, Callable[[str], bytes]]] = {
    "base64": decoded_base64,
    "text": lambda text: decoded_base64(text).decode().encode("latin-1"),
    "hex": unhexlify,
    "separated": lambda text: unhexlify(re.sub(r"(?:0x|\\x|[-:,\s])+(?=[0-9a-f])", "", text.lower())),
    "base32": lambda text: base64.b32decode(text.rstrip("=") + "===="),
    "numbers": lambda text: bytes(int(one) % 256 for one in text.strip("[{()}]").replace(",", " ").split()),
}
# What decodings one after the other are called. The rest has no name.
_CHAINS: Final = (
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
_NAMED: Final = {form: (chain.name,) for chain in _CHAINS for form in chain.likely} | {"base64": ()}
# What does not tell the digest any more: how each one that is tried is spoilt, to be what is left.
_SPOILT: Final[dict[str, tuple[str, Callable[[str, bytes], bool]]]] = {
    "base64-in-other-case": (
        "[a-z0-9+/]{43}=?|[A-Z0-9+/]{43}=?",
        lambda text, digest: base64.b64encode(digest).decode().lower().startswith(text.rstrip("=").lower()),
    ),
    "digest-as-text": (
        ".*(?:77[+]9|[+]/v|vv7).*",
        lambda text, digest: decoded_base64(text) == digest.decode("utf-8", "replace").encode(),
    ),
    "signature-incomplete": (
        "[A-Za-z0-9+/]{16,43}=?",
        lambda text, digest: text in base64.b64encode(digest).decode(),
    ),
}
ENCODINGS: Final = (*_AROUND, *_CHAINS, *map(line, ("url-safe-base64", "padding-missing", "base64-altered", *_SPOILT)))
_PADS: Final = [bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C)]
_LONGEST_SIGNATURE: Final = 1000
_MOST_STEPS: Final = 4


def received_digests(signature: str) -> Received:
    """The digests that a signature may stand for, and what is left of one that was spoilt."""
    found: Received = {}
    pending: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [(signature, (), ())]
    for text, mistakes, chain in pending if len(signature) <= _LONGEST_SIGNATURE else ():  # which grows meanwhile
        if len(mistakes) + len(chain) >= _MOST_STEPS:
            continue
        for name, inner in ((around.name, str(inner)) for around in _AROUND for inner in values(around.likely, text)):
            if inner != text:
                pending.append((inner, mistakes, (*chain, name)) if chain else (inner, (*mistakes, name), ()))
        for step, decode in _DECODERS.items():
            with suppress(ValueError):
                raw, steps = decode(text), (*chain, step)
                names = mistakes + (_oddities(text) if step in {"base64", "text"} else ())
                if len(raw) in _HASHES and " ".join(steps) in _NAMED:
                    found.setdefault(raw, names + _NAMED[" ".join(steps)])
                pending.append((raw.decode("latin-1").strip(), names, steps))
        for name, (pattern, _) in _SPOILT.items():
            if not chain and re.fullmatch(pattern, text):
                found.setdefault(text.encode(), (*mistakes, name))
    return found


def _oddities(text: str) -> tuple[str, ...]:
    """What is odd about a text that is Base64 nevertheless."""
    odd = ("url-safe-base64",) * bool(re.search("[-_]", text)) + ("padding-missing",) * bool(len(text) % 4)
    return odd or ("base64-altered",) * (base64.b64encode(decoded_base64(text)).decode() != text)


def is_digest(received: Received) -> bool:
    """Whether it could be one by its form, and not only a piece of one."""
    return any("signature-incomplete" not in mistakes for mistakes in received.values())


def ways(received: Received) -> Iterator[tuple[tuple[str, ...], int, Start]]:
    """The ways to what was received: the mistakes that each is, and how many more it is looked for with, at most."""
    lengths = {*map(len, received)}
    for length in sorted(lengths & _HASHES.keys()):
        algorithm = _HASHES[length].replace("sha-", "sha")
        named = (_HASHES[length],) * (length != 32)
        yield named, 2, _hmac_of(algorithm)
        mac, plain = partial(hmac.digest, digest=algorithm), partial(_plain, algorithm)
        yield from (((*named, name), most, _at_once(partial(way, mac, plain))) for name, most, way in _WAYS)
    for algorithm, name in _OTHERS_OF_32.items() if 32 in lengths else ():
        if algorithm in hashlib.algorithms_available:  # pragma: no branch - not every OpenSSL has them all
            yield (name,), 0, _at_once(partial(hmac.digest, digest=algorithm))
    for left, mistakes in received.items():
        if mistakes and mistakes[-1] in _SPOILT:
            yield (), 1, _at_once(partial(_spoilt, _SPOILT[mistakes[-1]][1], left))


def _at_once(digest: Digest) -> Start:
    return lambda key, head: lambda tail: digest(key, head + tail)


def _spoilt(fits: Callable[[str, bytes], bool], left: bytes, key: bytes, message: bytes) -> bytes:
    return left if fits(left.decode("latin-1"), hmac.digest(key, message, "sha256")) else b""


def _plain(algorithm: str, text: bytes) -> bytes:
    return hashlib.new(algorithm, text, usedforsecurity=False).digest()


def _hmac_of(algorithm: str) -> Start:
    """HMAC (RFC 2104), made of two hashes: a search takes few keys, and many messages that begin in the same way."""
    new = partial(hashlib.new, algorithm, usedforsecurity=False)
    size = new().block_size

    @cache
    def halves(key: bytes) -> list[Any]:
        filled = (new(key).digest() if len(key) > size else key).ljust(size, b"\0")
        return [new(filled.translate(pad)) for pad in _PADS]

    def start(key: bytes, head: bytes) -> Callable[[bytes], bytes]:
        inner, outer = halves(key)
        if head:
            inner = inner.copy()
            inner.update(head)

        def digest(tail: bytes) -> bytes:
            one, other = inner.copy(), outer.copy()
            one.update(tail)
            other.update(one.digest())
            made: bytes = other.digest()
            return made

        return digest

    return start
