# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx

from ... import errors, models
from ...types import UNSET, Response, Unset

if TYPE_CHECKING:
    from ...client import AuthenticatedClient, Client
    from ...models.gateway_error_envelope import GatewayErrorEnvelope
    from ...models.get_server_instance_list_envelope import (
        GetServerInstanceListEnvelope,
    )
    from ...models.response_error_envelope import ResponseErrorEnvelope
    from ...types import UNSET, Unset


def _get_kwargs(
    *,
    server_instance_no_list: Sequence[str] | Unset = UNSET,
    placement_group_no_list: Sequence[str] | Unset = UNSET,
    hypervisor_type_code_list: Sequence[str] | Unset = UNSET,
    region_code: str | Unset = UNSET,
    vpc_no: str | Unset = UNSET,
    server_name: str | Unset = UNSET,
    server_instance_status_code: str | Unset = UNSET,
    base_block_storage_disk_type_code: str | Unset = UNSET,
    base_block_storage_disk_detail_type_code: str | Unset = UNSET,
    ip: str | Unset = UNSET,
    fabric_cluster_pool_no: str | Unset = UNSET,
    fabric_cluster_no: str | Unset = UNSET,
    fabric_cluster_mode: str | Unset = UNSET,
    page_no: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    sorted_by: str | Unset = UNSET,
    sorting_order: str | Unset = UNSET,
) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    fields["regionCode"] = region_code
    fields["vpcNo"] = vpc_no
    fields["serverName"] = server_name
    fields["serverInstanceStatusCode"] = server_instance_status_code
    fields["baseBlockStorageDiskTypeCode"] = base_block_storage_disk_type_code
    fields["baseBlockStorageDiskDetailTypeCode"] = base_block_storage_disk_detail_type_code
    fields["ip"] = ip
    fields["fabricClusterPoolNo"] = fabric_cluster_pool_no
    fields["fabricClusterNo"] = fabric_cluster_no
    fields["fabricClusterMode"] = fabric_cluster_mode
    fields["pageNo"] = page_no
    fields["pageSize"] = page_size
    fields["sortedBy"] = sorted_by
    fields["sortingOrder"] = sorting_order
    fields = {name: value for name, value in fields.items() if value is not None and not isinstance(value, Unset)}
    fields["responseFormatType"] = "json"

    if not isinstance(server_instance_no_list, Unset):
        if not isinstance(server_instance_no_list, Sequence) or isinstance(
            server_instance_no_list, str | bytes | bytearray
        ):
            raise TypeError("server_instance_no_list must be a sequence of strings, such as a list")
        if not 1 <= len(server_instance_no_list) <= 20:
            raise ValueError(f"server_instance_no_list takes 1 to 20 values, got {len(server_instance_no_list)}")
        for number, value in enumerate(server_instance_no_list, start=1):
            fields[f"serverInstanceNoList.{number}"] = value

    if not isinstance(placement_group_no_list, Unset):
        if not isinstance(placement_group_no_list, Sequence) or isinstance(
            placement_group_no_list, str | bytes | bytearray
        ):
            raise TypeError("placement_group_no_list must be a sequence of strings, such as a list")
        if not 1 <= len(placement_group_no_list) <= 20:
            raise ValueError(f"placement_group_no_list takes 1 to 20 values, got {len(placement_group_no_list)}")
        for number, value in enumerate(placement_group_no_list, start=1):
            fields[f"placementGroupNoList.{number}"] = value

    if not isinstance(hypervisor_type_code_list, Unset):
        if not isinstance(hypervisor_type_code_list, Sequence) or isinstance(
            hypervisor_type_code_list, str | bytes | bytearray
        ):
            raise TypeError("hypervisor_type_code_list must be a sequence of strings, such as a list")
        if not 1 <= len(hypervisor_type_code_list) <= 2:
            raise ValueError(f"hypervisor_type_code_list takes 1 to 2 values, got {len(hypervisor_type_code_list)}")
        for number, value in enumerate(hypervisor_type_code_list, start=1):
            fields[f"hypervisorTypeCodeList.{number}"] = value

    return {
        "method": "get",
        "url": "/vserver/v2/getServerInstanceList",
        "params": fields,
    }


def _parse_response(
    *, response: httpx.Response
) -> GatewayErrorEnvelope | ResponseErrorEnvelope | GetServerInstanceListEnvelope:
    if response.status_code == 200:
        response_200 = models.GetServerInstanceListEnvelope.from_dict(response.json())

        return response_200

    if response.status_code == 400:

        def _parse_response_400(data: object) -> GatewayErrorEnvelope | ResponseErrorEnvelope:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_400_type_0 = models.ResponseErrorEnvelope.from_dict(data)

                return response_400_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_400_type_1 = models.GatewayErrorEnvelope.from_dict(data)

            return response_400_type_1

        response_400 = _parse_response_400(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = models.GatewayErrorEnvelope.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = models.GatewayErrorEnvelope.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = models.GatewayErrorEnvelope.from_dict(response.json())

        return response_404

    if response.status_code == 413:
        response_413 = models.GatewayErrorEnvelope.from_dict(response.json())

        return response_413

    if response.status_code == 429:
        response_429 = models.GatewayErrorEnvelope.from_dict(response.json())

        return response_429

    if response.status_code == 500:

        def _parse_response_500(data: object) -> GatewayErrorEnvelope | ResponseErrorEnvelope:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_500_type_0 = models.ResponseErrorEnvelope.from_dict(data)

                return response_500_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_500_type_1 = models.GatewayErrorEnvelope.from_dict(data)

            return response_500_type_1

        response_500 = _parse_response_500(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = models.GatewayErrorEnvelope.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = models.GatewayErrorEnvelope.from_dict(response.json())

        return response_504

    def _parse_response_default(data: object) -> GatewayErrorEnvelope | ResponseErrorEnvelope:
        try:
            if not isinstance(data, dict):
                raise TypeError()
            response_default_type_0 = models.ResponseErrorEnvelope.from_dict(data)

            return response_default_type_0
        except (TypeError, ValueError, AttributeError, KeyError):
            pass
        if not isinstance(data, dict):
            raise TypeError()
        response_default_type_1 = models.GatewayErrorEnvelope.from_dict(data)

        return response_default_type_1

    response_default = _parse_response_default(response.json())

    return response_default


def _build_response(
    *, response: httpx.Response
) -> Response[GatewayErrorEnvelope | ResponseErrorEnvelope | GetServerInstanceListEnvelope]:
    try:
        status_code = HTTPStatus(response.status_code)
    except ValueError:
        raise errors.UnexpectedStatus(response) from None
    try:
        parsed = _parse_response(response=response)
    except errors.UnexpectedResponse:
        raise
    except Exception as error:  # Any failure to read the body means one thing: it is not as the contract describes.
        raise errors.UnexpectedResponse(response) from error
    return Response(status_code=status_code, content=response.content, headers=response.headers, parsed=parsed)


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    timeout: httpx.Timeout | None = None,
    server_instance_no_list: Sequence[str] | Unset = UNSET,
    placement_group_no_list: Sequence[str] | Unset = UNSET,
    hypervisor_type_code_list: Sequence[str] | Unset = UNSET,
    region_code: str | Unset = UNSET,
    vpc_no: str | Unset = UNSET,
    server_name: str | Unset = UNSET,
    server_instance_status_code: str | Unset = UNSET,
    base_block_storage_disk_type_code: str | Unset = UNSET,
    base_block_storage_disk_detail_type_code: str | Unset = UNSET,
    ip: str | Unset = UNSET,
    fabric_cluster_pool_no: str | Unset = UNSET,
    fabric_cluster_no: str | Unset = UNSET,
    fabric_cluster_mode: str | Unset = UNSET,
    page_no: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    sorted_by: str | Unset = UNSET,
    sorting_order: str | Unset = UNSET,
) -> Response[GatewayErrorEnvelope | ResponseErrorEnvelope | GetServerInstanceListEnvelope]:
    """List server instances.

    Reads the server instances of a region, all of them or those that match every given parameter, in pages where
    `pageNo` and `pageSize` say so. Changes nothing.


    Args:
        client: Says where to send the request and how: base URL, auth, timeout.
        timeout: Time limits of this call, instead of the client's.
        server_instance_no_list: 1 to 20 values, sent in this order as serverInstanceNoList.1, serverInstanceNoList.2, …
            Server instance number, a string of digits.
        placement_group_no_list: 1 to 20 values, sent in this order as placementGroupNoList.1, placementGroupNoList.2, …
            Number of a placement group.
        hypervisor_type_code_list: 1 to 2 values, sent in this order as hypervisorTypeCodeList.1, hypervisorTypeCodeList.2, …
            Hypervisor. The page lists XEN and KVM.
        region_code: Region code, such as KR. An open set; the service takes the first region of getRegionList when none is sent.
        vpc_no: Number of the VPC.
        server_name: Name of the server.
        server_instance_status_code: Status of the server, such as RUN. The page lists INIT, CREAT, RUN and NSTOP.
        base_block_storage_disk_type_code: Kind of the base block storage. The page lists NET.
        base_block_storage_disk_detail_type_code: Medium of the base block storage. The page lists HDD and SSD.
        ip: A public or a private IP address of the server.
        fabric_cluster_pool_no: Number of the fabric cluster pool.
        fabric_cluster_no: Number of the fabric cluster.
        fabric_cluster_mode: Mode of the fabric cluster.
        page_no: Number of the page. 0 and 1 are both the first.
        page_size: How many servers a page has. Required where pageNo is given.
        sorted_by: Field to sort by. The values are not known.
        sorting_order: Direction of sorting. The values are not known.

    Raises:
        ValueError: A sequence is empty or too long. Nothing was sent.
        TypeError: Something else was passed as a sequence of strings. Nothing was sent.
        errors.UnexpectedResponse: The answer is not one that the contract describes, in status or body.
        httpx.HTTPError: No answer was received. Whether the operation was carried out may not be known.

    Returns:
        Status, headers and body, and the model parsed from it.
    """

    kwargs = _get_kwargs(
        server_instance_no_list=server_instance_no_list,
        placement_group_no_list=placement_group_no_list,
        hypervisor_type_code_list=hypervisor_type_code_list,
        region_code=region_code,
        vpc_no=vpc_no,
        server_name=server_name,
        server_instance_status_code=server_instance_status_code,
        base_block_storage_disk_type_code=base_block_storage_disk_type_code,
        base_block_storage_disk_detail_type_code=base_block_storage_disk_detail_type_code,
        ip=ip,
        fabric_cluster_pool_no=fabric_cluster_pool_no,
        fabric_cluster_no=fabric_cluster_no,
        fabric_cluster_mode=fabric_cluster_mode,
        page_no=page_no,
        page_size=page_size,
        sorted_by=sorted_by,
        sorting_order=sorting_order,
    )

    return _build_response(
        response=client.get_httpx_client().request(
            **kwargs, timeout=httpx.USE_CLIENT_DEFAULT if timeout is None else timeout
        )
    )


def sync(
    *,
    client: AuthenticatedClient | Client,
    timeout: httpx.Timeout | None = None,
    server_instance_no_list: Sequence[str] | Unset = UNSET,
    placement_group_no_list: Sequence[str] | Unset = UNSET,
    hypervisor_type_code_list: Sequence[str] | Unset = UNSET,
    region_code: str | Unset = UNSET,
    vpc_no: str | Unset = UNSET,
    server_name: str | Unset = UNSET,
    server_instance_status_code: str | Unset = UNSET,
    base_block_storage_disk_type_code: str | Unset = UNSET,
    base_block_storage_disk_detail_type_code: str | Unset = UNSET,
    ip: str | Unset = UNSET,
    fabric_cluster_pool_no: str | Unset = UNSET,
    fabric_cluster_no: str | Unset = UNSET,
    fabric_cluster_mode: str | Unset = UNSET,
    page_no: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    sorted_by: str | Unset = UNSET,
    sorting_order: str | Unset = UNSET,
) -> GatewayErrorEnvelope | ResponseErrorEnvelope | GetServerInstanceListEnvelope | None:
    """List server instances.

    Reads the server instances of a region, all of them or those that match every given parameter, in pages where
    `pageNo` and `pageSize` say so. Changes nothing.


    Args:
        client: Says where to send the request and how: base URL, auth, timeout.
        timeout: Time limits of this call, instead of the client's.
        server_instance_no_list: 1 to 20 values, sent in this order as serverInstanceNoList.1, serverInstanceNoList.2, …
            Server instance number, a string of digits.
        placement_group_no_list: 1 to 20 values, sent in this order as placementGroupNoList.1, placementGroupNoList.2, …
            Number of a placement group.
        hypervisor_type_code_list: 1 to 2 values, sent in this order as hypervisorTypeCodeList.1, hypervisorTypeCodeList.2, …
            Hypervisor. The page lists XEN and KVM.
        region_code: Region code, such as KR. An open set; the service takes the first region of getRegionList when none is sent.
        vpc_no: Number of the VPC.
        server_name: Name of the server.
        server_instance_status_code: Status of the server, such as RUN. The page lists INIT, CREAT, RUN and NSTOP.
        base_block_storage_disk_type_code: Kind of the base block storage. The page lists NET.
        base_block_storage_disk_detail_type_code: Medium of the base block storage. The page lists HDD and SSD.
        ip: A public or a private IP address of the server.
        fabric_cluster_pool_no: Number of the fabric cluster pool.
        fabric_cluster_no: Number of the fabric cluster.
        fabric_cluster_mode: Mode of the fabric cluster.
        page_no: Number of the page. 0 and 1 are both the first.
        page_size: How many servers a page has. Required where pageNo is given.
        sorted_by: Field to sort by. The values are not known.
        sorting_order: Direction of sorting. The values are not known.

    Raises:
        ValueError: A sequence is empty or too long. Nothing was sent.
        TypeError: Something else was passed as a sequence of strings. Nothing was sent.
        errors.UnexpectedResponse: The answer is not one that the contract describes, in status or body.
        httpx.HTTPError: No answer was received. Whether the operation was carried out may not be known.

    Returns:
        The model parsed from the answer, which may be an error's.
    """

    return sync_detailed(
        client=client,
        timeout=timeout,
        server_instance_no_list=server_instance_no_list,
        placement_group_no_list=placement_group_no_list,
        hypervisor_type_code_list=hypervisor_type_code_list,
        region_code=region_code,
        vpc_no=vpc_no,
        server_name=server_name,
        server_instance_status_code=server_instance_status_code,
        base_block_storage_disk_type_code=base_block_storage_disk_type_code,
        base_block_storage_disk_detail_type_code=base_block_storage_disk_detail_type_code,
        ip=ip,
        fabric_cluster_pool_no=fabric_cluster_pool_no,
        fabric_cluster_no=fabric_cluster_no,
        fabric_cluster_mode=fabric_cluster_mode,
        page_no=page_no,
        page_size=page_size,
        sorted_by=sorted_by,
        sorting_order=sorting_order,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    timeout: httpx.Timeout | None = None,
    server_instance_no_list: Sequence[str] | Unset = UNSET,
    placement_group_no_list: Sequence[str] | Unset = UNSET,
    hypervisor_type_code_list: Sequence[str] | Unset = UNSET,
    region_code: str | Unset = UNSET,
    vpc_no: str | Unset = UNSET,
    server_name: str | Unset = UNSET,
    server_instance_status_code: str | Unset = UNSET,
    base_block_storage_disk_type_code: str | Unset = UNSET,
    base_block_storage_disk_detail_type_code: str | Unset = UNSET,
    ip: str | Unset = UNSET,
    fabric_cluster_pool_no: str | Unset = UNSET,
    fabric_cluster_no: str | Unset = UNSET,
    fabric_cluster_mode: str | Unset = UNSET,
    page_no: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    sorted_by: str | Unset = UNSET,
    sorting_order: str | Unset = UNSET,
) -> Response[GatewayErrorEnvelope | ResponseErrorEnvelope | GetServerInstanceListEnvelope]:
    """List server instances.

    Reads the server instances of a region, all of them or those that match every given parameter, in pages where
    `pageNo` and `pageSize` say so. Changes nothing.


    Args:
        client: Says where to send the request and how: base URL, auth, timeout.
        timeout: Time limits of this call, instead of the client's.
        server_instance_no_list: 1 to 20 values, sent in this order as serverInstanceNoList.1, serverInstanceNoList.2, …
            Server instance number, a string of digits.
        placement_group_no_list: 1 to 20 values, sent in this order as placementGroupNoList.1, placementGroupNoList.2, …
            Number of a placement group.
        hypervisor_type_code_list: 1 to 2 values, sent in this order as hypervisorTypeCodeList.1, hypervisorTypeCodeList.2, …
            Hypervisor. The page lists XEN and KVM.
        region_code: Region code, such as KR. An open set; the service takes the first region of getRegionList when none is sent.
        vpc_no: Number of the VPC.
        server_name: Name of the server.
        server_instance_status_code: Status of the server, such as RUN. The page lists INIT, CREAT, RUN and NSTOP.
        base_block_storage_disk_type_code: Kind of the base block storage. The page lists NET.
        base_block_storage_disk_detail_type_code: Medium of the base block storage. The page lists HDD and SSD.
        ip: A public or a private IP address of the server.
        fabric_cluster_pool_no: Number of the fabric cluster pool.
        fabric_cluster_no: Number of the fabric cluster.
        fabric_cluster_mode: Mode of the fabric cluster.
        page_no: Number of the page. 0 and 1 are both the first.
        page_size: How many servers a page has. Required where pageNo is given.
        sorted_by: Field to sort by. The values are not known.
        sorting_order: Direction of sorting. The values are not known.

    Raises:
        ValueError: A sequence is empty or too long. Nothing was sent.
        TypeError: Something else was passed as a sequence of strings. Nothing was sent.
        errors.UnexpectedResponse: The answer is not one that the contract describes, in status or body.
        httpx.HTTPError: No answer was received. Whether the operation was carried out may not be known.

    Returns:
        Status, headers and body, and the model parsed from it.
    """

    kwargs = _get_kwargs(
        server_instance_no_list=server_instance_no_list,
        placement_group_no_list=placement_group_no_list,
        hypervisor_type_code_list=hypervisor_type_code_list,
        region_code=region_code,
        vpc_no=vpc_no,
        server_name=server_name,
        server_instance_status_code=server_instance_status_code,
        base_block_storage_disk_type_code=base_block_storage_disk_type_code,
        base_block_storage_disk_detail_type_code=base_block_storage_disk_detail_type_code,
        ip=ip,
        fabric_cluster_pool_no=fabric_cluster_pool_no,
        fabric_cluster_no=fabric_cluster_no,
        fabric_cluster_mode=fabric_cluster_mode,
        page_no=page_no,
        page_size=page_size,
        sorted_by=sorted_by,
        sorting_order=sorting_order,
    )

    return _build_response(
        response=await client.get_async_httpx_client().request(
            **kwargs, timeout=httpx.USE_CLIENT_DEFAULT if timeout is None else timeout
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    timeout: httpx.Timeout | None = None,
    server_instance_no_list: Sequence[str] | Unset = UNSET,
    placement_group_no_list: Sequence[str] | Unset = UNSET,
    hypervisor_type_code_list: Sequence[str] | Unset = UNSET,
    region_code: str | Unset = UNSET,
    vpc_no: str | Unset = UNSET,
    server_name: str | Unset = UNSET,
    server_instance_status_code: str | Unset = UNSET,
    base_block_storage_disk_type_code: str | Unset = UNSET,
    base_block_storage_disk_detail_type_code: str | Unset = UNSET,
    ip: str | Unset = UNSET,
    fabric_cluster_pool_no: str | Unset = UNSET,
    fabric_cluster_no: str | Unset = UNSET,
    fabric_cluster_mode: str | Unset = UNSET,
    page_no: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    sorted_by: str | Unset = UNSET,
    sorting_order: str | Unset = UNSET,
) -> GatewayErrorEnvelope | ResponseErrorEnvelope | GetServerInstanceListEnvelope | None:
    """List server instances.

    Reads the server instances of a region, all of them or those that match every given parameter, in pages where
    `pageNo` and `pageSize` say so. Changes nothing.


    Args:
        client: Says where to send the request and how: base URL, auth, timeout.
        timeout: Time limits of this call, instead of the client's.
        server_instance_no_list: 1 to 20 values, sent in this order as serverInstanceNoList.1, serverInstanceNoList.2, …
            Server instance number, a string of digits.
        placement_group_no_list: 1 to 20 values, sent in this order as placementGroupNoList.1, placementGroupNoList.2, …
            Number of a placement group.
        hypervisor_type_code_list: 1 to 2 values, sent in this order as hypervisorTypeCodeList.1, hypervisorTypeCodeList.2, …
            Hypervisor. The page lists XEN and KVM.
        region_code: Region code, such as KR. An open set; the service takes the first region of getRegionList when none is sent.
        vpc_no: Number of the VPC.
        server_name: Name of the server.
        server_instance_status_code: Status of the server, such as RUN. The page lists INIT, CREAT, RUN and NSTOP.
        base_block_storage_disk_type_code: Kind of the base block storage. The page lists NET.
        base_block_storage_disk_detail_type_code: Medium of the base block storage. The page lists HDD and SSD.
        ip: A public or a private IP address of the server.
        fabric_cluster_pool_no: Number of the fabric cluster pool.
        fabric_cluster_no: Number of the fabric cluster.
        fabric_cluster_mode: Mode of the fabric cluster.
        page_no: Number of the page. 0 and 1 are both the first.
        page_size: How many servers a page has. Required where pageNo is given.
        sorted_by: Field to sort by. The values are not known.
        sorting_order: Direction of sorting. The values are not known.

    Raises:
        ValueError: A sequence is empty or too long. Nothing was sent.
        TypeError: Something else was passed as a sequence of strings. Nothing was sent.
        errors.UnexpectedResponse: The answer is not one that the contract describes, in status or body.
        httpx.HTTPError: No answer was received. Whether the operation was carried out may not be known.

    Returns:
        The model parsed from the answer, which may be an error's.
    """

    return (
        await asyncio_detailed(
            client=client,
            timeout=timeout,
            server_instance_no_list=server_instance_no_list,
            placement_group_no_list=placement_group_no_list,
            hypervisor_type_code_list=hypervisor_type_code_list,
            region_code=region_code,
            vpc_no=vpc_no,
            server_name=server_name,
            server_instance_status_code=server_instance_status_code,
            base_block_storage_disk_type_code=base_block_storage_disk_type_code,
            base_block_storage_disk_detail_type_code=base_block_storage_disk_detail_type_code,
            ip=ip,
            fabric_cluster_pool_no=fabric_cluster_pool_no,
            fabric_cluster_no=fabric_cluster_no,
            fabric_cluster_mode=fabric_cluster_mode,
            page_no=page_no,
            page_size=page_size,
            sorted_by=sorted_by,
            sorting_order=sorting_order,
        )
    ).parsed
