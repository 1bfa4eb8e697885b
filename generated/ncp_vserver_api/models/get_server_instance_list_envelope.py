# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import without_nulls

T = TypeVar("T", bound="GetServerInstanceListEnvelope")


@_attrs_define
class GetServerInstanceListEnvelope:
    """The JSON object around the answer."""

    get_server_instance_list_response: GetServerInstanceListResponse
    """ Answer to getServerInstanceList. Any field may be missing. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        get_server_instance_list_response = self.get_server_instance_list_response.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "getServerInstanceListResponse": get_server_instance_list_response,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = without_nulls(src_dict, "getServerInstanceListResponse")
        get_server_instance_list_response = GetServerInstanceListResponse.from_dict(
            d.pop("getServerInstanceListResponse")
        )

        get_server_instance_list_envelope = cls(
            get_server_instance_list_response=get_server_instance_list_response,
        )

        get_server_instance_list_envelope.additional_properties = d
        return get_server_instance_list_envelope

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


from ..models.get_server_instance_list_response import GetServerInstanceListResponse
