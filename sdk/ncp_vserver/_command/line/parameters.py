"""The arguments and options that commands share."""

import functools
import itertools
from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from ncp_vserver._command.orders import Options, given_options

from .option_types import Duration, Pattern, Share, Status, Text

_Command = TypeVar("_Command", bound=Callable[..., Any])

DEFAULT_WAIT: Final = "10m"


class ChangingCommand(click.Command):
    """A command with ``--wait [DURATION]``, which must not take a server number for a duration."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = args[: args.index("--")] if "--" in args else args
        for word, following in itertools.pairwise(words):
            if word == "--wait" and following.isdigit():
                raise click.UsageError(
                    f"Is {following} behind --wait a number of seconds or of a server? For seconds write"
                    f" --wait={following} or --wait {following}s; put a server in front of --wait.",
                    ctx,
                )
        return super().parse_args(ctx, args)


def _all(*decorators: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
    """Several decorators as one, in the order in which ``--help`` shows them."""

    def decorate(command: _Command) -> _Command:
        return functools.reduce(lambda decorated, decorator: decorator(decorated), reversed(decorators), command)

    return decorate


def _with_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Pass the options of ``common`` to a command as one object."""

    @functools.wraps(command)
    def called(**given: Any) -> Any:
        names = [name for name in Options.__annotations__ if name != "given"]
        options = Options(**{name: given.pop(name) for name in names}, given=given_options(click.get_current_context()))
        return command(options=options, **given)

    return called


numbers = click.argument("numbers", metavar="[NUMBER]...", nargs=-1)

choosing = _all(
    click.option(
        "--name",
        "patterns",
        type=Pattern("pattern"),
        multiple=True,
        help="Servers whose name fits a shell pattern such as 'web-*'; can be repeated.",
    ),
    click.option(
        "--exclude",
        "excluded",
        type=Pattern("pattern"),
        multiple=True,
        help="But not those whose name fits this pattern, or whose number it is; can be repeated.",
    ),
    click.option(
        "--status", type=Status("code"), help="Of all these only those with this status, such as RUN or NSTOP."
    ),
)

json = click.option("--json", is_flag=True, help="JSON lines on standard output; the last one is a summary.")

source = click.option(
    "--from",
    "source",
    type=Text("file"),
    help="Servers of a file, or of standard input for -: numbers, names, or what list --json prints.",
)

journal = click.option(
    "--journal",
    envvar="NCP_VSERVER_JOURNAL",
    type=Text("place"),
    help="The journal: a file, or the URL of a PostgreSQL database that a team shares; else NCP_VSERVER_JOURNAL, or a"
    " file of your own.",
)

rolling = _all(
    click.option(
        "--rolling",
        type=Share(1),
        help="N servers, or P % of all, at a time, each batch back before the next. Implies --wait, for each batch.",
    ),
    click.option("--ramp", is_flag=True, help="With --rolling: one server first, then two, then four, up to that."),
    click.option("--pause", type=Duration(), help="With --rolling: time between two batches."),
    click.option(
        "--on-failure",
        type=click.Choice(["stop", "continue"]),
        help="What --rolling does after a batch that is not back: stop (the default), or continue.",
    ),
    click.option(
        "--max-failures",
        type=Share(0),
        help="With --rolling: continue, and stop once more servers than that are not back or not healthy.",
    ),
    click.option(
        "--before",
        type=Text("command"),
        help="With --rolling: run this before each server, as to drain it; if it fails, the server is left alone.",
    ),
    click.option(
        "--check",
        type=Text("command"),
        help="With --rolling: a server is healthy when this succeeds; tried again every few seconds.",
    ),
    click.option(
        "--after",
        type=Text("command"),
        help="With --rolling: run this after each healthy server, as to undrain it; tried again like --check.",
    ),
    click.option(
        "--check-timeout",
        type=Duration(),
        help="With --rolling: time for a server to become healthy; else what is left of --wait.",
    ),
    click.option(
        "--command-timeout",
        type=Duration(),
        default="5m",
        show_default=True,
        help="Time for each run of one of these commands.",
    ),
    click.option(
        "--repeat-untouched",
        is_flag=True,
        help="With --rolling: ask once more for a server that is untouched for certain, some six minutes after a"
        " request to which no response came.",
    ),
)

poll = click.option(
    "--poll", type=Duration(), default="2s", show_default=True, help="Time between the first polls of the servers."
)

_recording = _all(
    journal,
    click.option(
        "--no-journal",
        is_flag=True,
        help="Write no journal: if this process dies, nothing can go on with it, and nothing keeps another run from the"
        " same servers.",
    ),
)

yes = click.option("--yes", "-y", is_flag=True, help="Do not ask.")

changing = _all(
    click.option(
        "--wait",
        type=Duration(),
        is_flag=False,
        flag_value=DEFAULT_WAIT,
        metavar="[DURATION]",
        help=f"Wait until the servers are back or down, {DEFAULT_WAIT} unless told otherwise.",
    ),
    poll,
    click.option(
        "--retry-throttled",
        metavar="N",
        type=click.IntRange(0, 10),
        default=0,
        help="Try so many times more when the gateway refuses with 429. Nothing else is tried again once it was sent.",
    ),
    _recording,
    yes,
    click.option("--dry-run", is_flag=True, help="Show the servers and the requests, and change nothing."),
)

examining = _all(
    click.option("--pause", type=Duration(), default="0.5s", show_default=True, help="Time between two requests."),
    click.option(
        "--restart",
        type=Text("number"),
        help="Restart this server, too, after a question, and ask for it once more meanwhile: if NCP accepts that, it"
        " restarts twice.",
    ),
    click.option(
        "--wait",
        type=Duration(),
        default=DEFAULT_WAIT,
        show_default=True,
        help="With --restart: time for the server to be back.",
    ),
    poll,
    click.option(
        "--save",
        type=Text("file"),
        help="Write exchanges and verdicts to a file that can be shown: without keys, names, numbers and addresses.",
    ),
    _recording,
    yes,
    click.option("--dry-run", is_flag=True, help="Show the requests, and send none."),
)

common = _all(
    click.option("--region", type=Text("code"), help="Region of the servers, such as KR; else NCLOUD_REGION."),
    click.option("--profile", type=Text("name"), help="Take the keys from this profile of ~/.ncloud/configure."),
    click.option(
        "--site",
        type=click.Choice(["public", "gov", "fin"]),
        help="Whose gateway to ask; else the one of NCLOUD_API_GW, NCLOUD_SITE or the profile, or the public one.",
    ),
    click.option(
        "--correct-clock", is_flag=True, help="If this machine's clock is minutes off, sign by the gateway's instead."
    ),
    click.option(
        "--ca",
        type=Text("file"),
        help="Trust the certificate authorities of this file, as a company's proxy may need.",
    ),
    click.option(
        "--insecure-host",
        "insecure_hosts",
        type=Text("host"),
        multiple=True,
        help="For tests: sign for this host over plain http, too, as for a mock in another container.",
    ),
    json,
    click.option("--verbose", "-v", is_flag=True, help="Say on standard error what is sent; no key is in it."),
    _with_options,
)
