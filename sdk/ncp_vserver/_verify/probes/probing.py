"""What probes are made of.

A probe gives what came instead where the assumption does not hold, and None where it does.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from ncp_vserver._verify.exchange import Exchange
from ncp_vserver._verify.facts import NUMBER, value_at
from ncp_vserver._verify.seen import Seen

Probe = Callable[[Seen], str | None]


def numbers(servers: Iterable[Mapping[str, Any]]) -> list[str]:
    return [value_at(server, NUMBER) for server in servers]


def fewer(texts: Collection[str]) -> str | None:
    """A few of many texts; None if there is none."""
    shown = sorted(set(texts))
    return "; ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "") if shown else None


def unlike(answers: Iterable[Exchange], fits: Callable[[Exchange], bool]) -> str | None:
    """The answers that do not fit."""
    return fewer([f"{answer.name}: {answer}" for answer in answers if not fits(answer)])


def is_refused(answer: Exchange) -> bool:
    """Whether what was asked for is refused, whatever the code. A 401 refuses whoever asks."""
    return answer.is_refusal and answer.status != 401


def succeeds(*names: str) -> Probe:
    return lambda seen: unlike([seen[name] for name in names], lambda answer: answer.is_success)


def refused(*names: str, status: int = 400, code: str, envelope: str = "responseError", details: str = "") -> Probe:
    """A probe that wants every one of these calls refused like that. The code is a pattern."""

    def fits(answer: Exchange) -> bool:
        is_detailed = not details or answer.content.get("details") == details
        is_meant = answer.code is not None and re.fullmatch(code, answer.code)
        return (answer.status, answer.envelope) == (status, envelope) and bool(is_meant) and is_detailed

    return lambda seen: unlike([seen[name] for name in names], fits)


def refused_by_gateway(*names: str, status: int, code: str, details: str = "") -> Probe:
    return refused(*names, status=status, code=code, envelope="error", details=details)


def same_servers(name: str, other: str) -> Probe:
    def probe(seen: Seen) -> str | None:
        expected, answer = seen.servers(other), seen[name]
        is_same = answer.is_success and sorted(numbers(answer.servers)) == sorted(numbers(expected))
        return None if is_same else f"{name}: {answer}; {other}: {len(expected)} servers"

    return probe
