"""What calls cost beside bare httpx, the vendor's SDK and httpx-ncloud: "make bench"."""

import asyncio
import base64
import contextlib
import hmac
import os
import subprocess
import sys
from collections.abc import Generator
from functools import partial
from typing import Any

import httpx
import ncloud_vserver  # type: ignore[import-untyped]  # it has no types
from measure import CREDENTIALS, HERE, PATH, Call, Measure, compare, head, served, timed
from ncp_signer import NcpAuth, sign
from ncp_vserver import AsyncClient, Client

BARE: dict[str, Any] = {
    "headers": {"accept": "application/json", "connection": "close"},
    "limits": httpx.Limits(max_keepalive_connections=0),
}


def ours(url: str, count: int, **options: Any) -> Call:
    client = Client(CREDENTIALS, base_url=url, **options)
    return lambda: client.reboot(range(1, count + 1))


def bare(url: str, count: int, **options: Any) -> Call:
    """Bare httpx with the same connection policy, twenty servers to a request: nothing checked or accounted for."""
    client = httpx.Client(base_url=url, trust_env=False, auth=NcpAuth(CREDENTIALS), **(BARE | options))
    parameters = [_parameters(start, min(start + 20, count + 1)) for start in range(1, count + 1, 20)]
    return lambda: [client.get(PATH, params=each).json() for each in parameters]


def ours_async(url: str, count: int) -> Call:
    async def reboot() -> None:
        async with AsyncClient(CREDENTIALS, base_url=url) as client:
            await client.reboot(range(1, count + 1))

    return lambda: asyncio.run(reboot())


def bare_async(url: str, count: int) -> Call:
    async def reboot() -> None:
        async with httpx.AsyncClient(base_url=url, trust_env=False, auth=NcpAuth(CREDENTIALS), **BARE) as client:
            for start in range(1, count + 1, 20):
                (await client.get(PATH, params=_parameters(start, start + 20))).json()

    return lambda: asyncio.run(reboot())


def vendor(url: str, count: int, authority: str | None = None) -> Call:
    configuration: Any = ncloud_vserver.Configuration()
    configuration.access_key, configuration.secret_key = CREDENTIALS.access_key, CREDENTIALS.secret_key.reveal()
    configuration.host, configuration.ssl_ca_cert = f"{url}/vserver/v2", authority
    api: Any = ncloud_vserver.V2Api(ncloud_vserver.ApiClient(configuration))
    numbers = [str(n) for n in range(1, count + 1)]
    return lambda: api.reboot_server_instances({"serverInstanceNoList": numbers, "responseFormatType": "json"})


@contextlib.contextmanager
def peer(url: str, count: int) -> Generator[Measure]:
    """httpx-ncloud, in its own process."""
    keys = CREDENTIALS.access_key, CREDENTIALS.secret_key.reveal()
    python = HERE.parent / ".venv-bench" / "bin" / "python"
    command = [str(python), str(HERE / "peer.py"), url, PATH, *keys, str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def measure(calls: int) -> float:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{calls}\n")
            process.stdin.flush()
            return float(process.stdout.readline())

        yield measure
        process.communicate()


def process(code: str, url: str) -> Call:
    """A whole process, from its start to the accepted restart."""
    environment = os.environ | {
        "NCLOUD_API_GW": url,
        "NCLOUD_ACCESS_KEY_ID": CREDENTIALS.access_key,
        "NCLOUD_SECRET_ACCESS_KEY": CREDENTIALS.secret_key.reveal(),
    }
    return lambda: subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)


OURS = "from ncp_vserver import Client; Client().reboot('1')"
BARE_PROCESS = """
import base64, hashlib, hmac, os, time, httpx
path, stamp = "/vserver/v2/rebootServerInstances?serverInstanceNoList.1=1", str(int(time.time() * 1000))
key, secret = os.environ["NCLOUD_ACCESS_KEY_ID"], os.environ["NCLOUD_SECRET_ACCESS_KEY"].encode()
signature = base64.b64encode(hmac.new(secret, f"GET {path}\\n{stamp}\\n{key}".encode(), hashlib.sha256).digest())
headers = {"x-ncp-apigw-timestamp": stamp, "x-ncp-iam-access-key": key, "x-ncp-apigw-signature-v2": signature}
httpx.get(os.environ["NCLOUD_API_GW"] + path, headers=headers, trust_env=False).json()
"""


def _parameters(start: int, stop: int) -> dict[str, str]:
    numbers = {f"serverInstanceNoList.{n}": str(number) for n, number in enumerate(range(start, stop), start=1)}
    return {**numbers, "responseFormatType": "json"}


def main() -> None:
    """Compare everything."""
    head("processor time")
    target, timestamp = f"{PATH}?serverInstanceNoList.1=1", 1700000000000
    signs = partial(sign, CREDENTIALS, "GET", target, timestamp_ms=timestamp)
    key = CREDENTIALS.secret_key.reveal().encode()
    text = f"GET {target}\n{timestamp}\n{CREDENTIALS.access_key}".encode()
    bare_sign = timed(lambda: base64.b64encode(hmac.digest(key, text, "sha256")))
    compare("`sign()`", timed(signs), ("bare `hmac.digest` and Base64", bare_sign), calls=20000)
    with served() as url:
        for count, name in ((1, "a restart of one server"), (20, "a restart of 20")):
            with peer(url, count) as theirs:
                compare(
                    name,
                    timed(ours(url, count)),
                    ("bare httpx, a connection for each request", timed(bare(url, count))),
                    ("the vendor's SDK", timed(vendor(url, count))),
                    ("httpx-ncloud", theirs),
                    calls=60,
                )
        one, other = timed(ours_async(url, 1000)), timed(bare_async(url, 1000))
        compare("1,000 servers, async", one, ("bare httpx", other), calls=3)
        one, other = timed(process(OURS, url)), timed(process(BARE_PROCESS, url))
        compare("a whole process, to the accepted restart", one, ("a bare httpx script", other), calls=8)


if __name__ == "__main__":
    main()
