"""Restart NAVER Cloud Platform servers, and know what happened."""

import importlib
import logging
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ncp_signer import Credentials, RedactingFilter, ServerRole, load_credentials

    from ._async_client import AsyncClient
    from ._change import ActionResult
    from ._client import Client
    from ._errors import (
        AuthenticationError,
        ClockSkewError,
        CredentialsError,
        NcpError,
        NotFoundError,
        NotSentError,
        OperationFailedError,
        OutcomeUnknownError,
        PermissionDeniedError,
        RejectedError,
        ServerBusyError,
        SigningRefusedError,
        ThrottledError,
        WaitError,
        WaitTimeoutError,
    )
    from ._report import RollingReport
    from ._server import Server
    from ._settle import Settlement
    from ._wait import WaitProgress

_MODULES: Final = {
    "ncp_signer": ["Credentials", "RedactingFilter", "ServerRole", "load_credentials"],
    "ncp_vserver._async_client": ["AsyncClient"],
    "ncp_vserver._change": ["ActionResult"],
    "ncp_vserver._client": ["Client"],
    "ncp_vserver._errors": [
        "AuthenticationError",
        "ClockSkewError",
        "CredentialsError",
        "NcpError",
        "NotFoundError",
        "NotSentError",
        "OperationFailedError",
        "OutcomeUnknownError",
        "PermissionDeniedError",
        "RejectedError",
        "ServerBusyError",
        "SigningRefusedError",
        "ThrottledError",
        "WaitError",
        "WaitTimeoutError",
    ],
    "ncp_vserver._report": ["RollingReport"],
    "ncp_vserver._server": ["Server"],
    "ncp_vserver._settle": ["Settlement"],
    "ncp_vserver._wait": ["WaitProgress"],
}

__all__ = [
    "ActionResult",
    "AsyncClient",
    "AuthenticationError",
    "Client",
    "ClockSkewError",
    "Credentials",
    "CredentialsError",
    "NcpError",
    "NotFoundError",
    "NotSentError",
    "OperationFailedError",
    "OutcomeUnknownError",
    "PermissionDeniedError",
    "RedactingFilter",
    "RejectedError",
    "RollingReport",
    "Server",
    "ServerBusyError",
    "ServerRole",
    "Settlement",
    "SigningRefusedError",
    "ThrottledError",
    "WaitError",
    "WaitProgress",
    "WaitTimeoutError",
    "load_credentials",
]

logging.getLogger("ncp_vserver").addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    """Import on first use: httpx takes longer to import than a command takes to print its help."""
    module = next((module for module, names in _MODULES.items() if name in names), None)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
