"""Listing servers: every page, whatever number the first one has, and whatever the service says of their count."""

from collections.abc import Callable
from typing import Any

import pytest
from ncp_vserver import Client, IncompleteListError, OutcomeUnknownError
from support.calls import CREDENTIALS, EVERY, Call
from support.pages_of_servers import NUMBERS, from_one, from_zero, service
from support.wire import Wire, answer, list_answer, listing, server

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)


@each
@pytest.mark.parametrize("start_of", [from_one, from_zero])
@pytest.mark.parametrize("rows", [7, 0, 3, None])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 1000])
def test_every_server_once(call: Call, start_of: Callable[[int, int], int], rows: int | None, size: int) -> None:
    with Wire([service(start_of, rows)]) as wire:
        found = call(wire.url, "servers", page_size=size)

    assert [each.number for each in found] == NUMBERS


@each
@pytest.mark.parametrize("start_of", [from_one, from_zero])
def test_service_with_smaller_pages_than_asked_for(call: Call, start_of: Callable[[int, int], int]) -> None:
    with Wire([service(start_of, most=2)]) as wire:
        found = call(wire.url, "servers")

    assert [each.number for each in found] == NUMBERS


@each
@pytest.mark.parametrize("start_of", [from_one, from_zero])
def test_one_request_where_one_will_do(call: Call, start_of: Callable[[int, int], int]) -> None:
    with Wire([service(start_of)]) as wire:
        call(wire.url, "servers")

    [received] = wire.requests
    assert "sortedBy" not in dict(received.parameters)


@each
def test_no_servers(call: Call) -> None:
    with Wire([listing()]) as wire:
        assert call(wire.url, "servers") == []

    assert len(wire.requests) == 1


@each
def test_only_those_that_are_wanted(call: Call) -> None:
    # More than a request can name are picked from the whole list.
    wanted = [str(number) for number in range(101, 140)]

    with Wire([service(from_one)]) as wire:
        found = call(wire.url, "servers", wanted, page_size=3)

    assert [each.number for each in found] == NUMBERS[1:]
    assert not any(received.numbers for received in wire.requests)


def test_pages_are_read_as_they_are_needed() -> None:
    with Wire([service(from_one)]) as wire, Client(CREDENTIALS, base_url=wire.url) as client:
        servers = client.servers(page_size=3)
        assert wire.requests == []
        assert next(servers).number == "100"
        assert len(wire.requests) == 1


@each
def test_page_that_cannot_be_read(call: Call) -> None:
    with (
        Wire([listing(server("1"), totalRows=9), answer(503)]) as wire,
        pytest.raises(OutcomeUnknownError),
    ):
        call(wire.url, "servers", page_size=1, client={"retries": 0})


@each
@pytest.mark.parametrize("method", ["servers", "server"])
def test_answer_without_a_list_is_not_an_empty_one(call: Call, method: str) -> None:
    body = list_answer([], totalRows=7).replace('"serverInstanceList": [], ', "")
    assert "serverInstanceList" not in body
    if method == "server":
        body = body.replace("getServerInstanceList", "getServerInstanceDetail")

    with Wire([answer(200, body)]) as wire, pytest.raises(OutcomeUnknownError, match="has no list of servers"):
        call(wire.url, method, *(["7"] if method == "server" else []), client={"retries": 0})


@each
def test_rows_without_servers_are_no_empty_list(call: Call) -> None:
    with (
        Wire([listing(totalRows=5)]) as wire,
        pytest.raises(IncompleteListError, match="reports 5 servers and lists 0, read 3 times"),
    ):
        call(wire.url, "servers")

    assert [dict(received.parameters)["pageNo"] for received in wire.requests] == ["0", "1"] * 3


@each
def test_service_that_counts_from_one_alone(call: Call) -> None:
    with Wire([listing(totalRows=1), listing(server("7"))]) as wire:
        assert len(call(wire.url, "servers")) == 1


@each
def test_server_that_is_listed_twice(call: Call) -> None:
    with Wire([listing(server("7", "RESTA"), server("7"), totalRows=1)]) as wire:
        [found] = call(wire.url, "servers")

    assert found.operation == "RESTA"


@each
def test_nothing_and_no_list_is_an_empty_one(call: Call) -> None:
    body = list_answer([]).replace('"serverInstanceList": [], ', "")

    with Wire([answer(200, body)]) as wire:
        assert call(wire.url, "servers") == []


@each
@pytest.mark.parametrize("size", [0, -1, 1001, True, 1.5, "10"])
def test_page_size_that_is_none(call: Call, size: Any) -> None:
    with pytest.raises(ValueError, match="page_size must be a whole number from 1 to 1000"):
        call("http://127.0.0.1:9", "servers", page_size=size)


@each
@pytest.mark.parametrize(
    ("filters", "kind", "text"),
    [
        ({"server_nam": "x"}, TypeError, "there is no filter server_nam; there are vpc_no, "),
        ({"server_name": ""}, ValueError, "the filter server_name must be a string"),
        (
            {"placement_group_no_list": []},
            ValueError,
            "the filter placement_group_no_list must be a list of 1 to 20 strings",
        ),
        ({"ip": 7}, ValueError, "the filter ip must be a string"),
        ({"server_name": ["a", "b"]}, ValueError, "the filter server_name must be a string"),
        ({"placement_group_no_list": "1"}, ValueError, "the filter placement_group_no_list must be a list of 1 to 20"),
        ({"placement_group_no_list": ["1"] * 21}, ValueError, "must be a list of 1 to 20 strings"),
        ({"placement_group_no_list": [1]}, ValueError, "must be a list of 1 to 20 strings"),
        ({"hypervisor_type_code_list": ["A", "B", "C"]}, ValueError, "must be a list of 1 to 2 strings"),
    ],
    ids=["unknown", "empty", "empty-list", "number", "list", "text", "long", "numbers", "three"],
)
def test_filter_that_is_none(call: Call, filters: dict[str, Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call("http://127.0.0.1:9", "servers", **filters)
