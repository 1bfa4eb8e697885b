"""What to do next, as commands to be copied."""

from collections.abc import Mapping
from typing import Final

from ncp_signer import NcpError

from ncp_vserver._command.orders import Options, Order
from ncp_vserver._values.errors import JournalError, RejectedError, ServersClaimedError, WaitTimeoutError

_TO_GO_ON_WITH: Final = frozenset({"not_sent", "unknown", "waiting", "check_failed"})


def next_commands(
    outcomes: Mapping[str, str],
    errors: Mapping[str, BaseException],
    order: Order,
    options: Options,
    run: str | None = None,
) -> list[str]:
    """The commands that lead on from these outcomes, a line each. ``run`` is the id in the journal, if there is one."""
    unclear: list[str] = []
    waiting: list[str] = []
    for number, outcome in outcomes.items():
        why = errors.get(number)
        if outcome in ("failed", "unknown") or (isinstance(why, WaitTimeoutError) and why.no_sign):
            unclear.append(number)
        elif outcome == "waiting" and isinstance(why, WaitTimeoutError | None):
            waiting.append(number)
    accepted = [number for number, outcome in outcomes.items() if outcome == "accepted"]
    rest = [number for number, outcome in outcomes.items() if _can_be_repeated(outcome, number, errors.get(number))]
    is_known = any(isinstance(error, RejectedError) and error.at_fault for error in errors.values())
    if set(outcomes.values()) == {"not_sent"} or not (order.rolling or is_known or "untouched" in outcomes.values()):
        rest = []
    if order.verb == "stop":
        waiting = accepted = []  # `wait` is for servers that are to run
    same = options.shared.words
    to_go_on: list[str] = []
    if run is not None and not _TO_GO_ON_WITH.isdisjoint(outcomes.values()):  # that takes them all
        to_go_on = [run]
        unclear, waiting, rest = (
            [number for number in numbers if outcomes[number] not in _TO_GO_ON_WITH]
            for numbers in (unclear, waiting, rest)
        )
    commands = (
        ("To go on", f"resume{same}", to_go_on),
        ("Look before you repeat it", f"show{same}", unclear),
        ("To go on waiting", f"wait{same}", waiting),
        ("Accepted has only begun. To wait for it", f"wait{same}", accepted),
        ("For the rest", f"{order.verb}{options.words}", rest),
    )
    return [f"{what}: ncp-vserver {command} {' '.join(numbers)}" for what, command, numbers in commands if numbers]


def after_failure(error: NcpError, options: Options) -> list[str]:
    """The commands that lead on where a run could not begin, a line each."""
    same = options.shared.words
    if isinstance(error, ServersClaimedError):
        return [
            f"{what}: ncp-vserver {command}{same} {run}"
            for run in error.holders
            for what, command in (
                ("To see that run", "report"),
                ("To go on with it", "resume"),
                ("To end it", "release"),
            )
        ]
    if isinstance(error, JournalError):
        return [
            "Name another journal with --journal; --no-journal does without, and then nothing can go on with a run."
        ]
    return []


def _can_be_repeated(outcome: str, number: str, error: BaseException | None) -> bool:
    """Whether nothing has happened to a server, and it is not at fault."""
    if outcome != "rejected" or not isinstance(error, RejectedError):
        return outcome in ("not_sent", "untouched")
    was_asked_for = number in error.rejected
    is_at_fault = error.by_service and (number in error.at_fault or len(error.rejected) == 1)
    return was_asked_for and not is_at_fault
