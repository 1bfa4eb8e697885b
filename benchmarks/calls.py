"""What calls cost beside bare httpx and the vendor's SDK, in the same run: "make bench".

Processor time of this process, not the time that passes: the server is a process of its own. Figures of a shared
machine are noise; their ratio within one run, round by round, says something.
"""

import asyncio
import base64
import hmac
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
import ncloud_vserver  # type: ignore[import-untyped]  # it has no types
from ncp_signer import Credentials, NcpAuth, signed_headers
from ncp_vserver import AsyncClient, Client

CREDENTIALS = Credentials("NCPACCESSKEYEXAMPLE0", "NCPsecretKeyEXAMPLEfortestsonly0123456789")
ROUNDS, CALLS = 7, 60
PATH = "/vserver/v2/rebootServerInstances"
BARE: dict[str, Any] = {
    "headers": {"accept": "application/json", "connection": "close"},
    "limits": httpx.Limits(max_keepalive_connections=0),
}

# Answers every request with the success that it asks for, and closes, as the gateway is assumed to.
SERVER = r"""
import json, re, socket
listener = socket.create_server(("127.0.0.1", 0), backlog=128)
print(listener.getsockname()[1], flush=True)
state = {"code": "RUN", "codeName": "Server RUN state"}
while True:
    connection, _ = listener.accept()
    with connection:
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                break
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        while length and len(body) < int(length[1]):
            body += connection.recv(65536)
        numbers = re.findall(rb"serverInstanceNoList\.\d+=(\d+)", data)
        operation = re.search(rb"/v2/(\w+)", data)[1].decode() if data else ""
        servers = [
            {"serverInstanceNo": number.decode(), "serverName": "web", "serverInstanceStatus": state,
             "serverInstanceOperation": {"code": "RESTA", "codeName": "Server RESTART OP"},
             "serverInstanceStatusName": "rebooting", "uptime": "2026-01-01T00:00:00+0900", "zoneCode": "KR-1"}
            for number in numbers
        ]
        answer = {"requestId": "1", "returnCode": "0", "returnMessage": "success", "totalRows": len(servers),
                  "serverInstanceList": servers}
        content = json.dumps({operation + "Response": answer}).encode()
        connection.sendall(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
            b"content-length: %d\r\n\r\n" % len(content) + content
        )
"""


@contextmanager
def served() -> Generator[str]:
    """The address of the server."""
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def bare(url: str, count: int) -> Callable[[], object]:
    """Bare httpx with the same connection policy: nothing is checked, nothing is accounted for."""
    client = httpx.Client(base_url=url, trust_env=False, auth=NcpAuth(CREDENTIALS), **BARE)
    numbers = {f"serverInstanceNoList.{n}": str(n) for n in range(1, count + 1)}
    return lambda: client.get(PATH, params={**numbers, "responseFormatType": "json"}).json()


def ours(url: str, count: int) -> Callable[[], object]:
    client = Client(CREDENTIALS, base_url=url)
    return lambda: client.reboot(range(1, count + 1))


def bare_batches(url: str, count: int) -> Callable[[], object]:
    """As many servers, twenty in each request."""
    call = bare(url, 20)
    return lambda: [call() for _ in range(count // 20)]


def ours_async(url: str, count: int) -> Callable[[], object]:
    async def reboot() -> None:
        async with AsyncClient(CREDENTIALS, base_url=url) as client:
            await client.reboot(range(1, count + 1))

    return lambda: asyncio.run(reboot())


def bare_async(url: str, count: int) -> Callable[[], object]:
    numbers = {f"serverInstanceNoList.{n}": str(n) for n in range(1, 21)}

    async def reboot() -> None:
        async with httpx.AsyncClient(base_url=url, trust_env=False, auth=NcpAuth(CREDENTIALS), **BARE) as client:
            for _ in range(count // 20):
                (await client.get(PATH, params={**numbers, "responseFormatType": "json"})).json()

    return lambda: asyncio.run(reboot())


def process(code: str, url: str) -> Callable[[], object]:
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


def vendor(url: str, count: int) -> Callable[[], object]:
    configuration = ncloud_vserver.Configuration()
    configuration.access_key, configuration.secret_key = CREDENTIALS.access_key, CREDENTIALS.secret_key.reveal()
    configuration.host = f"{url}/vserver/v2"
    api: Any = ncloud_vserver.V2Api(ncloud_vserver.ApiClient(configuration))
    numbers = [str(n) for n in range(1, count + 1)]
    return lambda: api.reboot_server_instances({"serverInstanceNoList": numbers, "responseFormatType": "json"})


def seconds(call: Callable[[], object], calls: int) -> float:
    """Processor time of one call, that of processes it starts included."""
    began = _processor_time()
    for _ in range(calls):
        call()
    return (_processor_time() - began) / calls


def _processor_time() -> float:
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def compare(name: str, one: Callable[[], object], *others: tuple[str, Callable[[], object]], calls: int) -> None:
    """Print the ratio of one to each of the others: median, least and most of all rounds."""
    ratios: dict[str, list[float]] = {other: [] for other, _ in others}
    times: list[float] = []
    for _, call in (("", one), *others):
        seconds(call, 3)
    for _ in range(ROUNDS):
        times.append(seconds(one, calls))
        for other, call in others:
            ratios[other].append(times[-1] / seconds(call, calls))
    for other, values in ratios.items():
        median, least, most = statistics.median(values), min(values), max(values)
        print(f"{name:<24} : {other:<14} {median:5.2f}  ({least:.2f} to {most:.2f})  {min(times) * 1e3:.3f} ms")


def main() -> None:
    """Compare everything."""
    print("processor time, ratio of one run: median (least to most), and the least time of ours")
    timestamp = 1700000000000
    signs = partial(signed_headers, CREDENTIALS, "GET", f"{PATH}?serverInstanceNoList.1=1", timestamp_ms=timestamp)
    key, text = CREDENTIALS.secret_key.reveal().encode(), f"GET {PATH}\n{timestamp}\nKEY".encode()
    compare("sign", signs, ("bare hmac", lambda: base64.b64encode(hmac.digest(key, text, "sha256"))), calls=20000)
    with served() as url:
        for count in (1, 20):
            compare(
                f"reboot of {count}",
                ours(url, count),
                ("bare httpx", bare(url, count)),
                ("vendor's SDK", vendor(url, count)),
                calls=CALLS,
            )
        for count in (1000, 10_000):
            calls = 5000 // count or 1
            compare(f"reboot of {count}", ours(url, count), ("bare httpx", bare_batches(url, count)), calls=calls)
        compare("async reboot of 1000", ours_async(url, 1000), ("bare httpx", bare_async(url, 1000)), calls=5)
        compare("whole process", process(OURS, url), ("bare httpx", process(BARE_PROCESS, url)), calls=5)


if __name__ == "__main__":
    main()
