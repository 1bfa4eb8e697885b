"""Restart NAVER Cloud Platform servers, and know what happened."""

from ncp_signer import Credentials, CredentialsError, SigningRefusedError, load_credentials

from ._client import AsyncClient, Client
from ._errors import NcpError, NotSentError, OutcomeUnknownError, RejectedError
from ._reboot import RebootResult

__all__ = [
    "AsyncClient",
    "Client",
    "Credentials",
    "CredentialsError",
    "NcpError",
    "NotSentError",
    "OutcomeUnknownError",
    "RebootResult",
    "RejectedError",
    "SigningRefusedError",
    "load_credentials",
]
