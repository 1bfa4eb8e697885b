"""Malformed input of any kind gets a clean 4xx, and the mock keeps serving."""

import re
import socket

import httpx
import pytest
from ncp_mock import NcpMock
from support.mock_calls import PATH, exchange, raw_request, reboot, signed
from support.patience import PATIENCE

NUMBER = "123458773"
TARGET = f"{PATH}?serverInstanceNoList.1={NUMBER}"
HOST = b"host: x\r\n"

MALFORMED: dict[str, tuple[bytes, int]] = {
    "tls": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 \r\n\r\n", 400),
    "no-http": (b"hello\r\n\r\n", 400),
    "empty-lines": (b"\r\n\r\n\r\n\r\n", 400),
    "http-9": (b"GET / HTTP/9.9\r\n" + HOST + b"\r\n", 404),  # h11 answers in the version that it speaks
    "no-host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two-hosts": (b"GET / HTTP/1.1\r\n" + HOST * 2 + b"\r\n", 400),
    "space-in-target": (b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "no-ascii-in-target": ("GET /서버 HTTP/1.1\r\n".encode() + HOST + b"\r\n", 400),
    "nul-in-header": (b"GET / HTTP/1.1\r\n" + HOST + b"x: a\x00b\r\n\r\n", 400),
    "space-in-header-name": (b"GET / HTTP/1.1\r\n" + HOST + b"x y: a\r\n\r\n", 400),
    "folded-first-header": (b"GET / HTTP/1.1\r\n a: b\r\n\r\n", 400),
    "two-lengths": (b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 1\r\ncontent-length: 2\r\n\r\nab", 400),
    "negative-length": (b"POST / HTTP/1.1\r\n" + HOST + b"content-length: -1\r\n\r\n", 400),
    "huge-length-number": (b"POST / HTTP/1.1\r\n" + HOST + b"content-length: " + b"9" * 5000 + b"\r\n\r\n", 400),
    "length-without-body": (b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 10\r\n\r\nab", 400),
    "other-encoding": (b"POST / HTTP/1.1\r\n" + HOST + b"transfer-encoding: gzip\r\n\r\n", 400),
    "bad-chunk": (b"POST / HTTP/1.1\r\n" + HOST + b"transfer-encoding: chunked\r\n\r\nzz\r\n\r\n", 400),
    "half-a-head": (b"GET / HTTP/1.1\r\nhost:", 400),
    "1-mb-header": (b"GET / HTTP/1.1\r\n" + HOST + b"x: " + b"a" * 1_000_000 + b"\r\n\r\n", 431),
    "1-mb-of-headers": (b"GET / HTTP/1.1\r\n" + HOST + b"x: a\r\n" * 170_000 + b"\r\n", 431),
    "1-mb-target": (b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 431),
    "2-mb-body": (b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 2000000\r\n\r\n" + b"a" * 2_000_000, 413),
    "endless-body": (
        b"POST / HTTP/1.1\r\n" + HOST + b"transfer-encoding: chunked\r\n\r\n" + b"1000000\r\n" + b"a" * 0x110000,
        413,
    ),
    "connect": (b"CONNECT example.com:443 HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    "asterisk": (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    "absolute-target": (f"GET http://x{TARGET} HTTP/1.1\r\nhost: x\r\n\r\n".encode(), 401),
    "upgrade": (b"GET / HTTP/1.1\r\n" + HOST + b"connection: upgrade\r\nupgrade: websocket\r\n\r\n", 404),
    "http-1.0": (b"GET / HTTP/1.0\r\n\r\n", 404),
    "dots": (b"GET /../../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    "dots-below-the-prefix": (b"GET /__mock__/../page.py HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    "escaped-dots": (b"GET /__mock__/%2e%2e/page.css HTTP/1.1\r\n" + HOST + b"\r\n", 404),
}


@pytest.mark.parametrize(("sent", "status"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_request(ncp_mock: NcpMock, sent: bytes, status: int) -> None:
    received = exchange(ncp_mock, sent)

    [head, *_] = received.split(b"\r\n", 1)
    assert re.fullmatch(rb"HTTP/1\.1 %d [A-Z].*" % status, head), received[:300]
    assert b"\r\ncontent-length: " in received
    assert received.count(b"HTTP/1.1 ") == 1
    assert reboot(ncp_mock, NUMBER).status_code == 200


def test_is_refused_in_the_vendors_envelope_and_explained(ncp_mock: NcpMock) -> None:
    received = exchange(ncp_mock, MALFORMED["two-hosts"][0]).decode()

    assert "<errorCode>100</errorCode>" in received
    assert "x-mock-explanation: malformed-request: " in received
    [record] = ncp_mock.requests
    assert (record.method, record.target, record.status, record.verdict) == ("-", "-", 400, "malformed-request")


@pytest.mark.parametrize(
    ("sent", "explanation"),
    [
        (MALFORMED["tls"][0], "that is TLS: the mock speaks plain HTTP"),
        (MALFORMED["no-ascii-in-target"][0], "illegal request line: .* everything but printable ASCII is percent-enc"),
        (b"GET / HTTP/1.1\r\nx-ncp-iam-secret-key : a-real-secret\r\n\r\n", "illegal header line: .* no space before"),
        (b"GET / HTTP/1.1\r\nhost: x\r\na: MTIz\r\na-real-secret\r\n\r\n", "illegal header line: .* base64 -w0"),
        (b"a-real-secret\r\n\r\n", "illegal request line"),
        (MALFORMED["bad-chunk"][0].replace(b"zz", b"a-real-secret"), "illegal chunk header"),
    ],
    ids=["tls", "target", "space", "wrapped", "request-line", "chunk"],
)
def test_says_what_is_malformed_without_quoting_it(ncp_mock: NcpMock, sent: bytes, explanation: str) -> None:
    received = exchange(ncp_mock, sent).decode()

    assert re.search(f"x-mock-explanation: malformed-request: {explanation}", received)
    assert "a-real-secret" not in received + str(ncp_mock.requests)
    assert "bytearray" not in received


def test_answers_in_the_format_that_the_head_asks_for(ncp_mock: NcpMock) -> None:
    head = f"POST {PATH}?responseFormatType=json HTTP/1.1\r\nhost: x\r\ncontent-length: 2000000\r\n\r\n".encode()

    received = exchange(ncp_mock, head + b"a" * 2_000_000)

    assert b'{"error": {"errorCode": "430", "message": "Request Entity Too Large"}}' in received
    [record] = ncp_mock.requests
    assert (record.method, record.status, record.verdict) == ("POST", 413, "malformed-request")


@pytest.mark.parametrize(("more", "status"), [(-100, b"404"), (100, b"431")], ids=["below", "above"])
def test_head_at_its_limit(ncp_mock: NcpMock, more: int, status: bytes) -> None:
    head = b"GET / HTTP/1.1\r\nhost: x\r\na: " + b"a" * (64 * 1024 - len("/hostxa") + more) + b"\r\n\r\n"

    assert exchange(ncp_mock, head).startswith(b"HTTP/1.1 " + status)


def test_body_that_is_too_large_is_not_waited_for(ncp_mock: NcpMock) -> None:
    # The answer comes although the client still has gigabytes to send.
    url = httpx.URL(ncp_mock.url)
    with socket.create_connection((url.host, url.port or 0), timeout=PATIENCE) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 9000000000\r\n\r\n" + b"a" * 1_100_000)
        assert connection.recv(12) == b"HTTP/1.1 413"


@pytest.mark.parametrize(
    "sent",
    [
        b"HEAD / HTTP/1.1\r\nhost: x\r\n\r\n\x01\x02garbage\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\n\r\nHEAD / HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
    ids=["garbage-after-head", "head-after-get"],
)
def test_each_request_of_a_connection_is_answered(ncp_mock: NcpMock, sent: bytes) -> None:
    assert exchange(ncp_mock, sent).count(b"HTTP/1.1 4") == 2


GET = b"GET /1 HTTP/1.1\r\nhost: x\r\n\r\n"
POST = b"POST /2 HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\na"


@pytest.mark.parametrize(
    ("pieces", "answered"),
    [
        ([b"\r\n" + GET], ["/1"]),
        ([b"\r\n", GET], ["/1"]),
        ([b"\r", b"\n", GET[:1], GET[1:]], ["/1"]),
        ([POST + b"\r\n" + GET + b"\r\n" + POST], ["/2", "/1", "/2"]),
        ([POST, b"\r\n"], ["/2"]),
        ([POST + b"\r", b"\n" + GET], ["/2", "/1"]),
        ([b"\r\n"], []),
        ([b"\r\n\r\n" + GET], ["-"]),
        ([b"\r" + GET], ["-"]),
    ],
    ids=repr,
)
def test_empty_line_before_a_request(ncp_mock: NcpMock, pieces: list[bytes], answered: list[str]) -> None:
    url = httpx.URL(ncp_mock.url)
    with socket.create_connection((url.host, url.port or 0), timeout=PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
            for _ in range(3):  # so that the mock has read it before the next one comes
                _ = ncp_mock.requests
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    assert [record.target for record in ncp_mock.requests] == answered


def test_explanation_of_any_length_and_kind_is_sent(ncp_mock: NcpMock) -> None:
    # It is cut for the header; what is cut off, and what ends there then, must not matter.
    for length in range(940, 960):
        response = signed(ncp_mock, "POST", PATH, headers={"content-type": "a/" + "b " * length + "c"}, content=b"x")
        assert response.headers["x-mock-explanation"].startswith("wrong-content-type: ")
    target = f"{PATH}?serverInstanceNoList.1=1&responseFormatType=json{'x' * 30_000}"
    assert signed(ncp_mock, "GET", target).status_code == 400
    body = b"serverInstanceNoList.1=" + b"1" * 1_000_000
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert signed(ncp_mock, "POST", PATH, headers=form, content=body).status_code == 400
    assert max(len(record.explanation) for record in ncp_mock.requests) <= 4000


def test_control_characters_do_not_reach_a_terminal(ncp_mock: NcpMock, caplog: pytest.LogCaptureFixture) -> None:
    signed(ncp_mock, "POST", PATH, headers={"content-type": b"a\x1b[2J\x9b"}, content=b"x")

    assert "a\\x1b[2J\\x9b" in ncp_mock.requests[0].explanation
    assert "\x1b" not in caplog.text


@pytest.mark.parametrize("pair", ["a=&", "a&", "responseFormatType&"])
def test_a_megabyte_of_parameters(ncp_mock: NcpMock, pair: str) -> None:
    body = pair * (1_000_000 // len(pair))
    form = {"content-type": "application/x-www-form-urlencoded"}

    response = signed(ncp_mock, "POST", PATH, headers=form, content=body.encode())

    assert response.status_code == 400
    assert response.headers["x-mock-explanation"].startswith("too-many-parameters: ")


def test_pipelined_requests_are_answered_in_order(ncp_mock: NcpMock) -> None:
    targets = [f"{PATH}?serverInstanceNoList.1={123458773 + index}" for index in range(5)]

    received = exchange(ncp_mock, b"".join(raw_request(ncp_mock, "GET", target) for target in targets)).decode()

    numbers = re.findall("<serverInstanceNo>(.*?)<", received)
    assert numbers == [str(123458773 + index) for index in range(5)]


def test_pipelined_garbage_ends_the_connection_after_the_good_answers(ncp_mock: NcpMock) -> None:
    received = exchange(
        ncp_mock, raw_request(ncp_mock, "GET", TARGET) + b"\x00\x01garbage\r\n\r\n" + b"GET / HTTP/1.1\r\n"
    )

    assert re.findall(rb"HTTP/1\.1 (\d+)", received) == [b"200", b"400"]


def test_waits_for_no_body_that_the_client_holds_back(ncp_mock: NcpMock) -> None:
    # curl asks before it sends a larger form.
    body = f"serverInstanceNoList.1={NUMBER}".encode()
    head, _, _ = raw_request(
        ncp_mock, "POST", PATH, body, content_type="application/x-www-form-urlencoded", expect="100-continue"
    ).partition(body)
    url = httpx.URL(ncp_mock.url)
    with socket.create_connection((url.host, url.port or 0), timeout=PATIENCE) as connection:
        connection.sendall(head)
        assert connection.recv(25) == b"HTTP/1.1 100 \r\n\r\n"
        connection.sendall(body)
        assert connection.recv(12) == b"HTTP/1.1 200"


def test_chunked_body(ncp_mock: NcpMock) -> None:
    body = b"serverInstanceNoList.1=123458773"
    head = raw_request(ncp_mock, "POST", PATH, content_type="application/x-www-form-urlencoded")
    head = head.replace(b"content-length: 0", b"transfer-encoding: chunked")

    received = exchange(ncp_mock, head + b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n")

    assert received.startswith(b"HTTP/1.1 200 OK")


def test_client_that_goes_away(ncp_mock: NcpMock) -> None:
    url = httpx.URL(ncp_mock.url)
    other = raw_request(ncp_mock, "GET", f"{PATH}?serverInstanceNoList.1=123458774")
    for sent in (b"", b"GET", other):
        with socket.create_connection((url.host, url.port or 0)) as connection:
            connection.sendall(sent)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # gone without a word

    assert reboot(ncp_mock, NUMBER).status_code == 200
