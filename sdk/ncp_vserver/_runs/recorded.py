"""Runs that are written down."""

import contextlib
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from ncp_signer import NcpError

from ncp_vserver._steps.account import Account, Recording
from ncp_vserver._steps.steps import TELL, Record, Steps
from ncp_vserver._values.errors import JournalError

_T = TypeVar("_T")
Begin = Callable[[], Recording]


def recorded(steps: Steps[_T], account: Account, begin: Begin | None) -> Steps[_T]:
    """Write down what steps do, from what ``begin`` gives to their end; without ``begin``, only do them.

    Raises:
        JournalError: It cannot be written down. Nothing is sent after that. It accounts for every server.
    """
    if begin is None:
        return (yield from steps)
    recording: Recording = yield Record(begin)
    account.recording, end = recording, recording.end
    try:
        result = yield from steps
        yield Record(partial(end, account, is_interrupted=False))
    except JournalError as error:
        account.blame(account.having("not_sent"), error)
        raise account.complete(error)  # noqa: B904 - the same error
    except NcpError:
        yield Record(partial(end, account, is_interrupted=False))
        raise
    except BaseException:  # no step can be taken any more
        with contextlib.suppress(JournalError):  # what is not written is read back when the run is resumed
            end(account, is_interrupted=True)
        raise
    return result


def recorded_run(steps: Steps[None], account: Account, begin: Begin | None) -> Steps[None]:
    """The same for a run whose account is read in its report.

    Raises:
        JournalError: It could not begin to be written down, or another run holds some of the servers. Nothing was sent.
    """
    try:
        yield from recorded(steps, account, begin)
    except JournalError as error:
        if account.recording is None:
            raise
        account.journal_error = error
        yield TELL
