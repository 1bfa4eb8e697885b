"""A null in a response about a server: the front reads it as an absent field."""

import json
from typing import Any

import pytest
from ncp_vserver import ActionResult, Server
from ncp_vserver_api.types import UNSET
from support.calls import EVERY, Call
from support.contract import CONTRACT
from support.wire import Wire, answer, server

FIELDS = sorted(CONTRACT["components"]["schemas"]["ServerInstance"]["properties"])
each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)


def response(operation: str, fields: dict[str, Any]) -> str:
    """Success with one server that has these fields."""
    return json.dumps({f"{operation}Response": {"returnCode": "0", "serverInstanceList": [fields]}})


@each
def test_accepted_restart(call: Call) -> None:
    whole: dict[str, Any] = server("1", "RESTA", zoneCode="KR-1", uptime="2026-11-01T00:00:00+0900")
    nulls = [{field: None} for field in FIELDS if field != "serverInstanceNo"]
    every = {field: None for fields in nulls for field in fields}
    replies = [answer(200, response("rebootServerInstances", whole | fields)) for fields in [*nulls, every]]

    with Wire(replies) as wire:
        results: list[ActionResult] = [call(wire.url, "reboot", "1") for _ in replies]

    for [found], fields in zip(results, [*nulls, every], strict=True):
        assert found.number == "1"
        assert not fields.keys() & found.raw.to_dict().keys()
    assert len(wire.requests) == len(FIELDS)
    [it] = results[-1]
    assert (it.name, it.status, it.operation, it.uptime, it.public_ip, it.cpu_count) == ("", "", "", None, None, None)
    assert str(it) == "1 (?/?)"


@each
def test_lists(call: Call) -> None:
    nested = server("1") | {"serverInstanceStatus": {"code": None, "codeName": None}, "networkInterfaceNoList": [None]}
    bodies = [response("getServerInstanceList", nested), response("getServerInstanceList", dict.fromkeys(FIELDS))]

    with Wire([answer(200, body) for body in bodies]) as wire:
        [first] = call(wire.url, "servers")
        [second] = call(wire.url, "servers")

    assert isinstance(first, Server)
    assert (first.number, first.status, first.operation) == ("1", "", "NULL")
    assert first.raw.platform_type is UNSET
    assert str(second) == "a server without a number (?/?)"
