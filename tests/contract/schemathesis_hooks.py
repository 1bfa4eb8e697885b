"""What Schemathesis has to know beyond the contract, to test the mock as a whole.

It signs every request, says in the generated data what OpenAPI cannot say, reads XML answers, and judges statuses more
strictly. It leaves out no case and changes none of Schemathesis's own checks. The keys come from the environment:
NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY.
"""

import os
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import requests
import schemathesis
import yaml
from ncp_signer import Credentials, signed_headers
from requests import PreparedRequest
from requests.auth import AuthBase

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # where pytest finds the tests' helpers, too

from support.contract import CONTRACT, FORM, resolve, violations  # found by the line above
from support.xml_values import XmlValueError, xml_value

CREDENTIALS = Credentials.from_env()
MOCK = os.environ.get("NCLOUD_API_GW")
CONTROL = requests.Session()
NUMBER = re.compile(r"serverInstanceNo(List\.[0-9]+)?")
NUMBERED = re.compile(r"(.+)\.([1-9][0-9]*)")
REGION = CONTRACT["components"]["parameters"]["regionCode"]["example"]
# Server numbers by the status of the server.
FLEET: dict[str, list[str]] = {}
for each in yaml.safe_load((Path(__file__).parent / "fleet.yaml").read_text(encoding="utf-8")):
    server = each if isinstance(each, dict) else {"serverInstanceNo": each}
    FLEET.setdefault(server.get("serverInstanceStatus", "RUN"), []).append(str(server["serverInstanceNo"]))
FLEET["any"] = [number for numbers in FLEET.values() for number in numbers]


class Signed(AuthBase):
    """Signs a request after it is complete: the signature covers the target as it is sent."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        assert request.method is not None
        request.headers.update(signed_headers(CREDENTIALS, request.method, request.path_url))
        return request


schemathesis.auth.set_from_requests(Signed())  # type: ignore[attr-defined]  # pyright: ignore[reportFunctionMemberAccess]  # set on a function at run time


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Put the servers into their first state, and fit the query of a GET and the form of a POST to them.

    A server that an earlier case has stopped would rightly be refused in a later one, which has nothing to do with it.
    """
    del context, kwargs
    operation = CONTRACT["paths"][case.operation.path][case.operation.method.lower()]
    if MOCK and "x-changes-servers" in operation:
        CONTROL.post(f"{MOCK}/__mock__/reset", timeout=10).raise_for_status()
    for container in ("query", "body"):
        parameters = getattr(case, container)
        # Replaced and not changed: Schemathesis makes other cases from the same dictionary.
        if isinstance(parameters, dict) and (fitted := fit_to_fleet(parameters, operation)) != parameters:
            setattr(case, container, fitted)


def fit_to_fleet(generated: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """Make lists gapless, server numbers different and fit for the operation, and the region the fleet's.

    OpenAPI can say none of that: without this, nearly all data that the contract allows would rightly be refused.

    No request becomes valid or invalid by this, as far as the contract goes, because only two things happen. A number
    or region that the contract allows becomes another one that it allows; and a value that the contract does not demand
    is added. What is wrong stays as it was generated, in the parameter for which it was generated: another type, an
    empty value, something other than digits, an unknown name, a name given twice. Invalid data is fitted just as valid
    data is: what was made wrong in it must be the only reason to refuse it, or else a mock that lets it pass is not
    found out.

    A gap is filled rather than closed, for the same reason: were .17 renamed to .2, no wrong .17 would ever be sent.

    Data without what the contract demands is refused whatever else is in it, and stays wholly as it was generated. So
    numbers, regions and gaps of every kind do reach the gateway.
    """
    if not set(required(operation)) <= generated.keys():
        return generated
    parameters = dict(generated)
    for name, last in last_of_lists(parameters).items():
        for position in range(1, last + 1):
            parameters.setdefault(f"{name}.{position}", "0")
    # Of a form the contract itself demands the one with the other.
    if "pageNo" in parameters and "requestBody" not in operation:
        parameters.setdefault("pageSize", 10)
    given = [each for value in parameters.values() for each in (value if isinstance(value, list) else [value])]
    free = [number for number in FLEET[needed_status(operation)] if number not in given]
    taken: list[Any] = []
    for name in [name for name in parameters if name in KNOWN and NUMBER.fullmatch(name)]:
        value = parameters[name]
        is_number = isinstance(value, str) and re.fullmatch("[0-9]+", value)
        if is_number and (value not in FLEET[needed_status(operation)] or value in taken) and free:
            value = parameters[name] = free.pop(int(value[-9:]) % len(free))
        taken.append(value)
    region = parameters.get("regionCode")
    if isinstance(region, str) and region:
        parameters["regionCode"] = REGION
    return parameters


def required(operation: dict[str, Any]) -> list[str]:
    """Names of the parameters that the contract demands."""
    if "requestBody" in operation:
        return list(form_of(operation).get("required", ()))
    return [each["name"] for each in map(resolve, operation["parameters"]) if each.get("required")]


def form_of(operation: dict[str, Any]) -> dict[str, Any]:
    """Schema of the form that an operation takes."""
    return resolve(operation["requestBody"]["content"][FORM]["schema"])


def needed_status(operation: dict[str, Any]) -> str:
    """The status that servers need for an operation: any, for one that reads."""
    return str(operation.get("x-changes-servers", {}).get("needsStatus", "any"))


def last_of_lists(parameters: dict[str, Any]) -> dict[str, int]:
    """The highest number that occurs in each numbered list of the contract's, by the list's name."""
    last: dict[str, int] = {}
    for name in parameters:
        if (numbered := NUMBERED.fullmatch(name)) and name in KNOWN:
            last[numbered[1]] = max(last.get(numbered[1], 0), int(numbered[2]))
    return last


KNOWN = {each["name"] for path in CONTRACT["paths"].values() for each in map(resolve, path["get"]["parameters"])}


@schemathesis.deserializer("application/xml")
def read_xml(context: Any, response: Any) -> Any:
    """The value of an XML answer, for the check against the schema. Any error that this raises is a finding."""
    content_type = response.headers["content-type"][0]
    if content_type.replace(" ", "").lower() != "application/xml;charset=utf-8":
        raise XmlValueError(f"the content type is {content_type}, not application/xml in UTF-8")
    operation = context.operation
    responses = CONTRACT["paths"][operation.path][operation.method]["responses"]
    described = resolve(responses.get(str(response.status_code), responses["default"]))
    return xml_value(response.content, described["content"]["application/xml"]["schema"])


@schemathesis.check
def answered_as_it_has_to_be(context: Any, response: Any, case: Any) -> None:
    """A request is carried out or refused for what was sent, whatever it was meant to be when it was generated.

    Schemathesis is more forgiving. It takes 401, 404 and others for a fitting answer to valid data too: with wrong
    keys, all would be well. And it lets a query pass that has a wrong value beside a right one (in its coverage phase),
    or a right value twice.
    """
    del context, case
    request = response.request
    body = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
    content_type = request.headers.get("content-type", "")
    due, form = answer_due(request.method, request.path_url, content_type, body)
    assert response.status_code == due, f"answered with {response.status_code}, and {due} is due"
    answered = response.headers["content-type"][0].partition(";")[0]
    assert answered in form, f"answered in {answered}, and asked for {' or '.join(sorted(form))}"


def answer_due(method: str, target: str, content_type: str, body: str) -> tuple[int, set[str]]:
    """The status that a signed request has to be answered with, and the content type; either, where it asks for both.

    The contract says which parameters there are. The rest is what the service demands and OpenAPI cannot say.
    """
    path, _, query = target.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True) + parse_qsl(body, keep_blank_values=True)
    formats = {value == "json" for name, value in pairs if name == "responseFormatType"} or {False}
    asked = {"application/json" if is_json else "application/xml" for is_json in formats}
    operation = CONTRACT["paths"][path].get(method.lower())
    if operation is None:
        return 405, asked
    form = operation.get("requestBody")
    if form and body and content_type.partition(";")[0] not in form["content"]:
        return 400, asked
    # Query and form have the same parameters; only of a form can OpenAPI say that there are no others.
    fields = form_of(CONTRACT["paths"][path]["post"])
    given = {name: typed(fields["properties"].get(name, {}), value) for name, value in dict(pairs).items()}
    numbers = [value for name, value in given.items() if NUMBER.fullmatch(name)]
    # An operation that has to name servers wants them to be there, each once and in the region. A list just looks.
    fitting = FLEET[needed_status(operation)] if required(operation) else numbers
    is_right = (
        len(given) == len(pairs)
        and not violations(fields, given)
        and all(f"{name}.{n}" in given for name, last in last_of_lists(given).items() for n in range(1, last + 1))
        and set(numbers) <= set(fitting)
        and (not required(operation) or len(set(numbers)) == len(numbers))
        and (not required(operation) or given.get("regionCode", REGION) == REGION)
    )
    return 200 if is_right else 400, asked


def typed(schema: dict[str, Any], value: str) -> Any:
    """A value of a query or a form, as what the contract says that it is."""
    is_integer = resolve(schema).get("type") == "integer" and re.fullmatch("0|-?[1-9][0-9]*", value)
    return int(value) if is_integer else value
