"""Finds the mistakes in a wrong signature: makes the known mistakes until one gives that signature.

Each mistake changes one of the values that a signature depends on. All are tried alone, then every two of the likely
ones. Digest and encoding cost nothing: the signature is decoded in every known way, and the length of the result tells
the digest.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Any, Final, NamedTuple

from .digests import is_digest, received_digests, ways
from .forms import Form, Line, Value, values
from .redaction import Redaction
from .signed_request import FIELDS, SignedRequest, Source, right_values, sources
from .table import AS_IT_IS, MISTAKES, STRING

MOST_TRIALS: Final = 60_000
"""In a thorough search."""
MOST_TRIALS_OF_SHORT: Final = 5_000
MOST_BYTES: Final = 24_000_000
"""Hashed in one search: bounds the time for a large request."""


class Memory(deque[tuple[str, ...]]):
    """The names of the mistakes that thorough searches found last: short searches try these, too.

    Clients retry within milliseconds, and people read the explanation of the last attempt.
    """

    def __init__(self) -> None:
        super().__init__(maxlen=8)


Variant = tuple[str, dict[str, Any]]
"""A mistake, and the values that it changes."""


class Result(NamedTuple):
    """What a search found."""

    mistakes: dict[str, str]
    """Name and explanation of each; together they give the signature."""
    covered: str | None
    """The string that the signature covers, which may hold secrets; None if no known mistake gives the signature."""
    trials: int
    is_digest: bool
    """Whether the signature has the form of a digest."""


def explain(signed: SignedRequest, redaction: Redaction, memory: Memory, *, thorough: bool = True) -> Result:
    """Find the mistakes in a signature.

    A search that is not thorough tries the likely mistakes alone, and the mistakes in the memory.
    """
    search = _Search(signed, redaction, MOST_TRIALS if thorough else MOST_TRIALS_OF_SHORT)
    known = {name for names in memory for name in names}

    def is_tried(name: str) -> bool:
        return thorough or known.issuperset(name.split(" + "))

    likely = list(search.variants(search.sources, lambda line: line.likely)) if search.ways else []
    # The fewest mistakes first: of two explanations, the simpler one is right.
    if found := search.first(0, [()]) or search.first(1, zip(likely)):
        return found
    # The last axis has thousands of readings of a clock, and no pair gives the same string as one of them.
    rare, readings = (
        zip(search.variants(sources, lambda line: line.rare if is_tried(line.name) else ()))
        for sources in (search.sources[:-1], search.sources[-1:])
    )
    pairs = _pairs([variant for variant in likely if is_tried(variant[0])])
    for guesses in (rare, pairs, readings):
        if found := search.first(2, guesses):
            if (names := tuple(found.mistakes)) not in memory:
                memory.append(names)
            return found
    return Result({}, None, search.trials, is_digest(search.received))


def _pairs(likely: Iterable[Variant]) -> Iterator[tuple[Variant, Variant]]:
    for one, other in combinations(likely, 2):
        if one[1].keys().isdisjoint(other[1]):
            yield (other, one) if "path" in other[1] and "tail" in one[1] else (one, other)


class _Search:
    def __init__(self, signed: SignedRequest, redaction: Redaction, most_trials: int) -> None:
        self.received = received_digests(signed.signature)
        self.ways = list(ways(self.received))
        self.trials = 0
        self._most_trials = most_trials
        self._hashed = 0
        self._redaction = redaction
        self._right = right_values(signed)
        self.sources = list(sources(signed, redaction))

    def variants(self, sources: Iterable[Source], forms: Callable[[Line], Iterable[Form]]) -> Iterator[Variant]:
        """Yield the changes that these forms of the lines make."""
        for changes, lines, text, fields in sources:
            for line in lines:
                made: Iterable[Any] = forms(line) if text is AS_IT_IS else values(forms(line), text, fields)
                for value in made:
                    if value != text:  # else there would be many more pairs, for nothing
                        yield line.name, changes(value)

    def first(self, number: int, guesses: Iterable[tuple[Variant, ...]]) -> Result | None:
        """The first guess that gives the signature, by one of the ways that allow so many mistakes."""
        ways = [way for way in self.ways if way.most >= number]
        received = self.received
        for guess in guesses if ways else ():
            used = self._right.copy()
            for variant in guess:
                used.update(variant[1])
            key, whole, layout, *parts = used.values()
            text = "".join(parts) if layout is STRING else layout.format_map(used)
            for message in [text] if whole is AS_IT_IS else values([whole], text, FIELDS):
                covered = message if isinstance(message, bytes) else message.encode("utf-8", "surrogatepass")
                self.trials += len(ways)
                self._hashed += len(ways) * len(covered)
                if self.trials > self._most_trials or self._hashed > MOST_BYTES:
                    return None
                for mistakes, _, way in ways:
                    if (digest := way(key, covered)) in received:
                        return self._found(guess, mistakes + received[digest], used, text, message)
        return None

    def _found(
        self, guess: Iterable[Variant], others: Iterable[str], used: dict[str, Any], text: str, message: Value
    ) -> Result:
        mistakes: dict[str, str] = {}
        for name, changed in guess:
            places = ("path", "tail") if {"path", "tail"} & changed.keys() else changed
            signed, sent = (
                self._redaction.excerpt("".join(str(of[place]) for place in places)) for of in (used, self._right)
            )
            mistakes |= {one: MISTAKES[one].format(signed=signed, sent=sent) for one in name.split(" + ")}
        mistakes |= {name: MISTAKES[name] for name in others}
        # No other form of a secret may be shown.
        is_shown = isinstance(message, str) and self._redaction.redacted(text) == text
        return Result(mistakes, str(message) if is_shown else text, self.trials, is_digest=True)
