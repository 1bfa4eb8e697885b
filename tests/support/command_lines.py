"""Lines for a shell, which are checked without being run: whether targets, options and extras exist."""

import contextlib
import re
import shlex
from collections.abc import Callable, Iterator
from importlib.metadata import metadata
from pathlib import PurePath
from typing import Final

import click
from ncp_mock.__main__ import _parser as parser_of_the_mock
from ncp_vserver._command.line.cli import cli
from pip._internal.commands import create_command

from support.contract import ROOT

_MAKEFILE: Final = (ROOT / "Makefile").read_text(encoding="utf-8")
_BEFORE_A_COMMAND: Final = re.compile(r"\w+=.*|if|then|do|until|while|exec|!|\{")
_ENDS: Final = {"fi", "done", "}"}


def commands(script: str) -> Iterator[list[str]]:
    """The program and the arguments of each simple command."""
    for line in script.splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        command: list[str] = []
        for word in [*lexer, ";"]:
            if not set(word) <= set("();<>|&"):
                command.append(word)
                continue
            while command and _BEFORE_A_COMMAND.fullmatch(command[0]):
                del command[0]
            if command[1:2] == ["-m"]:  # python -m pip
                del command[:2]
            if command and command[0] not in _ENDS:
                yield [PurePath(command[0]).name, *command[1:]]
            command = []


def check(command: list[str]) -> None:
    """Check a command of make, of pip or of this project; leave any other alone.

    Raises:
        AssertionError, KeyError, SystemExit, click.UsageError: Something in it does not exist.
    """
    if checker := _CHECKERS.get(command[0]):
        checker([re.sub(r"\$\w+", "1", word) for word in command[1:]])  # a variable may stand for a server's number


def _check_make(arguments: list[str]) -> None:
    for argument in arguments:
        name, is_variable, _ = argument.partition("=")
        known = rf"\b{name}\b" if is_variable else rf"^{name}:"
        assert re.search(known, _MAKEFILE, re.MULTILINE), f"the Makefile has no {name}"


def _check_pip(arguments: list[str]) -> None:
    options, requirements = create_command(arguments[0]).parse_args(arguments[1:])
    extras = re.findall(r"\w+(?=[,\]])", " ".join(requirements))
    assert {*extras} <= {*metadata("ncp-vserver").get_all("Provides-Extra", [])}, extras
    for file in options.requirements:
        assert file == "requirements.txt" or (ROOT / file).is_file(), f"no {file}, and it is not the reader's own"


def _check_mock(arguments: list[str]) -> None:
    try:
        parser_of_the_mock().parse_args(arguments)
    except SystemExit as end:
        if end.code:
            raise


def _check_command(arguments: list[str]) -> None:
    verb, *rest = arguments
    with contextlib.suppress(click.exceptions.Exit):  # --help ends it
        if verb.startswith("-"):
            cli.make_context("ncp-vserver", arguments)
        else:
            cli.commands[verb].make_context(verb, rest)


_CHECKERS: Final[dict[str, Callable[[list[str]], None]]] = {
    "make": _check_make,
    "pip": _check_pip,
    "ncp-mock": _check_mock,
    "ncp-vserver": _check_command,
}
