"""What the mock remembers, shows and logs of the requests that it got."""

import httpx
import pytest
from ncp_mock import NcpMock
from support.mock_calls import PATH, reboot


def test_remembers_the_last_200_requests(ncp_mock: NcpMock) -> None:
    with httpx.Client(base_url=ncp_mock) as client:
        for number in range(203):
            client.get(f"/{number}")

    records = ncp_mock.requests
    assert [record.target for record in records] == [f"/{number}" for number in range(3, 203)]
    assert [record.number for record in records] == list(range(records[0].number, records[0].number + 200))


def test_secret_key_in_a_request_is_not_shown(ncp_mock: NcpMock, caplog: pytest.LogCaptureFixture) -> None:
    secret = ncp_mock.secret_key
    headers = {"x-ncp-apigw-timestamp": "1", "x-ncp-iam-access-key": secret, "x-ncp-apigw-signature-v2": secret}

    response = httpx.get(f"{ncp_mock}{PATH}?{secret}=1", headers=headers)

    shown = str(response.headers) + str(ncp_mock.requests) + httpx.get(f"{ncp_mock}/__mock__/").text + caplog.text
    assert response.status_code == 401
    assert secret not in shown
    assert "<secret key>" in ncp_mock.requests[0].target


def test_refusals_are_in_the_log(ncp_mock: NcpMock, caplog: pytest.LogCaptureFixture) -> None:
    reboot(ncp_mock, "1")

    [message] = [message for message in caplog.messages if "unknown-server" in message]
    assert message.startswith(f"GET {PATH}?serverInstanceNoList.1=1&responseFormatType=json 400 unknown-server: ")
