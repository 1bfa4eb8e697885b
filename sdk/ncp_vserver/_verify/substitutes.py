"""Substitutes for values that could identify an account. Equal values get the same one everywhere."""

import base64
import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import quote, quote_plus

_DATE: Final = re.compile(
    r"([0-9]{4}\D?[0-9]{2}\D?[0-9]{2}(?:[T ]?[0-9]{2}:?[0-9]{2}:?[0-9]{2}(?:[.,][0-9]{1,9})?)?)"
    r" ?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_TIME: Final = re.compile(r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}")
_SUSPECT: Final = "|".join(
    (
        r"[^\s@<>\"']{1,64}@[^\s@<>\"']{1,255}\.[A-Za-z]{2,}",  # an e-mail address
        r"[0-9A-Fa-f]*(?::[0-9A-Fa-f]*){2,}(?:\.[0-9]{1,3}){0,3}",  # an IPv6 address, or a MAC address
        r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}",  # an IPv4 address
        r"(?:[a-z0-9_-]+\.)+[a-z]{2,}",  # a host
        r"[A-Za-z0-9_+/=%-]{20,}",  # a key, a signature or an id, percent-encoded perhaps
        r"[0-9]{5,}",
    )
)
_WORD: Final = re.compile("[A-Za-z][A-Za-z0-9]*")
_BEGIN_OF_A_WORD: Final = r"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2})|(?<=%25[0-9A-Fa-f]{2})|(?<=\\[A-Za-z]))"
"""Or the end of an encoded character before it."""

_LONGEST_NUMBER: Final = 30
_SHORTEST_PART: Final = 8
"""A shorter value is only looked for as a whole word: it could be part of any other."""


class Substitutes:
    """Gathers values until :meth:`settle`, and gives substitutes after that.

    Args:
        secrets: Values that no text may contain, also if no field has them.
        words: A text whose words identify nobody.
    """

    def __init__(self, secrets: Iterable[str], words: str) -> None:
        self._values: dict[str, str] = {each: "key" for each in secrets if each.strip()}
        self._dates: set[str] = set()
        self._words = frozenset(_WORD.findall(words))
        self._codes: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._given: dict[str, str] = {}
        self._in_texts: dict[str, str] = {}
        self._cleaned: dict[str, str] = {}
        self.are_settled = False

    def settle(self) -> None:
        """Give each value that was gathered a substitute. Texts are searched for them from now on."""
        for rank, text in enumerate(sorted(self._dates)):
            self._given[text] = self._date(text, rank)
        for text, name in self._values.items():
            self._given.setdefault(text, self._next(text, name))
        forms = {form: given for text, given in self._given.items() for form in _forms(text)}
        self._in_texts = {text: given for text, given in (forms | self._given).items() if _is_telling(text)}
        self.are_settled = True

    def value(self, text: str, name: str = "value") -> str:
        """A substitute of the same shape: digits for digits, an address for an address, else a name."""
        if not text.strip():
            return text
        if not self.are_settled:
            self._values[text] = self._values.get(text, name) if name == "value" else name
        elif text not in self._given:
            self._given[text] = self._next(text, name)
        return self._given.get(text, text)

    def number(self, number: int) -> int:
        """An integer, as the text of its digits."""
        given = self.value(str(abs(number)))
        return int(given) if given.isdigit() else 0

    def date(self, text: str) -> str:
        """A date in the same format. Dates keep the order of their texts."""
        if not self.are_settled and text.strip():
            self._dates.add(text)
        return self._given.get(text, text)

    def code(self, text: str) -> str:
        """A vendor's code unchanged, such as RUN; all else as a text."""
        return text if re.fullmatch("[A-Z][A-Z0-9_]{0,15}", text) else self.text(text)

    def code_of_return(self, text: str) -> str:
        """A numeric code unchanged, from now on also within texts; all else as a code."""
        if not re.fullmatch("[0-9]{1,9}", text):
            return self.code(text)
        self._codes.add(text)
        return text

    def word(self, text: str) -> str:
        """The name of a field or a parameter: unchanged if the contract has it, even if a server has that name, too."""
        return text if text in self._words else self.text(text)

    def text(self, text: str) -> str:
        """A text without anything that could identify the account."""
        if self.are_settled and text not in self._cleaned:
            # One pattern of all values would be tried at each character.
            known = sorted((each for each in self._in_texts if each in text), key=len, reverse=True)
            self._cleaned[text] = re.sub("|".join([*map(_sought, known), _SUSPECT]), self._instead, text)
        return self._cleaned.get(text, text)

    def _instead(self, found: re.Match[str]) -> str:
        text = found[0]
        if text in self._in_texts:
            return self._in_texts[text]
        is_plain = text in self._codes or all(word in self._words for word in re.findall("[A-Za-z0-9]+", text))
        return text if is_plain or _TIME.fullmatch(text) else self.value(text)

    def _date(self, text: str, rank: int) -> str:
        found = _DATE.fullmatch(text)
        if not found:
            return self._next(text, "value")
        moment = datetime(2020, 1, 1) + timedelta(minutes=rank)  # in the text's own zone
        digits = iter(f"{moment:%Y%m%d%H%M%S}{0:09}")
        return re.sub("[0-9]", lambda _: next(digits), found[1]) + text[found.end(1) :]

    def _next(self, text: str, name: str) -> str:
        """A substitute that no value equals."""
        while True:
            given = self._numbered(text, name)
            if given not in self._values and given not in self._dates:
                return given

    def _numbered(self, text: str, name: str) -> str:
        def count(kind: str) -> int:
            self._counts[kind] += 1
            return self._counts[kind]

        if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER:
            return str(10 ** (len(text) - 1) + count(str(len(text))))
        if _UUID.fullmatch(text):
            return f"00000000-0000-4000-8000-{count('uuid'):012}"
        try:
            is_old = ip_address(text).version == 4
        except ValueError:
            return f"{name}-{count(name)}"
        if not is_old:
            return str(IPv6Address("2001:db8::") + count("IPv6"))
        # The first range for documentation has 256 addresses. The one for measurements, which nobody has either, more.
        number = count("IPv4")
        return str(IPv4Address("192.0.2.0" if number < 256 else "198.18.0.0") + number)


def _is_telling(text: str) -> bool:
    """Whether texts are searched for a value. Long numbers are replaced anyway, and short ones can mean anything."""
    return len(text) == 4 if text.isdigit() else len(text) > 1


def _sought(text: str) -> str:
    pattern = re.escape(text)
    return pattern if len(text) >= _SHORTEST_PART else f"{_BEGIN_OF_A_WORD}{pattern}(?![A-Za-z0-9])"


def _forms(text: str) -> Iterator[str]:
    """The encodings of a value."""
    encoded = {quote(text, safe="", errors="replace"), quote_plus(text, errors="replace")}
    yield from encoded
    yield from map(quote, encoded)  # twice, as a URL in a URL is
    yield base64.b64encode(text.encode(errors="replace")).decode().rstrip("=")
    yield from (re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), each) for each in encoded)
    yield from (json.dumps(text)[1:-1], html.escape(text))
