"""A list that changes while it is read: no server is lost, or the list is said to be incomplete."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from ncp_vserver import Client, IncompleteListError, RejectedError, WaitProgress
from support.calls import CREDENTIALS, EVERY, Call
from support.pages_of_servers import NUMBERS, from_one, from_zero, service
from support.wire import Received, Wire, answer, list_answer, listing, server

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)


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
@pytest.mark.parametrize("first", [True, False], ids=["first-page", "ordered-page"])
def test_refusal_that_is_not_about_the_order_is_raised(call: Call, first: bool) -> None:
    refused = answer(400, '{"responseError": {"returnCode": "800", "returnMessage": "regionCode"}}')
    by_gateway = answer(403, '{"error": {"errorCode": "230", "message": "Forbidden"}}')
    replies = [refused] if first else [listing(server("1"), totalRows=9), by_gateway]
    with Wire(replies) as wire, pytest.raises(RejectedError):
        call(wire.url, "servers", page_size=1)

    assert len(wire.requests) == len(replies)


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
