"""Signature version 2 of NAVER Cloud Platform's API gateway, for any API behind it.

The signature itself is pure functions of the standard library. Only :class:`NcpAuth` knows httpx.
"""

import importlib
import logging
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ._addresses import checked_address as checked_address, is_loopback as is_loopback
    from ._auth import NcpAuth as NcpAuth, is_on_wire as is_on_wire
    from ._clock import clock_offset as clock_offset, is_skewed as is_skewed
    from ._credentials import Credentials as Credentials, CredentialsProvider as CredentialsProvider, masked as masked
    from ._errors import (
        CredentialsError as CredentialsError,
        NcpError as NcpError,
        SigningRefusedError as SigningRefusedError,
    )
    from ._keys import Keys as Keys, name_of as name_of
    from ._redaction import RedactingFilter as RedactingFilter, redacted as redacted
    from ._secret import Secret as Secret
    from ._server_role import ServerRole as ServerRole
    from ._signature import sign as sign, signed_headers as signed_headers, string_to_sign as string_to_sign
    from ._sources import load_credentials as load_credentials

_MODULES: Final = {
    "._addresses": ["checked_address", "is_loopback"],
    "._auth": ["NcpAuth", "is_on_wire"],
    "._clock": ["clock_offset", "is_skewed"],
    "._credentials": ["Credentials", "CredentialsProvider", "masked"],
    "._errors": ["CredentialsError", "NcpError", "SigningRefusedError"],
    "._keys": ["Keys", "name_of"],
    "._redaction": ["RedactingFilter", "redacted"],
    "._secret": ["Secret"],
    "._server_role": ["ServerRole"],
    "._signature": ["sign", "signed_headers", "string_to_sign"],
    "._sources": ["load_credentials"],
}

logging.getLogger("ncp_signer").addHandler(logging.NullHandler())


# Type checkers must not see it: with it, they would take any misspelt name for one of this package's.
if not TYPE_CHECKING:
    __all__ = sorted(name for names in _MODULES.values() for name in names)

    def __getattr__(name: str) -> Any:
        """Import on first use: the signature alone does not need an HTTP client."""
        module = next((module for module, names in _MODULES.items() if name in names), None)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(module, __name__), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return __all__
