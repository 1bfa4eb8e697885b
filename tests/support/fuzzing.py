"""Settings of the tests that make up their input, and the mock's gateway without sockets, Prism and time."""

import asyncio
import json
import logging
import selectors
import socket
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from hypothesis import HealthCheck, settings
from ncp_mock._contract.document import Contract
from ncp_mock._fleet.file import default_fleet
from ncp_mock._fleet.fleet import Fleet
from ncp_mock._gateway.authentication import Keys
from ncp_mock._gateway.gateway import Gateway
from ncp_mock._gateway.server import Admits, Handler, MalformedRequestError, Send, Server
from ncp_mock._messages import Request
from ncp_mock._page.control import Control
from ncp_mock._service.backend import Backend, BackendAnswer

from support.contract import CONTRACT, ROOT, resolve

_LOG: Final = logging.getLogger("ncp_mock")

BOUNDED: Final = settings(
    max_examples=100,
    derandomize=True,  # the same input in every run: a failure comes again
    database=None,
    deadline=None,  # the machine may have other work
    suppress_health_check=[HealthCheck.too_slow],  # likewise
)


class _Selector(selectors.DefaultSelector):
    """Waits for nothing but what is there: the time that it would have waited has passed."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:  # a thread is waited for
            return super().select()
        ready = super().select(0)
        if not ready:
            self.passed += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    """An event loop in which waiting takes no time."""

    def __init__(self) -> None:
        self._waiting = _Selector()
        super().__init__(self._waiting)

    def time(self) -> float:
        return self._waiting.passed

    async def shutdown_default_executor(self, *limits: object) -> None:
        """Without the time limit that Python 3.12 gives it: here it has passed before a thread can end."""
        await super().shutdown_default_executor()


class _Transport:
    """The end of a connection at which bytes come out."""

    def __init__(self) -> None:
        self.sent = bytearray()
        self.is_open = True
        self.transport = self

    def write(self, data: bytes) -> None:
        assert self.is_open, "it writes to a connection that it has closed"
        self.sent += data

    async def drain(self) -> None:
        await asyncio.sleep(0)

    def write_eof(self) -> None:
        """Nothing more is sent."""

    def get_extra_info(self, name: str) -> socket.socket:
        assert name == "socket"
        return cast(socket.socket, self)

    def setsockopt(self, *option: object) -> None:
        """It is to be reset."""

    def close(self) -> None:
        self.is_open = False

    abort = close


class _Prism(Backend):
    """Finds nothing wrong, and answers with the contract's example, as Prism does."""

    def __init__(self) -> None:
        super().__init__(0)
        self._answers = {path: _example(item) for path, item in CONTRACT["paths"].items()}

    async def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> BackendAnswer:
        return BackendAnswer(200, {}, self._answers[target.partition("?")[0]])


def _example(item: Mapping[str, Any]) -> bytes:
    content = resolve(item["get"]["responses"]["200"])["content"]["application/json"]
    return json.dumps(resolve(next(iter(content["examples"].values())))["value"]).encode()


def exchanged(pieces: Sequence[bytes], handler: Handler, admits: Admits, *, is_ended: bool = True) -> bytes:
    """What the mock's server sends on a connection on which these pieces come, and no more after them.

    Where it is not ended, the client leaves it open until the server ends it.
    """

    async def connection() -> bytes:
        reader, writer = asyncio.StreamReader(), _Transport()
        serving = asyncio.create_task(Server(handler, admits, "", 0)._serve(reader, cast(asyncio.StreamWriter, writer)))
        for piece in pieces:
            reader.feed_data(piece)
            await asyncio.sleep(0)
        if is_ended:
            reader.feed_eof()
        await serving
        assert not writer.is_open
        return bytes(writer.sent)

    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(connection())


class GatewayInMemory:
    """A gateway and what asks the mock itself, for one connection at a time."""

    def __init__(self) -> None:
        contract = Contract(ROOT / "openapi" / "vserver.yaml")
        keys = Keys()
        fleet = Fleet(default_fleet(contract), 0.0, contract.server_schema["properties"])
        self.gateways = {
            lax: Gateway(contract, _Prism(), fleet, keys=keys, lax=lax, latency=0.0) for lax in (False, True)
        }
        self._controls = {lax: Control(each) for lax, each in self.gateways.items()}

    def serve(self, pieces: Sequence[bytes], *, lax: bool) -> bytes:
        """What comes back on a connection on which these pieces come, and no more after them.

        Raises:
            Exception: The mock itself failed, which a client sees as a response with status 500.
        """
        control = self._controls[lax]
        self.gateways[lax].reset()
        failures: list[Exception] = []

        async def handle(request: Request | MalformedRequestError, send: Send) -> None:
            try:
                await control.handle(request, send)
            except OSError:
                raise  # the connection was reset on purpose
            except Exception as error:
                failures.append(error)
                raise

        _LOG.disabled = True  # it has a thread, which would be waited for
        try:
            sent = exchanged(pieces, handle, control.admits)
        finally:
            _LOG.disabled = False
        if failures:
            raise failures[0]
        return sent
