"""The client that blocks."""

import contextlib
import threading
import time
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, cast

import httpx
from ncp_signer import Credentials, CredentialsProvider, Keys, NcpError

from ncp_vserver._requests.attempt import Attempt
from ncp_vserver._requests.network import Network
from ncp_vserver._requests.operations import REBOOT, START, STOP
from ncp_vserver._runs.handle import OnRolling, RollingReboot
from ncp_vserver._runs.rolling import Check
from ncp_vserver._steps.change import ActionResult
from ncp_vserver._steps.reads import LARGEST_PAGE
from ncp_vserver._steps.settle import Settlement
from ncp_vserver._steps.steps import Ask, Performed, Record, Send, Sleep, Steps, blocking, called, run
from ncp_vserver._steps.wait import OnWait
from ncp_vserver._values.arguments import Numbers, ServerFilters
from ncp_vserver._values.errors import ClientClosedError, JournalError
from ncp_vserver._values.report import RollingReport
from ncp_vserver._values.server import RUNNING, STOPPED, Server

from ._calls import Calls, ChangeOptions, Listing, RollingOptions, WaitOptions
from ._settings import ClientOptions, settings

if TYPE_CHECKING:  # at run time, only those who use a journal import it
    from ._journal import Journal

_T = TypeVar("_T")


class Client:
    """Restarts servers, and says what became of them. One client serves any number of threads.

    Close it, or use it in a ``with`` statement.

    Args:
        credentials: The keys to sign with, or a function that returns them for each request, such as a ``ServerRole``;
            what ``load_credentials()`` finds when None: the environment, ``~/.ncloud/configure``, or the server's role.
        base_url: Scheme and host of the gateway. An empty address is an error.
        site: ``public``, ``gov`` or ``fin``, for the gateway of that site. Without both, the gateway is what
            NCLOUD_API_GW, NCLOUD_SITE and the profile's ``ncloud_api_url`` say, else the public one.
        region_code: Region of the servers, such as KR, for calls that name none; when None, that of NCLOUD_REGION, else
            the service's default.
        timeout: Seconds for each of connecting, sending and reading, and for a poll's turn; or the four of them as an
            ``httpx.Timeout``: 5, 10, 60 and 5 when not given. None of them can be unlimited.
        total_timeout: Seconds for a whole exchange, 120 when not given: from connecting to the last byte of the
            response. The system's time limit holds for looking up the gateway's address, and a transport of the
            caller's own may not know this one.
        allowed_hosts: Hosts that may receive a signature, beside the vendor's gateways and loopback.
        insecure_hosts: Hosts that may receive a signature over plain http, for tests with a mock on another machine.
            Whoever can read that network can use the signature for five minutes.
        retries: Further attempts of calls that read, whatever went wrong on the way, and of those that provably were
            not sent; two when not given. What may have changed a server is never repeated.
        retry_throttled: Further attempts of calls that change servers and were refused for coming too fast.
        correct_clock: After a 401 whose ``Date`` shows that this machine's clock is minutes off, sign once more by the
            gateway's clock, and go on doing so.
        concurrency: How many requests may be in flight at a time, ten when not given. Further ones wait for their
            turn, as long as it takes: a call for each of many servers can be made at once.
        verify: An SSL context, or a file of the certificates of authorities to trust, as a company may need. When None,
            those of the environment's SSL_CERT_FILE and SSL_CERT_DIR; else those of the system, where truststore is
            installed; else httpx's own.
        transport: An httpx transport instead of the network's, for tests or tracing. It must not send a request twice.
            Proxies of the environment are its own business then.

    Raises:
        CredentialsError: No usable credentials were found.
        SigningRefusedError: The gateway's host may not receive a signature, or not over this scheme.
        ValueError: An argument, or a variable of the environment for a proxy or certificates, makes no sense, or what
            says which gateway to ask is contradictory.
    """

    def __init__(
        self,
        credentials: Credentials | CredentialsProvider | None = None,
        **options: Unpack[ClientOptions[httpx.BaseTransport]],
    ) -> None:
        keys = None if credentials is None else Keys(credentials)
        del credentials  # may show the secret in a traceback with local variables
        self._settings = settings(keys, Network, **options)
        self._calls = Calls(self._settings.policy, str(self._settings.gateway.url), self._settings.region.code)
        # Requests are made of it, and go straight to its transport: it would look for cookies and redirects.
        self._http = httpx.Client(**self._settings.http)
        self._transport: httpx.BaseTransport = self._settings.http["transport"]
        self._turns = threading.BoundedSemaphore(self._settings.concurrency)

    def __repr__(self) -> str:
        return f"Client({getattr(self, '_settings', '…')})"  # not there yet in a traceback of __init__

    def reboot(self, server_instance_nos: Numbers, **options: Unpack[ChangeOptions[OnWait]]) -> ActionResult:
        """Restart running servers.

        NCP starts to restart them and answers at once: when this returns without having waited, no server is back yet,
        and each still has status RUN, with operation RESTA until it is. Not idempotent: a second call restarts the
        servers again. More than 20 numbers are sent as several requests, in order, until one fails. A request that may
        have reached the service is never sent again.

        Args:
            server_instance_nos: One server instance number, or several, in the order to send them. A ``Server`` stands
                for its number.
            region_code: Region of the servers, such as KR; the client's when None.
            wait: Seconds, or a timedelta, to wait until all have restarted and are back; not at all when not given.
            poll: Seconds between the first polls of the servers, two when not given; later ones are further apart.
            progress: Called with a ``WaitProgress`` after each poll.
            retry_throttled: As for the client, for this call.
            journal: Where to write down what is sent, before it is sent, and what comes of it.

        Raises:
            ValueError: A number, a time or the region code is none, or a number comes twice. Nothing was sent.
            NotSentError: The request did not reach the service.
            RejectedError: It was refused; a subclass says why, ``at_fault`` because of which servers.
            OutcomeUnknownError: The servers may be restarting. :meth:`settle` finds out.
            OperationFailedError: All were accepted, and some failed to restart.
            WaitTimeoutError: All were accepted, and not all are back in time.
            WaitError: All were accepted, and polling them was refused.
            CredentialsError: The keys could not be renewed.
            JournalError: The journal cannot be used, or another run holds some of the servers. After that, no request
                was sent.

        With ``wait``, a server is back when it shows that it has restarted, not when it is merely running: its
        ``uptime`` is later than before, or one poll shows operation RESTA and two polls in a row after that show none.
        One that shows no sign of a restart is waited for to the end, and is never back.

        The errors account for every number. On Ctrl-C, the account is logged as a warning; to have it then,
        :meth:`prepare_rolling_reboot` with all servers in one batch.

        https://api.ncloud-docs.com/docs/en/compute-vserver-server-rebootserverinstances
        """
        blocking("progress", options.get("progress"))
        return self._run(self._calls.change(REBOOT, server_instance_nos, **options))

    def start(self, server_instance_nos: Numbers, **options: Unpack[ChangeOptions[OnWait]]) -> ActionResult:
        """Start stopped servers.

        NCP starts to boot them and answers at once, with operation START; they are up when status is RUN and operation
        NULL. What a server costs changes with that. Arguments and errors as for :meth:`reboot`.

        https://api.ncloud-docs.com/docs/en/compute-vserver-server-startserverinstances
        """
        blocking("progress", options.get("progress"))
        return self._run(self._calls.change(START, server_instance_nos, **options))

    def stop(self, server_instance_nos: Numbers, **options: Unpack[ChangeOptions[OnWait]]) -> ActionResult:
        """Stop running servers.

        NCP starts to shut them down and answers at once, with operation SHTDN; they are down when status is NSTOP and
        operation NULL, which is what ``wait`` waits for. They are not terminated and can be started again. Whether the
        guest is asked or cut off is not documented. Arguments and errors as for :meth:`reboot`.

        https://api.ncloud-docs.com/docs/en/compute-vserver-server-stopserverinstances
        """
        blocking("progress", options.get("progress"))
        return self._run(self._calls.change(STOP, server_instance_nos, **options))

    def wait_until_running(
        self, server_instance_nos: Numbers, **options: Unpack[WaitOptions[OnWait]]
    ) -> tuple[Server, ...]:
        """Wait until each server has status RUN and operation NULL. Status RUN alone never counts.

        This asks whether they are running, not whether they have restarted: right after a restart was accepted, a list
        that lags still shows them as they were. To wait for a restart, use ``wait`` of :meth:`reboot`. Each poll is one
        call of getServerInstanceList for all servers, and one that fails on the network is followed by the next.
        Whether what runs on a server is up is not seen: only that NCP says that the server is.

        Args:
            server_instance_nos: One server instance number, or several.
            timeout: Seconds, or a timedelta, for the whole wait; ten minutes when not given.
            poll: Seconds between the first polls, two when not given; later ones are further apart, up to 15, each
                shortened a bit at random.
            progress: Called with a ``WaitProgress`` after each poll.
            region_code: Region of the servers; the client's when None.

        Returns:
            The servers, in the order asked for.

        Raises:
            WaitTimeoutError: The time is over. It says who is back and who is not.
            RejectedError: A poll was refused.
            CredentialsError: The keys could not be renewed.
            ValueError: A number, a time or the region code is none.
        """
        blocking("progress", options.get("progress"))
        return self._run(self._calls.wait(RUNNING, server_instance_nos, **options))

    def wait_until_stopped(
        self, server_instance_nos: Numbers, **options: Unpack[WaitOptions[OnWait]]
    ) -> tuple[Server, ...]:
        """Wait until each server has status NSTOP and operation NULL. All else is as for :meth:`wait_until_running`."""
        blocking("progress", options.get("progress"))
        return self._run(self._calls.wait(STOPPED, server_instance_nos, **options))

    def rolling_reboot(
        self,
        server_instance_nos: Numbers,
        *,
        progress: OnRolling | None = None,
        **options: Unpack[RollingOptions[Check]],
    ) -> RollingReport:
        """Restart servers batch after batch, each batch back before the next.

        Each batch is polled before it is asked for. Servers that are busy, stopped or not there are left out, as
        ``rejected``: one of them would make the service refuse the whole request. What back means, :meth:`reboot` says.
        One server that fails does not end the wait for the others.

        No server is asked for twice, unless ``repeat_untouched`` allows it. Where no response comes, the servers are
        polled until it can be told, for as long as ``timeout``; those that are restarting are waited for as usual.

        Args:
            server_instance_nos: The servers, in the order to restart them.
            batch_size: How many restart at a time; or a share of all, such as ``"25%"``, and at least one; one when not
                given.
            ramp: Begin with one, then two, then four, up to ``batch_size``.
            pause: Seconds, or a timedelta, between two batches.
            on_failure: Whether to ``"stop"`` after a batch of which a server is not back or not healthy, as by default,
                or to ``"continue"`` with the next, once this one's ``timeout`` is over.
            max_failures: With ``"continue"``, stop nevertheless after a batch once more servers than so many, or than
                this share of all, are not back or not healthy.
            repeat_untouched: Ask once more for a server that is ``untouched`` for certain, which takes some six minutes
                to tell.
            before: Called with each ``Server`` right before its batch is asked for, as to drain it. Unless this returns
                True, the server is left alone, as ``not_sent``.
            check: Called with each ``Server`` that is back, at the pace of the polls, until this returns True: then it
                is healthy. What it raises counts as False. Nothing interrupts it, so give it a time limit of its own.
                The other servers of the batch have their time all the same.
            check_timeout: Seconds, or a timedelta, for that, from when a server is back; up to the batch's ``timeout``
                when None.
            after: Called with each ``Server`` that has passed, as to undrain it; again and again like ``check``. A
                server that is not back stays as ``before`` left it.
            timeout: Seconds, or a timedelta, for each batch to be back; ten minutes when not given.
            poll: Seconds between the first polls of the servers; later ones are further apart.
            progress: Called with a ``RollingReport`` whenever something has happened.
            region_code: Region of the servers; the client's when None.
            retry_throttled: As for the client, for this call.
            journal: Where to write down what is sent, before it is sent, and what comes of it: then :meth:`resume` can
                go on with it, and no other run changes these servers meanwhile.

        Returns:
            What became of every server. This does not raise because a server failed: look at ``report.ok``.

        Raises:
            ValueError: An argument makes no sense. Nothing was sent.
            CallbackError: ``progress`` failed. The restart has stopped there.
            JournalError: The journal cannot be written. Nothing was sent. If that happens later, the report says so.
            ServersClaimedError: Another run holds some of the servers. Nothing was sent.

        To have the report whatever ends the restart, Ctrl-C for one, hold it: :meth:`prepare_rolling_reboot`.
        """
        blocking("progress", progress)
        return self.prepare_rolling_reboot(server_instance_nos, **options).run(progress)

    def prepare_rolling_reboot(
        self, server_instance_nos: Numbers, **options: Unpack[RollingOptions[Check]]
    ) -> RollingReboot:
        """A rolling restart to run later, or step by step, whose report can be read at any moment and after any end.

        Nothing is sent yet. Arguments are those of :meth:`rolling_reboot`, but for ``progress``, which ``run`` takes.

        Raises:
            ValueError: An argument makes no sense.
        """
        for name in ("before", "check", "after"):
            blocking(name, cast(Check | None, options.get(name)))
        account, steps = self._calls.rolling(REBOOT, server_instance_nos, **options)
        return RollingReboot(account, steps, self._perform)

    def resume(
        self,
        run: str,
        *,
        journal: "Journal",
        take_over: bool = False,
        progress: OnRolling | None = None,
        before: Check | None = None,
        check: Check | None = None,
        after: Check | None = None,
    ) -> RollingReport:
        """Go on with a run whose process is gone, or that has left servers open, as its journal has it.

        What is unknown is read back, which can take some six minutes from its request on. What is changing is waited
        for, and what did not pass its check is checked again. Then the servers that were not reached have their turn,
        under the options that the run began with. No server is asked for twice.

        Args:
            run: Its id in the journal.
            journal: Where it stands.
            take_over: Go on also where its process may still exist: it finds that out before its next request, and
                sends nothing. Only a process of this machine can be seen to be gone, on Linux.
            progress: Called with a ``RollingReport`` whenever something has happened.
            before, check, after: Those of the run: a journal cannot keep a function.

        Returns:
            What became of every server.

        Raises:
            JournalError: There is no such run, it goes on elsewhere, or the journal cannot be used. Nothing was sent.
            ServersClaimedError: Another run holds servers that were not reached. Nothing was sent.
            ValueError: The run is one of another gateway, or a hook is missing. Nothing was sent.
        """
        blocking("progress", progress)
        hooks = {"before": before, "check": check, "after": after}
        for name, function in hooks.items():
            blocking(name, function)
        account, steps = self._calls.resume(journal, journal.report(run), take_over, **hooks)
        return RollingReboot(account, steps, self._perform).run(progress)

    def settle(self, error: NcpError, *, wait: bool = False) -> Settlement:
        """Find out what became of the servers in ``error.unknown``, by polling them. Nothing is changed.

        A server counts as changed if the operation is in progress on it, or if it has started since the call, or has
        the status that was asked for: somebody else may have asked for that. It counts as untouched only when the
        gateway would refuse the request, five minutes after its timestamp and one minute for safety, and two polls
        since then have shown it as it was. So one poll alone never says so.

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

        A list of more than one page is read again until nothing new is found, three times at most: a server that is
        terminated meanwhile moves others from one page to another. Each server comes once, as it was first read.

        Args:
            server_instance_nos: Only these; those that do not exist are left out. All when None.
            region_code: The region; the client's when None.
            page_size: How many servers to ask for at a time, 1 to 1000.
            filters: Parameters of getServerInstanceList, by their Python names, such as
                ``server_instance_status_code="RUN"``.

        Raises (when a page is read):
            IncompleteListError: At the end, after all servers that were found: some may be missing.
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

    def __exit__(self, *error: object) -> None:
        self.close()

    def _run(self, steps: Steps[_T]) -> _T:
        return run(steps, self._perform)

    def _perform(self, step: Performed) -> Any:
        match step:  # pragma: no branch - the type checkers know that it is one of the four
            case Send():
                return self._send(step)
            case Sleep(seconds):
                return time.sleep(seconds)
            case Ask(function, argument):
                return called(function, argument)
            case Record(write):
                return write()

    def _send(self, step: Send) -> Attempt:
        attempt = Attempt(step.request, self._settings.keys_from)
        try:
            with self._turn(step.limits["pool"]):
                flow = self._settings.auth.sync_auth_flow(step.request.http(self._http, step.limits))
                signed = next(flow, None)
                while signed is not None:
                    step.in_flight(attempt.sends(signed))
                    with contextlib.closing(self._transport.handle_request(signed)) as response:
                        attempt.received(response)
                        for chunk in response.iter_bytes():
                            attempt.reads(chunk)
                    signed = _next_request(flow, response)
        except (AssertionError, JournalError):  # a test's transport does not expect it; or it must not be sent
            raise
        except Exception as error:
            return attempt.end(error)
        return attempt.end()

    @contextlib.contextmanager
    def _turn(self, seconds: float | None) -> Generator[None]:
        """One of the places for requests."""
        if not self._turns.acquire(timeout=seconds):
            raise httpx.PoolTimeout("no turn in time")
        try:
            if self._http.is_closed:
                raise ClientClosedError("the client is closed")
            yield
        finally:
            self._turns.release()


def _next_request(
    flow: Generator[httpx.Request, httpx.Response, None], response: httpx.Response
) -> httpx.Request | None:
    """The request that the signer wants sent after a response, if any."""
    try:
        return flow.send(response)
    except StopIteration:
        return None
