"""Calls as generators without I/O, shared by both clients.

A generator yields steps and gets their results. ``Client`` performs a step by blocking, ``AsyncClient`` by awaiting. An
exception during a step, Ctrl-C and cancellation included, is raised in the generator at that step.
"""

import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

from ncp_signer import name_of

from ncp_vserver._requests.attempt import Request
from ncp_vserver._requests.proof import Sent
from ncp_vserver._values.errors import CallbackError

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request once. Gives the ``Attempt``."""

    request: Request
    limits: Mapping[str, float | None]
    """Seconds for each step of the exchange, and for the whole, by name; None for no limit."""
    in_flight: Callable[[Sent], None]
    """Called with the time just before the request is given to a connection."""
    is_recorded: bool = False
    """Whether that writes to a journal, and must not block an event loop."""


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait. Gives nothing."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ask:
    """Call a function of the user's, which may be asynchronous for ``AsyncClient``. Gives what it returns."""

    function: Callable[..., Any]
    argument: Any


@dataclass(frozen=True, slots=True)
class Record:
    """Call a function that writes to a journal, and must not block an event loop. Gives what it returns."""

    write: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Tell:
    """Report progress: something has happened to a server. Gives nothing."""


Performed = Send | Sleep | Ask | Record
"""The steps that a client performs."""
Step = Performed | Tell
Steps = Generator[Step, Any, _T]
TELL: Final = Tell()


def blocking(name: str, function: Callable[..., Any] | None) -> None:
    """Raise ValueError for a coroutine function: called by the blocking client, it would not run, and count as true."""
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__):
        raise ValueError(f"{name} is a coroutine function, which is for AsyncClient")


def called(function: Callable[..., Any], argument: Any) -> Any:
    """Call a function of the user's, which must not be asynchronous."""
    result = function(argument)
    if inspect.isawaitable(result):  # it would never run, and be true
        if inspect.iscoroutine(result):
            result.close()
        raise TypeError(f"{name_of(function)} is asynchronous, which is for AsyncClient")
    return result


def ask(function: Callable[..., Any], argument: Any) -> Steps[Any]:
    """Call a function of the user's. Its errors must not look like the service's.

    Raises:
        CallbackError: It failed.
    """
    try:
        return (yield Ask(function, argument))
    except AssertionError:  # a test's
        raise
    except Exception as error:
        raise CallbackError.of(error) from error


def drive(steps: Steps[Any], perform: Callable[[Performed], Any]) -> Generator[None]:
    """Do all steps. Yields whenever something has happened to a server."""
    resume: Callable[[], Step] = partial(next, steps)
    while True:
        try:
            step = resume()
        except StopIteration:
            return
        resume = partial(next, steps)
        if isinstance(step, Tell):
            yield
            continue
        try:
            resume = partial(steps.send, perform(step))
        except BaseException as error:  # raised again by the steps, if they do not handle it
            resume = partial(steps.throw, error)


async def drive_async(steps: Steps[Any], perform: Callable[[Performed], Awaitable[Any]]) -> AsyncGenerator[None]:
    """:func:`drive` for an asynchronous ``perform``."""
    resume: Callable[[], Step] = partial(next, steps)
    while True:
        try:
            step = resume()
        except StopIteration:
            return
        resume = partial(next, steps)
        if isinstance(step, Tell):
            yield
            continue
        try:
            resume = partial(steps.send, await perform(step))
        except BaseException as error:  # as in drive
            resume = partial(steps.throw, error)


def run(steps: Steps[_T], perform: Callable[[Performed], Any]) -> _T:
    """Do all steps, and return their result."""
    results: list[_T] = []
    list(drive(_into(results, steps), perform))
    return results[0]


async def run_async(steps: Steps[_T], perform: Callable[[Performed], Awaitable[Any]]) -> _T:
    """:func:`run` for an asynchronous ``perform``."""
    results: list[_T] = []
    async for _ in drive_async(_into(results, steps), perform):
        pass
    return results[0]


def _into(results: list[_T], steps: Steps[_T]) -> Steps[None]:
    """The same steps, with their result in a list: asynchronous generators have none."""
    results.append((yield from steps))
