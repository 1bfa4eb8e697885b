"""What libraries make of a text that they are told is Base64 or hexadecimal, and that is not, or not quite."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

_URL_SAFE: Final = str.maketrans("-_", "+/")


def decoded_base64(text: str) -> bytes | None:
    """The bytes, of either alphabet and with or without padding; None where the text is no Base64."""
    plain = text.rstrip("=").translate(_URL_SAFE)
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError:  # binascii.Error, or characters outside ASCII
        return None


def decoded_hex(text: str) -> bytes | None:
    try:
        return binascii.unhexlify(text)
    except ValueError:
        return None


def base64_forms(text: str) -> Iterator[bytes]:
    """First what a strict decoder makes of it, if it takes the text at all."""
    if (decoded := decoded_base64(text)) is not None:
        yield decoded
    before_padding = text.partition("=")[0]
    yield _whole_bytes(re.sub("[^A-Za-z0-9+/]", "", before_padding.translate(_URL_SAFE)))  # Node.js
    yield _whole_bytes(re.sub("[^A-Za-z0-9+/]", "", before_padding))  # PHP, Python
    yield _whole_bytes(re.sub("[^A-Za-z0-9+/]", "A", before_padding))  # CryptoJS: zeros for unknown characters


def hex_forms(text: str) -> Iterator[bytes]:
    if (decoded := decoded_hex(text)) is not None:
        yield decoded
    leading = re.match("(?:[0-9A-Fa-f]{2})*", text)
    yield bytes.fromhex(leading[0] if leading else "")  # Node.js stops at what is not hexadecimal
    # HMAC fills its key up with zeros: a key of zeros is an empty one.
    yield _parsed_pairs(text).rstrip(b"\0")


def _parsed_pairs(text: str) -> bytes:
    """As CryptoJS: words of 32 bits, made of parseInt of each pair, which is 0 here where that is not a number."""
    words = [0] * (len(text) // 8 + 1)
    # Of an odd last character HMAC sees nothing.
    for place in range(0, len(text) - 1, 2):
        if number := re.match(r"\s*([+-]?[0-9A-Fa-f]+)", text[place : place + 2]):
            # A negative number has its sign in all bits before it.
            words[place // 8] |= int(number[1], 16) << (24 - place % 8 * 4) & 0xFFFFFFFF
    return b"".join(word.to_bytes(4, "big") for word in words)[: len(text) // 2]


def _whole_bytes(characters: str) -> bytes:
    """Without a last character that is less than a byte."""
    kept = characters[:-1] if len(characters) % 4 == 1 else characters
    return base64.b64decode(kept + "=" * (-len(kept) % 4))
