# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
"""Contains some shared types for properties"""

from collections.abc import Mapping, MutableMapping
from http import HTTPStatus
from typing import IO, Any, BinaryIO, Generic, Literal, TypeVar

from attrs import define


class Unset:
    def __bool__(self) -> Literal[False]:
        return False


UNSET: Unset = Unset()

# The types that `httpx.Client(files=)` can accept, copied from that library.
FileContent = IO[bytes] | bytes | str
FileTypes = (
    # (filename, file (or bytes), content_type)
    tuple[str | None, FileContent, str | None]
    # (filename, file (or bytes), content_type, headers)
    | tuple[str | None, FileContent, str | None, Mapping[str, str]]
)
RequestFiles = list[tuple[str, FileTypes]]


@define
class File:
    """Contains information for file uploads"""

    payload: BinaryIO
    file_name: str | None = None
    mime_type: str | None = None

    def to_tuple(self) -> FileTypes:
        """Return a tuple representation that httpx will accept for multipart/form-data"""
        return self.file_name, self.payload, self.mime_type


T = TypeVar("T")


@define
class Response(Generic[T]):
    """A response from an endpoint"""

    status_code: HTTPStatus
    content: bytes
    headers: MutableMapping[str, str]
    parsed: T | None


__all__ = ["UNSET", "File", "FileTypes", "RequestFiles", "Response", "Unset", "without_nulls"]


_PLAIN = {bool, float, int, str}


def without_nulls(source: Mapping[str, Any], *models: str) -> dict[str, Any]:
    """A copy of a JSON object without what is null in it: fields and items of lists, at any depth

    The fields named by ``models`` are models or lists of them: what is inside an object there is left to that model.
    """
    result = dict(source)
    for key in [key for key, value in result.items() if type(value) not in _PLAIN]:  # often none
        value = result[key]
        if value is None:
            del result[key]
        elif isinstance(value, list):
            items = [item for item in value if item is not None]
            result[key] = items if key in models or _PLAIN.issuperset(map(type, items)) else _without_nulls(items)
        elif key not in models:
            result[key] = _without_nulls(value)
    return result


def _without_nulls(source: Any) -> Any:
    """A copy of a JSON value without what is null in it."""
    result = [source]
    pending: list[Any] = [result]
    while pending:
        container = pending.pop()
        for key, value in container.items() if isinstance(container, dict) else enumerate(container):
            if isinstance(value, list):
                container[key] = [item for item in value if item is not None]
            elif isinstance(value, dict):
                container[key] = {name: item for name, item in value.items() if item is not None}
            else:
                continue
            pending.append(container[key])
    return result[0]
