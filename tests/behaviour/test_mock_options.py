"""What the options of the mock change."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from ncp_mock import Mock, NcpMock
from support.mock_calls import PATH, reboot

NUMBER = "123458773"


def test_lax_mock_takes_any_signature_and_still_judges_the_rest() -> None:
    with Mock(lax=True, reboot_seconds=0, latency=0.2) as mock:
        target = f"{mock.url}{PATH}?serverInstanceNoList.1={NUMBER}"
        answers = [httpx.get(target), httpx.get(target), httpx.get(f"{target}&x=1")]

    # The first restart is over at once.
    assert [answer.status_code for answer in answers] == [200, 200, 400]
    assert min(answer.elapsed.total_seconds() for answer in answers) >= 0.2


@pytest.fixture(scope="module")
def other() -> Iterator[NcpMock]:
    fleet: list[str | dict[str, Any]] = ["7", {"serverInstanceNo": "5", "regionCode": "JPN", "serverName": "서버<&>"}]
    with Mock(fleet=fleet, access_key="AK", secret_key="비밀", reboot_seconds=86_400) as mock:  # noqa: S106 - a key of no account
        yield mock


def test_keys_of_ones_own(other: NcpMock) -> None:
    assert other.environment == {
        "NCLOUD_API_GW": other.url,
        "NCLOUD_ACCESS_KEY_ID": "AK",
        "NCLOUD_SECRET_ACCESS_KEY": "비밀",
    }


def test_a_restart_lasts_as_long_as_it_is_said_to(other: NcpMock) -> None:
    assert [reboot(other, "7").status_code for _ in range(2)] == [200, 400]


def test_servers_in_another_region(other: NcpMock) -> None:
    refused = reboot(other, "5", form="xml")
    accepted = reboot(other, "5", form="xml", regionCode="JPN")

    assert refused.headers["x-mock-explanation"] == (
        "other-region: server 5 is in region JPN, and the request names no regionCode, which means KR"
    )
    assert ElementTree.fromstring(accepted.text).findtext(".//serverName") == "서버<&>"  # noqa: S314 - the mock's own answer
