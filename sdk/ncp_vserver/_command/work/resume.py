"""Resume a run of the journal."""

import contextlib

import click
from ncp_signer import NcpError

from ncp_vserver._command import exit_codes
from ncp_vserver._command.orders import Options, Order
from ncp_vserver._command.screen.streams import say
from ncp_vserver._command.screen.texts import text
from ncp_vserver._command.signals import Interrupts
from ncp_vserver._journal import Process, Run
from ncp_vserver._values.errors import JournalError
from ncp_vserver._values.report import RollingReport

from . import question
from .journal import chosen, open_journal, order_of, report_run
from .session import open_session
from .work import Work


def resume_run(interrupts: Interrupts, options: Options, place: str | None, run: str | None, *, take_over: bool) -> int:
    """Resume a run, and return the exit code.

    Raises:
        click.UsageError: Which run is meant is not clear, it is another gateway's, or nobody can be asked.
    """
    with contextlib.ExitStack() as stack:
        try:
            journal = stack.enter_context(open_journal(place))
            recorded = journal.report(chosen(journal, run, resumable=True).id)
        except JournalError as error:
            say(f"Error: {error}", "No request that changes a server was sent.")
            return exit_codes.NOT_SENT
        found = recorded.run
        order = order_of(found)
        if found.state == "done" or not _goes_ahead(found, order, take_over=take_over):
            say("Nothing was sent.")
            same = options.shared.words
            return report_run(interrupts, place, found.id, same, json=options.json, follow=False)
        work = Work(
            interrupts=interrupts,
            options=options,
            order=order,
            report=RollingReport(recorded.outcomes, recorded.errors, request_ids=recorded.request_ids),
            names=recorded.names,
            run=found.id,
        )
        try:
            with interrupts.armed():
                session = stack.enter_context(open_session(options))
                job = session.job_to_resume(order, journal, recorded)
        except KeyboardInterrupt:
            say("Nothing was sent.")
        except NcpError as error:
            work.fail(error)
        except ValueError as error:
            raise click.UsageError(f"{error}.") from None
        else:
            work.do(job)
        return work.ended().tell()


def _goes_ahead(run: Run, order: Order, *, take_over: bool) -> bool:
    """Whether to resume. Asks where the process may still exist, and before hooks of another user run."""
    has_foreign_hooks = bool(order.commands) and run.user != Process.this().user
    if run.state != "under way" and not has_foreign_hooks:
        return True
    say(text(f"{run}."), *(text(f"  --{name} {command}") for name, command in order.commands.items()))
    if take_over:
        return True
    if not question.can_ask():
        raise click.UsageError(f"To go on with run {run.id} nevertheless, say --take-over.")
    return question.agrees()
