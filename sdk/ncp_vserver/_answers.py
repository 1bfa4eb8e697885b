"""What an answer says of itself, in whatever form it comes.

The gateway, the service and proxies between answer in JSON, XML or HTML, and an answer may be cut off. Nothing here
raises.
"""

import html
import json
import re
from typing import Final, NamedTuple, cast

_CODES: Final = ("returnCode", "errorCode", "responseCode")
_MESSAGES: Final = ("returnMessage", "message", "responseMessage")
_EXCERPT_LENGTH: Final = 200


class Statement(NamedTuple):
    """The vendor's code and text, as far as the body has them."""

    code: str | None
    message: str | None


NO_STATEMENT: Final = Statement(None, None)


def read_statement(body: bytes) -> Statement:
    """Find code and text in a body. Without a code, the text is the beginning of the body."""
    try:
        document: object = json.loads(body)
    except (ValueError, RecursionError):
        return _from_markup(body.decode("utf-8", "replace"))
    if isinstance(document, dict):
        envelope = cast(dict[str, object], document)
        for candidate in (envelope, *envelope.values()):
            if isinstance(candidate, dict):
                statement = _from_object(cast(dict[str, object], candidate))
                if statement.code is not None:
                    return statement
    return Statement(None, _excerpt(body.decode("utf-8", "replace")))


def _from_object(found: dict[str, object]) -> Statement:
    texts = {name: str(value) for name, value in found.items() if isinstance(value, str | int)}
    code = next((texts[name] for name in _CODES if name in texts), None)
    message = next((texts[name] for name in _MESSAGES if name in texts), None)
    return Statement(code, _join(message, texts.get("details")))


def _from_markup(text: str) -> Statement:
    """Read elements by pattern, not with a parser: the document may be cut off, or HTML."""
    code = next((value for name in _CODES if (value := _element(text, name)) is not None), None)
    if code is None:
        return Statement(None, _excerpt(_element(text, "title") or text))
    message = next((value for name in _MESSAGES if (value := _element(text, name)) is not None), None)
    return Statement(code, _join(message, _element(text, "details")))


def _element(text: str, name: str) -> str | None:
    match = re.search(rf"<{name}>([^<]*)</{name}>", text)
    return html.unescape(match[1]) if match else None


def _join(message: str | None, details: str | None) -> str | None:
    return _excerpt(" ".join(part for part in (message, details) if part))


def _excerpt(text: str) -> str | None:
    """One printable line of limited length, or None for an empty text."""
    line = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in " ".join(text.split())
    )
    return (line if len(line) <= _EXCERPT_LENGTH else line[:_EXCERPT_LENGTH] + "…") or None
