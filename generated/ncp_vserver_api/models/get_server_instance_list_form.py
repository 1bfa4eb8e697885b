# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.response_format_type import ResponseFormatType, check_response_format_type
from ..types import UNSET, Unset, without_nulls

T = TypeVar("T", bound="GetServerInstanceListForm")


@_attrs_define
class GetServerInstanceListForm:
    """The parameters of getServerInstanceList as form fields."""

    region_code: str | Unset = UNSET
    """ Region code, such as KR. An open set; the service takes the first region of getRegionList when none is sent.
    """
    vpc_no: str | Unset = UNSET
    """ Number of the VPC. """
    server_instance_no_list_1: str | Unset = UNSET
    """ Server instance number, a string of digits. """
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
    server_name: str | Unset = UNSET
    """ Name of the server. """
    server_instance_status_code: str | Unset = UNSET
    """ Status of the server, such as RUN. The page lists INIT, CREAT, RUN and NSTOP. """
    base_block_storage_disk_type_code: str | Unset = UNSET
    """ Kind of the base block storage. The page lists NET. """
    base_block_storage_disk_detail_type_code: str | Unset = UNSET
    """ Medium of the base block storage. The page lists HDD and SSD. """
    ip: str | Unset = UNSET
    """ A public or a private IP address of the server. """
    placement_group_no_list_1: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_2: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_3: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_4: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_5: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_6: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_7: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_8: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_9: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_10: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_11: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_12: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_13: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_14: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_15: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_16: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_17: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_18: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_19: str | Unset = UNSET
    """ Number of a placement group. """
    placement_group_no_list_20: str | Unset = UNSET
    """ Number of a placement group. """
    hypervisor_type_code_list_1: str | Unset = UNSET
    """ Hypervisor. The page lists XEN and KVM. """
    hypervisor_type_code_list_2: str | Unset = UNSET
    """ Hypervisor. The page lists XEN and KVM. """
    fabric_cluster_pool_no: str | Unset = UNSET
    """ Number of the fabric cluster pool. """
    fabric_cluster_no: str | Unset = UNSET
    """ Number of the fabric cluster. """
    fabric_cluster_mode: str | Unset = UNSET
    """ Mode of the fabric cluster. """
    page_no: int | Unset = UNSET
    """ Number of the page. 0 and 1 are both the first. """
    page_size: int | Unset = UNSET
    """ How many servers a page has. Required where pageNo is given. """
    sorted_by: str | Unset = UNSET
    """ Field to sort by. The values are not known. """
    sorting_order: str | Unset = UNSET
    """ Direction of sorting. The values are not known. """
    response_format_type: ResponseFormatType | Unset = UNSET
    """ Format of the answer. The service's own choice, when none is sent, is xml. """

    def to_dict(self) -> dict[str, Any]:
        region_code = self.region_code

        vpc_no = self.vpc_no

        server_instance_no_list_1 = self.server_instance_no_list_1

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

        server_name = self.server_name

        server_instance_status_code = self.server_instance_status_code

        base_block_storage_disk_type_code = self.base_block_storage_disk_type_code

        base_block_storage_disk_detail_type_code = self.base_block_storage_disk_detail_type_code

        ip = self.ip

        placement_group_no_list_1 = self.placement_group_no_list_1

        placement_group_no_list_2 = self.placement_group_no_list_2

        placement_group_no_list_3 = self.placement_group_no_list_3

        placement_group_no_list_4 = self.placement_group_no_list_4

        placement_group_no_list_5 = self.placement_group_no_list_5

        placement_group_no_list_6 = self.placement_group_no_list_6

        placement_group_no_list_7 = self.placement_group_no_list_7

        placement_group_no_list_8 = self.placement_group_no_list_8

        placement_group_no_list_9 = self.placement_group_no_list_9

        placement_group_no_list_10 = self.placement_group_no_list_10

        placement_group_no_list_11 = self.placement_group_no_list_11

        placement_group_no_list_12 = self.placement_group_no_list_12

        placement_group_no_list_13 = self.placement_group_no_list_13

        placement_group_no_list_14 = self.placement_group_no_list_14

        placement_group_no_list_15 = self.placement_group_no_list_15

        placement_group_no_list_16 = self.placement_group_no_list_16

        placement_group_no_list_17 = self.placement_group_no_list_17

        placement_group_no_list_18 = self.placement_group_no_list_18

        placement_group_no_list_19 = self.placement_group_no_list_19

        placement_group_no_list_20 = self.placement_group_no_list_20

        hypervisor_type_code_list_1 = self.hypervisor_type_code_list_1

        hypervisor_type_code_list_2 = self.hypervisor_type_code_list_2

        fabric_cluster_pool_no = self.fabric_cluster_pool_no

        fabric_cluster_no = self.fabric_cluster_no

        fabric_cluster_mode = self.fabric_cluster_mode

        page_no = self.page_no

        page_size = self.page_size

        sorted_by = self.sorted_by

        sorting_order = self.sorting_order

        response_format_type: str | Unset = UNSET
        if not isinstance(self.response_format_type, Unset):
            response_format_type = self.response_format_type

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if region_code is not UNSET:
            field_dict["regionCode"] = region_code
        if vpc_no is not UNSET:
            field_dict["vpcNo"] = vpc_no
        if server_instance_no_list_1 is not UNSET:
            field_dict["serverInstanceNoList.1"] = server_instance_no_list_1
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
        if server_name is not UNSET:
            field_dict["serverName"] = server_name
        if server_instance_status_code is not UNSET:
            field_dict["serverInstanceStatusCode"] = server_instance_status_code
        if base_block_storage_disk_type_code is not UNSET:
            field_dict["baseBlockStorageDiskTypeCode"] = base_block_storage_disk_type_code
        if base_block_storage_disk_detail_type_code is not UNSET:
            field_dict["baseBlockStorageDiskDetailTypeCode"] = base_block_storage_disk_detail_type_code
        if ip is not UNSET:
            field_dict["ip"] = ip
        if placement_group_no_list_1 is not UNSET:
            field_dict["placementGroupNoList.1"] = placement_group_no_list_1
        if placement_group_no_list_2 is not UNSET:
            field_dict["placementGroupNoList.2"] = placement_group_no_list_2
        if placement_group_no_list_3 is not UNSET:
            field_dict["placementGroupNoList.3"] = placement_group_no_list_3
        if placement_group_no_list_4 is not UNSET:
            field_dict["placementGroupNoList.4"] = placement_group_no_list_4
        if placement_group_no_list_5 is not UNSET:
            field_dict["placementGroupNoList.5"] = placement_group_no_list_5
        if placement_group_no_list_6 is not UNSET:
            field_dict["placementGroupNoList.6"] = placement_group_no_list_6
        if placement_group_no_list_7 is not UNSET:
            field_dict["placementGroupNoList.7"] = placement_group_no_list_7
        if placement_group_no_list_8 is not UNSET:
            field_dict["placementGroupNoList.8"] = placement_group_no_list_8
        if placement_group_no_list_9 is not UNSET:
            field_dict["placementGroupNoList.9"] = placement_group_no_list_9
        if placement_group_no_list_10 is not UNSET:
            field_dict["placementGroupNoList.10"] = placement_group_no_list_10
        if placement_group_no_list_11 is not UNSET:
            field_dict["placementGroupNoList.11"] = placement_group_no_list_11
        if placement_group_no_list_12 is not UNSET:
            field_dict["placementGroupNoList.12"] = placement_group_no_list_12
        if placement_group_no_list_13 is not UNSET:
            field_dict["placementGroupNoList.13"] = placement_group_no_list_13
        if placement_group_no_list_14 is not UNSET:
            field_dict["placementGroupNoList.14"] = placement_group_no_list_14
        if placement_group_no_list_15 is not UNSET:
            field_dict["placementGroupNoList.15"] = placement_group_no_list_15
        if placement_group_no_list_16 is not UNSET:
            field_dict["placementGroupNoList.16"] = placement_group_no_list_16
        if placement_group_no_list_17 is not UNSET:
            field_dict["placementGroupNoList.17"] = placement_group_no_list_17
        if placement_group_no_list_18 is not UNSET:
            field_dict["placementGroupNoList.18"] = placement_group_no_list_18
        if placement_group_no_list_19 is not UNSET:
            field_dict["placementGroupNoList.19"] = placement_group_no_list_19
        if placement_group_no_list_20 is not UNSET:
            field_dict["placementGroupNoList.20"] = placement_group_no_list_20
        if hypervisor_type_code_list_1 is not UNSET:
            field_dict["hypervisorTypeCodeList.1"] = hypervisor_type_code_list_1
        if hypervisor_type_code_list_2 is not UNSET:
            field_dict["hypervisorTypeCodeList.2"] = hypervisor_type_code_list_2
        if fabric_cluster_pool_no is not UNSET:
            field_dict["fabricClusterPoolNo"] = fabric_cluster_pool_no
        if fabric_cluster_no is not UNSET:
            field_dict["fabricClusterNo"] = fabric_cluster_no
        if fabric_cluster_mode is not UNSET:
            field_dict["fabricClusterMode"] = fabric_cluster_mode
        if page_no is not UNSET:
            field_dict["pageNo"] = page_no
        if page_size is not UNSET:
            field_dict["pageSize"] = page_size
        if sorted_by is not UNSET:
            field_dict["sortedBy"] = sorted_by
        if sorting_order is not UNSET:
            field_dict["sortingOrder"] = sorting_order
        if response_format_type is not UNSET:
            field_dict["responseFormatType"] = response_format_type

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = without_nulls(src_dict)
        region_code = d.pop("regionCode", UNSET)

        vpc_no = d.pop("vpcNo", UNSET)

        server_instance_no_list_1 = d.pop("serverInstanceNoList.1", UNSET)

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

        server_name = d.pop("serverName", UNSET)

        server_instance_status_code = d.pop("serverInstanceStatusCode", UNSET)

        base_block_storage_disk_type_code = d.pop("baseBlockStorageDiskTypeCode", UNSET)

        base_block_storage_disk_detail_type_code = d.pop("baseBlockStorageDiskDetailTypeCode", UNSET)

        ip = d.pop("ip", UNSET)

        placement_group_no_list_1 = d.pop("placementGroupNoList.1", UNSET)

        placement_group_no_list_2 = d.pop("placementGroupNoList.2", UNSET)

        placement_group_no_list_3 = d.pop("placementGroupNoList.3", UNSET)

        placement_group_no_list_4 = d.pop("placementGroupNoList.4", UNSET)

        placement_group_no_list_5 = d.pop("placementGroupNoList.5", UNSET)

        placement_group_no_list_6 = d.pop("placementGroupNoList.6", UNSET)

        placement_group_no_list_7 = d.pop("placementGroupNoList.7", UNSET)

        placement_group_no_list_8 = d.pop("placementGroupNoList.8", UNSET)

        placement_group_no_list_9 = d.pop("placementGroupNoList.9", UNSET)

        placement_group_no_list_10 = d.pop("placementGroupNoList.10", UNSET)

        placement_group_no_list_11 = d.pop("placementGroupNoList.11", UNSET)

        placement_group_no_list_12 = d.pop("placementGroupNoList.12", UNSET)

        placement_group_no_list_13 = d.pop("placementGroupNoList.13", UNSET)

        placement_group_no_list_14 = d.pop("placementGroupNoList.14", UNSET)

        placement_group_no_list_15 = d.pop("placementGroupNoList.15", UNSET)

        placement_group_no_list_16 = d.pop("placementGroupNoList.16", UNSET)

        placement_group_no_list_17 = d.pop("placementGroupNoList.17", UNSET)

        placement_group_no_list_18 = d.pop("placementGroupNoList.18", UNSET)

        placement_group_no_list_19 = d.pop("placementGroupNoList.19", UNSET)

        placement_group_no_list_20 = d.pop("placementGroupNoList.20", UNSET)

        hypervisor_type_code_list_1 = d.pop("hypervisorTypeCodeList.1", UNSET)

        hypervisor_type_code_list_2 = d.pop("hypervisorTypeCodeList.2", UNSET)

        fabric_cluster_pool_no = d.pop("fabricClusterPoolNo", UNSET)

        fabric_cluster_no = d.pop("fabricClusterNo", UNSET)

        fabric_cluster_mode = d.pop("fabricClusterMode", UNSET)

        page_no = d.pop("pageNo", UNSET)

        page_size = d.pop("pageSize", UNSET)

        sorted_by = d.pop("sortedBy", UNSET)

        sorting_order = d.pop("sortingOrder", UNSET)

        _response_format_type = d.pop("responseFormatType", UNSET)
        response_format_type: ResponseFormatType | Unset
        if isinstance(_response_format_type, Unset):
            response_format_type = UNSET
        else:
            response_format_type = check_response_format_type(_response_format_type)

        get_server_instance_list_form = cls(
            region_code=region_code,
            vpc_no=vpc_no,
            server_instance_no_list_1=server_instance_no_list_1,
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
            server_name=server_name,
            server_instance_status_code=server_instance_status_code,
            base_block_storage_disk_type_code=base_block_storage_disk_type_code,
            base_block_storage_disk_detail_type_code=base_block_storage_disk_detail_type_code,
            ip=ip,
            placement_group_no_list_1=placement_group_no_list_1,
            placement_group_no_list_2=placement_group_no_list_2,
            placement_group_no_list_3=placement_group_no_list_3,
            placement_group_no_list_4=placement_group_no_list_4,
            placement_group_no_list_5=placement_group_no_list_5,
            placement_group_no_list_6=placement_group_no_list_6,
            placement_group_no_list_7=placement_group_no_list_7,
            placement_group_no_list_8=placement_group_no_list_8,
            placement_group_no_list_9=placement_group_no_list_9,
            placement_group_no_list_10=placement_group_no_list_10,
            placement_group_no_list_11=placement_group_no_list_11,
            placement_group_no_list_12=placement_group_no_list_12,
            placement_group_no_list_13=placement_group_no_list_13,
            placement_group_no_list_14=placement_group_no_list_14,
            placement_group_no_list_15=placement_group_no_list_15,
            placement_group_no_list_16=placement_group_no_list_16,
            placement_group_no_list_17=placement_group_no_list_17,
            placement_group_no_list_18=placement_group_no_list_18,
            placement_group_no_list_19=placement_group_no_list_19,
            placement_group_no_list_20=placement_group_no_list_20,
            hypervisor_type_code_list_1=hypervisor_type_code_list_1,
            hypervisor_type_code_list_2=hypervisor_type_code_list_2,
            fabric_cluster_pool_no=fabric_cluster_pool_no,
            fabric_cluster_no=fabric_cluster_no,
            fabric_cluster_mode=fabric_cluster_mode,
            page_no=page_no,
            page_size=page_size,
            sorted_by=sorted_by,
            sorting_order=sorting_order,
            response_format_type=response_format_type,
        )

        return get_server_instance_list_form
