"""Names, colours and exit codes of outcomes, and the texts of errors."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from ncp_signer import CredentialsError, NcpError, SigningRefusedError

from ncp_vserver._command import exit_codes
from ncp_vserver._command.orders import Order
from ncp_vserver._values.errors import (
    AuthenticationError,
    NotSentError,
    PermissionDeniedError,
    RejectedError,
)
from ncp_vserver._values.reasons import reason, without_account
from ncp_vserver._values.report import RollingReport

_GRAVEST_FIRST: Final[Mapping[str, int]] = {
    "unknown": exit_codes.UNKNOWN,
    # As far as can be seen from outside. Not sent would invite a script to repeat it.
    "untouched": exit_codes.UNKNOWN,
    "failed": exit_codes.FAILED,
    "check_failed": exit_codes.FAILED,
    "waiting": exit_codes.WAITING,
    "rejected": exit_codes.REJECTED,
    "not_sent": exit_codes.NOT_SENT,
}
_STYLES: Final[Mapping[str, str]] = {
    "back": "green",
    "down": "green",
    "accepted": "green",
    "waiting": "yellow",
    "untouched": "yellow",
    "not_sent": "yellow",
    "unknown": "bold red",
    "failed": "bold red",
    "check_failed": "red",
    "rejected": "red",
}


def outcomes(report: RollingReport, order: Order) -> dict[str, str]:
    """The outcome of every server by the command's names.

    They are those of a rolling restart's report, but for two: what was accepted and not seen to be back although that
    was waited for is ``waiting``, and a server that was to stop and did is ``down``.
    """
    names = {
        "accepted": "accepted" if order.wait is None else "waiting",
        "back": "down" if order.verb == "stop" else "back",
    }
    return {number: names.get(outcome, outcome) for number, outcome in report.outcomes.items()}


def exit_code(outcomes: Iterable[str]) -> int:
    """The code of the gravest outcome."""
    present = set(outcomes)
    return next((code for outcome, code in _GRAVEST_FIRST.items() if outcome in present), exit_codes.DONE)


def exit_code_of_read(error: NcpError) -> int:
    """The exit code of a failed call that reads."""
    if isinstance(error, RejectedError):
        return exit_codes.REJECTED
    if isinstance(error, CredentialsError | SigningRefusedError | NotSentError):
        return exit_codes.NOT_SENT
    return exit_codes.UNKNOWN


def spelled(outcome: str) -> str:
    """An outcome in words."""
    return outcome.replace("_", " ")


def counted(outcomes: Iterable[str] | Mapping[str, int], word: Callable[[str], str] = spelled) -> str:
    """How many servers have each outcome, such as ``2 back, 1 not sent``."""
    return ", ".join(f"{count} {word(outcome)}" for outcome, count in Counter(outcomes).items())


def style(outcome: str) -> str:
    """The colour of an outcome."""
    return _STYLES.get(outcome, "")


def by_reason(errors: Mapping[str, NcpError], called: Mapping[str, str]) -> dict[str, list[str]]:
    """Each explanation once, with the servers that it applies to."""
    said: dict[str, list[str]] = {}
    for number, error in errors.items():
        said.setdefault(explanation(error), []).append(called.get(number, number))
    return said


def explanation(error: NcpError) -> str:
    """The reason of an error; with what to check, where keys or permissions are refused."""
    bare = without_account(error)
    return bare.explain() if isinstance(bare, AuthenticationError | PermissionDeniedError) else reason(error)
