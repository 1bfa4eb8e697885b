"""Bounds of a search for mistakes, and what short searches remember of thorough ones."""

import re
import time
from dataclasses import replace
from itertools import pairwise

import pytest
from ncp_mock._mistakes.search import Memory
from support.mistakes import ACCESS, PATH, SECRET, TAIL, TARGET, Mistake, digest, get

REPEATED = {
    "rare": Mistake("secret-with-name", key=f"secret_key={SECRET}"),
    "rare-target": get("list-notation", TARGET.replace(".1", "[]")),
    "pair": Mistake("query-left-out + trailing-newline", f"GET {PATH}{TAIL}\n"),
    "pair-in-hex": Mistake(
        "query-left-out + literal-backslash-n + hex-signature",
        signature=digest(rf"GET {PATH}\n1700000000000\n{ACCESS}").hex(),
    ),
    "clock": Mistake("two-timestamps", f"GET {TARGET}\n1700000000200\n{ACCESS}"),
    "clock-and-another": Mistake("query-left-out + two-timestamps", f"GET {PATH}\n1700000000009\n{ACCESS}"),
}


@pytest.fixture(scope="module")
def learned() -> tuple[Memory, dict[str, str]]:
    """The memory after thorough searches for all of these, and their explanations by verdict."""
    memory = Memory()
    refusals = [case.refusal(memory=memory) for case in REPEATED.values()]
    return memory, {refusal.verdict: refusal.explanation for refusal in refusals}


@pytest.mark.parametrize("case", REPEATED.values(), ids=REPEATED)
def test_short_search_knows_what_a_long_one_found(case: Mistake, learned: tuple[Memory, dict[str, str]]) -> None:
    memory, explanations = learned
    assert case.refusal(thorough=False, memory=Memory()).verdict == "wrong-signature"

    again = replace(case, headers=(("user-agent", "which is not signed"),)).refusal(thorough=False, memory=memory)

    assert again.verdict == case.verdict
    assert again.explanation == explanations[case.verdict]


def test_memory_is_small_and_holds_names_only(learned: tuple[Memory, dict[str, str]]) -> None:
    memory, _ = learned
    REPEATED["pair"].refusal(memory=memory)
    assert [*memory] == [tuple(case.verdict.split(" + ")) for case in REPEATED.values()]

    memory = Memory()
    memory.extend((f"mistake-{number}",) for number in range(100))

    assert [*memory] == [(f"mistake-{number}",) for number in range(92, 100)]


def test_short_search_stays_short_whatever_is_remembered() -> None:
    target = f"{PATH}?{'&'.join(f'serverInstanceNoList.{n}=1234' for n in range(1, 21))}"
    case = Mistake("wrong-signature", target=target, key="another")
    memory = Memory()
    for one, other in pairwise(("query-reencoded", "query-reordered", "parameters-added-later") * 3):
        memory.append((one, "secret-with-white-space"))
        memory.append((other,))
    memory.append(("two-timestamps",))  # of which there are thousands
    trials = re.compile("in ([0-9]+) trials")

    short, more, most = (
        int(found[1])
        for refusal in (
            case.refusal(thorough=False),
            case.refusal(thorough=False, memory=memory),
            case.refusal(memory=memory),
        )
        if (found := trials.search(refusal.explanation))
    )

    assert short < more < short + 5000 < most


UNEXPLAINED = {
    "twenty-servers": Mistake(
        "", key="another", target=f"{PATH}?{'&'.join(f'serverInstanceNoList.{n}=1234' for n in range(1, 21))}"
    ),
    "long-target": Mistake("", key="another", target="/p?" + "a=%20b&" * 70_000),
    "many-slashes": Mistake("", key="another", target="/" * 500_000),
    "long-body": Mistake("", key="another", target="/p", body=b"x" * 1_000_000),
    "long-form": Mistake("", key="another", target="/p?a=1", body=b"{" * 100_000),
    "long-access-key": Mistake("", key="another", access_key="k" * 500_000),
    "long-signature": Mistake("", key="another", signature="(" * 60_000),
    "long-percent": Mistake("", key="another", target="/p?" + "%25" * 20_000),
}


@pytest.mark.parametrize("case", UNEXPLAINED.values(), ids=UNEXPLAINED)
def test_search_is_bounded(case: Mistake) -> None:
    # Processor time, with a wide margin: without the bound a search takes seconds.
    begun = time.thread_time()

    refusal = case.refusal()

    assert time.thread_time() - begun < 1
    assert refusal.received is None
