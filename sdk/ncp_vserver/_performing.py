"""How the clients perform the steps of their calls: one by blocking, the other by awaiting."""

import contextlib
import inspect
import threading
import time
from collections.abc import AsyncGenerator, Generator
from typing import Any, TypeVar, Unpack

import anyio
import anyio.lowlevel
import anyio.to_thread
import httpx
from ncp_signer import Credentials, CredentialsProvider, Keys

from ncp_vserver._requests.attempt import Attempt
from ncp_vserver._requests.network import AsyncNetwork, Network
from ncp_vserver._steps.steps import (
    Ask,
    Performed,
    Record,
    Send,
    Sleep,
    Steps,
    blocking,
    called,
    run,
    run_async,
)
from ncp_vserver._values.errors import ClientClosedError, JournalError

from ._calls import Calls
from ._settings import ClientOptions, settings

_T = TypeVar("_T")


class Performer:
    """Performs steps by blocking. The arguments are those of ``Client``."""

    def __init__(
        self,
        credentials: Credentials | CredentialsProvider | None = None,
        **options: Unpack[ClientOptions[httpx.BaseTransport]],
    ) -> None:
        keys = None if credentials is None else Keys(credentials)
        del credentials  # may show the secret in a traceback with local variables
        self._settings = settings(keys, Network, **options)
        self._calls = Calls(
            self._settings.policy, str(self._settings.gateway.url), self._settings.region.code, blocking
        )
        # Requests are made of it, and go straight to its transport: it would look for cookies and redirects.
        self._http = httpx.Client(**self._settings.http)
        self._transport: httpx.BaseTransport = self._settings.http["transport"]
        self._turns = threading.BoundedSemaphore(self._settings.concurrency)

    def __repr__(self) -> str:
        return f"Client({getattr(self, '_settings', '…')})"  # not there yet in a traceback of __init__

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
        """Take one of the turns for requests."""
        if not self._turns.acquire(timeout=seconds):
            raise httpx.PoolTimeout("no turn in time")
        try:
            _refuse_closed(self._http)
            yield
        finally:
            self._turns.release()


class AsyncPerformer:
    """Performs steps by awaiting, on asyncio or trio. The arguments are those of ``Client``."""

    def __init__(
        self,
        credentials: Credentials | CredentialsProvider | None = None,
        **options: Unpack[ClientOptions[httpx.AsyncBaseTransport]],
    ) -> None:
        keys = None if credentials is None else Keys(credentials)
        del credentials  # as in Performer
        self._settings = settings(keys, AsyncNetwork, **options)
        self._calls = Calls(self._settings.policy, str(self._settings.gateway.url), self._settings.region.code)
        self._http = httpx.AsyncClient(**self._settings.http)
        self._transport: httpx.AsyncBaseTransport = self._settings.http["transport"]
        self._turns: anyio.Semaphore | None = None  # of one event loop
        self._loop: object = None

    def __repr__(self) -> str:
        return f"AsyncClient({getattr(self, '_settings', '…')})"

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
                        async with contextlib.aclosing(await self._transport.handle_async_request(signed)) as response:
                            attempt.received(response)
                            async for chunk in response.aiter_bytes():
                                attempt.reads(chunk)
                        signed = await _next_request_async(flow, response)
        except (AssertionError, JournalError):  # as in Performer
            raise
        except Exception as error:
            return attempt.end(error)
        return attempt.end()

    @contextlib.asynccontextmanager
    async def _turn(self, seconds: float | None) -> AsyncGenerator[None]:
        """Take one of the turns for requests."""
        turns = self._turns_here()
        try:
            with anyio.fail_after(seconds):
                await turns.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("no turn in time") from None
        try:
            _refuse_closed(self._http)
            yield
        finally:
            turns.release()

    def _turns_here(self) -> anyio.Semaphore:
        """The turns of this event loop. Loops that run at the same time can share neither turns nor connections."""
        loop = anyio.lowlevel.current_token()
        if self._turns is None or self._loop != loop:
            if self._turns is not None and self._turns.value < self._settings.concurrency:
                raise ClientClosedError("the client is in use in another event loop: make one for each")
            self._turns, self._loop = anyio.Semaphore(self._settings.concurrency), loop
        return self._turns


def _refuse_closed(http: httpx.Client | httpx.AsyncClient) -> None:
    if http.is_closed:
        raise ClientClosedError("the client is closed")


def _next_request(
    flow: Generator[httpx.Request, httpx.Response, None], response: httpx.Response
) -> httpx.Request | None:
    """The request that the signer wants sent after a response, if any."""
    try:
        return flow.send(response)
    except StopIteration:
        return None


async def _next_request_async(
    flow: AsyncGenerator[httpx.Request, httpx.Response], response: httpx.Response
) -> httpx.Request | None:
    try:
        return await flow.asend(response)
    except StopAsyncIteration:
        return None
