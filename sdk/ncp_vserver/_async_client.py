"""The client that is awaited."""

import contextlib
import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from types import TracebackType
from typing import Any, Literal, Self, TypeVar, Unpack

import anyio
import httpx
from ncp_signer import Credentials, CredentialsProvider, Keys, NcpError
from ncp_vserver_api.types import Response

from ._arguments import ServerFilters
from ._calls import Calls, Duration, Listing, Numbers
from ._change import ActionResult
from ._exchange import Exchange, note_request_async, note_response_async
from ._operations import REBOOT, START, STOP
from ._reads import LARGEST_PAGE
from ._report import RollingReport
from ._rolling import AsyncCheck, OnRolling
from ._server import Server
from ._settings import CONNECTIONS, DEFAULT_RETRIES, DEFAULT_TIMEOUT, Site, no_cookies, settings
from ._settle import Settlement
from ._steps import Ask, Send, Sleep, Step, Steps, run_async
from ._wait import DEFAULT_POLL, DEFAULT_WAIT, OnWait

_T = TypeVar("_T")


class AsyncClient:
    """:class:`~ncp_vserver.Client` for async code, on asyncio or trio: the same arguments, the same errors.

    Callbacks may be asynchronous, too.

    Args:
        concurrency: How many requests may be under way at a time. Further ones wait for their turn, as long as it
            takes: a call for each of many servers can be started at once.
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
        concurrency: int = CONNECTIONS,
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
            connections=concurrency,
        )
        self._calls = Calls(self._settings.policy)
        self._concurrency = concurrency
        self._turns: anyio.Semaphore | None = None  # made in the event loop
        self._http = self._settings.api.get_async_httpx_client()
        self._http.event_hooks = {"request": [note_request_async], "response": [note_response_async]}
        self._http.cookies.jar.set_policy(no_cookies())

    async def reboot(
        self,
        server_instance_nos: Numbers,
        *,
        region_code: str | None = None,
        wait: Literal[False] | Duration = False,
        poll: Duration = DEFAULT_POLL,
        progress: OnWait | None = None,
        retry_throttled: int | None = None,
    ) -> ActionResult:
        """Restart running servers. All that is said of :meth:`Client.reboot` holds.

        A cancelled task raises its cancellation, with the account of the numbers as a note.
        """
        return await self._run(
            self._calls.change(REBOOT, server_instance_nos, region_code, wait, poll, progress, retry_throttled)
        )

    async def start(
        self,
        server_instance_nos: Numbers,
        *,
        region_code: str | None = None,
        wait: Literal[False] | Duration = False,
        poll: Duration = DEFAULT_POLL,
        progress: OnWait | None = None,
        retry_throttled: int | None = None,
    ) -> ActionResult:
        """Start stopped servers, as :meth:`Client.start`."""
        return await self._run(
            self._calls.change(START, server_instance_nos, region_code, wait, poll, progress, retry_throttled)
        )

    async def stop(
        self,
        server_instance_nos: Numbers,
        *,
        region_code: str | None = None,
        wait: Literal[False] | Duration = False,
        poll: Duration = DEFAULT_POLL,
        progress: OnWait | None = None,
        retry_throttled: int | None = None,
    ) -> ActionResult:
        """Stop running servers, as :meth:`Client.stop`."""
        return await self._run(
            self._calls.change(STOP, server_instance_nos, region_code, wait, poll, progress, retry_throttled)
        )

    async def wait_until_running(
        self,
        server_instance_nos: Numbers,
        *,
        timeout: Duration = DEFAULT_WAIT,  # noqa: ASYNC109 - it ends with an account, which a cancel scope's would not
        poll: Duration = DEFAULT_POLL,
        progress: OnWait | None = None,
        region_code: str | None = None,
    ) -> tuple[Server, ...]:
        """Wait until each server has status RUN and operation NULL, as :meth:`Client.wait_until_running`."""
        return await self._run(self._calls.wait(server_instance_nos, region_code, timeout, poll, progress))

    async def rolling_reboot(
        self,
        server_instance_nos: Numbers,
        *,
        batch_size: int = 1,
        on_failure: Literal["stop", "continue"] = "stop",
        repeat_untouched: bool = False,
        check: AsyncCheck | None = None,
        timeout: Duration = DEFAULT_WAIT,  # noqa: ASYNC109 - as above
        poll: Duration = DEFAULT_POLL,
        progress: OnRolling | None = None,
        region_code: str | None = None,
        retry_throttled: int | None = None,
    ) -> RollingReport:
        """Restart servers batch after batch, as :meth:`Client.rolling_reboot`.

        A cancelled task raises its cancellation, with the report as its attribute ``report``. On Ctrl-C, asyncio.run
        cancels the task and raises KeyboardInterrupt, whose ``__context__`` that cancellation is.
        """
        return await self._run(
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

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _run(self, steps: Steps[_T]) -> _T:
        return await run_async(steps, self._perform)

    async def _perform(self, step: Step) -> Any:
        match step:
            case Send(exchange):
                return await self._send(exchange)
            case Sleep(seconds):
                return await anyio.sleep(seconds)
            case Ask(function, argument):
                result = function(argument)
                return await result if inspect.isawaitable(result) else result

    async def _send(self, exchange: Exchange) -> Response[Any]:
        async with self._turn(exchange.limits):
            if self._http.is_closed:
                raise RuntimeError("the client is closed")
            exchange.keys_from = self._settings.keys_from
            with exchange.attempt():
                response: Response[Any] = await exchange.operation.module.asyncio_detailed(
                    client=self._settings.api, timeout=exchange.limits, **exchange.arguments
                )
                return response

    @contextlib.asynccontextmanager
    async def _turn(self, limits: httpx.Timeout | None) -> AsyncGenerator[None]:
        """One of the places for requests. It is waited for as long as it takes, unless the request has a deadline."""
        if self._turns is None:
            self._turns = anyio.Semaphore(self._concurrency)
        try:
            with anyio.fail_after(None if limits is None else limits.pool):
                await self._turns.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("no turn in time") from None
        try:
            yield
        finally:
            self._turns.release()
