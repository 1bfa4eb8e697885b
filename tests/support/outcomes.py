"""The ways a call can go, as the server's part and what is to be reported."""

import gzip
import json
import socket
from dataclasses import dataclass

import httpx
from ncp_vserver import (
    AuthenticationError,
    NcpError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RejectedError,
    ServerBusyError,
    ThrottledError,
)
from ncp_vserver_api.errors import UnexpectedResponse

from support.wire import Reply, answer, raw, reboot_answer, reset, silence

NUMBERS = ("1234", "2345")


@dataclass(frozen=True)
class Outcome:
    reply: Reply
    kind: type[NcpError]
    status: int | None = None
    code: str | None = None
    message: str | None = None
    cause: type[Exception] | None = None


def gateway_error(code: str, message: str, **details: str) -> str:
    return json.dumps({"error": {"errorCode": code, "message": message, **details}})


def business_error(code: str, message: str) -> str:
    return json.dumps({"responseError": {"returnCode": code, "returnMessage": message}})


SUCCESS = reboot_answer(NUMBERS)
NULL_CODE = '{"rebootServerInstancesResponse": {"returnCode": null, "returnMessage": "success"}}'
XML_SUCCESS = """<?xml version="1.0" encoding="UTF-8"?>
<rebootServerInstancesResponse><requestId>1d2d35f9</requestId><returnCode>0</returnCode>
<returnMessage>success</returnMessage><totalRows>1</totalRows></rebootServerInstancesResponse>"""
XML_BUSINESS_ERROR = (
    "<responseError><returnCode>24120</returnCode><returnMessage>a &lt;bad&gt; number</returnMessage></responseError>"
)
XML_GATEWAY_ERROR = "<error><errorCode>200</errorCode><message>Authentication Failed</message></error>"
HTML = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"


def no_gzip(connection: socket.socket, received: object) -> None:
    body = gzip.compress(SUCCESS.encode())[:-20] + b"x" * 20
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)


def headers_then_silence(connection: socket.socket, received: object) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n")
    silence(connection)


# The rows of a connection that fails. In all of them the server has read the whole request.
CONNECTIONS: dict[str, Outcome] = {
    "reset": Outcome(reset, OutcomeUnknownError, cause=httpx.ReadError),
    "closed": Outcome(raw(b""), OutcomeUnknownError, cause=httpx.RemoteProtocolError),
    "silence": Outcome(silence, OutcomeUnknownError, cause=httpx.ReadTimeout),
    "headers-then-silence": Outcome(headers_then_silence, OutcomeUnknownError, 200, cause=httpx.ReadTimeout),
    "truncated": Outcome(
        raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"),
        OutcomeUnknownError,
        200,
        cause=httpx.RemoteProtocolError,
    ),
    "truncated-401": Outcome(
        raw(b"HTTP/1.1 401 No\r\ncontent-length: 100\r\n\r\n{"),
        AuthenticationError,
        401,
        cause=httpx.RemoteProtocolError,
    ),
    "bad-gzip": Outcome(no_gzip, OutcomeUnknownError, 200, cause=httpx.DecodingError),
    "garbage": Outcome(raw(b"\x16\x03\x01 hello\r\n\r\n"), OutcomeUnknownError, cause=httpx.RemoteProtocolError),
}

# The rows of the vendor's common table, and business errors.
ANSWERS: dict[str, Outcome] = {
    "400-100": Outcome(
        answer(400, gateway_error("100", "Bad Request Exception")), RejectedError, 400, "100", "Bad Request Exception"
    ),
    "400-business": Outcome(
        answer(400, business_error("24120", "The input parameter server instance number is invalid. ")),
        RejectedError,
        400,
        "24120",
        "The input parameter server instance number is invalid.",
    ),
    "400-business-xml": Outcome(
        answer(400, XML_BUSINESS_ERROR, "application/xml"),
        RejectedError,
        400,
        "24120",
        "a <bad> number",
        UnexpectedResponse,
    ),
    "400-business-other-keys": Outcome(
        answer(400, '{"responseError": {"responseCode": 3000100, "responseMessage": "External interworking failed."}}'),
        RejectedError,
        400,
        "3000100",
        "External interworking failed.",
        UnexpectedResponse,
    ),
    "401-200": Outcome(
        answer(401, gateway_error("200", "Authentication Failed", details="Invalid authentication information.")),
        AuthenticationError,
        401,
        "200",
        "Authentication Failed Invalid authentication information.",
    ),
    "401-200-number": Outcome(
        answer(401, '{"error": {"errorCode": 200, "message": "인증 실패"}}'),
        AuthenticationError,
        401,
        "200",
        "인증 실패",
    ),
    "401-200-xml": Outcome(
        answer(401, XML_GATEWAY_ERROR, "text/xml"),
        AuthenticationError,
        401,
        "200",
        "Authentication Failed",
        UnexpectedResponse,
    ),
    "401-210": Outcome(
        answer(401, gateway_error("210", "Permission Denied")), PermissionDeniedError, 401, "210", "Permission Denied"
    ),
    "401-html": Outcome(
        answer(401, HTML, "text/html"), AuthenticationError, 401, None, "502 Bad Gateway", UnexpectedResponse
    ),
    "401-empty": Outcome(answer(401), AuthenticationError, 401, None, None, UnexpectedResponse),
    "403-230": Outcome(answer(403, gateway_error("230", "Forbidden")), PermissionDeniedError, 403, "230", "Forbidden"),
    "404-300": Outcome(
        answer(404, gateway_error("300", "Not Found Exception")), NotFoundError, 404, "300", "Not Found Exception"
    ),
    "405": Outcome(answer(405, "no", "text/plain"), RejectedError, 405, None, "no", UnexpectedResponse),
    "408": Outcome(answer(408, "slow", "text/plain"), OutcomeUnknownError, 408, None, "slow", UnexpectedResponse),
    "400-busy": Outcome(
        answer(400, business_error("1100031", "The server cannot be controlled by the NCLOD API.")),
        ServerBusyError,
        400,
        "1100031",
        "The server cannot be controlled by the NCLOD API.",
    ),
    "400-throttled-by-code": Outcome(
        answer(400, gateway_error("410", "Throttle Limited")), ThrottledError, 400, "410", "Throttle Limited"
    ),
    "400-failed-behind-the-gateway": Outcome(
        answer(400, gateway_error("510", "Endpoint Timeout")), OutcomeUnknownError, 400, "510", "Endpoint Timeout"
    ),
    "400-business-900": Outcome(
        answer(400, business_error("900", "Required field is not specified.")),
        RejectedError,
        400,
        "900",
        "Required field is not specified.",
    ),
    "404-html": Outcome(
        answer(404, HTML, "text/html"), NotFoundError, 404, None, "502 Bad Gateway", UnexpectedResponse
    ),
    "413-430": Outcome(
        answer(413, gateway_error("430", "Request Entity Too Large")),
        RejectedError,
        413,
        "430",
        "Request Entity Too Large",
    ),
    "429-400": Outcome(
        answer(429, gateway_error("400", "Quota Exceeded")), ThrottledError, 429, "400", "Quota Exceeded"
    ),
    "429-410": Outcome(
        answer(429, gateway_error("410", "Throttle Limited")), ThrottledError, 429, "410", "Throttle Limited"
    ),
    "429-420": Outcome(answer(429, gateway_error("420", "Rate Limited")), ThrottledError, 429, "420", "Rate Limited"),
    "500-900": Outcome(
        answer(500, gateway_error("900", "Unexpected Error")), OutcomeUnknownError, 500, "900", "Unexpected Error"
    ),
    "500-business": Outcome(
        answer(500, business_error("1000", "try again")), OutcomeUnknownError, 500, "1000", "try again"
    ),
    "502-html": Outcome(
        answer(502, HTML, "text/html"), OutcomeUnknownError, 502, None, "502 Bad Gateway", UnexpectedResponse
    ),
    "503-500": Outcome(
        answer(503, gateway_error("500", "Endpoint Error", details="")),
        OutcomeUnknownError,
        503,
        "500",
        "Endpoint Error",
    ),
    "504-510": Outcome(
        answer(504, gateway_error("510", "Endpoint Timeout")), OutcomeUnknownError, 504, "510", "Endpoint Timeout"
    ),
    "520": Outcome(answer(520, "?", "text/plain"), OutcomeUnknownError, 520, None, "?", UnexpectedResponse),
    "520-envelope": Outcome(
        answer(520, gateway_error("900", "Unexpected Error")),
        OutcomeUnknownError,
        520,
        "900",
        "Unexpected Error",
        UnexpectedResponse,
    ),
    "599": Outcome(answer(599), OutcomeUnknownError, 599, None, None, UnexpectedResponse),
    "400-success": Outcome(answer(400, SUCCESS), OutcomeUnknownError, 400, "0", "success", UnexpectedResponse),
    "499": Outcome(answer(499), OutcomeUnknownError, 499, None, None, UnexpectedResponse),
    "304": Outcome(answer(304), RejectedError, 304, None, None, UnexpectedResponse),
}

# Success by its status, and not to be read as one.
UNREADABLE: dict[str, Outcome] = {
    "xml": Outcome(
        answer(200, XML_SUCCESS, "application/xml"), OutcomeUnknownError, 200, "0", "success", UnexpectedResponse
    ),
    "xml-cut-off": Outcome(
        answer(200, XML_SUCCESS[:140], "application/xml"), OutcomeUnknownError, 200, "0", None, UnexpectedResponse
    ),
    "html": Outcome(
        answer(200, HTML, "text/html"), OutcomeUnknownError, 200, None, "502 Bad Gateway", UnexpectedResponse
    ),
    "empty": Outcome(answer(200), OutcomeUnknownError, 200, None, None, UnexpectedResponse),
    "204": Outcome(answer(204), OutcomeUnknownError, 204, None, None, UnexpectedResponse),
    "cut-off": Outcome(answer(200, SUCCESS[:60]), OutcomeUnknownError, 200, None, SUCCESS[:60], UnexpectedResponse),
    "not-utf-8": Outcome(
        answer(200, b'{"error": {"message": "\xc7\xd1"}}'),
        OutcomeUnknownError,
        200,
        None,
        '{"error": {"message": "\ufffd\ufffd"}}',
        UnexpectedResponse,
    ),
    "utf-16": Outcome(
        answer(200, '{"a": 1}'.encode("utf-16")),
        OutcomeUnknownError,
        200,
        None,
        '\ufffd\ufffd{\ufffd"\ufffda\ufffd"\ufffd:\ufffd \ufffd1\ufffd}\ufffd',
        UnexpectedResponse,
    ),
    "null": Outcome(answer(200, "null"), OutcomeUnknownError, 200, None, "null", UnexpectedResponse),
    "number": Outcome(answer(200, "1"), OutcomeUnknownError, 200, None, "1", UnexpectedResponse),
    "list": Outcome(answer(200, "[1]"), OutcomeUnknownError, 200, None, "[1]", UnexpectedResponse),
    "string": Outcome(answer(200, '"ok"'), OutcomeUnknownError, 200, None, '"ok"', UnexpectedResponse),
    "other-object": Outcome(answer(200, '{"a": {}}'), OutcomeUnknownError, 200, None, '{"a": {}}', UnexpectedResponse),
    "wrong-types": Outcome(
        answer(200, reboot_answer(NUMBERS, serverInstanceList=3)),
        OutcomeUnknownError,
        200,
        "0",
        "success",
        UnexpectedResponse,
    ),
    "null-list": Outcome(
        answer(200, reboot_answer(NUMBERS, serverInstanceList=None, requestId=None)),
        OutcomeUnknownError,
        200,
        "0",
        "success",
    ),
    "deep": Outcome(answer(200, "[" * 100_000), OutcomeUnknownError, 200, None, "[" * 200 + "…", UnexpectedResponse),
    "huge-number": Outcome(
        answer(200, "1" * 5000), OutcomeUnknownError, 200, None, "1" * 200 + "…", UnexpectedResponse
    ),
    "empty-code": Outcome(
        answer(200, reboot_answer(NUMBERS, returnCode="")), OutcomeUnknownError, 200, None, "success"
    ),
    "no-number": Outcome(
        answer(200, reboot_answer(NUMBERS, returnCode="success")), OutcomeUnknownError, 200, "success", "success"
    ),
    "true": Outcome(answer(200, reboot_answer(NUMBERS, returnCode=True)), OutcomeUnknownError, 200, None, "success"),
    "pretty-xml": Outcome(
        answer(200, "<a><returnCode>\n  0\n</returnCode></a>"), OutcomeUnknownError, 200, "0", None, UnexpectedResponse
    ),
    "other-code-beside": Outcome(
        answer(
            200,
            '{"responseCode": "200", "rebootServerInstancesResponse": {"returnCode": "0", "eventList": 1, '
            '"serverInstanceList": 3}}',
        ),
        OutcomeUnknownError,
        200,
        "0",
        None,
        UnexpectedResponse,
    ),
    "control-characters": Outcome(
        answer(200, '{"responseError": {"returnCode": "7\\u001b[2J\\nok", "returnMessage": "a\\u0007b"}}'),
        OutcomeUnknownError,
        200,
        "7\ufffd[2J ok",
        "a\ufffdb",
        UnexpectedResponse,
    ),
    "null-code": Outcome(answer(200, NULL_CODE), OutcomeUnknownError, 200, None, "success"),
    "business-error": Outcome(
        answer(200, business_error("25041", "busy")), ServerBusyError, 200, "25041", "busy", UnexpectedResponse
    ),
    "failed-behind-the-gateway": Outcome(
        answer(200, gateway_error("500", "Endpoint Error")),
        OutcomeUnknownError,
        200,
        "500",
        "Endpoint Error",
        UnexpectedResponse,
    ),
    "gateway-error": Outcome(
        answer(200, gateway_error("200", "Authentication Failed")),
        AuthenticationError,
        200,
        "200",
        "Authentication Failed",
        UnexpectedResponse,
    ),
    "other-code": Outcome(
        answer(200, reboot_answer(NUMBERS, returnCode="25041", returnMessage="busy")),
        ServerBusyError,
        200,
        "25041",
        "busy",
    ),
}

# The rows in which the service itself refuses.
BY_THE_SERVICE = {
    "400-business",
    "400-business-xml",
    "400-business-other-keys",
    "400-business-900",
    "400-busy",
    "business-error",
    "other-code",
}
