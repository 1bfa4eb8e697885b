"""What a command was asked to do, and with which options."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from ncp_vserver._requests.operations import Change


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
        return self.of_another_command.for_the_same_command

    @property
    def of_another_command(self) -> "Options":
        """These, where another command is to be repeated: with what both take."""
        names = ("region", "profile", "site", "correct_clock", "ca", "insecure_hosts", "journal")
        return replace(self, given={name: self.given[name] for name in names if name in self.given})

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


def change_of(order: Order) -> "Change | None":
    """The operation that is asked for, if any."""
    from ncp_vserver._requests.operations import CHANGES  # not for --help

    return next((change for change in CHANGES.values() if change.verb == order.verb), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """How NCP is held against what is assumed about it.

    Attributes:
        pause: Seconds between two requests.
        restart: The server that is restarted for it; None for only to read.
        wait: Seconds until that is to be back.
        poll: Seconds between the first polls of it.
        save: The file that the exchanges and the verdicts are saved in; none when None.
        journal: Where the journal is; the user's own when None.
        no_journal: Whether to write none.
        yes: Whether to restart without asking.
        dry_run: Whether to show the requests instead.
    """

    pause: float
    restart: str | None
    wait: float
    poll: float
    save: str | None
    journal: str | None
    no_journal: bool
    yes: bool
    dry_run: bool
