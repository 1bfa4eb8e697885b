"""What lists and details show of a server when they are behind the truth."""

import math
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from .behaviour import Lag

State = Mapping[str, Any] | None
"""A server in the vendor's form; None for one that is not listed any more."""


class History:
    """The states of one server, as far back as its lag needs them.

    Args:
        lag: How far lists and details are behind.
        state: The true state at first, which is also what they show until they know a later one.
    """

    def __init__(self, lag: Lag, state: State) -> None:
        self._seconds: Final = lag.seconds
        self._states = deque([(-math.inf, state)])
        """Since when there was each state, oldest first."""
        self._next_polls = deque([state] * lag.polls)
        """What the next polls show."""

    def add(self, state: State, since: float) -> None:
        """The server has a new state."""
        self._states.append((since, state))
        self._forget(since)

    def poll(self, now: float) -> State:
        """What a poll shows; the next one may show something else."""
        self._forget(now)
        self._next_polls.append(self._states[0][1])
        return self._next_polls.popleft()

    def _forget(self, now: float) -> None:
        """Forget the states that no poll will see any more."""
        while len(self._states) > 1 and self._states[1][0] <= now - self._seconds:
            self._states.popleft()
