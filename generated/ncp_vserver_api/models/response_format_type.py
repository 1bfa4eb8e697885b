# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
from typing import Literal

ResponseFormatType = Literal["json", "xml"]

RESPONSE_FORMAT_TYPE_VALUES: set[ResponseFormatType] = {
    "json",
    "xml",
}


def check_response_format_type(value: str) -> ResponseFormatType:
    if value in RESPONSE_FORMAT_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RESPONSE_FORMAT_TYPE_VALUES!r}")
