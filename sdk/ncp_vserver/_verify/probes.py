"""The probes that only read, by the assumption that each tests.

A probe gives what came instead where the assumption does not hold, and None where it does.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

from .calls import ENCODED, FILTERS
from .contract import Contract
from .exchange import Exchange
from .facts import value_at
from .seen import CannotTellError, Seen

Probe = Callable[[Seen], str | None]

STATUS_CODES: Final = frozenset(["INIT", "CREAT", "RUN", "NSTOP", "TERMT", "FSTOP", "SD_FL", "RS_FL", "ST_FL"])
OPERATION_CODES: Final = frozenset(
    ["START", "SHTDN", "RESTA", "TERMT", "NULL", "MIGRA", "COPY", "SETUP", "HREST", "HSHTD", "CHNG", "CREAT"]
)

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}")
_LAYOUT: Final = re.compile(rb'\{\s*"\w+"\s*:\s+\{.*\}', re.DOTALL)
_NUMBER: Final = "serverInstanceNo"
_ALWAYS: Final = (_NUMBER, "serverName", "serverInstanceStatus.code", "serverInstanceOperation.code")
_STATE: Final = (*_ALWAYS, "uptime")
_HEADERS: Final = ("headers-none", "headers-no-timestamp", "headers-no-access-key", "headers-no-signature")
_INVALID: Final = "Invalid authentication information."
_MISSING: Final = "Authentication information are missing."


def _numbers(servers: Iterable[Mapping[str, Any]]) -> list[str]:
    return [value_at(server, _NUMBER) for server in servers]


def _fewer(texts: Collection[str]) -> str | None:
    """A few of many texts; None if there is none."""
    shown = sorted(set(texts))
    return "; ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "") if shown else None


def _unlike(answers: Iterable[Exchange], fits: Callable[[Exchange], bool]) -> str | None:
    """The answers that do not fit."""
    return _fewer([f"{answer.name}: {answer}" for answer in answers if not fits(answer)])


def _succeeds(*names: str) -> Probe:
    return lambda seen: _unlike([seen[name] for name in names], lambda answer: answer.is_success)


def refused(*names: str, status: int = 400, code: str, envelope: str = "responseError", details: str = "") -> Probe:
    """A probe that wants every one of these calls refused like that."""

    def fits(answer: Exchange) -> bool:
        is_detailed = not details or answer.content.get("details") == details
        return (answer.status, answer.envelope, answer.code) == (status, envelope, code) and is_detailed

    return lambda seen: _unlike([seen[name] for name in names], fits)


def _refused_by_gateway(*names: str, status: int, code: str, details: str = "") -> Probe:
    return refused(*names, status=status, code=code, envelope="error", details=details)


def _same_servers(name: str, other: str) -> Probe:
    def probe(seen: Seen) -> str | None:
        expected, answer = seen.servers(other), seen[name]
        is_same = answer.is_success and sorted(_numbers(answer.servers)) == sorted(_numbers(expected))
        return None if is_same else f"{name}: {answer}; {other}: {len(expected)} servers"

    return probe


def _default_region(seen: Seen) -> str | None:
    default, korean = seen.success("region-none"), seen.success("region-kr")
    if not default.servers and not korean.servers:
        raise CannotTellError("there is no server in KR")
    return None if set(_numbers(default.servers)) == set(_numbers(korean.servers)) else f"{default}; KR: {korean}"


def _unknown_region(seen: Seen) -> str | None:
    answer = seen["region-unknown"]
    return f"region-unknown: {answer}" if answer.is_success and answer.servers else None


def _filters_exact(seen: Seen) -> str | None:
    servers = seen.servers()
    parameters = {f"filter-{name}": name for name in FILTERS if name != "ip"}
    wrong: list[str] = []
    for name, parameter in {**parameters, "filter-part-of-name": "serverName"}.items():
        if name not in seen:  # no server has a value to ask for
            continue
        answer, field = seen[name], FILTERS[parameter]
        value = answer.asked(parameter)
        expected = {value_at(server, _NUMBER) for server in servers if value_at(server, field) == value}
        if not answer.is_success or set(_numbers(answer.servers)) != expected:
            wrong.append(f"{name}: {answer}; {len(expected)} servers have that value")
    return _fewer(wrong)


def _none_has(name: str) -> Probe:
    def probe(seen: Seen) -> str | None:
        answer = seen[name]
        return None if answer.is_success and not answer.servers else f"{name}: {answer}"

    return probe


def _ip_is_public(seen: Seen) -> str | None:
    answer = seen["filter-ip"]
    found = {value_at(server, "publicIp") for server in answer.servers}
    return None if answer.is_success and found == {answer.asked("ip")} else f"filter-ip: {answer}"


def _page_numbers(seen: Seen) -> str | None:
    servers = seen.servers()
    pages = [_numbers(seen.success(name).servers) for name in ("page-0", "page-1", "page-2")]
    if pages[0] != pages[1] or len(pages[0]) != 1:
        return f"page 0 has {pages[0]}, page 1 has {pages[1]}"
    if len(servers) < 2:
        raise CannotTellError("there are fewer than two servers")
    return f"pages 1 and 2 both have {pages[1]}" if pages[1] == pages[2] else None


def _page_size_limits(seen: Seen) -> str | None:
    limits = refused("page-of-1001", "page-of-0", code="800")
    return _succeeds("page-of-1000")(seen) or limits(seen)


def _total_rows(seen: Seen) -> str | None:
    servers, page = seen.servers(), seen.success("page-1")
    counted = page.content.get("totalRows")
    return None if counted == len(servers) else f"page-1: totalRows is {counted}; there are {len(servers)} servers"


def _unpaged_list_is_whole(seen: Seen) -> str | None:
    answer = seen.success("list")
    counted = answer.content.get("totalRows")
    return None if counted == len(answer.servers) else f"list: {len(answer.servers)} servers of {counted}"


def _sorting(seen: Seen) -> str | None:
    orders = {name: _numbers(seen[name].servers) for name in ("sorted-ascending", "sorted-descending")}
    if text := _succeeds(*orders)(seen):
        return text
    if len(seen.servers()) < 2:
        raise CannotTellError("there are fewer than two servers")
    wrong = [
        f"{name}: {', '.join(numbers[:5])} …"
        for name, numbers in orders.items()
        if numbers != sorted(numbers, key=lambda number: (len(number), number), reverse=name == "sorted-descending")
    ]
    return _fewer(wrong)


def _number_is_digits(seen: Seen) -> str | None:
    return _fewer([number for number in _numbers(seen.servers()) if not re.fullmatch("[0-9]+", number)])


def _dates(seen: Seen) -> str | None:
    dates = [value_at(server, field) for server in seen.servers() for field in ("createDate", "uptime")]
    return _fewer([date for date in dates if date and not _DATE.fullmatch(date)])


def _codes_known(seen: Seen) -> str | None:
    known = {"serverInstanceStatus.code": STATUS_CODES, "serverInstanceOperation.code": OPERATION_CODES}
    servers = seen.servers()
    return _fewer(
        [
            f"{field} {value_at(server, field)!r}"
            for server in servers
            for field, codes in known.items()
            if value_at(server, field) not in {*codes, ""}
        ]
    )


def _always_there(seen: Seen) -> str | None:
    return _fewer([f"no {field}" for server in seen.servers() for field in _ALWAYS if not value_at(server, field)])


def _one_server_in_detail(seen: Seen) -> str | None:
    answer, listed = seen["detail"], seen.servers()
    number = answer.asked(_NUMBER)
    if not answer.is_success or _numbers(answer.servers) != [number]:
        return f"detail: {answer}"
    same = next(server for server in listed if value_at(server, _NUMBER) == number)
    return _fewer([f"only one of them has {name}" for name in same.keys() ^ answer.servers[0].keys()])


def _deviations(kind: str) -> Probe:
    contract = Contract()

    def probe(seen: Seen) -> str | None:
        seen.servers()  # of an account without any, little is seen
        found = [
            f"{deviation.path}: {deviation.text}"
            for answer in seen.all_with("list-xml")
            if answer.envelope
            for deviation in contract.deviations(answer.envelope, answer.content)
            if deviation.kind == kind
        ]
        return _fewer(found)

    return probe


def _xml_default(seen: Seen) -> str | None:
    return _unlike([seen["list-without-format"]], lambda answer: answer.is_success and answer.format == "xml")


def _filled(server: Mapping[str, Any]) -> set[str]:
    """The names of the fields of a server that have something in them."""
    return {name for name, value in server.items() if value not in ("", [], None)}


def _xml_shape(seen: Seen) -> str | None:
    answer, servers = seen["list-xml"], {value_at(server, _NUMBER): server for server in seen.servers()}
    if not answer.is_success or answer.format != "xml":
        return f"list-xml: {answer}"
    others = {value_at(server, _NUMBER): server for server in answer.servers}
    if servers.keys() != others.keys():
        return f"list-xml: {len(others)} servers; list: {len(servers)}"
    unlike = [name for number in servers for name in _filled(servers[number]) ^ _filled(others[number])]
    return _fewer([f"only one of them has {name}" for name in unlike])


def _xml_order(seen: Seen) -> str | None:
    contract, answer = Contract(), seen["list-xml"]
    if answer.format != "xml" or not answer.envelope:
        raise CannotTellError(f"list-xml: {answer}")
    wrong: list[str] = []
    for found, schema in (
        (answer.content, contract.roots[answer.envelope]["properties"]),
        *((server, contract.server_fields) for server in answer.servers),
    ):
        order = [name for name in found if name in schema]
        if order != sorted(order, key=list(schema).index):
            wrong.append(", ".join(order))
    return _fewer(wrong)


def _content_types(seen: Seen) -> str | None:
    def fits(answer: Exchange) -> bool:
        return (answer.header("content-type") or "").partition(";")[0].strip().lower() == f"application/{answer.format}"

    answers = seen.all_with("list-xml")
    return _fewer([f"{answer.name}: {answer.header('content-type')}" for answer in answers if not fits(answer)])


def _json_layout(seen: Seen) -> str | None:
    body = seen.success("list").body
    return None if _LAYOUT.fullmatch(body) else f"{body[:40]!r} … {body[-4:]!r}"


def _polls_agree(seen: Seen) -> str | None:
    first, second = (
        {value_at(server, _NUMBER): [value_at(server, field) for field in _STATE] for server in seen.servers(name)}
        for name in ("list", "list-again")
    )
    changed = [number for number in first.keys() | second.keys() if first.get(number) != second.get(number)]
    return f"{len(changed)} servers differ" if changed else None


def _error_format(seen: Seen) -> str | None:
    asked = {
        "json": ("signature-wrong", "detail-absent"),
        "xml": ("signature-wrong-xml", "detail-absent-xml", "detail-absent-without-format"),
    }
    return _fewer(
        [
            f"{name}: {seen[name].header('content-type')}"
            for form, names in asked.items()
            for name in names
            if seen[name].format != form
        ]
    )


def _error_envelopes(seen: Seen) -> str | None:
    errors = [answer for answer in seen.all_with("list-xml") if answer.status != 200]
    if not errors:
        raise CannotTellError("no error was seen")
    return _unlike(errors, lambda answer: answer.envelope in ("error", "responseError"))


def _unknown_parameter(seen: Seen) -> str | None:
    misspelt = _unlike(
        [seen["parameter-misspelt"]], lambda answer: (answer.status, answer.envelope) == (400, "responseError")
    )
    return refused("parameter-unknown", code="800")(seen) or misspelt


def _other_method(seen: Seen) -> str | None:
    names = ("method-put", "method-patch")
    allows = _unlike([seen[name] for name in names], lambda answer: "GET" in (answer.header("allow") or ""))
    return _refused_by_gateway(*names, status=405, code="100")(seen) or (allows and f"no Allow: {allows}")


def _format_lower_case(seen: Seen) -> str | None:
    answer = seen["format-capitals"]
    return f"format-capitals: {answer}, in JSON" if answer.is_success and answer.format == "json" else None


def _post_takes_form(seen: Seen) -> str | None:
    is_xml = _unlike([seen["list-post-xml"]], lambda answer: answer.is_success and answer.format == "xml")
    return _same_servers("list-post", "list")(seen) or is_xml


PROBES: Final[Mapping[str, Probe]] = {
    "post-takes-form": _post_takes_form,
    "post-takes-query": _same_servers("list-post-query", "list"),
    "post-json-body-refused": refused("list-post-json", code="800"),
    "query-and-form-refused": refused("query-and-form", code="800"),
    "number-is-digits": _number_is_digits,
    "numbering-without-gaps": refused("numbering-gap", "numbering-from-0", code="24120"),
    "bad-number-refused": refused("detail-not-digits", code="24120"),
    "unknown-server-refused": refused("detail-absent", code="24120"),
    "unknown-server-in-filter": _none_has("filter-absent"),
    "unknown-parameter-refused": _unknown_parameter,
    "unknown-form-field-refused": refused("form-unknown-field", code="800"),
    "repeated-parameter-refused": refused("parameter-repeated", code="800"),
    "empty-value-refused": refused("parameter-empty", code="800"),
    "required-parameter": refused("detail-without-number", code="900"),
    "format-lower-case": _format_lower_case,
    "signature-v1-accepted": _succeeds("signature-v1"),
    "target-signed-as-sent": _succeeds(*ENCODED),
    "malformed-encoding": _refused_by_gateway("encoded-badly", status=400, code="100"),
    "page-numbers": _page_numbers,
    "page-needs-size": refused("page-without-size", code="900"),
    "page-size-limits": _page_size_limits,
    "unpaged-list-is-whole": _unpaged_list_is_whole,
    "total-rows": _total_rows,
    "sorting": _sorting,
    "sorting-by-any-field": _succeeds("sorted-by-name"),
    "filters-exact": _filters_exact,
    "filters-combine": _none_has("filter-two"),
    "ip-is-public": _ip_is_public,
    "default-region": _default_region,
    "unknown-region": _unknown_region,
    "fields-known": _deviations("new"),
    "field-types": _deviations("type"),
    "no-null": _deviations("null"),
    "fields-always-there": _always_there,
    "codes-known": _codes_known,
    "dates": _dates,
    "one-server-in-detail": _one_server_in_detail,
    "xml-default": _xml_default,
    "xml-shape": _xml_shape,
    "xml-order": _xml_order,
    "content-types": _content_types,
    "json-layout": _json_layout,
    "polls-agree": _polls_agree,
    "wrong-signature": _refused_by_gateway("signature-wrong", status=401, code="200", details=_INVALID),
    "unknown-access-key": _refused_by_gateway("access-key-unknown", status=401, code="200", details=_INVALID),
    "stale-timestamp": _refused_by_gateway("timestamp-6-minutes", status=401, code="200", details=_INVALID),
    "repeated-header": _refused_by_gateway("signature-twice", status=401, code="200", details=_INVALID),
    "missing-headers": _refused_by_gateway(*_HEADERS, status=401, code="200", details=_MISSING),
    "clock-tolerance": _succeeds("timestamp-4-minutes"),
    "unknown-path": _refused_by_gateway("path-unknown", status=404, code="300", details="URL not found."),
    "path-before-signature": _refused_by_gateway("path-unknown-unsigned", status=404, code="300"),
    "other-method": _other_method,
    "error-format": _error_format,
    "error-envelopes": _error_envelopes,
}
