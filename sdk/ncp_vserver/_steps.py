"""What calls are made of, without I/O.

All that the clients can do is written once, as generators that yield what is to be done and get its result. ``Client``
does it by blocking, ``AsyncClient`` by awaiting. What goes wrong while a step is done, Ctrl-C and cancellation
included, is raised in the generator, where the step stands: that is where it can be accounted for.
"""

import inspect
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from ._exchange import Exchange

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request once. Gives the generated client's ``Response``."""

    exchange: Exchange


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait. Gives nothing."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ask:
    """Call a function of the user's, which may be asynchronous for ``AsyncClient``. Gives what it returns."""

    function: Callable[..., Any]
    argument: Any


Step = Send | Sleep | Ask
Steps = Generator[Step, Any, _T]


def ask(function: Callable[..., Any], argument: Any) -> Steps[Any]:
    """Call a function of the user's."""
    return (yield Ask(function, argument))


def run(steps: Steps[_T], perform: Callable[[Step], Any]) -> _T:
    """Do all steps, and return what they lead to."""
    value: Any = None
    try:
        step = next(steps)
        while True:
            try:
                value = perform(step)
            except BaseException as error:  # raised again by whoever yielded the step, if it does not handle it
                step = steps.throw(error)
            else:
                step = steps.send(value)
    except StopIteration as end:
        result: _T = end.value
        return result
    except BaseException as error:
        _tell(steps, error)
        raise


async def run_async(steps: Steps[_T], perform: Callable[[Step], Awaitable[Any]]) -> _T:
    """:func:`run` for an asynchronous ``perform``."""
    value: Any = None
    try:
        step = next(steps)
        while True:
            try:
                value = await perform(step)
            except BaseException as error:  # as in run
                step = steps.throw(error)
            else:
                step = steps.send(value)
    except StopIteration as end:
        result: _T = end.value
        return result
    except BaseException as error:
        _tell(steps, error)
        raise


def _tell(steps: Steps[Any], error: BaseException) -> None:
    """Raise in the steps what struck between two of them, as Ctrl-C can: they account for it."""
    if inspect.getgeneratorstate(steps) == inspect.GEN_SUSPENDED:
        steps.throw(error)
