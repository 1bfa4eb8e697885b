"""The client that is awaited."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Self, Unpack

import anyio.to_thread
from ncp_signer import NcpError

from ncp_vserver._requests.operations import REBOOT, START, STOP
from ncp_vserver._runs.handle import AsyncOnRolling, AsyncRollingReboot
from ncp_vserver._runs.rolling import AsyncCheck
from ncp_vserver._steps.change import ActionResult
from ncp_vserver._steps.reads import LARGEST_PAGE
from ncp_vserver._steps.settle import Settlement
from ncp_vserver._steps.wait import AsyncOnWait
from ncp_vserver._values.arguments import Numbers, ServerFilters
from ncp_vserver._values.report import RollingReport
from ncp_vserver._values.server import RUNNING, STOPPED, Server

from ._calls import ChangeOptions, Listing, RollingOptions, WaitOptions
from ._performing import AsyncPerformer

if TYPE_CHECKING:  # at run time, only those who use a journal import it
    from ._journal import Journal


class AsyncClient(AsyncPerformer):
    """:class:`~ncp_vserver.Client` for async code, on asyncio or trio: the same arguments, the same errors.

    Callbacks may be asynchronous, too. One event loop uses it at a time.
    """

    async def reboot(self, server_instance_nos: Numbers, **options: Unpack[ChangeOptions[AsyncOnWait]]) -> ActionResult:
        """Restart running servers. All that is said of :meth:`Client.reboot` holds."""
        return await self._run(self._calls.change(REBOOT, server_instance_nos, **options))

    async def start(self, server_instance_nos: Numbers, **options: Unpack[ChangeOptions[AsyncOnWait]]) -> ActionResult:
        """Start stopped servers, as :meth:`Client.start`."""
        return await self._run(self._calls.change(START, server_instance_nos, **options))

    async def stop(self, server_instance_nos: Numbers, **options: Unpack[ChangeOptions[AsyncOnWait]]) -> ActionResult:
        """Stop running servers, as :meth:`Client.stop`."""
        return await self._run(self._calls.change(STOP, server_instance_nos, **options))

    async def wait_until_running(
        self, server_instance_nos: Numbers, **options: Unpack[WaitOptions[AsyncOnWait]]
    ) -> tuple[Server, ...]:
        """Wait until each server has status RUN and operation NULL, as :meth:`Client.wait_until_running`."""
        return await self._run(self._calls.wait(RUNNING, server_instance_nos, **options))

    async def wait_until_stopped(
        self, server_instance_nos: Numbers, **options: Unpack[WaitOptions[AsyncOnWait]]
    ) -> tuple[Server, ...]:
        """Wait until each server has status NSTOP and operation NULL, as :meth:`Client.wait_until_stopped`."""
        return await self._run(self._calls.wait(STOPPED, server_instance_nos, **options))

    async def rolling_reboot(
        self,
        server_instance_nos: Numbers,
        *,
        progress: AsyncOnRolling | None = None,
        **options: Unpack[RollingOptions[AsyncCheck]],
    ) -> RollingReport:
        """Restart servers batch after batch, as :meth:`Client.rolling_reboot`.

        To have the report after a cancellation, hold the restart: :meth:`prepare_rolling_reboot`.
        """
        return await self.prepare_rolling_reboot(server_instance_nos, **options).run(progress)

    def prepare_rolling_reboot(
        self, server_instance_nos: Numbers, **options: Unpack[RollingOptions[AsyncCheck]]
    ) -> AsyncRollingReboot:
        """A rolling restart to await later, as :meth:`Client.prepare_rolling_reboot`."""
        account, steps = self._calls.rolling(REBOOT, server_instance_nos, **options)
        return AsyncRollingReboot(account, steps, self._perform)

    async def resume(
        self,
        run: str,
        *,
        journal: "Journal",
        take_over: bool = False,
        progress: AsyncOnRolling | None = None,
        before: AsyncCheck | None = None,
        check: AsyncCheck | None = None,
        after: AsyncCheck | None = None,
    ) -> RollingReport:
        """Go on with a run whose process is gone, or that has left servers open, as :meth:`Client.resume`."""
        report = await anyio.to_thread.run_sync(journal.report, run)
        account, steps = self._calls.resume(journal, report, take_over, before=before, check=check, after=after)
        return await AsyncRollingReboot(account, steps, self._perform).run(progress)

    async def settle(self, error: NcpError, *, wait: bool = False) -> Settlement:
        """Find out what became of the servers in ``error.unknown``, as :meth:`Client.settle`."""
        return await self._run(self._calls.settle(error, wait))

    def servers(
        self,
        server_instance_nos: Numbers | None = None,
        *,
        region_code: str | None = None,
        page_size: int = LARGEST_PAGE,
        **filters: Unpack[ServerFilters],
    ) -> AsyncIterator[Server]:
        """Iterate over the servers of a region, as :meth:`Client.servers`."""
        return self._servers(self._calls.listing(server_instance_nos, region_code, page_size, dict(filters)))

    async def _servers(self, listing: Listing) -> AsyncIterator[Server]:
        while not listing.has_ended:
            for server in await self._run(listing.next()):
                yield server

    async def server(self, server_instance_no: str | int, *, region_code: str | None = None) -> Server:
        """Read one server, as :meth:`Client.server`."""
        return await self._run(self._calls.server(server_instance_no, region_code))

    async def aclose(self) -> None:
        """Close the connections. The client cannot be used again."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()
