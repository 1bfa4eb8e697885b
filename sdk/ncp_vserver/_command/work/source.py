"""Servers from a file: numbers, names, or what ``list --json`` prints."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ncp_vserver._command.orders import Order
from ncp_vserver._command.patterns import escaped


def with_source(order: Order) -> Order:
    """Add the servers of a file, or of standard input for ``-``. Empty lines, and those with a #, are none.

    Raises:
        click.UsageError: It cannot be read, has no server, or is a list that is not complete.
    """
    source = order.source
    if source is None:
        return order
    try:
        written = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise click.UsageError(f"{source} cannot be read: {error}.") from None
    numbers: list[str] = []
    names: list[str] = []
    for position, line in enumerate(written.splitlines(), start=1):
        word = line.strip()
        if word.startswith("{"):
            numbers += _number_in(word, f"line {position} of {source}")
        elif word and not word.startswith("#"):
            (numbers if word.isascii() and word.isdigit() else names).append(word)
    if not numbers and not names:
        raise click.UsageError(f"There is no server in {source}.")
    return replace(order, numbers=order.numbers + tuple(numbers), patterns=order.patterns + tuple(map(escaped, names)))


def _number_in(line: str, place: str) -> list[str]:
    try:
        read: Any = json.loads(line)
    except ValueError:
        raise click.UsageError(f"{place} is not JSON.") from None
    if isinstance(read.get("summary"), dict):
        if read["summary"].get("exitCode"):
            raise click.UsageError(f"{place} says that the list is not complete.")
        return []
    if not isinstance(number := read.get("serverInstanceNo"), str):
        raise click.UsageError(f"{place} has no serverInstanceNo.")
    return [number]
