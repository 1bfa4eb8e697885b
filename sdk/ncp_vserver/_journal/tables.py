"""The tables of a journal. Times are seconds since 1970-01-01 UTC, by the clock of the machine that wrote them."""

from typing import Final

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table

VERSION: Final = 1
"""Of the tables. A program refuses a newer one."""

metadata: Final = MetaData()

versions: Final = Table("ncp_vserver_journal", metadata, Column("version", Integer, primary_key=True))

runs: Final = Table(
    "ncp_vserver_runs",
    metadata,
    Column("id", String, primary_key=True),
    # Whoever takes a run over raises it: what was written under a lower one is refused.
    Column("token", Integer, nullable=False),
    Column("operation", String, nullable=False),
    Column("gateway", String, nullable=False),
    Column("region", String),
    Column("options", JSON, nullable=False),
    Column("user", String, nullable=False),
    Column("host", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("process", String),
    Column("started_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("is_interrupted", Boolean, nullable=False),
    # Given up by somebody, who does not want it to go on.
    Column("is_released", Boolean, nullable=False),
)


def _run(*, primary_key: bool = False) -> Column[str]:
    return Column("run", String, ForeignKey("ncp_vserver_runs.id"), primary_key=primary_key, nullable=False)


servers: Final = Table(
    "ncp_vserver_servers",
    metadata,
    _run(primary_key=True),
    Column("number", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", String),
    Column("outcome", String, nullable=False),
    Column("reason", JSON),
    # Of its last request: the signature's timestamp, and the server's uptime before it.
    Column("requested_at", Float),
    Column("uptime_before", Float),
    Column("changed_at", Float, nullable=False),
)

requests: Final = Table(
    "ncp_vserver_requests",
    metadata,
    Column("id", Integer, primary_key=True),
    _run(),
    Column("token", Integer, nullable=False),
    Column("numbers", JSON, nullable=False),
    Column("sent_at", Float, nullable=False),
    # Missing where the process ended before it knew.
    Column("outcome", String),
    Column("request_id", String),
    Index("ncp_vserver_requests_of_run", "run"),
)

changes: Final = Table(
    "ncp_vserver_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    _run(),
    Column("number", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("reason", JSON),
    Column("at", Float, nullable=False),
    Index("ncp_vserver_changes_of_run", "run"),
)

claims: Final = Table(
    "ncp_vserver_claims",
    metadata,
    Column("gateway", String, primary_key=True),
    Column("number", String, primary_key=True),
    _run(),
)
