"""Keeping keys and signatures out of logs, whoever writes them."""

import json
import logging
import re
from typing import Final
from urllib.parse import quote, quote_plus

from ._credentials import alive

_HIDDEN: Final = "**********"
_KEPT: Final = 4  # characters of an access key, enough to tell two accounts apart
_SHORTEST: Final = 8  # a key that is shorter is no real one, and could be part of any word

# Between a name and its value, in any usual notation: "name: value", ('name', 'value'), (b'name', b'value'),
# {"name": "value"}, NAME=value, with or without escaped quotes.
_BETWEEN: Final = r"""[\\"']*\s*[:=,]\s*[\\]*b?[\\"']*"""
_VALUE: Final = r"""[^\s"'\\,;)\]}&]+"""
_SIGNATURES: Final = re.compile(rf"(x-ncp-apigw-signature-v[12]{_BETWEEN})({_VALUE})", re.IGNORECASE)
_ACCESS_KEYS: Final = re.compile(
    rf"((?:x-ncp-iam-access-key|ncloud_access_key(?:_id)?|\baccess_?key_?id){_BETWEEN})({_VALUE})", re.IGNORECASE
)
_SECRET_KEYS: Final = re.compile(
    rf"((?:ncloud_secret(?:_access)?_key|\bsecret_?(?:access_?)?key){_BETWEEN})({_VALUE})", re.IGNORECASE
)
# What a signature looks like on its own: Base64 of 32 bytes.
_BARE_SIGNATURE: Final = re.compile(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{43}=(?![A-Za-z0-9+/=])")


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
    text = _ACCESS_KEYS.sub(lambda found: f"{found[1]}{_masked(found[2])}", text)
    return _BARE_SIGNATURE.sub(_HIDDEN, text)


class RedactingFilter(logging.Filter):
    """Takes keys and signatures out of log records: ``handler.addFilter(RedactingFilter())``.

    On a handler it sees all records that the handler writes, of any library. It changes a record only if there is
    something to hide in it, in its message, exception or stack; then for all handlers that come after. It never drops
    one. See :func:`redacted` for what it finds.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record, and let it pass."""
        try:
            message = record.getMessage()
        except Exception:  # arguments that do not fit, or cannot be shown: the handler would print them raw
            message = None
        if message is None:
            record.msg, record.args = redacted(f"{record.msg!s} (its arguments do not fit)"), None
        elif (clean := redacted(message)) != message:
            record.msg, record.args = clean, None
        if record.exc_info:
            text = record.exc_text or logging.Formatter().formatException(record.exc_info)
            if (clean := redacted(text)) != text:
                record.exc_text = clean  # a formatter takes this as done
        record.stack_info = record.stack_info and redacted(record.stack_info)
        return True


def _without(text: str, key: str, shown: str) -> str:
    """The text with another in the place of a key, as it is, in a URL, in JSON, or in a repr."""
    if len(key) < _SHORTEST:
        return text
    for form in {key, quote(key, safe=""), quote(key), quote_plus(key), json.dumps(key)[1:-1], repr(key)[1:-1]}:
        text = text.replace(form, shown)
    return text


def _masked(key: str) -> str:
    return key if key.endswith("…") else f"{key[:_KEPT]}…"
