"""Going on with a run of the journal."""

import contextlib

import click
from ncp_signer import NcpError

from ncp_vserver._journal import Process, Run
from ncp_vserver._runs.handle import RollingReboot

from . import question
from .changing import Work
from .jobs import hooks
from .journal import chosen, open_journal, order_of, report_run
from .parameters import Options, Order
from .session import open_session
from .signals import Interrupts
from .streams import say


def resume_run(interrupts: Interrupts, options: Options, place: str | None, run: str | None, *, take_over: bool) -> int:
    """Go on with a run, and return the exit code.

    Raises:
        JournalError: The journal cannot be used, or has no such run.
        click.UsageError: Which run is meant is not clear, it is another gateway's, or nobody can be asked.
    """
    with contextlib.ExitStack() as stack:
        journal = stack.enter_context(open_journal(place))
        recorded = journal.report(chosen(journal, run, resumable=True).id)
        order = order_of(recorded.run)
        if recorded.run.state == "done" or not (take_over or _goes_ahead(recorded.run, order)):
            say("Nothing was sent.")
            return report_run(interrupts, place, recorded.run.id, json=options.json, follow=False)
        work = Work(interrupts, options, order, tuple(recorded.outcomes))
        try:
            with interrupts.armed():
                session = stack.enter_context(open_session(options))
                runs: list[RollingReboot] = []
                runs.append(session.prepare_resume(journal, recorded, **hooks(order, runs)))
        except KeyboardInterrupt:
            say("Nothing was sent.")
            return work.report()
        except NcpError as error:
            work.fail(error)
            return work.report()
        except ValueError as error:
            raise click.UsageError(f"{error}.") from None
        work.do(runs[0], recorded.names)
        return work.report()


def _goes_ahead(run: Run, order: Order) -> bool:
    """A run that has ended, or whose process is gone, goes on at once; else, and with another's commands, one asks."""
    is_over = run.state in ("left", "unfinished")
    if is_over and not (order.commands and run.user != Process.this().user):
        return True
    if not question.can_ask():
        raise click.UsageError(f"{run}. To go on with it nevertheless, say --take-over.")
    say(f"{run}.", *(f"  --{name} {command}" for name, command in order.commands.items()))
    return question.agrees()
