"""Requests to the mock, down to the bytes."""

import errno
import socket
from collections.abc import Mapping

import httpx
from ncp_mock import NcpMock
from ncp_signer import Credentials, NcpAuth, signed_headers

from support.patience import PATIENCE

PATH = "/vserver/v2/rebootServerInstances"


def signed(mock: NcpMock, method: str, target: str, **request: object) -> httpx.Response:
    """Send a signed request to a target that is taken as it is."""
    auth = NcpAuth(Credentials(mock.access_key, mock.secret_key))
    with httpx.Client(auth=auth, timeout=30) as client:
        return client.request(method, mock.url + target, **request)  # type: ignore[arg-type]  # httpx's own arguments


def reboot(mock: NcpMock, *numbers: str, form: str = "json", **parameters: str) -> httpx.Response:
    """A signed GET of rebootServerInstances."""
    numbered = {f"serverInstanceNoList.{index}": number for index, number in enumerate(numbers, 1)}
    query = httpx.QueryParams({**numbered, **parameters, "responseFormatType": form})
    return signed(mock, "GET", f"{PATH}?{query}")


def raw_request(mock: NcpMock, method: str, target: str, body: bytes = b"", **headers: str) -> bytes:
    """A signed request as bytes."""
    credentials = Credentials(mock.access_key, mock.secret_key)
    fields: Mapping[str, str] = {
        "host": "mock",
        "content-length": str(len(body)),
        **signed_headers(credentials, method, target),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def exchange(mock: NcpMock, sent: bytes) -> bytes:
    """Send bytes, say that there are no more, and return everything that comes back; empty if it was a reset."""
    url = httpx.URL(mock.url)
    with socket.create_connection((url.host, url.port or 0), timeout=PATIENCE) as connection:
        received = bytearray()
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while data := connection.recv(65536):
                received += data
        except OSError as error:
            # The last one is what the end of sending says of a connection that was reset before.
            if error.errno not in (errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN):
                raise
        return bytes(received)
