"""The OpenAPI document, as the gateway needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml

from .observed import Observed, Style

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_NOTHING: Final[Mapping[str, Sequence[str]]] = {}
NO_OPERATION: Final = {"code": "NULL", "codeName": "Server NULL OP"}
FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Change:
    """What an operation does to a server: the contract's ``x-changes-servers``, an extension for the mock."""

    needs_status: str
    meanwhile: Mapping[str, Any]
    """The fields of a server that the change affects, until it is over. Its status stays what it was."""
    after: Mapping[str, Any]
    on_failure: Mapping[str, Any]
    """Those in the end if the server's behaviour is to fail."""


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    """The vendor's name, which is also the end of the path."""
    parameters: Mapping[str, Any]
    """Schema of each parameter by its name: those of the query or, if it takes a form, the fields of that."""
    takes_form: bool
    required: frozenset[str]
    """Names of the parameters that cannot be left out."""
    required_with: Mapping[str, Sequence[str]]
    """Parameters that another one needs beside it, by the name of that."""
    change: Change | None
    """None for an operation that reads."""


@dataclass(frozen=True, slots=True)
class ErrorExample:
    """An error of the contract, or as it was observed."""

    name: str
    status: int
    value: Mapping[str, Any]
    style: Style = field(default_factory=Style)


class Contract:
    """What the document at ``path`` says, and what was observed instead."""

    def __init__(self, path: Path, observed: Observed | None = None) -> None:
        self.observed = observed or Observed()
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a PyYAML without libyaml is slower, not less able
        self._document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506 - both are safe

    @cached_property
    def operations(self) -> Mapping[str, Mapping[str, Operation]]:
        """Operation by path and method, the method in upper case."""
        return {
            path: {
                method.upper(): self._operation(path, item, self.resolve(item[method]))
                for method in _METHODS
                if method in item
            }
            for path, item in self._document["paths"].items()
        }

    @cached_property
    def errors(self) -> Mapping[str, ErrorExample]:
        """Every example of an error answer, by its name. Those of the default response have status 405."""
        found: dict[str, ErrorExample] = {}
        for path in self._document["paths"].values():
            for method in _METHODS:
                for status, response in path.get(method, {}).get("responses", {}).items():
                    if status != "200":
                        found |= self._errors_of(405 if status == "default" else int(status), self.resolve(response))
        return found | {name: ErrorExample(name, *seen) for name, seen in self.observed.errors.items()}

    @cached_property
    def published_server(self) -> Mapping[str, Any]:
        """The server of the vendor's published example."""
        examples = self._document["components"]["examples"].values()
        answers = [answer for example in examples for answer in example["value"].values()]
        return dict(next(answer["serverInstanceList"][0] for answer in answers if answer.get("serverInstanceList")))

    @cached_property
    def server_numbers(self) -> list[str]:
        """The server instance numbers that the contract uses as examples, in order."""
        parameters = self._document["components"]["parameters"].values()
        numbers = (
            parameter["example"]
            for parameter in parameters
            if parameter["schema"].get("$ref", "").endswith("/ServerInstanceNo")
        )
        return list(dict.fromkeys(numbers))

    @cached_property
    def server_schema(self) -> Mapping[str, Any]:
        """Schema of a server."""
        return dict(self._document["components"]["schemas"]["ServerInstance"])

    def resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """The object that a local reference points to, any other object as it is. A lone ``allOf`` counts as one."""
        while True:
            if "$ref" in node:
                found: Any = self._document
                for part in node["$ref"].removeprefix("#/").split("/"):
                    found = found[part]
                node = found
            elif len(node.get("allOf", ())) == 1:
                node = node["allOf"][0]
            else:
                return node

    @cached_property
    def xml_roots(self) -> Mapping[str, Mapping[str, Any]]:
        """Schema by the name of the XML element that it describes."""
        schemas = self._document["components"]["schemas"].values()
        return {schema["xml"]["name"]: schema for schema in schemas if "name" in schema.get("xml", {})}

    def _operation(self, path: str, item: Mapping[str, Any], node: Mapping[str, Any]) -> Operation:
        parameters = [self.resolve(parameter) for parameter in node.get("parameters", [])]
        queries = {each["name"]: each for each in parameters if each["in"] == "query"}
        schemas = {name: each["schema"] for name, each in queries.items()}
        required = {name for name, each in queries.items() if each.get("required")}
        if form := self._form(node):
            schemas, required = form["properties"], set(form.get("required", ()))
        # That one parameter needs another can be said of a form only. It holds for the query just as well.
        forms = (self._form(self.resolve(item[method])) for method in _METHODS if method in item)
        return Operation(
            name=path.rpartition("/")[2],
            parameters={name: self.resolve(schema) for name, schema in schemas.items()},
            takes_form=form is not None,
            required=frozenset(required),
            required_with=next((each.get("dependentRequired", _NOTHING) for each in forms if each), _NOTHING),
            change=_change(node.get("x-changes-servers")),
        )

    def _form(self, node: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Schema of the form that an operation takes."""
        return self.resolve(node["requestBody"]["content"][FORM]["schema"]) if "requestBody" in node else None

    def _errors_of(self, status: int, response: Mapping[str, Any]) -> dict[str, ErrorExample]:
        examples = response["content"]["application/json"].get("examples", {})
        return {name: ErrorExample(name, status, self.resolve(node)["value"]) for name, node in examples.items()}


def _change(node: Mapping[str, Any] | None) -> Change | None:
    if node is None:
        return None

    def end(how: str) -> Mapping[str, Any]:
        return _state(NO_OPERATION, node[f"statusName{how}"]) | {"serverInstanceStatus": node[f"status{how}"]}

    return Change(node["needsStatus"], _state(node["operation"], node["statusName"]), end("After"), end("OnFailure"))


def _state(operation: Mapping[str, str], status_name: str) -> dict[str, Any]:
    return {"serverInstanceOperation": operation, "serverInstanceStatusName": status_name}
