"""What may have been signed in place of the path and query that were sent: the names in the table's templates."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import combinations, permutations
from typing import Final
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from ncp_mock._installation import contract

from .fields import LONGEST, UNSET, Claim, Makers

_PUBLIC_HOSTS: Final = ("ncloud.apigw.ntruss.com", "ncloud.apigw.gov-ntruss.com", "fin-ncloud.apigw.fin-ntruss.com")
_ALL_ORDERS_UP_TO: Final = 5  # 120 orders
_ALL_SUBSETS_UP_TO: Final = 8  # 256 subsets
_MOST_PARAMETERS: Final = 40
_LONGEST_BODY: Final = 100_000
_OTHER_VALUES: Final = {
    "responseFormatType": ("json", "xml", "JSON", "XML", ""),
    "regionCode": ("KR", "SGN", "JPN", "KRS", "FKR", "kr", ""),
}
_ADDED: Final = ("responseFormatType=json", "responseFormatType=xml", "regionCode=KR")
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


def _if_short(make: Callable[[Claim], Iterable[str]]) -> Callable[[Claim], Iterable[str]]:
    """Nothing of a long target, and of lone surrogates, which have no encoding."""
    return lambda c: () if len(c.target) > LONGEST or re.search("[\ud800-\udfff]", c.target) else make(c)


def _of_query(make: Callable[[str], Iterable[str]]) -> Callable[[Claim], Iterable[str]]:
    return _if_short(lambda c: make(c.query) if c.query else ())


def _of_parameters(make: Callable[[list[str]], Iterable[Iterable[str]]]) -> Callable[[Claim], Iterable[str]]:
    return _of_query(lambda query: filter(None, map("&".join, make(query.split("&")))))


def _body(longest: int) -> Callable[[Claim], Iterable[str]]:
    return lambda c: [c.request.body.decode("utf-8", "replace")] if 0 < len(c.request.body) <= longest else []


@cache
def _operations() -> list[str]:
    # Reading the YAML takes longer than a search.
    return re.findall("^  (/[^ ]+):$", contract().read_text(encoding="utf-8"), re.MULTILINE)


def _hosts(claim: Claim) -> list[str]:
    return [name for host in claim.request.header("host")[:1] for name in (host, host.partition(":")[0])]


def _public_hosts(claim: Claim) -> Iterator[str]:
    yield from _PUBLIC_HOSTS
    for host in claim.request.header("host")[:1]:
        name, colon, port = host.partition(":")
        yield from (other + colon + port for other in ("localhost", "127.0.0.1"))
        yield f"{name}:443"
    yield from (f"localhost:{port}" for port in (4010, 8080, 3000, 8000))


def _cuts(claim: Claim) -> Iterator[str]:
    for begin in (match.end() for match in re.finditer("(?<=[^/])/", claim.path[:100])):
        yield from (claim.path[begin - 1 :], claim.path[begin:])


def _other_platform(claim: Claim) -> list[str]:
    return [re.sub("^/(v?)server/", lambda found: "/server/" if found[1] else "/vserver/", claim.path)]


def _versions(claim: Claim) -> list[str]:
    prefixes = [f"/{platform}/v{number}/" for platform in ("vserver", "server") for number in (1, 2, 3)]
    return [re.sub("^/v?server/v[0-9]/", prefix, claim.path) for prefix in prefixes]


def _in_case(case: Callable[[str], str], target: str) -> str:
    return re.sub("%[0-9A-Fa-f]{2}", lambda match: case(match[0]), target)


def _rewritten(claim: Claim, decode: Callable[[str], str], encode: Callable[[str], str]) -> str:
    """With every segment of the path and every name and value of the query decoded and encoded, one by one."""

    def rewrite(text: str) -> str:
        return encode(decode(text))

    pairs = (parameter.partition("=") for parameter in claim.query.split("&"))
    query = "&".join(rewrite(name) + equals + rewrite(value) for name, equals, value in pairs)
    return "/".join(map(rewrite, claim.path.split("/"))) + ("?" + query if claim.query else "")


def _reencoded(claim: Claim) -> Iterator[str]:
    for decode in (unquote, unquote_plus):
        for encode in _ENCODERS:
            yield (encoded := _rewritten(claim, decode, encode))
            yield _in_case(str.lower, encoded)


def _orders(parameters: list[str]) -> Iterator[Iterable[str]]:
    if len(parameters) <= _ALL_ORDERS_UP_TO:
        yield from permutations(parameters)
    elif len(parameters) <= _MOST_PARAMETERS:
        for place, parameter in enumerate(parameters):
            others = parameters[:place] + parameters[place + 1 :]
            yield parameters[place:] + parameters[:place]
            yield from ([*others[:other], parameter, *others[other:]] for other in range(len(parameters)))


def _subsets(parameters: list[str]) -> Iterator[Iterable[str]]:
    """Fewer parameters in the same order: all choices of a few, else those that lack a few or end early."""
    count = len(parameters)
    if count > _MOST_PARAMETERS:
        return
    few = count <= _ALL_SUBSETS_UP_TO
    for size in range(count - 1, 0, -1) if few else (count - 1, count - 2, 1):
        yield from combinations(parameters, size)
    for cut in () if few else range(2, count - 2):
        yield parameters[:cut]
        yield parameters[cut:]


def _fewer(parameters: list[str]) -> Iterator[Iterable[str]]:
    for name in ("responseFormatType=", "serverInstanceNoList."):
        yield [parameter for parameter in parameters if not parameter.startswith(name)]
    yield parameters[:-1]


def _natural(parameter: str) -> list[tuple[int, str]]:
    """Sorts numbers in a name by their value: .2 before .10."""
    return [(int(number or 0), text) for text, number in re.findall("([^0-9]*)([0-9]{0,9})", parameter)]


def _other_values(parameters: list[str]) -> Iterator[Iterable[str]]:
    for name, values in _OTHER_VALUES.items():
        for value in values:
            yield [f"{name}={value}" if given.startswith(f"{name}=") else given for given in parameters]


def _list_forms(query: str) -> Iterator[str]:
    from_zero = _INDEX.sub(r"[\1]", _moved(query, -1))
    yield from (_INDEX.sub(index, query) for index in ("[]", "%5B%5D", r"[\1]", r"%5B\1%5D", r"\1", r"_\1", r"%2E\1"))
    yield from (from_zero, from_zero.replace("[", "%5B").replace("]", "%5D"))
    yield from (_in_one_parameter(query, comma) for comma in (",", "%2C"))


def _in_one_parameter(query: str, comma: str) -> str:
    """With all values of a list after its name, where the first of them stood."""
    values: dict[str, list[str]] = {}
    for parameter in query.split("&"):
        name, equals, value = _INDEX.sub("", parameter).partition("=")
        values.setdefault(name + equals, []).append(value)
    return "&".join(name + comma.join(given) for name, given in values.items())


def _moved(query: str, shift: int) -> str:
    return re.sub("(?<=List[.])[0-9]{1,9}(?==)", lambda match: str(int(match[0]) + shift), query)


def _objects(query: str) -> list[str]:
    given = {name: value for name, _, value in (parameter.partition("=") for parameter in query.split("&"))}
    return [json.dumps(given), json.dumps(given, separators=(",", ":")), str(given)]


def _more(claim: Claim) -> Iterator[str]:
    for extra in (*_ADDED, "_=", f"_={claim.timestamp}", f"timestamp={claim.timestamp}"):
        yield f"{claim.query}&{extra}"
        yield f"{extra}&{claim.query}"


TARGET: Final[Makers[Claim]] = {
    "target": lambda c: [c.target],
    "path": lambda c: [c.path],
    "query": lambda c: [c.query] if c.query else [],
    "tail": lambda c: [c.target[len(c.path) :]],
    "form": _body(LONGEST),
    "body": _body(_LONGEST_BODY),
    "unset": lambda _: UNSET,
    "relative": lambda c: [c.path[1:]],
    "one_slash": lambda c: [re.sub("/{2,}", "/", c.path)],
    "two_slashes": lambda c: [c.path.replace("/", "//")] if len(c.path) <= LONGEST else [],
    "unslashed": lambda c: [c.path.rstrip("/")],
    "trimmed": lambda c: [c.target.rstrip("?&")],
    "action": lambda c: [c.path.rpartition("/")[2]],
    "cut": _cuts,
    "before": lambda c: [before := c.path.rpartition("/")[0], before + "/", "/"],
    "other_platform": _other_platform,
    "version": _versions,
    "sister": lambda c: _operations(),
    "host": _hosts,
    "public": _public_hosts,
    "hex_case": _if_short(lambda c: [_in_case(str.lower, c.target), _in_case(str.upper, c.target)]),
    "spaces": _if_short(lambda c: [c.target.replace("%20", "+"), c.target.replace("+", "%20")]),
    "reencoded": _if_short(_reencoded),
    "encoded_twice": _if_short(lambda c: [_rewritten(c, str, _ENCODERS[0])]),
    "amp": _of_query(lambda query: [query.replace("&", "&amp;")]),
    "and_and": _of_query(lambda query: [query.replace("&", "&&")]),
    "unseparated": _of_query(lambda query: [query.replace("&", sign) for sign in (";", ",", " ", "\n", "|", "")]),
    "order": _of_parameters(lambda p: [sorted(p), p[::-1], sorted(p, key=_natural), p[-1:] + p[:-1]]),
    "any_order": _of_parameters(_orders),
    "fewer": _of_parameters(_fewer),
    "subset": _of_parameters(_subsets),
    "other_values": _of_parameters(_other_values),
    "more": _if_short(_more),
    "values": _of_parameters(lambda p: [[one.partition("=")[side] for one in p] for side in (0, 2)]),
    "bare_list": _of_query(lambda query: [_INDEX.sub("", query)]),
    "template": _of_query(lambda query: [_INDEX.sub(".N", query), _INDEX.sub(".n", query)]),
    "list_forms": _of_query(_list_forms),
    "moved": _of_query(lambda query: [_moved(query, -1), _moved(query, 1)]),
    "object": _of_query(_objects),
}
