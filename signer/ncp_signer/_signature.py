"""Signature version 2: what is signed, and how.

    string to sign = METHOD SP path[?query] LF timestamp in milliseconds LF access key
    signature      = Base64(HMAC-SHA256(secret key, string to sign)), both as UTF-8

The body is not signed. https://api.ncloud-docs.com/docs/en/common-ncpapi
"""

import base64
import re
import time
from typing import Final

from ._credentials import Credentials

TIMESTAMP_HEADER: Final = "x-ncp-apigw-timestamp"
ACCESS_KEY_HEADER: Final = "x-ncp-iam-access-key"
SIGNATURE_HEADER: Final = "x-ncp-apigw-signature-v2"

_METHOD: Final = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # a token, RFC 9110 section 5.6.2
_TARGET: Final = r'/[!"$-~]*'  # printable ASCII but "#": all that clients put on the wire, legal or not
_TIMESTAMP: Final = "[0-9]{13}"
_ACCESS_KEY: Final = "[!-~]+"
# No part matches the space and the line feeds between the parts: so each part of a match is as its own pattern says.
_STRING_TO_SIGN: Final = re.compile(f"{_METHOD} {_TARGET}\n{_TIMESTAMP}\n{_ACCESS_KEY}")


def string_to_sign(method: str, target: str, timestamp_ms: int | str, access_key: str) -> str:
    """Build the string whose HMAC is the signature.

    Args:
        method: HTTP method. Signed in upper case, as it is sent.
        target: Path and query exactly as they stand in the request line, percent-encoding included; no scheme, host
            or fragment.
        timestamp_ms: Milliseconds since 1970-01-01 UTC, or the same as a string of 13 digits.
        access_key: The access key ID.

    Raises:
        ValueError: A part is empty or malformed; the text says which.
    """
    text = method.upper() + " " + target + "\n" + str(timestamp_ms) + "\n" + access_key  # by +, which takes no bytes
    if method.isascii() and _STRING_TO_SIGN.fullmatch(text):  # of other letters, some are ASCII in upper case
        return text
    if not re.fullmatch(_METHOD, method):
        raise ValueError("method must be an HTTP method such as GET")
    if not target.startswith("/"):
        raise ValueError("target must be a path that begins with '/', without scheme and host")
    if not re.fullmatch(_TARGET, target):
        raise ValueError(
            "target must stand as in the request line, percent-encoded:"
            " it has white space, control or non-ASCII characters, or a fragment"
        )
    if not is_timestamp(timestamp_ms):
        raise ValueError("timestamp_ms must be milliseconds since 1970 in 13 digits")
    raise ValueError("access_key must be printable ASCII without white space, and not empty")


def is_timestamp(timestamp_ms: int | str) -> bool:
    """Whether it can be signed: milliseconds since 1970 in 13 digits, which is any time from 2001 to 2286."""
    return re.fullmatch(_TIMESTAMP, str(timestamp_ms)) is not None


def sign(credentials: Credentials, method: str, target: str, *, timestamp_ms: int | str) -> str:
    """Compute the signature: 44 characters of Base64. Arguments and errors as for :func:`string_to_sign`."""
    message = string_to_sign(method, target, timestamp_ms, credentials.access_key).encode()
    return base64.b64encode(credentials.hmac_sha256(message)).decode()


def signed_headers(
    credentials: Credentials, method: str, target: str, *, timestamp_ms: int | str | None = None
) -> dict[str, str]:
    """Build the three headers of a signed request.

    They are valid for less than five minutes around the timestamp, and anyone who holds them can repeat the request
    in that time. Arguments and errors as for :func:`string_to_sign`; ``timestamp_ms`` is the current time when None.
    """
    timestamp = int(time.time() * 1000) if timestamp_ms is None else timestamp_ms
    return {
        TIMESTAMP_HEADER: str(timestamp),
        ACCESS_KEY_HEADER: credentials.access_key,
        SIGNATURE_HEADER: sign(credentials, method, target, timestamp_ms=timestamp),
    }
