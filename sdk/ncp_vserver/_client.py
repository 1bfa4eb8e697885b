"""The clients: one connection pool, one signer, one attempt for each request."""

import os
import re
from collections.abc import Iterable
from importlib.metadata import version
from types import TracebackType
from typing import Final, Self

import httpx
import ncp_vserver_api
from ncp_signer import Credentials, NcpAuth, load_credentials
from ncp_vserver_api.api.server import reboot_server_instances
from ncp_vserver_api.types import UNSET, Unset

from ._reboot import ClosedError, RebootJob, RebootResult, note_status, note_status_async

PUBLIC_GATEWAY: Final = "https://ncloud.apigw.ntruss.com"
GATEWAY_VARIABLE: Final = "NCLOUD_API_GW"

# Seconds for each step, not for the whole call. The vendor documents no timeout of its gateway's own; its JavaScript
# SDK waits 60 seconds for an answer.
DEFAULT_TIMEOUT: Final = httpx.Timeout(connect=5, read=60, write=10, pool=5)

# No connection is used twice. What a server sends behind an answer would be taken for the next one, and a server may
# close an idle connection at the moment a request goes out on it: both would leave an outcome unknown for no reason.
_LIMITS: Final = httpx.Limits(max_connections=10, max_keepalive_connections=0)

# The mock is on loopback, and no proxy must see a request to it, which travels in the clear.
_NO_PROXY: Final[dict[str, None]] = {"all://127.0.0.1": None, "all://localhost": None, "all://[::1]": None}

_LONGEST_TIMEOUT: Final = 86_400  # seconds; far beyond it, timeouts overflow in the operating system


class Client:
    """Restarts servers. One client serves any number of threads. Close it, or use it in a ``with`` statement.

    Args:
        credentials: The keys to sign with; what ``load_credentials()`` finds when None.
        base_url: Scheme and host of the gateway; when None, the environment's NCLOUD_API_GW, else the public gateway.
        timeout: Seconds for each of connecting, sending, reading, and waiting for a free connection; or the four of
            them as an ``httpx.Timeout``. None of them can be unlimited.
        allowed_hosts: Hosts that may receive a signature, beside the vendor's gateways and loopback.

    Raises:
        CredentialsError: No usable credentials were found.
        SigningRefusedError: The gateway's host may not receive a signature, or not over this scheme.
        ValueError: ``base_url`` is not just scheme and host, or ``timeout`` has no limit.
    """

    def __init__(
        self,
        credentials: Credentials | None = None,
        *,
        base_url: str | None = None,
        timeout: httpx.Timeout | float = DEFAULT_TIMEOUT,
        allowed_hosts: Iterable[str] = (),
    ) -> None:
        self._api = _api(credentials, base_url, timeout, allowed_hosts)
        self._http = self._api.get_httpx_client()  # now: threads that came first would each make one
        self._http.event_hooks = {"response": [note_status]}

    def reboot(
        self, server_instance_nos: str | int | Iterable[str | int], *, region_code: str | None = None
    ) -> RebootResult:
        """Restart running servers.

        NCP starts to restart them and answers at once: when this returns, no server is back yet, and each still has
        status RUN, with operation RESTA until it is. Not idempotent: a second call restarts the servers again. More
        than 20 numbers are sent as several requests, in order, until one fails. Each request is sent once, whatever
        happens.

        Args:
            server_instance_nos: One server instance number, or several, in the order to send them.
            region_code: Region of the servers, such as KR; the service's default when None.

        Raises:
            ValueError: A number is not a string of digits or comes twice, there is none, or the region code is no code.
                Nothing was sent.
            NotSentError: The request did not reach the service.
            RejectedError: The gateway or the service said no.
            OutcomeUnknownError: The servers may be restarting.

        The three errors account for every number. On Ctrl-C, KeyboardInterrupt has the same account as a note.

        https://api.ncloud-docs.com/docs/en/compute-vserver-server-rebootserverinstances
        """
        job, region = RebootJob(server_instance_nos), _region(region_code)
        for batch in job.batches():
            with job.accounting(batch):
                _require_open(self._http)
                response = reboot_server_instances.sync_detailed(
                    client=self._api, server_instance_no_list=batch, region_code=region
                )
                job.answered(batch, response)
        return job.result()

    def close(self) -> None:
        """Close the connections. The client cannot be used again."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class AsyncClient:
    """:class:`Client` for async code: the same arguments, the same errors."""

    def __init__(
        self,
        credentials: Credentials | None = None,
        *,
        base_url: str | None = None,
        timeout: httpx.Timeout | float = DEFAULT_TIMEOUT,
        allowed_hosts: Iterable[str] = (),
    ) -> None:
        self._api = _api(credentials, base_url, timeout, allowed_hosts)
        self._http = self._api.get_async_httpx_client()
        self._http.event_hooks = {"response": [note_status_async]}

    async def reboot(
        self, server_instance_nos: str | int | Iterable[str | int], *, region_code: str | None = None
    ) -> RebootResult:
        """Restart running servers. All that is said of :meth:`Client.reboot` holds.

        A cancelled task raises its cancellation, with the account of the numbers as a note.
        """
        job, region = RebootJob(server_instance_nos), _region(region_code)
        for batch in job.batches():
            with job.accounting(batch):
                _require_open(self._http)
                response = await reboot_server_instances.asyncio_detailed(
                    client=self._api, server_instance_no_list=batch, region_code=region
                )
                job.answered(batch, response)
        return job.result()

    async def aclose(self) -> None:
        """Close the connections. The client cannot be used again."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()


def _api(
    credentials: Credentials | None, base_url: str | None, timeout: httpx.Timeout | float, allowed_hosts: Iterable[str]
) -> ncp_vserver_api.Client:
    """The generated client, set up so that it signs, gives up in time and follows no redirect."""
    if base_url is not None:
        gateway = _gateway("base_url", base_url)
    else:
        gateway = _gateway(GATEWAY_VARIABLE, os.environ.get(GATEWAY_VARIABLE, "").strip() or PUBLIC_GATEWAY)
    auth = NcpAuth(load_credentials() if credentials is None else credentials, allowed_hosts=allowed_hosts)
    auth.check(gateway)
    return ncp_vserver_api.Client(
        base_url=str(gateway),
        headers={
            "accept": "application/json",
            "cache-control": "no-store",  # no cache may answer a GET that restarts servers
            "user-agent": f"ncp-vserver/{version('ncp-vserver')}",
        },
        timeout=_limited(timeout),
        follow_redirects=False,
        httpx_args={"auth": auth, "limits": _LIMITS, "mounts": _NO_PROXY},
    )


def _gateway(name: str, value: str) -> httpx.URL:
    """Scheme and host. The errors do not quote the value: it may have a password in it."""
    try:
        url = httpx.URL(value)
    except httpx.InvalidURL:
        raise ValueError(f"{name} is not a URL: it must be scheme and host, such as {PUBLIC_GATEWAY}") from None
    problems = {
        "has neither https:// nor http:// in front": url.scheme not in ("http", "https"),
        "has no host": not url.host,
        "has a path or query": url.raw_path != b"/",
        "has a user name": bool(url.userinfo),
        "has a fragment": bool(url.fragment),
    }
    if found := [problem for problem, is_there in problems.items() if is_there]:
        raise ValueError(f"{name} {', '.join(found)}: it must be scheme and host only, such as {PUBLIC_GATEWAY}")
    return url


def _limited(timeout: httpx.Timeout | float) -> httpx.Timeout:
    limited = httpx.Timeout(timeout)
    for step, seconds in limited.as_dict().items():
        if not isinstance(seconds, int | float) or not 0 < seconds <= _LONGEST_TIMEOUT:
            raise ValueError(f"timeout for {step} must be a number of seconds above 0 and at most {_LONGEST_TIMEOUT}")
    return limited


def _region(region_code: str | None) -> str | Unset:
    if region_code is None:
        return UNSET
    if not isinstance(region_code, str) or not re.fullmatch("[!-~]+", region_code):  # pyright: ignore[reportUnnecessaryIsInstance]  # for callers without a type checker
        raise ValueError("region_code must be a code such as KR; leave it out for the service's default region")
    return region_code


def _require_open(client: httpx.Client | httpx.AsyncClient) -> None:
    if client.is_closed:
        raise ClosedError("the client is closed")
