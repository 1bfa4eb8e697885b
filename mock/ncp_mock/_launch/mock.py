"""Starts and ends Prism and the gateway together."""

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Unpack

from ncp_mock._contract.document import Contract
from ncp_mock._contract.observed import read_observed
from ncp_mock._fleet.behaviour import BehaviourOptions
from ncp_mock._fleet.file import complete_servers, default_fleet, read_fleet
from ncp_mock._fleet.fleet import Described, Fleet
from ncp_mock._gateway.authentication import Keys
from ncp_mock._gateway.faults import FaultOptions
from ncp_mock._gateway.gateway import Gateway
from ncp_mock._gateway.records import Record
from ncp_mock._installation import contract
from ncp_mock._messages import camel_case
from ncp_mock._service.backend import Backend

from .prism import Prism
from .thread import GatewayThread, MockError

_DEFAULT_KEYS: Final = Keys()


class NcpMock:
    """A running mock: its address, and methods to control it.

    Attributes:
        url: The base URL.
        access_key: The access key that it accepts.
        secret_key: The secret key to sign with.
    """

    def __init__(self, gateway: Gateway, thread: GatewayThread) -> None:
        self.url = thread.url
        self.access_key, self.secret_key = gateway.keys.access_key, gateway.keys.secret_key
        self._gateway, self._thread = gateway, thread

    def __repr__(self) -> str:
        return f"<NcpMock {self.url}>"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that make NCP's tools, and this project's, use the mock."""
        return {
            "NCLOUD_API_GW": self.url,
            "NCLOUD_ACCESS_KEY_ID": self.access_key,
            "NCLOUD_SECRET_ACCESS_KEY": self.secret_key,
        }

    @property
    def observed(self) -> Sequence[str]:
        """What it answers as observed, and what it could not use of the file; empty without a file."""
        return self._gateway.observed.notes

    @property
    def requests(self) -> Sequence[Record]:
        """The last 200 requests and their outcomes, oldest first."""
        return self._thread.call(self._gateway.records.latest)

    @property
    def servers(self) -> Sequence[Mapping[str, Any]]:
        """The fleet as it is now, each server in the vendor's form."""
        return self._thread.call(self._gateway.fleet.servers)

    def fail_next(self, fault: str | int, times: int = 1, **options: Unpack[FaultOptions]) -> None:
        """Let the next requests fail; later requests get their normal responses.

        Args:
            fault: Name of a fault, as listed in ``docs/mock.md``, or the status of an error of the contract.
            times: How many requests fail.
            options: See :class:`FaultOptions`.

        Raises:
            FaultError: There is no such fault, or it has no such option. A ValueError.
        """
        given = _as_sent({"times": times, **options})
        self._thread.call(lambda: self._gateway.faults.add(fault, given))

    def behave(self, server_instance_no: str, **options: Unpack[BehaviourOptions]) -> None:
        """Change how a server behaves, until :meth:`reset`.

        Only the options that are given change. ``False``, ``list_lag=0`` and ``nulls=[]`` undo one.

        Args:
            server_instance_no: The server.
            options: See :class:`BehaviourOptions`.

        Raises:
            BehaviourError: There is no such server, an option has a wrong value, or more than one of ``restart_fails``,
                ``never_restarts`` and ``vanishes`` is true. A ValueError.
        """
        given = _as_sent(options)
        self._thread.call(lambda: self._gateway.fleet.behave(server_instance_no, given))

    def hold_reboots(self) -> None:
        """Let every restart, start and stop from now on last until :meth:`finish_reboots`.

        A server with ``restart_seconds`` of its own keeps to them. :meth:`reset` undoes this.
        """
        self._thread.call(self._gateway.fleet.hold)

    def finish_reboots(self) -> None:
        """End every restart, start and stop that is in progress."""
        self._thread.call(self._gateway.fleet.finish)

    def reset(self) -> None:
        """Forget all requests and faults, and restore the first state and behaviour of every server."""
        self._thread.call(self._gateway.reset)


def _as_sent(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are given, by their names over HTTP."""
    return {camel_case(name): value for name, value in options.items() if value is not None}


@dataclass(kw_only=True, eq=False, repr=False)
class Mock:
    """The mock, for as long as the ``with`` block lasts; ``as`` gives an :class:`NcpMock`.

    Args:
        host: Address to listen on. On any but loopback, others can use and control the mock, which logs a warning.
        port: Port to listen on; 0 for any free one.
        access_key: The access key that it accepts.
        secret_key: The secret key of that.
        lax: Do not check signatures.
        latency: Seconds to wait before each response.
        reboot_seconds: How long a restart, a start and a stop take. By default, a poll at once shows them in progress.
            None for until :meth:`NcpMock.finish_reboots`.
        fleet: Its servers: a file, or a list of server instance numbers or of objects with fields of a server and
            options of its behaviour.
        observed: A file of ``ncp-vserver verify --save``, whose errors and form of responses the mock takes over.

    Raises (on entering the block):
        InstallationError: Prism is not installed and cannot be.
        PrismError: Prism did not start.
        MockError: The mock cannot listen on the address, or is running already.
        FleetError: The description of the fleet is wrong.
        ObservedError: The file of observations cannot be used.
    """

    host: str = "127.0.0.1"
    port: int = 0
    access_key: str = _DEFAULT_KEYS.access_key
    secret_key: str = _DEFAULT_KEYS.secret_key
    lax: bool = False
    latency: float = 0.0
    reboot_seconds: float | None = 0.3
    fleet: Path | str | Sequence[str | int | Mapping[str, Any]] | None = None
    observed: Path | str | None = None
    _stack: contextlib.ExitStack | None = field(default=None, init=False)

    def __enter__(self) -> NcpMock:
        if self._stack:
            raise MockError("this mock is running already: for a second one, make another Mock")
        with contextlib.ExitStack() as stack:
            self._prism = stack.enter_context(Prism())  # starts while the rest is prepared
            document = Contract(contract(), None if self.observed is None else read_observed(Path(self.observed)))
            fleet = Fleet(self._servers(document), self.reboot_seconds, document.server_schema["properties"])
            backend, keys = Backend(self._prism.port), Keys(self.access_key, self.secret_key)
            gateway = Gateway(document, backend, fleet, keys=keys, lax=self.lax, latency=self.latency)
            thread = stack.enter_context(GatewayThread(gateway, (self.host, self.port)))
            self._process = os.getpid()
            self._stack = stack.pop_all()
        return NcpMock(gateway, thread)

    def __exit__(self, *exception: object) -> None:
        stack, self._stack = self._stack, None
        if stack and os.getpid() == self._process:  # a process forked inside the block ends nothing
            stack.close()

    def wait(self) -> str:
        """Wait until Prism ends by itself, and return its log."""
        return self._prism.wait()

    def _servers(self, document: Contract) -> list[Described]:
        if self.fleet is None:
            return default_fleet(document)
        if isinstance(self.fleet, str | Path):
            return read_fleet(document, Path(self.fleet))
        return complete_servers(document, self.fleet)
