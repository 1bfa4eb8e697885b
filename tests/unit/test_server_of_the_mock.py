"""What the mock's HTTP server takes and sends, byte by byte, without sockets."""

import pytest
from ncp_mock._gateway.server import MalformedRequestError, Send, _what_is_wrong
from ncp_mock._messages import Answer, Delivery, Request
from support.fuzzing import exchanged

KIB = 1024
HEAD = b"POST / HTTP/1.1\r\nhost: mock\r\n"


async def admit(head: Request) -> bool:
    return True


async def judge(request: Request | MalformedRequestError, send: Send) -> None:
    """Answer with the status of what is malformed, or with the size of the body."""
    if isinstance(request, MalformedRequestError):
        await send(Answer(request.status))
    else:
        await send(Answer(200, body=b"%d" % len(request.body)))


def with_body(size: int) -> bytes:
    return HEAD + b"content-length: %d\r\n\r\n" % size + b"a" * size


def with_head(size: int) -> bytes:
    return b"GET / HTTP/1.1\r\nhost: mock\r\na: " + b"a" * (size - len("/hostmocka")) + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (with_body(1024 * KIB), b"200"),
        (with_body(1024 * KIB + 1), b"413"),
        (with_head(64 * KIB), b"200"),
        (with_head(64 * KIB + 1), b"431"),
        (b"GET / HTTP/1.1\r\nhost: mock\r\na: " + b"a" * 129 * KIB, b"431"),
        (b"\r\n\r\nGET / HTTP/1.1\r\nhost: mock\r\n\r\n", b"400"),
        (b"\r\nGET / HTTP/1.1\r\nhost: mock\r\n\r\n", b"200"),
    ],
    ids=["body", "long body", "head", "long head", "head without end", "two empty lines", "one empty line"],
)
def test_sizes_and_beginnings(sent: bytes, status: bytes) -> None:
    assert exchanged([sent], judge, admit)[9:12] == status


def test_body_is_asked_for() -> None:
    head = HEAD + b"expect: 100-continue\r\ncontent-length: 3\r\n\r\n"

    received = exchanged([head, b"abc"], judge, admit)

    assert received.startswith(b"HTTP/1.1 100 ")
    assert received.endswith(b"\r\n\r\n3")


@pytest.mark.parametrize(
    ("method", "delivery", "body"),
    [
        (b"GET", Delivery.WHOLE, b"abcdefg"),
        (b"GET", Delivery.TRUNCATED, b"abc"),
        (b"GET", Delivery.RESET, b""),
        (b"HEAD", Delivery.WHOLE, b""),
    ],
)
def test_what_comes_of_a_body(method: bytes, delivery: Delivery, body: bytes) -> None:
    async def answer(request: Request | MalformedRequestError, send: Send) -> None:
        await send(Answer(200, body=b"abcdefg", delivery=delivery))

    received = exchanged([method + b" / HTTP/1.1\r\nhost: mock\r\n\r\n"], answer, admit)

    assert (b"content-length: 7\r\n" in received) is (delivery is not Delivery.RESET)
    assert received.rpartition(b"\r\n\r\n")[2] == body


@pytest.mark.parametrize("quoted", ["", ": bytearray(b'secret')", ": b'secret'"])
def test_what_is_malformed_is_not_quoted(quoted: str) -> None:
    assert _what_is_wrong(f"bad chunk{quoted}", b"GET ") == "bad chunk"
    assert _what_is_wrong(f"bad chunk{quoted}", b"\x16\x03\x01").startswith("that is TLS")
