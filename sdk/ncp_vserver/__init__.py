"""Restart NAVER Cloud Platform servers, and know what happened."""

import importlib
import logging
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ncp_signer import (
        Credentials as Credentials,
        CredentialsError as CredentialsError,
        CredentialsProvider as CredentialsProvider,
        NcpError as NcpError,
        RedactingFilter as RedactingFilter,
        ServerRole as ServerRole,
        SigningRefusedError as SigningRefusedError,
        load_credentials as load_credentials,
    )
    from ncp_vserver_api.types import UNSET as UNSET

    from ncp_vserver._requests.gateway import Site as Site
    from ncp_vserver._runs.handle import AsyncRollingReboot as AsyncRollingReboot, RollingReboot as RollingReboot
    from ncp_vserver._steps.change import ActionResult as ActionResult
    from ncp_vserver._steps.settle import Settlement as Settlement
    from ncp_vserver._steps.wait import WaitProgress as WaitProgress
    from ncp_vserver._values.errors import (
        AuthenticationError as AuthenticationError,
        CallbackError as CallbackError,
        CheckFailedError as CheckFailedError,
        ClientClosedError as ClientClosedError,
        ClockSkewError as ClockSkewError,
        HookFailedError as HookFailedError,
        IncompleteListError as IncompleteListError,
        JournalError as JournalError,
        NotFoundError as NotFoundError,
        NotSentError as NotSentError,
        OperationFailedError as OperationFailedError,
        OutcomeUnknownError as OutcomeUnknownError,
        PermissionDeniedError as PermissionDeniedError,
        RecordedError as RecordedError,
        RejectedError as RejectedError,
        RunTakenOverError as RunTakenOverError,
        ServerBusyError as ServerBusyError,
        ServersClaimedError as ServersClaimedError,
        ThrottledError as ThrottledError,
        WaitError as WaitError,
        WaitTimeoutError as WaitTimeoutError,
    )
    from ncp_vserver._values.report import Outcome as Outcome, RollingReport as RollingReport
    from ncp_vserver._values.server import Server as Server

    from ._async_client import AsyncClient as AsyncClient
    from ._client import Client as Client
    from ._journal import Journal as Journal, RecordedReport as RecordedReport, Run as Run

    __version__: str

_MODULES: Final = {
    "ncp_signer": [
        "Credentials",
        "CredentialsError",
        "CredentialsProvider",
        "NcpError",
        "RedactingFilter",
        "ServerRole",
        "SigningRefusedError",
        "load_credentials",
    ],
    "ncp_vserver._async_client": ["AsyncClient"],
    "ncp_vserver._steps.change": ["ActionResult"],
    "ncp_vserver._client": ["Client"],
    "ncp_vserver._values.errors": [
        "AuthenticationError",
        "CallbackError",
        "CheckFailedError",
        "ClientClosedError",
        "ClockSkewError",
        "HookFailedError",
        "IncompleteListError",
        "JournalError",
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

logging.getLogger("ncp_vserver").addHandler(logging.NullHandler())


# Type checkers must not see it: with it, they would take any misspelt name for one of this package's.
if not TYPE_CHECKING:
    __all__ = sorted(["__version__", *(name for names in _MODULES.values() for name in names)])

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
