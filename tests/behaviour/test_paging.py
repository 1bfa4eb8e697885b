"""Listing servers: every page, whatever number the first one has, and whatever the service says of their count."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from ncp_vserver import Client, IncompleteListError, OutcomeUnknownError, WaitProgress
from support.calls import CREDENTIALS, EVERY, Call
from support.wire import Received, Wire, answer, list_answer, listing, server

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
SERVERS = [server(str(number)) for number in range(100, 107)]
NUMBERS = [str(number) for number in range(100, 107)]


def service(start_of: Callable[[int, int], int], rows: int | None = len(SERVERS), most: int = 1000) -> Any:
    """A service that starts a page where ``start_of`` says, reports so many rows, and has pages no larger than that."""

    def reply(connection: Any, received: Received) -> None:
        given = dict(received.parameters)
        size = min(int(given["pageSize"]), most)
        start = start_of(int(given["pageNo"]), size)
        changes = {} if rows is None else {"totalRows": rows}
        body = list_answer(SERVERS[start : start + size], **changes)
        answer(200, body if rows is not None else body.replace('"totalRows"', '"other"'))(connection, received)

    return reply


def from_one(page: int, size: int) -> int:
    """As documented for a sibling: 0 and 1 are both the first page."""
    return max(page - 1, 0) * size


def from_zero(page: int, size: int) -> int:
    return page * size


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


class Changing:
    """A service whose servers change at some of its requests, counted from 1, and have a fixed order only if asked.

    ``changes`` are servers to terminate (negative) or to create, by the request before which they do.
    """

    def __init__(self, changes: Mapping[int, Sequence[int]] | None = None, *, knows_order: bool = True) -> None:
        self.numbers = list(range(100, 107))
        self._changes = changes or {}
        self._knows_order = knows_order
        self._count = 0

    def __call__(self, connection: Any, received: Received) -> None:
        self._count += 1
        for number in self._changes.get(self._count, ()):
            if number > 0:
                self.numbers.append(number)
            elif -number in self.numbers:
                self.numbers.remove(-number)
        given = dict(received.parameters)
        if "sortedBy" in given and not self._knows_order:
            answer(400, '{"responseError": {"returnCode": "800", "returnMessage": "sortedBy"}}')(connection, received)
            return
        assert (given.get("sortedBy"), given.get("sortingOrder")) in [(None, None), ("serverInstanceNo", "ASC")]
        turn = 0 if "sortedBy" in given else self._count % len(self.numbers)
        ordered = self.numbers[turn:] + self.numbers[:turn]
        size = int(given["pageSize"])
        start = from_one(int(given["pageNo"]), size)
        page = [server(str(number)) for number in ordered[start : start + size]]
        answer(200, list_answer(page, totalRows=len(self.numbers)))(connection, received)


@each
@pytest.mark.parametrize(
    "changes",
    [{}, {4: [-100]}, {4: [-100, 107]}, {4: [-100], 8: [-101]}],
    ids=["no-fixed-order", "terminated", "replaced", "terminated-twice"],
)
def test_list_that_changes_while_it_is_read_loses_no_server(call: Call, changes: Mapping[int, Sequence[int]]) -> None:
    changing = Changing(changes)
    with Wire([changing]) as wire:
        found = [int(each.number) for each in call(wire.url, "servers", page_size=2)]

    assert len(found) == len(set(found))
    assert {*changing.numbers} <= {*found}


@each
@pytest.mark.parametrize("start_of", [from_one, from_zero])
@pytest.mark.parametrize("counts", [True, False], ids=["counted", "not-counted"])
def test_last_server_that_moves_to_a_page_that_was_read(
    call: Call, start_of: Callable[[int, int], int], counts: bool
) -> None:
    numbers = list(range(100, 107))

    def reply(connection: Any, received: Received) -> None:
        if wire.requests[1:] == [received]:
            numbers.remove(100)
        given = dict(received.parameters)
        start = start_of(int(given["pageNo"]), 6)
        body = list_answer([server(str(number)) for number in numbers[start : start + 6]], totalRows=len(numbers))
        answer(200, body if counts else body.replace('"totalRows"', '"other"'))(connection, received)

    with Wire([reply]) as wire:
        found = [int(each.number) for each in call(wire.url, "servers", page_size=6)]

    assert found == list(range(100, 107))


@each
def test_order_that_the_service_refuses(call: Call) -> None:
    with Wire([Changing(knows_order=False)]) as wire:
        try:
            found = call(wire.url, "servers", page_size=2)
        except IncompleteListError:
            found = []

    assert {len(found)} <= {0, 7}
    assert sum("sortedBy=" in received.target for received in wire.requests) == 1


@each
def test_order_of_the_caller(call: Call) -> None:
    with Wire([service(from_one)]) as wire:
        call(wire.url, "servers", page_size=3, sorted_by="serverName")

    assert {dict(received.parameters)["sortedBy"] for received in wire.requests} == {"serverName"}
    assert not any("sortingOrder" in received.target for received in wire.requests)


@each
@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (None, "reports 99 servers and lists 7, read 3 times"),
        ({count: [-97 - count, 200 + count] for count in range(3, 99)}, "kept changing, read 3 times"),
    ],
    ids=["count", "changes"],
)
def test_list_that_may_be_incomplete(call: Call, changes: Mapping[int, Sequence[int]] | None, text: str) -> None:
    reply = Changing(changes) if changes else service(from_one, 99)
    with Wire([reply]) as wire, pytest.raises(IncompleteListError, match=text) as caught:
        call(wire.url, "servers", page_size=4, region_code="KR")

    assert (caught.value.executed, caught.value.region_code, caught.value.unknown) == (None, "KR", ())


def test_what_is_found_comes_before_the_error() -> None:
    found: list[str] = []
    with Wire([service(from_one, 99)]) as wire, Client(CREDENTIALS, base_url=wire.url) as client:
        with pytest.raises(IncompleteListError):
            found.extend(each.number for each in client.servers())

        assert found == NUMBERS
        assert len(wire.requests) == 9


@each
def test_servers_that_were_found_need_no_whole_list(call: Call) -> None:
    wanted = [str(number) for number in range(100, 130)]
    servers = [server(number) for number in wanted]
    with Wire([listing(*servers, totalRows=99)]) as wire:
        assert len(call(wire.url, "servers", wanted)) == 30
        call(wire.url, "wait_until_running", wanted)

    assert len(wire.requests) == 2


@each
def test_poll_of_a_list_that_may_be_incomplete_shows_no_server_as_gone(call: Call) -> None:
    wanted = [str(number) for number in range(100, 130)]
    servers = [server(number) for number in wanted]
    polls: list[WaitProgress] = []
    with Wire([listing(*servers[1:], totalRows=30)] * 9 + [listing(*servers)]) as wire:
        found = call(wire.url, "wait_until_running", wanted, poll=0.01, progress=polls.append)

    assert len(found) == 30
    assert [type(each.problem) for each in polls] == [IncompleteListError, type(None)]


@each
@pytest.mark.parametrize("size", [0, -1, 1001, True, 1.5, "10"])
def test_page_size_that_is_none(call: Call, size: Any) -> None:
    with pytest.raises(ValueError, match="page_size must be from 1 to 1000"):
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
