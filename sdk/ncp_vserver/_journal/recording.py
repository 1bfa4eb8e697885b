"""Writing down a run as it goes on."""

import json
import os
import socket
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from ncp_vserver._requests.proof import Sent
from ncp_vserver._steps.account import Account
from ncp_vserver._values.errors import JournalError, RunTakenOverError
from ncp_vserver._values.reasons import as_json
from ncp_vserver._values.report import Outcome

from . import tables
from .database import Database

_SIGN_OF_LIFE: Final = 5.0  # seconds between two, at least


class Recording:
    """Writes down a run as it goes on. Once another process has taken the run over, nothing more is written here.

    Args:
        database: Where to write.
        run: The run's id.
        token: The token to write under.
        waits: Whether the run waits until servers are back.
        opening: Begins the run in the database, or takes it over, and claims its servers.
    """

    def __init__(
        self, database: Database, run: str, token: int, *, waits: bool, opening: Callable[[Account], None]
    ) -> None:
        self.run = run
        self.has_begun = False
        """Whether the run stands in the database, and holds its servers."""
        self._database = database
        self._token = token
        self._waits = waits
        self._opening = opening
        self._is_over = False
        # In a thread of its own no Ctrl-C strikes within a transaction, and what a cancelled task has left to it comes
        # before the end.
        self._writer = ThreadPoolExecutor(1, f"journal of {run}")
        self._written: dict[str, tuple[str, str]] = {}
        self._seen_at = time.monotonic()

    def begin(self, account: Account) -> None:
        """Claim all of the servers, or none. When this returns, that is durable.

        Raises:
            ServersClaimedError: Another run holds some of them.
            JournalError: The journal cannot be written, or somebody else was faster.
        """
        self._writer.submit(self._begin, account).result()

    def _begin(self, account: Account) -> None:
        self._refuse_after_the_end()
        self._opening(account)
        self.has_begun = True

    def intend(self, account: Account, numbers: tuple[str, ...], sent: Sent) -> None:
        """Write the intent to send a mutating request. When this returns, that is durable.

        Raises:
            RunTakenOverError: Somebody else goes on with this run. The request must not be sent.
            JournalError: The journal cannot be written. The request must not be sent.
        """
        self._writer.submit(self._intend, account, numbers, sent).result()

    def _intend(self, account: Account, numbers: tuple[str, ...], sent: Sent) -> None:
        self._refuse_after_the_end()
        at = sent.wall if sent.signed_at is None else sent.signed_at
        for number in numbers:
            self._written[number] = ("unknown", "")
        with self._database.transaction() as connection:
            self._touch(connection)
            request = {"run": self.run, "token": self._token, "numbers": list(numbers), "sent_at": at}
            connection.execute(insert(tables.requests).values(request))
            rows = [self._row(account, number, "unknown", None) | {"requested_at": at} for number in numbers]
            self._update(connection, rows)

    def write(self, account: Account) -> None:
        """Write what has changed. When this returns, that is durable."""
        self._writer.submit(self._write_changes, account).result()

    def _write_changes(self, account: Account) -> None:
        self._refuse_after_the_end()
        self._write(account, account.changed())

    def end(self, account: Account, *, is_interrupted: bool) -> None:
        """Write that the run has ended. Claims remain on servers that may still be changing."""
        self._writer.submit(self._end, account, is_interrupted).result()

    def _end(self, account: Account, is_interrupted: bool) -> None:
        self._is_over = True
        self._write(account, account.numbers, ended={"ended_at": time.time(), "is_interrupted": is_interrupted})

    def _refuse_after_the_end(self) -> None:
        if self._is_over:
            raise JournalError(f"run {self.run} has ended: nothing more is sent")

    def _write(self, account: Account, numbers: Iterable[str], *, ended: dict[str, Any] | None = None) -> None:
        changes: dict[str, tuple[Outcome, dict[str, Any] | None, tuple[str, str]]] = {}
        # Once only: what a cancelled task has left in a thread may note something meanwhile.
        outcomes: dict[str, Outcome] = {number: account.outcomes[number] for number in numbers}
        for number, outcome in outcomes.items():
            reason = as_json(account.errors.get(number))
            state = (outcome, json.dumps(reason))
            if self._written.get(number, ("not_sent", "null")) != state:
                changes[number] = (outcome, reason, state)
        is_due = time.monotonic() - self._seen_at >= _SIGN_OF_LIFE
        if not (changes or ended or is_due):
            return
        with self._database.transaction() as connection:
            self._touch(connection, **(ended or {}))
            self._answer(connection, account, tuple(changes))
            rows = [self._row(account, number, outcome, reason) for number, (outcome, reason, _) in changes.items()]
            self._update(connection, rows)
            if ended is None:
                over = [number for number, (outcome, *_) in changes.items() if outcome in self._over]
            else:
                over = [number for number, outcome in outcomes.items() if outcome not in self._open]
            self._release(connection, over)
        self._written |= {number: state for number, (*_, state) in changes.items()}
        self._seen_at = time.monotonic()

    @property
    def _over(self) -> tuple[Outcome, ...]:
        """The outcomes after which a run does nothing more about a server. What is rejected may be asked for again."""
        return ("back", "failed") if self._waits else ("back", "failed", "accepted")

    @property
    def _open(self) -> tuple[Outcome, ...]:
        """The outcomes with which a server may be changing after the run."""
        return ("unknown", "accepted") if self._waits else ("unknown",)

    def _touch(self, connection: Connection, **more: Any) -> None:
        """Write a sign of life, if the run still has this token. The row is locked until the transaction ends."""
        mine = (tables.runs.c.id == self.run) & (tables.runs.c.token == self._token)
        values = {"seen_at": time.time(), **more}
        if connection.execute(update(tables.runs).where(mine).values(values)).rowcount != 1:
            owner = connection.execute(select(tables.runs).where(tables.runs.c.id == self.run)).one()
            is_own = (owner.host, owner.pid) == (socket.gethostname(), os.getpid())
            by = "released" if is_own else f"taken over by {owner.user}@{owner.host} (process {owner.pid})"
            raise RunTakenOverError(f"run {self.run} was {by}: nothing more is sent here")

    def _answer(self, connection: Connection, account: Account, numbers: tuple[str, ...]) -> None:
        """Write the outcome of the requests that have none yet."""
        requests = tables.requests
        is_open = (requests.c.run == self.run) & (requests.c.outcome.is_(None))
        for row in connection.execute(select(requests.c.id, requests.c.numbers).where(is_open)).all():
            if concerned := [number for number in row.numbers if number in numbers]:
                number: str = concerned[0]
                came = {"outcome": account.outcomes[number], "request_id": account.request_id_of.get(number)}
                connection.execute(update(requests).where(requests.c.id == row.id).values(came))

    def _row(self, account: Account, number: str, outcome: Outcome, reason: dict[str, Any] | None) -> dict[str, Any]:
        server, uptime = account.servers[number], account.uptime_before(number)
        return {
            "of_number": number,
            "outcome": outcome,
            "reason": reason,
            "name": server and server.name,
            "uptime_before": uptime and uptime.timestamp(),
        }

    def _update(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        servers, now = tables.servers, time.time()
        mine = (servers.c.run == self.run) & (servers.c.number == bindparam("of_number"))
        values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "of_number"}
        for name in ("name", "uptime_before"):  # what was known once stays
            values[name] = func.coalesce(values[name], servers.c[name])
        connection.execute(update(servers).where(mine).values(changed_at=now, **values), rows)
        changes = [
            {"run": self.run, "number": row["of_number"], "outcome": row["outcome"], "reason": row["reason"], "at": now}
            for row in rows
        ]
        connection.execute(insert(tables.changes), changes)

    def _release(self, connection: Connection, numbers: list[str]) -> None:
        claims = tables.claims
        mine = (claims.c.run == self.run) & (claims.c.number == bindparam("of_number"))
        if numbers:
            connection.execute(delete(claims).where(mine), [{"of_number": number} for number in numbers])
