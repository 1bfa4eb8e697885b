"""What may have been signed by mistake in place of the path and query that were sent."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, permutations
from typing import Final
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from ncp_mock._messages import Request

from .strings import LONGEST_BODY
from .table import Variant

LONGEST_TARGET: Final = 2_048
"""In a longer one, only what costs little is looked for."""
PUBLIC_HOSTS: Final = ("ncloud.apigw.ntruss.com", "ncloud.apigw.gov-ntruss.com", "fin-ncloud.apigw.fin-ntruss.com")

_ALL_ORDERS_UP_TO: Final = 5  # 120 orders
_ALL_SUBSETS_UP_TO: Final = 8  # 256 subsets
_MOST_PARAMETERS: Final = 40
_OTHER_VALUES: Final = {
    "responseFormatType": ("json", "xml", "JSON", "XML", ""),
    "regionCode": ("KR", "SGN", "JPN", "KRS", "FKR", "kr", ""),
}

_INDEX: Final = re.compile("(?<=List)[.]([0-9]+)(?==)")

_ENCODERS: Final[tuple[Callable[[str], str], ...]] = (
    lambda text: quote(text, safe=""),
    quote,
    quote_plus,
    lambda text: quote(text, safe="!*'()"),  # encodeURIComponent
    lambda text: quote(text, safe="/:?@!$'()*,;[]"),
    lambda text: quote_plus(text, safe="*").replace("~", "%7E"),  # java.net.URLEncoder
    lambda text: re.sub(r"[-._~]", lambda match: f"%{ord(match[0]):02X}", quote(text, safe="")),
)


def likely_targets(request: Request) -> Iterator[Variant[str]]:
    """Those that may come together with another mistake."""
    target, path, query = request.target, request.path, request.query
    if 0 < len(request.body) <= LONGEST_TARGET:
        yield Variant("body-as-query", f"{path}?{request.body.decode('utf-8', 'replace')}")
    yield Variant("query-left-out", path)
    yield from _ends(target, path, query)
    yield from _pieces(path, query)
    hosts = request.header("host")[:1]
    yield from _urls([*hosts, *(host.partition(":")[0] for host in hosts)], target, path)
    if len(target) <= LONGEST_TARGET and not re.search("[\ud800-\udfff]", target):  # lone surrogates have no encoding
        yield from _encodings(target, path, query)
        if query:
            yield from _parameters_moved_or_missing(path, query)


def rare_targets(request: Request) -> Iterator[Variant[str]]:
    """Those of which there are many: looked for alone."""
    if 0 < len(request.body) <= LONGEST_BODY:
        body = request.body.decode("utf-8", "replace")
        yield Variant("body-as-query", f"{request.path}?{body}")
        yield Variant("body-as-query", f"{request.target}&{body}")
        yield Variant("body-as-query", request.target + body)
    yield from _urls([*PUBLIC_HOSTS, *_other_names(request)], request.target, request.path)
    yield from _versions(request.target)
    if request.query:
        yield Variant("separator-doubled", f"{request.path}??{request.query}")
    if not request.query or len(request.target) > LONGEST_TARGET:
        return
    yield from _changed_parameters(request.path, request.query)
    yield from _lists(request.path, request.query)
    yield Variant("separator-doubled", request.target.replace("&", "&&"))
    for number in ("", *request.header("x-ncp-apigw-timestamp")):
        yield Variant("parameter-not-sent", f"{request.target}&_={number}")  # jQuery's, against caches
    parameters = request.query.split("&")
    if len(parameters) > _MOST_PARAMETERS:
        return
    for order in _orders(parameters):
        yield Variant("query-reordered", f"{request.path}?{'&'.join(order)}")
    for subset in _subsets(parameters):
        yield Variant("parameters-added-later", f"{request.path}?{'&'.join(subset)}")


def _ends(target: str, path: str, query: str) -> Iterator[Variant[str]]:
    yield Variant("leading-slash-missing", target[1:])
    yield Variant("slash-doubled", "/" + target)
    yield Variant("slash-doubled", re.sub("/{2,}", "/", path) + target[len(path) :])
    for other in (path + "/", path.rstrip("/")):
        yield Variant("trailing-slash", other + target[len(path) :])
    for other in (target + "?", target + "&", target.rstrip("?&")):
        yield Variant("trailing-question-mark", other)
    yield Variant("question-mark-missing", path + query)
    yield Variant("question-mark-missing", f"{path}&{query}")


def _pieces(path: str, query: str) -> Iterator[Variant[str]]:
    tail = f"?{query}" if query else ""
    before, _, action = path.rpartition("/")
    for piece in (action, "/" + action):
        yield Variant("action-only", piece + tail)
        yield Variant("action-only", piece)
    for cut in (match.end() for match in re.finditer("(?<=[^/])/", path[:100])):
        for piece in (path[cut - 1 :], path[cut:]):
            yield Variant("path-prefix-left-out", piece + tail)
            yield Variant("path-prefix-left-out", piece)
    for piece in (before, before + "/", "/", ""):
        yield Variant("action-left-out", piece + tail)
        yield Variant("action-left-out", piece)
    for piece in (query, "?" + query):
        yield Variant("path-left-out", piece)
    for prefix in ("/vserver/v2", "/vserver/v2/", "/vserver"):
        yield Variant("path-prefix-added", prefix + path + tail)
    for one, other in ("/vserver/", "/server/"), ("/server/", "/vserver/"):
        if path.startswith(one):
            yield Variant("classic-path", other + path[len(one) :] + tail)


def _urls(hosts: Iterable[str], target: str, path: str) -> Iterator[Variant[str]]:
    for host in hosts:
        for rest in (target, path):
            for scheme in ("https://", "http://"):
                yield Variant("full-url", scheme + host + rest)
            yield Variant("host-in-path", host + rest)


def _other_names(request: Request) -> Iterator[str]:
    """Of the own machine, as the request may have been sent to the one and signed for the other."""
    for host in request.header("host")[:1]:
        name, colon, port = host.partition(":")
        for other in {"localhost": ("127.0.0.1",), "127.0.0.1": ("localhost",)}.get(name.lower(), ()):
            yield other + colon + port


def _versions(target: str) -> Iterator[Variant[str]]:
    if not (begin := re.match("/v?server/v[0-9]/", target)):
        return
    for platform in ("vserver", "server"):
        for version in ("v1", "v2", "v3"):
            yield Variant("other-api-version", f"/{platform}/{version}/{target[begin.end() :]}")


def _encodings(target: str, path: str, query: str) -> Iterator[Variant[str]]:
    for case in (str.lower, str.upper):
        yield Variant("hex-case", _in_case(case, target))
    for space, other in ("%20", "+"), ("+", "%20"):
        yield Variant("space-encoding", target.replace(space, other))
    for decode in (unquote, unquote_plus):
        yield Variant("query-decoded", _rewritten(path, query, decode, str))
        yield Variant("query-decoded", decode(target))
    for decode in (unquote, unquote_plus):
        for encode in _ENCODERS:
            encoded = _rewritten(path, query, decode, encode)
            yield Variant("query-reencoded", encoded)
            yield Variant("query-reencoded", _in_case(str.lower, encoded))
    yield Variant("query-encoded-twice", _rewritten(path, query, str, _ENCODERS[0]))
    for escaped in (
        quote(target),
        quote(target, safe=""),
        f"{path}?{quote(query, safe='')}",
        f"{path}?{quote_plus(query)}",
    ):
        yield Variant("target-escaped", escaped)
    yield Variant("ampersand-escaped", target.replace("&", "&amp;"))


def _in_case(case: Callable[[str], str], target: str) -> str:
    return re.sub("%[0-9A-Fa-f]{2}", lambda match: case(match[0]), target)


def _rewritten(path: str, query: str, decode: Callable[[str], str], encode: Callable[[str], str]) -> str:
    """With every segment of the path and every name and value of the query decoded and encoded, one by one."""

    def rewrite(text: str) -> str:
        return encode(decode(text))

    new_path = "/".join(map(rewrite, path.split("/")))
    if not query:
        return new_path
    pairs = (parameter.partition("=") for parameter in query.split("&"))
    return f"{new_path}?{'&'.join(rewrite(name) + equals + rewrite(value) for name, equals, value in pairs)}"


def _parameters_moved_or_missing(path: str, query: str) -> Iterator[Variant[str]]:
    parameters = query.split("&")
    for order in (
        sorted(parameters),
        parameters[::-1],
        sorted(parameters, key=_natural),
        parameters[-1:] + parameters[:-1],
    ):
        yield Variant("query-reordered", f"{path}?{'&'.join(order)}")
    for kept in (
        [parameter for parameter in parameters if not parameter.startswith("responseFormatType=")],
        parameters[:-1],
        [parameter for parameter in parameters if not parameter.startswith("serverInstanceNoList.")],
    ):
        yield Variant("parameters-added-later", f"{path}?{'&'.join(kept)}" if kept else path)
    yield Variant("list-notation", f"{path}?{_INDEX.sub('', query)}")
    for index in (".N", ".n"):
        yield Variant("template-name", f"{path}?{_INDEX.sub(index, query)}")


def _changed_parameters(path: str, query: str) -> Iterator[Variant[str]]:
    parameters = query.split("&")
    for name, values in _OTHER_VALUES.items():
        for value in values:
            changed = [f"{name}={value}" if parameter.startswith(f"{name}=") else parameter for parameter in parameters]
            yield Variant("parameter-value-changed", f"{path}?{'&'.join(changed)}")
    for extra in ("responseFormatType=json", "responseFormatType=xml", "regionCode=KR"):
        yield Variant("parameter-not-sent", f"{path}?{query}&{extra}")
        yield Variant("parameter-not-sent", f"{path}?{extra}&{query}")
    for shift in (-1, 1):
        moved = _with_indexes_moved(query, shift)
        yield Variant("list-index", f"{path}?{moved}")


def _lists(path: str, query: str) -> Iterator[Variant[str]]:
    for index in ("[]", "%5B%5D", r"[\1]", r"%5B\1%5D"):
        yield Variant("list-notation", f"{path}?{_INDEX.sub(index, query)}")
    from_zero = _INDEX.sub(r"[\1]", _with_indexes_moved(query, -1))
    yield Variant("list-notation", f"{path}?{from_zero}")
    yield Variant("list-notation", f"{path}?{from_zero.replace('[', '%5B').replace(']', '%5D')}")
    for comma in (",", "%2C"):
        yield Variant("list-notation", f"{path}?{_in_one_parameter(query, comma)}")


def _in_one_parameter(query: str, comma: str) -> str:
    """With all values of a list after its name, where the first of them stood."""
    values: dict[str, list[str]] = {}
    for parameter in query.split("&"):
        name, equals, value = _INDEX.sub("", parameter).partition("=")
        values.setdefault(name + equals, []).append(value)
    return "&".join(name + comma.join(given) for name, given in values.items())


def _with_indexes_moved(query: str, shift: int) -> str:
    return re.sub("(?<=List[.])[0-9]{1,9}(?==)", lambda match: str(int(match[0]) + shift), query)


def _natural(parameter: str) -> list[tuple[int, str]]:
    """Sorts numbers in a name by their value: .2 before .10."""
    return [(int(number or 0), text) for text, number in re.findall("([^0-9]*)([0-9]{0,9})", parameter)]


def _orders(parameters: list[str]) -> Iterator[list[str]]:
    if len(parameters) <= _ALL_ORDERS_UP_TO:
        yield from map(list, permutations(parameters))
        return
    for place, parameter in enumerate(parameters):
        others = parameters[:place] + parameters[place + 1 :]
        yield parameters[place:] + parameters[:place]
        for other in range(len(parameters)):
            yield [*others[:other], parameter, *others[other:]]


def _subsets(parameters: list[str]) -> Iterator[list[str]]:
    """Fewer parameters in the same order: all choices of a few, else those that lack a few or end early."""
    count = len(parameters)
    if count <= _ALL_SUBSETS_UP_TO:
        for size in range(count - 1, 0, -1):
            yield from map(list, combinations(parameters, size))
        return
    for size in (count - 1, count - 2, 1):
        yield from map(list, combinations(parameters, size))
    for cut in range(2, count - 2):
        yield parameters[:cut]
        yield parameters[cut:]
