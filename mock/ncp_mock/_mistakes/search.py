"""Works out what went wrong where a signature is wrong, by making the known mistakes until one gives that signature.

A signature depends on six values: method, target, timestamp, access key, layout of the string to sign, key of the
HMAC. Each is a dimension with one right value and several that a known mistake puts in its place. One deviation is
tried after the other, then every two of the likely ones at once. Digest and encoding cost nothing: the signature is
decoded in every known way, and the length of what comes out names the digest. For a second reading of the clock,
thousands of timestamps are tried.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations, islice, product
from typing import Any, Final

from ncp_mock._messages import Request

from .digests import Way, hmac_halves, received_digests, ways
from .keys import hmac_keys, rare_hmac_keys
from .memory import Memory, Mistakes
from .strings import access_keys, layouts, methods, rare_access_keys, rare_layouts, rare_methods
from .table import MISTAKES, Variant
from .targets import likely_targets, rare_targets
from .times import mistake_in_time, nearest_times, rare_timestamps, times_nearby, timestamps
from .wording import Wording

API_KEY: Final = "x-ncp-apigw-api-key"
"""Part of version 1 of the signature, once."""

MOST_TRIALS: Final = 10_000
"""In one search; those of a timestamp do not count, of which there are always as many."""
MOST_BYTES: Final = 8_000_000
"""Hashed in one search: what bounds the time that a large request takes."""
_MOST_REMEMBERED: Final = 500
"""Trials in a short search for one thing remembered."""
_SHARE_OF_TIMES: Final = 25
"""One in so many is tried in a short search, those nearby."""
_LONGEST_TAIL: Final = 200  # of an access key: thousands of timestamps are tried, each with all that follows it
_TIME: Final = 2
"""The place of the timestamp among the dimensions."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A signed request, and what its signature has to be checked with."""

    request: Request
    timestamp: str
    access_key: str
    """The one in the request's header."""
    signature: str
    own_access_key: str
    secret_key: str
    layout: str
    """The right string to sign, with the names of its parts in braces."""


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


class _Dimension:
    """A value that the signature depends on, and what a mistake may put in its place."""

    def __init__(
        self, right: Any, likely: Iterable[Variant[Any]], rare: Callable[[], Iterable[Variant[Any]]] = tuple
    ) -> None:
        self.right = right
        self.likely = [*{variant.value: variant for variant in [*likely][::-1] if variant.value != right}.values()][
            ::-1
        ]
        """Each value once, by the first of its names."""
        self.rare = rare

    def called(self, mistake: str) -> list[Variant[Any]]:
        return [variant for variant in (*self.likely, *self.rare()) if variant.mistake == mistake]


Deviations = tuple[tuple[int, Variant[Any]], ...]
"""The dimensions, by their place, that do not have the right value."""


def explain(claim: Claim, wording: Wording, memory: Memory, *, thorough: bool = True) -> Finding | Unexplained:
    """Find the mistakes in a signature that is not the right one; where there are none, the finding is empty.

    A search that is not thorough tries the likely mistakes, one at a time, and what thorough ones found lately.
    """
    received = received_digests(claim.signature)
    if not received:
        return Unexplained(0, is_digest=False, thorough=True)
    return _Search(claim, received, wording, memory).run(thorough)


class _Search:
    def __init__(self, claim: Claim, received: dict[bytes, tuple[str, ...]], wording: Wording, memory: Memory) -> None:
        self._received = received
        self._ways = list(ways(received))
        self._memory = memory
        self._wording = wording
        self._trials = 0
        self._hashed = 0
        request = claim.request
        swapped = claim.access_key != claim.own_access_key and wording.holds_secret(claim.access_key)
        self._dimensions = (
            _Dimension(request.method, methods(request.method), rare_methods),
            _Dimension(request.target, likely_targets(request), partial(rare_targets, request)),
            _Dimension(claim.timestamp, timestamps(claim.timestamp), partial(rare_timestamps, claim.timestamp)),
            _Dimension(
                claim.access_key,
                access_keys(claim.access_key, claim.own_access_key, claim.secret_key),
                partial(rare_access_keys, claim.access_key),
            ),
            _Dimension(
                claim.layout,
                layouts(claim.layout, request.header(API_KEY)),
                partial(rare_layouts, claim.layout, request.body),
            ),
            _Dimension(
                _bytes(claim.secret_key),
                hmac_keys(claim.own_access_key, claim.secret_key, swapped=swapped),
                partial(rare_hmac_keys, claim.own_access_key, claim.secret_key),
            ),
        )

    def run(self, thorough: bool) -> Finding | Unexplained:
        # The fewest deviations first: of two explanations, the simpler one is right.
        finding = self._first(self._none, 0) or self._first(self._single, 1)
        if not finding and thorough:
            finding = self._first(self._rare, 2) or self._first(self._pairs, 2) or self._at_another_time()
            if finding:
                self._memory.remember(finding.deviations)
        elif not finding:
            finding = self._first(self._remembered, 2) or self._at_a_time_remembered()
        return finding or Unexplained(self._trials, is_digest=True, thorough=thorough)

    def _none(self) -> Iterator[Deviations]:
        yield ()

    def _single(self) -> Iterator[Deviations]:
        for place, dimension in enumerate(self._dimensions):
            for variant in dimension.likely:
                yield ((place, variant),)

    def _rare(self) -> Iterator[Deviations]:
        for place, dimension in enumerate(self._dimensions):
            for variant in dimension.rare():
                yield ((place, variant),)

    def _pairs(self) -> Iterator[Deviations]:
        for (place, one), (other_place, other) in combinations(enumerate(self._dimensions), 2):
            for variant, other_variant in product(one.likely, other.likely):
                yield (place, variant), (other_place, other_variant)

    def _remembered(self) -> Iterator[Deviations]:
        for mistakes in self._memory.recent():
            yield from islice(self._called(mistakes), _MOST_REMEMBERED)

    def _called(self, mistakes: Mistakes) -> Iterator[Deviations]:
        choices = [[(place, variant) for variant in self._dimensions[place].called(name)] for place, name in mistakes]
        yield from product(*choices)

    def _first(self, guesses: Callable[[], Iterable[Deviations]], deviating: int) -> Finding | None:
        """The first guess that gives the signature, in the ways that allow for so many deviations."""
        for way in self._ways:
            if way.most >= deviating and (finding := self._first_in(way, guesses())):
                return finding
        return None

    def _first_in(self, way: Way, guesses: Iterable[Deviations]) -> Finding | None:
        """The first guess that gives the signature in this way, within the bounds of the search."""
        right = [dimension.right for dimension in self._dimensions]
        received, digest = self._received, way.digest
        parts: list[str] = []
        text, message = "", b""
        for deviations in guesses:
            values = right.copy()
            for place, variant in deviations:
                values[place] = variant.value
            key = values.pop()
            if values != parts:  # many keys are tried with one text
                parts = values
                text = _filled(*parts)
                message = _bytes(text)
            self._trials += 1
            self._hashed += len(message)
            if self._trials > MOST_TRIALS or self._hashed > MOST_BYTES:
                return None
            made = digest(key, message)
            if made in received:
                return self._finding(deviations, way.mistakes + received[made], text)
        return None

    def _at_another_time(self) -> Finding | None:
        """With a second reading of the clock: any alone, and near ones with a likely mistake elsewhere."""
        sent = self._dimensions[_TIME].right
        if finding := self._at_times((), times_nearby(sent)):
            return finding
        nearest = nearest_times(sent)
        others = (deviations for deviations in self._single() if nearest and deviations[0][0] != _TIME)
        return next(filter(None, (self._at_times(deviations, nearest) for deviations in others)), None)

    def _at_a_time_remembered(self) -> Finding | None:
        sent = self._dimensions[_TIME].right
        for mistakes in self._memory.recent():
            others = tuple(mistake for mistake in mistakes if mistake[0] != _TIME)
            if len(others) < len(mistakes):
                for deviations in islice(self._called(others), _MOST_REMEMBERED // 10):
                    times = nearest_times(sent) if deviations else times_nearby(sent, _SHARE_OF_TIMES)
                    if finding := self._at_times(deviations, times):
                        return finding
        return None

    def _at_times(self, deviations: Deviations, times: Iterable[str]) -> Finding | None:
        """Thousands of timestamps, each at the cost of its own few bytes: what stands before them is hashed once."""
        values = [dimension.right for dimension in self._dimensions]
        for place, variant in deviations:
            values[place] = variant.value
        sent, key = values[_TIME], values.pop()
        mark = "\0"
        values[_TIME] = mark
        head, found, tail = _filled(*values).rpartition(mark)
        self._hashed += len(head)
        if not found or len(tail) > _LONGEST_TAIL or self._hashed > MOST_BYTES:
            return None
        inner, outer = hmac_halves("sha256", key)
        inner.update(_bytes(head))
        rest = _bytes(tail)
        received = self._received
        for timestamp in times:
            first, second = inner.copy(), outer.copy()
            first.update(timestamp.encode() + rest)
            second.update(first.digest())
            made = second.digest()
            self._trials += 1
            if made in received:
                deviation = (_TIME, Variant(mistake_in_time(sent, timestamp), timestamp))
                return self._finding((*deviations, deviation), received[made], f"{head}{timestamp}{tail}")
        return None

    def _finding(self, deviations: Deviations, others: tuple[str, ...], covered: str) -> Finding:
        names: list[str] = []
        explanations: list[str] = []
        for place, variant in deviations:
            values = (variant.value, self._dimensions[place].right)
            signed, sent = (self._wording.excerpt(value) if isinstance(value, str) else "" for value in values)
            names.append(variant.mistake)
            explanations.append(MISTAKES[variant.mistake].format(signed=signed, sent=sent))
        explanations += [MISTAKES[name] for name in others]
        places = tuple((place, variant.mistake) for place, variant in deviations)
        return Finding((*names, *others), tuple(explanations), covered, places)


def _filled(method: str, target: str, timestamp: str, access_key: str, layout: str) -> str:
    if "{path}" in layout:
        layout = layout.replace("{path}", "{target}")
        target = target.partition("?")[0]
    return layout.format(method=method, target=target, timestamp=timestamp, access_key=access_key)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
