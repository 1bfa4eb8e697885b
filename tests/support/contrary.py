"""Gateways that do the contrary of what is assumed: the mock's own answers, changed in one way."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from ncp_vserver._verify.exchange import Exchange, read

LAST = "123458794"
"""The last server of the mock's list, which no call asks for by its values."""

Answers = dict[str, Exchange]
Contrary = Callable[[Answers], Answers]


def answered(
    exchange: Exchange, *, status: int | None = None, body: bytes | None = None, content_type: str | None = None
) -> Exchange:
    """The exchange with another answer."""
    body = exchange.body if body is None else body
    form, value = read(body)
    headers = tuple((name, value) for name, value in exchange.headers if not (content_type and name == "content-type"))
    if content_type:
        headers += (("content-type", content_type),)
    status = exchange.status if status is None else status
    return replace(exchange, status=status, body=body, format=form, value=value, headers=headers)


def like(name: str, other: str) -> Contrary:
    """One call gets the answer of another."""

    def change(answers: Answers) -> Answers:
        source = answers[other]
        return {name: replace(answers[name], **{key: getattr(source, key) for key in _OF_THE_ANSWER})}

    return change


_OF_THE_ANSWER = ("status", "headers", "body", "format", "value")


def refused(name: str, code: str, *, status: int = 400) -> Contrary:
    """The service refuses a call, with another code than is assumed."""
    body = json.dumps({"responseError": {"returnCode": code, "returnMessage": "no"}}).encode()
    return lambda answers: {name: answered(answers[name], status=status, body=body, content_type="application/json")}


def in_bodies(names: Iterable[str], pattern: str, by: str) -> Contrary:
    """The text of some answers is another one."""
    return lambda answers: {
        name: answered(answers[name], body=re.sub(pattern.encode(), by.encode(), answers[name].body, flags=re.DOTALL))
        for name in names
    }


def in_every_body(pattern: str, by: str) -> Contrary:
    return lambda answers: in_bodies(answers, pattern, by)(answers)


def of_servers(names: Iterable[str] | None, change: Callable[[dict[str, Any]], None]) -> Contrary:
    """In some answers, or in all, in JSON, each server is another one."""

    def changed(answers: Answers) -> Answers:
        found: Answers = {}
        for name in names or answers:
            answer = answers[name]
            if answer.format == "json" and answer.servers:
                value = json.loads(answer.body)
                for server in next(iter(value.values()))["serverInstanceList"]:
                    change(server)
                found[name] = answered(answer, body=json.dumps(value, ensure_ascii=False).encode())
        return found

    return changed


def of_the_last(field: str, value: Any) -> Contrary:
    def change(server: dict[str, Any]) -> None:
        if server["serverInstanceNo"] == LAST:
            server[field] = value

    return of_servers(None, change)


def with_list(name: str, change: Callable[[list[Any]], list[Any]], total: int | None = None) -> Contrary:
    """An answer in JSON has another list of servers."""

    def changed(answers: Answers) -> Answers:
        value = json.loads(answers[name].body)
        content = next(iter(value.values()))
        content["serverInstanceList"] = change(content["serverInstanceList"])
        content["totalRows"] = content["totalRows"] if total is None else total
        return {name: answered(answers[name], body=json.dumps(value, ensure_ascii=False).encode())}

    return changed


def all_of(*changes: Contrary) -> Contrary:
    """One change after the other."""

    def changed(answers: Answers) -> Answers:
        result: Answers = {}
        for change in changes:
            result |= change({**answers, **result})
        return result

    return changed


def emptied(name: str) -> Contrary:
    return with_list(name, lambda servers: [], total=0)


def without_header(name: str, header: str) -> Contrary:
    def changed(answers: Answers) -> Answers:
        left = tuple(each for each in answers[name].headers if each[0] != header)
        return {name: replace(answers[name], headers=left)}

    return changed


def with_envelope(name: str) -> Contrary:
    """An answer in an envelope that the contract lacks."""
    return lambda answers: {name: answered(answers[name], status=200, body=b'{"getNothingResponse": {"new": 1}}')}


def html(name: str) -> Contrary:
    """A proxy answers for the gateway."""
    page = b"<html><title>Access denied</title><body>proxy</body></html>"
    return lambda answers: {name: answered(answers[name], status=403, body=page, content_type="text/html")}


def with_text(name: str, old: str, new: str) -> Contrary:
    return in_bodies([name], re.escape(old), new)


def is_list(answers: Mapping[str, Exchange], name: str) -> bool:
    """Whether an answer is a list of more than twenty servers, without pages."""
    return len(answers[name].servers) > 20 and "pageNo" not in answers[name].target


def cut(answers: Answers) -> Answers:
    """A list without pages ends after twenty servers."""
    names = [name for name in answers if is_list(answers, name)]
    found: Answers = {}
    for name in names:
        if answers[name].format == "json":
            found |= with_list(name, lambda servers: servers[:20])(answers)
        else:
            head, *servers = re.split(rb"(?=<serverInstance>)", answers[name].body)
            tail = re.search(rb"</serverInstance>(.*)", servers[-1], re.DOTALL)
            assert tail
            found[name] = answered(answers[name], body=head + b"".join(servers[:20]) + tail[1])
    return found


_INVALID = "Invalid authentication information."
_MISSING = "Authentication information are missing."

CONTRARY: Mapping[str, Contrary] = {
    "number-is-digits": in_every_body(LAST, f"z{LAST[1:]}"),
    "numbering-without-gaps": like("numbering-gap", "filter-absent"),
    "default-region": with_list("region-none", lambda servers: servers[1:]),
    "unknown-region": like("region-unknown", "list"),
    "format-lower-case": like("format-capitals", "list"),
    "unknown-parameter-refused": like("parameter-unknown", "list"),
    "repeated-parameter-refused": like("parameter-repeated", "encoded-space"),
    "empty-value-refused": like("parameter-empty", "list"),
    "post-takes-form": refused("list-post", "900"),
    "unknown-form-field-refused": like("form-unknown-field", "list"),
    "post-takes-query": refused("list-post-query", "800"),
    "query-and-form-refused": like("query-and-form", "list"),
    "post-json-body-refused": like("list-post-json", "list"),
    "signature-v1-accepted": like("signature-v1", "signature-wrong"),
    "target-signed-as-sent": like("encoded-hangul", "signature-wrong"),
    "clock-tolerance": like("timestamp-4-minutes", "signature-wrong"),
    "stale-timestamp": like("timestamp-6-minutes", "list"),
    "wrong-signature": with_text("signature-wrong", _INVALID, "Signature does not match."),
    "unknown-access-key": with_text("access-key-unknown", _INVALID, "No such key."),
    "repeated-header": like("signature-twice", "list"),
    "missing-headers": with_text("headers-no-timestamp", _MISSING, _INVALID),
    "filters-exact": like("filter-part-of-name", "filter-serverName"),
    "filters-combine": like("filter-two", "filter-serverName"),
    "ip-is-public": like("filter-ip", "filter-absent"),
    "unknown-server-in-filter": refused("filter-absent", "24120"),
    "unpaged-list-is-whole": cut,
    "page-numbers": like("page-1", "page-2"),
    "page-needs-size": like("page-without-size", "list"),
    "page-size-limits": like("page-of-1001", "list"),
    "total-rows": with_list("page-1", lambda servers: servers, total=1),
    "sorting": like("sorted-descending", "sorted-ascending"),
    "sorting-by-any-field": refused("sorted-by-name", "800"),
    "fields-known": all_of(
        of_servers(None, lambda server: server.update(newField={"code": "1"})),
        in_every_body("</serverInstance>", "<newField><code>1</code></newField></serverInstance>"),
    ),
    "fields-always-there": of_the_last("serverInstanceOperation", {}),
    "one-server-in-detail": like("detail", "page-of-1000"),
    "codes-known": of_the_last("serverInstanceStatus", {"code": "DREAM", "codeName": "dreaming"}),
    "dates": of_the_last("createDate", "2025-06-11 17:00:14"),
    "field-types": of_the_last("cpuCount", "2"),
    "no-null": of_the_last("initScriptNo", None),
    "content-types": lambda answers: {"list-xml": answered(answers["list-xml"], content_type="text/plain")},
    "json-layout": lambda answers: {"list": answered(answers["list"], body=answers["list"].body + b"\n")},
    "xml-default": like("list-without-format", "list"),
    "xml-shape": in_bodies(["list-xml"], r"\s*<vpcNo>[^<]*</vpcNo>", ""),
    "xml-order": in_bodies(
        ["list-xml"], r"(<serverName>[^<]*</serverName>)\s*(<serverDescription>[^<]*</serverDescription>)", r"\2\1"
    ),
    "error-envelopes": lambda answers: {
        "encoded-badly": answered(answers["encoded-badly"], body=b'{"code": "100", "msg": "no"}')
    },
    "error-format": like("signature-wrong-xml", "signature-wrong"),
    "unknown-path": with_text("path-unknown", "URL not found.", "Nothing there."),
    "path-before-signature": like("path-unknown-unsigned", "headers-none"),
    "other-method": like("method-put", "list"),
    "malformed-encoding": like("encoded-badly", "encoded-space"),
    "bad-number-refused": refused("detail-not-digits", "800"),
    "unknown-server-refused": refused("detail-absent", "1"),
    "required-parameter": refused("detail-without-number", "800"),
    "polls-agree": of_servers(["list-again"], lambda server: server.update(uptime="2026-01-01T00:00:00+0900")),
}
"""For each assumption with a probe that reads, a gateway that does not hold to it."""

DEPENDING: Mapping[str, set[str]] = {
    "unpaged-list-is-whole": {"total-rows", "filters-exact"},  # both are held against the list without pages
    "error-envelopes": {"malformed-encoding"},  # an error in another envelope is not the error that is assumed
}
"""What else differs then, since it rests on the same answers."""
