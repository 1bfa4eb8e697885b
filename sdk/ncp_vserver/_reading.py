"""The part of the blocking client that changes no server."""

from collections.abc import Iterator
from typing import Self, Unpack

from ncp_signer import NcpError

from ncp_vserver._steps.reads import LARGEST_PAGE
from ncp_vserver._steps.settle import Settlement
from ncp_vserver._steps.wait import OnWait
from ncp_vserver._values.arguments import Numbers, ServerFilters
from ncp_vserver._values.server import RUNNING, STOPPED, Server

from ._calls import Listing, WaitOptions
from ._performing import Performer


class Reader(Performer):
    """Reads servers, waits for them, and settles what became of them."""

    def wait_until_running(
        self, server_instance_nos: Numbers, **options: Unpack[WaitOptions[OnWait]]
    ) -> tuple[Server, ...]:
        """Wait until each server has status RUN and operation NULL. Status RUN alone never counts.

        This asks whether they are running, not whether they have restarted: right after a restart was accepted, a list
        that lags still shows them as they were. To wait for a restart, use ``wait`` of :meth:`reboot`. Each poll is one
        call of getServerInstanceList for all servers, and one that fails on the network is followed by the next.
        Whether what runs on a server is up is not seen: only that NCP says that the server is.

        Args:
            server_instance_nos: One server instance number, or several.
            timeout: Seconds, or a timedelta, for the whole wait; ten minutes when not given.
            poll: Seconds between the first polls, two when not given; later ones are further apart, up to 15, each
                shortened a bit at random.
            progress: Called with a ``WaitProgress`` after each poll.
            region_code: Region of the servers; the client's when None.

        Returns:
            The servers, in the order asked for.

        Raises:
            WaitTimeoutError: The time is over. It says who is back and who is not.
            RejectedError: A poll was refused.
            CredentialsError: The keys could not be renewed.
            ValueError: A number, a time or the region code is none.
        """
        return self._run(self._calls.wait(RUNNING, server_instance_nos, **options))

    def wait_until_stopped(
        self, server_instance_nos: Numbers, **options: Unpack[WaitOptions[OnWait]]
    ) -> tuple[Server, ...]:
        """Wait until each server has status NSTOP and operation NULL. All else is as for :meth:`wait_until_running`."""
        return self._run(self._calls.wait(STOPPED, server_instance_nos, **options))

    def settle(self, error: NcpError, *, wait: bool = False) -> Settlement:
        """Find out what became of the servers in ``error.unknown``, by polling them. Nothing is changed.

        A server counts as changed if the operation is in progress on it, or if it has started since the call, or has
        the status that was asked for: somebody else may have asked for that. It counts as untouched only when the
        gateway would refuse the request, five minutes after its timestamp and one minute for safety, and two polls
        since then have shown it as it was. So one poll alone never says so.

        Args:
            error: An ``OutcomeUnknownError``, or any other error of a call that changes servers.
            wait: Poll until all is known. That takes six minutes, or longer where this machine's clock is ahead of the
                gateway's: eleven at most. False for one poll: ``known_at`` of what it returns says when the rest can be
                told.

        Raises:
            NcpError: The servers could not be polled.
            ValueError: The error has servers of which nothing is known, and does not come from this client.
        """
        return self._run(self._calls.settle(error, wait))

    def servers(
        self,
        server_instance_nos: Numbers | None = None,
        *,
        region_code: str | None = None,
        page_size: int = LARGEST_PAGE,
        **filters: Unpack[ServerFilters],
    ) -> Iterator[Server]:
        """Iterate over the servers of a region, page after page as they are needed.

        A list of more than one page is read again until nothing new is found, three times at most: a server that is
        terminated meanwhile moves others from one page to another. Each server comes once, as it was first read.

        Args:
            server_instance_nos: Only these; those that do not exist are left out. All when None.
            region_code: The region; the client's when None.
            page_size: How many servers to ask for at a time, 1 to 1000.
            filters: Parameters of getServerInstanceList, by their Python names, such as
                ``server_instance_status_code="RUN"``.

        Raises (when a page is read):
            IncompleteListError: At the end, after all servers that were found: some may be missing.
            NcpError: The page could not be read.

        https://api.ncloud-docs.com/docs/en/compute-vserver-server-getserverinstancelist
        """
        return self._servers(self._calls.listing(server_instance_nos, region_code, page_size, dict(filters)))

    def _servers(self, listing: Listing) -> Iterator[Server]:
        while not listing.has_ended:
            yield from self._run(listing.next())

    def server(self, server_instance_no: str | int, *, region_code: str | None = None) -> Server:
        """Read one server.

        Raises:
            NotFoundError: The service answers without that server. It may refuse the number instead.
            NcpError: It could not be read.
            ValueError: The number or the region code is none.

        https://api.ncloud-docs.com/docs/en/compute-vserver-server-getserverinstancedetail
        """
        return self._run(self._calls.server(server_instance_no, region_code))

    def close(self) -> None:
        """Close the connections. The client cannot be used again."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
