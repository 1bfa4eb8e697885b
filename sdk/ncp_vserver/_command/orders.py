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
    """The options that all commands share that talk to the gateway.

    Attributes:
        given: All options of the command line, by parameter, each as it is to be repeated: a space before each word.
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
    def words(self) -> str:
        """The options as this command repeats them for other servers."""
        return "".join(self.given.values())

    @property
    def shared(self) -> "Options":
        """These for another command: only what leads to the same gateway, account and journal is repeated."""
        names = ("region", "profile", "site", "correct_clock", "ca", "insecure_hosts", "journal")
        return replace(self, given={name: self.given[name] for name in names if name in self.given})


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

    patterns: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Choice):
    """What to do, to which servers, and how: the command's own options. Times are in seconds.

    Attributes:
        verb: The operation, or ``wait``, which changes nothing.
        numbers: Server instance numbers, as given.
        source: A file of further servers.
        wait: Time until all servers are back or down; for a rolling restart, those of a batch. None not to wait.
        poll: Time between the first polls.
        rolling: How many servers restart at a time, or a share such as ``25%``; None for all at once.
        max_failures: How many failures a rolling restart that continues survives; any number when None.
        commands: The shell commands for each server, by ``before``, ``check`` and ``after``.
        journal: Where the journal is; the user's own when None.
    """

    verb: Literal["reboot", "start", "stop", "wait"]
    numbers: tuple[str, ...] = ()
    source: str | None = None
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
    journal: str | None = None
    no_journal: bool = False
    retry_throttled: int = 0
    yes: bool = False
    dry_run: bool = False

    @property
    def change(self) -> "Change | None":
        """The operation that changes servers, if any."""
        from ncp_vserver._requests.operations import CHANGES  # not for --help

        return next((change for change in CHANGES.values() if change.verb == self.verb), None)

    @property
    def is_journaled(self) -> bool:
        """Whether a journal is written."""
        return not (self.no_journal or self.dry_run or self.verb == "wait")

    @property
    def asks(self) -> bool:
        """Whether somebody must agree before servers are changed."""
        return not (self.yes or self.dry_run or self.verb == "wait")
