"""Recording runs in a journal."""

import contextlib
from functools import partial
from typing import TypeVar, cast

from ncp_signer import NcpError

from ncp_vserver._requests.operations import NUMBERS_PER_REQUEST
from ncp_vserver._steps.account import Account, Recording
from ncp_vserver._steps.reads import poll
from ncp_vserver._steps.retry import Policy
from ncp_vserver._steps.steps import TELL, Record, Steps
from ncp_vserver._values.errors import JournalError

_T = TypeVar("_T")


def recorded(steps: Steps[_T], account: Account, recording: Recording | None) -> Steps[_T]:
    """Record what steps do, from their beginning to their end; without a recording, only do them.

    Raises:
        JournalError: It cannot be written down. Nothing is sent after that. It accounts for every server.
    """
    if recording is None:
        return (yield from steps)
    account.recording, end = recording, partial(recording.end, account)
    failure: NcpError | None = None
    result: _T | None = None
    try:
        yield Record(partial(recording.begin, account))
        try:
            result = yield from steps
        except JournalError:
            raise
        except NcpError as error:
            failure = error
        yield Record(partial(end, is_interrupted=False))
    except JournalError as error:
        if recording.has_begun:
            with contextlib.suppress(JournalError):  # it may be writable again
                yield Record(partial(end, is_interrupted=False))
        account.blame(account.having("not_sent"), error)
        raise account.complete(error) from failure or error.__cause__
    except BaseException:  # no step can be taken any more
        # What is not written is read back when the run is resumed. RuntimeError: the interpreter ends, too.
        with contextlib.suppress(JournalError, RuntimeError):
            end(is_interrupted=True)
        raise
    if failure:
        raise failure
    return cast(_T, result)


def recorded_run(steps: Steps[None], account: Account, recording: Recording | None) -> Steps[None]:
    """The same for a run whose account is read in its report.

    Raises:
        JournalError: It could not begin to be written down, or another run holds some of the servers. Nothing was sent.
    """
    try:
        yield from recorded(steps, account, recording)
    except JournalError as error:
        if not (recording and recording.has_begun):
            raise
        account.journal_error = error
        yield TELL


def going_on(steps: Steps[None], account: Account, policy: Policy) -> Steps[None]:
    """Go on with a run, if its servers are listed.

    Raises:
        JournalError: None is listed. The keys may be another account's, to whom all of them would seem to have failed.
    """
    numbers = account.having("unknown", "accepted", "check_failed", "not_sent")[:NUMBERS_PER_REQUEST]
    if numbers:
        are_listed = True
        with contextlib.suppress(NcpError):  # who polls next says why
            are_listed = any((yield from poll(numbers, account.region, policy)).servers.values())
        if not are_listed:
            raise JournalError(
                f"none of these servers of the run is listed: {', '.join(numbers)}. The keys may be those of another"
                " account; if the servers are terminated, release the run"
            )
    yield from steps
