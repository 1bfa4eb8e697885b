"""What the contract forbids and Prism lets through, and Prism's findings in the vendor's terms."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from ncp_mock._messages import MOST_PARAMETERS, Refusal, Request, meant

from .document import FORM, Operation
from .formats import FORMAT_PARAMETER

_NUMBER: Final = "serverInstanceNo"
_NUMBERED: Final = re.compile(r"(.+)\.([1-9][0-9]*)")
_LOWER_CASE_NAME: Final = re.compile(r"[a-z]+(\.[0-9]+)?")
_INTEGER: Final = re.compile("0|-?[1-9][0-9]*")
_BAD_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_ASSUMPTION: Final = (
    "it is an assumption (post-takes-query in openapi/assumptions.yaml) that the query of a POST counts as part of its"
    " form, and that the content type does not matter without a body: NCP describes neither"
)


def check_encoding(request: Request) -> None:
    """Refuse a target or a form that is not percent-encoded UTF-8."""
    encoded = {"the path": request.path.encode(), "the query": request.query.encode()}
    if _content_type(request) == FORM:
        encoded["the body"] = request.body
    for where, text in encoded.items():
        if found := _BAD_ESCAPE.search(text):
            start = text[found.start() :][:8].decode("ascii", "backslashreplace")
            explanation = f"{where} has a '%' without two hexadecimal digits behind it: {start!r}"
            raise Refusal("badRequest", "bad-encoding", explanation)
        try:
            unquote_to_bytes(text).decode("utf-8")
        except UnicodeDecodeError as error:
            explanation = f"{where} is not UTF-8 once its percent-encoding is taken off, at byte {error.start}"
            raise Refusal("badRequest", "bad-encoding", explanation) from None


def assumption(operation: Operation, request: Request) -> str:
    """Return what the mock assumes when it judges this request, on one line; empty if nothing.

    ``responseFormatType`` in the query of a form is no assumption: NAVER's Python SDK sends it there.
    """
    in_query = any(name != FORMAT_PARAMETER for name, _ in request.in_query)
    is_form = _content_type(request) == FORM or not (request.query or request.header("content-type"))
    return _ASSUMPTION if operation.takes_form and (in_query or not is_form) and not _is_no_form(request) else ""


def as_form(request: Request) -> Request:
    """Return the POST with the parameters of its query moved into its form. Both are encoded in the same way."""
    body = b"&".join(part for part in (request.query.encode(), request.body) if part)
    return replace(request, target=request.path, body=body)


def parameters(operation: Operation, request: Request) -> dict[str, str]:
    """Return the parameters of a request by name, or refuse what the contract forbids and Prism does not check."""
    if request.query.count("&") + request.body.count(b"&") > MOST_PARAMETERS:
        raise Refusal("invalidParameter", "too-many-parameters", f"there are more than {MOST_PARAMETERS} parameters")
    if not operation.takes_form and request.body:
        raise Refusal("invalidParameter", "unexpected-body", "a GET has no body: its parameters stand in the query")
    if _is_no_form(request):
        shown = ", ".join(request.header("content-type")) or "none"
        hint = "; with all parameters in the query, send no body" if request.query else ""
        explanation = f"the body of a POST is a form: its content type must be {FORM}, it is {shown}{hint}"
        raise Refusal("invalidParameter", "wrong-content-type", explanation)
    for name, verdict, explanation in _violations(operation, request):
        raise Refusal(_example_for(name), verdict, explanation)
    given = dict(request.in_query + request.in_form)
    for name in given.keys() & operation.required_with.keys():
        for other in operation.required_with[name]:
            if other not in given:
                raise Refusal("requiredFieldMissing", "incomplete-parameters", f"{name!r} requires {other!r}")
    return given


def _violations(operation: Operation, request: Request) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with parameters, the plainest first: the name, the verdict and an explanation."""
    given = request.in_query + request.in_form
    by_lower_case = {known.lower(): known for known in operation.parameters}
    for name, _ in given:
        if name not in operation.parameters:
            if known := by_lower_case.get(name.lower()):
                yield name, "parameter-in-another-case", f"the parameter is called {known!r}, not {name!r}"
            else:
                hint = _hint_for(name, operation)
                yield name, "unknown-parameter", f"{operation.name} has no parameter {name!r}{hint}"
    in_form = {name for name, _ in request.in_form}
    for name, _ in request.in_query:
        if name in in_form:
            explanation = f"{name!r} stands in both the query and the body: which of the two the service takes is not"
            yield name, "repeated-parameter", f"{explanation} known; send it once"
    for name, count in Counter(name for name, _ in given).items():
        if count > 1:
            yield name, "repeated-parameter", f"{name!r} is given {count} times"
    for name, value in given:
        if not value:
            yield name, "empty-value", f"{name!r} has no value: leave it out or give it one"
    for name, values in _numbered(dict(given)).items():
        if missing := [number for number in range(1, len(values) + 1) if number not in values]:
            there = f"{name}.{max(values)} is there, {name}.{missing[0]} is not"
            yield name, "numbering-gap", f"{name!r} is numbered from 1 without gaps: {there}"
    for name, value in given:
        # Prism reads a number as JavaScript does, which accepts 1e1, 0x10 and +5.
        if operation.parameters[name].get("type") == "integer" and not _INTEGER.fullmatch(value):
            yield name, "contract-violation", f"{name!r} is a whole number in digits, not {value[:20]!r}"


def _numbered(given: Mapping[str, str]) -> dict[str, dict[int, str]]:
    """The values of each numbered list by their numbers, by its name without one."""
    lists: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for name, value in given.items():
        if numbered := _NUMBERED.fullmatch(name):
            lists[numbered[1]][int(numbered[2])] = value
    return lists


def numbered_lists(given: Mapping[str, str]) -> dict[str, list[str]]:
    """The values of each numbered list, in the order of their numbers, by its name without one."""
    return {name: [values[number] for number in sorted(values)] for name, values in _numbered(given).items()}


def server_numbers(given: Mapping[str, str]) -> list[str]:
    """The server instance numbers of a request, in order."""
    one = [given[_NUMBER]] if _NUMBER in given else []
    return one + numbered_lists(given).get(f"{_NUMBER}List", [])


def _is_no_form(request: Request) -> bool:
    return bool(request.body) and _content_type(request) != FORM


def _hint_for(name: str, operation: Operation) -> str:
    """What an unknown parameter may be meant for."""
    for known in operation.parameters:
        if (first := _NUMBERED.fullmatch(known)) and name.lower().startswith(first[1].lower()):
            last = sum(each.startswith(f"{first[1]}.") for each in operation.parameters)
            return f": number the values from 1, as {first[1]}.1, {first[1]}.2 and so on, to {first[1]}.{last}"
    names = dict.fromkeys(_NUMBERED.sub(r"\1.N", known) for known in operation.parameters)
    return meant(name, operation.parameters) or f". It knows {', '.join(names)}"


def found_by_prism(operation: Operation, header: str) -> Refusal:
    """What Prism says in its ``sl-violations`` header."""
    names = {name.lower(): name for name in operation.parameters}  # Prism has those of a query in lower case
    try:
        found: list[Mapping[str, Any]] = json.loads(header)
    except ValueError:
        found = []
    if not found:
        return Refusal("invalidParameter", "contract-violation", "Prism refuses the request without saying why")
    texts: list[str] = []
    for each in found:
        place = ".".join(each.get("location", [])[1:]) or "request"
        text = f"{place}: {each.get('message', '')} ({each.get('code', '')})"
        texts.append(_LOWER_CASE_NAME.sub(lambda found: names.get(found[0], found[0]), text))
    is_missing = any(each.get("code") == "required" for each in found)
    example = "requiredFieldMissing" if is_missing else _example_for(str(["", *found[0].get("location", [])][-1]))
    return Refusal(example, "contract-violation", "; ".join(texts))


def _example_for(parameter: str) -> str:
    """The error that an unusable value of a parameter gets."""
    return "invalidServerInstanceNo" if parameter.lower().startswith(_NUMBER.lower()) else "invalidParameter"


def _content_type(request: Request) -> str:
    return next(iter(request.header("content-type")), "").partition(";")[0].strip().lower()
