"""A service that lists servers page by page, in the two ways to count pages."""

from collections.abc import Callable
from typing import Any

from support.wire import Received, answer, list_answer, server

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
