"""What may be meant where a signing header is missing: what else the request holds in its place."""

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import unquote_plus

from ncp_mock._messages import Request

from .wording import Wording

_ALIKE: Final = 0.7
_MOST_NAMES: Final = 50
_NAME: Final = re.compile("[a-z0-9_.-]{1,60}")
_OTHER_APIS: Final[dict[tuple[str, ...], str]] = {
    ("authorization",): "an Authorization header (Bearer, Basic or other) means nothing to NCP",
    ("x-api-key", "x-signature"): "X-API-KEY and X-Signature are the headers of NAVER's Search Ad API",
    **{
        (name,): f"an {name} is how NAVER's AI, Maps and Search APIs are called, not this one"
        for name in ("x-ncp-apigw-api-key-id", "x-ncp-apigw-api-key", "x-naver-client-id")
    },
}


def found_instead(request: Request, missing: Sequence[str], signing: Sequence[str], wording: Wording) -> Iterator[str]:
    """Of ``signing``, the names that belong there, those in ``missing`` are not there. No value is repeated."""
    names = list(dict.fromkeys(name for name, _ in request.headers if _NAME.fullmatch(name)))[:_MOST_NAMES]
    not_these = {*signing, *(name for needed in _OTHER_APIS for name in needed)}
    for name in names:
        if name in not_these or wording.holds_secret(name):
            continue
        meant = difflib.get_close_matches(_folded(name), signing, 1, _ALIKE)
        if meant and meant[0] in missing:
            yield f"{name} is there: is {meant[0]} meant?"
    parameters = {_folded(unquote_plus(part.partition("=")[0])) for part in request.query[:10_000].split("&")}
    if given := [name for name in missing if name in parameters]:
        yield f"{' and '.join(given)} in the query mean{'s' * (len(given) == 1)} nothing: send headers"
    for needed, hint in _OTHER_APIS.items():
        if all(name in names for name in needed):
            yield hint
            return


def _folded(name: str) -> str:
    return re.sub("[_.]", "-", name.lower())
