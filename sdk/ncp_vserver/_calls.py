"""The calls of the clients, as steps. Arguments are checked when a method is called, before the first step."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, Literal, TypedDict, TypeVar

from ncp_signer import NcpError

from ncp_vserver._requests.operations import CHANGES, NUMBERS_PER_REQUEST, Change
from ncp_vserver._runs.batches import steps_of
from ncp_vserver._runs.recorded import going_on, recorded, recorded_run
from ncp_vserver._runs.rolling import HOOKS, AsyncCheck, Rolling, Share, resumed, rolling
from ncp_vserver._steps import reads
from ncp_vserver._steps.account import Account, Recording
from ncp_vserver._steps.change import ActionResult, change_servers
from ncp_vserver._steps.retry import Policy
from ncp_vserver._steps.settle import Settlement, settle
from ncp_vserver._steps.steps import Steps
from ncp_vserver._steps.wait import DEFAULT_POLL, DEFAULT_WAIT, AsyncOnWait, Duration, wait_for, waiting
from ncp_vserver._values.arguments import (
    Numbers,
    checked_filters,
    checked_number,
    checked_numbers,
    checked_region,
)
from ncp_vserver._values.errors import JournalError
from ncp_vserver._values.server import Server

if TYPE_CHECKING:  # at run time, only those who use a journal import it
    from ._journal import Journal, RecordedReport


_Progress = TypeVar("_Progress")
_Hook = TypeVar("_Hook")


class ChangeOptions(TypedDict, Generic[_Progress], total=False):
    """How to change servers, as ``Client.reboot`` says."""

    region_code: str | None
    wait: Literal[False] | Duration
    poll: Duration
    progress: _Progress | None
    retry_throttled: int | None
    journal: "Journal | None"


class WaitOptions(TypedDict, Generic[_Progress], total=False):
    """How to wait for servers, as ``Client.wait_until_running`` says."""

    region_code: str | None
    timeout: Duration
    poll: Duration
    progress: _Progress | None


class RollingOptions(TypedDict, Generic[_Hook], total=False):
    """How to restart servers in batches, as ``Client.rolling_reboot`` says."""

    region_code: str | None
    batch_size: Share
    ramp: bool
    pause: Duration
    on_failure: Literal["stop", "continue"]
    max_failures: Share | None
    repeat_untouched: bool
    before: _Hook | None
    check: _Hook | None
    check_timeout: Duration | None
    after: _Hook | None
    timeout: Duration
    poll: Duration
    retry_throttled: int | None
    journal: "Journal | None"


class Calls:
    """The calls of one client, which share its policy and, where they name none, its region.

    ``check`` raises ValueError for a callback that the client cannot call, whose name comes first.
    """

    def __init__(
        self,
        policy: Policy,
        gateway: str,
        region: str | None,
        check: Callable[[str, Any], object] = lambda name, function: None,
    ) -> None:
        self._policy = policy
        self._gateway = gateway
        self._region = region
        self._check = check

    def change(
        self,
        change: Change,
        numbers: Numbers,
        *,
        region_code: str | None = None,
        wait: Literal[False] | Duration = False,
        poll: Duration = DEFAULT_POLL,
        progress: AsyncOnWait | None = None,
        retry_throttled: int | None = None,
        journal: "Journal | None" = None,
    ) -> Steps[ActionResult]:
        self._check("progress", progress)
        account = Account(change, checked_numbers(numbers), self._region_of(region_code))
        how = None if wait is False else waiting("wait", wait, poll, progress)
        all_at_once = Rolling(
            timeout=how.timeout if how else None,
            poll=how.poll if how else DEFAULT_POLL,
            batch_size=len(account.numbers),
            retry_throttled=retry_throttled,
            polls_first=False,
        )
        policy = self._policy if retry_throttled is None else replace(self._policy, throttled=retry_throttled)
        steps = change_servers(account, policy, how)
        return recorded(steps, account, self._recording(journal, account, all_at_once))

    def wait(
        self,
        status: str,
        numbers: Numbers,
        *,
        region_code: str | None = None,
        timeout: Duration = DEFAULT_WAIT,
        poll: Duration = DEFAULT_POLL,
        progress: AsyncOnWait | None = None,
    ) -> Steps[tuple[Server, ...]]:
        self._check("progress", progress)
        checked, region = checked_numbers(numbers), self._region_of(region_code)
        how = waiting("timeout", timeout, poll, progress)
        return wait_for(status, checked, region, how, self._policy)

    def rolling(
        self,
        change: Change,
        numbers: Numbers,
        *,
        region_code: str | None = None,
        timeout: Duration | Literal[False] = DEFAULT_WAIT,
        journal: "Journal | None" = None,
        notes: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> tuple[Account, Steps[None]]:
        account = Account(change, checked_numbers(numbers), self._region_of(region_code))
        self._check_hooks(options)
        how = rolling(len(account.numbers), timeout=timeout, **options)
        steps = steps_of(how, account, self._policy)
        return account, recorded_run(steps, account, self._recording(journal, account, how, notes))

    def resume(
        self, journal: "Journal", report: "RecordedReport", take_over: bool, **hooks: AsyncCheck | None
    ) -> tuple[Account, Steps[None]]:
        self._check_hooks(hooks)
        run = report.run
        if run.gateway != self._gateway:
            raise ValueError(f"run {run.id} is one of {run.gateway}, and this client asks {self._gateway}")
        if run.state == "under way" and not take_over:
            raise JournalError(f"{run} goes on, as far as is known: to take it over, say so")
        how = resumed(run.options, hooks)
        account = Account(CHANGES[run.operation], tuple(report.outcomes), run.region)
        account.restore(report, report.requested, report.uptimes)
        steps = recorded_run(steps_of(how, account, self._policy), account, journal.take_over(run))
        return account, going_on(steps, account, self._policy)

    def _recording(
        self, journal: "Journal | None", account: Account, how: Rolling, notes: Mapping[str, Any] | None = None
    ) -> Recording | None:
        if journal is None:
            return None
        change, numbers = account.change.name, account.numbers
        return journal.begin(change, self._gateway, account.region, numbers, how.options() | dict(notes or {}))

    def _check_hooks(self, hooks: Mapping[str, Any]) -> None:
        for name in HOOKS:
            self._check(name, hooks.get(name))

    def settle(self, error: NcpError, wait: bool) -> Steps[Settlement]:
        return settle(error, wait, self._policy)

    def server(self, number: str | int, region_code: str | None) -> Steps[Server]:
        return reads.server(checked_number(number), self._region_of(region_code), self._policy)

    def listing(
        self, numbers: Numbers | None, region_code: str | None, page_size: int, filters: dict[str, Any]
    ) -> "Listing":
        return Listing(numbers, self._region_of(region_code), page_size, checked_filters(filters), self._policy)

    def _region_of(self, region_code: str | None) -> str | None:
        return self._region if region_code is None else checked_region(region_code)


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
        self._pages = reads.Pages(region, filters, page_size)
        self._policy = policy

    @property
    def has_ended(self) -> bool:
        return self._pages.is_last or self._wanted == set()

    def next(self) -> Steps[list[Server]]:
        """The servers of the next page that are wanted."""
        page = yield from self._pages.next(self._policy)
        if self._wanted is None:
            return page
        found = [server for server in page if server.number in self._wanted]
        self._wanted -= {server.number for server in found}
        return found
