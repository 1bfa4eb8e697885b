"""The contract, as data."""

import importlib
import re
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT = Path(__file__).resolve().parent.parent.parent
CONTRACT: dict[str, Any] = yaml.safe_load((ROOT / "openapi" / "vserver.yaml").read_text(encoding="utf-8"))

_URI = "urn:contract"
_REGISTRY: Registry[Any] = Registry().with_resource(_URI, DRAFT202012.create_resource(CONTRACT))

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")


def violations(schema: dict[str, Any], value: Any) -> list[str]:
    """How ``value`` violates a schema of the contract; local references are resolved."""
    validator = Draft202012Validator(_absolute(schema), registry=_REGISTRY)
    return [error.message for error in validator.iter_errors(value)]


def _absolute(node: Any) -> Any:
    """A copy of a schema whose references into the contract work from anywhere."""
    if isinstance(node, dict):
        return {key: f"{_URI}{value}" if key == "$ref" else _absolute(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_absolute(item) for item in node]
    return node


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """The object that a local reference points to; any other object as it is."""
    while "$ref" in node:
        found: Any = CONTRACT
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation of everything in the contract."""
    return [
        (method, path, item[method]) for path, item in CONTRACT["paths"].items() for method in METHODS if method in item
    ]


def schemas_of(media_types: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Schema by content type."""
    return {content_type: media_type["schema"] for content_type, media_type in media_types.items()}


FORM = "application/x-www-form-urlencoded"


def parameters_of(operation: dict[str, Any]) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Schema of each parameter of an operation by its name, in a query as in a form, and which are required."""
    if "requestBody" in operation:
        form = resolve(operation["requestBody"]["content"][FORM]["schema"])
        return {name: resolve(schema) for name, schema in form["properties"].items()}, form.get("required", [])
    parameters = {each["name"]: each for each in map(resolve, operation["parameters"])}
    required = [name for name, parameter in parameters.items() if parameter.get("required")]
    return {name: resolve(parameter["schema"]) for name, parameter in parameters.items()}, required


def module_of(operation: dict[str, Any]) -> Any:
    """The generated module of an operation."""
    return importlib.import_module(f"ncp_vserver_api.api.server.{snake(operation['operationId'])}")


def envelope_of(operation: dict[str, Any]) -> tuple[str, str]:
    """The one key of an operation's JSON answer, and the name of the generated model around it."""
    model = operation["responses"]["200"]["$ref"].rpartition("/")[2]
    return f"{model[0].lower()}{model[1:]}Response", f"{model}Envelope"


def snake(name: str) -> str:
    """A name of the contract as the generator writes it in Python."""
    return re.sub("([A-Z])", r"_\1", name.partition(".")[0]).lower()


# A value for each parameter that the contract's examples give one.
EXAMPLES: dict[str, Any] = {
    parameter["name"]: parameter["example"] for parameter in CONTRACT["components"]["parameters"].values()
}


def least_arguments(operation: dict[str, Any]) -> dict[str, Any]:
    """Arguments of a generated function that are just enough."""
    _, required = parameters_of(operation)
    return {snake(name): [EXAMPLES[name]] if "." in name else EXAMPLES[name] for name in required}
