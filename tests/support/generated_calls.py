"""Calls of the generated client in its four flavours, for tests that hold for every operation of the contract."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import ncp_vserver_api
from ncp_signer import NcpAuth

from .calls import CREDENTIALS
from .contract import module_of

LIMITS = httpx.Timeout(5)
"""The time limits of the client that makes a call."""


def client(url: str) -> ncp_vserver_api.Client:
    return ncp_vserver_api.Client(base_url=url, timeout=LIMITS, httpx_args={"auth": NcpAuth(CREDENTIALS)})


def detailed(operation: dict[str, Any], url: str, **arguments: Any) -> Any:
    with client(url) as api:
        return module_of(operation).sync_detailed(client=api, **arguments)


def plain(operation: dict[str, Any], url: str, **arguments: Any) -> Any:
    with client(url) as api:
        return module_of(operation).sync(client=api, **arguments)


def detailed_async(operation: dict[str, Any], url: str, **arguments: Any) -> Any:
    async def call() -> Any:
        async with client(url) as api:
            return await module_of(operation).asyncio_detailed(client=api, **arguments)

    return asyncio.run(call())


def plain_async(operation: dict[str, Any], url: str, **arguments: Any) -> Any:
    async def call() -> Any:
        async with client(url) as api:
            return await module_of(operation).asyncio(client=api, **arguments)

    return asyncio.run(call())


FLAVOURS: dict[str, Callable[..., Any]] = {
    "sync_detailed": detailed,
    "sync": plain,
    "asyncio_detailed": detailed_async,
    "asyncio": plain_async,
}
