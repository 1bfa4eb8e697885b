"""A database for a journal: SQLite in a file, or PostgreSQL."""

import contextlib
import os
import sqlite3
import stat
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

from platformdirs import user_state_path
from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, SQLAlchemyError

from ncp_vserver._values.errors import JournalError

from . import tables

_SECONDS_FOR_A_LOCK: Final = 10
_BETWEEN_TRIES: Final = 0.01
_POSTGRESQL: Final[dict[str, Any]] = {
    "connect_timeout": _SECONDS_FOR_A_LOCK,
    # A server that is gone without a word, or a lock that is never given back, must not hold a run up.
    "tcp_user_timeout": 15_000,
    "options": f"-c lock_timeout={_SECONDS_FOR_A_LOCK}s -c statement_timeout=30s -c synchronous_commit=on",
}
_CREATING: Final = 0x6E63_7076  # a number of ours for PostgreSQL's advisory locks


class Database:
    """Transactions: what is committed survives a crash of the process, and of the machine.

    Args:
        place: Path of a SQLite file, or URL of a PostgreSQL database; the user's own file when None.

    Raises:
        JournalError: It cannot be opened, or is of a newer version.
        ValueError: The URL is none, or names another kind of database.
    """

    def __init__(self, place: str | os.PathLike[str] | None) -> None:
        url = _url(place)
        self.name = url.render_as_string() if url.database is None or _is_shared(url) else url.database
        if _is_shared(url):
            own = {name: value for name, value in _POSTGRESQL.items() if name not in url.query}
            self._engine = create_engine(url, pool_pre_ping=True, connect_args=own)
        else:
            with self._problems():
                _create(Path(url.database or ""))
            self._engine = create_engine(url, connect_args={"timeout": _SECONDS_FOR_A_LOCK})
            _prepare_sqlite(self._engine)
        try:
            with self.transaction() as connection:
                _create_tables(connection, self.name)
        except JournalError:
            self.close()
            raise

    @contextlib.contextmanager
    def transaction(self) -> Generator[Connection]:
        """One transaction, which is durable when this ends without an error.

        Raises:
            JournalError: The database cannot be read or written.
        """
        with self._problems(), self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    @contextlib.contextmanager
    def _problems(self) -> Generator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            cause = error.orig if isinstance(error, DatabaseError) and error.orig else error
            reason = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
            raise JournalError(f"the journal {self.name} cannot be used: {reason}") from error


def _url(place: str | os.PathLike[str] | None) -> URL:
    if place is None:
        place = user_state_path("ncp-vserver", appauthor=False) / "journal.sqlite3"
    text = os.fspath(place)
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser().absolute()))
    try:
        url = make_url(text)
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise ValueError("the journal must be a path, or a URL such as postgresql://user@host/database") from None
    if not _is_shared(url):
        raise ValueError("the journal must be a path, or the URL of a PostgreSQL database")
    return url.set(drivername="postgresql+psycopg")


def _is_shared(url: URL) -> bool:
    return url.get_backend_name() == "postgresql"


def _create(path: Path) -> None:
    """Create the file, readable by its owner alone: it describes a fleet."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, stat.S_IRUSR | stat.S_IWUSR))


def _prepare_sqlite(engine: Engine) -> None:
    """Make commits durable, and transactions take the write lock when they begin."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver would begin transactions by itself, and late
        _write_ahead(connection)
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Flush once a transaction instead of several times. While one process sets this, SQLite refuses others."""
    deadline = time.monotonic() + _SECONDS_FOR_A_LOCK
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
            time.sleep(_BETWEEN_TRIES)
        else:
            return


def _create_tables(connection: Connection, name: str) -> None:
    if connection.dialect.name == "postgresql":  # two that create a table at once fail
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CREATING})
    tables.metadata.create_all(connection)
    version = connection.execute(select(tables.versions.c.version)).scalar()
    if version is None:
        connection.execute(insert(tables.versions).values(version=tables.VERSION))
    elif version != tables.VERSION:
        raise JournalError(
            f"the journal {name} has version {version} of its tables, and this program knows version"
            f" {tables.VERSION}: use the newer program, or another journal"
        )
