# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
"""Contains all the data models used in inputs/outputs"""

from .block_device_partition import BlockDevicePartition
from .common_code import CommonCode
from .gateway_error import GatewayError
from .gateway_error_envelope import GatewayErrorEnvelope
from .get_server_instance_detail_envelope import GetServerInstanceDetailEnvelope
from .get_server_instance_detail_form import GetServerInstanceDetailForm
from .get_server_instance_detail_response import GetServerInstanceDetailResponse
from .get_server_instance_list_envelope import GetServerInstanceListEnvelope
from .get_server_instance_list_form import GetServerInstanceListForm
from .get_server_instance_list_response import GetServerInstanceListResponse
from .reboot_server_instances_envelope import RebootServerInstancesEnvelope
from .reboot_server_instances_response import RebootServerInstancesResponse
from .response_error import ResponseError
from .response_error_envelope import ResponseErrorEnvelope
from .response_format_type import ResponseFormatType
from .server_instance import ServerInstance
from .server_instance_nos_form import ServerInstanceNosForm
from .start_server_instances_envelope import StartServerInstancesEnvelope
from .start_server_instances_response import StartServerInstancesResponse
from .stop_server_instances_envelope import StopServerInstancesEnvelope
from .stop_server_instances_response import StopServerInstancesResponse

__all__ = (
    "BlockDevicePartition",
    "CommonCode",
    "GatewayError",
    "GatewayErrorEnvelope",
    "GetServerInstanceDetailEnvelope",
    "GetServerInstanceDetailForm",
    "GetServerInstanceDetailResponse",
    "GetServerInstanceListEnvelope",
    "GetServerInstanceListForm",
    "GetServerInstanceListResponse",
    "RebootServerInstancesEnvelope",
    "RebootServerInstancesResponse",
    "ResponseError",
    "ResponseErrorEnvelope",
    "ResponseFormatType",
    "ServerInstance",
    "ServerInstanceNosForm",
    "StartServerInstancesEnvelope",
    "StartServerInstancesResponse",
    "StopServerInstancesEnvelope",
    "StopServerInstancesResponse",
)
