"""The responses that probes look at."""

import contextlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from .calls import DETAIL_OF_A_SERVER
from .exchange import Exchange
from .facts import NUMBER, value_at

_FAILURES: Final = ("500", "510", "900")
_NO_PERMISSION: Final = ((401, "210"), (403, "230"))


LIST_AT_THE_END: Final = "list-at-the-end"
_STATE: Final = ("serverName", "serverInstanceStatus.code", "serverInstanceOperation.code", "uptime")


def states_of(servers: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The fields of servers that may change, by number."""
    return {value_at(server, NUMBER): [value_at(server, field) for field in _STATE] for server in servers}


class CannotTellError(Exception):
    """A response says nothing about what is probed. The text says why."""


class Seen:
    """The exchanges of a verification, by the names of their calls; and why others were not sent."""

    def __init__(self, exchanges: Mapping[str, Exchange], missing: Mapping[str, str], otherwise: str) -> None:
        self._exchanges = exchanges
        self._missing = missing
        self._otherwise = otherwise
        self.looked_at: dict[str, None] = {}
        """The calls whose responses were looked at, in order."""

    def __getitem__(self, name: str) -> Exchange:
        """NCP's response to a call.

        Raises:
            CannotTellError: There is none, or it tells nothing: it is a proxy's, or reports a failure of the service.
        """
        self.looked_at[name] = None
        if name not in self._exchanges:
            raise CannotTellError(self._missing.get(name, self._otherwise))
        exchange = self._exchanges[name]
        if exchange.value is None:
            raise CannotTellError(f"{name}: {exchange}" + ("" if exchange.problem else ", no response of NCP's"))
        if exchange.status == 429 or (exchange.envelope == "error" and exchange.code in _FAILURES):
            raise CannotTellError(f"{name}: {exchange}")
        if exchange.call.signing == "right" and (exchange.status, exchange.code) in _NO_PERMISSION:
            raise CannotTellError(f"{name}: {exchange}: these keys may not do that")
        control = self._exchanges.get(DETAIL_OF_A_SERVER)
        is_another = control is not None and name != control.name and exchange.call.operation == control.call.operation
        if control and is_another and control.is_refusal:
            raise CannotTellError(f"{control.name}: {control}: nor may any other be asked for then")
        return exchange

    def __contains__(self, name: str) -> bool:
        return name in self._exchanges

    def success(self, name: str) -> Exchange:
        """The response to a call, which must have succeeded. Raises CannotTellError if it has not."""
        answer = self[name]
        if not answer.is_success:
            raise CannotTellError(f"{name}: {answer}")
        return answer

    def servers(self, name: str = "list") -> list[Mapping[str, Any]]:
        """The servers of a response. Raises CannotTellError if there is none."""
        servers = self.success(name).servers
        if not servers:
            raise CannotTellError(f"{name}: there is no server")
        return servers

    def steady_servers(self) -> list[Mapping[str, Any]]:
        """The servers of the list, to compare other lists with.

        Raises:
            CannotTellError: There is none, or they changed before the end: other lists may show either state.
        """
        servers = self.servers()
        if LIST_AT_THE_END in self and states_of(servers) != states_of(self.success(LIST_AT_THE_END).servers):
            raise CannotTellError("servers have changed meanwhile")
        return servers

    def all_with(self, name: str) -> list[Exchange]:
        """All responses of NCP's. Raises CannotTellError if this call has none: then too little was seen."""
        found = [self[name]]
        for other in filter(name.__ne__, self._exchanges):
            with contextlib.suppress(CannotTellError):
                found.append(self[other])
        return found
