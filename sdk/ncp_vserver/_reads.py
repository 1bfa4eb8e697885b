"""Reading servers: one, some, or all of them, page by page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from . import _operations
from ._attempt import Request
from ._errors import NotFoundError, OutcomeUnknownError
from ._evidence import Success
from ._retry import Policy, call
from ._server import Server
from ._steps import Steps

# The largest page that the vendor documents, for a sibling of this list.
# https://api.ncloud-docs.com/docs/ja/compute-vserver-server-loginkey-getloginkeylist
LARGEST_PAGE: Final = 1000


class Pages:
    """The pages of a list of servers, until there are no more.

    What number the first page has is documented for a sibling only, where it is 0 and 1 alike. So pages 0, 1, 2 and so
    on are asked for, and servers that were seen are left out: that is right whether counting starts at 0 or at 1. The
    count that the service reports is not trusted to be too small: a full page is always followed by another.
    """

    def __init__(self, region: str | None, filters: Mapping[str, Any], page_size: int = LARGEST_PAGE) -> None:
        if not isinstance(page_size, int) or isinstance(page_size, bool) or not 1 <= page_size <= LARGEST_PAGE:  # pyright: ignore[reportUnnecessaryIsInstance]  # for callers without a type checker
            raise ValueError(f"page_size must be from 1 to {LARGEST_PAGE}")
        self._arguments = {**filters, **({"region_code": region} if region else {}), "page_size": page_size}
        self._region = region
        self._page_size = page_size
        self._page = 0
        self._seen: set[str] = set()
        self.clock_offset: float | None = None
        """Seconds by which the gateway's clock is ahead, by the last page."""
        self.total_rows: int | None = None
        """How many servers there are, as the last page said."""
        self.is_last = False

    def next(self, policy: Policy) -> Steps[list[Server]]:
        """The servers of the next page that no earlier page had."""
        request = Request(_operations.LIST, self._arguments | {"page_no": self._page}, region=self._region)
        success = yield from call(request, policy)
        self.clock_offset, self.total_rows = success.clock_offset, success.total_rows
        # Within a page, too: the first of two that say they are the same server.
        listed = {server.number: server for server in reversed(success.servers)}
        new = [server for number, server in reversed(listed.items()) if number not in self._seen]
        self._seen.update(server.number for server in new)
        self.is_last = self._has_ended(success, new)
        self._page += 1
        return new

    def _has_ended(self, success: Success, new: list[Server]) -> bool:
        if not new and not self._seen and success.total_rows:
            if self._page > 0:
                text = f"the service reports {success.total_rows} servers and lists none"
                raise OutcomeUnknownError(text, operation=_operations.LIST.name, request_id=success.request_id)
            return False  # for a service that counts from 1 alone
        if not new:
            return self._page != 1 or not success.servers  # page 1 may be page 0 again
        is_full = len(success.servers) >= self._page_size
        return not is_full and (success.total_rows is None or len(self._seen) >= success.total_rows)


def server(number: str, region: str | None, policy: Policy) -> Steps[Server]:
    """One server, or a NotFoundError."""
    arguments = {"server_instance_no": number} | ({"region_code": region} if region else {})
    success = yield from call(Request(_operations.DETAIL, arguments, region=region), policy)
    for found in success.servers:
        if found.number == number:
            return found
    text = f"the service knows no server {number}" + (f" in region {region}" if region else "")
    raise NotFoundError(text, operation=_operations.DETAIL.name, region_code=region, request_id=success.request_id)


@dataclass(frozen=True, slots=True)
class Poll:
    """Some servers, as one reading of the list has shown them.

    Attributes:
        servers: Each by its number, None where the service lists none.
        clock_offset: Seconds by which the gateway's clock is ahead of this machine's; None where it is not known.
    """

    servers: Mapping[str, Server | None]
    clock_offset: float | None


def poll(numbers: Collection[str], region: str | None, policy: Policy) -> Steps[Poll]:
    """Read some servers at once.

    Up to twenty are asked for by their numbers, as many as one request can name. For more, the region's whole list is
    read, a thousand to a page: mostly one request, where their numbers would take one for every twenty.
    """
    filters = {"server_instance_no_list": tuple(numbers)} if len(numbers) <= _operations.NUMBERS_PER_REQUEST else {}
    pages = Pages(region, filters)
    wanted = frozenset(numbers)
    found: dict[str, Server] = {}
    while not pages.is_last and len(found) < len(wanted):
        if found and policy.is_over:
            raise OutcomeUnknownError("the list of servers does not end in time", operation=_operations.LIST.name)
        page = yield from pages.next(policy)
        found |= {server.number: server for server in page if server.number in wanted}
    return Poll({number: found.get(number) for number in numbers}, pages.clock_offset)
