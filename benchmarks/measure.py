"""How the benchmarks measure: one thing beside another, round by round.

Figures of a shared machine are noise; their ratio within one round says something. Most are of processor time: the
server is a process of its own, and what passes on the clock depends on who else computes.
"""

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path

from ncp_signer import Credentials

CREDENTIALS = Credentials("NCPACCESSKEYEXAMPLE0", "NCPsecretKeyEXAMPLEfortestsonly0123456789")
PATH = "/vserver/v2/rebootServerInstances"
HERE = Path(__file__).resolve().parent
ROUNDS = 9

Call = Callable[[], object]
Clock = Callable[[], float]
Measure = Callable[[int], float]
"""Seconds of one call, on the average of so many."""


@contextlib.contextmanager
def served(policy: str = "close", *certificate: Path) -> Generator[str]:
    """The address of a server."""
    command = [sys.executable, str(HERE / "server.py"), policy, *map(str, certificate)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"{'https' if certificate else 'http'}://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def head(what: str) -> None:
    """Begin a table."""
    print(f"| ours : theirs, {what} | median | least to most | ours, at least |\n|---|---|---|---|")


def processor_time() -> float:
    """Of this process and of those that it has waited for."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def seconds(call: Call, calls: int, clock: Clock = processor_time) -> float:
    began = clock()
    for _ in range(calls):
        call()
    return (clock() - began) / calls


def timed(call: Call, clock: Clock = processor_time) -> Measure:
    return partial(seconds, call, clock=clock)


def compare(name: str, one: Measure, *others: tuple[str, Measure], calls: int, rounds: int = ROUNDS) -> list[float]:
    """Print the ratio of one to each of the others: median, least and most of all rounds. Returns the medians."""
    ratios: dict[str, list[float]] = {other: [] for other, _ in others}
    times: list[float] = []
    for measure in (one, *(measure for _, measure in others)):
        measure(max(1, calls // 10))
    for _ in range(rounds):
        times.append(one(calls))
        for other, measure in others:
            ratios[other].append(times[-1] / measure(calls))
    for other, values in ratios.items():
        median, least, most = statistics.median(values), min(values), max(values)
        row = f"{name} : {other}", f"{median:.2f}", f"{least:.2f} to {most:.2f}", f"{min(times) * 1e3:.3f} ms"
        print(f"| {' | '.join(row)} |", flush=True)
    return [statistics.median(values) for values in ratios.values()]
