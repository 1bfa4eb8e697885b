"""The commands and their options. What they do stands in the modules that they import when they run."""

import contextlib
import errno
import os
import re
import shlex
from dataclasses import replace
from typing import Any, Final, Literal

import click

from ncp_vserver._command import exit_codes
from ncp_vserver._command.orders import Choice, Examination, Options, Order, given_options
from ncp_vserver._command.signals import Interrupts

from . import parameters
from .cli_of_the_journal import Work, release, report, resume, runs
from .option_types import Duration, Text
from .parameters import ChangingCommand

_NAME: Final = "ncp-vserver"
_COMPLETE: Final = f"_{_NAME.upper().replace('-', '_')}_COMPLETE"
_NO_READER: Final = (errno.EPIPE, errno.EINVAL)
"""What writing to a pipe that nobody reads fails with: the second one on Windows."""
_OPTION_SINCE_BASH_4: Final = re.compile(r"(complete) -o nosort(.*)")
_SETTINGS: Final = {"help_option_names": ["--help", "-h"], "max_content_width": 100}


def main(interrupts: Interrupts) -> int:
    """Run the command that the command line names, and return the exit code."""
    try:
        # On Windows, click would put the files that fit in the place of a pattern, and that names servers.
        work: Any = cli.main(prog_name=_NAME, standalone_mode=False, windows_expand_args=False)
    except click.ClickException as error:
        return _refuse(error)
    except SystemExit as error:  # click's: nobody reads the help any more, or a shell that completes has its answer
        if error.code and _COMPLETE in os.environ:
            return _refuse(click.UsageError(f"{_COMPLETE} is set, and not as a shell sets it that completes."))
        return exit_codes.DONE
    except OSError as error:
        return exit_codes.DONE if error.errno in _NO_READER else _fail(error)
    except Exception as error:
        return _fail(error)
    return exit_codes.DONE if work is None or isinstance(work, int) else _perform(work, interrupts)


def _perform(work: Work, interrupts: Interrupts) -> int:
    """Do the work of a command. Whatever goes wrong, there is a reason and a code of the table."""
    try:
        return work(interrupts)
    except click.ClickException as error:
        return _refuse(error)
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except Exception as error:
        return _fail(error)


def _refuse(error: click.ClickException) -> int:
    with contextlib.suppress(OSError):  # nobody reads it; the exit code says the same
        error.show()
    return error.exit_code


def _fail(error: Exception) -> int:
    """The code for a mistake of the command's own, or of what it runs on. What it did until then has been reported."""
    from ncp_vserver._command.screen.streams import UnwrittenError, say
    from ncp_vserver._values.errors import JournalError

    is_said = isinstance(error, UnwrittenError | JournalError)
    say(f"Error: {error}" if is_said else f"Error: {type(error).__name__}: {error}")
    return exit_codes.UNKNOWN


def _version(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import version

    click.echo(f"{_NAME} {version('ncp-vserver')}")
    ctx.exit()


class _Commands(click.Group):
    """Takes ``restart`` for ``reboot``: the word that everybody uses would else be told to be like ``start``."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, "reboot" if cmd_name == "restart" else cmd_name)


@click.group(cls=_Commands, context_settings=_SETTINGS, epilog=exit_codes.HELP)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
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
    rolling: int | str | None,
    on_failure: Literal["stop", "continue"] | None,
    before: str | None,
    check: str | None,
    after: str | None,
    **given: Any,
) -> Work:
    """Restart running servers, by number or name.

    No server is restarted twice: what may have been sent is never sent again. "back" means that the server has
    restarted. With --rolling, each batch is polled before it is asked for, and servers that are busy, stopped or not
    there are left out as rejected.

    Commands are run by the system's shell, with NCP_SERVER_INSTANCE_NO, NCP_SERVER_NAME, NCP_SERVER_PUBLIC_IP,
    NCP_SERVER_REGION and NCP_SERVER_RUN in their environment.
    """
    commands = {name: command for name, command in (("before", before), ("check", check), ("after", after)) if command}
    if on_failure and not rolling:
        raise click.UsageError("--on-failure says what --rolling does: it is nothing without it.")
    for name in (*commands, "ramp", "pause", "max_failures", "repeat_untouched", "check_timeout"):
        if not rolling and (name in commands or given[name] not in (None, False)):
            raise click.UsageError(f"--{name.replace('_', '-')} needs --rolling.")
    if given["max_failures"] is not None:
        if on_failure == "stop":
            raise click.UsageError("--max-failures says when to stop after failures: leave out --on-failure stop.")
        on_failure = "continue"
    given["pause"] = given["pause"] or 0.0
    if rolling and given["wait"] is None:
        given["wait"] = Duration().convert(parameters.DEFAULT_WAIT, None, None)
    return _change("reboot", given, rolling=rolling, on_failure=on_failure or "stop", commands=commands)


@cli.command(cls=ChangingCommand, epilog=exit_codes.HELP)
@parameters.numbers
@parameters.choosing
@parameters.source
@parameters.changing
@parameters.common
def start(**given: Any) -> Work:
    """Start stopped servers, by number or name."""
    return _change("start", given)


@cli.command(cls=ChangingCommand, epilog=exit_codes.HELP)
@parameters.numbers
@parameters.choosing
@parameters.source
@parameters.changing
@parameters.common
def stop(**given: Any) -> Work:
    """Stop running servers, by number or name. They can be started again."""
    return _change("stop", given)


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
def wait(**given: Any) -> Work:
    """Wait until servers are running, with nothing under way on them."""
    return _change("wait", given)


@cli.command("list", epilog=exit_codes.HELP, context_settings={"allow_extra_args": True})
@parameters.choosing
@click.option("--quiet", "-q", is_flag=True, help="Only the numbers, each on a line.")
@click.option(
    "--columns", metavar="NAMES", type=Text(), help="These columns, such as number,name; a wrong name shows them all."
)
@click.option("--no-header", is_flag=True, help="Without the line of headings.")
@parameters.common
@click.pass_context
def list_(context: click.Context, /, quiet: bool, columns: str | None, no_header: bool, **given: Any) -> Work:
    """List the servers of a region."""
    if context.args:
        numbers = [word for word in context.args if word.isdigit()]
        instead = f"show {' '.join(numbers)}" if numbers else f"list --name {shlex.quote(context.args[0])}"
        raise click.UsageError(f"The list takes no servers. Did you mean: {_NAME} {instead}")
    if given["json"] and (quiet or columns or no_header):
        raise click.UsageError("--json has every field: leave out --quiet, --columns and --no-header.")
    if quiet and columns:
        raise click.UsageError("--quiet shows the numbers alone: leave out --columns.")
    choice = Choice(**{name: given.pop(name) for name in Choice.__annotations__})
    options, shown, header = Options(**given), "number" if quiet else columns, not (quiet or no_header)

    def work(interrupts: Interrupts) -> int:
        from ncp_vserver._command.work.reading import list_servers

        return list_servers(interrupts, options, choice, shown, header=header)

    return work


@cli.command(epilog=exit_codes.HELP)
@click.argument("numbers", metavar="NUMBER...", nargs=-1, required=True)
@parameters.common
def show(numbers: tuple[str, ...], **given: Any) -> Work:
    """Show all that the service says about servers."""
    options = Options(**given)

    def work(interrupts: Interrupts) -> int:
        from ncp_vserver._command.work.reading import show_servers

        return show_servers(interrupts, options, numbers)

    return work


@cli.command(short_help="Say which keys are used, and try them.", epilog=exit_codes.HELP)
@parameters.common
def whoami(**given: Any) -> Work:
    """Say which keys are used, from where, and try them with a call that changes nothing."""
    options = Options(**given)

    def work(interrupts: Interrupts) -> int:
        from ncp_vserver._command.work.whoami import whoami

        return whoami(interrupts, options)

    return work


@cli.command(short_help="Hold what is assumed about NCP against what it does.", epilog=exit_codes.HELP)
@parameters.examining
@parameters.common
def verify(**given: Any) -> Work:
    """Hold each assumption that this project makes about NCP against what NCP does for your account.

    Some seventy requests that only read, half a second apart, about twenty of them wrong on purpose. It ends at a 429.
    Nothing is changed but by --restart.
    """
    given["given"] = given_options(click.get_current_context())
    options = Options(**{name: given.pop(name) for name in Options.__annotations__})
    examination = Examination(**given)

    def work(interrupts: Interrupts) -> int:
        from ncp_vserver._command.work.verify import verify

        return verify(interrupts, options, examination)

    return work


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


for command in (runs, report, resume, release):
    cli.add_command(command)


def _change(verb: Literal["reboot", "start", "stop", "wait"], given: Any, **more: Any) -> Work:
    source = given.pop("source", None)
    if not (given["numbers"] or given["patterns"] or source):
        raise click.UsageError("Which servers? Give numbers, or names with --name; --name '*' means all.")
    given["given"] = given_options(click.get_current_context())
    options = Options(**{name: given.pop(name) for name in Options.__annotations__})
    order = Order(verb=verb, **given, **more)

    def work(interrupts: Interrupts) -> int:
        from ncp_vserver._command.work.changing import carry_out

        if source is None:
            return carry_out(interrupts, options, order)
        from .source import listed_in

        numbers, names = listed_in(source)
        return carry_out(interrupts, options, replace(order, numbers=order.numbers + numbers, names=names))

    return work
