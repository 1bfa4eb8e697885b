"""The client as the command uses it, and the jobs that it prepares."""

import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import click
import httpx
from ncp_signer import Credentials, CredentialsProvider, NcpError, RedactingFilter, load_credentials

from ncp_vserver._client import Client
from ncp_vserver._command.orders import Options, Order
from ncp_vserver._requests.attempt import Request
from ncp_vserver._requests.operations import Change
from ncp_vserver._runs.handle import RollingReboot
from ncp_vserver._steps.account import Account
from ncp_vserver._steps.reads import Pages
from ncp_vserver._steps.steps import Steps
from ncp_vserver._steps.wait import WaitProgress
from ncp_vserver._values.errors import WaitError
from ncp_vserver._values.report import Outcome, RollingReport

from .hooks import hook

if TYPE_CHECKING:  # at run time, only those who use a journal import it
    from ncp_vserver._journal import Journal, RecordedReport

_Transport = TypeVar("_Transport", bound=httpx.BaseTransport)


class Session(Client):
    """A client that prepares jobs, so that their reports can be read at whatever moment a signal strikes.

    Attributes:
        keys: What it signs with, as of now.
        settings: Gateway, region, transport and policy.
        headers: Those of every request.
    """

    def __init__(self, keys: Credentials | CredentialsProvider, options: Options, retry_throttled: int = 0) -> None:
        self.keys = keys if isinstance(keys, Credentials) else keys()
        super().__init__(
            keys,
            site=options.site,
            region_code=options.region,
            insecure_hosts=options.insecure_hosts,
            retry_throttled=retry_throttled,
            correct_clock=options.correct_clock,
            verify=options.ca,
        )
        self.settings = self._settings
        self.headers = self._http.headers

    def wrap(self, wrapper: Callable[[httpx.BaseTransport], _Transport]) -> _Transport:
        """Send all requests from now on through a transport around the present one, and return that."""
        self._transport = wrapped = wrapper(self._transport)
        return wrapped

    def job(self, order: Order, numbers: tuple[str, ...], journal: "Journal | None") -> "Job":
        """All servers at once, or so many at a time; then the wait for them, if it is wanted.

        What was accepted is waited for also where something else has failed.
        """
        if order.change is None:
            return Wait(self, order, numbers)
        prepare = partial(
            self._calls.rolling,
            order.change,
            numbers,
            timeout=False if order.wait is None else order.wait,
            poll=order.poll,
            batch_size=order.rolling or len(numbers),
            ramp=order.ramp,
            pause=order.pause,
            on_failure=order.on_failure,
            max_failures=order.max_failures,
            polls_first=order.rolling is not None,
            repeat_untouched=order.repeat_untouched,
            retry_throttled=order.retry_throttled,
            check_timeout=order.check_timeout,
            journal=journal,
            notes={"commands": dict(order.commands), "command_timeout": order.command_timeout},
        )
        return self._with_hooks(order, prepare)

    def job_to_resume(self, order: Order, journal: "Journal", report: "RecordedReport") -> RollingReboot:
        """A run of a journal. Raises ValueError for one of another gateway."""
        return self._with_hooks(order, partial(self._calls.resume, journal, report, True))

    def _with_hooks(self, order: Order, prepare: Callable[..., tuple[Account, Steps[None]]]) -> RollingReboot:
        """A run whose hooks, which are there before it, are told its id."""

        def id_of_run() -> str:
            return run.id or ""

        hooks = {name: hook(command, order.command_timeout, id_of_run) for name, command in order.commands.items()}
        account, steps = prepare(**hooks)
        run = RollingReboot(account, steps, self._perform)
        return run

    def first_page(self) -> Pages:
        """Read a list of one server. The pages then know what the gateway's clock says, and how many there are."""
        pages = Pages(self.settings.region.code, {}, page_size=1)
        self._run(pages.next(self.settings.policy))
        return pages

    def preview(self, change: Change, numbers: tuple[str, ...]) -> httpx.Request:
        """The request that would be sent, without its signature."""
        arguments = {"server_instance_no_list": numbers, "region_code": self.settings.region.code}
        return Request(change, arguments).http(self._http, {})


class Wait:
    """A wait alone, as a job: its report can be read at any moment, and it has no run in the journal."""

    id = None

    def __init__(self, client: Client, order: Order, numbers: tuple[str, ...]) -> None:
        self._client = client
        self._order = order
        self.report = RollingReport(dict.fromkeys(numbers, "accepted"))

    def run(self, progress: Callable[[RollingReport], None]) -> None:
        """Wait, and call ``progress`` with a report whenever something has happened."""

        def seen(now: WaitProgress) -> None:
            back = set(now.back)
            outcomes: dict[str, Outcome] = {number: "back" if number in back else "accepted" for number in now.servers}
            self.report = replace(self.report, outcomes=outcomes, servers=now.servers)
            progress(self.report)

        numbers, timeout = tuple(self.report.outcomes), self._order.wait or 0.0
        try:
            self._client.wait_until_running(numbers, timeout=timeout, poll=self._order.poll, progress=seen)
        except NcpError as error:
            waiting = error.waiting if isinstance(error, WaitError) else self.report.having("accepted")
            self.report = replace(self.report, errors=dict.fromkeys(waiting, error))


Job = RollingReboot | Wait


def open_session(options: Options, retry_throttled: int = 0) -> Session:
    """A client as the command line wants it.

    Raises:
        NcpError: There are no usable keys, or the gateway may not get a signature.
        click.UsageError: The region, or NCLOUD_API_GW, makes no sense.
    """
    if options.verbose:
        _log()
    try:
        return Session(load_credentials(options.profile), options, retry_throttled)
    except NcpError:
        raise
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None


def _log() -> None:
    """Write what the packages say about their requests to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s: %(message)s", "%H:%M:%S"))
    logging.raiseExceptions = False  # no complaint about what cannot be written
    for name in ("ncp_signer", "ncp_vserver"):
        logging.getLogger(name).addHandler(handler)
        logging.getLogger(name).setLevel(logging.DEBUG)
