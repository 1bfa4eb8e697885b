"""The answers that probes look at."""

import contextlib
from collections.abc import Mapping
from typing import Any, Final

from .calls import DETAIL_OF_A_SERVER
from .exchange import Exchange

_FAILURES: Final = ("500", "510", "900")
_NO_PERMISSION: Final = ((401, "210"), (403, "230"))


class CannotTellError(Exception):
    """An answer says nothing about what is probed. The text says why."""


class Seen:
    """The exchanges of a verification.

    Args:
        exchanges: By the names of their calls.
        missing: Why a call was not sent, by its name.
        otherwise: Why any other was not.
    """

    def __init__(self, exchanges: Mapping[str, Exchange], missing: Mapping[str, str], otherwise: str) -> None:
        self._exchanges = exchanges
        self._missing = missing
        self._otherwise = otherwise
        self.looked_at: dict[str, None] = {}
        """The calls whose answers were looked at, in order."""

    def __getitem__(self, name: str) -> Exchange:
        """The answer of NCP's to a call.

        Raises:
            CannotTellError: There is none, or it is about something else: a proxy's, or a failure on the way.
        """
        self.looked_at[name] = None
        if name not in self._exchanges:
            raise CannotTellError(self._missing.get(name, self._otherwise))
        exchange = self._exchanges[name]
        if exchange.value is None:
            raise CannotTellError(f"{name}: {exchange}" + ("" if exchange.problem else ", no answer of NCP's"))
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
        """The answer to a call that has to succeed for others to say anything.

        Raises:
            CannotTellError: It does not.
        """
        answer = self[name]
        if not answer.is_success:
            raise CannotTellError(f"{name}: {answer}")
        return answer

    def servers(self, name: str = "list") -> list[Mapping[str, Any]]:
        """The servers of an answer; CannotTellError where there is none."""
        servers = self.success(name).servers
        if not servers:
            raise CannotTellError(f"{name}: there is no server")
        return servers

    def all_with(self, name: str) -> list[Exchange]:
        """Every answer of NCP's. CannotTellError where this call has none: too little was seen then."""
        found = [self[name]]
        for other in filter(name.__ne__, self._exchanges):
            with contextlib.suppress(CannotTellError):
                found.append(self[other])
        return found
