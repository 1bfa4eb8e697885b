"""The client that is awaited."""

import contextlib
import inspect
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack

import anyio
import anyio.lowlevel
import anyio.to_thread
import httpx
from ncp_signer import Credentials, CredentialsProvider, Keys, NcpError

from ncp_vserver._requests.attempt import Attempt
from ncp_vserver._requests.network import AsyncNetwork
from ncp_vserver._requests.operations import REBOOT, START, STOP
from ncp_vserver._runs.handle import AsyncOnRolling, AsyncRollingReboot
from ncp_vserver._runs.rolling import AsyncCheck
from ncp_vserver._steps.change import ActionResult
from ncp_vserver._steps.reads import LARGEST_PAGE
from ncp_vserver._steps.settle import Settlement
from ncp_vserver._steps.steps import Ask, Performed, Record, Send, Sleep, Steps, run_async
from ncp_vserver._steps.wait import AsyncOnWait
from ncp_vserver._values.arguments import Numbers, ServerFilters
from ncp_vserver._values.errors import ClientClosedError, JournalError
from ncp_vserver._values.report import RollingReport
from ncp_vserver._values.server import RUNNING, STOPPED, Server

from ._calls import Calls, ChangeOptions, Listing, RollingOptions, WaitOptions
from ._settings import ClientOptions, settings

if TYPE_CHECKING:  # at run time, only those who use a journal import it
    from ._journal import Journal

_T = TypeVar("_T")


class AsyncClient:
    """:class:`~ncp_vserver.Client` for async code, on asyncio or trio: the same arguments, the same errors.

    Callbacks may be asynchronous, too. One event loop uses it at a time.
    """

    def __init__(
        self,
        credentials: Credentials | CredentialsProvider | None = None,
        **options: Unpack[ClientOptions[httpx.AsyncBaseTransport]],
    ) -> None:
        keys = None if credentials is None else Keys(credentials)
        del credentials  # may show the secret in a traceback with local variables
        self._settings = settings(keys, AsyncNetwork, **options)
        self._calls = Calls(self._settings.policy, str(self._settings.gateway.url), self._settings.region.code)
        self._turns: anyio.Semaphore | None = None  # of one event loop
        self._loop: object = None
        self._http = httpx.AsyncClient(**self._settings.http)  # as in Client
        self._transport: httpx.AsyncBaseTransport = self._settings.http["transport"]

    def __repr__(self) -> str:
        return f"AsyncClient({getattr(self, '_settings', '…')})"  # not there yet in a traceback of __init__

    async def reboot(self, server_instance_nos: Numbers, **options: Unpack[ChangeOptions[AsyncOnWait]]) -> ActionResult:
        """Restart running servers. All that is said of :meth:`Client.reboot` holds."""
        return await self._run(self._calls.change(REBOOT, server_instance_nos, **options))

    async def start(self, server_instance_nos: Numbers, **options: Unpack[ChangeOptions[AsyncOnWait]]) -> ActionResult:
        """Start stopped servers, as :meth:`Client.start`."""
        return await self._run(self._calls.change(START, server_instance_nos, **options))

    async def stop(self, server_instance_nos: Numbers, **options: Unpack[ChangeOptions[AsyncOnWait]]) -> ActionResult:
        """Stop running servers, as :meth:`Client.stop`."""
        return await self._run(self._calls.change(STOP, server_instance_nos, **options))

    async def wait_until_running(
        self, server_instance_nos: Numbers, **options: Unpack[WaitOptions[AsyncOnWait]]
    ) -> tuple[Server, ...]:
        """Wait until each server has status RUN and operation NULL, as :meth:`Client.wait_until_running`."""
        return await self._run(self._calls.wait(RUNNING, server_instance_nos, **options))

    async def wait_until_stopped(
        self, server_instance_nos: Numbers, **options: Unpack[WaitOptions[AsyncOnWait]]
    ) -> tuple[Server, ...]:
        """Wait until each server has status NSTOP and operation NULL, as :meth:`Client.wait_until_stopped`."""
        return await self._run(self._calls.wait(STOPPED, server_instance_nos, **options))

    async def rolling_reboot(
        self,
        server_instance_nos: Numbers,
        *,
        progress: AsyncOnRolling | None = None,
        **options: Unpack[RollingOptions[AsyncCheck]],
    ) -> RollingReport:
        """Restart servers batch after batch, as :meth:`Client.rolling_reboot`.

        To have the report after a cancellation, hold the restart: :meth:`prepare_rolling_reboot`.
        """
        return await self.prepare_rolling_reboot(server_instance_nos, **options).run(progress)

    def prepare_rolling_reboot(
        self, server_instance_nos: Numbers, **options: Unpack[RollingOptions[AsyncCheck]]
    ) -> AsyncRollingReboot:
        """A rolling restart to await later, as :meth:`Client.prepare_rolling_reboot`."""
        account, steps = self._calls.rolling(REBOOT, server_instance_nos, **options)
        return AsyncRollingReboot(account, steps, self._perform)

    async def resume(
        self,
        run: str,
        *,
        journal: "Journal",
        take_over: bool = False,
        progress: AsyncOnRolling | None = None,
        before: AsyncCheck | None = None,
        check: AsyncCheck | None = None,
        after: AsyncCheck | None = None,
    ) -> RollingReport:
        """Go on with a run whose process is gone, or that has left servers open, as :meth:`Client.resume`."""
        report = await anyio.to_thread.run_sync(journal.report, run)
        account, steps = self._calls.resume(journal, report, take_over, before=before, check=check, after=after)
        return await AsyncRollingReboot(account, steps, self._perform).run(progress)

    async def settle(self, error: NcpError, *, wait: bool = False) -> Settlement:
        """Find out what became of the servers in ``error.unknown``, as :meth:`Client.settle`."""
        return await self._run(self._calls.settle(error, wait))

    def servers(
        self,
        server_instance_nos: Numbers | None = None,
        *,
        region_code: str | None = None,
        page_size: int = LARGEST_PAGE,
        **filters: Unpack[ServerFilters],
    ) -> AsyncIterator[Server]:
        """Iterate over the servers of a region, as :meth:`Client.servers`."""
        return self._servers(self._calls.listing(server_instance_nos, region_code, page_size, dict(filters)))

    async def _servers(self, listing: Listing) -> AsyncIterator[Server]:
        while not listing.has_ended:
            for server in await self._run(listing.next()):
                yield server

    async def server(self, server_instance_no: str | int, *, region_code: str | None = None) -> Server:
        """Read one server, as :meth:`Client.server`."""
        return await self._run(self._calls.server(server_instance_no, region_code))

    async def aclose(self) -> None:
        """Close the connections. The client cannot be used again."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()

    async def _run(self, steps: Steps[_T]) -> _T:
        return await run_async(steps, self._perform)

    async def _perform(self, step: Performed) -> Any:
        match step:  # pragma: no branch - the type checkers know that it is one of the four
            case Send():
                return await self._send(step)
            case Sleep(seconds):
                return await anyio.sleep(seconds)
            case Ask(function, argument):
                result = function(argument)
                return await result if inspect.isawaitable(result) else result
            case Record(write):
                return await anyio.to_thread.run_sync(write)

    async def _send(self, step: Send) -> Attempt:
        attempt = Attempt(step.request, self._settings.keys_from)
        try:
            async with self._turn(step.limits["pool"]):
                request = step.request.http(self._http, step.limits)
                async with contextlib.aclosing(self._settings.auth.async_auth_flow(request)) as flow:
                    signed = await anext(flow, None)
                    while signed is not None:
                        sent = attempt.sends(signed)
                        if step.is_recorded:
                            await anyio.to_thread.run_sync(step.in_flight, sent)
                        else:
                            step.in_flight(sent)
                        response = await self._transport.handle_async_request(signed)
                        async with contextlib.aclosing(response):
                            attempt.received(response)
                            async for chunk in response.aiter_bytes():
                                attempt.reads(chunk)
                        signed = await _next_request(flow, response)
        except (AssertionError, JournalError):  # a test's transport does not expect it; or it must not be sent
            raise
        except Exception as error:
            return attempt.end(error)
        return attempt.end()

    @contextlib.asynccontextmanager
    async def _turn(self, seconds: float | None) -> AsyncGenerator[None]:
        """One of the places for requests."""
        turns = self._turns_here()
        try:
            with anyio.fail_after(seconds):
                await turns.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("no turn in time") from None
        try:
            if self._http.is_closed:
                raise ClientClosedError("the client is closed")
            yield
        finally:
            turns.release()

    def _turns_here(self) -> anyio.Semaphore:
        """The turns of this event loop. Neither they nor connections can be shared with another that runs meanwhile."""
        loop = anyio.lowlevel.current_token()
        if self._turns is None or self._loop != loop:
            if self._turns is not None and self._turns.value < self._settings.concurrency:
                raise ClientClosedError("the client is in use in another event loop: make one for each")
            self._turns, self._loop = anyio.Semaphore(self._settings.concurrency), loop
        return self._turns


async def _next_request(
    flow: AsyncGenerator[httpx.Request, httpx.Response], response: httpx.Response
) -> httpx.Request | None:
    """The request that the signer wants sent after a response, if any."""
    try:
        return await flow.asend(response)
    except StopAsyncIteration:
        return None
