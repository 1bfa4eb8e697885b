"""Keys of a server's role, from the metadata service that every server of the platform can reach.

The role's id is at …/iam/security-credentials/, its keys behind that id, with the time at which they end. Temporary
keys need no token and no further header. https://api.ncloud-docs.com/docs/en/compute-vmetadata-roledata
"""

import http.client
import json
import logging
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast
from urllib.parse import urlsplit

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
# After a failure nobody asks again for so long: many threads that wait would else ask one after the other.
_PAUSE: Final = 1.0

_CONNECT_SECONDS: Final = 1.0  # elsewhere than on a server nobody answers
_READ_SECONDS: Final = 3.0
_LARGEST_ANSWER: Final = 64 * 1024
_ROLE_ID: Final = re.compile("[A-Za-z0-9._:-]{1,128}")


class ServerRole:
    """Credentials of the role of the server that this runs on. Call it for the present ones, as ``NcpAuth`` does.

    They are fetched at the first call, and renewed ahead of their end: from 15 minutes before it one caller at a time
    tries, while others go on with the present ones; from 5 minutes before it all wait. One instance serves any number
    of threads, and makes one fetch for all that wait.

    Args:
        endpoint: Scheme and host of the metadata service; when None, the environment's NCLOUD_METADATA_API_ENDPOINT or
            NCLOUD_METADATA_ENDPOINT, else http://169.254.169.254. No proxy is used, and no redirect followed.
        clock: Returns seconds since 1970-01-01 UTC.

    Raises (when called):
        CredentialsError: There are none: no metadata service, no role, or an answer that is not as documented. While
            the present ones last, a failure to renew them is not raised.
    """

    def __init__(self, endpoint: str | None = None, *, clock: Callable[[], float] = time.time) -> None:
        variables = (os.environ.get(name, "").strip() for name in ENDPOINT_VARIABLES)
        self._endpoint = (endpoint or next(filter(None, variables), ENDPOINT)).rstrip("/")
        self._clock = clock
        self._lock = threading.Lock()
        self._present: tuple[Credentials, float] | None = None
        """The keys and when they end: replaced as a whole, so that nobody sees the one without the other."""
        self._failure: tuple[CredentialsError, float] | None = None
        """The last failure, and when it was, by the monotonic clock."""

    def __repr__(self) -> str:
        return f"ServerRole({self._endpoint!r})"

    def __call__(self) -> Credentials:
        present = self._present
        left = -1.0 if present is None else present[1] - self._clock()
        if present is not None and left > _EARLY:
            return present[0]
        # Early on, whoever finds the lock taken leaves the renewal to who has it.
        if not self._lock.acquire(blocking=present is None or left <= _LATE):
            assert present is not None
            return present[0]
        try:
            return self._renewed(present)
        finally:
            self._lock.release()

    def _renewed(self, seen: tuple[Credentials, float] | None) -> Credentials:
        """The keys after a renewal, which another thread may have made meanwhile. Called with the lock held."""
        present = self._present
        if present is not None and present is not seen:
            return present[0]
        try:
            self._present = present = self._fetched()
        except CredentialsError as error:
            if present is None or present[1] <= self._clock():
                raise
            _LOG.debug("the keys of %r could not be renewed, and still last: %s", self, error)
        return present[0]

    def _fetched(self) -> tuple[Credentials, float]:
        if self._failure is not None and time.monotonic() - self._failure[1] < _PAUSE:
            raise CredentialsError(str(self._failure[0]))
        try:
            fetched = self._fetch()
        except CredentialsError as error:
            self._failure = CredentialsError(str(error)), time.monotonic()
            raise
        self._failure = None
        _LOG.debug("fetched keys of %s, which end at %s", fetched[0].source, datetime.fromtimestamp(fetched[1], UTC))
        return fetched

    def _fetch(self) -> tuple[Credentials, float]:
        role = self._get(_PATH).reveal().strip()
        if not _ROLE_ID.fullmatch(role):
            raise CredentialsError(f"server role: {self._endpoint}{_PATH} does not answer with the id of a role")
        place = f"server role: {self._endpoint}{_PATH}{role}"
        members = _members(self._get(_PATH + role))
        if isinstance(members, str):
            raise CredentialsError(f"{place} {members}")
        keys = [members.get(name) for name in ("AccessKeyId", "SecretAccessKey")]
        if not all(keys):
            raise CredentialsError(f"{place} answers without AccessKeyId and SecretAccessKey")
        end = _end(members.get("Expiration"))
        if end is None or end <= self._clock():
            # Keys whose end is not known could end at any moment: a refusal then would not say why.
            raise CredentialsError(f"{place} answers with an Expiration that is over or cannot be read")
        try:
            return Credentials(cast(Secret, keys[0]).reveal(), cast(Secret, keys[1]), source=f"Server Role {role}"), end
        except CredentialsError as error:
            raise CredentialsError(f"{place}: {error}") from None

    def _get(self, path: str) -> Secret:
        """The body of an answer with status 200. The service answers 404 with a text that looks like a role's id."""
        url = f"{self._endpoint}{path}"
        try:
            connection = _connection(self._endpoint)
            try:
                connection.connect()
                connection.sock.settimeout(_READ_SECONDS)
                connection.request("GET", path, headers={"accept": "*/*"})
                response = connection.getresponse()
                body = Secret(response.read(_LARGEST_ANSWER + 1).decode("utf-8", "replace"))
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise CredentialsError(f"server role: {url} does not answer ({_reason(error)})") from None
        if response.status != http.HTTPStatus.OK:
            raise CredentialsError(f"server role: {url} answers with status {response.status}: there is no role")
        if len(body.reveal()) > _LARGEST_ANSWER:
            raise CredentialsError(f"server role: {url} answers at length, which is no answer of a metadata service")
        return body


def _connection(endpoint: str) -> http.client.HTTPConnection:
    url = urlsplit(endpoint)
    if url.scheme != "http" or not url.hostname or url.path or url.query or url.username is not None:
        raise ValueError("it is not http:// and a host alone")
    return http.client.HTTPConnection(url.hostname, url.port, timeout=_CONNECT_SECONDS)


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


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError | socket.timeout):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
