# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import without_nulls

T = TypeVar("T", bound="ResponseErrorEnvelope")


@_attrs_define
class ResponseErrorEnvelope:
    """The JSON object around a business error."""

    response_error: ResponseError
    """ Business error, an answer of the service itself. No table of the codes is published for VPC. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        response_error = self.response_error.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "responseError": response_error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = without_nulls(src_dict, "responseError")
        response_error = ResponseError.from_dict(d.pop("responseError"))

        response_error_envelope = cls(
            response_error=response_error,
        )

        response_error_envelope.additional_properties = d
        return response_error_envelope

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties


from ..models.response_error import ResponseError
