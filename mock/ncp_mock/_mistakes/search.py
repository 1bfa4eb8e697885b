"""Works out what went wrong where a signature is wrong, by making the known mistakes until one gives that signature.

A signature depends on the eight values that ``axes`` names. Every line of the table puts another value on one axis:
all are tried alone, then every two of the likely ones. Digest and encoding cost nothing: the signature is decoded in
every known way, and the length of what comes out names the digest. For a second reading of the clock, thousands of
timestamps are tried.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice, product
from typing import Any, Final

from .axes import AS_IT_IS, BY_LIKELIHOOD, STRING_NAMES, TIME_AXIS, Variant, axes
from .digests import Received, Way, hmac_halves, is_digest, received_digests, ways
from .fields import TEXT, Claim, Fields, Text, Value, to_bytes
from .memory import Memory, Mistakes
from .table import MISTAKES, STRING
from .times import mistake_in_time, nearest_times, times_nearby
from .wording import Wording

MOST_TRIALS: Final = 20_000
"""In one search; those of a timestamp do not count, of which there are always as many."""
MOST_BYTES: Final = 8_000_000
"""Hashed in one search: what bounds the time that a large request takes."""
_MOST_REMEMBERED: Final = 500
"""Trials in a short search for one thing remembered."""
_SHARE_OF_TIMES: Final = 25
"""One in so many is tried in a short search, those nearby."""
_LONGEST_TAIL: Final = 200  # of an access key: thousands of timestamps are tried, each with all that follows it

Deviations = tuple[tuple[int, Variant], ...]
"""The axes, by their place, that do not have the right value."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The mistakes that give the signature of a claim."""

    mistakes: tuple[str, ...]
    explanations: tuple[str, ...]
    string_to_sign: str
    """What the signature covers. It may hold secrets."""
    deviations: Mistakes


@dataclass(frozen=True, slots=True)
class Unexplained:
    """No known mistake gives the signature."""

    trials: int
    is_digest: bool
    """Whether the signature could be one at all, by its form."""
    thorough: bool
    """Whether everything known was tried."""


def explain(claim: Claim, wording: Wording, memory: Memory, *, thorough: bool = True) -> Finding | Unexplained:
    """Find the mistakes in a signature that is not the right one; where there are none, the finding is empty.

    A search that is not thorough tries the likely mistakes, one at a time, and what thorough ones found lately.
    """
    received = received_digests(claim.signature)
    if not received:
        return Unexplained(0, is_digest=False, thorough=True)
    return _Search(claim, received, wording, memory).run(thorough)


class _Search:
    def __init__(self, claim: Claim, received: Received, wording: Wording, memory: Memory) -> None:
        self._received = received
        self._ways = list(ways(received))
        self._memory = memory
        self._wording = wording
        self._trials = 0
        self._hashed = 0
        self._axes = axes(claim, wording)
        self._right = [axis.right for axis in self._axes]

    def run(self, thorough: bool) -> Finding | Unexplained:
        # The fewest deviations first: of two explanations, the simpler one is right.
        finding = self._first(lambda: [()], 0) or self._first(self._likely, 1)
        if not finding and thorough:
            finding = self._first(self._rare, 2) or self._first(self._pairs, 2) or self._at_another_time()
            if finding:
                self._memory.remember(finding.deviations)
        elif not finding:
            finding = self._first(self._remembered, 2) or self._at_a_time_remembered()
        return finding or Unexplained(self._trials, is_digest(self._received), thorough)

    def _likely(self) -> Iterator[Deviations]:
        return (((place, variant),) for place, axis in enumerate(self._axes) for variant in axis.likely)

    def _rare(self) -> Iterator[Deviations]:
        return (((place, variant),) for place in BY_LIKELIHOOD for variant in self._axes[place].rare)

    def _pairs(self) -> Iterator[Deviations]:
        for (place, one), (other_place, other) in combinations(enumerate(self._axes), 2):
            for variant, other_variant in product(one.likely, other.likely):
                yield (place, variant), (other_place, other_variant)

    def _remembered(self) -> Iterator[Deviations]:
        for mistakes in self._memory.recent():
            yield from islice(self._called(mistakes), _MOST_REMEMBERED)

    def _called(self, mistakes: Mistakes) -> Iterator[Deviations]:
        yield from product(
            *([(place, variant) for variant in self._axes[place].called(name)] for place, name in mistakes)
        )

    def _first(self, guesses: Callable[[], Iterable[Deviations]], deviating: int) -> Finding | None:
        """The first guess that gives the signature, in the ways that allow for so many deviations."""
        possible = (self._first_in(way, guesses()) for way in self._ways if way.most >= deviating)
        return next(filter(None, possible), None)

    def _first_in(self, way: Way, guesses: Iterable[Deviations]) -> Finding | None:
        """The first guess that gives the signature in this way, within the bounds of the search."""
        parts: list[Any] = []
        texts: tuple[Value, ...] = ()
        for deviations in guesses:
            *others, key = self._with(deviations)
            if others != parts:  # many keys are tried with one text
                parts = others
                texts = tuple(_texts(*parts))
            for text in texts:
                message = to_bytes(text)
                self._trials += 1
                self._hashed += len(message)
                if self._trials > MOST_TRIALS or self._hashed > MOST_BYTES:
                    return None
                made = way.digest(to_bytes(key), message)
                if made in self._received:
                    return self._finding(deviations, way.mistakes + self._received[made], _filled(*parts[:-1]), text)
        return None

    def _with(self, deviations: Deviations) -> list[Any]:
        values = self._right.copy()
        for place, variant in deviations:
            values[place] = variant.value
        return values

    def _at_another_time(self) -> Finding | None:
        """With a second reading of the clock: any alone, and near ones with a likely mistake elsewhere."""
        sent = self._right[TIME_AXIS]
        if finding := self._at_times((), times_nearby(sent)):
            return finding
        nearest = nearest_times(sent)
        others = (deviations for deviations in self._likely() if nearest and deviations[0][0] != TIME_AXIS)
        return next(filter(None, (self._at_times(deviations, nearest) for deviations in others)), None)

    def _at_a_time_remembered(self) -> Finding | None:
        sent = self._right[TIME_AXIS]
        for mistakes in self._memory.recent():
            others = tuple(mistake for mistake in mistakes if mistake[0] != TIME_AXIS)
            if len(others) < len(mistakes):
                for deviations in islice(self._called(others), _MOST_REMEMBERED // 10):
                    times = nearest_times(sent) if deviations else times_nearby(sent, _SHARE_OF_TIMES)
                    if finding := self._at_times(deviations, times):
                        return finding
        return None

    def _at_times(self, deviations: Deviations, times: Iterable[str]) -> Finding | None:
        """Thousands of timestamps, each at the cost of its own few bytes: what stands before them is hashed once."""
        mark = "\0"
        *values, whole, key = self._with(deviations)
        values[TIME_AXIS] = mark
        head, found, tail = _filled(*values).rpartition(mark)
        self._hashed += len(head)
        if not found or whole != AS_IT_IS or len(tail) > _LONGEST_TAIL or self._hashed > MOST_BYTES:
            return None
        inner, outer = hmac_halves("sha256", to_bytes(key))
        inner.update(to_bytes(head))
        rest = to_bytes(tail)
        for timestamp in times:
            first, second = inner.copy(), outer.copy()
            first.update(timestamp.encode() + rest)
            second.update(first.digest())
            made = second.digest()
            self._trials += 1
            if made in self._received:
                deviation = (TIME_AXIS, Variant(mistake_in_time(self._right[TIME_AXIS], timestamp), timestamp))
                text = f"{head}{timestamp}{tail}"
                return self._finding((*deviations, deviation), self._received[made], text, text)
        return None

    def _finding(self, deviations: Deviations, others: tuple[str, ...], text: str, whole: Value) -> Finding:
        names: list[str] = []
        explanations: list[str] = []
        for place, (mistake, value) in deviations:
            signed, sent = (
                self._wording.excerpt(text) if isinstance(text, str) else "" for text in (value, self._right[place])
            )
            for name in mistake.split(" + "):
                names.append(name)
                explanations.append(MISTAKES[name].format(signed=signed, sent=sent))
        explanations += [MISTAKES[name] for name in others]
        # Of what has to be hidden, no other form may be shown.
        covered = whole if isinstance(whole, str) and self._wording.redacted(text) == text else text
        places = tuple((place, variant.mistake) for place, variant in deviations)
        return Finding((*names, *others), tuple(explanations), covered, places)


def _texts(*parts: Any) -> Iterable[Value]:
    """The string to sign, or what a slip with the whole makes of it."""
    *values, whole = parts
    text = _filled(*values)
    return (text,) if whole == AS_IT_IS else Fields(Text(text, STRING_NAMES), TEXT).filled(whole)


def _filled(method: str, target: str, timestamp: str, access_key: str, layout: str, gaps: tuple[str, str, str]) -> str:
    s, n, m = gaps
    if layout == STRING:  # as in most trials
        return f"{method}{s}{target}{n}{timestamp}{m}{access_key}"
    path, _, query = target.partition("?")
    parts = {"method": method, "target": target, "timestamp": timestamp, "access_key": access_key}
    return layout.format(**parts, path=path, query=query, s=s, n=n, m=m)
