"""What a handshake for each call costs, by the clock, and how much of a call it is: "make bench"."""

import socket
import ssl
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from calls import bare, ours, vendor
from measure import Call, compare, head, served, timed

CALLS, ROUNDS = 10, 15


def certified(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, which is its own authority, and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


def handshake(url: str, trust: ssl.SSLContext) -> Call:
    """A connection, and nothing on it."""
    host, port = str(urlsplit(url).hostname), urlsplit(url).port

    def connect() -> None:
        with socket.create_connection((host, port)) as connection, trust.wrap_socket(connection, server_hostname=host):
            pass

    return connect


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = certified(Path(folder))
        trust = ssl.create_default_context(cafile=certificate)
        with served("keep", certificate, key) as url:
            one = ours(url, 1, verify=trust)
            keeping: dict[str, Any] = {"verify": trust, "headers": {}, "limits": httpx.Limits()}
            head("over TLS, by the clock")
            clock = time.perf_counter
            compare(
                "a restart of one server",
                timed(one, clock),
                ("bare httpx, a connection for each request", timed(bare(url, 1, verify=trust), clock)),
                ("bare httpx, one connection", timed(bare(url, 1, **keeping), clock)),
                ("the vendor's SDK, one connection", timed(vendor(url, 1, str(certificate)), clock)),
                calls=CALLS,
                rounds=ROUNDS,
            )
            bare_handshake = timed(handshake(url, trust), clock)
            share = statistics.median(bare_handshake(CALLS) / timed(one, clock)(CALLS) for _ in range(ROUNDS))
            print(f"Connecting with its handshake is {share:.0%} of our call.")


if __name__ == "__main__":
    main()
