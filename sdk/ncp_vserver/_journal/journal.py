"""A journal of runs: begin one, take one over, release what it holds, and read what became of it."""

import os
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ncp_vserver._steps.account import Account
from ncp_vserver._values.errors import JournalError, ServersClaimedError
from ncp_vserver._values.reasons import recorded
from ncp_vserver._values.report import is_final

from . import tables
from .database import Database
from .process import Process
from .recording import Recording
from .runs import RecordedReport, Run, runs_in, waits_in

_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another


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
            return tuple(runs_in(connection))

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
        row = {"id": id_, "operation": operation, "gateway": gateway, "region": region, "options": dict(options)}

        def begin(connection: Connection, account: Account) -> None:
            connection.execute(insert(tables.runs).values(row | {"started_at": now} | _going_on(1)))
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
            seen = (runs.c.id == run.id) & (runs.c.token == run.token)
            if connection.execute(update(runs).where(seen).values(_going_on(run.token + 1))).rowcount != 1:
                raise JournalError(f"run {run.id} was taken over, or released, by somebody else a moment ago")
            # Only now does its process write nothing more.
            report = self._report(connection, run.id)
            account.restore(report, report.requested, report.uptimes)
            connection.execute(delete(claims).where(claims.c.run == run.id))
            waits = waits_in(run.options)
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

        return Recording(self._database, id_, token, waits=waits_in(options), opening=opened)

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
        for found in runs_in(connection, run):
            return found
        raise JournalError(f"the journal {self._database.name} has no run {run}")


def _claim(connection: Connection, gateway: str, numbers: tuple[str, ...], run: str) -> None:
    """Claim servers that no run holds."""
    claims, wanted = tables.claims, frozenset(numbers)
    all_held = connection.execute(select(claims).where(claims.c.gateway == gateway))
    held = {row.number: row.run for row in all_held if row.number in wanted}
    if held:
        holders = [found for id_ in dict.fromkeys(held.values()) for found in runs_in(connection, id_)]
        raise ServersClaimedError(claimed=held, holders={holder.id: str(holder) for holder in holders})
    # In one order for all: two transactions that wait for each other's rows would both fail.
    rows = [{"gateway": gateway, "number": number, "run": run} for number in sorted(numbers)]
    if rows:
        connection.execute(insert(claims), rows)


def _going_on(token: int) -> dict[str, Any]:
    """The columns of a run that this process performs, under a token."""
    process = Process.this()
    return {
        "token": token,
        "user": process.user,
        "host": process.host,
        "pid": process.pid,
        "process": process.identity,
        "seen_at": time.time(),
        "ended_at": None,
        "is_interrupted": False,
        "is_released": False,
    }
