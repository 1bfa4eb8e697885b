"""The gateway's thread."""

import asyncio
import ipaddress
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Self, TypeVar

from ncp_mock._clock import seconds
from ncp_mock._gateway.gateway import Gateway
from ncp_mock._gateway.server import Server
from ncp_mock._page.control import Control

_LOG: Final = logging.getLogger("ncp_mock")
_EXPOSED: Final = (
    "ANYONE ON THE NETWORK can use and control this mock: it listens on %s, not on loopback alone. Other machines and"
    " containers reach it by the name or an address of this one; in Docker Compose the name is the service's, as in"
    " http://mock:%s"
)

_T = TypeVar("_T")


class MockError(RuntimeError):
    """The mock cannot start: it cannot listen on the address, or is running already."""


class _Loop(asyncio.SelectorEventLoop):
    """An event loop whose timers work in a frozen test."""

    def time(self) -> float:
        return seconds()


class GatewayThread:
    """Serves the gateway in a thread for as long as the ``with`` block lasts."""

    url: str

    def __init__(self, gateway: Gateway, address: tuple[str, int]) -> None:
        self._gateway = gateway
        self._address = address
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._ended = True

    def __enter__(self) -> Self:
        started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=[started], name="ncp-mock", daemon=True)
        self._thread.start()
        try:
            started.result()
        except (OSError, OverflowError, TypeError, ValueError) as error:
            host, port = self._address
            text = f"the mock cannot listen on {host}:{port}: {error}; if another one does, choose another port"
            raise MockError(text) from None
        if exposed := [each for each in self._server.addresses if not ipaddress.ip_address(each).is_loopback]:
            _LOG.warning(_EXPOSED, ", ".join(exposed), self._server.port)
        return self

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            self._ended = True
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def call(self, function: Callable[[], _T]) -> _T:
        """Run a function in the gateway's thread, between two requests.

        Raises:
            RuntimeError: The mock has ended, or runs in the process that this one was forked from.
        """

        async def run() -> _T:
            return function()

        with self._lock:  # a function called before the end runs before the end
            if self._ended or os.getpid() != self._process:
                raise RuntimeError("the mock has ended, or runs in another process")
            future = asyncio.run_coroutine_threadsafe(run(), self._loop)
        return future.result()

    def _run(self, started: Future[None]) -> None:
        try:
            with asyncio.Runner(loop_factory=_Loop) as runner:
                runner.run(self._serve(started))
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    async def _serve(self, started: Future[None]) -> None:
        host, port = self._address
        control = Control(self._gateway)
        self._loop = asyncio.get_running_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(1, "ncp-mock-log"))  # one: the log keeps their order
        self._end = asyncio.Event()
        async with Server(control.handle, control.admits, host, port) as self._server:
            self.url = control.url = _url(host, self._server.port)
            self._ended = False
            started.set_result(None)
            await self._end.wait()
        self._gateway.close()


def _url(host: str, port: int) -> str:
    """Return the URL at which this machine reaches the mock."""
    everywhere = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not listened on
    reachable = everywhere.get(host, host)
    return f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"
