# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
"""Contains all the data models used in inputs/outputs"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_MODULES = {
    "BlockDevicePartition": ".block_device_partition",
    "CommonCode": ".common_code",
    "GatewayError": ".gateway_error",
    "GatewayErrorEnvelope": ".gateway_error_envelope",
    "GetServerInstanceDetailEnvelope": ".get_server_instance_detail_envelope",
    "GetServerInstanceDetailForm": ".get_server_instance_detail_form",
    "GetServerInstanceDetailResponse": ".get_server_instance_detail_response",
    "GetServerInstanceListEnvelope": ".get_server_instance_list_envelope",
    "GetServerInstanceListForm": ".get_server_instance_list_form",
    "GetServerInstanceListResponse": ".get_server_instance_list_response",
    "RebootServerInstancesEnvelope": ".reboot_server_instances_envelope",
    "RebootServerInstancesResponse": ".reboot_server_instances_response",
    "ResponseError": ".response_error",
    "ResponseErrorEnvelope": ".response_error_envelope",
    "ResponseFormatType": ".response_format_type",
    "ServerInstance": ".server_instance",
    "ServerInstanceNosForm": ".server_instance_nos_form",
    "StartServerInstancesEnvelope": ".start_server_instances_envelope",
    "StartServerInstancesResponse": ".start_server_instances_response",
    "StopServerInstancesEnvelope": ".stop_server_instances_envelope",
    "StopServerInstancesResponse": ".stop_server_instances_response",
}

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


# Type checkers must not see it: with it, they would take any misspelt name for a model.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        model = globals()[name] = getattr(importlib.import_module(_MODULES[name], __name__), name)
        return model


def __dir__() -> list[str]:
    return sorted(__all__)
