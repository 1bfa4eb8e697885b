"""Keep keys and signatures out of the logs of any library."""

import json
import logging
import re
from typing import Final
from urllib.parse import quote, quote_plus

from ._credentials import alive, masked

_HIDDEN: Final = "**********"
_SHORTEST: Final = 8  # a key that is shorter is no real one, and could be part of any word

# Between a name and its value, in any usual notation: "name: value", ('name', 'value'), (b'name', b'value'),
# {"name": "value"}, NAME=value, with or without escaped quotes. Possessive: a long run of any is no work.
_BETWEEN: Final = r"""[\\"']*+\s*+[:=,]\s*+[\\]*+b?[\\"']*+"""
_VALUE: Final = r"""[^\s"'\\,;)\]}&]+"""
_SIGNATURES: Final = re.compile(rf"(x-ncp-apigw-signature-v[12]{_BETWEEN})({_VALUE})", re.IGNORECASE)
_ACCESS_KEYS: Final = re.compile(
    rf"((?:x-ncp-iam-access-key|ncloud_access_key(?:_id)?|\baccess_?key_?id){_BETWEEN})({_VALUE})", re.IGNORECASE
)
_SECRET_KEYS: Final = re.compile(
    rf"((?:ncloud_secret(?:_access)?_key|\bsecret_?(?:access_?)?key){_BETWEEN})({_VALUE})", re.IGNORECASE
)
# What a signature looks like on its own: Base64 of 32 bytes. In a repr, or in JSON, the end of a line is a letter.
_BARE_SIGNATURE: Final = re.compile(r"(?:(?<=\\[nrt])|(?<![A-Za-z0-9+/]))[A-Za-z0-9+/]{43}=(?![A-Za-z0-9+/=])")


def redacted(text: str) -> str:
    """The text without signatures and secret keys, and with no more of an access key than its first characters.

    Found are the values of the signing headers and of NAVER's settings, by their names, in any usual notation;
    whatever looks like a signature; and the keys of all ``Credentials`` in this process, wherever they stand.
    """
    for credentials in alive():
        text = _without(text, credentials.secret_key.reveal(), _HIDDEN)
        text = _without(text, credentials.access_key, credentials.masked_access_key)
    text = _SIGNATURES.sub(rf"\1{_HIDDEN}", text)
    text = _SECRET_KEYS.sub(rf"\1{_HIDDEN}", text)
    text = _ACCESS_KEYS.sub(lambda found: f"{found[1]}{masked(found[2])}", text)
    return _BARE_SIGNATURE.sub(_HIDDEN, text)


class RedactingFilter(logging.Filter):
    """Takes keys and signatures out of log records: ``handler.addFilter(RedactingFilter())``.

    On a handler it sees all records that the handler writes, of any library. It changes a record only if there is
    something to hide in it, in its message, exception or stack, or if its arguments do not fit; then for all handlers
    that come after. An exception with something to hide is left as text. It never drops a record. See :func:`redacted`
    for what it finds.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record, and let it pass."""
        try:
            message = record.getMessage()
        except Exception:  # arguments that do not fit, or cannot be shown: the handler would print them raw
            record.msg, record.args = f"{redacted(_shown(record.msg))} (its arguments do not fit)", None
        else:
            if (clean := redacted(message)) != message:
                record.msg, record.args = clean, None
        # A formatter takes exc_text as done; one with a way of its own would show what is hidden here.
        text = _shown(record.exc_text or _traceback(record))
        if (clean := redacted(text)) != text:
            record.exc_text, record.exc_info = clean, None
        if record.stack_info:
            record.stack_info = redacted(_shown(record.stack_info))
        return True


def _traceback(record: logging.LogRecord) -> str:
    try:
        return logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
    except Exception:  # no exception at all: a handler has nothing to show either
        return ""


def _shown(value: object) -> str:
    try:
        return str(value)
    except Exception:  # whatever its own code raises
        return f"<{type(value).__name__} that cannot be shown>"


def _without(text: str, key: str, shown: str) -> str:
    """Replace a key in a text: as it is, in a URL, in JSON, or in a repr."""
    if len(key) < _SHORTEST:
        return text
    in_urls = {quote(key, safe=""), quote(key), quote_plus(key)}
    in_json = {json.dumps(key)[1:-1], json.dumps(key, ensure_ascii=False)[1:-1]}
    for form in {key, repr(key)[1:-1]} | in_urls | in_json:
        text = text.replace(form, shown)
    return text
