"""Probes of requests: parameters, forms, signatures, paths."""

from collections.abc import Mapping
from typing import Final

from ncp_vserver._verify.calls import ENCODED
from ncp_vserver._verify.seen import Seen

from .probing import Probe, is_refused, refused, refused_by_gateway, same_servers, succeeds, unlike

_HEADERS: Final = ("headers-none", "headers-no-timestamp", "headers-no-access-key", "headers-no-signature")
_INVALID: Final = "Invalid authentication information."
_MISSING: Final = "Authentication information are missing."


def _post_takes_form(seen: Seen) -> str | None:
    is_xml = unlike([seen["list-post-xml"]], lambda answer: answer.is_success and answer.format == "xml")
    return same_servers("list-post")(seen) or is_xml


def _unknown_parameter(seen: Seen) -> str | None:
    # What looks like a number in a list can be refused as that.
    return refused("parameter-unknown", code="800")(seen) or refused("parameter-misspelt", code="800|24120")(seen)


def _format_lower_case(seen: Seen) -> str | None:
    answer = seen["format-capitals"]
    is_fine = is_refused(answer) or (answer.is_success and answer.format == "xml")
    return None if is_fine else f"format-capitals: {answer}, in {answer.format}"


def _other_method(seen: Seen) -> str | None:
    names = ("method-put", "method-patch")
    allows = unlike([seen[name] for name in names], lambda answer: "GET" in (answer.header("allow") or ""))
    return refused_by_gateway(*names, status=405, code="100")(seen) or (allows and f"no Allow: {allows}")


PROBES: Final[Mapping[str, Probe]] = {
    "post-takes-form": _post_takes_form,
    "post-takes-query": same_servers("list-post-query"),
    "post-json-body-refused": refused("list-post-json", code="800"),
    "query-and-form-refused": refused("query-and-form", code="800|24120"),
    "numbering-without-gaps": refused("numbering-gap", "numbering-from-0", code="24120"),
    "bad-number-refused": refused("detail-not-digits", code="24120"),
    "unknown-server-refused": refused("detail-absent", code="24120"),
    "unknown-parameter-refused": _unknown_parameter,
    "unknown-form-field-refused": refused("form-unknown-field", code="800"),
    "repeated-parameter-refused": refused("parameter-repeated", code="800"),
    "empty-value-refused": refused("parameter-empty", code="800"),
    "required-parameter": refused("detail-without-number", code="900"),
    "format-lower-case": _format_lower_case,
    "signature-v1-accepted": succeeds("signature-v1"),
    "target-signed-as-sent": succeeds(*ENCODED),
    "malformed-encoding": refused_by_gateway("encoded-badly", status=400, code="100"),
    "wrong-signature": refused_by_gateway("signature-wrong", status=401, code="200", details=_INVALID),
    "unknown-access-key": refused_by_gateway("access-key-unknown", status=401, code="200", details=_INVALID),
    "stale-timestamp": refused_by_gateway("timestamp-6-minutes", status=401, code="200", details=_INVALID),
    "repeated-header": refused_by_gateway("signature-twice", status=401, code="200", details=_INVALID),
    "missing-headers": refused_by_gateway(*_HEADERS, status=401, code="200", details=_MISSING),
    "clock-tolerance": succeeds("timestamp-4-minutes"),
    "unknown-path": refused_by_gateway("path-unknown", status=404, code="300", details="URL not found."),
    "path-before-signature": refused_by_gateway("path-unknown-unsigned", status=404, code="300"),
    "other-method": _other_method,
}
