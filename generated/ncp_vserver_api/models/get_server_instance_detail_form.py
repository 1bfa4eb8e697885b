# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.response_format_type import ResponseFormatType, check_response_format_type
from ..types import UNSET, Unset, without_nulls

T = TypeVar("T", bound="GetServerInstanceDetailForm")


@_attrs_define
class GetServerInstanceDetailForm:
    """The parameters of getServerInstanceDetail as form fields."""

    server_instance_no: str
    """ Server instance number, a string of digits. """
    region_code: str | Unset = UNSET
    """ Region code, such as KR. An open set; the service takes the first region of getRegionList when none is sent.
    """
    response_format_type: ResponseFormatType | Unset = UNSET
    """ Format of the answer. The service's own choice, when none is sent, is xml. """

    def to_dict(self) -> dict[str, Any]:
        server_instance_no = self.server_instance_no

        region_code = self.region_code

        response_format_type: str | Unset = UNSET
        if not isinstance(self.response_format_type, Unset):
            response_format_type = self.response_format_type

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "serverInstanceNo": server_instance_no,
            }
        )
        if region_code is not UNSET:
            field_dict["regionCode"] = region_code
        if response_format_type is not UNSET:
            field_dict["responseFormatType"] = response_format_type

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = without_nulls(src_dict)
        server_instance_no = d.pop("serverInstanceNo")

        region_code = d.pop("regionCode", UNSET)

        _response_format_type = d.pop("responseFormatType", UNSET)
        response_format_type: ResponseFormatType | Unset
        if isinstance(_response_format_type, Unset):
            response_format_type = UNSET
        else:
            response_format_type = check_response_format_type(_response_format_type)

        get_server_instance_detail_form = cls(
            server_instance_no=server_instance_no,
            region_code=region_code,
            response_format_type=response_format_type,
        )

        return get_server_instance_detail_form
