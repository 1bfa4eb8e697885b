"""Signature version 2 of NAVER Cloud Platform's API gateway, for any API behind it.

The signature itself is pure functions of the standard library. Only :class:`NcpAuth` knows httpx.
"""

import importlib
import logging
from typing import TYPE_CHECKING, Any, Final

from ._clock import clock_offset, is_skewed
from ._credentials import Credentials, CredentialsProvider, masked
from ._errors import CredentialsError, NcpError, SigningRefusedError
from ._secret import Secret
from ._signature import sign, signed_headers, string_to_sign
from ._sources import load_credentials

if TYPE_CHECKING:
    from ._addresses import checked_address, is_loopback
    from ._auth import NcpAuth, is_on_wire
    from ._keys import Keys, name_of
    from ._redaction import RedactingFilter, redacted
    from ._server_role import ServerRole

_LATER: Final = {
    "Keys": "._keys",
    "NcpAuth": "._auth",
    "RedactingFilter": "._redaction",
    "ServerRole": "._server_role",
    "checked_address": "._addresses",
    "is_loopback": "._addresses",
    "is_on_wire": "._auth",
    "name_of": "._keys",
    "redacted": "._redaction",
}

__all__ = [
    "Credentials",
    "CredentialsError",
    "CredentialsProvider",
    "Keys",
    "NcpAuth",
    "NcpError",
    "RedactingFilter",
    "Secret",
    "ServerRole",
    "SigningRefusedError",
    "checked_address",
    "clock_offset",
    "is_loopback",
    "is_on_wire",
    "is_skewed",
    "load_credentials",
    "masked",
    "name_of",
    "redacted",
    "sign",
    "signed_headers",
    "string_to_sign",
]

logging.getLogger("ncp_signer").addHandler(logging.NullHandler())


# Type checkers must not see it: with it, they would take any misspelt name for one of this package's.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Import on first use what the signature alone does not need, an HTTP client above all."""
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(_LATER[name], __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
