"""The vendor's own Python SDK, as it comes from PyPI, on the mock with all its checks."""

import json
import os
import subprocess
import sys

import pytest
from ncp_mock import NcpMock

# In a process of its own: on a present-day Python the SDK warns as it is imported, and leaves threads behind.
SCRIPT = """
import json
import os
import ncloud_vserver
from ncloud_vserver.api.v2_api import V2Api
from ncloud_vserver.rest import ApiException

configuration = ncloud_vserver.Configuration()
configuration.access_key = os.environ["NCLOUD_ACCESS_KEY_ID"]
configuration.secret_key = os.environ["NCLOUD_SECRET_ACCESS_KEY"]
api = V2Api(ncloud_vserver.ApiClient(configuration))
request = ncloud_vserver.REQUEST(region_code="KR", ARGUMENTS)
try:
    answer = api.METHOD(request)
    servers = [[each.server_instance_no, each.server_name, each.server_instance_operation.code]
               for each in answer.server_instance_list]
    print(json.dumps([answer.return_code, answer.total_rows, servers]))
except ApiException as error:
    print(json.dumps([error.status, json.loads(error.body)]))
"""


def call(mock: NcpMock, operation: str, arguments: str, **environment: str) -> list[object]:
    """An operation by its name in Python, with arguments as they stand in a program."""
    surroundings = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    request = f"{operation.title().replace('_', '')}Request"
    script = SCRIPT.replace("REQUEST", request).replace("METHOD", operation).replace("ARGUMENTS", arguments)
    process = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env=surroundings | mock.environment | environment,
        text=True,
        capture_output=True,
    )
    assert process.returncode == 0, process.stderr
    result: list[object] = json.loads(process.stdout)
    return result


def reboot(mock: NcpMock, *numbers: str, **environment: str) -> list[object]:
    return call(mock, "reboot_server_instances", f"server_instance_no_list={list(numbers)!r}", **environment)


def test_reboots_servers(ncp_mock: NcpMock) -> None:
    result = reboot(ncp_mock, "123458775", "123458773")

    assert result == ["0", 2, [["123458775", "test-775", "RESTA"], ["123458773", "test-123", "RESTA"]]]
    [record] = ncp_mock.requests
    assert (record.method, record.target, record.verdict) == (
        "POST",
        "/vserver/v2/rebootServerInstances?responseFormatType=json",
        "accepted",
    )


@pytest.mark.parametrize(
    ("operation", "arguments", "expected"),
    [
        ("start_server_instances", "server_instance_no_list=['123458793']", ["123458793", "test-793", "START"]),
        ("stop_server_instances", "server_instance_no_list=['123458774']", ["123458774", "test-774", "SHTDN"]),
        ("get_server_instance_detail", "server_instance_no='123458774'", ["123458774", "test-774", "NULL"]),
        (
            "get_server_instance_list",
            "server_name='test-774', page_no=1, page_size=5",
            ["123458774", "test-774", "NULL"],
        ),
    ],
)
def test_other_operations(ncp_mock: NcpMock, operation: str, arguments: str, expected: list[str]) -> None:
    assert call(ncp_mock, operation, arguments) == ["0", 1, [expected]]


def test_is_told_that_a_server_is_busy(ncp_mock: NcpMock) -> None:
    ncp_mock.hold_reboots()
    reboot(ncp_mock, "123458773")

    status, body = reboot(ncp_mock, "123458773")

    assert status == 400
    assert body == {
        "responseError": {
            "returnCode": "1100031",
            "returnMessage": "The server cannot be controlled by the NCLOD API.",
        }
    }


def test_is_refused_with_another_secret_key(ncp_mock: NcpMock) -> None:
    status, body = reboot(ncp_mock, "123458773", NCLOUD_SECRET_ACCESS_KEY="another")  # noqa: S106 - a key of no account

    assert status == 401
    assert body == {
        "error": {
            "errorCode": "200",
            "message": "Authentication Failed",
            "details": "Invalid authentication information.",
        }
    }
    assert [record.verdict for record in ncp_mock.requests] == ["wrong-signature"]
