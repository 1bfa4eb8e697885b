"""Failures on demand: what the next requests get instead of, or done to, their answer."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any, Final, NamedTuple, TypedDict

from ncp_mock._contract.document import Contract
from ncp_mock._contract.formats import Renderer
from ncp_mock._messages import Answer, Delivery, Format

_HTML: Final = "text/html;charset=UTF-8"
_MAX_TIMES: Final = 1_000_000
_LEAST_SHARE: Final = 0.000001
_RESET_BEFORE: Final = "resetBefore"
_SKEW: Final = "skewedDate"


class FaultError(ValueError):
    """A fault that does not exist, or not in that form. The text says what does."""


class FaultOptions(TypedDict, total=False):
    """Options of a fault, in Python."""

    executed: bool
    """For an error: whether the request is carried out nevertheless (default: it is not)."""
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
    """The probability with which a request fails, until as many as ``times`` have. Those that do not may match a fault
    that was asked for later."""
    seed: int
    """Chooses which ones fail; with the same seed it is the same ones, the fifth and the twelfth perhaps."""


class _Kind(NamedTuple):
    """What a fault does, and the options that only some faults take."""

    options: frozenset[str]
    page: tuple[int, str] | None = None
    """Status and HTML of something between the client and the gateway."""
    delivery: Delivery = Delivery.WHOLE
    seconds: float = 0.0
    """Unless the option says otherwise."""
    least: float = 0.0
    most: float = 0.0


_OF_PAGES: Final = frozenset({"executed", "retryAfter"})
_OF_ERRORS: Final = _OF_PAGES | {"format"}
_TIMED: Final = frozenset({"seconds"})
_OF_SOME: Final = _OF_ERRORS | _TIMED
_KINDS: Final[dict[str, _Kind]] = {
    "badGateway": _Kind(
        _OF_PAGES,
        (502, "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"),
    ),
    "unknownStatus": _Kind(
        _OF_PAGES, (520, "<html><head><title>520</title></head><body><h1>Web server error</h1></body></html>\n")
    ),
    "slowDrip": _Kind(_TIMED, delivery=Delivery.DRIP, seconds=2.0, most=86_400.0),
    "truncatedBody": _Kind(frozenset(), delivery=Delivery.TRUNCATED),
    _RESET_BEFORE: _Kind(frozenset(), delivery=Delivery.RESET),
    "resetAfter": _Kind(frozenset(), delivery=Delivery.RESET),
    _SKEW: _Kind(_TIMED, seconds=600.0, least=-1e9, most=1e9),
}


_Check = Callable[[Any], bool]


def _one_of(*values: Any) -> _Check:
    return lambda value: type(value) is type(values[0]) and value in values


def _number(least: float, most: float, *types: type) -> _Check:
    return lambda value: type(value) in types and least <= value <= most


_OPTIONS: Final[dict[str, tuple[str, _Check]]] = {
    "times": (f"a fault strikes 1 to {_MAX_TIMES} times", _number(1, _MAX_TIMES, int)),
    "executed": ("executed is true or false", _one_of(True, False)),
    "retryAfter": ("retryAfter is a number of whole seconds", _number(0, math.inf, int)),
    "format": ("the format of a fault is 'json' or 'xml'", _one_of("json", "xml")),
    "share": (
        f"the share of requests that fail is a number from {_LEAST_SHARE:f} to 1",
        _number(_LEAST_SHARE, 1, int, float),
    ),
    "seed": ("the seed is a whole number", _number(-math.inf, math.inf, int)),
}
"""What an option must be, in words, and whether a value is that."""

OPTIONS: Final = (*_OPTIONS, "seconds", "operation")
"""Every option by its name over HTTP."""


class Fault:
    """A fault that is to strike a number of times, either every request that it applies to or a share of them.

    Which ones is drawn ahead, as how many go by until the next: whether a request is struck can be asked twice.

    Attributes:
        executed: Whether the request is carried out before the fault strikes. That is the caller's to say where the
            answer is an error; what goes wrong with an answer strikes after, and ``resetBefore`` before.
        seconds: How long a drip lasts, or by how much the gateway's clock is ahead of the true time.
    """

    def __init__(self, name: str, kind: _Kind, options: Mapping[str, Any]) -> None:
        self.name = name
        self.kind = kind
        self.executed: bool = options.get("executed", False) if kind.options & _OF_PAGES else name != _RESET_BEFORE
        self.seconds: float = options.get("seconds", kind.seconds)
        self.retry_after: int | None = options.get("retryAfter")
        self.format: Format | None = options.get("format")
        self.operation: str | None = options.get("operation")
        self.times: int = options.get("times", 1)
        self._share: float = options.get("share", 1)
        # Faults with the same seed would else strike requests that follow one another.
        self._random = Random(f"{options.get('seed', 0)} {name} {self.operation}")  # noqa: S311 - which requests fail is no secret
        self.go_by = self._drawn()

    @property
    def clock_skew(self) -> float:
        """By how many seconds the gateway's clock is ahead."""
        return self.seconds if self.name == _SKEW else 0.0

    def strike(self) -> None:
        self.times -= 1
        self.go_by = self._drawn()

    def _drawn(self) -> int:
        """How many requests go by until one is struck, where each is with the probability ``share``."""
        return 0 if self._share == 1 else int(math.log1p(-self._random.random()) / math.log1p(-self._share))

    def as_json(self) -> dict[str, Any]:
        described: dict[str, Any] = {"fault": self.name, "times": self.times}
        if self.operation:
            described["operation"] = self.operation
        return described | ({"share": self._share} if self._share < 1 else {})


class Faults:
    """The queue of faults, and the forms that they can have."""

    def __init__(self, contract: Contract, renderer: Renderer) -> None:
        self._errors = contract.errors
        self.kinds = dict.fromkeys(self._errors, _Kind(_OF_ERRORS)) | _KINDS
        """Every fault there is, by its name."""
        self._operations = sorted(path.rpartition("/")[2] for path in contract.operations)
        self._renderer = renderer
        self._queue: list[Fault] = []

    def add(self, fault: str | int, options: Mapping[str, Any]) -> None:
        """Queue a fault for the next ``times`` requests. A number stands for the first error with that status.

        Args:
            fault: Its name, or a status.
            options: Any of :data:`OPTIONS`.

        Raises:
            FaultError: There is no such fault, or it has no such option.
        """
        name = self._name(fault)
        kind = self.kinds[name]
        seconds = f"the seconds of {name} are a number from {kind.least:g} to {kind.most:g}"
        there_are = _OPTIONS | {
            "seconds": (seconds, _number(kind.least, kind.most, int, float)),
            "operation": (f"the operation is one of {', '.join(self._operations)}", _one_of(*self._operations)),
        }
        for option, value in options.items():
            if option not in there_are:
                raise FaultError(f"a fault has no option {option!r}; there are {', '.join(OPTIONS)}")
            form, is_right = there_are[option]
            if option in _OF_SOME - kind.options:
                raise FaultError(f"the fault {name} takes no option {option!r}")
            if not is_right(value):
                raise FaultError(f"{form}, not {value!r}")
        self._queue.append(Fault(name, kind, options))

    def is_reset_before(self, path: str) -> bool:
        """Whether a request for this path is not even to be read."""
        return next((each.name for each in self._applying(path) if not each.go_by), "") == _RESET_BEFORE

    def take(self, path: str) -> Fault | None:
        """The fault that strikes a request for this path: the first in the queue that applies to it and is due."""
        for each in self._applying(path):
            if not each.go_by:
                each.strike()
                self._queue = [queued for queued in self._queue if queued.times]
                return each
            each.go_by -= 1
        return None

    def _applying(self, path: str) -> Iterator[Fault]:
        operation = path.rpartition("/")[2]
        return (each for each in self._queue if each.operation in (None, operation))

    def pending(self) -> list[dict[str, Any]]:
        """The queue, for people."""
        return [each.as_json() for each in self._queue]

    def clear(self) -> None:
        self._queue.clear()

    def strike(self, fault: Fault, answer: Answer, requested: Format) -> Answer:
        """What goes out instead of ``answer``."""
        headers = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
        if error := self._errors.get(fault.name):
            form = fault.format or error.style.format(requested)
            return self._renderer.answer(error.status, error.value, form, headers, error.style)
        if page := fault.kind.page:
            return Answer(page[0], _HTML, page[1].encode(), headers)
        return replace(answer, delivery=fault.kind.delivery, seconds=fault.seconds)

    def _name(self, fault: str | int) -> str:
        if isinstance(fault, str):
            if fault in self.kinds:
                return fault
            raise FaultError(f"there is no fault {fault!r}; there are {', '.join(self.kinds)}")
        by_status = {kind.page[0]: name for name, kind in _KINDS.items() if kind.page}
        by_status |= {error.status: error.name for error in reversed(list(self._errors.values()))}
        if name := by_status.get(fault):
            return name
        raise FaultError(f"the contract has no error with status {fault}")
