"""The command line's words: durations, and the options that commands share."""

import itertools
import os
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self, TypeVar

import click
from click.core import ParameterSource

from .patterns import Pattern

_Command = TypeVar("_Command", bound=Callable[..., Any])

_DURATION: Final = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?")
_SHARE: Final = re.compile(r"([0-9]{1,9})(%?)")
_LONGEST: Final = 7 * 86_400.0  # as the front has it
DEFAULT_WAIT: Final = "10m"


class Seconds(float):
    """A time in seconds, which remembers the text that it was given as."""

    _text: str

    def __new__(cls, value: float, text: str) -> Self:
        made = super().__new__(cls, value)
        made._text = text
        return made

    def __str__(self) -> str:
        return self._text


class Duration(click.ParamType):  # type: ignore[type-arg]  # generic in new versions of click only
    """A time such as 90, 90s, 10m or 1h30m, in seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = _DURATION.fullmatch(value) if value.isascii() else None
        hours, minutes, seconds = (float(part or 0) for part in found.groups()) if found else (0.0, 0.0, 0.0)
        total = hours * 3600 + minutes * 60 + seconds
        if not 0 < total <= _LONGEST:
            self.fail(f"{value!r} is no duration above 0 and up to 168h, such as 90s, 10m or 1h30m.", param, ctx)
        return Seconds(total, value)


class Text(click.ParamType):  # type: ignore[type-arg]  # likewise
    """A text that says something: not empty, without control characters."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value.strip() or not value.isprintable():
            self.fail(f"{value!r} is empty or cannot be printed.", param, ctx)
        return value


class Share(click.ParamType):  # type: ignore[type-arg]  # likewise
    """So many servers, or a share of them such as 25%."""

    name = "servers"

    def __init__(self, least: int) -> None:
        self._least = least

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        found = _SHARE.fullmatch(value)
        if not found or int(found[1]) < (1 if found[2] else self._least) or (found[2] and int(found[1]) > 100):
            self.fail(f"{value!r} is no whole number, {self._least} or more, and no share such as 25%.", param, ctx)
        return value if found[2] else int(value)


class Status(Text):
    """A status code, which the vendor writes in capitals."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return super().convert(value, param, ctx).upper()


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


@dataclass(frozen=True, slots=True)
class Options:
    """What all commands that talk to the gateway take.

    Attributes:
        given: The options of the command line, those of this command alone included, each as it is to be repeated: with
            a space before each word.
    """

    region: str | None
    profile: str | None
    site: Literal["public", "gov", "fin"] | None
    json: bool
    verbose: bool
    correct_clock: bool
    ca: str | None
    insecure_hosts: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def for_another_command(self) -> str:
        """What another command needs to ask the same gateway, as the same account."""
        names = ("region", "profile", "site", "correct_clock", "ca", "insecure_hosts", "journal")
        return "".join(self.given.get(name, "") for name in names)

    @property
    def for_the_same_command(self) -> str:
        """What this command needs to do the same to other servers."""
        return "".join(self.given.values())


def given_options(context: click.Context) -> dict[str, str]:
    """The options of the command line, for :class:`Options`. Those that choose servers by name are left out."""
    given: dict[str, str] = {}
    for option in context.command.params:
        name = option.name or ""
        is_given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if isinstance(option, click.Option) and is_given and name not in ("patterns", "excluded", "source"):
            value = context.params[name]
            words = ("",) if option.is_flag else map(_quoted, map(str, value if option.multiple else (value,)))
            given[name] = "".join(f" {option.opts[0]} {word}".rstrip() for word in words)
    return given


def _quoted(text: str) -> str:
    """A word as a shell reads it. Double quotes are the ones that both shells of Windows know."""
    quoted = shlex.quote(text)
    return f'"{text}"' if os.name == "nt" and quoted != text else quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which servers of a list are meant.

    Attributes:
        patterns: Shell patterns of names.
        excluded: Shell patterns of names, and numbers, of servers that are not meant.
        status: The status code that they have; any when None.
    """

    patterns: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Choice):
    """What is to be done, and to which servers.

    Attributes:
        verb: ``reboot``, ``start``, ``stop``, or ``wait``, which changes nothing.
        numbers: Server instance numbers, as given.
        wait: Seconds until all servers are to be back or down; for a rolling restart, those of a batch. None for not to
            wait.
        poll: Seconds between the first polls of the servers.
        rolling: How many servers restart at a time; None for all at once.
        on_failure: What a rolling restart does after a batch that is not back.
        max_failures: How many servers may fail before a rolling restart that goes on stops; any number when None.
        ramp: Whether a rolling restart begins with one, two, four servers.
        pause: Seconds between two batches.
        repeat_untouched: Whether a rolling restart asks once more for a server that is untouched for certain.
        commands: The shell commands for each server, by ``before``, ``check`` and ``after``.
        check_timeout: Seconds for a server to pass its check.
        command_timeout: Seconds for each command.
        names: Names of servers, as a file has them.
        journal: Where the journal is; the user's own when None.
        no_journal: Whether to write none.
        retry_throttled: Further attempts of a change that was refused for coming too fast.
        yes: Whether to go ahead without asking.
        dry_run: Whether to show the requests instead.
    """

    verb: Literal["reboot", "start", "stop", "wait"]
    numbers: tuple[str, ...]
    wait: float | None
    poll: float
    rolling: int | str | None = None
    on_failure: Literal["stop", "continue"] = "stop"
    max_failures: int | str | None = None
    ramp: bool = False
    pause: float = 0.0
    repeat_untouched: bool = False
    commands: Mapping[str, str] = field(default_factory=dict[str, str])
    check_timeout: float | None = None
    command_timeout: float = 300.0
    names: tuple[str, ...] = ()
    journal: str | None = None
    no_journal: bool = False
    retry_throttled: int = 0
    yes: bool = False
    dry_run: bool = False


def _all(*decorators: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
    """Several decorators as one, in the order in which ``--help`` shows them."""

    def decorate(command: _Command) -> _Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


numbers = click.argument("numbers", metavar="[NUMBER]...", nargs=-1)

choosing = _all(
    click.option(
        "--name",
        "patterns",
        metavar="PATTERN",
        type=Pattern(),
        multiple=True,
        help="Servers whose name fits a shell pattern such as 'web-*'; can be repeated.",
    ),
    click.option(
        "--exclude",
        "excluded",
        metavar="PATTERN",
        type=Pattern(),
        multiple=True,
        help="But not those whose name fits this pattern, or whose number it is; can be repeated.",
    ),
    click.option(
        "--status",
        metavar="CODE",
        type=Status(),
        help="Of all these only those with this status, such as RUN or NSTOP.",
    ),
)

json = click.option("--json", is_flag=True, help="JSON lines on standard output; the last one is a summary.")

source = click.option(
    "--from",
    "source",
    metavar="FILE",
    type=Text(),
    help="Servers of a file, or of standard input for -: numbers, names, or what list --json prints.",
)

journal = click.option(
    "--journal",
    metavar="PLACE",
    envvar="NCP_VSERVER_JOURNAL",
    type=Text(),
    help="The journal: a file, or the URL of a PostgreSQL database that a team shares; else NCP_VSERVER_JOURNAL, or a"
    " file of your own.",
)

rolling = _all(
    click.option(
        "--rolling",
        metavar="N|P%",
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
        metavar="N|P%",
        type=Share(0),
        help="With --rolling: continue, and stop once more servers than that are not back or not healthy.",
    ),
    click.option(
        "--before",
        metavar="COMMAND",
        type=Text(),
        help="With --rolling: run this before each server, as to drain it; if it fails, the server is left alone.",
    ),
    click.option(
        "--check",
        metavar="COMMAND",
        type=Text(),
        help="With --rolling: a server is healthy when this succeeds; tried again every few seconds.",
    ),
    click.option(
        "--after",
        metavar="COMMAND",
        type=Text(),
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
    journal,
    click.option(
        "--no-journal",
        is_flag=True,
        help="Write no journal: if this process dies, nothing can go on with it, and nothing keeps another run from the"
        " same servers.",
    ),
    click.option("--yes", "-y", is_flag=True, help="Do not ask."),
    click.option("--dry-run", is_flag=True, help="Show the servers and the requests, and change nothing."),
)

common = _all(
    click.option(
        "--region", metavar="CODE", type=Text(), help="Region of the servers, such as KR; else NCLOUD_REGION."
    ),
    click.option(
        "--profile", metavar="NAME", type=Text(), help="Take the keys from this profile of ~/.ncloud/configure."
    ),
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
        metavar="FILE",
        type=Text(),
        help="Trust the certificate authorities of this file, as a company's proxy may need.",
    ),
    click.option(
        "--insecure-host",
        "insecure_hosts",
        metavar="HOST",
        type=Text(),
        multiple=True,
        help="For tests: sign for this host over plain http, too, as for a mock in another container.",
    ),
    json,
    click.option("--verbose", "-v", is_flag=True, help="Say on standard error what is sent; no key is in it."),
)
