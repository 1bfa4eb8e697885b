"""Code and text of a response body: JSON, XML or HTML, whole or cut off. Nothing here raises."""

import html
import json
import re
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple, cast

from ncp_vserver._values.explanations import printable

# The gateway's own, before the service's.
_CODES: Final = ("errorCode", "returnCode", "responseCode")
_MESSAGES: Final = ("message", "returnMessage", "responseMessage")
_ENVELOPE: Final = re.compile("error|responseError|[a-z][A-Za-z]*Response")
_LENGTH_READ: Final = 4000  # of a body that is not JSON, for its code and text


class Statement(NamedTuple):
    """The vendor's code and text, as far as the body has them."""

    code: str | None
    message: str | None
    from_gateway: bool = False
    """Whether it is the gateway that speaks. Its codes and the service's are two sets that overlap."""

    @property
    def says_no(self) -> bool:
        """Whether the code is one of an error. No code, or one that is no number, says nothing."""
        return self.code is not None and re.fullmatch("[0-9]+", self.code) is not None and int(self.code[:20]) != 0

    @property
    def says_yes(self) -> bool:
        return self.code == "0"


NO_STATEMENT: Final = Statement(None, None)


def read_statement(body: bytes) -> Statement:
    """Find code and text in a body. Without a code, the text is the beginning of the body."""
    try:
        document: object = json.loads(body)
    except (ValueError, RecursionError):
        return _from_markup(_beginning(body))
    if isinstance(document, dict):
        members = cast(dict[str, object], document)
        known = [member for name, member in members.items() if _ENVELOPE.fullmatch(name)]
        for candidate in known or [members, *members.values()]:
            if isinstance(candidate, dict):
                statement = _from_object(cast(dict[str, object], candidate))
                if statement != NO_STATEMENT:
                    return statement
    return Statement(None, printable(_beginning(body)))


def _beginning(body: bytes) -> str:
    return body[:_LENGTH_READ].decode("utf-8", "replace")


def _from_object(found: dict[str, object]) -> Statement:
    def text(name: str) -> str:
        value = found.get(name)
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""

    return _stated(text)


def _from_markup(text: str) -> Statement:
    """Read elements by pattern, not with a parser: the document may be cut off, or HTML."""
    stated = _stated(partial(_element, text))
    return Statement(None, printable(_element(text, "title") or text)) if stated.code is None else stated


def _stated(text_of: Callable[[str], str]) -> Statement:
    """The statement of which each part has a name."""
    code = next(filter(text_of, _CODES), "")
    message = next((found for name in _MESSAGES if (found := text_of(name))), "")
    return Statement(printable(text_of(code)), printable(f"{message} {text_of('details')}"), code == "errorCode")


def _element(text: str, name: str) -> str:
    match = re.search(rf"<{name}>([^<]*)</{name}>", text)
    return html.unescape(match[1]) if match else ""
