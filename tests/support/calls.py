"""The same call through Client and AsyncClient, for tests that hold for both."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from typing import Any

from ncp_signer import Credentials
from ncp_vserver import ActionResult, AsyncClient, Client

CREDENTIALS = Credentials("NCPACCESSKEYEXAMPLE0", "NCPsecretKeyEXAMPLEfortestsonly0123456789")

Call = Callable[..., Any]
Reboot = Callable[..., ActionResult]


def call(url: str, method: str, *arguments: Any, client: Mapping[str, Any] | None = None, **options: Any) -> Any:
    """Any method of a client, whose own options are in ``client``. What it iterates over is returned as a list."""
    made: dict[str, Any] = {"credentials": CREDENTIALS, "base_url": url, **(client or {})}
    with Client(**made) as each:
        result = getattr(each, method)(*arguments, **options)
        return list(result) if isinstance(result, Iterator) else result


def call_async(url: str, method: str, *arguments: Any, client: Mapping[str, Any] | None = None, **options: Any) -> Any:
    async def awaited() -> Any:
        made: dict[str, Any] = {"credentials": CREDENTIALS, "base_url": url, **(client or {})}
        async with AsyncClient(**made) as each:
            result = getattr(each, method)(*arguments, **options)
            if isinstance(result, AsyncIterator):
                return [each async for each in result]
            assert inspect.isawaitable(result)
            return await result

    return asyncio.run(awaited())


EVERY: dict[str, Call] = {"sync": call, "async": call_async}


def reboot(
    url: str, numbers: str | int | Iterable[str | int], region_code: str | None = None, **options: Any
) -> ActionResult:
    result: ActionResult = call(url, "reboot", numbers, region_code=region_code, client=options)
    return result


def reboot_async(
    url: str, numbers: str | int | Iterable[str | int], region_code: str | None = None, **options: Any
) -> ActionResult:
    result: ActionResult = call_async(url, "reboot", numbers, region_code=region_code, client=options)
    return result


BOTH: dict[str, Reboot] = {"sync": reboot, "async": reboot_async}
