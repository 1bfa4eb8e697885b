"""The commands about the journal."""

from collections.abc import Callable
from typing import Any

import click

from ncp_vserver._command import exit_codes
from ncp_vserver._command.orders import Options, given_options
from ncp_vserver._command.signals import Interrupts

from . import parameters

# Click only parses, and imports nothing that does work: no error of the work can pass for one of the help.
Work = Callable[[Interrupts], int]


@click.command(epilog=exit_codes.HELP)
@parameters.json
@parameters.journal
def runs(json: bool, journal: str | None) -> Work:
    """List the runs of the journal, the latest first."""
    same = _same_journal()

    def work(interrupts: Interrupts) -> int:
        from ncp_vserver._command.work.journal import list_runs

        return list_runs(interrupts, journal, same, json=json)

    return work


@click.command(epilog=exit_codes.HELP)
@click.argument("run", required=False)
@click.option("--follow", "-f", is_flag=True, help="Show how it goes on, until it has ended.")
@parameters.json
@parameters.journal
def report(run: str | None, follow: bool, json: bool, journal: str | None) -> Work:
    """Report what became of a run of the journal: the latest one, unless another is named."""
    same = _same_journal()

    def work(interrupts: Interrupts) -> int:
        from ncp_vserver._command.work.journal import report_run

        return report_run(interrupts, journal, run, same, json=json, follow=follow)

    return work


@click.command(epilog=exit_codes.HELP)
@click.argument("run", required=False)
@click.option("--take-over", is_flag=True, help="Go on also with a run whose process may still exist.")
@parameters.journal
@parameters.common
def resume(run: str | None, take_over: bool, journal: str | None, **given: Any) -> Work:
    """Go on with a run of the journal whose process is gone, or that has left servers open.

    What is unknown is read back first; then the servers that were not reached have their turn, under the options that
    the run began with. No server is asked for twice. A run whose process may still exist is taken over only where
    somebody says so: that process then sends nothing more.
    """
    given["given"] = given_options(click.get_current_context())
    options = Options(**given)

    def work(interrupts: Interrupts) -> int:
        from ncp_vserver._command.work.resume import resume_run

        return resume_run(interrupts, options, journal, run, take_over=take_over)

    return work


@click.command(epilog=exit_codes.HELP)
@click.argument("run")
@parameters.yes
@parameters.journal
def release(run: str, yes: bool, journal: str | None) -> Work:
    """Give up the servers that a run of the journal holds. Nobody looks at them any more."""

    def work(interrupts: Interrupts) -> int:
        from ncp_vserver._command.work.journal import release_run

        return release_run(interrupts, journal, run, yes=yes)

    return work


def _same_journal() -> str:
    return given_options(click.get_current_context()).get("journal", "")
