"""The tables of a journal: people keep theirs across releases, so a change of the tables needs a new version."""

from ncp_vserver._journal import tables
from sqlalchemy import Index

COLUMNS = {
    "ncp_vserver_journal": "version integer key",
    "ncp_vserver_runs": (
        "id varchar key, token integer, operation varchar, gateway varchar, region varchar?, options json,"
        " user varchar, host varchar, pid integer, process varchar?, started_at float, seen_at float, ended_at float?,"
        " is_interrupted boolean, is_released boolean"
    ),
    "ncp_vserver_servers": (
        "run varchar key of runs, number varchar key, position integer, name varchar?, outcome varchar, reason json?,"
        " requested_at float?, uptime_before float?, changed_at float"
    ),
    "ncp_vserver_requests": (
        "id integer key, run varchar of runs, token integer, numbers json, sent_at float, outcome varchar?,"
        " request_id varchar?"
    ),
    "ncp_vserver_changes": (
        "id integer key, run varchar of runs, number varchar, outcome varchar, reason json?, at float"
    ),
    "ncp_vserver_claims": "gateway varchar key, number varchar key, run varchar of runs",
}


def test_tables_of_version_1() -> None:
    found: dict[str, str] = {}
    for table in tables.metadata.sorted_tables:
        columns: list[str] = []
        for column in table.columns:
            described = f"{column.name} {str(column.type).lower()}" + ("?" if column.nullable else "")
            described += " key" if column.primary_key else ""
            described += " of runs" if any(key.column is tables.runs.c.id for key in column.foreign_keys) else ""
            columns.append(described)
        found[table.name] = ", ".join(columns)

    assert tables.VERSION == 1
    assert found == COLUMNS
    indexed = {index.name: [column.name for column in index.columns] for index in _indexes()}
    assert indexed == {"ncp_vserver_requests_of_run": ["run"], "ncp_vserver_changes_of_run": ["run"]}


def _indexes() -> list[Index]:
    return [index for table in tables.metadata.sorted_tables for index in table.indexes]
