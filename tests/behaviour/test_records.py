"""What the mock remembers, shows and logs of the requests that it got."""

import base64
import logging
import re
from collections.abc import Callable

import httpx
import pytest
from ncp_mock import NcpMock
from support.mock_calls import PATH, exchange, raw_request, reboot, signed


def test_remembers_the_last_200_requests(ncp_mock: NcpMock) -> None:
    with httpx.Client(base_url=ncp_mock.url) as client:
        for number in range(203):
            client.get(f"/{number}")

    records = ncp_mock.requests
    assert [record.target for record in records] == [f"/{number}" for number in range(3, 203)]
    assert [record.number for record in records] == list(range(records[0].number, records[0].number + 200))


FORMS: dict[str, Callable[[str], str]] = {
    "plain": lambda key: key,
    "escaped": lambda key: "".join(f"%{byte:02x}" for byte in key.encode()),
    "escaped-in-part": lambda key: f"%{ord(key[0]):02X}{key[1:]}",
    "escaped-twice": lambda key: "".join(f"%25{byte:02x}" for byte in key.encode()),
    "lower-case": str.lower,
    "hex": lambda key: key.encode().hex(),
    "base64": lambda key: base64.b64encode(key.encode()).decode().rstrip("="),
}
PLACES: dict[str, Callable[[str], str]] = {
    "path": lambda key: f"GET /{key} HTTP/1.1\r\nhost: x\r\n\r\n",
    "where-a-long-path-is-cut": lambda key: f"GET /{'a' * 3980}{key} HTTP/1.1\r\nhost: x\r\n\r\n",
    "query": lambda key: f"GET {PATH}?serverInstanceNoList.1={key} HTTP/1.1\r\nhost: x\r\n\r\n",
    "method": lambda key: f"{key} {PATH} HTTP/1.1\r\nhost: x\r\n\r\n",
    "content-type": lambda key: f"POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: x/{key}\r\n\r\n",
    "header": lambda key: f"GET {PATH} HTTP/1.1\r\nhost: x\r\n{key} : a\r\n\r\n",
    "access-key": lambda key: f"GET {PATH} HTTP/1.1\r\nhost: x\r\nx-ncp-iam-access-key: {key}\r\n\r\n",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("form", FORMS)
def test_secret_key_does_not_show(ncp_mock: NcpMock, caplog: pytest.LogCaptureFixture, form: str, place: str) -> None:
    written = FORMS[form](ncp_mock.secret_key)

    received = exchange(ncp_mock, PLACES[place](written).encode()).decode()

    shown = received + caplog.text + httpx.get(f"{ncp_mock.url}/__mock__/requests").text
    shown += httpx.get(f"{ncp_mock.url}/__mock__/").text
    assert received.startswith("HTTP/1.1 4")
    for start in range(0, len(written) - 12, 4):
        assert written[start : start + 12].lower() not in shown.lower()


@pytest.mark.parametrize("target", ["?regionCode={}", "?serverInstanceNoList.1={}", "?{}=1", "?responseFormatType={}"])
def test_secret_key_in_a_signed_request_does_not_show(ncp_mock: NcpMock, target: str) -> None:
    response = signed(ncp_mock, "GET", PATH + target.format(ncp_mock.secret_key))

    assert response.status_code == 400
    assert ncp_mock.secret_key not in str(response.headers) + str(ncp_mock.requests)
    assert "<secret key>" in ncp_mock.requests[0].target


def test_strings_to_sign(ncp_mock: NcpMock) -> None:
    reboot(ncp_mock, "123458773")
    reboot(ncp_mock, "1")
    exchange(ncp_mock, raw_request(ncp_mock, "GET", PATH).replace(PATH.encode(), f"{PATH}?a=b".encode(), 1))
    httpx.get(ncp_mock.url + PATH)

    strings = [(record.expected_string_to_sign, record.received_string_to_sign) for record in ncp_mock.requests]
    good = rf"GET {PATH}\?serverInstanceNoList\.1=123458773&responseFormatType=json\\n\d{{13}}\\n{ncp_mock.access_key}"
    assert re.fullmatch(good, strings[0][0] or "")
    assert [expected == received for expected, received in strings] == [True, True, False, True]
    assert (strings[2][0] or "").startswith(f"GET {PATH}?a=b\\n")
    assert (strings[2][1] or "").startswith(f"GET {PATH}\\n")
    assert strings[3] == (None, None)


class Asking(logging.Handler):
    """Asks the mock at each record."""

    def __init__(self, mock: NcpMock) -> None:
        super().__init__()
        self.mock = mock
        self.seen: list[int] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(len(self.mock.requests))


@pytest.mark.parametrize("name", ["ncp_mock", None], ids=["mock", "root"])
def test_log_handler_can_ask_the_mock(ncp_mock: NcpMock, name: str | None) -> None:
    # A handler holds a lock. On the root logger, it is asked by the client and by the mock at the same time.
    handler, logger = Asking(ncp_mock), logging.getLogger(name)
    logger.addHandler(handler)
    if name is None:
        logger.setLevel(logging.DEBUG)
    try:
        for _ in range(20):
            reboot(ncp_mock, "1")
        ncp_mock.fail_next("resetBefore")
        exchange(ncp_mock, raw_request(ncp_mock, "GET", PATH))
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.WARNING if name is None else logging.NOTSET)

    assert handler.seen[-1] == 21


def test_refusals_are_in_the_log(ncp_mock: NcpMock, caplog: pytest.LogCaptureFixture) -> None:
    reboot(ncp_mock, "1")

    [message] = [message for message in caplog.messages if "unknown-server" in message]
    assert message.startswith(f"GET {PATH}?serverInstanceNoList.1=1&responseFormatType=json 400 unknown-server: ")
