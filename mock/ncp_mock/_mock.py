"""Prism and the gateway before it, started and ended together."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from ._authentication import Keys
from ._backend import Backend
from ._contract import Contract
from ._control import PREFIX, Control
from ._fleet import Fleet
from ._fleet_file import complete_servers, default_fleet, read_fleet
from ._formats import Format
from ._gateway import Gateway
from ._http import MalformedRequestError, Server
from ._installation import contract
from ._messages import Answer, Request
from ._prism import Prism
from ._records import Record

_T = TypeVar("_T")
_DEFAULT_KEYS: Final = Keys()


class MockError(RuntimeError):
    """The mock cannot listen where it was told to."""


class NcpMock(str):
    """A running mock: its base URL, which can also be told what to do.

    Attributes:
        access_key: The access key that it knows.
        secret_key: The secret key to sign with.
    """

    access_key: str
    secret_key: str
    _gateway: Gateway
    _loop: asyncio.AbstractEventLoop

    def __new__(cls, url: str, keys: Keys, gateway: Gateway, loop: asyncio.AbstractEventLoop) -> Self:
        self = super().__new__(cls, url)
        self.access_key, self.secret_key = keys.access_key, keys.secret_key
        self._gateway, self._loop = gateway, loop
        return self

    @property
    def url(self) -> str:
        """The base URL, as a plain string."""
        return str(self)

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables with which NCP's tools, and this project's, talk to the mock."""
        return {
            "NCLOUD_API_GW": self.url,
            "NCLOUD_ACCESS_KEY_ID": self.access_key,
            "NCLOUD_SECRET_ACCESS_KEY": self.secret_key,
        }

    @property
    def requests(self) -> Sequence[Record]:
        """The last 200 requests and what became of them, oldest first."""
        return self._call(self._gateway.records.latest)

    @property
    def servers(self) -> Sequence[Mapping[str, Any]]:
        """The fleet as it is now, each server in the vendor's form."""
        return self._call(self._gateway.fleet.servers)

    def fail_next(
        self,
        fault: str | int,
        times: int = 1,
        *,
        executed: bool | None = None,
        retry_after: int | None = None,
        format: Format | None = None,  # noqa: A002 - the word that everyone would look for
        seconds: float | None = None,
    ) -> None:
        """Let the next requests fail; those after them get their normal answers again.

        Args:
            fault: Name of a fault, as listed in the mock's README, or the status of an error of the contract.
            times: How many requests fail.
            executed: For an error: whether the request is carried out nevertheless (default: it is not).
            retry_after: For an error: value of its Retry-After header, in seconds.
            format: For an error of the contract: "json" or "xml", whatever the request asks for.
            seconds: For ``slowDrip`` how long the answer takes, for ``skewedDate`` by how much the gateway's clock is
                ahead (negative: behind).

        Raises:
            ValueError: There is no such fault, or it has no such option.
        """
        self._call(
            lambda: self._gateway.faults.add(
                fault, times, executed=executed, retry_after=retry_after, format=format, seconds=seconds
            )
        )

    def finish_reboots(self) -> None:
        """Let every restart that is under way be over."""
        self._call(self._gateway.fleet.finish)

    def reset(self) -> None:
        """Forget all requests and faults, and put every server back into its first state."""
        self._call(self._gateway.reset)

    def _call(self, function: Callable[[], _T]) -> _T:
        """Run a function where the requests are handled, between two of them."""
        future: Future[_T] = Future()

        def run() -> None:
            try:
                future.set_result(function())
            except BaseException as error:  # raised again below, in the caller's thread
                future.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return future.result()


class Mock:
    """The mock, for as long as the ``with`` block lasts; ``as`` gives an :class:`NcpMock`.

    Args:
        host: Address to listen on. The mock has no protection: leave it on loopback.
        port: Port to listen on; 0 for any free one.
        access_key: The access key that it knows.
        secret_key: The secret key that belongs to it.
        lax: Do not look at signatures.
        latency: Seconds to wait before each answer.
        reboot_seconds: How long a restart takes; None for until it is told, with ``finish_reboots``.
        fleet: Its servers: a file, or a list of server instance numbers or of objects with fields of a server.

    Raises (on entering the block):
        InstallationError: Prism is not installed and cannot be.
        PrismError: Prism did not come up.
        MockError: The address cannot be listened on.
        FleetError: The fleet is not as described.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        access_key: str = _DEFAULT_KEYS.access_key,
        secret_key: str = _DEFAULT_KEYS.secret_key,
        lax: bool = False,
        latency: float = 0.0,
        reboot_seconds: float | None = None,
        fleet: Path | str | Sequence[str | int | Mapping[str, Any]] | None = None,
    ) -> None:
        self._address = host, port
        self._keys = Keys(access_key, secret_key)
        self._lax = lax
        self._latency = latency
        self._reboot_seconds = reboot_seconds
        self._fleet = fleet

    def __enter__(self) -> NcpMock:
        with contextlib.ExitStack() as stack:
            self._prism = stack.enter_context(Prism())  # comes up while the rest is prepared
            document = Contract(contract())
            fleet = Fleet(self._servers(document), self._reboot_seconds)
            backend = Backend(self._prism.port)
            gateway = Gateway(document, backend, fleet, keys=self._keys, lax=self._lax, latency=self._latency)
            mock = stack.enter_context(_running(gateway, backend, self._keys, self._address))
            self._stack = stack.pop_all()
        return mock

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    def wait(self) -> str:
        """Wait until Prism ends by itself, and return what it said."""
        code = self._prism.wait()
        return f"Prism ended by itself with exit code {code}. Its log:\n{self._prism.log or '(empty)'}"

    def _servers(self, document: Contract) -> list[dict[str, Any]]:
        if self._fleet is None:
            return default_fleet(document)
        if isinstance(self._fleet, str | Path):
            return read_fleet(document, Path(self._fleet))
        return complete_servers(document, self._fleet)


@contextlib.contextmanager
def _running(gateway: Gateway, backend: Backend, keys: Keys, address: tuple[str, int]) -> Generator[NcpMock]:
    """The gateway, serving in a thread of its own."""
    started: Future[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        ended = asyncio.Event()
        host, port = address
        control: Control

        async def handle(request: Request | MalformedRequestError) -> Answer:
            if isinstance(request, Request) and f"{request.path}/".startswith(PREFIX):
                return control.handle(request)
            return await gateway.handle(request)

        async with Server(handle, host, port) as server:
            control = Control(gateway, _url(host, server.port), keys.access_key)
            started.set_result((server.port, asyncio.get_running_loop(), ended))
            await ended.wait()
        backend.close()

    def run() -> None:
        try:
            asyncio.run(serve())
        except OSError as error:
            started.set_exception(error)

    thread = threading.Thread(target=run, name="ncp-mock", daemon=True)
    thread.start()
    try:
        port, loop, ended = started.result()
    except OSError as error:
        host, port = address
        raise MockError(
            f"the mock cannot listen on {host}:{port}, perhaps another one does: {error.strerror}"
        ) from None
    try:
        yield NcpMock(_url(address[0], port), keys, gateway, loop)
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()


def _url(host: str, port: int) -> str:
    """The URL at which this machine reaches the mock."""
    reachable = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 - compared, not listened on
    return f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"
