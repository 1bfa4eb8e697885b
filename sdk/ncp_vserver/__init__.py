"""Restart NAVER Cloud Platform servers, and know what happened."""

import importlib
import logging
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ncp_signer import Credentials, CredentialsProvider, RedactingFilter, ServerRole, load_credentials
    from ncp_vserver_api.types import UNSET

    from ncp_vserver._requests.gateway import Site
    from ncp_vserver._runs.handle import AsyncRollingReboot, RollingReboot
    from ncp_vserver._steps.change import ActionResult
    from ncp_vserver._steps.settle import Settlement
    from ncp_vserver._steps.wait import WaitProgress
    from ncp_vserver._values.errors import (
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
    from ncp_vserver._values.report import Outcome, RollingReport
    from ncp_vserver._values.server import Server

    from ._async_client import AsyncClient
    from ._client import Client
    from ._journal import Journal, RecordedReport, Run

    __version__: str

_MODULES: Final = {
    "ncp_signer": ["Credentials", "CredentialsProvider", "RedactingFilter", "ServerRole", "load_credentials"],
    "ncp_vserver._async_client": ["AsyncClient"],
    "ncp_vserver._steps.change": ["ActionResult"],
    "ncp_vserver._client": ["Client"],
    "ncp_vserver._values.errors": [
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
    "ncp_vserver._values.report": ["Outcome", "RollingReport"],
    "ncp_vserver._runs.handle": ["AsyncRollingReboot", "RollingReboot"],
    "ncp_vserver._values.server": ["Server"],
    "ncp_vserver._requests.gateway": ["Site"],
    "ncp_vserver._steps.settle": ["Settlement"],
    "ncp_vserver._steps.wait": ["WaitProgress"],
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
