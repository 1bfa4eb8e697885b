"""The server of the benchmarks: answers every request at once with the success that it asks for.

Each server has all the fields of the response that the vendor has published. With a certificate and its key as
arguments it speaks https. It keeps a connection unless the request says otherwise, or the first argument is "close":
so the gateway is assumed to do.
"""

import contextlib
import json
import re
import socket
import ssl
import sys
import threading
from pathlib import Path
from typing import Any

PUBLISHED = Path(__file__).resolve().parent.parent / "tests" / "contract" / "published_response.json"
SERVER: dict[str, Any] = json.loads(PUBLISHED.read_bytes())["rebootServerInstancesResponse"]["serverInstanceList"][0]


def main(policy: str, *certificate: str) -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
    if tls:
        tls.load_cert_chain(*certificate)
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        if policy == "close":
            serve(connection, tls, keeps=False)
        else:
            threading.Thread(target=serve, args=(connection, tls), daemon=True).start()


def serve(raw: socket.socket, tls: ssl.SSLContext | None, *, keeps: bool = True) -> None:
    """Answer the requests of one connection. A client may leave at any moment."""
    with contextlib.suppress(OSError), tls.wrap_socket(raw, server_side=True) if tls else raw as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while request := received(connection):
            closes = not keeps or re.search(rb"(?i)\nconnection: close", request)
            content = answer(request)
            head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n"
            connection.sendall((head + ("connection: close\r\n" if closes else "") + "\r\n").encode() + content)
            if closes:
                return


def received(connection: socket.socket) -> bytes:
    """One request, its body included; nothing when the client has left."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return b""
        data += part
    length = re.search(rb"(?i)\ncontent-length: (\d+)", data)
    missing = int(length[1]) - len(data.partition(b"\r\n\r\n")[2]) if length else 0
    while missing > 0:
        part = connection.recv(65536)
        data, missing = data + part, missing - len(part)
    return data


def answer(request: bytes) -> bytes:
    numbers = [number.decode() for number in re.findall(rb"serverInstanceNoList\.\d+=(\d+)", request)]
    operation = re.findall(rb"/v2/(\w+)", request)[0].decode()
    servers = [SERVER | {"serverInstanceNo": number} for number in numbers]
    body = {"requestId": "1", "returnCode": "0", "returnMessage": "success", "totalRows": len(servers)}
    return json.dumps({f"{operation}Response": body | {"serverInstanceList": servers}}).encode()


if __name__ == "__main__":
    main(*sys.argv[1:])
