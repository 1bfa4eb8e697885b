"""The client that blocks."""

import inspect
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Literal, Self, TypeVar, Unpack

import httpx
from ncp_signer import Credentials, CredentialsProvider, Keys, NcpError, name_of
from ncp_vserver_api.types import Response

from ._arguments import ServerFilters
from ._calls import Calls, Duration, Listing, Numbers
from ._change import ActionResult
from ._exchange import Exchange, note_request, note_response
from ._operations import REBOOT, START, STOP
from ._reads import LARGEST_PAGE
from ._report import RollingReport
from ._rolling import Check, OnRolling
from ._server import Server
from ._settings import DEFAULT_RETRIES, DEFAULT_TIMEOUT, Site, no_cookies, settings
from ._settle import Settlement
from ._steps import Ask, Send, Sleep, Step, Steps, run
from ._wait import DEFAULT_POLL, DEFAULT_WAIT, OnWait

_T = TypeVar("_T")


class Client:
    """Restarts servers, and says what became of them. One client serves any number of threads.

    Close it, or use it in a ``with`` statement.

    Args:
        credentials: The keys to sign with, or a function that returns them for each request, such as a ``ServerRole``;
            what ``load_credentials()`` finds when None: the environment, ``~/.ncloud/configure``, or the server's role.
        base_url: Scheme and host of the gateway; when None, the site's, else the environment's NCLOUD_API_GW, else the
            public gateway. An empty address is an error.
        site: ``public``, ``gov`` or ``fin``, for the gateway of that site.
        timeout: Seconds for each of connecting, sending, reading, and waiting for a free connection; or the four of
            them as an ``httpx.Timeout``. None of them can be unlimited.
        allowed_hosts: Hosts that may receive a signature, beside the vendor's gateways and loopback.
        retries: Further attempts of calls that read, whatever went wrong on the way, and of those that provably were
            not sent. What may have changed a server is never repeated.
        retry_throttled: Further attempts of calls that change servers and were refused for coming too fast.
        correct_clock: After a 401 whose ``Date`` shows that this machine's clock is minutes off, sign once more by the
            gateway's clock, and go on doing so.

    Raises:
        CredentialsError: No usable credentials were found.
        SigningRefusedError: The gateway's host may not receive a signature, or not over this scheme.
        ValueError: ``base_url`` is not just scheme and host, ``timeout`` has no limit, or another argument makes no
            sense.
    """

    def __init__(
        self,
        credentials: Credentials | CredentialsProvider | None = None,
        *,
        base_url: str | None = None,
        site: Site | None = None,
        timeout: httpx.Timeout | float = DEFAULT_TIMEOUT,
        allowed_hosts: Iterable[str] = (),
        retries: int = DEFAULT_RETRIES,
        retry_throttled: int = 0,
        correct_clock: bool = False,
    ) -> None:
        keys = None if credentials is None else Keys(credentials)
        del credentials  # may show the secret in a traceback with local variables
        self._settings = settings(
            keys,
            base_url=base_url,
            site=site,
            timeout=timeout,
            allowed_hosts=allowed_hosts,
            retries=retries,
            retry_throttled=retry_throttled,
            correct_clock=correct_clock,
        )
        self._calls = Calls(self._settings.policy)
        self._http = self._settings.api.get_httpx_client()  # now: threads that came first would each make one
        self._http.event_hooks = {"request": [note_request], "response": [note_response]}
        self._http.cookies.jar.set_policy(no_cookies())

    def reboot(
        self,
        server_instance_nos: Numbers,
        *,
        region_code: str | None = None,
        wait: Literal[False] | Duration = False,
        poll: Duration = DEFAULT_POLL,
        progress: OnWait | None = None,
        retry_throttled: int | None = None,
    ) -> ActionResult:
        """Restart running servers.

        NCP starts to restart them and answers at once: when this returns without having waited, no server is back yet,
        and each still has status RUN, with operation RESTA until it is. Not idempotent: a second call restarts the
        servers again. More than 20 numbers are sent as several requests, in order, until one fails. A request that may
        have reached the service is never sent again.

        Args:
            server_instance_nos: One server instance number, or several, in the order to send them.
            region_code: Region of the servers, such as KR; the service's default when None.
            wait: Seconds, or a timedelta, to wait until all have restarted and are back; False for not to wait.
            poll: Seconds between the first polls of the servers; later ones are further apart.
            progress: Called with a ``WaitProgress`` after each poll.
            retry_throttled: As for the client, for this call.

        Raises:
            ValueError: A number is not a string of digits or comes twice, there is none, the region code is no code, or
                a time is none. Nothing was sent.
            NotSentError: The request did not reach the service.
            RejectedError: The gateway or the service refused; a subclass says why, ``at_fault`` because of which
                servers.
            OutcomeUnknownError: The servers may be restarting. :meth:`settle` finds out.
            OperationFailedError: All were accepted, and some failed to restart.
            WaitTimeoutError: All were accepted, and not all are back in time.
            WaitError: All were accepted, and polling them was refused.
            CredentialsError: The keys could not be renewed.

        With ``wait``, a server is back when it shows that it has restarted, not when it is merely running: its
        ``uptime`` is later than before, or one poll shows operation RESTA and two polls running after that show none.
        One that shows no sign of a restart is waited for to the end, and is never back.

        The errors account for every number. On Ctrl-C, KeyboardInterrupt has the same account as a note.

        https://api.ncloud-docs.com/docs/en/compute-vserver-server-rebootserverinstances
        """
        return self._run(
            self._calls.change(REBOOT, server_instance_nos, region_code, wait, poll, progress, retry_throttled)
        )

    def start(
        self,
        server_instance_nos: Numbers,
        *,
        region_code: str | None = None,
        wait: Literal[False] | Duration = False,
        poll: Duration = DEFAULT_POLL,
        progress: OnWait | None = None,
        retry_throttled: int | None = None,
    ) -> ActionResult:
        """Start stopped servers.

        NCP starts to boot them and answers at once, with operation START; they are up when status is RUN and operation
        NULL. What a server costs changes with that. Arguments and errors as for :meth:`reboot`.

        https://api.ncloud-docs.com/docs/en/compute-vserver-server-startserverinstances
        """
        return self._run(
            self._calls.change(START, server_instance_nos, region_code, wait, poll, progress, retry_throttled)
        )

    def stop(
        self,
        server_instance_nos: Numbers,
        *,
        region_code: str | None = None,
        wait: Literal[False] | Duration = False,
        poll: Duration = DEFAULT_POLL,
        progress: OnWait | None = None,
        retry_throttled: int | None = None,
    ) -> ActionResult:
        """Stop running servers.

        NCP starts to shut them down and answers at once, with operation SHTDN; they are down when status is NSTOP and
        operation NULL, which is what ``wait`` waits for. They are not terminated and can be started again. Whether the
        guest is asked or cut off is not documented. Arguments and errors as for :meth:`reboot`.

        https://api.ncloud-docs.com/docs/en/compute-vserver-server-stopserverinstances
        """
        return self._run(
            self._calls.change(STOP, server_instance_nos, region_code, wait, poll, progress, retry_throttled)
        )

    def wait_until_running(
        self,
        server_instance_nos: Numbers,
        *,
        timeout: Duration = DEFAULT_WAIT,
        poll: Duration = DEFAULT_POLL,
        progress: OnWait | None = None,
        region_code: str | None = None,
    ) -> tuple[Server, ...]:
        """Wait until each server has status RUN and operation NULL. Status RUN alone never counts.

        This asks whether they are running, not whether they have restarted: right after a restart was accepted, a list
        that lags still shows them as they were. To wait for a restart, use ``wait`` of :meth:`reboot`. Each poll is one
        call of getServerInstanceList for all servers, and one that fails on the network is followed by the next.
        Whether what runs on a server is up is not seen: only that NCP says that the server is. A response that trickles
        in can make the wait longer: each read has a time limit, not all of them together.

        Args:
            server_instance_nos: One server instance number, or several.
            timeout: Seconds, or a timedelta, for the whole wait.
            poll: Seconds between the first polls; later ones are further apart, up to 15, each a bit earlier at random.
            progress: Called with a ``WaitProgress`` after each poll.
            region_code: Region of the servers; the service's default when None.

        Returns:
            The servers, in the order asked for.

        Raises:
            WaitTimeoutError: The time is over. It says who is back and who is not.
            RejectedError: A poll was refused.
            CredentialsError: The keys could not be renewed.
            ValueError: A number, a time or the region code is none.
        """
        return self._run(self._calls.wait(server_instance_nos, region_code, timeout, poll, progress))

    def rolling_reboot(
        self,
        server_instance_nos: Numbers,
        *,
        batch_size: int = 1,
        on_failure: Literal["stop", "continue"] = "stop",
        repeat_untouched: bool = False,
        check: Check | None = None,
        timeout: Duration = DEFAULT_WAIT,
        poll: Duration = DEFAULT_POLL,
        progress: OnRolling | None = None,
        region_code: str | None = None,
        retry_throttled: int | None = None,
    ) -> RollingReport:
        """Restart servers batch after batch, each batch back before the next.

        Each batch is polled before it is asked for. Servers that are busy, stopped or not there are left out, as
        ``rejected``, since one of them would make the service refuse the whole request. A server is back when it shows
        that it has restarted, as for :meth:`reboot`; one that fails does not end the wait for the others.

        No server is asked for twice, whatever happens, unless ``repeat_untouched`` allows it. Where no response comes,
        the servers are polled until it can be told, for as long as ``timeout``; those that turn out to be restarting
        are waited for as usual.

        Args:
            server_instance_nos: The servers, in the order to restart them.
            batch_size: How many restart at a time.
            on_failure: Whether to ``stop`` after a batch of which a server is not back or not healthy, or to
                ``continue`` with the next, once this one's ``timeout`` is over.
            repeat_untouched: Ask once more for a server that is untouched for certain: the gateway would refuse the
                first request by now, and two polls have shown the server as it was. That takes some six minutes.
            check: Called once with each ``Server`` that is back. The server is healthy if this returns something true;
                false, or an exception, is a failure.
            timeout: Seconds, or a timedelta, for each batch to be back.
            poll: Seconds between the first polls of the servers; later ones are further apart.
            progress: Called with a ``RollingReport`` whenever something has happened.
            region_code: Region of the servers; the service's default when None.
            retry_throttled: As for the client, for this call.

        Returns:
            What became of every server. This does not raise because a server failed: look at ``report.ok``.

        Raises:
            ValueError: An argument makes no sense. Nothing was sent.

        On Ctrl-C, KeyboardInterrupt has the report as its attribute ``report``, and as a note. So has any exception
        that ``progress`` raises.
        """
        return self._run(
            self._calls.rolling(
                server_instance_nos,
                region_code,
                batch_size,
                on_failure,
                repeat_untouched,
                check,
                timeout,
                poll,
                progress,
                retry_throttled,
            )
        )

    def settle(self, error: NcpError, *, wait: bool = False) -> Settlement:
        """Find out what became of the servers in ``error.unknown``, by polling them. Nothing is changed.

        A server counts as changed if the operation is in progress on it, or if it has started since the call, or has
        the status that was asked for. Who asked for that cannot be seen: it may have been somebody else.

        It counts as untouched only when the gateway would refuse the request, five minutes after its timestamp and one
        minute for safety, and two polls since then have shown it as it was. So one poll alone never says so.

        Args:
            error: An ``OutcomeUnknownError``, or any other error of a call that changes servers.
            wait: Poll until all is known. That takes six minutes, or longer where this machine's clock is ahead of the
                gateway's: eleven at most. False for one poll: ``known_at`` of what it returns says when the rest can be
                told.

        Raises:
            NcpError: The servers could not be polled.
            ValueError: The error has servers of which nothing is known, and does not come from this client.
        """
        return self._run(self._calls.settle(error, wait))

    def servers(
        self,
        server_instance_nos: Numbers | None = None,
        *,
        region_code: str | None = None,
        page_size: int = LARGEST_PAGE,
        **filters: Unpack[ServerFilters],
    ) -> Iterator[Server]:
        """Iterate over the servers of a region, page after page as they are needed.

        A server that comes into being or goes meanwhile may be missed: a page is what the service has at that moment.

        Args:
            server_instance_nos: Only these; those that do not exist are left out. All when None.
            region_code: The region; the service's default when None.
            page_size: How many servers to ask for at a time, 1 to 1000.
            filters: Parameters of getServerInstanceList, by their Python names, such as
                ``server_instance_status_code="RUN"``.

        Raises (when a page is read):
            NcpError: The page could not be read.

        https://api.ncloud-docs.com/docs/en/compute-vserver-server-getserverinstancelist
        """
        return self._servers(self._calls.listing(server_instance_nos, region_code, page_size, dict(filters)))

    def _servers(self, listing: Listing) -> Iterator[Server]:
        while not listing.has_ended:
            yield from self._run(listing.next())

    def server(self, server_instance_no: str | int, *, region_code: str | None = None) -> Server:
        """Read one server.

        Raises:
            NotFoundError: The service answers without that server. It may refuse the number instead.
            NcpError: It could not be read.
            ValueError: The number or the region code is none.

        https://api.ncloud-docs.com/docs/en/compute-vserver-server-getserverinstancedetail
        """
        return self._run(self._calls.server(server_instance_no, region_code))

    def close(self) -> None:
        """Close the connections. The client cannot be used again."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, steps: Steps[_T]) -> _T:
        return run(steps, self._perform)

    def _perform(self, step: Step) -> Any:
        match step:
            case Send(exchange):
                return self._send(exchange)
            case Sleep(seconds):
                return time.sleep(seconds)
            case Ask(function, argument):
                result = function(argument)
                if inspect.isawaitable(result):  # it would never run, and be true
                    if inspect.iscoroutine(result):
                        result.close()
                    raise TypeError(f"{name_of(function)} is asynchronous, which is for AsyncClient")
                return result

    def _send(self, exchange: Exchange) -> Response[Any]:
        if self._http.is_closed:
            raise RuntimeError("the client is closed")
        exchange.keys_from = self._settings.keys_from
        with exchange.attempt():
            response: Response[Any] = exchange.operation.module.sync_detailed(
                client=self._settings.api, timeout=exchange.limits, **exchange.arguments
            )
            return response
