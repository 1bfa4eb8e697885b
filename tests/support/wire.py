"""An HTTP server down at the socket: it records what arrives, byte for byte, and answers with whatever a test wants."""

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Received:
    """One request as it stood on the wire."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for header, value in self.headers if header.lower() == name]

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Parameters of the query and of the form body, in order."""
        query = self.target.partition("?")[2]
        return parse_qsl(query, keep_blank_values=True) + parse_qsl(self.body.decode(), keep_blank_values=True)

    @property
    def operation(self) -> str:
        """The vendor's name of what is asked for."""
        return self.target.partition("?")[0].rpartition("/")[2]

    @property
    def numbers(self) -> list[str]:
        """The server instance numbers, in the order of their parameters."""
        return [value for name, value in self.parameters if name.startswith("serverInstanceNoList.")]


Reply = Callable[[socket.socket, Received], None]


@dataclass
class Wire:
    """Listens on a free loopback port for as long as the ``with`` block lasts.

    ``replies`` answer the first, second, … request; the last one answers all that follow. ``connected`` is called with
    each new connection, before anything is read, and may end it by closing it. ``tls`` makes it speak https.
    """

    replies: Sequence[Reply]
    connected: Callable[[socket.socket], None] = lambda connection: None
    tls: ssl.SSLContext | None = None
    requests: list[Received] = field(default_factory=list[Received])
    connections: list[socket.socket] = field(default_factory=list[socket.socket])

    def __enter__(self) -> Self:
        self._is_ended = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # A last connection wakes it: whether anything else does, differs from system to system.
        self._is_ended = True
        with contextlib.suppress(OSError):  # it has failed
            socket.create_connection(("127.0.0.1", self.port), 10).close()
        self._threads[0].join()
        self._listener.close()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if self._is_ended:
                connection.close()
                return
            self.connections.append(connection)
            thread = threading.Thread(target=self._serve, args=[connection])
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with self.tls.wrap_socket(connection, server_side=True) if self.tls else connection as connection:
                self.connected(connection)
                with connection.makefile("rb") as stream:
                    while line := stream.readline():
                        method, target, _ = line.decode("ascii").split(" ")
                        headers: list[tuple[str, str]] = []
                        while (header := stream.readline().decode("latin-1").rstrip("\r\n")) != "":
                            name, _, value = header.partition(":")
                            headers.append((name, value.strip()))
                        length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
                        received = Received(method, target, headers, stream.read(length))
                        self.requests.append(received)
                        self.replies[min(len(self.requests), len(self.replies)) - 1](connection, received)
        except OSError:
            return  # the client, or a reply, ended the connection


def answer(status: int, body: bytes | str = b"", content_type: str = "application/json", *headers: str) -> Reply:
    """A well-formed HTTP answer."""
    content = body.encode() if isinstance(body, str) else body
    lines = [
        f"HTTP/1.1 {status} Whatever",
        f"content-type: {content_type}",
        f"content-length: {len(content)}",
        *headers,
    ]
    return raw("\r\n".join([*lines, "", ""]).encode() + content, close=False)


def raw(data: bytes, *, close: bool = True) -> Reply:
    """Any bytes, and the end of the connection."""

    def reply(connection: socket.socket, received: Received) -> None:
        connection.sendall(data)
        if close:
            connection.shutdown(socket.SHUT_RDWR)

    return reply


def reset(connection: socket.socket, received: Received | None = None) -> None:
    """End the connection with a TCP reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ConnectionAbortedError  # makes the server close it


def silence(connection: socket.socket, received: Received | None = None) -> None:
    """Say nothing until the other side gives up."""
    while connection.recv(1024):
        pass


def accept(connection: socket.socket, received: Received) -> None:
    """Accept the operation on every server that was asked for, as the service does."""
    answer(200, operation_answer(received.operation, received.numbers))(connection, received)


def listing(*servers: dict[str, object], **changes: object) -> Reply:
    """Answer to getServerInstanceList."""
    return answer(200, list_answer(servers, **changes))


def server(number: str, operation: str = "NULL", status: str = "RUN", **fields: object) -> dict[str, object]:
    """A server in the vendor's form."""
    return {
        "serverInstanceNo": number,
        "serverName": f"server-{number}",
        "serverInstanceStatus": {"code": status, "codeName": f"Server {status} status"},
        "serverInstanceOperation": {"code": operation, "codeName": f"Server {operation} OP"},
        **fields,
    }


def list_answer(servers: Sequence[dict[str, object]], **changes: object) -> str:
    """A list of servers."""
    return _success("getServerInstanceList", servers, **changes)


def reboot_answer(numbers: Sequence[str], **changes: object) -> str:
    """A success answer to a restart of these servers."""
    return operation_answer("rebootServerInstances", numbers, **changes)


def operation_answer(operation: str, numbers: Sequence[str], **changes: object) -> str:
    """A success answer for these numbers. The order of an answer must not matter: it is turned round."""
    return _success(operation, [server(number, "RESTA") for number in reversed(numbers)], **changes)


def _success(operation: str, servers: Sequence[dict[str, object]], **changes: object) -> str:
    first = servers[-1]["serverInstanceNo"] if servers else "none"
    response = {
        "totalRows": len(servers),
        "serverInstanceList": list(servers),
        "requestId": f"request-{first}",
        "returnCode": "0",
        "returnMessage": "success",
    }
    return json.dumps({f"{operation}Response": response | changes})
