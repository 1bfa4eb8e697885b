"""Runs as a journal has them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, select

from ncp_vserver._values.report import Outcome, RollingReport, is_final

from . import tables
from .process import Process

State = Literal["under way", "left", "unfinished", "released", "done"]
"""How far a run is.

- ``under way``: it goes on, as far as is known. A process on another machine cannot be seen.
- ``left``: it has not ended, and its process is gone.
- ``unfinished``: it has ended, and servers were not reached, may be changing yet, or did not pass their check.
- ``released``: the same, and somebody has given it up.
- ``done``: every server came to an end.
"""


@dataclass(frozen=True, slots=True)
class Run:
    """A run, as a journal has it.

    Attributes:
        id: Its name in the journal.
        operation: The vendor's name of what is done to the servers.
        gateway: Address of the gateway.
        region: Region of the servers; the service's default when None.
        user: Who does it, or did.
        host: On which machine.
        pid: In which process there.
        started: When it began.
        seen: Its last sign of life.
        ended: When it ended; None for one that did not, or not yet.
        interrupted: Whether it was ended from outside, as by Ctrl-C.
        state: How far it is.
        outcomes: How many servers have each outcome.
        options: How it goes.
        token: What its process writes under. Whoever takes the run over raises it.
    """

    id: str
    operation: str
    gateway: str
    region: str | None
    user: str
    host: str
    pid: int
    started: datetime
    seen: datetime
    ended: datetime | None
    interrupted: bool
    state: State
    outcomes: Mapping[Outcome, int]
    options: Mapping[str, Any] = field(repr=False)
    token: int = field(repr=False)

    def __str__(self) -> str:
        return (
            f"run {self.id} of {self.user}@{self.host} (process {self.pid}), begun {self.started.astimezone():%F %T},"
            f" last sign of life {self.seen.astimezone():%F %T}, {self.state}"
        )


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class RecordedReport(RollingReport):
    """A run's report as a journal has it, with every change so far durable. ``servers`` is empty.

    Attributes:
        run: The run.
        names: Names of the servers, as far as known, by number.
        requested: When the request for each server was signed, by number.
        uptimes: ``uptime`` of each server before that, where it was known.
    """

    run: Run
    names: Mapping[str, str]
    requested: Mapping[str, float]
    uptimes: Mapping[str, datetime]


def waits_in(options: Mapping[str, Any]) -> bool:
    """Whether a run waits until its servers are back."""
    return options["timeout"] is not None


def runs_in(connection: Connection, id_: str | None = None) -> Iterator[Run]:
    """The runs of a journal, or the one with an id, the latest first."""
    runs, servers = tables.runs, tables.servers
    counted = select(servers.c.run, servers.c.outcome, func.count()).group_by(servers.c.run, servers.c.outcome)
    found = select(runs).order_by(runs.c.started_at.desc())
    if id_ is not None:
        counted, found = counted.where(servers.c.run == id_), found.where(runs.c.id == id_)
    outcomes: dict[str, dict[Outcome, int]] = {}
    for run, outcome, count in connection.execute(counted):
        outcomes.setdefault(run, {})[outcome] = count
    for row in connection.execute(found).all():
        yield _read(row, outcomes.get(row.id, {}))


def _read(row: Row[Any], outcomes: Mapping[Outcome, int]) -> Run:
    state: State = "done"
    if row.ended_at is None:
        state = "left" if Process(row.user, row.host, row.pid, row.process).is_gone else "under way"
    elif not all(is_final(outcome, waits=waits_in(row.options)) for outcome in outcomes):
        state = "released" if row.is_released else "unfinished"
    return Run(
        id=row.id,
        operation=row.operation,
        gateway=row.gateway,
        region=row.region,
        user=row.user,
        host=row.host,
        pid=row.pid,
        started=datetime.fromtimestamp(row.started_at, UTC),
        seen=datetime.fromtimestamp(row.seen_at, UTC),
        ended=None if row.ended_at is None else datetime.fromtimestamp(row.ended_at, UTC),
        interrupted=row.is_interrupted,
        state=state,
        outcomes=outcomes,
        options=row.options,
        token=row.token,
    )
