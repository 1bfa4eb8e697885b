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
    from ...models.reboot_server_instances_envelope import RebootServerInstancesEnvelope
    from ...models.response_error_envelope import ResponseErrorEnvelope


def _get_kwargs(
    *,
    server_instance_no_list: Sequence[str],
    region_code: str | Unset = UNSET,
) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    fields["regionCode"] = region_code
    fields = {name: value for name, value in fields.items() if value is not None and not isinstance(value, Unset)}
    fields["responseFormatType"] = "json"

    if not isinstance(server_instance_no_list, Sequence) or isinstance(
        server_instance_no_list, str | bytes | bytearray
    ):
        raise TypeError("server_instance_no_list must be a sequence of strings, such as a list")
    if not 1 <= len(server_instance_no_list) <= 20:
        raise ValueError(f"server_instance_no_list takes 1 to 20 values, got {len(server_instance_no_list)}")
    for number, value in enumerate(server_instance_no_list, start=1):
        fields[f"serverInstanceNoList.{number}"] = value

    return {
        "method": "post",
        "url": "/vserver/v2/rebootServerInstances",
        "data": fields,
    }


def _parse_response(
    *, response: httpx.Response
) -> GatewayErrorEnvelope | ResponseErrorEnvelope | RebootServerInstancesEnvelope:
    if response.status_code == 200:
        response_200 = models.RebootServerInstancesEnvelope.from_dict(response.json())

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
) -> Response[GatewayErrorEnvelope | ResponseErrorEnvelope | RebootServerInstancesEnvelope]:
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
    server_instance_no_list: Sequence[str],
    region_code: str | Unset = UNSET,
) -> Response[GatewayErrorEnvelope | ResponseErrorEnvelope | RebootServerInstancesEnvelope]:
    """Restart running server instances, with the parameters in a form body.

    The same operation as the GET, in the form that the vendor's own SDKs send. The signature covers method and
    path but not the body: whoever holds the three headers can change the instance numbers for as long as the
    timestamp is valid. Prefer GET.


    Args:
        client: Says where to send the request and how: base URL, auth, timeout.
        timeout: Time limits of this call, instead of the client's.
        server_instance_no_list: 1 to 20 values, sent in this order as serverInstanceNoList.1, serverInstanceNoList.2, …
            Server instance number, a string of digits.
        region_code: Region code, such as KR. An open set; the service takes the first region of getRegionList when none is sent.

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
        region_code=region_code,
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
    server_instance_no_list: Sequence[str],
    region_code: str | Unset = UNSET,
) -> GatewayErrorEnvelope | ResponseErrorEnvelope | RebootServerInstancesEnvelope | None:
    """Restart running server instances, with the parameters in a form body.

    The same operation as the GET, in the form that the vendor's own SDKs send. The signature covers method and
    path but not the body: whoever holds the three headers can change the instance numbers for as long as the
    timestamp is valid. Prefer GET.


    Args:
        client: Says where to send the request and how: base URL, auth, timeout.
        timeout: Time limits of this call, instead of the client's.
        server_instance_no_list: 1 to 20 values, sent in this order as serverInstanceNoList.1, serverInstanceNoList.2, …
            Server instance number, a string of digits.
        region_code: Region code, such as KR. An open set; the service takes the first region of getRegionList when none is sent.

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
        region_code=region_code,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    timeout: httpx.Timeout | None = None,
    server_instance_no_list: Sequence[str],
    region_code: str | Unset = UNSET,
) -> Response[GatewayErrorEnvelope | ResponseErrorEnvelope | RebootServerInstancesEnvelope]:
    """Restart running server instances, with the parameters in a form body.

    The same operation as the GET, in the form that the vendor's own SDKs send. The signature covers method and
    path but not the body: whoever holds the three headers can change the instance numbers for as long as the
    timestamp is valid. Prefer GET.


    Args:
        client: Says where to send the request and how: base URL, auth, timeout.
        timeout: Time limits of this call, instead of the client's.
        server_instance_no_list: 1 to 20 values, sent in this order as serverInstanceNoList.1, serverInstanceNoList.2, …
            Server instance number, a string of digits.
        region_code: Region code, such as KR. An open set; the service takes the first region of getRegionList when none is sent.

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
        region_code=region_code,
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
    server_instance_no_list: Sequence[str],
    region_code: str | Unset = UNSET,
) -> GatewayErrorEnvelope | ResponseErrorEnvelope | RebootServerInstancesEnvelope | None:
    """Restart running server instances, with the parameters in a form body.

    The same operation as the GET, in the form that the vendor's own SDKs send. The signature covers method and
    path but not the body: whoever holds the three headers can change the instance numbers for as long as the
    timestamp is valid. Prefer GET.


    Args:
        client: Says where to send the request and how: base URL, auth, timeout.
        timeout: Time limits of this call, instead of the client's.
        server_instance_no_list: 1 to 20 values, sent in this order as serverInstanceNoList.1, serverInstanceNoList.2, …
            Server instance number, a string of digits.
        region_code: Region code, such as KR. An open set; the service takes the first region of getRegionList when none is sent.

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
            region_code=region_code,
        )
    ).parsed
