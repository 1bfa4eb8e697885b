"""Faults: what the next requests get instead of their responses, or what is done to those."""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any, Final, NamedTuple, TypedDict

from ncp_mock._contract.document import Contract
from ncp_mock._contract.formats import Renderer
from ncp_mock._messages import Answer, Delivery, Format, camel_case

_HTML: Final = "text/html;charset=UTF-8"
_NUMBER: Final = (int, float)
_RESET_BEFORE: Final = "resetBefore"
_SKEW: Final = "skewedDate"


class FaultError(ValueError):
    """There is no such fault, or it has no such option. The text says what there is."""


class FaultOptions(TypedDict, total=False):
    """Options of a fault, in Python."""

    executed: bool
    """For an error: whether the request is carried out all the same (default: it is not)."""
    retry_after: int
    """For an error: value of its Retry-After header, in seconds."""
    format: Format
    """For an error of the contract: "json" or "xml", whatever the request asks for."""
    seconds: float
    """For ``slowDrip`` how long the response takes (default: 2), for ``skewedDate`` by how much the gateway's clock is
    ahead (default: 600; negative: behind)."""
    operation: str
    """Only requests for this operation fail, such as ``rebootServerInstances``; others do not count."""
    share: float
    """The probability with which a request fails, until ``times`` requests have. A request that does not fail can match
    the next fault."""
    seed: int
    """Chooses which requests fail: the same seed chooses the same ones, such as the fifth and the twelfth."""


OPTIONS: Final = ("times", *map(camel_case, FaultOptions.__annotations__))
"""The names of all options over HTTP."""


class _Form(NamedTuple):
    """What an option must be: a number of these types in a range, or one of some values."""

    words: str
    types: tuple[type, ...]
    least: float = -math.inf
    most: float = math.inf
    values: Collection[Any] = ()

    def is_right(self, value: Any) -> bool:
        """Return whether a value is right. JSON's true is no 1."""
        if type(value) not in self.types:
            return False
        return value in self.values if self.values else self.least <= value <= self.most


def _seconds(fault: str, least: float, most: float) -> Mapping[str, _Form]:
    return {"seconds": _Form(f"the seconds of {fault} are a number from {least:g} to {most:g}", _NUMBER, least, most)}


_OF_ALL: Final[Mapping[str, _Form]] = {
    "times": _Form("a fault strikes 1 to 1000000 times", (int,), 1, 1_000_000),
    "share": _Form("the share of requests that fail is a number from 0.000001 to 1", _NUMBER, 0.000001, 1),
    "seed": _Form("the seed is a whole number", (int,)),
}
_OF_PAGES: Final[Mapping[str, _Form]] = {
    "executed": _Form("executed is true or false", (bool,)),
    "retryAfter": _Form("retryAfter is a number of whole seconds", (int,), 0),
}
_OF_ERRORS: Final = {
    **_OF_PAGES,
    "format": _Form("the format of a fault is 'json' or 'xml'", (str,), values=("json", "xml")),
}


class _Kind(NamedTuple):
    options: Mapping[str, _Form]
    """The options that not all faults take."""
    status: int | None = None
    page: str = ""
    """HTML of something between the client and the gateway."""
    delivery: Delivery = Delivery.WHOLE
    seconds: float = 0.0
    """The default of the option."""


_KINDS: Final[dict[str, _Kind]] = {
    "badGateway": _Kind(
        _OF_PAGES,
        502,
        "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n",
    ),
    "unknownStatus": _Kind(
        _OF_PAGES, 520, "<html><head><title>520</title></head><body><h1>Web server error</h1></body></html>\n"
    ),
    "slowDrip": _Kind(_seconds("slowDrip", 0, 86_400), delivery=Delivery.DRIP, seconds=2.0),
    "truncatedBody": _Kind({}, delivery=Delivery.TRUNCATED),
    _RESET_BEFORE: _Kind({}, delivery=Delivery.RESET),
    "resetAfter": _Kind({}, delivery=Delivery.RESET),
    _SKEW: _Kind(_seconds(_SKEW, -1e9, 1e9), seconds=600.0),
}


class Fault:
    """A fault that strikes a number of requests: all those that it applies to, or a share of them.

    It draws ahead how many requests it skips until the next, so that asking whether it is due changes nothing.

    Attributes:
        executed: Whether the request is carried out first. An option where the fault is an error; always where a
            response is damaged, and never before ``resetBefore``.
        seconds: How long a drip lasts, or the clock skew.
        skipped: How many requests the fault skips until it strikes.
    """

    def __init__(self, name: str, kind: _Kind, options: Mapping[str, Any]) -> None:
        self.name = name
        self.kind = kind
        self.executed: bool = name != _RESET_BEFORE if kind.status is None else options.get("executed", False)
        self.seconds: float = options.get("seconds", kind.seconds)
        self.clock_skew = self.seconds if name == _SKEW else 0.0
        self.retry_after: int | None = options.get("retryAfter")
        self.format: Format | None = options.get("format")
        self.operation: str | None = options.get("operation")
        self.times: int = options.get("times", 1)
        self._share: float = options.get("share", 1)
        # With the seed alone, two faults would strike requests that follow one another.
        self._random = Random(f"{options.get('seed', 0)} {name} {self.operation}")  # noqa: S311 - which requests fail is no secret
        self.skipped = self._drawn()

    def strike(self) -> None:
        self.times -= 1
        self.skipped = self._drawn()

    def _drawn(self) -> int:
        """Draw how many requests come before the next one that fails with the probability ``share``."""
        return 0 if self._share == 1 else int(math.log1p(-self._random.random()) / math.log1p(-self._share))

    def as_json(self) -> dict[str, Any]:
        operation = {"operation": self.operation} if self.operation else {}
        share = {"share": self._share} if self._share < 1 else {}
        return {"fault": self.name, "times": self.times} | operation | share


class Faults:
    """The queue of faults, and the forms that they can have."""

    def __init__(self, contract: Contract, renderer: Renderer) -> None:
        self.kinds = {name: _Kind(_OF_ERRORS, error.status) for name, error in contract.errors.items()} | _KINDS
        """All faults by name."""
        operations = sorted(path.rpartition("/")[2] for path in contract.operations)
        operation = _Form(f"the operation is one of {', '.join(operations)}", (str,), values=operations)
        self._of_all = {**_OF_ALL, "operation": operation}
        self._renderer = renderer
        self._queue: list[Fault] = []

    def add(self, fault: str | int, options: Mapping[str, Any]) -> None:
        """Queue a fault for the next ``times`` requests.

        Args:
            fault: Its name, or the status of the first error that has it.
            options: Any of :data:`OPTIONS`.

        Raises:
            FaultError: There is no such fault, or it has no such option.
        """
        name = self._name(fault)
        kind = self.kinds[name]
        known = {**self._of_all, **kind.options}
        for option, value in options.items():
            if option not in OPTIONS:
                raise FaultError(f"a fault has no option {option!r}; there are {', '.join(OPTIONS)}")
            if option not in known:
                raise FaultError(f"the fault {name} takes no option {option!r}")
            if not known[option].is_right(value):
                raise FaultError(f"{known[option].words}, not {value!r}")
        self._queue.append(Fault(name, kind, options))

    def is_reset_before(self, path: str) -> bool:
        """Return whether the next fault for this path resets the connection before the body is read."""
        return next((each.name for each in self._applying(path) if not each.skipped), "") == _RESET_BEFORE

    def take(self, path: str) -> Fault | None:
        """Return the first fault that applies to a request for this path and is due, and count the request."""
        for each in self._applying(path):
            if not each.skipped:
                each.strike()
                self._queue = [queued for queued in self._queue if queued.times]
                return each
            each.skipped -= 1
        return None

    def _applying(self, path: str) -> Iterator[Fault]:
        operation = path.rpartition("/")[2]
        return (each for each in self._queue if each.operation in (None, operation))

    def pending(self) -> list[dict[str, Any]]:
        """Return the queue, for people."""
        return [each.as_json() for each in self._queue]

    def clear(self) -> None:
        self._queue.clear()

    def strike(self, fault: Fault, answer: Answer, requested: Format) -> Answer:
        """Return what goes out instead of ``answer``."""
        headers = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
        if fault.kind.status is None:
            return replace(answer, delivery=fault.kind.delivery, seconds=fault.seconds)
        if fault.kind.page:
            return Answer(fault.kind.status, _HTML, fault.kind.page.encode(), headers)
        return self._renderer.error(fault.name, fault.format, requested, headers)

    def _name(self, fault: str | int) -> str:
        for name, kind in self.kinds.items():
            if fault == name or (kind.status is not None and fault == kind.status):
                return name
        if isinstance(fault, str):
            raise FaultError(f"there is no fault {fault!r}; there are {', '.join(self.kinds)}")
        raise FaultError(f"the contract has no error with status {fault}")
