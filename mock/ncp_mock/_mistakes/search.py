"""Works out what went wrong where a signature is wrong, by making the known mistakes until one gives that signature.

A signature depends on the values in ``_right``. A form of the table puts another value in the place of one of them: all
are tried alone, then every two of the likely ones. Digest and encoding cost nothing: the signature is decoded in every
known way, and the length of what comes out names the digest.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Any, Final, NamedTuple

from . import table
from .digests import is_digest, received_digests, ways
from .forms import Form, Line, to_bytes, values
from .redaction import Redaction
from .signed_request import KEY, TARGET, TIME, WHOLE, SignedRequest, sources

MOST_TRIALS: Final = 60_000
"""In one search."""
MOST_BYTES: Final = 24_000_000
"""Hashed in one search: what bounds the time that a large request takes."""
_MOST_REMEMBERED: Final = 500
"""Trials in a short search for one thing remembered."""

Variant = tuple[int, str, Any]
"""The place of a value, the mistake, and the value that a signer may have used there instead."""
Guess = tuple[Variant, ...]
_AS_IT_IS: Final = "{text}"
"""Nothing was done to the whole string."""


class Memory:
    """The mistakes that long searches came upon last: a short search that knows them names them when they come again.

    Clients try again within milliseconds, and what a person looks at is the explanation of the last attempt.
    It holds names of mistakes only, nothing of a request.
    """

    def __init__(self) -> None:
        self._recent: deque[tuple[str, ...]] = deque(maxlen=8)

    def remember(self, mistakes: tuple[str, ...]) -> None:
        if mistakes in self._recent:
            self._recent.remove(mistakes)
        self._recent.appendleft(mistakes)

    def recent(self) -> list[tuple[str, ...]]:
        """The simplest first, and of those the latest."""
        return sorted(self._recent, key=len)


class Result(NamedTuple):
    mistakes: dict[str, str]
    """Those that together give the signature, with what to tell."""
    covered: str | None
    """The string that the signature covers then, which may hold secrets; None where nothing known gives it."""
    trials: int
    is_digest: bool
    """Whether the signature could be one at all, by its form."""


def explain(signed: SignedRequest, redaction: Redaction, memory: Memory, *, thorough: bool = True) -> Result:
    """Find the mistakes in a signature.

    A search that is not thorough tries the likely mistakes, one at a time, and what thorough ones found lately.
    """
    search = _Search(signed, redaction)
    likely = list(search.variants(lambda line: line.likely)) if search.ways else []
    # The fewest deviations first: of two explanations, the simpler one is right.
    found = search.first(0, [()]) or search.first(1, zip(likely))
    if not found and thorough:
        rare = search.variants(lambda line: line.rare)
        found = search.first(2, zip(rare)) or search.first(2, search.pairs(likely))
        if found:
            memory.remember(tuple(found.mistakes))
    for names in () if found or thorough else memory.recent():
        found = found or search.first(2, search.called(names, likely), _MOST_REMEMBERED)
    return found or Result({}, None, search.trials, is_digest(search.received))


class _Search:
    def __init__(self, signed: SignedRequest, redaction: Redaction) -> None:
        self.received = received_digests(signed.signature)
        self.ways = list(ways(self.received))
        self.trials = 0
        self._hashed = 0
        self._redaction = redaction
        self._path = signed.request.path
        self._right: list[Any] = [
            *(signed.request.method, signed.request.target, signed.timestamp, signed.access_key),
            *(table.STRING, " ", "\n", _AS_IT_IS, to_bytes(signed.secret_key)),
        ]
        self._seen: list[set[Any]] = [{right} for right in self._right]
        self._sources = list(sources(signed, redaction))

    def variants(self, forms: Callable[[Line], Iterable[Form]]) -> Iterator[Variant]:
        """What those forms of the lines give, each thing once, by its first name."""
        for place, lines, text, fields, before in self._sources:
            for line in lines:
                made: Any
                for made in values(forms(line), text, fields) if fields else forms(line):
                    if fields:
                        made = to_bytes(made) if place == KEY else f"{before}{made}"
                    if made not in self._seen[place]:
                        self._seen[place].add(made)
                        yield place, line.name, made

    def pairs(self, likely: Iterable[Variant]) -> Iterator[Guess]:
        for one, other in combinations(likely, 2):
            if one[0] != other[0]:
                yield one, other
            elif one[0] == TARGET:
                yield from self._in_path_and_query(one, other)
                yield from self._in_path_and_query(other, one)

    def _in_path_and_query(self, one: Variant, other: Variant) -> Iterator[Guess]:
        tail = self._right[TARGET][len(self._path) :]
        if one[2].endswith(tail) and other[2].startswith(self._path):
            both = one[2].removesuffix(tail) + other[2].removeprefix(self._path)
            yield (TARGET, one[1], both), (TARGET, other[1], both)

    def called(self, names: tuple[str, ...], likely: Iterable[Variant]) -> Iterator[Guess]:
        """Those mistakes, together and alone."""
        yield from self.pairs(variant for variant in likely if variant[1] in names)
        yield from zip(self.variants(lambda line: line.rare if {*line.name.split(" + ")} <= {*names} else ()))

    def first(self, deviating: int, guesses: Iterable[Guess], most: int = MOST_TRIALS) -> Result | None:
        """The first guess that gives the signature, in the ways that allow for so many deviations."""
        ways = [(start, mistakes) for mistakes, more, start in self.ways if more >= deviating]
        most = min(MOST_TRIALS, self.trials + most)
        begun: tuple[bytes, str] | None = None
        digests: list[tuple[Callable[[bytes], bytes], tuple[str, ...]]] = []
        for guess in guesses if ways else ():
            parts = self._right.copy()
            for place, _, value in guess:
                parts[place] = value
            head, choices, tail = self._texts(parts)
            if parts[WHOLE] is not _AS_IT_IS:
                choices = [made for text in choices[:1] for made in values([parts[WHOLE]], text, table.FIELDS)]
            if begun != (parts[KEY], head):
                begun = parts[KEY], head
                digests = [(start(parts[KEY], to_bytes(head)), mistakes) for start, mistakes in ways]
            tried = choices[: (most - self.trials) // len(ways)]
            self.trials += len(ways) * len(tried)
            self._hashed += len(ways) * (len(head) + sum(map(len, tried)))
            if self._hashed > MOST_BYTES or (choices and not tried):
                return None
            for choice in tried:
                message = choice.encode("utf-8", "surrogatepass") if isinstance(choice, str) else choice
                for digest, mistakes in digests:
                    if (made := digest(message)) in self.received:
                        return self._found(guess, mistakes + self.received[made], parts, choice, tail)
        return None

    def _texts(self, parts: list[Any]) -> tuple[str, list[Any], str]:
        """How the string to sign begins, how it may go on, and how all of these end."""
        method, target, time, access, layout, s, n, _, _ = parts
        if not isinstance(time, str):
            head, _, tail = _arranged(method, target, "\0", access, layout, s, n).partition("\0")
            return head, [f"{reading!s}{tail}" for reading in values([time], self._right[TIME])], tail
        if layout is table.STRING:  # as in most trials
            return "", [f"{method}{s}{target}{n}{time}{n}{access}"], ""
        return "", [_arranged(method, target, time, access, layout, s, n)], ""

    def _found(self, guess: Guess, others: Iterable[str], parts: list[Any], choice: Any, tail: str) -> Result:
        if not isinstance(parts[TIME], str):
            parts[TIME] = choice.removesuffix(tail)
        mistakes: dict[str, str] = {}
        for place, names, _ in guess:
            signed, sent = (self._redaction.excerpt(str(of[place])) for of in (parts, self._right))
            mistakes.update(
                (name, table.MISTAKES[name].format(signed=signed, sent=sent)) for name in names.split(" + ")
            )
        mistakes.update((name, table.MISTAKES[name]) for name in others)
        [text] = self._texts(parts)[1]
        # Of what has to be hidden, no other form may be shown.
        is_shown = parts[WHOLE] is not _AS_IT_IS and isinstance(choice, str) and self._redaction.redacted(text) == text
        covered = str(choice) if is_shown else text
        return Result(mistakes, covered, self.trials, is_digest=True)


def _arranged(method: str, target: str, timestamp: str, access_key: str, layout: str, s: str, n: str) -> str:
    path, _, query = target.partition("?")
    parts = {"method": method, "target": target, "timestamp": timestamp, "access_key": access_key}
    return layout.format(**parts, path=path, query=query, s=s, n=n)
