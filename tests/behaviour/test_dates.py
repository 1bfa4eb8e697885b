"""The Date of an answer, by which a client tells how far its clock is off."""

import email.utils
import re
import time

import pytest
from ncp_mock import NcpMock
from support.mock_calls import PATH, exchange, raw_request

NUMBER = "123458773"


@pytest.mark.parametrize(
    ("method", "target", "fault"),
    [
        ("GET", f"{PATH}?serverInstanceNoList.1={NUMBER}", None),
        ("GET", "/vserver/v2/getServerInstanceList", None),
        ("GET", PATH, None),
        ("GET", "/elsewhere", None),
        ("PUT", PATH, None),
        ("GET", f"{PATH}?serverInstanceNoList.1=%zz", None),
        ("GET", f"{PATH}?serverInstanceNoList.1={NUMBER}", "endpointError"),
        ("GET", f"{PATH}?serverInstanceNoList.1={NUMBER}", "badGateway"),
        ("GET", f"{PATH}?serverInstanceNoList.1={NUMBER}", "truncatedBody"),
        ("GET", f"{PATH}?serverInstanceNoList.1={NUMBER}", "authenticationFailed"),
        ("GET", "/__mock__/servers", None),
        ("GET", "/__mock__/nothing", None),
    ],
)
def test_every_answer_has_its_date(ncp_mock: NcpMock, method: str, target: str, fault: str | None) -> None:
    if fault:
        ncp_mock.fail_next(fault)

    assert_dated(exchange(ncp_mock, raw_request(ncp_mock, method, target)))


def test_answer_to_what_is_no_request_has_its_date(ncp_mock: NcpMock) -> None:
    assert_dated(exchange(ncp_mock, b"GET /with a space HTTP/1.1\r\n\r\n"))


def assert_dated(received: bytes) -> None:
    [date] = re.findall(rb"\r\ndate: ([^\r]*)\r\n", received.partition(b"\r\n\r\n")[0] + b"\r\n")
    assert date.endswith(b" GMT")
    assert abs(email.utils.parsedate_to_datetime(date.decode()).timestamp() - time.time()) < 60
