"""The changes that "make mutants" makes to the contract."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

CONTRACT: Final = "openapi/vserver.yaml"

# Text for people, and the examples, which the tests hold against the schemas.
_LEFT_OUT: Final = {"info", "tags", "summary", "description", "externalDocs", "example", "examples"}
# Where keys are names that go over the wire.
_NAMED: Final = {"paths", "responses", "properties", "content", "dependentRequired"}
_TYPES: Final = {"string": "integer", "integer": "string", "boolean": "string", "array": "object", "object": "array"}


class Change(NamedTuple):
    """One change: where, and what is done there: ``drop``, ``rename`` or ``set``."""

    place: tuple[str | int, ...]
    action: str
    value: Any = None

    def __str__(self) -> str:
        """By its place in the document."""
        value = "" if self.action == "drop" else f" {self.value!r}"
        return f"{CONTRACT}: {'/'.join(map(str, self.place))}: {self.action}{value}"

    def apply(self, document: dict[str, Any]) -> None:
        """Change a document in place."""
        holder: Any = document
        *way, last = self.place
        for key in way:
            holder = holder[key]
        match self.action, holder:
            case "drop", _:
                del holder[last]
            case "rename", _:
                entries = [(self.value if key == last else key, holder.pop(key)) for key in list(holder)]
                holder.update(entries)
            case _:
                holder[last] = self.value


def changes_of(document: dict[str, Any]) -> Iterator[Change]:
    """Every change of the contract. What stands at an anchor is changed once, for all that refer to it."""
    yield from _changes(document, (), document, set())


def _changes(
    node: dict[str, Any] | list[Any], place: tuple[str | int, ...], document: dict[str, Any], seen: set[int]
) -> Iterator[Change]:
    if id(node) in seen:
        return
    seen.add(id(node))
    within = str(place[-1]) if place else ""
    entries: list[tuple[Any, Any]] = list(node.items() if isinstance(node, dict) else enumerate(node))
    for key, value in entries:
        here = (*place, key)
        # The name of a property may be that of a keyword.
        if key in _LEFT_OUT and within not in _NAMED:
            continue
        yield Change(here, "drop")
        if within in _NAMED and isinstance(node, dict):
            yield Change(here, "rename", f"{key}X" if not str(key).isdigit() else str(int(key) + 1))
        if isinstance(value, str | int | float):
            yield Change(here, "set", _another(str(key), value, document))
        else:
            yield from _changes(value, here, document, seen)
    fields: dict[str, Any] = dict(entries) if isinstance(node, dict) else {}
    if "properties" in fields:
        required: list[str] = fields.get("required", [])
        for name in fields["properties"]:
            if name not in required:
                yield Change((*place, "required"), "set", [*required, name])
    if "in" in fields and "required" not in fields and "schema" in fields:
        yield Change((*place, "required"), "set", True)


def _another(key: str, value: Any, document: dict[str, Any]) -> Any:
    """Another value for the same place."""
    if key == "$ref":
        _, *way, last = value.split("/")
        section: Any = document
        for each in way:
            section = section[each]
        names = list(section)
        return "/".join(["#", *way, names[(names.index(last) + 1) % len(names)]])
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return _TYPES.get(value, f"{value}X")
