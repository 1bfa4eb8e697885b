"""What the options of the mock change."""

import xml.etree.ElementTree as ElementTree

import httpx
from ncp_mock import Mock
from support.mock_calls import PATH, reboot

NUMBER = "123458773"


def test_a_restart_lasts_as_long_as_it_is_said_to() -> None:
    with Mock(reboot_seconds=0) as mock:
        assert [reboot(mock, NUMBER).status_code for _ in range(3)] == [200] * 3
    with Mock(reboot_seconds=86_400) as mock:
        assert [reboot(mock, NUMBER).status_code for _ in range(2)] == [200, 400]


def test_lax_mock_takes_any_signature_and_still_judges_the_rest() -> None:
    with Mock(lax=True) as mock:
        target = f"{mock.url}{PATH}?serverInstanceNoList.1={NUMBER}"
        assert httpx.get(target).status_code == 200
        assert httpx.get(f"{target}&x=1").status_code == 400


def test_keys_of_ones_own() -> None:
    with Mock(access_key="AK", secret_key="비밀") as mock:  # noqa: S106 - a key of no account
        assert mock.environment == {
            "NCLOUD_API_GW": mock.url,
            "NCLOUD_ACCESS_KEY_ID": "AK",
            "NCLOUD_SECRET_ACCESS_KEY": "비밀",
        }
        assert reboot(mock, NUMBER).status_code == 200


def test_servers_in_another_region() -> None:
    with Mock(fleet=[{"serverInstanceNo": "5", "regionCode": "JPN", "serverName": "서버<&>"}]) as mock:
        refused = reboot(mock, "5", form="xml")
        accepted = reboot(mock, "5", form="xml", regionCode="JPN")

    assert refused.headers["x-mock-explanation"] == (
        "other-region: server 5 is in region JPN, and the request names no regionCode, which means KR"
    )
    assert ElementTree.fromstring(accepted.text).findtext(".//serverName") == "서버<&>"  # noqa: S314 - the mock's own answer


def test_latency() -> None:
    with Mock(latency=0.2) as mock:
        assert httpx.get(mock.url).elapsed.total_seconds() >= 0.2
