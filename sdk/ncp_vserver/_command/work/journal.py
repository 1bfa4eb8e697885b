"""The journal's commands: list its runs, report one, and release its servers."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import click

from ncp_vserver._command import exit_codes
from ncp_vserver._command.orders import Order
from ncp_vserver._command.screen.display import display
from ncp_vserver._command.screen.outcomes import by_reason, counted, exit_code, outcomes
from ncp_vserver._command.screen.streams import report, report_json, say, say_unbroken
from ncp_vserver._command.screen.tables import listing, recorded_table, table
from ncp_vserver._command.signals import Interrupts
from ncp_vserver._journal import Journal, RecordedReport, Run
from ncp_vserver._requests.operations import CHANGES
from ncp_vserver._values.errors import JournalError
from ncp_vserver._values.reasons import as_json

from . import question

_BETWEEN_READINGS: Final = 1.0


def open_journal(place: str | None) -> Journal:
    """The journal of the command line.

    Raises:
        JournalError: It cannot be opened. It says what can be done.
        click.UsageError: There can be none at such a place.
    """
    try:
        return Journal(place)
    except ImportError as error:
        raise JournalError(
            f"the journal needs a package that is not there ({error.name}): the extra cli has what SQLite needs, and"
            " postgresql what PostgreSQL needs"
        ) from None
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None


def order_of(run: Run) -> Order:
    """The order that a run carries out."""
    how = run.options
    return Order(
        verb=CHANGES[run.operation].verb,  # type: ignore[arg-type]  # one of the three
        wait=how["timeout"],
        poll=how["poll"],
        rolling=how["batch_size"] if how["polls_first"] else None,
        on_failure=how["on_failure"],
        commands=how.get("commands", {}),
        command_timeout=how.get("command_timeout", 0.0),
    )


def list_runs(place: str | None, same: str, *, json: bool) -> int:
    """Report the runs of a journal, and return the exit code. ``same`` leads another command to this journal."""
    with open_journal(place) as journal:
        runs = journal.runs()
    if json:
        report_json([*map(_run_as_json, runs), {"summary": {"runs": len(runs), "exitCode": exit_codes.DONE}}])
    elif runs:
        headings = ("run", "state", "servers", "by", "begun", "last sign")
        report(table(headings, [_row(run) for run in runs]))
        if waiting := [run.id for run in runs if run.state in ("left", "unfinished")]:
            say_unbroken(f"To go on: ncp-vserver resume{same} {waiting[0]}")
    else:
        say("There is no run in the journal.")
    return exit_codes.DONE


def report_run(
    interrupts: Interrupts, place: str | None, run: str | None, same: str, *, json: bool, follow: bool
) -> int:
    """Report what became of a run, when it has ended or as of now, and return the exit code.

    ``same`` leads another command to this journal.
    """
    with open_journal(place) as journal:
        found = chosen(journal, run)
        recorded = journal.report(found.id)
        order = order_of(found)
        if follow:
            try:
                with display(order, tuple(recorded.outcomes), recorded.names) as show, interrupts.armed():
                    while recorded.run.state == "under way":
                        show(recorded)
                        time.sleep(_BETWEEN_READINGS)
                        recorded = journal.report(found.id)
            except KeyboardInterrupt:
                say("It goes on.")
    names = outcomes(recorded, order)
    code = exit_codes.INTERRUPTED if interrupts.struck else exit_code(names.values())
    if json:
        report_json(_lines(recorded, names, code))
    else:
        report(recorded_table(names, recorded.names))
    say(f"{_sentence(recorded.run)}.")
    called = {number: f"{number} {name}" for number, name in recorded.names.items()}
    for text, concerned in by_reason(recorded.errors, called).items():
        say(f"{listing(concerned)}: {text}")
    if recorded.run.state in ("left", "unfinished"):
        say_unbroken(f"To go on: ncp-vserver resume{same} {found.id}")
    return code


def release_run(place: str | None, run: str, *, yes: bool) -> int:
    """Release the servers that a run has claimed, and return the exit code."""
    with open_journal(place) as journal:
        found = journal.run(run)
        if found.state == "under way" and not yes:
            if not question.can_ask():
                raise click.UsageError(f"{found} goes on, as far as is known: to release it nevertheless, say --yes.")
            say(f"{found} goes on, as far as is known. If it does, it sends nothing more.")
            if not question.agrees():
                say("Nothing was changed.")
                return exit_codes.DONE
        held = journal.release(found.id)
    say(f"Run {found.id} holds no server any more; it held {listing(held) if held else 'none'}.")
    return exit_codes.DONE


def chosen(journal: Journal, run: str | None, *, resumable: bool = False) -> Run:
    """The run that was named; else the latest one, of those that can be gone on with if that is wanted.

    Raises:
        JournalError: The journal cannot be read, or has no such run.
        click.UsageError: None was named, and there is none, or more than one can be gone on with.
    """
    if run is not None:
        return journal.run(run)
    runs = [found for found in journal.runs() if not resumable or found.state in ("left", "unfinished")]
    if not runs:
        raise click.UsageError("There is no run to go on with." if resumable else "There is no run in the journal.")
    if resumable and len(runs) > 1:
        raise click.UsageError(f"Which run? {', '.join(found.id for found in runs)}; see ncp-vserver runs.")
    return runs[0]


def _sentence(run: Run) -> str:
    ended = f", ended {_time(run.ended)}" if run.ended else f", last sign of life {_time(run.seen)}"
    return f"Run {run.id} of {run.user}@{run.host} is {run.state}: begun {_time(run.started)}{ended}"


def _row(run: Run) -> tuple[str, ...]:
    servers = f"{CHANGES[run.operation].verb}: {counted(run.outcomes)}"
    return run.id, run.state, servers, f"{run.user}@{run.host}", _time(run.started), _time(run.seen)


def _time(moment: datetime) -> str:
    local = moment.astimezone()
    return f"{local:%H:%M:%S}" if local.date() == datetime.now().astimezone().date() else f"{local:%F %H:%M}"


def _run_as_json(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "state": run.state,
        "operation": run.operation,
        "gateway": run.gateway,
        "region": run.region,
        "user": run.user,
        "host": run.host,
        "pid": run.pid,
        "startedAt": run.started.isoformat(),
        "seenAt": run.seen.isoformat(),
        "endedAt": run.ended and run.ended.isoformat(),
        "interrupted": run.interrupted,
        "outcomes": dict(run.outcomes),
    }


def _lines(recorded: RecordedReport, names: Mapping[str, str], code: int) -> Iterator[dict[str, Any]]:
    for number, outcome in names.items():
        yield {
            "serverInstanceNo": number,
            "serverName": recorded.names.get(number),
            "outcome": outcome,
            "error": as_json(recorded.errors.get(number)),
        }
    counts = dict(Counter(names.values()))
    summary = _run_as_json(recorded.run) | {"servers": len(names), "outcomes": counts}
    yield {"summary": summary | {"requestIds": list(recorded.request_ids), "exitCode": code}}
