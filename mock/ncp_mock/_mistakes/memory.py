"""What was wrong with signatures lately."""

from collections import deque
from typing import Final

_MOST: Final = 8

Mistakes = tuple[tuple[int, str], ...]
"""The dimensions of a search, by their place, in which something was wrong, each with the name of the mistake."""


class Memory:
    """The mistakes that long searches came upon last: a short search that knows them names them when they come again.

    Clients try again within milliseconds, and what a person looks at is the explanation of the last attempt.
    It holds names of mistakes only, nothing of a request.
    """

    def __init__(self) -> None:
        self._recent: deque[Mistakes] = deque(maxlen=_MOST)

    def remember(self, mistakes: Mistakes) -> None:
        if mistakes in self._recent:
            self._recent.remove(mistakes)
        self._recent.appendleft(mistakes)

    def recent(self) -> list[Mistakes]:
        """The simplest first, and of those the latest."""
        return sorted(self._recent, key=len)
