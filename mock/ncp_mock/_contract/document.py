"""The OpenAPI document, as the gateway needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml

from .observed import ErrorExample, Observed

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
NO_OPERATION: Final = {"code": "NULL", "codeName": "Server NULL OP"}
FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Change:
    """How an operation changes a server: the contract's ``x-changes-servers``, an extension for the mock."""

    needs_status: str
    meanwhile: Mapping[str, Any]
    """The fields of a server that differ while the change is in progress. The status is not among them."""
    after: Mapping[str, Any]
    on_failure: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    """The vendor's name, the last part of the path."""
    parameters: Mapping[str, Any]
    """Schemas by the names of the form's fields or, without a form, of the query's parameters."""
    takes_form: bool
    required: frozenset[str]
    required_with: Mapping[str, Sequence[str]]
    """The parameters that another parameter requires, by the name of that."""
    change: Change | None
    """None for an operation that reads."""


class Contract:
    """The document at ``path``, and what was observed instead."""

    def __init__(self, path: Path, observed: Observed | None = None) -> None:
        self.observed = observed or Observed()
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a PyYAML without libyaml is slower, not less able
        self._document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506 - both are safe

    @cached_property
    def operations(self) -> Mapping[str, Mapping[str, Operation]]:
        """Operations by path and method, the method in upper case."""
        return {path: self._operations(path.rpartition("/")[2], item) for path, item in self._document["paths"].items()}

    @cached_property
    def errors(self) -> Mapping[str, ErrorExample]:
        """The examples of all error responses by name. Those of the default response have status 405."""
        found = {
            name: ErrorExample(405 if status == "default" else int(status), self.resolve(example)["value"])
            for path in self._document["paths"].values()
            for method in _METHODS
            for status, response in path.get(method, {}).get("responses", {}).items()
            if status != "200"
            for name, example in self.resolve(response)["content"]["application/json"].get("examples", {}).items()
        }
        return {**found, **self.observed.errors}

    @cached_property
    def published_server(self) -> Mapping[str, Any]:
        """The server of the vendor's published example."""
        examples = self._document["components"]["examples"].values()
        answers = [answer for example in examples for answer in example["value"].values()]
        return dict(next(answer["serverInstanceList"][0] for answer in answers if answer.get("serverInstanceList")))

    @cached_property
    def server_numbers(self) -> list[str]:
        """The server instance numbers in the contract's examples, in order."""
        parameters = self._document["components"]["parameters"].values()
        of_servers = (each for each in parameters if each["schema"].get("$ref", "").endswith("/ServerInstanceNo"))
        numbers = (each["example"] for each in of_servers)
        return list(dict.fromkeys(numbers))

    @cached_property
    def server_schema(self) -> Mapping[str, Any]:
        return dict(self._document["components"]["schemas"]["ServerInstance"])

    @cached_property
    def xml_roots(self) -> Mapping[str, Mapping[str, Any]]:
        """Schemas by the names of their XML elements."""
        schemas = self._document["components"]["schemas"].values()
        return {schema["xml"]["name"]: schema for schema in schemas if "name" in schema.get("xml", {})}

    def resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow local references; an ``allOf`` of one schema counts as a reference."""
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

    def _operations(self, name: str, item: Mapping[str, Any]) -> dict[str, Operation]:
        nodes = {method: self.resolve(item[method]) for method in _METHODS if method in item}
        forms: dict[str, Mapping[str, Any]] = {
            method: self.resolve(node["requestBody"]["content"][FORM]["schema"])
            for method, node in nodes.items()
            if "requestBody" in node
        }
        # OpenAPI can say this of a form only. It applies to the query as well.
        required_with = [form["dependentRequired"] for form in forms.values() if "dependentRequired" in form]
        operations: dict[str, Operation] = {}
        for method, node in nodes.items():
            schema = forms.get(method) or self._schema_of_query(node)
            operations[method.upper()] = Operation(
                name=name,
                parameters={each: self.resolve(found) for each, found in schema["properties"].items()},
                takes_form=method in forms,
                required=frozenset(schema.get("required", ())),
                required_with=required_with[0] if required_with else {},
                change=_change(node.get("x-changes-servers")),
            )
        return operations

    def _schema_of_query(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """The query of an operation in the way of a form's schema."""
        query = [each for each in map(self.resolve, node.get("parameters", ())) if each["in"] == "query"]
        return {
            "properties": {each["name"]: each["schema"] for each in query},
            "required": [each["name"] for each in query if each.get("required")],
        }


def _change(node: Mapping[str, Any] | None) -> Change | None:
    if node is None:
        return None

    def end(how: str) -> Mapping[str, Any]:
        return _state(NO_OPERATION, node[f"statusName{how}"]) | {"serverInstanceStatus": node[f"status{how}"]}

    return Change(node["needsStatus"], _state(node["operation"], node["statusName"]), end("After"), end("OnFailure"))


def _state(operation: Mapping[str, str], status_name: str) -> dict[str, Any]:
    return {"serverInstanceOperation": operation, "serverInstanceStatusName": status_name}
