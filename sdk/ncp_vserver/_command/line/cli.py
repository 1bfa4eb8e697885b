"""The commands and their options. What they do stands in ``work``, which is imported when they run."""

import contextlib
import errno
import os
import re
import shlex
from collections.abc import Callable
from typing import Any, Final, Literal

import click

from ncp_vserver._command import exit_codes, work
from ncp_vserver._command.orders import Choice, Options, Order, given_options
from ncp_vserver._command.signals import Interrupts

from . import parameters
from .option_types import Duration, Text
from .parameters import ChangingCommand

# Click only parses, and imports nothing that does work: no error of the work can pass for one of the help.
Work = Callable[[Interrupts], int]

_NAME: Final = "ncp-vserver"
_COMPLETE: Final = f"_{_NAME.upper().replace('-', '_')}_COMPLETE"
_NO_READER: Final = (errno.EPIPE, errno.EINVAL)
"""What writing to a pipe that nobody reads fails with: the second one on Windows."""
_OPTION_SINCE_BASH_4: Final = re.compile(r"(complete) -o nosort(.*)")
_SETTINGS: Final = {"help_option_names": ["--help", "-h"], "max_content_width": 100}


def main(interrupts: Interrupts) -> int:
    """Run the command that the command line names. Whatever goes wrong, there is a reason and a code of the table."""
    try:
        parsed = _parsed()
        return parsed(interrupts) if parsed else exit_codes.DONE
    except click.ClickException as error:
        with contextlib.suppress(OSError):  # nobody reads it; the exit code says the same
            error.show()
        return error.exit_code
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except Exception as error:
        return _fail(error)


def _parsed() -> Work | None:
    """Parse the command line. Returns what is to be done; None where click has done it all, as with ``--help``."""
    try:
        # On Windows, click would put the files that fit in the place of a pattern, and that names servers.
        work: Work | int | None = cli.main(prog_name=_NAME, standalone_mode=False, windows_expand_args=False)
    except SystemExit as error:  # click's: nobody reads the help any more, or a shell that completes has its answer
        if error.code and _COMPLETE in os.environ:
            raise click.UsageError(f"{_COMPLETE} is set, and not as a shell sets it that completes.") from None
        return None
    except OSError as error:
        if error.errno not in _NO_READER:
            raise
        return None
    return None if isinstance(work, int) else work


def _fail(error: Exception) -> int:
    """The code for a mistake of the command's own, or of what it runs on. What it did until then has been reported."""
    from ncp_vserver._command.screen.streams import UnwrittenError, say
    from ncp_vserver._values.errors import JournalError

    is_said = isinstance(error, UnwrittenError | JournalError)
    say(f"Error: {error}" if is_said else f"Error: {type(error).__name__}: {error}")
    return exit_codes.UNKNOWN


class _Commands(click.Group):
    """Takes ``restart`` for ``reboot``: the word that everybody uses would else be told to be like ``start``."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, "reboot" if cmd_name == "restart" else cmd_name)


@click.group(cls=_Commands, context_settings=_SETTINGS, epilog=exit_codes.HELP)
@click.version_option(
    package_name="ncp-vserver", prog_name=_NAME, message="%(prog)s %(version)s", help="Show the version."
)
def cli() -> None:
    """Restart servers of NAVER Cloud Platform (VPC), and know what happened.

    Keys come from the environment (NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY), from ~/.ncloud/configure, or
    from the role of the server that this runs on; never from the command line.
    """


@cli.command(cls=ChangingCommand, epilog=exit_codes.HELP)
@parameters.numbers
@parameters.choosing
@parameters.source
@parameters.rolling
@parameters.changing
@parameters.common
def reboot(
    options: Options,
    rolling: int | str | None,
    on_failure: Literal["stop", "continue"] | None,
    pause: float | None,
    **given: Any,
) -> Work:
    """Restart running servers, by number or name.

    No server is restarted twice: what may have been sent is never sent again. "back" means that the server has
    restarted. With --rolling, each batch is polled before it is asked for, and servers that are busy, stopped or not
    there are left out as rejected.

    Commands are run by the system's shell, with NCP_SERVER_INSTANCE_NO, NCP_SERVER_NAME, NCP_SERVER_PUBLIC_IP,
    NCP_SERVER_REGION and NCP_SERVER_RUN in their environment.
    """
    hooks = {name: given.pop(name) for name in ("before", "check", "after")}
    for name in (*hooks, "ramp", "pause", "on_failure", "max_failures", "repeat_untouched", "check_timeout"):
        if name in options.given and not rolling:
            raise click.UsageError(f"--{name.replace('_', '-')} needs --rolling.")
    if given["max_failures"] is not None:
        if on_failure == "stop":
            raise click.UsageError("--max-failures says when to stop after failures: leave out --on-failure stop.")
        on_failure = "continue"
    if rolling and given["wait"] is None:
        given["wait"] = Duration().convert(parameters.DEFAULT_WAIT, None, None)
    given["commands"] = {name: command for name, command in hooks.items() if command}
    order = Order(verb="reboot", rolling=rolling, on_failure=on_failure or "stop", pause=pause or 0.0, **given)
    return _carry_out(options, order)


@cli.command(cls=ChangingCommand, epilog=exit_codes.HELP)
@parameters.numbers
@parameters.choosing
@parameters.source
@parameters.changing
@parameters.common
def start(options: Options, **given: Any) -> Work:
    """Start stopped servers, by number or name."""
    return _carry_out(options, Order(verb="start", **given))


@cli.command(cls=ChangingCommand, epilog=exit_codes.HELP)
@parameters.numbers
@parameters.choosing
@parameters.source
@parameters.changing
@parameters.common
def stop(options: Options, **given: Any) -> Work:
    """Stop running servers, by number or name. They can be started again."""
    return _carry_out(options, Order(verb="stop", **given))


@cli.command(short_help="Wait until servers are running.", epilog=exit_codes.HELP)
@parameters.numbers
@parameters.choosing
@click.option(
    "--timeout",
    "wait",
    type=Duration(),
    default=parameters.DEFAULT_WAIT,
    show_default=True,
    help="Time for all of them.",
)
@parameters.poll
@parameters.common
def wait(options: Options, **given: Any) -> Work:
    """Wait until servers are running, with no operation in progress."""
    return _carry_out(options, Order(verb="wait", **given))


def _carry_out(options: Options, order: Order) -> Work:
    if not (order.numbers or order.patterns or order.source):
        raise click.UsageError("Which servers? Give numbers, or names with --name; --name '*' means all.")
    return lambda interrupts: work.changing.carry_out(interrupts, options, order)


@cli.command("list", epilog=exit_codes.HELP, context_settings={"allow_extra_args": True})
@parameters.choosing
@click.option("--quiet", "-q", is_flag=True, help="Only the numbers, each on a line.")
@click.option("--columns", type=Text("names"), help="These columns, such as number,name; a wrong name shows them all.")
@click.option("--no-header", is_flag=True, help="Without the line of headings.")
@parameters.common
def list_(options: Options, quiet: bool, columns: str | None, no_header: bool, **given: Any) -> Work:
    """List the servers of a region."""
    if words := click.get_current_context().args:
        numbers = [word for word in words if word.isdigit()]
        instead = f"show {' '.join(numbers)}" if numbers else f"list --name {shlex.quote(words[0])}"
        raise click.UsageError(f"The list takes no servers. Did you mean: {_NAME} {instead}")
    if options.json and (quiet or columns or no_header):
        raise click.UsageError("--json has every field: leave out --quiet, --columns and --no-header.")
    if quiet and columns:
        raise click.UsageError("--quiet shows the numbers alone: leave out --columns.")
    choice, shown, header = Choice(**given), "number" if quiet else columns, not (quiet or no_header)
    return lambda interrupts: work.reading.list_servers(interrupts, options, choice, shown, header=header)


@cli.command(epilog=exit_codes.HELP)
@click.argument("numbers", metavar="NUMBER...", nargs=-1, required=True)
@parameters.common
def show(options: Options, numbers: tuple[str, ...]) -> Work:
    """Show all that the service says about servers."""
    return lambda interrupts: work.reading.show_servers(interrupts, options, numbers)


@cli.command(short_help="Say which keys are used, and try them.", epilog=exit_codes.HELP)
@parameters.common
def whoami(options: Options) -> Work:
    """Say which keys are used, from where, and try them with a call that changes nothing."""
    return lambda interrupts: work.whoami.whoami(interrupts, options)


@cli.command(short_help="Hold what is assumed about NCP against what it does.", epilog=exit_codes.HELP)
@parameters.examining
@parameters.common
def verify(options: Options, pause: float, restart: str | None, save: str | None, **given: Any) -> Work:
    """Hold each assumption that this project makes about NCP against what NCP does for your account.

    Some seventy requests that only read, half a second apart, about twenty of them wrong on purpose. It ends at a 429.
    Nothing is changed but by --restart.
    """
    order = Order(verb="reboot", numbers=(restart,) if restart else (), rolling=1, **given)
    return lambda interrupts: work.verify.verify(interrupts, options, order, pause, save)


@cli.command(epilog=exit_codes.HELP)
@parameters.json
@parameters.journal
def runs(json: bool, journal: str | None) -> Work:
    """List the runs of the journal, the latest first."""
    same = _same_journal()
    return lambda interrupts: work.journal.list_runs(journal, same, json=json)


@cli.command(epilog=exit_codes.HELP)
@click.argument("run", required=False)
@click.option("--follow", "-f", is_flag=True, help="Show how it goes on, until it has ended.")
@parameters.json
@parameters.journal
def report(run: str | None, follow: bool, json: bool, journal: str | None) -> Work:
    """Report what became of a run of the journal: the latest one, unless another is named."""
    same = _same_journal()
    return lambda interrupts: work.journal.report_run(interrupts, journal, run, same, json=json, follow=follow)


@cli.command(epilog=exit_codes.HELP)
@click.argument("run", required=False)
@click.option("--take-over", is_flag=True, help="Go on also with a run whose process may still exist.")
@parameters.journal
@parameters.common
def resume(options: Options, run: str | None, take_over: bool, journal: str | None) -> Work:
    """Go on with a run of the journal whose process is gone, or that has left servers open.

    What is unknown is read back first; then the servers that were not reached have their turn, under the options that
    the run began with. No server is asked for twice. A run whose process may still exist is taken over only where
    somebody says so: that process then sends nothing more.
    """
    return lambda interrupts: work.resume.resume_run(interrupts, options, journal, run, take_over=take_over)


@cli.command(epilog=exit_codes.HELP)
@click.argument("run")
@parameters.yes
@parameters.journal
def release(run: str, yes: bool, journal: str | None) -> Work:
    """Give up the servers that a run of the journal holds. Nobody looks at them any more."""
    return lambda interrupts: work.journal.release_run(journal, run, yes=yes)


def _same_journal() -> str:
    """The option that leads another command to the same journal."""
    return given_options(click.get_current_context()).get("journal", "")


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell.

    For bash: eval "$(ncp-vserver completion bash)"
    """
    from click.shell_completion import ShellComplete, get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    # Not its own source(): that of bash starts a bash each time, and complains if it is the 3.2 of macOS.
    script = ShellComplete.source(kind(cli, {}, _NAME, _COMPLETE))
    click.echo(_OPTION_SINCE_BASH_4.sub(r"\1 -o nosort\2 2>/dev/null || \1\2", script))
