"""Probes of responses: fields, formats, envelopes."""

import re
from collections.abc import Mapping
from typing import Any, Final

from ncp_vserver._verify.contract import deviations, roots, server_fields
from ncp_vserver._verify.exchange import Exchange
from ncp_vserver._verify.facts import NUMBER, value_at
from ncp_vserver._verify.seen import CannotTellError, Seen

from .probing import Probe, fewer, numbers, unlike

STATUS_CODES: Final = frozenset(["INIT", "CREAT", "RUN", "NSTOP", "TERMT", "FSTOP", "SD_FL", "RS_FL", "ST_FL"])
OPERATION_CODES: Final = frozenset(
    ["START", "SHTDN", "RESTA", "TERMT", "NULL", "MIGRA", "COPY", "SETUP", "HREST", "HSHTD", "CHNG", "CREAT"]
)

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}")
_LAYOUT: Final = re.compile(rb'\{\s*"\w+"\s*:\s+\{.*\}', re.DOTALL)
_ALWAYS: Final = (NUMBER, "serverName", "serverInstanceStatus.code", "serverInstanceOperation.code")


def _deviations(kind: str) -> Probe:
    def probe(seen: Seen) -> str | None:
        found = [
            f"{deviation.path}: {deviation.text}"
            for answer in seen.all_with("list-xml")
            if answer.envelope
            for deviation in deviations(answer.envelope, answer.content)
            if deviation.kind == kind
        ]
        if not found:
            seen.servers()  # of an account without any, too little is seen
        return fewer(found)

    return probe


def _always_there(seen: Seen) -> str | None:
    return fewer([f"no {field}" for server in seen.servers() for field in _ALWAYS if not value_at(server, field)])


def _one_server_in_detail(seen: Seen) -> str | None:
    answer, listed = seen["detail"], seen.servers()
    number = answer.asked(NUMBER)
    if not answer.is_success or numbers(answer.servers) != [number]:
        return f"detail: {answer}"
    same = next(server for server in listed if value_at(server, NUMBER) == number)
    return fewer([f"only one of them has {name}" for name in same.keys() ^ answer.servers[0].keys()])


def _codes_known(seen: Seen) -> str | None:
    known = {"serverInstanceStatus.code": STATUS_CODES, "serverInstanceOperation.code": OPERATION_CODES}
    values = [(field, value_at(server, field)) for server in seen.servers() for field in known]
    return fewer([f"{field} {value!r}" for field, value in values if value and value not in known[field]])


def _dates(seen: Seen) -> str | None:
    dates = [value_at(server, field) for server in seen.servers() for field in ("createDate", "uptime")]
    return fewer([date for date in dates if date and not _DATE.fullmatch(date)])


def _number_is_digits(seen: Seen) -> str | None:
    return fewer([number for number in numbers(seen.servers()) if not re.fullmatch("[0-9]+", number)])


def _content_types(seen: Seen) -> str | None:
    def fits(answer: Exchange) -> bool:
        return (answer.header("content-type") or "").partition(";")[0].strip().lower() == f"application/{answer.format}"

    answers = seen.all_with("list-xml")
    return fewer([f"{answer.name}: {answer.header('content-type')}" for answer in answers if not fits(answer)])


def _json_layout(seen: Seen) -> str | None:
    body = seen.success("list").body
    return None if _LAYOUT.fullmatch(body) else f"{body[:40]!r} … {body[-4:]!r}"


def _xml_default(seen: Seen) -> str | None:
    return unlike([seen["list-without-format"]], lambda answer: answer.is_success and answer.format == "xml")


def _filled(server: Mapping[str, Any]) -> set[str]:
    """The names of the fields of a server that have something in them."""
    return {name for name, value in server.items() if value not in ("", [], None)}


def _xml_shape(seen: Seen) -> str | None:
    answer, servers = seen["list-xml"], {value_at(server, NUMBER): server for server in seen.steady_servers()}
    if not answer.is_success or answer.format != "xml":
        return f"list-xml: {answer}"
    others = {value_at(server, NUMBER): server for server in answer.servers}
    if servers.keys() != others.keys():
        return f"list-xml: {len(others)} servers; list: {len(servers)}"
    unlike = [name for number in servers for name in _filled(servers[number]) ^ _filled(others[number])]
    return fewer([f"only one of them has {name}" for name in unlike])


def _xml_order(seen: Seen) -> str | None:
    answer = seen["list-xml"]
    if answer.format != "xml" or not answer.envelope:
        raise CannotTellError(f"list-xml: {answer}")
    wrong: list[str] = []
    for found, schema in (
        (answer.content, roots()[answer.envelope]["properties"]),
        *((server, server_fields()) for server in answer.servers),
    ):
        order = [name for name in found if name in schema]
        if order != sorted(order, key=list(schema).index):
            wrong.append(", ".join(order))
    return fewer(wrong)


def _error_envelopes(seen: Seen) -> str | None:
    errors = [answer for answer in seen.all_with("list-xml") if answer.status != 200]
    if not errors:
        raise CannotTellError("no error was seen")
    return unlike(errors, lambda answer: answer.envelope in ("error", "responseError"))


def _error_format(seen: Seen) -> str | None:
    asked = {
        "json": ("signature-wrong", "detail-absent"),
        "xml": ("signature-wrong-xml", "detail-absent-xml", "detail-absent-without-format"),
    }
    answers = [(form, seen[name]) for form, names in asked.items() for name in names]
    return fewer([f"{each.name}: {each.header('content-type')}" for form, each in answers if each.format != form])


PROBES: Final[Mapping[str, Probe]] = {
    "fields-known": _deviations("new"),
    "fields-always-there": _always_there,
    "one-server-in-detail": _one_server_in_detail,
    "codes-known": _codes_known,
    "dates": _dates,
    "field-types": _deviations("type"),
    "no-null": _deviations("null"),
    "number-is-digits": _number_is_digits,
    "content-types": _content_types,
    "json-layout": _json_layout,
    "xml-default": _xml_default,
    "xml-shape": _xml_shape,
    "xml-order": _xml_order,
    "error-envelopes": _error_envelopes,
    "error-format": _error_format,
}
