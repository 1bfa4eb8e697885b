"""Every request that the front can produce: what is on the wire, and that the contract allows it."""

from typing import Any

import pytest
from support.allowed import assert_allowed
from support.calls import BOTH, EVERY, Call, Reboot
from support.wire import Received, Wire, accept, answer, list_answer, server


@pytest.mark.parametrize("reboot", BOTH.values(), ids=BOTH)
@pytest.mark.parametrize("region", [None, "KR"])
@pytest.mark.parametrize(("count", "batches"), [(1, [1]), (20, [20]), (21, [20, 1]), (45, [20, 20, 5])])
def test_front(reboot: Reboot, region: str | None, count: int, batches: list[int]) -> None:
    numbers = [str(number) for number in range(5000, 5000 - count, -1)]

    with Wire([accept]) as wire:
        result = reboot(wire.url, numbers, region)

    assert [len(received.numbers) for received in wire.requests] == batches
    assert [number for received in wire.requests for number in received.numbers] == numbers
    assert [server.number for server in result] == numbers
    assert len(result) == count
    assert result.request_ids == tuple(f"request-{received.numbers[0]}" for received in wire.requests)
    for received in wire.requests:
        assert_allowed(received)
        parameters = dict(received.parameters)
        assert received.method == "GET"
        assert parameters["responseFormatType"] == "json"
        assert parameters.get("regionCode") == region
        assert received.header("accept") == ["application/json"]
        assert received.header("cache-control") == ["no-store"]


@pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize(
    ("method", "arguments", "options"),
    [
        ("start", ["7"], {"region_code": "KR"}),
        ("stop", [["7", "8"]], {}),
        ("servers", [], {}),
        ("servers", [["7", "8"]], {"region_code": "JPN", "page_size": 5}),
        (
            "servers",
            [],
            {
                "vpc_no": "1",
                "server_name": "웹 1",
                "server_instance_status_code": "RUN",
                "base_block_storage_disk_type_code": "NET",
                "base_block_storage_disk_detail_type_code": "SSD",
                "ip": "10.0.0.1",
                "placement_group_no_list": ["1", "2"],
                "hypervisor_type_code_list": ["KVM"],
                "fabric_cluster_pool_no": "1",
                "fabric_cluster_no": "1",
                "fabric_cluster_mode": "m",
                "sorted_by": "serverName",
                "sorting_order": "ASC",
            },
        ),
        ("server", ["7"], {"region_code": "KR"}),
        ("wait_until_running", [["7"]], {"region_code": "KR"}),
    ],
)
def test_other_calls_of_the_front(call: Call, method: str, arguments: list[Any], options: dict[str, Any]) -> None:
    def reply(connection: Any, received: Received) -> None:
        body = list_answer([server(number) for number in received.numbers or ["7"]])
        answer(200, body.replace("getServerInstanceList", received.operation))(connection, received)

    with Wire([reply]) as wire:
        call(wire.url, method, *arguments, **options)

    for received in wire.requests:
        assert_allowed(received)
        assert received.method == "GET"
        assert dict(received.parameters)["responseFormatType"] == "json"
        assert dict(received.parameters).get("regionCode") == options.get("region_code")
    for name, value in options.items():
        if isinstance(value, str) and name != "region_code":
            assert value in dict(wire.requests[-1].parameters).values()
