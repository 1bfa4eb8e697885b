"""What the file of a verification holds. It can be shown to others: nothing in it tells whose account it was.

A list says what is kept, by its place in the response. Everything else, and every field that the contract does not
know, is replaced.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from typing import Any, Final, cast
from urllib.parse import quote, unquote

import httpx
from ncp_signer import Credentials

from ncp_vserver._requests.gateway import GATEWAYS

from .calls import CALLS, FILTERS
from .contract import roots
from .exchange import Exchange
from .substitutes import Substitutes
from .verification import Verdict

FORMAT: Final = 1

_Kept = Mapping[str, Any]
"""How the fields of an object are replaced: each has the name of a kind, or for an object in it, its own fields."""

_NOTHING: Final[_Kept] = {}
_CODE: Final = {"code": "code", "codeName": "text"}
_SERVER: Final[_Kept] = {
    **dict.fromkeys(("serverInstanceStatus", "serverInstanceOperation", "serverInstanceType", "platformType"), _CODE),
    **dict.fromkeys(("baseBlockStorageDiskType", "baseBlockStorageDiskDetailType", "hypervisorType"), _CODE),
    **dict.fromkeys(("cpuCount", "memorySize"), "number"),
    **dict.fromkeys(("serverInstanceStatusName", "regionCode", "zoneCode"), "text"),
    **dict.fromkeys(("serverImageProductCode", "serverProductCode", "serverSpecCode", "fabricClusterMode"), "text"),
    **dict.fromkeys(("createDate", "uptime"), "date"),
    "serverName": "server",
}
_ERRORS: Final[Mapping[str, _Kept]] = {
    "error": {"errorCode": "return", "message": "text", "details": "text"},
    "responseError": {"returnCode": "return", "returnMessage": "text"},
}
_RESPONSE: Final[_Kept] = {**_ERRORS["responseError"], "totalRows": "number", "serverInstanceList": _SERVER}
_KEPT_PARAMETERS: Final = re.compile(
    "regionCode|responseFormatType|pageNo|pageSize|sortedBy|sortingOrder|serverInstanceStatusCode|fabricClusterMode"
    r"|baseBlockStorageDisk(Detail)?TypeCode|hypervisorTypeCodeList\.[0-9]+"
)
_KEPT_HEADERS: Final = re.compile(
    "allow|cache-control|connection|content-(encoding|type)|expires|keep-alive|pragma|retry-after|server"
    "|strict-transport-security|transfer-encoding|vary|via|x-(content-type-options|frame-options|xss-protection)"
)
_OF_THE_CALLS: Final = frozenset(
    part
    for call in CALLS
    for text in (call.query, call.form or "")
    for part in text.split("&")
    if not re.search("{[a-z]", part)
)
"""Parameters that each verification sends in the same way."""

_FIELD: Final = re.compile("[A-Za-z][A-Za-z0-9_]{0,63}")
_LAYOUT: Final = re.compile(rb'(\s{,80}\{\s{,80}")\w+("\s{,80}:\s{,80}\{).*?(\s{,80}\}\s{,80}\}\s{,80})', re.DOTALL)
_DEEPEST: Final = 20
_MOST_ITEMS: Final = 20


def document(
    exchanges: Iterable[Exchange],
    verdicts: Iterable[Verdict],
    *,
    credentials: Credentials,
    gateway: httpx.URL,
) -> dict[str, Any]:
    """What the file is to hold, as a JSON object.

    The keys, and the host of a gateway that is none of the vendor's, are replaced in all texts.
    """
    site = next((site for site, url in GATEWAYS.items() if httpx.URL(url).host == gateway.host), "another")
    secrets = [credentials.access_key, credentials.secret_key.reveal(), *([gateway.host] if site == "another" else [])]
    substitutes = Substitutes(secrets, repr((CALLS, FILTERS, roots())))
    saved, exchanges = _Saved(substitutes), list(exchanges)
    for each in exchanges:
        saved.exchange(each)
    substitutes.settle()  # only now: a text may have a value in it that comes later
    return {
        "format": FORMAT,
        "program": f"ncp-vserver {version('ncp-vserver')}",
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "site": site,
        "exchanges": [saved.exchange(each) for each in exchanges],
        "verdicts": [saved.verdict(each) for each in verdicts],
    }


class _Saved:
    """The parts of the file."""

    def __init__(self, substitutes: Substitutes) -> None:
        self._substitutes = substitutes
        self._kept: Mapping[str, _Kept] = {**dict.fromkeys(roots(), _RESPONSE), **_ERRORS}
        self._kinds: Mapping[str, Callable[[str], str]] = {
            "code": substitutes.code,
            "return": substitutes.code_of_return,
            "text": substitutes.text,
            "number": substitutes.text,
            "date": substitutes.date,
            "server": partial(substitutes.value, name="server"),
        }

    def verdict(self, verdict: Verdict) -> dict[str, Any]:
        text = self._substitutes.text(verdict.text)
        return {"id": verdict.id, "verdict": verdict.verdict, "text": text, "calls": list(verdict.calls)}

    def exchange(self, exchange: Exchange) -> dict[str, Any]:
        call = exchange.call
        path, mark, query = exchange.target.partition("?")
        return {
            "name": exchange.name,
            "request": {
                "method": call.method,
                "target": path + mark + self._parameters(query),
                "form": exchange.form and self._parameters(exchange.form),
                "contentType": call.content_type,
                "signing": call.signing,
            },
            "answer": None if exchange.status is None else self._answer(exchange),
            "problem": exchange.problem and self._substitutes.text(exchange.problem),
            "seconds": round(exchange.seconds, 3),
        }

    def _answer(self, exchange: Exchange) -> dict[str, Any]:
        return {
            "status": exchange.status,
            "headers": [list(self._header(*header)) for header in exchange.headers],
            "format": exchange.format,
            "body": None if exchange.value is None else self._replaced(exchange.value, self._kept),
            "layout": self._layout(exchange),
            "size": len(exchange.body),
            "servers": len(exchange.servers),
        }

    def _parameters(self, encoded: str) -> str:
        return "&".join(part if part in _OF_THE_CALLS else self._parameter(part) for part in encoded.split("&"))

    def _parameter(self, part: str) -> str:
        name, mark, value = part.partition("=")
        instead = self._substitutes.text if _KEPT_PARAMETERS.fullmatch(name) else self._substitutes.value
        return f"{self._substitutes.word(name)}{mark}{quote(instead(unquote(value)), safe='')}"

    def _header(self, name: str, value: str) -> Iterator[str]:
        yield name if _KEPT_HEADERS.fullmatch(name) or name == "content-length" else self._substitutes.text(name)
        if name == "content-length" and value.isdecimal():
            yield value  # which is the body's own, and no number of the account's
        else:
            yield self._substitutes.text(value) if _KEPT_HEADERS.fullmatch(name) else self._substitutes.value(value)

    def _replaced(self, value: Any, kept: Any, depth: int = 0) -> Any:
        """A value of a body, after its kind or those of its fields."""
        if depth > _DEEPEST:
            return None
        if isinstance(value, dict):
            kinds = cast("_Kept", kept) if isinstance(kept, dict) else _NOTHING
            fields = cast("Mapping[str, Any]", value).items()
            return {self._name(name): self._replaced(each, kinds.get(name), depth + 1) for name, each in fields}
        if isinstance(value, list):
            items: list[Any] = value  # pyright: ignore[reportUnknownVariableType]  # whatever JSON holds
            shown = items[:_MOST_ITEMS] if self._substitutes.are_settled else items
            return [self._replaced(each, kept, depth + 1) for each in shown]
        if isinstance(value, str):
            return self._kinds.get(kept if isinstance(kept, str) else "", self._substitutes.value)(value)
        if value is None or isinstance(value, bool) or (kept == "number" and isinstance(value, int)):
            return value
        if kept == "return" and isinstance(value, int) and str(value) == self._substitutes.code_of_return(str(value)):
            return value
        return self._substitutes.number(value) if isinstance(value, int) else 0.5

    def _name(self, name: str) -> str:
        is_harmless = _FIELD.fullmatch(name) and self._substitutes.word(name) == name
        return name if is_harmless else self._substitutes.value(name, "field")

    def _layout(self, exchange: Exchange) -> str | None:
        """White space of JSON around what is in the envelope, as a body with … in its place."""
        found = _LAYOUT.fullmatch(exchange.body) if exchange.format == "json" and exchange.envelope else None
        if not found:
            return None
        begin, middle, end = (found[number].decode() for number in (1, 2, 3))
        return f"{begin}{self._name(exchange.envelope or '')}{middle}…{end}"
