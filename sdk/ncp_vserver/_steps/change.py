"""Changing servers: which requests to send for many of them."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from ncp_signer import NcpError

from ncp_vserver._requests.attempt import Request
from ncp_vserver._requests.operations import NUMBERS_PER_REQUEST, Change
from ncp_vserver._values.errors import RejectedError
from ncp_vserver._values.server import Server, describe

from .account import Account
from .reads import poll
from .retry import Policy, call
from .steps import Steps
from .wait import Waiting

_LOG: Final = logging.getLogger("ncp_vserver")


@dataclass(frozen=True, slots=True)
class ActionResult:
    """Servers for which an operation was accepted. Iterates over them in the order asked for.

    Attributes:
        servers: Each server in its state when the service answered, with the operation in progress; or, for a call that
            waited, in its state when it was back.
        request_ids: The vendor's ids of the requests that were sent, for its support.
    """

    servers: tuple[Server, ...]
    request_ids: tuple[str, ...]

    def __iter__(self) -> Iterator[Server]:
        return iter(self.servers)

    def __len__(self) -> int:
        return len(self.servers)


def change_servers(account: Account, policy: Policy, waiting: Waiting | None) -> Steps[ActionResult]:
    """Send the requests for all servers of an account, then wait, if asked to.

    Raises:
        NcpError: A request failed, or the wait. It accounts for every server.
    """
    try:
        yield from ask_for(account, account.numbers, policy)
        if waiting:
            waited = yield from waiting.until(account.proofs(account.numbers), account.region, policy)
            account.servers |= {number: server for number, server in waited.last.servers.items() if server}
            if error := waited.error(account.change, account.region):
                raise error
    except NcpError as error:
        raise account.complete(error)  # noqa: B904 - the same error
    except BaseException:  # Ctrl-C, a cancelled task: not ours to replace
        _LOG.warning("%s was interrupted: %s", account.change.name, account.report())
        raise
    report = account.report()
    return ActionResult(tuple(cast(Server, report.servers[number]) for number in account.numbers), report.request_ids)


def ask_for(account: Account, numbers: tuple[str, ...], policy: Policy) -> Steps[None]:
    """Send the requests for some servers, in order, until one fails.

    Raises:
        NcpError: It accounts for the servers of its request alone; the account has all of them.
    """
    for start in range(0, len(numbers), NUMBERS_PER_REQUEST):
        batch = numbers[start : start + NUMBERS_PER_REQUEST]
        arguments = {"server_instance_no_list": batch, "region_code": account.region}
        request = Request(account.change, arguments, batch, account.region)
        try:
            success = yield from call(request, policy, account)
        except RejectedError as error:
            if error.by_service and len(batch) > 1:
                error.at_fault, error.poll_problem = yield from _at_fault(account, batch, policy)
                account.blame(batch, error)  # it says more now
            raise
        account.accept(batch, success)
        yield from account.recorded()


def _at_fault(account: Account, batch: tuple[str, ...], policy: Policy) -> Steps[tuple[dict[str, str], str]]:
    """Poll the servers of a refused request once. Returns those at fault, or why the poll failed."""
    try:
        seen = yield from poll(batch, account.region, policy)
    except NcpError as error:
        return {}, str(error)
    account.servers |= seen.servers
    states = {number: obstacle(account.change, server) for number, server in seen.servers.items()}
    return {number: state for number, state in states.items() if state}, ""


def obstacle(change: Change, server: Server | None) -> str:
    """Why the operation is not possible on a server now, for people; empty where nothing is known against it."""
    if server is None:
        return describe(server)
    is_busy = bool(server.operation) and not server.is_idle
    if is_busy or (server.status and server.status != change.status_before):
        return f"{'busy' if is_busy else 'not ready'}: {describe(server)}"
    return ""
