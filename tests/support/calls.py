"""The same call through Client and AsyncClient, for tests that hold for both."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from ncp_signer import Credentials
from ncp_vserver import AsyncClient, Client, RebootResult

CREDENTIALS = Credentials("NCPACCESSKEYEXAMPLE0", "NCPsecretKeyEXAMPLEfortestsonly0123456789")

Reboot = Callable[..., RebootResult]


def reboot(
    url: str, numbers: str | int | Iterable[str | int], region_code: str | None = None, **options: Any
) -> RebootResult:
    with Client(CREDENTIALS, base_url=url, **options) as client:
        return client.reboot(numbers, region_code=region_code)


def reboot_async(
    url: str, numbers: str | int | Iterable[str | int], region_code: str | None = None, **options: Any
) -> RebootResult:
    async def call() -> RebootResult:
        async with AsyncClient(CREDENTIALS, base_url=url, **options) as client:
            return await client.reboot(numbers, region_code=region_code)

    return asyncio.run(call())


BOTH: dict[str, Reboot] = {"sync": reboot, "async": reboot_async}
