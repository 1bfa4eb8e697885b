# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset, without_nulls

T = TypeVar("T", bound="ServerInstance")


@_attrs_define
class ServerInstance:
    """A server instance (virtual machine). Any field may be missing; a value that does not apply is an empty string or
    an empty list in every capture. Codes are open sets: a new one may appear at any time.

    """

    server_instance_no: str | Unset = UNSET
    """ Server instance number. """
    server_name: str | Unset = UNSET
    """ Name of the server. """
    server_description: str | Unset = UNSET
    """ Free text about the server. """
    cpu_count: int | Unset = UNSET
    """ Number of virtual CPUs. """
    memory_size: int | Unset = UNSET
    """ Memory in bytes. """
    platform_type: CommonCode | Unset = UNSET
    """ A code and its name. Branch on the code only; the name's wording and language vary. """
    login_key_name: str | Unset = UNSET
    """ Name of the login key. """
    public_ip_instance_no: str | Unset = UNSET
    """ Number of the public IP's instance. """
    public_ip: str | Unset = UNSET
    """ Public IP address. """
    server_instance_status: CommonCode | Unset = UNSET
    """ A code and its name. Branch on the code only; the name's wording and language vary. """
    server_instance_operation: CommonCode | Unset = UNSET
    """ A code and its name. Branch on the code only; the name's wording and language vary. """
    server_instance_status_name: str | Unset = UNSET
    """ State and operation in one word for people, such as running or rebooting. """
    create_date: str | Unset = UNSET
    """ When the server was created, as 2025-06-11T17:00:14+0900 (not RFC 3339: the offset has no colon). """
    uptime: str | Unset = UNSET
    """ When the server last started, in the same form. Right after a reboot call this may still be the start before
    it. """
    server_image_product_code: str | Unset = UNSET
    """ Product code of the server image. """
    server_product_code: str | Unset = UNSET
    """ Product code of the server. """
    is_protect_server_termination: bool | Unset = UNSET
    """ Whether the server is protected from termination. """
    zone_code: str | Unset = UNSET
    """ Zone, such as KR-1. """
    region_code: str | Unset = UNSET
    """ Region, such as KR. """
    vpc_no: str | Unset = UNSET
    """ Number of the VPC. """
    subnet_no: str | Unset = UNSET
    """ Number of the subnet. """
    network_interface_no_list: list[str] | Unset = UNSET
    """ Numbers of the network interfaces. """
    init_script_no: str | Unset = UNSET
    """ Number of the initialisation script. """
    server_instance_type: CommonCode | Unset = UNSET
    """ A code and its name. Branch on the code only; the name's wording and language vary. """
    base_block_storage_disk_type: CommonCode | Unset = UNSET
    """ A code and its name. Branch on the code only; the name's wording and language vary. """
    base_block_storage_disk_detail_type: CommonCode | Unset = UNSET
    """ A code and its name. Branch on the code only; the name's wording and language vary. """
    placement_group_no: str | Unset = UNSET
    """ Number of the placement group. """
    placement_group_name: str | Unset = UNSET
    """ Name of the placement group. """
    member_server_image_instance_no: str | Unset = UNSET
    """ Number of the member server image. """
    block_device_partition_list: list[BlockDevicePartition] | Unset = UNSET
    """ Partitions of the block device. """
    hypervisor_type: CommonCode | Unset = UNSET
    """ A code and its name. Branch on the code only; the name's wording and language vary. """
    server_image_no: str | Unset = UNSET
    """ Number of the server image. """
    server_spec_code: str | Unset = UNSET
    """ Code of the server specification, such as ci4-g3. """
    event_list: list[str] | Unset = UNSET
    """ Events of the server. """
    fabric_cluster_pool_no: str | Unset = UNSET
    """ Number of the fabric cluster pool. """
    fabric_cluster_pool_name: str | Unset = UNSET
    """ Name of the fabric cluster pool. """
    fabric_cluster_mode: str | Unset = UNSET
    """ Mode of the fabric cluster. """
    fabric_cluster_no: str | Unset = UNSET
    """ Number of the fabric cluster. """
    fabric_cluster_name: str | Unset = UNSET
    """ Name of the fabric cluster. """
    is_pre_install_gpu_driver: bool | Unset = UNSET
    """ Whether the GPU driver came installed. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        server_instance_no = self.server_instance_no

        server_name = self.server_name

        server_description = self.server_description

        cpu_count = self.cpu_count

        memory_size = self.memory_size

        platform_type: dict[str, Any] | Unset = UNSET
        if not isinstance(self.platform_type, Unset):
            platform_type = self.platform_type.to_dict()

        login_key_name = self.login_key_name

        public_ip_instance_no = self.public_ip_instance_no

        public_ip = self.public_ip

        server_instance_status: dict[str, Any] | Unset = UNSET
        if not isinstance(self.server_instance_status, Unset):
            server_instance_status = self.server_instance_status.to_dict()

        server_instance_operation: dict[str, Any] | Unset = UNSET
        if not isinstance(self.server_instance_operation, Unset):
            server_instance_operation = self.server_instance_operation.to_dict()

        server_instance_status_name = self.server_instance_status_name

        create_date = self.create_date

        uptime = self.uptime

        server_image_product_code = self.server_image_product_code

        server_product_code = self.server_product_code

        is_protect_server_termination = self.is_protect_server_termination

        zone_code = self.zone_code

        region_code = self.region_code

        vpc_no = self.vpc_no

        subnet_no = self.subnet_no

        network_interface_no_list: list[str] | Unset = UNSET
        if not isinstance(self.network_interface_no_list, Unset):
            network_interface_no_list = self.network_interface_no_list

        init_script_no = self.init_script_no

        server_instance_type: dict[str, Any] | Unset = UNSET
        if not isinstance(self.server_instance_type, Unset):
            server_instance_type = self.server_instance_type.to_dict()

        base_block_storage_disk_type: dict[str, Any] | Unset = UNSET
        if not isinstance(self.base_block_storage_disk_type, Unset):
            base_block_storage_disk_type = self.base_block_storage_disk_type.to_dict()

        base_block_storage_disk_detail_type: dict[str, Any] | Unset = UNSET
        if not isinstance(self.base_block_storage_disk_detail_type, Unset):
            base_block_storage_disk_detail_type = self.base_block_storage_disk_detail_type.to_dict()

        placement_group_no = self.placement_group_no

        placement_group_name = self.placement_group_name

        member_server_image_instance_no = self.member_server_image_instance_no

        block_device_partition_list: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.block_device_partition_list, Unset):
            block_device_partition_list = []
            for block_device_partition_list_item_data in self.block_device_partition_list:
                block_device_partition_list_item = block_device_partition_list_item_data.to_dict()
                block_device_partition_list.append(block_device_partition_list_item)

        hypervisor_type: dict[str, Any] | Unset = UNSET
        if not isinstance(self.hypervisor_type, Unset):
            hypervisor_type = self.hypervisor_type.to_dict()

        server_image_no = self.server_image_no

        server_spec_code = self.server_spec_code

        event_list: list[str] | Unset = UNSET
        if not isinstance(self.event_list, Unset):
            event_list = self.event_list

        fabric_cluster_pool_no = self.fabric_cluster_pool_no

        fabric_cluster_pool_name = self.fabric_cluster_pool_name

        fabric_cluster_mode = self.fabric_cluster_mode

        fabric_cluster_no = self.fabric_cluster_no

        fabric_cluster_name = self.fabric_cluster_name

        is_pre_install_gpu_driver = self.is_pre_install_gpu_driver

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if server_instance_no is not UNSET:
            field_dict["serverInstanceNo"] = server_instance_no
        if server_name is not UNSET:
            field_dict["serverName"] = server_name
        if server_description is not UNSET:
            field_dict["serverDescription"] = server_description
        if cpu_count is not UNSET:
            field_dict["cpuCount"] = cpu_count
        if memory_size is not UNSET:
            field_dict["memorySize"] = memory_size
        if platform_type is not UNSET:
            field_dict["platformType"] = platform_type
        if login_key_name is not UNSET:
            field_dict["loginKeyName"] = login_key_name
        if public_ip_instance_no is not UNSET:
            field_dict["publicIpInstanceNo"] = public_ip_instance_no
        if public_ip is not UNSET:
            field_dict["publicIp"] = public_ip
        if server_instance_status is not UNSET:
            field_dict["serverInstanceStatus"] = server_instance_status
        if server_instance_operation is not UNSET:
            field_dict["serverInstanceOperation"] = server_instance_operation
        if server_instance_status_name is not UNSET:
            field_dict["serverInstanceStatusName"] = server_instance_status_name
        if create_date is not UNSET:
            field_dict["createDate"] = create_date
        if uptime is not UNSET:
            field_dict["uptime"] = uptime
        if server_image_product_code is not UNSET:
            field_dict["serverImageProductCode"] = server_image_product_code
        if server_product_code is not UNSET:
            field_dict["serverProductCode"] = server_product_code
        if is_protect_server_termination is not UNSET:
            field_dict["isProtectServerTermination"] = is_protect_server_termination
        if zone_code is not UNSET:
            field_dict["zoneCode"] = zone_code
        if region_code is not UNSET:
            field_dict["regionCode"] = region_code
        if vpc_no is not UNSET:
            field_dict["vpcNo"] = vpc_no
        if subnet_no is not UNSET:
            field_dict["subnetNo"] = subnet_no
        if network_interface_no_list is not UNSET:
            field_dict["networkInterfaceNoList"] = network_interface_no_list
        if init_script_no is not UNSET:
            field_dict["initScriptNo"] = init_script_no
        if server_instance_type is not UNSET:
            field_dict["serverInstanceType"] = server_instance_type
        if base_block_storage_disk_type is not UNSET:
            field_dict["baseBlockStorageDiskType"] = base_block_storage_disk_type
        if base_block_storage_disk_detail_type is not UNSET:
            field_dict["baseBlockStorageDiskDetailType"] = base_block_storage_disk_detail_type
        if placement_group_no is not UNSET:
            field_dict["placementGroupNo"] = placement_group_no
        if placement_group_name is not UNSET:
            field_dict["placementGroupName"] = placement_group_name
        if member_server_image_instance_no is not UNSET:
            field_dict["memberServerImageInstanceNo"] = member_server_image_instance_no
        if block_device_partition_list is not UNSET:
            field_dict["blockDevicePartitionList"] = block_device_partition_list
        if hypervisor_type is not UNSET:
            field_dict["hypervisorType"] = hypervisor_type
        if server_image_no is not UNSET:
            field_dict["serverImageNo"] = server_image_no
        if server_spec_code is not UNSET:
            field_dict["serverSpecCode"] = server_spec_code
        if event_list is not UNSET:
            field_dict["eventList"] = event_list
        if fabric_cluster_pool_no is not UNSET:
            field_dict["fabricClusterPoolNo"] = fabric_cluster_pool_no
        if fabric_cluster_pool_name is not UNSET:
            field_dict["fabricClusterPoolName"] = fabric_cluster_pool_name
        if fabric_cluster_mode is not UNSET:
            field_dict["fabricClusterMode"] = fabric_cluster_mode
        if fabric_cluster_no is not UNSET:
            field_dict["fabricClusterNo"] = fabric_cluster_no
        if fabric_cluster_name is not UNSET:
            field_dict["fabricClusterName"] = fabric_cluster_name
        if is_pre_install_gpu_driver is not UNSET:
            field_dict["isPreInstallGpuDriver"] = is_pre_install_gpu_driver

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = without_nulls(
            src_dict,
            "platformType",
            "serverInstanceStatus",
            "serverInstanceOperation",
            "serverInstanceType",
            "baseBlockStorageDiskType",
            "baseBlockStorageDiskDetailType",
            "blockDevicePartitionList",
            "hypervisorType",
        )
        server_instance_no = d.pop("serverInstanceNo", UNSET)

        server_name = d.pop("serverName", UNSET)

        server_description = d.pop("serverDescription", UNSET)

        cpu_count = d.pop("cpuCount", UNSET)

        memory_size = d.pop("memorySize", UNSET)

        _platform_type = d.pop("platformType", UNSET)
        platform_type: CommonCode | Unset
        if isinstance(_platform_type, Unset):
            platform_type = UNSET
        else:
            platform_type = CommonCode.from_dict(_platform_type)

        login_key_name = d.pop("loginKeyName", UNSET)

        public_ip_instance_no = d.pop("publicIpInstanceNo", UNSET)

        public_ip = d.pop("publicIp", UNSET)

        _server_instance_status = d.pop("serverInstanceStatus", UNSET)
        server_instance_status: CommonCode | Unset
        if isinstance(_server_instance_status, Unset):
            server_instance_status = UNSET
        else:
            server_instance_status = CommonCode.from_dict(_server_instance_status)

        _server_instance_operation = d.pop("serverInstanceOperation", UNSET)
        server_instance_operation: CommonCode | Unset
        if isinstance(_server_instance_operation, Unset):
            server_instance_operation = UNSET
        else:
            server_instance_operation = CommonCode.from_dict(_server_instance_operation)

        server_instance_status_name = d.pop("serverInstanceStatusName", UNSET)

        create_date = d.pop("createDate", UNSET)

        uptime = d.pop("uptime", UNSET)

        server_image_product_code = d.pop("serverImageProductCode", UNSET)

        server_product_code = d.pop("serverProductCode", UNSET)

        is_protect_server_termination = d.pop("isProtectServerTermination", UNSET)

        zone_code = d.pop("zoneCode", UNSET)

        region_code = d.pop("regionCode", UNSET)

        vpc_no = d.pop("vpcNo", UNSET)

        subnet_no = d.pop("subnetNo", UNSET)

        network_interface_no_list = cast(list[str], d.pop("networkInterfaceNoList", UNSET))

        init_script_no = d.pop("initScriptNo", UNSET)

        _server_instance_type = d.pop("serverInstanceType", UNSET)
        server_instance_type: CommonCode | Unset
        if isinstance(_server_instance_type, Unset):
            server_instance_type = UNSET
        else:
            server_instance_type = CommonCode.from_dict(_server_instance_type)

        _base_block_storage_disk_type = d.pop("baseBlockStorageDiskType", UNSET)
        base_block_storage_disk_type: CommonCode | Unset
        if isinstance(_base_block_storage_disk_type, Unset):
            base_block_storage_disk_type = UNSET
        else:
            base_block_storage_disk_type = CommonCode.from_dict(_base_block_storage_disk_type)

        _base_block_storage_disk_detail_type = d.pop("baseBlockStorageDiskDetailType", UNSET)
        base_block_storage_disk_detail_type: CommonCode | Unset
        if isinstance(_base_block_storage_disk_detail_type, Unset):
            base_block_storage_disk_detail_type = UNSET
        else:
            base_block_storage_disk_detail_type = CommonCode.from_dict(_base_block_storage_disk_detail_type)

        placement_group_no = d.pop("placementGroupNo", UNSET)

        placement_group_name = d.pop("placementGroupName", UNSET)

        member_server_image_instance_no = d.pop("memberServerImageInstanceNo", UNSET)

        _block_device_partition_list = d.pop("blockDevicePartitionList", UNSET)
        block_device_partition_list: list[BlockDevicePartition] | Unset = UNSET
        if _block_device_partition_list is not UNSET:
            block_device_partition_list = []
            for block_device_partition_list_item_data in _block_device_partition_list:
                block_device_partition_list_item = BlockDevicePartition.from_dict(block_device_partition_list_item_data)

                block_device_partition_list.append(block_device_partition_list_item)

        _hypervisor_type = d.pop("hypervisorType", UNSET)
        hypervisor_type: CommonCode | Unset
        if isinstance(_hypervisor_type, Unset):
            hypervisor_type = UNSET
        else:
            hypervisor_type = CommonCode.from_dict(_hypervisor_type)

        server_image_no = d.pop("serverImageNo", UNSET)

        server_spec_code = d.pop("serverSpecCode", UNSET)

        event_list = cast(list[str], d.pop("eventList", UNSET))

        fabric_cluster_pool_no = d.pop("fabricClusterPoolNo", UNSET)

        fabric_cluster_pool_name = d.pop("fabricClusterPoolName", UNSET)

        fabric_cluster_mode = d.pop("fabricClusterMode", UNSET)

        fabric_cluster_no = d.pop("fabricClusterNo", UNSET)

        fabric_cluster_name = d.pop("fabricClusterName", UNSET)

        is_pre_install_gpu_driver = d.pop("isPreInstallGpuDriver", UNSET)

        server_instance = cls(
            server_instance_no=server_instance_no,
            server_name=server_name,
            server_description=server_description,
            cpu_count=cpu_count,
            memory_size=memory_size,
            platform_type=platform_type,
            login_key_name=login_key_name,
            public_ip_instance_no=public_ip_instance_no,
            public_ip=public_ip,
            server_instance_status=server_instance_status,
            server_instance_operation=server_instance_operation,
            server_instance_status_name=server_instance_status_name,
            create_date=create_date,
            uptime=uptime,
            server_image_product_code=server_image_product_code,
            server_product_code=server_product_code,
            is_protect_server_termination=is_protect_server_termination,
            zone_code=zone_code,
            region_code=region_code,
            vpc_no=vpc_no,
            subnet_no=subnet_no,
            network_interface_no_list=network_interface_no_list,
            init_script_no=init_script_no,
            server_instance_type=server_instance_type,
            base_block_storage_disk_type=base_block_storage_disk_type,
            base_block_storage_disk_detail_type=base_block_storage_disk_detail_type,
            placement_group_no=placement_group_no,
            placement_group_name=placement_group_name,
            member_server_image_instance_no=member_server_image_instance_no,
            block_device_partition_list=block_device_partition_list,
            hypervisor_type=hypervisor_type,
            server_image_no=server_image_no,
            server_spec_code=server_spec_code,
            event_list=event_list,
            fabric_cluster_pool_no=fabric_cluster_pool_no,
            fabric_cluster_pool_name=fabric_cluster_pool_name,
            fabric_cluster_mode=fabric_cluster_mode,
            fabric_cluster_no=fabric_cluster_no,
            fabric_cluster_name=fabric_cluster_name,
            is_pre_install_gpu_driver=is_pre_install_gpu_driver,
        )

        server_instance.additional_properties = d
        return server_instance

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


from ..models.block_device_partition import BlockDevicePartition
from ..models.common_code import CommonCode
