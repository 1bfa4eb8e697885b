"""Restart NAVER Cloud Platform servers, and know what happened."""

import importlib
import logging
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ncp_signer import Credentials, CredentialsProvider, RedactingFilter, ServerRole, load_credentials
    from ncp_vserver_api.types import UNSET

    from ._async_client import AsyncClient
    from ._change import ActionResult
    from ._client import Client
    from ._errors import (
        AuthenticationError,
        CallbackError,
        CheckFailedError,
        ClientClosedError,
        ClockSkewError,
        CredentialsError,
        HookFailedError,
        IncompleteListError,
        JournalError,
        NcpError,
        NotFoundError,
        NotSentError,
        OperationFailedError,
        OutcomeUnknownError,
        PermissionDeniedError,
        RecordedError,
        RejectedError,
        RunTakenOverError,
        ServerBusyError,
        ServersClaimedError,
        SigningRefusedError,
        ThrottledError,
        WaitError,
        WaitTimeoutError,
    )
    from ._gateway import Site
    from ._journal import Journal, RecordedReport, Run
    from ._report import Outcome, RollingReport
    from ._runs import AsyncRollingReboot, RollingReboot
    from ._server import Server
    from ._settle import Settlement
    from ._wait import WaitProgress

    __version__: str

_MODULES: Final = {
    "ncp_signer": ["Credentials", "CredentialsProvider", "RedactingFilter", "ServerRole", "load_credentials"],
    "ncp_vserver._async_client": ["AsyncClient"],
    "ncp_vserver._change": ["ActionResult"],
    "ncp_vserver._client": ["Client"],
    "ncp_vserver._errors": [
        "AuthenticationError",
        "CallbackError",
        "CheckFailedError",
        "ClientClosedError",
        "ClockSkewError",
        "CredentialsError",
        "HookFailedError",
        "IncompleteListError",
        "JournalError",
        "NcpError",
        "NotFoundError",
        "NotSentError",
        "OperationFailedError",
        "OutcomeUnknownError",
        "PermissionDeniedError",
        "RecordedError",
        "RejectedError",
        "RunTakenOverError",
        "ServerBusyError",
        "ServersClaimedError",
        "SigningRefusedError",
        "ThrottledError",
        "WaitError",
        "WaitTimeoutError",
    ],
    "ncp_vserver._journal": ["Journal", "RecordedReport", "Run"],
    "ncp_vserver._report": ["Outcome", "RollingReport"],
    "ncp_vserver._runs": ["AsyncRollingReboot", "RollingReboot"],
    "ncp_vserver._server": ["Server"],
    "ncp_vserver._gateway": ["Site"],
    "ncp_vserver._settle": ["Settlement"],
    "ncp_vserver._wait": ["WaitProgress"],
    "ncp_vserver_api.types": ["UNSET"],
}

__all__ = [
    "UNSET",
    "ActionResult",
    "AsyncClient",
    "AsyncRollingReboot",
    "AuthenticationError",
    "CallbackError",
    "CheckFailedError",
    "Client",
    "ClientClosedError",
    "ClockSkewError",
    "Credentials",
    "CredentialsError",
    "CredentialsProvider",
    "HookFailedError",
    "IncompleteListError",
    "Journal",
    "JournalError",
    "NcpError",
    "NotFoundError",
    "NotSentError",
    "OperationFailedError",
    "Outcome",
    "OutcomeUnknownError",
    "PermissionDeniedError",
    "RecordedError",
    "RecordedReport",
    "RedactingFilter",
    "RejectedError",
    "RollingReboot",
    "RollingReport",
    "Run",
    "RunTakenOverError",
    "Server",
    "ServerBusyError",
    "ServerRole",
    "ServersClaimedError",
    "Settlement",
    "SigningRefusedError",
    "Site",
    "ThrottledError",
    "WaitError",
    "WaitProgress",
    "WaitTimeoutError",
    "__version__",
    "load_credentials",
]

logging.getLogger("ncp_vserver").addHandler(logging.NullHandler())


# Type checkers must not see it: with it, they would take any misspelt name for one of this package's.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Import on first use: httpx takes longer to import than a command takes to print its help."""
        if name == "__version__":
            value = importlib.import_module("importlib.metadata").version("ncp-vserver")
        else:
            module = next((module for module, names in _MODULES.items() if name in names), None)
            if module is None:
                raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
            value = getattr(importlib.import_module(module), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
