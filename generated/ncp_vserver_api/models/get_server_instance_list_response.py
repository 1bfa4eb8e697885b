# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset, without_nulls

T = TypeVar("T", bound="GetServerInstanceListResponse")


@_attrs_define
class GetServerInstanceListResponse:
    """Answer to getServerInstanceList. Any field may be missing."""

    request_id: str | Unset = UNSET
    """ Identifies the request towards the vendor's support. A UUID in every capture. """
    return_code: str | Unset = UNSET
    """ '0' for success, another number otherwise. """
    return_message: str | Unset = UNSET
    """ Text for people; success when returnCode is '0'. """
    total_rows: int | Unset = UNSET
    """ How many servers there are. In a list with pages, on all of them together. """
    server_instance_list: list[ServerInstance] | Unset = UNSET
    """ The servers, in their state at the moment of the answer. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        request_id = self.request_id

        return_code = self.return_code

        return_message = self.return_message

        total_rows = self.total_rows

        server_instance_list: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.server_instance_list, Unset):
            server_instance_list = []
            for server_instance_list_item_data in self.server_instance_list:
                server_instance_list_item = server_instance_list_item_data.to_dict()
                server_instance_list.append(server_instance_list_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if request_id is not UNSET:
            field_dict["requestId"] = request_id
        if return_code is not UNSET:
            field_dict["returnCode"] = return_code
        if return_message is not UNSET:
            field_dict["returnMessage"] = return_message
        if total_rows is not UNSET:
            field_dict["totalRows"] = total_rows
        if server_instance_list is not UNSET:
            field_dict["serverInstanceList"] = server_instance_list

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = without_nulls(src_dict, "serverInstanceList")
        request_id = d.pop("requestId", UNSET)

        return_code = d.pop("returnCode", UNSET)

        return_message = d.pop("returnMessage", UNSET)

        total_rows = d.pop("totalRows", UNSET)

        _server_instance_list = d.pop("serverInstanceList", UNSET)
        server_instance_list: list[ServerInstance] | Unset = UNSET
        if _server_instance_list is not UNSET:
            server_instance_list = []
            for server_instance_list_item_data in _server_instance_list:
                server_instance_list_item = ServerInstance.from_dict(server_instance_list_item_data)

                server_instance_list.append(server_instance_list_item)

        get_server_instance_list_response = cls(
            request_id=request_id,
            return_code=return_code,
            return_message=return_message,
            total_rows=total_rows,
            server_instance_list=server_instance_list,
        )

        get_server_instance_list_response.additional_properties = d
        return get_server_instance_list_response

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


from ..models.server_instance import ServerInstance
