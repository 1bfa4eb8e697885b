"""Thousands of requests, hundreds at once: each gets its own answer and verdict, none is lost, memory stays flat."""

import asyncio
import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import httpx
from ncp_signer import Credentials, signed_headers
from support.calls import CREDENTIALS
from support.mock_process import COMMAND, mock_process
from support.processes import children

PATH = "/vserver/v2/rebootServerInstances"
WARM_UP, THREADS, CLIENTS, EACH_THREAD, EACH_CLIENT = 600, 32, 200, 40, 10
STRANGER = Credentials(CREDENTIALS.access_key, "another-secret-key")
KINDS = ("good", "unknown-server", "query-left-out", "stale-timestamp", "wrong-signature")


def prepared(kind: str, number: int) -> tuple[str, dict[str, str]]:
    """Target and signing headers of a request."""
    server = 99 if kind == "unknown-server" else 123458773 + number % 20
    target = f"{PATH}?serverInstanceNoList.1={server}&responseFormatType=json"
    signed = PATH if kind == "query-left-out" else target
    timestamp = 1_700_000_000_000 if kind == "stale-timestamp" else None
    credentials = STRANGER if kind == "wrong-signature" else CREDENTIALS
    return target, signed_headers(credentials, "GET", signed, timestamp_ms=timestamp)


def seen(status: int, explanation: str, body: str, target: str) -> str:
    """What came back, in the words of KINDS; "good" only with the server that was asked for."""
    if status == 200:
        number = target.partition("=")[2].partition("&")[0]
        return "good" if f'"serverInstanceNo": "{number}"' in body and '"totalRows": 1' in body else f"mixed up: {body}"
    return explanation.partition(":")[0]


def requests(start: int) -> Iterator[tuple[str, int]]:
    kinds = itertools.cycle(["good"] * 6 + [*KINDS])
    return zip(itertools.islice(kinds, start, None), itertools.count(start), strict=False)


def in_threads(port: int, threads: int, each: int) -> Counter[tuple[str, str]]:
    results: Counter[tuple[str, str]] = Counter()
    lock = threading.Lock()

    def client(start: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        for kind, number in itertools.islice(requests(start), each):
            target, headers = prepared(kind, number)
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
            body = response.read().decode()
            result = seen(response.status, response.headers.get("x-mock-explanation", ""), body, target)
            with lock:
                results[kind, result] += 1
        connection.close()

    running = [threading.Thread(target=client, args=[start]) for start in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return results


async def concurrently(port: int, clients: int, each: int) -> Counter[tuple[str, str]]:
    results: Counter[tuple[str, str]] = Counter()

    async def client(start: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for kind, number in itertools.islice(requests(start), each):
            target, headers = prepared(kind, number)
            fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            writer.write(f"GET {target} HTTP/1.1\r\nhost: x\r\n{fields}\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            answered = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
            body = (await reader.readexactly(int(answered["content-length"]))).decode()
            result = seen(int(head.split(" ")[1]), answered.get("x-mock-explanation", ""), body, target)
            results[kind, result] += 1
        writer.close()
        await writer.wait_closed()

    async with asyncio.timeout(120), asyncio.TaskGroup() as group:
        for start in range(clients):
            group.create_task(client(start))
    return results


def resident_kilobytes(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0])


def test_four_thousand_requests() -> None:
    with mock_process(*COMMAND, "--reboot-seconds", "0", "--log-format", "json") as (process, url):
        assert process.stdout is not None
        log = threading.Thread(target=process.stdout.read)
        log.start()
        port = httpx.URL(url).port or 0
        results = in_threads(port, THREADS, WARM_UP // THREADS)
        results += asyncio.run(concurrently(port, CLIENTS, WARM_UP // CLIENTS))
        before = resident_kilobytes(process.pid)
        results += in_threads(port, THREADS, EACH_THREAD)
        results += asyncio.run(concurrently(port, CLIENTS, EACH_CLIENT))
        after = resident_kilobytes(process.pid)
        count = httpx.get(f"{url}/__mock__/requests").json()["count"]
        [prism] = children(process.pid)
        assert resident_kilobytes(prism) < 400_000
        process.kill()
        log.join()

    assert set(results) == {(kind, kind) for kind in KINDS}
    assert results.total() == count >= 4000
    assert after - before < 4000, f"{before} kB became {after} kB in {count} requests"
