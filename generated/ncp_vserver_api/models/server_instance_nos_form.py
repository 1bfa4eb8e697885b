# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.response_format_type import ResponseFormatType, check_response_format_type
from ..types import UNSET, Unset, without_nulls

T = TypeVar("T", bound="ServerInstanceNosForm")


@_attrs_define
class ServerInstanceNosForm:
    """The parameters of the operations that change server instances, as form fields."""

    server_instance_no_list_1: str
    """ Server instance number, a string of digits. """
    region_code: str | Unset = UNSET
    """ Region code, such as KR. An open set; the service takes the first region of getRegionList when none is sent.
    """
    server_instance_no_list_2: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_3: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_4: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_5: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_6: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_7: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_8: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_9: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_10: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_11: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_12: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_13: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_14: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_15: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_16: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_17: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_18: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_19: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    server_instance_no_list_20: str | Unset = UNSET
    """ Server instance number, a string of digits. """
    response_format_type: ResponseFormatType | Unset = UNSET
    """ Format of the answer. The service's own choice, when none is sent, is xml. """

    def to_dict(self) -> dict[str, Any]:
        server_instance_no_list_1 = self.server_instance_no_list_1

        region_code = self.region_code

        server_instance_no_list_2 = self.server_instance_no_list_2

        server_instance_no_list_3 = self.server_instance_no_list_3

        server_instance_no_list_4 = self.server_instance_no_list_4

        server_instance_no_list_5 = self.server_instance_no_list_5

        server_instance_no_list_6 = self.server_instance_no_list_6

        server_instance_no_list_7 = self.server_instance_no_list_7

        server_instance_no_list_8 = self.server_instance_no_list_8

        server_instance_no_list_9 = self.server_instance_no_list_9

        server_instance_no_list_10 = self.server_instance_no_list_10

        server_instance_no_list_11 = self.server_instance_no_list_11

        server_instance_no_list_12 = self.server_instance_no_list_12

        server_instance_no_list_13 = self.server_instance_no_list_13

        server_instance_no_list_14 = self.server_instance_no_list_14

        server_instance_no_list_15 = self.server_instance_no_list_15

        server_instance_no_list_16 = self.server_instance_no_list_16

        server_instance_no_list_17 = self.server_instance_no_list_17

        server_instance_no_list_18 = self.server_instance_no_list_18

        server_instance_no_list_19 = self.server_instance_no_list_19

        server_instance_no_list_20 = self.server_instance_no_list_20

        response_format_type: str | Unset = UNSET
        if not isinstance(self.response_format_type, Unset):
            response_format_type = self.response_format_type

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "serverInstanceNoList.1": server_instance_no_list_1,
            }
        )
        if region_code is not UNSET:
            field_dict["regionCode"] = region_code
        if server_instance_no_list_2 is not UNSET:
            field_dict["serverInstanceNoList.2"] = server_instance_no_list_2
        if server_instance_no_list_3 is not UNSET:
            field_dict["serverInstanceNoList.3"] = server_instance_no_list_3
        if server_instance_no_list_4 is not UNSET:
            field_dict["serverInstanceNoList.4"] = server_instance_no_list_4
        if server_instance_no_list_5 is not UNSET:
            field_dict["serverInstanceNoList.5"] = server_instance_no_list_5
        if server_instance_no_list_6 is not UNSET:
            field_dict["serverInstanceNoList.6"] = server_instance_no_list_6
        if server_instance_no_list_7 is not UNSET:
            field_dict["serverInstanceNoList.7"] = server_instance_no_list_7
        if server_instance_no_list_8 is not UNSET:
            field_dict["serverInstanceNoList.8"] = server_instance_no_list_8
        if server_instance_no_list_9 is not UNSET:
            field_dict["serverInstanceNoList.9"] = server_instance_no_list_9
        if server_instance_no_list_10 is not UNSET:
            field_dict["serverInstanceNoList.10"] = server_instance_no_list_10
        if server_instance_no_list_11 is not UNSET:
            field_dict["serverInstanceNoList.11"] = server_instance_no_list_11
        if server_instance_no_list_12 is not UNSET:
            field_dict["serverInstanceNoList.12"] = server_instance_no_list_12
        if server_instance_no_list_13 is not UNSET:
            field_dict["serverInstanceNoList.13"] = server_instance_no_list_13
        if server_instance_no_list_14 is not UNSET:
            field_dict["serverInstanceNoList.14"] = server_instance_no_list_14
        if server_instance_no_list_15 is not UNSET:
            field_dict["serverInstanceNoList.15"] = server_instance_no_list_15
        if server_instance_no_list_16 is not UNSET:
            field_dict["serverInstanceNoList.16"] = server_instance_no_list_16
        if server_instance_no_list_17 is not UNSET:
            field_dict["serverInstanceNoList.17"] = server_instance_no_list_17
        if server_instance_no_list_18 is not UNSET:
            field_dict["serverInstanceNoList.18"] = server_instance_no_list_18
        if server_instance_no_list_19 is not UNSET:
            field_dict["serverInstanceNoList.19"] = server_instance_no_list_19
        if server_instance_no_list_20 is not UNSET:
            field_dict["serverInstanceNoList.20"] = server_instance_no_list_20
        if response_format_type is not UNSET:
            field_dict["responseFormatType"] = response_format_type

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = without_nulls(src_dict)
        server_instance_no_list_1 = d.pop("serverInstanceNoList.1")

        region_code = d.pop("regionCode", UNSET)

        server_instance_no_list_2 = d.pop("serverInstanceNoList.2", UNSET)

        server_instance_no_list_3 = d.pop("serverInstanceNoList.3", UNSET)

        server_instance_no_list_4 = d.pop("serverInstanceNoList.4", UNSET)

        server_instance_no_list_5 = d.pop("serverInstanceNoList.5", UNSET)

        server_instance_no_list_6 = d.pop("serverInstanceNoList.6", UNSET)

        server_instance_no_list_7 = d.pop("serverInstanceNoList.7", UNSET)

        server_instance_no_list_8 = d.pop("serverInstanceNoList.8", UNSET)

        server_instance_no_list_9 = d.pop("serverInstanceNoList.9", UNSET)

        server_instance_no_list_10 = d.pop("serverInstanceNoList.10", UNSET)

        server_instance_no_list_11 = d.pop("serverInstanceNoList.11", UNSET)

        server_instance_no_list_12 = d.pop("serverInstanceNoList.12", UNSET)

        server_instance_no_list_13 = d.pop("serverInstanceNoList.13", UNSET)

        server_instance_no_list_14 = d.pop("serverInstanceNoList.14", UNSET)

        server_instance_no_list_15 = d.pop("serverInstanceNoList.15", UNSET)

        server_instance_no_list_16 = d.pop("serverInstanceNoList.16", UNSET)

        server_instance_no_list_17 = d.pop("serverInstanceNoList.17", UNSET)

        server_instance_no_list_18 = d.pop("serverInstanceNoList.18", UNSET)

        server_instance_no_list_19 = d.pop("serverInstanceNoList.19", UNSET)

        server_instance_no_list_20 = d.pop("serverInstanceNoList.20", UNSET)

        _response_format_type = d.pop("responseFormatType", UNSET)
        response_format_type: ResponseFormatType | Unset
        if isinstance(_response_format_type, Unset):
            response_format_type = UNSET
        else:
            response_format_type = check_response_format_type(_response_format_type)

        server_instance_nos_form = cls(
            server_instance_no_list_1=server_instance_no_list_1,
            region_code=region_code,
            server_instance_no_list_2=server_instance_no_list_2,
            server_instance_no_list_3=server_instance_no_list_3,
            server_instance_no_list_4=server_instance_no_list_4,
            server_instance_no_list_5=server_instance_no_list_5,
            server_instance_no_list_6=server_instance_no_list_6,
            server_instance_no_list_7=server_instance_no_list_7,
            server_instance_no_list_8=server_instance_no_list_8,
            server_instance_no_list_9=server_instance_no_list_9,
            server_instance_no_list_10=server_instance_no_list_10,
            server_instance_no_list_11=server_instance_no_list_11,
            server_instance_no_list_12=server_instance_no_list_12,
            server_instance_no_list_13=server_instance_no_list_13,
            server_instance_no_list_14=server_instance_no_list_14,
            server_instance_no_list_15=server_instance_no_list_15,
            server_instance_no_list_16=server_instance_no_list_16,
            server_instance_no_list_17=server_instance_no_list_17,
            server_instance_no_list_18=server_instance_no_list_18,
            server_instance_no_list_19=server_instance_no_list_19,
            server_instance_no_list_20=server_instance_no_list_20,
            response_format_type=response_format_type,
        )

        return server_instance_nos_form
