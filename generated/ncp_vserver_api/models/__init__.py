# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
"""Contains all the data models used in inputs/outputs"""

from .block_device_partition import BlockDevicePartition
from .common_code import CommonCode
from .gateway_error import GatewayError
from .gateway_error_envelope import GatewayErrorEnvelope
from .reboot_server_instances_envelope import RebootServerInstancesEnvelope
from .reboot_server_instances_form import RebootServerInstancesForm
from .reboot_server_instances_response import RebootServerInstancesResponse
from .response_error import ResponseError
from .response_error_envelope import ResponseErrorEnvelope
from .response_format_type import ResponseFormatType
from .server_instance import ServerInstance

__all__ = (
    "BlockDevicePartition",
    "CommonCode",
    "GatewayError",
    "GatewayErrorEnvelope",
    "RebootServerInstancesEnvelope",
    "RebootServerInstancesForm",
    "RebootServerInstancesResponse",
    "ResponseError",
    "ResponseErrorEnvelope",
    "ResponseFormatType",
    "ServerInstance",
)
