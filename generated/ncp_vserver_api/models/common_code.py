# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset, without_nulls

T = TypeVar("T", bound="CommonCode")


@_attrs_define
class CommonCode:
    """A code and its name. Branch on the code only; the name's wording and language vary."""

    code: str | Unset = UNSET
    """ The code. """
    code_name: str | Unset = UNSET
    """ Text for people. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        code_name = self.code_name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if code is not UNSET:
            field_dict["code"] = code
        if code_name is not UNSET:
            field_dict["codeName"] = code_name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = without_nulls(src_dict)
        code = d.pop("code", UNSET)

        code_name = d.pop("codeName", UNSET)

        common_code = cls(
            code=code,
            code_name=code_name,
        )

        common_code.additional_properties = d
        return common_code

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
