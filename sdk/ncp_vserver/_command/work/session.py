"""The client as the command uses it."""

import logging
import sys
from typing import TYPE_CHECKING, Any

import click
import httpx
from ncp_signer import Credentials, CredentialsProvider, NcpError, RedactingFilter, load_credentials

from ncp_vserver._client import Client
from ncp_vserver._command.orders import Options
from ncp_vserver._requests.attempt import Request
from ncp_vserver._requests.gateway import Gateway, Region
from ncp_vserver._requests.operations import Change
from ncp_vserver._runs.handle import RollingReboot
from ncp_vserver._runs.rolling import Check
from ncp_vserver._steps.reads import Pages
from ncp_vserver._steps.retry import Policy

if TYPE_CHECKING:  # at run time, only those who use a journal import it
    from ncp_vserver._journal import Journal, RecordedReport


class Session(Client):
    """A client that does whole jobs, so that their account can be read at whatever moment a signal strikes.

    Attributes:
        keys: What it signs with, as of now.
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

    @property
    def policy(self) -> Policy:
        """How often to try."""
        return self._settings.policy

    @property
    def gateway(self) -> Gateway:
        """Who is asked."""
        return self._settings.gateway

    @property
    def region(self) -> Region:
        """Where the servers are."""
        return self._settings.region

    @property
    def transport(self) -> httpx.BaseTransport:
        """What carries the requests."""
        return self._transport

    @transport.setter
    def transport(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    @property
    def headers(self) -> httpx.Headers:
        """Those of every request."""
        return self._http.headers

    def prepare(self, change: Change, numbers: tuple[str, ...], **options: Any) -> RollingReboot:
        """A run that can be read at any moment, as :meth:`prepare_rolling_reboot`, of whichever operation."""
        account, steps = self._calls.rolling(change, numbers, **options)
        return RollingReboot(account, steps, self._perform)

    def prepare_resume(self, journal: "Journal", report: "RecordedReport", **hooks: Check) -> RollingReboot:
        """A run to go on with, as :meth:`resume`."""
        account, steps = self._calls.resume(journal, report, True, **hooks)
        return RollingReboot(account, steps, self._perform)

    def first_page(self) -> Pages:
        """Read a list of one server. The pages then know what the gateway's clock says, and how many there are."""
        pages = Pages(self.region.code, {}, page_size=1)
        self._run(pages.next(self.policy))
        return pages

    def preview(self, change: Change, numbers: tuple[str, ...]) -> httpx.Request:
        """The request that would be sent, without its signature."""
        arguments = {"server_instance_no_list": numbers, "region_code": self.region.code}
        return Request(change, arguments).http(self._http, {})


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
