"""What the HMAC may have been keyed with by mistake in place of the secret key."""

import base64
from collections.abc import Iterator
from typing import Final

from .lenient import base64_forms, hex_forms
from .table import Variant

_PLACEHOLDERS: Final = (
    "...",
    "…",
    "undefined",
    "null",
    "None",
    "[object Object]",
    *(
        form.format(name)
        for name in ("SECRET_KEY", "NCP_SECRET_KEY", "NCLOUD_SECRET_KEY", "YOUR_SECRET_KEY", "secretKey", "secret_key")
        for form in ("{}", "${}", "${{{}}}", "{{{{{}}}}}", "<{}>", "%{}%")
    ),
)
_NAMES: Final = (
    "SECRET_KEY",
    "NCP_SECRET_KEY",
    "NCLOUD_SECRET_KEY",
    "NCLOUD_SECRET_ACCESS_KEY",
    "secret_key",
    "secretKey",
    "ncloud_secret_access_key",
)


def hmac_keys(access_key: str, secret_key: str, *, swapped: bool) -> Iterator[Variant[bytes]]:
    """Keys for the HMAC other than the secret key. ``swapped``: the access key header holds the secret key."""
    access, secret = _bytes(access_key), _bytes(secret_key)
    yield Variant("keys-swapped" if swapped else "access-key-as-hmac-key", access)
    yield Variant("empty-hmac-key", b"")  # before the decoded forms, which can be empty, too
    for decoded in base64_forms(secret_key):
        yield Variant("secret-base64-decoded", decoded)
    for decoded in hex_forms(secret_key):
        yield Variant("secret-hex-decoded", decoded)
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


def rare_hmac_keys(access_key: str, secret_key: str) -> Iterator[Variant[bytes]]:
    access, secret = _bytes(access_key), _bytes(secret_key)
    yield Variant("secret-in-other-case", secret.upper())
    yield Variant("secret-in-other-case", secret.lower())
    for separator in (b"", b":", b"&"):
        yield Variant("keys-joined", access + separator + secret)
        yield Variant("keys-joined", secret + separator + access)
    for before, after in (("", "\n\n"), ("\n", ""), ("\t", ""), ("\n", "\n")):
        yield Variant("secret-with-white-space", _bytes(before + secret_key + after))
    for sign in ("\ufeff", "\u00a0", "\u200b"):  # byte order mark, no-break space, zero-width space
        yield Variant("secret-with-white-space", _bytes(sign + secret_key))
        yield Variant("secret-with-white-space", _bytes(secret_key + sign))
    for before, after in (
        *(side for quote in "\"'`" for side in ((quote, ""), ("", quote))),
        ("`", "`"),
        ("\u201c", "\u201d"),
        ("\u2018", "\u2019"),
    ):
        yield Variant("secret-in-quotes", _bytes(before + secret_key + after))
    for sign in ";,":
        yield Variant("secret-with-punctuation", _bytes(secret_key + sign))
    for name in _NAMES:
        yield Variant("secret-with-name", _bytes(f"{name}={secret_key}"))
    yield Variant("secret-doubled", secret + secret)
    for encoding in ("utf-16-le", "utf-16-be", "utf-16"):
        yield Variant("secret-in-utf-16", secret_key.encode(encoding, "surrogatepass"))
    for placeholder in _PLACEHOLDERS:
        yield Variant("placeholder-as-secret", placeholder.encode())


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
