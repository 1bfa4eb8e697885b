"""Keys of a server's role, from the metadata service that every server of the platform can reach.

The role's id is at …/iam/security-credentials/, its keys behind that id, with the time at which they end. Temporary
keys need no token and no further header. https://api.ncloud-docs.com/docs/en/compute-vmetadata-roledata
"""

import http.client
import io
import json
import logging
import math
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast

from ._addresses import checked_address
from ._clock import wall_time
from ._credentials import Credentials
from ._errors import CredentialsError
from ._secret import Secret

_LOG: Final = logging.getLogger("ncp_signer")

# The names that NAVER's Go SDK, and its others, read.
ENDPOINT_VARIABLES: Final = ("NCLOUD_METADATA_API_ENDPOINT", "NCLOUD_METADATA_ENDPOINT")
ENDPOINT: Final = "http://169.254.169.254"
_PATH: Final = "/latest/meta-data/iam/security-credentials/"

# Seconds before the keys end: from when one caller renews them while others go on, and from when all wait for new ones.
# The vendor's Python SDK has the same two.
_EARLY: Final = 900.0
_LATE: Final = 300.0
# Nobody asks again for so long: many threads that wait would else ask one after the other where the service fails, and
# each request would ask where it answers with the same keys up to their end, or with keys that last some minutes only.
_PAUSE: Final = 1.0

_CONNECT_SECONDS: Final = 1.0  # elsewhere than on a server nobody answers
_READ_SECONDS: Final = 3.0
_LARGEST_ANSWER: Final = 64 * 1024
_ROLE_ID: Final = re.compile("[A-Za-z0-9._:-]{1,128}")


class ServerRole:
    """Credentials of the role of the server that this runs on. Call it for the present ones, as ``NcpAuth`` does.

    They are fetched at the first call, and renewed ahead of their end: from 15 minutes before it one caller at a time
    tries, while others go on with the present ones; from 5 minutes before it all wait. One instance serves any number
    of threads, and makes one fetch for all that wait, and at most one in a second.

    Args:
        endpoint: Scheme and host of the metadata service; when None, the environment's NCLOUD_METADATA_API_ENDPOINT or
            NCLOUD_METADATA_ENDPOINT, else http://169.254.169.254. No proxy is used, and no redirect followed.
        clock: Returns seconds since 1970-01-01 UTC.

    Raises:
        CredentialsError: The endpoint is not scheme and host alone.

    Raises (when called):
        CredentialsError: There are none: no metadata service, no role, or an answer that is not as documented: without
            an Expiration, too, as keys could then end at any moment, or with a Token, as another cloud's at the same
            address has it. While the present ones last, a failure to renew them is not raised.
    """

    def __init__(self, endpoint: str | None = None, *, clock: Callable[[], float] = wall_time) -> None:
        variables = [(name, os.environ[name].strip()) for name in ENDPOINT_VARIABLES if name in os.environ]
        name, value = [*variables, ("endpoint", ENDPOINT)][0] if endpoint is None else ("endpoint", endpoint)
        try:
            self._endpoint = checked_address(name, value, ("http",), ENDPOINT)
        except ValueError as error:
            raise CredentialsError(f"server role: {error}") from None
        self._clock = clock
        self._lock = threading.Lock()
        self._present: tuple[Credentials, float] | None = None
        """The keys and when they end: replaced as a whole, so that nobody sees the one without the other."""
        self._monotonic = time.monotonic
        self._asked = -math.inf
        """When the service was asked last, by the monotonic clock."""
        self._failure: str | None = None
        """What was wrong with its response then; None if it was valid."""

    def __repr__(self) -> str:
        return f"ServerRole({self._endpoint!r})"

    def __call__(self) -> Credentials:
        present = self._present
        left = -1.0 if present is None else present[1] - self._clock()
        # Early on, one caller renews the keys, and the others do not wait for it.
        if present is not None and (left > _EARLY or (left > _LATE and self._lock.locked())):
            return present[0]
        # By "with": a Ctrl-C right behind an acquire() would leave it locked for good. So two that come at one moment
        # early on may both get here, and one of them wait for the other.
        with self._lock:
            return self._renewed(present)

    def _renewed(self, seen: tuple[Credentials, float] | None) -> Credentials:
        """The keys after a renewal, which another thread may have made meanwhile. Called with the lock held."""
        present = self._present
        if present is not None and present is not seen:
            return present[0]
        if present is not None and present[1] <= self._clock():
            present = None
        if self._monotonic() - self._asked < _PAUSE:
            if present is not None:
                return present[0]
            if self._failure is not None:
                raise CredentialsError(self._failure)
        try:
            self._present = present = self._fetched()
        except CredentialsError as error:
            if present is None:
                raise
            _LOG.debug("the keys of %r could not be renewed, and still last: %s", self, error)
        return present[0]

    def _fetched(self) -> tuple[Credentials, float]:
        try:
            fetched = self._fetch()
            self._failure = None
        except CredentialsError as error:
            self._failure = str(error)
            raise
        finally:
            self._asked = self._monotonic()
        _LOG.debug("fetched keys of %s, which last for %.0f s", fetched[0].source, fetched[1] - self._clock())
        return fetched

    def _fetch(self) -> tuple[Credentials, float]:
        found = _ROLE_ID.fullmatch(self._get(_PATH).reveal().strip())
        if found is None:
            raise CredentialsError(f"server role: {self._endpoint}{_PATH} does not answer with the id of a role")
        role = found[0]
        place = f"server role: {self._endpoint}{_PATH}{role}"
        members = _members(self._get(_PATH + role))
        if isinstance(members, str):
            raise CredentialsError(f"{place} {members}")
        keys = [members.get(name) for name in ("AccessKeyId", "SecretAccessKey")]
        if not all(keys):
            raise CredentialsError(f"{place} answers without AccessKeyId and SecretAccessKey")
        end = _end(members.get("Expiration"))
        if end is None:
            # Keys whose end is not known could end at any moment: a refusal then would not say why.
            raise CredentialsError(f"{place} answers without an Expiration that can be read")
        if end <= self._clock():
            raise CredentialsError(f"{place} answers with keys that have ended, by this machine's clock")
        try:
            return Credentials(cast(Secret, keys[0]).reveal(), cast(Secret, keys[1]), source=f"Server Role {role}"), end
        except CredentialsError as error:
            raise CredentialsError(f"{place}: {error}") from None

    def _get(self, path: str) -> Secret:
        """The body of a response with status 200. That of a 404 looks like a role's id."""
        url = f"{self._endpoint}{path}"
        answer = _ask(self._endpoint, path)
        if isinstance(answer, str):
            raise CredentialsError(f"server role: {url} does not answer ({answer})")
        status, body = answer
        if status != http.HTTPStatus.OK:
            reason = ": there is no role" if status == http.HTTPStatus.NOT_FOUND else ""
            raise CredentialsError(f"server role: {url} answers with status {status}{reason}")
        if len(body.reveal()) > _LARGEST_ANSWER:
            raise CredentialsError(f"server role: {url} answers at length, which is no answer of a metadata service")
        return body


def _ask(endpoint: str, path: str) -> tuple[int, Secret] | str:
    """Status and body of the response, or why there is none.

    This raises nothing: http.client's errors quote a broken response, which may hold keys.
    """
    connection = http.client.HTTPConnection(endpoint.removeprefix("http://"), timeout=_CONNECT_SECONDS)
    try:
        connection.request("GET", path, headers={"accept": "*/*"})
        response = http.client.HTTPResponse(cast(socket.socket, _Reads(connection.sock)))
        response.begin()
        return response.status, Secret(response.read(_LARGEST_ANSWER + 1).decode("utf-8", "replace"))
    except TimeoutError:
        return "no answer in time"
    except OSError as error:
        return error.strerror or type(error).__name__
    except (http.client.HTTPException, ValueError) as error:
        return f"no proper HTTP: {type(error).__name__}"
    finally:
        connection.close()


class _Reads(io.RawIOBase):
    """What a connection receives, with one deadline for all of it: a response that trickles in would never end else."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._deadline = time.monotonic() + _READ_SECONDS

    def makefile(self, mode: str) -> io.BufferedReader:
        """What an ``HTTPResponse`` asks a socket for."""
        del mode
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


def _members(body: Secret) -> Mapping[str, Secret] | str:
    """The texts of a JSON object, each wrapped, or what is wrong with the body."""
    try:
        document: Any = json.loads(body.reveal(), object_hook=_wrapped)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return "does not answer with a JSON object"
    members = cast(dict[str, Secret], document)
    code = members.get("Code")
    if code is not None and code.reveal().lower() != "success":
        return "answers with a Code that is not Success"
    if members.get("Token"):  # no key of NAVER's has one, and AWS has the same address, path and names
        return "answers with a Token: these are keys of another cloud's"
    return members


def _wrapped(members: dict[str, Any]) -> dict[str, Secret]:
    return {name: Secret(value) for name, value in members.items() if isinstance(value, str)}


def _end(expiration: Secret | None) -> float | None:
    """When keys end, in seconds since 1970-01-01 UTC. A time without a zone is UTC, as in the vendor's example."""
    try:
        end = datetime.fromisoformat("" if expiration is None else expiration.reveal())
        return (end if end.tzinfo else end.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
