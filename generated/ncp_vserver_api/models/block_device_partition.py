# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset, without_nulls

T = TypeVar("T", bound="BlockDevicePartition")


@_attrs_define
class BlockDevicePartition:
    """A partition of a block device."""

    mount_point: str | Unset = UNSET
    """ Mount point, begins with a slash. """
    partition_size: str | Unset = UNSET
    """ Size in GiB. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        mount_point = self.mount_point

        partition_size = self.partition_size

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if mount_point is not UNSET:
            field_dict["mountPoint"] = mount_point
        if partition_size is not UNSET:
            field_dict["partitionSize"] = partition_size

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = without_nulls(src_dict)
        mount_point = d.pop("mountPoint", UNSET)

        partition_size = d.pop("partitionSize", UNSET)

        block_device_partition = cls(
            mount_point=mount_point,
            partition_size=partition_size,
        )

        block_device_partition.additional_properties = d
        return block_device_partition

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
