"""What to do next, as commands to be copied."""

from collections.abc import Mapping

from ncp_vserver._errors import RejectedError, WaitTimeoutError

from ._parameters import Options, Order


def next_commands(
    outcomes: Mapping[str, str], errors: Mapping[str, BaseException], order: Order, options: Options
) -> list[str]:
    """What can be done about servers that are not back or down, a line each."""
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
    same = options.for_another_command
    commands = (
        ("Look before you ask again", f"show{same}", unclear),
        ("To go on waiting", f"wait{same}", waiting),
        ("Accepted has only begun. To wait for it", f"wait{same}", accepted),
        ("For the rest", f"{order.verb}{options.for_the_same_command}", rest),
    )
    return [f"{what}: ncp-vserver {command} {' '.join(numbers)}" for what, command, numbers in commands if numbers]


def _can_be_repeated(outcome: str, number: str, error: BaseException | None) -> bool:
    """Whether nothing has happened to a server, and nothing is known against it."""
    if outcome != "rejected" or not isinstance(error, RejectedError):
        return outcome in ("not_sent", "untouched")
    was_asked_for = number in error.rejected
    is_at_fault = error.by_service and (number in error.at_fault or len(error.rejected) == 1)
    return was_asked_for and not is_at_fault
