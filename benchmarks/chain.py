"""How fast the mock starts and answers, beside bare Prism in the same run: "make bench".

Figures of a shared machine are noise; their ratio within one run says something. Bare Prism is started as its users
start it, with npx and its own log, which goes nowhere here.
"""

import asyncio
import contextlib
import itertools
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from pathlib import Path

from ncp_mock._gateway.authentication import Keys, signature, string_to_sign

ROOT = Path(__file__).resolve().parent.parent
PATH = "/vserver/v2/rebootServerInstances"
TARGET = f"{PATH}?serverInstanceNoList.1=123458773&responseFormatType=json"
CONNECTIONS, SECONDS, ROUNDS = 16, 0.6, 15

MOCK = [sys.executable, "-m", "ncp_mock", "--port", "0", "--reboot-seconds", "0"]
PRISM = ["npx", "--no", "prism", "mock", "--port", "0", str(ROOT / "openapi" / "vserver.yaml")]


@contextlib.contextmanager
def started(command: list[str]) -> Generator[tuple[int, float]]:
    """A server's port, and the seconds from its start to its first answer."""
    began = time.monotonic()
    with subprocess.Popen(
        command, cwd=ROOT / "mock", stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        port = next(
            int(found[1]) for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1:(\d+)\S*\s", line))
        )
        asyncio.run(requests_a_second(port, 1, 0.0))
        took = time.monotonic() - began
        drain = subprocess.Popen(["cat"], stdin=process.stdout, stdout=subprocess.DEVNULL)
        try:
            yield port, took
        finally:
            subprocess.run(["kill", "--", f"-{process.pid}"], check=False)
            drain.wait()


def signed(target: str) -> bytes:
    """A request, signed now."""
    keys, timestamp = Keys(), str(time.time_ns() // 1_000_000)
    signed = signature(keys.secret_key, string_to_sign("GET", target, timestamp, keys.access_key))
    return (
        f"GET {target} HTTP/1.1\r\nhost: x\r\nx-ncp-apigw-timestamp: {timestamp}\r\n"
        f"x-ncp-iam-access-key: {keys.access_key}\r\nx-ncp-apigw-signature-v2: {signed}\r\n\r\n"
    ).encode()


async def requests_a_second(port: int, connections: int, seconds: float, targets: Sequence[str] = (TARGET,)) -> float:
    """Signed requests, one after the other on each connection, for so long, and at least one."""
    requests = itertools.cycle([signed(target) for target in targets])
    answered = 0
    end = time.monotonic() + seconds

    async def client() -> None:
        nonlocal answered
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while True:
            writer.write(next(requests))
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            assert head.startswith(b"http/1.1 200"), head
            await reader.readexactly(int(head.partition(b"content-length: ")[2].split()[0]))
            answered += 1
            if time.monotonic() >= end:
                break
        writer.close()

    began = time.monotonic()
    await asyncio.gather(*(client() for _ in range(connections)))
    return answered / (time.monotonic() - began)


def main() -> None:
    """Compare one request that comes again, as in a wait, with requests of which each differs from those before it."""
    pairs = itertools.permutations(range(123458773, 123458793), 2)
    restarts = [
        f"{PATH}?serverInstanceNoList.1={a}&serverInstanceNoList.2={b}&responseFormatType=json" for a, b in pairs
    ]
    with started(MOCK) as (mock, mock_took), started(PRISM) as (prism, prism_took):
        print(f"start to first answer: mock {mock_took:.2f} s, bare Prism {prism_took:.2f} s")
        for name, targets in ("the same request again", [TARGET]), (f"{len(restarts)} requests in turn", restarts):
            rates: list[tuple[float, float]] = []
            for _ in range(ROUNDS):
                ours = asyncio.run(requests_a_second(mock, CONNECTIONS, SECONDS, targets))
                rates.append((ours, asyncio.run(requests_a_second(prism, CONNECTIONS, SECONDS, targets))))
            ratios = [ours / bare for ours, bare in rates]
            ours, bare = (statistics.median(column) for column in zip(*rates, strict=True))
            spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
            print(f"{name}, a second: mock {ours:.0f}, bare Prism {bare:.0f}, ratio {spread}")


if __name__ == "__main__":
    main()
