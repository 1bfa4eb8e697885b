"""Failures on demand: what the next requests get instead of, or done to, their answer."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from ._contract import Contract
from ._formats import Format, Renderer
from ._messages import Answer, Delivery

_HTML: Final = "text/html;charset=UTF-8"
_PAGES: Final[Mapping[str, tuple[int, str]]] = {
    "badGateway": (
        502,
        "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n",
    ),
    "unknownStatus": (520, "<html><head><title>520</title></head><body><h1>Web server error</h1></body></html>\n"),
}
_RESET_BEFORE: Final = "resetBefore"
_DELIVERIES: Final[Mapping[str, Delivery]] = {
    "slowDrip": Delivery.DRIP,
    "truncatedBody": Delivery.TRUNCATED,
    _RESET_BEFORE: Delivery.RESET,
    "resetAfter": Delivery.RESET,
}
_SKEW: Final = "skewedDate"
_DEFAULT_SECONDS: Final = {"slowDrip": 2.0, _SKEW: 600.0}
_MAX_TIMES: Final = 1_000_000
_LEAST_SHARE: Final = 0.000001
_MOST_SECONDS: Final = {"slowDrip": 86_400.0, _SKEW: 1e9}


class FaultError(ValueError):
    """A fault that does not exist, or not in that form. The text says what does."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a request.

    Attributes:
        name: An error example of the contract, such as ``endpointError``; or one of the pages of something on the way,
            ``badGateway`` (502, HTML) and ``unknownStatus`` (520, HTML); or a way for the answer to go wrong:
            ``slowDrip``, ``truncatedBody``, ``resetBefore`` its body is read, ``resetAfter`` it was carried out,
            ``skewedDate``.
        executed: Whether the request is carried out before the fault strikes. That is the caller's to say where the
            answer is an error; what goes wrong with an answer strikes after, and ``resetBefore`` before.
        retry_after: Value of a Retry-After header, in seconds.
        format: ``json`` or ``xml`` for an error, whatever the request asked for.
        seconds: How long a drip lasts, or by how much the gateway's clock is ahead of the true time.
        operation: The vendor's name of the operation whose requests it strikes; None for any request.
    """

    name: str
    executed: bool
    retry_after: int | None = None
    format: Format | None = None
    seconds: float = 0.0
    operation: str | None = None

    @property
    def clock_skew(self) -> float:
        """By how many seconds the gateway's clock is ahead."""
        return self.seconds if self.name == _SKEW else 0.0


class _Queued:
    """A fault that is to strike a number of times, either every request that it applies to or a share of them.

    Which ones is drawn ahead, as how many go by until the next: whether a request is struck can be asked twice.
    """

    def __init__(self, fault: Fault, times: int, share: float, seed: int) -> None:
        self.fault = fault
        self.times = times
        self.share = share
        # Faults with the same seed would else strike requests that follow one another.
        self._random = Random(f"{seed} {fault.name} {fault.operation}")  # noqa: S311 - which requests fail is no secret
        self.go_by = self._drawn()

    def strike(self) -> None:
        self.times -= 1
        self.go_by = self._drawn()

    def _drawn(self) -> int:
        """How many requests go by until one is struck, where each is with the probability ``share``."""
        return 0 if self.share == 1 else int(math.log1p(-self._random.random()) / math.log1p(-self.share))

    def as_json(self) -> dict[str, Any]:
        described: dict[str, Any] = {"fault": self.fault.name, "times": self.times}
        if self.fault.operation:
            described["operation"] = self.fault.operation
        return described | ({"share": self.share} if self.share < 1 else {})


class Faults:
    """The queue of faults, and the forms that they can have."""

    def __init__(self, contract: Contract, renderer: Renderer) -> None:
        self._errors = contract.errors
        self._operations = {each.name for methods in contract.operations.values() for each in methods.values()}
        self._renderer = renderer
        self._queue: list[_Queued] = []

    @property
    def names(self) -> list[str]:
        """Every fault there is."""
        return [*self._errors, *_PAGES, *_DELIVERIES, _SKEW]

    def add(
        self,
        fault: str | int,
        times: int = 1,
        *,
        executed: bool | None = None,
        retry_after: int | None = None,
        format: Format | None = None,  # noqa: A002 - the word that everyone would look for
        seconds: float | None = None,
        operation: str | None = None,
        share: float = 1.0,
        seed: int = 0,
    ) -> None:
        """Queue a fault for the next ``times`` requests. A number stands for the first error with that status.

        With a ``share``, each request is struck with that probability; which ones depends on the ``seed`` alone.

        Raises:
            FaultError: There is no such fault, or it has no such option.
        """
        name = self._name(fault)
        is_error, has_seconds = name in self._errors or name in _PAGES, name in _DEFAULT_SECONDS
        for option, given, applies in (
            ("executed", executed, is_error),
            ("retry_after", retry_after, is_error),
            ("format", format, name in self._errors),
            ("seconds", seconds, has_seconds),
        ):
            if given is not None and not applies:
                raise FaultError(f"the fault {name} takes no option {option!r}")
        if type(times) is not int or not 1 <= times <= _MAX_TIMES:
            raise FaultError(f"a fault strikes 1 to {_MAX_TIMES} times, not {times!r}")
        if operation is not None and operation not in self._operations:
            raise FaultError(f"there is no operation {operation!r}; there are {', '.join(sorted(self._operations))}")
        if type(share) not in (int, float) or not _LEAST_SHARE <= share <= 1:
            raise FaultError(f"the share of requests that fail is a number from {_LEAST_SHARE:f} to 1, not {share!r}")
        if type(seed) is not int:
            raise FaultError(f"the seed is a whole number, not {seed!r}")
        if executed is not None and type(executed) is not bool:
            raise FaultError(f"whether a request is executed is true or false, not {executed!r}")
        if retry_after is not None and (type(retry_after) is not int or retry_after < 0):
            raise FaultError(f"retry_after is a number of whole seconds, not {retry_after!r}")
        if format not in (None, "json", "xml"):
            raise FaultError(f"the format of a fault is 'json' or 'xml', not {format!r}")
        if seconds is not None and type(seconds) not in (int, float):
            raise FaultError(f"the seconds of {name} are a number, not {seconds!r}")
        if seconds is not None:
            most = _MOST_SECONDS[name]
            if not (-most if name == _SKEW else 0) <= seconds <= most:
                raise FaultError(f"the seconds of {name} are a number up to {most:g}, not {seconds}")
        struck_after = bool(executed) if is_error else name != _RESET_BEFORE
        duration = _DEFAULT_SECONDS.get(name, 0.0) if seconds is None else float(seconds)
        queued = Fault(name, struck_after, retry_after, format, duration, operation)
        self._queue.append(_Queued(queued, times, share, seed))

    def is_reset_before(self, path: str) -> bool:
        """Whether a request for this path is not even to be read."""
        due = next((each for each in self._applying(path) if not each.go_by), None)
        return due is not None and due.fault.name == _RESET_BEFORE

    def take(self, path: str) -> Fault | None:
        """The fault that strikes a request for this path: the first in the queue that applies to it and is due."""
        for each in self._applying(path):
            if not each.go_by:
                each.strike()
                self._queue = [queued for queued in self._queue if queued.times]
                return each.fault
            each.go_by -= 1
        return None

    def _applying(self, path: str) -> Iterator[_Queued]:
        operation = path.rpartition("/")[2]
        return (each for each in self._queue if each.fault.operation in (None, operation))

    def pending(self) -> list[dict[str, Any]]:
        """The queue, for people."""
        return [each.as_json() for each in self._queue]

    def clear(self) -> None:
        self._queue.clear()

    def strike(self, fault: Fault, answer: Answer, requested: Format) -> Answer:
        """What goes out instead of ``answer``."""
        headers = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
        if error := self._errors.get(fault.name):
            return self._renderer.answer(error.status, error.value, fault.format or requested, headers)
        if page := _PAGES.get(fault.name):
            return Answer(page[0], _HTML, page[1].encode(), headers)
        return replace(answer, delivery=_DELIVERIES.get(fault.name, Delivery.WHOLE), seconds=fault.seconds)

    def _name(self, fault: str | int) -> str:
        if isinstance(fault, str):
            if fault in self.names:
                return fault
            raise FaultError(f"there is no fault {fault!r}; there are {', '.join(self.names)}")
        for error in self._errors.values():
            if error.status == fault:
                return error.name
        for name, (status, _) in _PAGES.items():
            if status == fault:
                return name
        raise FaultError(f"the contract has no error with status {fault}")
