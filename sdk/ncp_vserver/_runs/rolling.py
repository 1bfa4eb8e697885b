"""How to go through servers in batches."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ncp_vserver._steps.wait import DEFAULT_POLL, Duration, Waiting, seconds, waiting
from ncp_vserver._values.arguments import checked_retries
from ncp_vserver._values.server import Server

Check = Callable[[Server], bool]
AsyncCheck = Callable[[Server], Awaitable[bool] | bool]

HOOKS = ("before", "check", "after")
Share = int | str
"""So many servers, or a share of them, such as ``"25%"``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolling:
    """How to go through servers in batches, in seconds: the arguments of ``Client.rolling_reboot``, and some more.

    Attributes:
        timeout: As there; None to send without waiting.
        polls_first: Whether each batch is polled before it is asked for, and servers on which the operation is not
            possible are left out.
        retry_throttled: As there; the client's when None.

    Raises:
        ValueError: An argument is invalid.
    """

    timeout: float | None
    poll: float = DEFAULT_POLL
    batch_size: int = 1
    ramp: bool = False
    pause: float = 0.0
    on_failure: Literal["stop", "continue"] = "stop"
    max_failures: int | None = None
    polls_first: bool = True
    retry_throttled: int | None = None
    repeat_untouched: bool = False
    before: AsyncCheck | None = None
    check: AsyncCheck | None = None
    check_timeout: float | None = None
    after: AsyncCheck | None = None

    def __post_init__(self) -> None:
        if self.retry_throttled is not None:
            checked_retries(self.retry_throttled)
        if self.on_failure not in ("stop", "continue"):
            raise ValueError("on_failure must be 'stop' or 'continue'")
        if self.max_failures is not None and self.on_failure == "stop":
            raise ValueError("max_failures needs on_failure='continue': else the run stops at the first failure")
        if self.timeout is None and (self.check or self.after):
            raise ValueError("a check, or what comes after a server, needs a wait until it is back")

    @property
    def waiting(self) -> Waiting | None:
        """How to wait for each batch."""
        return None if self.timeout is None else waiting("timeout", self.timeout, self.poll)

    def options(self) -> dict[str, Any]:
        """All of it that can be written down; of the functions, whether there are any."""
        return {
            name: bool(getattr(self, name)) if name in HOOKS else getattr(self, name)
            for name in self.__dataclass_fields__
        }


def rolling(
    servers: int,
    *,
    timeout: Duration | Literal[False],
    poll: Duration = DEFAULT_POLL,
    batch_size: Share = 1,
    pause: Duration = 0.0,
    max_failures: Share | None = None,
    check_timeout: Duration | None = None,
    **more: Any,
) -> Rolling:
    """Build a ``Rolling`` for so many servers from a caller's arguments. Raises ValueError if one makes no sense."""
    return Rolling(
        timeout=None if timeout is False else seconds("timeout", timeout),
        poll=seconds("poll", poll),
        batch_size=max(1, number_of("batch_size", batch_size, servers, least=1)),
        pause=seconds("pause", pause) if pause else 0.0,
        max_failures=None if max_failures is None else number_of("max_failures", max_failures, servers, least=0),
        check_timeout=None if check_timeout is None else seconds("check_timeout", check_timeout),
        **more,
    )


def number_of(name: str, given: Share, servers: int, *, least: int) -> int:
    """So many servers; of a share, as many as are surely within it."""
    if isinstance(given, str):
        digits = given.removesuffix("%")
        if digits != given and digits.isascii() and digits.isdigit() and 0 < int(digits) <= 100:
            return servers * int(digits) // 100
    elif isinstance(given, int) and not isinstance(given, bool) and given >= least:  # pyright: ignore[reportUnnecessaryIsInstance]  # for callers without a type checker
        return given
    raise ValueError(f"{name} must be a whole number, {least} or more, or a share such as '25%'")


def resumed(options: Mapping[str, Any], hooks: Mapping[str, AsyncCheck | None]) -> Rolling:
    """How a run that was written down goes on. The functions cannot be written down, and are given anew.

    Raises:
        ValueError: One is missing, or too many.
    """
    for name in HOOKS:
        if options[name] != bool(hooks.get(name)):
            raise ValueError(f"this run has {'a' if options[name] else 'no'} {name}")
    given: dict[str, Any] = {name: options[name] for name in Rolling.__dataclass_fields__}
    given |= {name: hooks.get(name) for name in HOOKS}
    return Rolling(**given)
