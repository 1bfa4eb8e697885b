"""Building blocks of probes.

A probe returns None if the assumption holds, else what came instead.
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
    """The first five of some texts, and how many more; None if there is none."""
    shown = sorted(set(texts))
    return "; ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "") if shown else None


def unlike(answers: Iterable[Exchange], fits: Callable[[Exchange], bool]) -> str | None:
    """The responses that do not fit; None if all do."""
    return fewer([f"{answer.name}: {answer}" for answer in answers if not fits(answer)])


def is_refused(answer: Exchange) -> bool:
    """Whether the request was refused for its content, whatever the code. A 401 refuses the keys."""
    return answer.is_refusal and answer.status != 401


def succeeds(*names: str) -> Probe:
    return lambda seen: unlike([seen[name] for name in names], lambda answer: answer.is_success)


def refused(*names: str, status: int = 400, code: str, envelope: str = "responseError", details: str = "") -> Probe:
    """A probe that each of these calls is refused like that. The code is a pattern."""

    def fits(answer: Exchange) -> bool:
        is_detailed = not details or answer.content.get("details") == details
        is_meant = answer.code is not None and re.fullmatch(code, answer.code)
        return (answer.status, answer.envelope) == (status, envelope) and bool(is_meant) and is_detailed

    return lambda seen: unlike([seen[name] for name in names], fits)


def refused_by_gateway(*names: str, status: int, code: str, details: str = "") -> Probe:
    return refused(*names, status=status, code=code, envelope="error", details=details)


def same_servers(name: str) -> Probe:
    """A probe that the response to a call has the servers of the list."""

    def probe(seen: Seen) -> str | None:
        expected, answer = seen.steady_servers(), seen[name]
        is_same = answer.is_success and sorted(numbers(answer.servers)) == sorted(numbers(expected))
        return None if is_same else f"{name}: {answer}; list: {len(expected)} servers"

    return probe
