"""Works out what went wrong where a signature is wrong, by making the known mistakes until one gives that signature.

A signature depends on six values: method, target, timestamp, access key, layout of the string to sign, key of the
HMAC. Each is a dimension with one right value and several that a known mistake puts in its place. One deviation is
tried after the other, then every two at once. Digest and encoding cost nothing: the signature is decoded in every
known way, and the length of what comes out names the digest.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from typing import Any, Final

from ncp_mock._messages import Request

from .digests import Digest, digests, hmac_keys, rare_hmac_keys, received_digests
from .strings import (
    access_keys,
    layouts,
    methods,
    mistake_in_time,
    rare_layouts,
    rare_methods,
    times_nearby,
    timestamps,
)
from .table import MISTAKES, Variant
from .targets import likely_targets, rare_targets
from .wording import Wording

API_KEY: Final = "x-ncp-apigw-api-key"
"""Part of version 1 of the signature, once."""

MOST_TRIALS: Final = 10_000
MOST_BYTES: Final = 8_000_000
"""Hashed in one search: what bounds the time that a large request takes."""


_LONGEST_TAIL: Final = 200  # of an access key: thousands of timestamps are tried, each with all that follows it


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


Deviations = tuple[tuple[int, Variant[Any]], ...]
"""The dimensions, by their place, that do not have the right value."""


def explain(claim: Claim, wording: Wording, *, thorough: bool = True) -> Finding | Unexplained:
    """Find the mistakes in a signature that is not the right one; where there are none, the finding is empty.

    A search that is not thorough tries the likely mistakes, one at a time.
    """
    received = received_digests(claim.signature)
    if not received:
        return Unexplained(0, is_digest=False, thorough=True)
    return _Search(claim, received, wording).run(thorough)


class _Search:
    def __init__(self, claim: Claim, received: dict[bytes, tuple[str, ...]], wording: Wording) -> None:
        self._received = received
        self._wording = wording
        self._trials = 0
        self._hashed = 0
        request = claim.request
        swapped = claim.access_key != claim.own_access_key and wording.holds_secret(claim.access_key)
        self._dimensions = (
            _Dimension(request.method, methods(request.method), rare_methods),
            _Dimension(request.target, likely_targets(request), partial(rare_targets, request)),
            _Dimension(claim.timestamp, timestamps(claim.timestamp)),
            _Dimension(claim.access_key, access_keys(claim.access_key, claim.own_access_key, claim.secret_key)),
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
        lengths = {len(digest) for digest in self._received}
        ways = [way for length in lengths for way in digests(length)]
        # The fewest deviations first: of two explanations, the simpler one is right.
        for guesses in (self._none, self._single):
            for mistakes, digest in ways:
                if finding := self._first(guesses(), digest, mistakes):
                    return finding
        if not thorough:
            return Unexplained(self._trials, is_digest=True, thorough=False)
        for guesses in (self._rare, self._pairs):
            for mistakes, digest in ways:
                if "no-hmac" not in mistakes and (finding := self._first(guesses(), digest, mistakes)):
                    return finding
        if 32 in lengths and (finding := self._second_look_at_the_clock()):
            return finding
        return Unexplained(self._trials, is_digest=True, thorough=True)

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

    def _first(self, guesses: Iterable[Deviations], digest: Digest, mistakes: tuple[str, ...]) -> Finding | None:
        """The first guess that gives the signature, within the bounds of the search."""
        right = [dimension.right for dimension in self._dimensions]
        received = self._received
        for deviations in guesses:
            values = right.copy()
            for place, variant in deviations:
                values[place] = variant.value
            method, target, timestamp, access_key, layout, key = values
            text = _filled(layout, method, target, timestamp, access_key)
            message = _bytes(text)
            self._trials += 1
            self._hashed += len(message)
            if self._trials > MOST_TRIALS or self._hashed > MOST_BYTES:
                return None
            made = digest(key, message)
            if made in received:
                return self._finding(deviations, mistakes + received[made], text)
        return None

    def _second_look_at_the_clock(self) -> Finding | None:
        """Thousands of timestamps, each at the cost of its own few bytes: what stands before them is hashed once."""
        right = [dimension.right for dimension in self._dimensions]
        method, target, sent, access_key, layout, key = right
        mark = "\0"
        head, _, tail = _filled(layout, method, target, mark, access_key).rpartition(mark)
        if len(tail) > _LONGEST_TAIL:
            return None
        inner, outer = _hmac_sha256_halves(key)
        inner.update(_bytes(head))
        rest = _bytes(tail)
        received = self._received
        for timestamp in times_nearby(sent):
            first, second = inner.copy(), outer.copy()
            first.update(timestamp.encode() + rest)
            second.update(first.digest())
            made = second.digest()
            self._trials += 1
            if made in received:
                deviation = (2, Variant(mistake_in_time(sent, timestamp), timestamp))
                covered = _filled(layout, method, target, timestamp, access_key)
                return self._finding((deviation,), received[made], covered)
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
        return Finding((*names, *others), tuple(explanations), covered)


def _filled(layout: str, method: str, target: str, timestamp: str, access_key: str) -> str:
    if "{path}" in layout:
        layout = layout.replace("{path}", "{target}")
        target = target.partition("?")[0]
    return layout.format(method=method, target=target, timestamp=timestamp, access_key=access_key)


def _hmac_sha256_halves(key: bytes) -> tuple[Any, Any]:
    """The two hashes that HMAC-SHA256 (RFC 2104) is made of, each with the key in it."""
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    return hashlib.sha256(bytes(byte ^ 0x36 for byte in block)), hashlib.sha256(bytes(byte ^ 0x5C for byte in block))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
