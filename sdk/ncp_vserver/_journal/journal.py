"""A journal of runs: begin one, take one over, release what it holds, and read what became of it."""

import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Literal, Self

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ncp_vserver._steps.account import Account
from ncp_vserver._values.errors import JournalError, ServersClaimedError
from ncp_vserver._values.reasons import recorded
from ncp_vserver._values.report import Outcome, RollingReport, is_final

from . import tables
from .database import Database
from .process import Process
from .recording import Recording

_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another
_SOME: Final = 500  # numbers in one statement

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


class Journal:
    """What runs have asked for, and what came of it. Several runs, threads and processes can use one.

    Args:
        place: Path of an SQLite file; or URL of a PostgreSQL database, which people on several machines can share; the
            user's own file when None. It is made if it is not there.

    Raises:
        JournalError: It cannot be opened, or is of a newer version.
        ValueError: The place makes no sense.
    """

    def __init__(self, place: str | os.PathLike[str] | None = None) -> None:
        self._database = Database(place)

    def __repr__(self) -> str:
        return f"Journal({self._database.name!r})"

    def runs(self) -> tuple[Run, ...]:
        """All runs, the latest first.

        Raises:
            JournalError: It cannot be read.
        """
        with self._database.transaction() as connection:
            return tuple(_runs(connection))

    def run(self, run: str) -> Run:
        """One run.

        Raises:
            JournalError: It cannot be read, or has no such run.
        """
        with self._database.transaction() as connection:
            return self._run(connection, run)

    def report(self, run: str) -> RecordedReport:
        """What became of every server of a run, also of one that is going on elsewhere.

        Raises:
            JournalError: It cannot be read, or has no such run.
        """
        with self._database.transaction() as connection:
            return self._report(connection, run)

    def _report(self, connection: Connection, run: str) -> RecordedReport:
        servers, requests = tables.servers, tables.requests
        found = self._run(connection, run)
        rows = connection.execute(select(servers).where(servers.c.run == run).order_by(servers.c.position)).all()
        accepted = (requests.c.run == run) & (requests.c.outcome == "accepted")
        ids = connection.execute(select(requests.c.request_id).where(accepted).order_by(requests.c.id)).scalars()
        return RecordedReport(
            outcomes={row.number: row.outcome for row in rows},
            errors={row.number: recorded(row.reason) for row in rows if row.reason},
            request_ids=tuple(dict.fromkeys(id_ for id_ in ids if id_)),
            interrupted=found.interrupted,
            run=found,
            names={row.number: row.name for row in rows if row.name},
            requested={row.number: row.requested_at for row in rows if row.requested_at is not None},
            uptimes={
                row.number: datetime.fromtimestamp(row.uptime_before, UTC)
                for row in rows
                if row.uptime_before is not None
            },
        )

    def release(self, run: str) -> tuple[str, ...]:
        """Give up the servers that a run holds, and end it. If its process still lives, it sends nothing any more.

        Returns:
            The numbers that it held. Nobody looks at them any more: what is unknown stays unknown.

        Raises:
            JournalError: The journal cannot be used, or has no such run.
        """
        runs, claims = tables.runs, tables.claims
        now = time.time()
        with self._database.transaction() as connection:
            self._run(connection, run)
            values = {"token": runs.c.token + 1, "ended_at": func.coalesce(runs.c.ended_at, now), "is_released": True}
            connection.execute(update(runs).where(runs.c.id == run).values(values))
            held = connection.execute(select(claims.c.number).where(claims.c.run == run)).scalars().all()
            connection.execute(delete(claims).where(claims.c.run == run))
        return tuple(held)

    def begin(
        self, operation: str, gateway: str, region: str | None, numbers: tuple[str, ...], options: Mapping[str, Any]
    ) -> Recording:
        """A run that is to begin, with an id of its own. Nothing is written yet. The clients do this."""
        now = time.time()
        id_ = f"{datetime.fromtimestamp(now, UTC):%m%d}-{''.join(secrets.choice(_LETTERS) for _ in range(5))}"
        row = {"id": id_, "token": 1, "operation": operation, "gateway": gateway, "region": region}
        row |= {"options": dict(options), "started_at": now, "ended_at": None, "is_interrupted": False}
        row["is_released"] = False

        def begin(connection: Connection, account: Account) -> None:
            connection.execute(insert(tables.runs).values(row | _owner(Process.this())))
            blank = {"run": id_, "outcome": "not_sent", "changed_at": now}
            rows = [{**blank, "number": number, "position": place} for place, number in enumerate(numbers)]
            connection.execute(insert(tables.servers), rows)
            _claim(connection, gateway, numbers, id_)

        return self._recording(id_, 1, options, begin)

    def take_over(self, run: Run) -> Recording:
        """A run that is to go on, from what stands in the journal by then. Nothing is written yet. The clients do this.

        Args:
            run: As it was read. Whatever its process has written since is taken into account.
        """

        def take_over(connection: Connection, account: Account) -> None:
            runs, claims = tables.runs, tables.claims
            values = _owner(Process.this()) | {"token": run.token + 1, "ended_at": None, "is_interrupted": False}
            values["is_released"] = False
            seen = (runs.c.id == run.id) & (runs.c.token == run.token)
            if connection.execute(update(runs).where(seen).values(values)).rowcount != 1:
                raise JournalError(f"run {run.id} was taken over, or released, by somebody else a moment ago")
            # Only now does its process write nothing more.
            report = self._report(connection, run.id)
            account.restore(report, report.requested, report.uptimes)
            connection.execute(delete(claims).where(claims.c.run == run.id))
            waits = _waits(run.options)
            held = (number for number, outcome in report.outcomes.items() if not is_final(outcome, waits=waits))
            _claim(connection, run.gateway, tuple(held), run.id)

        return self._recording(run.id, run.token + 1, run.options, take_over)

    def _recording(
        self, id_: str, token: int, options: Mapping[str, Any], opening: Callable[[Connection, Account], None]
    ) -> Recording:
        def opened(account: Account) -> None:
            try:
                with self._database.transaction() as connection:
                    opening(connection, account)
            except JournalError as error:
                if not isinstance(error.__cause__, IntegrityError):
                    raise
                with self._database.transaction() as connection:  # another run was faster: now it shows
                    opening(connection, account)

        return Recording(self._database, id_, token, waits=_waits(options), opening=opened)

    def close(self) -> None:
        """Close the connections."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, connection: Connection, run: str) -> Run:
        for found in _runs(connection, run):
            return found
        raise JournalError(f"the journal {self._database.name} has no run {run}")


def _claim(connection: Connection, gateway: str, numbers: tuple[str, ...], run: str) -> None:
    """Claim servers that no run holds."""
    claims = tables.claims
    held: dict[str, str] = {}
    for start in range(0, len(numbers), _SOME):
        among = claims.c.number.in_(numbers[start : start + _SOME])
        others = (claims.c.gateway == gateway) & among
        held |= {row.number: row.run for row in connection.execute(select(claims).where(others))}
    if held:
        holders = [found for id_ in dict.fromkeys(held.values()) for found in _runs(connection, id_)]
        raise ServersClaimedError(claimed=held, holders={holder.id: str(holder) for holder in holders})
    # In one order for all: two transactions that wait for each other's rows would both fail.
    rows = [{"gateway": gateway, "number": number, "run": run} for number in sorted(numbers)]
    if rows:
        connection.execute(insert(claims), rows)


def _owner(process: Process) -> dict[str, Any]:
    return {
        "user": process.user,
        "host": process.host,
        "pid": process.pid,
        "process": process.identity,
        "seen_at": time.time(),
    }


def _waits(options: Mapping[str, Any]) -> bool:
    return options["timeout"] is not None


def _runs(connection: Connection, id_: str | None = None) -> Iterator[Run]:
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
    elif not all(is_final(outcome, waits=_waits(row.options)) for outcome in outcomes):
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
