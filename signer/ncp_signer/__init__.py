"""Signature version 2 of NAVER Cloud Platform's API gateway, for any API behind it.

The signature itself is pure functions of the standard library. Only :class:`NcpAuth` knows httpx.
"""

from ._auth import NcpAuth, SigningRefusedError
from ._credentials import Credentials, CredentialsError, load_credentials
from ._secret import Secret
from ._signature import sign, signed_headers, string_to_sign

__all__ = [
    "Credentials",
    "CredentialsError",
    "NcpAuth",
    "Secret",
    "SigningRefusedError",
    "load_credentials",
    "sign",
    "signed_headers",
    "string_to_sign",
]
