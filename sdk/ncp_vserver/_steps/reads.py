"""Read servers: one, some, or all of them, page by page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ncp_vserver._requests import operations
from ncp_vserver._requests.attempt import Request
from ncp_vserver._requests.evidence import Success
from ncp_vserver._values.arguments import place, whole_number
from ncp_vserver._values.errors import IncompleteListError, NotFoundError, OutcomeUnknownError, RejectedError
from ncp_vserver._values.server import Server

from .retry import Policy, call
from .steps import Steps

# The largest page that the vendor documents, for a sibling of this list.
# https://api.ncloud-docs.com/docs/ja/compute-vserver-server-loginkey-getloginkeylist
LARGEST_PAGE: Final = 1000

_READINGS: Final = 3  # of a list that changes meanwhile: one more than it takes to see that one change is over
_IN_ORDER: Final = {"sorted_by": "serverInstanceNo", "sorting_order": "ASC"}


class Pages:
    """The pages of a list of servers, until there are no more.

    What number the first page has is documented for a sibling only, where it is 0 and 1 alike. So pages 0, 1, 2 and so
    on are asked for, and servers that were seen are left out: that is right whether counting starts at 0 or at 1. The
    count that the service reports is not trusted to be too small: a full page is always followed by another.

    A server that is terminated between two pages moves another one from the page to come to the page that was read. So
    after a first page that does not hold all, pages are asked for in a fixed order, and read again until a reading
    finds no server that the ones before it had missed. Counts alone would not show a server that was replaced.
    """

    def __init__(self, region: str | None, filters: Mapping[str, Any], page_size: int = LARGEST_PAGE) -> None:
        whole_number("page_size", page_size, 1, LARGEST_PAGE)
        self._arguments = {**filters, "region_code": region, "page_size": page_size}
        self._order = {} if filters.keys() & _IN_ORDER.keys() else _IN_ORDER
        self._region = region
        self._page_size = page_size
        self._seen: set[str] = set()
        self._readings = 0
        self._begin()
        self.clock_offset: float | None = None
        """Clock skew in seconds, by the last page."""
        self.total_rows: int | None = None
        """How many servers there are, as the last page said."""
        self.is_last = False

    def _begin(self) -> None:
        self._page = 0
        self._listed: set[str] = set()
        self._is_one_page = True
        self._has_found_new = False

    def next(self, policy: Policy) -> Steps[list[Server]]:
        """The servers of the next page that no earlier page had.

        Raises:
            IncompleteListError: All pages were read, as often as makes sense, and may not hold all servers.
            NcpError: The page could not be read.
        """
        if self._readings == _READINGS:
            raise self._incomplete()
        success = yield from self._read(policy)
        self.clock_offset, self.total_rows = success.clock_offset, success.total_rows
        # Within a page, too: the first of two that say they are the same server.
        listed = {server.number: server for server in reversed(success.servers)}
        new = [server for number, server in reversed(listed.items()) if number not in self._seen]
        adds = not listed.keys() <= self._listed
        if adds:
            self._is_one_page = not self._listed and self._holds_all(success)
        self._has_found_new = self._has_found_new or bool(new)
        self._listed |= listed.keys()
        self._seen |= listed.keys()
        if not self._has_ended(success, adds=adds):
            self._page += 1
        elif self._holds_the_count() and (self._is_one_page or not self._has_found_new):
            self.is_last = True
        else:
            self._readings += 1
            if self._readings < _READINGS:
                self._begin()
        return new

    def _read(self, policy: Policy) -> Steps[Success]:
        is_first = self._page == self._readings == 0
        order = {} if is_first else self._order
        request = Request(operations.LIST, self._arguments | order | {"page_no": self._page}, region=self._region)
        try:
            return (yield from call(request, policy))
        except RejectedError as error:
            if not order or not error.by_service:
                raise
        self._order = {}  # which values the service takes is not documented: it may refuse these
        return (yield from self._read(policy))

    def _holds_all(self, success: Success) -> bool:
        """Whether a first page is the whole list, as it was at that moment."""
        if success.total_rows is None:
            return len(success.servers) < self._page_size
        return len(success.servers) >= success.total_rows

    def _has_ended(self, success: Success, *, adds: bool) -> bool:
        if not adds:
            may_count_from_one = self._page == 0 and success.total_rows
            return not (may_count_from_one or (self._page == 1 and success.servers))  # page 1 may be page 0 again
        is_full = len(success.servers) >= self._page_size
        return not is_full and self._holds_the_count()

    def _holds_the_count(self) -> bool:
        return len(self._listed) >= (self.total_rows or 0)

    def _incomplete(self) -> IncompleteListError:
        counts = f"the service reports {self.total_rows} servers and lists {len(self._listed)}"
        why = "it kept changing" if self._holds_the_count() else counts
        text = f"the list of servers may be incomplete: {why}, read {_READINGS} times"
        return IncompleteListError(text, operation=operations.LIST.name, region_code=self._region)


def server(number: str, region: str | None, policy: Policy) -> Steps[Server]:
    """One server, or a NotFoundError."""
    arguments = {"server_instance_no": number, "region_code": region}
    success = yield from call(Request(operations.DETAIL, arguments, region=region), policy)
    for found in success.servers:
        if found.number == number:
            return found
    text = f"the service knows no server {number}" + (f" in {place(region)}" if region else "")
    raise NotFoundError(text, operation=operations.DETAIL.name, region_code=region, request_id=success.request_id)


@dataclass(frozen=True, slots=True)
class Poll:
    """Some servers, as one reading of the list has shown them; None for those that it does not list."""

    servers: Mapping[str, Server | None]
    clock_offset: float | None
    """Clock skew in seconds, gateway minus this machine; None if unknown."""


def poll(numbers: Collection[str], region: str | None, policy: Policy) -> Steps[Poll]:
    """Read some servers at once.

    Up to twenty are asked for by their numbers, as many as one request can name. For more, the region's whole list is
    read, a thousand to a page: mostly one request, where their numbers would take one for every twenty.

    Raises:
        IncompleteListError: One of them is missing in a list that may be incomplete.
        NcpError: The list could not be read.
    """
    filters = {"server_instance_no_list": tuple(numbers)} if len(numbers) <= operations.NUMBERS_PER_REQUEST else {}
    pages = Pages(region, filters)
    wanted = frozenset(numbers)
    found: dict[str, Server] = {}
    while not pages.is_last and len(found) < len(wanted):
        if found and policy.is_over:
            raise OutcomeUnknownError("the list of servers does not end in time", operation=operations.LIST.name)
        page = yield from pages.next(policy)
        found |= {server.number: server for server in page if server.number in wanted}
    return Poll({number: found.get(number) for number in numbers}, pages.clock_offset)
