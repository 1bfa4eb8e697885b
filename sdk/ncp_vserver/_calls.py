"""All that a client can do, as steps. Arguments are checked when a method is called, before the first step."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Literal

from ncp_signer import NcpError

from . import _reads
from ._arguments import checked_filters, checked_number, checked_numbers, checked_region
from ._change import ActionResult, ChangeJob
from ._operations import NUMBERS_PER_REQUEST, REBOOT, Change
from ._proof import Running
from ._report import RollingReport
from ._retry import Policy
from ._rolling import AsyncCheck, OnRolling, RollingJob
from ._server import Server
from ._settings import checked_retries
from ._settle import Settlement, settle
from ._steps import Steps
from ._wait import OnWait, waiting

Numbers = str | int | Iterable[str | int]
Duration = float | timedelta


class Calls:
    """The calls of one client, which share its policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def change(
        self,
        change: Change,
        numbers: Numbers,
        region_code: str | None,
        wait: Literal[False] | Duration,
        poll: Duration,
        progress: OnWait | None,
        retry_throttled: int | None,
    ) -> Steps[ActionResult]:
        job = ChangeJob(change, numbers, region_code)
        how = None if wait is False else waiting("wait", wait, poll, progress)
        return job.steps(self._throttled(retry_throttled), how)

    def wait(
        self,
        numbers: Numbers,
        region_code: str | None,
        timeout: Duration,
        poll: Duration,
        progress: OnWait | None,
    ) -> Steps[tuple[Server, ...]]:
        checked, region = checked_numbers(numbers), checked_region(region_code)
        how = waiting("timeout", timeout, poll, progress)

        def steps() -> Steps[tuple[Server, ...]]:
            proofs = {number: Running() for number in checked}
            waited = yield from how.until(proofs, region, self._policy, polls_at_once=True)
            if waited.is_refused and waited.last.problem:
                raise waited.last.problem
            if error := waited.error(None, region):
                raise error
            return tuple(server for server in waited.last.servers.values() if server)

        return steps()

    def rolling(
        self,
        numbers: Numbers,
        region_code: str | None,
        batch_size: int,
        on_failure: Literal["stop", "continue"],
        repeat_untouched: bool,
        check: AsyncCheck | None,
        timeout: Duration,
        poll: Duration,
        progress: OnRolling | None,
        retry_throttled: int | None,
    ) -> Steps[RollingReport]:
        how = waiting("timeout", timeout, poll, None)
        job = RollingJob(
            REBOOT,
            numbers,
            region_code=region_code,
            batch_size=batch_size,
            on_failure=on_failure,
            polls_first=True,
            repeats_untouched=repeat_untouched,
            check=check,
            waiting=how,
            poll=how.poll,
            progress=progress,
        )
        return job.steps(self._throttled(retry_throttled))

    def settle(self, error: NcpError, wait: bool) -> Steps[Settlement]:
        return settle(error, wait, self._policy)

    def server(self, number: str | int, region_code: str | None) -> Steps[Server]:
        return _reads.server(checked_number(number), checked_region(region_code), self._policy)

    def listing(
        self, numbers: Numbers | None, region_code: str | None, page_size: int, filters: dict[str, Any]
    ) -> "Listing":
        return Listing(numbers, checked_region(region_code), page_size, checked_filters(filters), self._policy)

    def _throttled(self, retries: int | None) -> Policy:
        return self._policy if retries is None else self._policy.throttled_up_to(checked_retries(retries))


class Listing:
    """A list of servers, page by page.

    More numbers than one request can name are picked from the list of all servers.
    """

    def __init__(
        self, numbers: Numbers | None, region: str | None, page_size: int, filters: dict[str, Any], policy: Policy
    ) -> None:
        self._wanted = None if numbers is None else set(checked_numbers(numbers))
        if self._wanted is not None and len(self._wanted) <= NUMBERS_PER_REQUEST:
            filters = filters | {"server_instance_no_list": sorted(self._wanted)}
        self._pages = _reads.Pages(region, filters, page_size)
        self._policy = policy

    @property
    def has_ended(self) -> bool:
        return self._pages.is_last

    def next(self) -> Steps[list[Server]]:
        """The servers of the next page that are wanted."""
        page = yield from self._pages.next(self._policy)
        return [server for server in page if self._wanted is None or server.number in self._wanted]
