"""Texts for people: printable excerpts, durations, clock skew, and checklists for access errors."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import httpx
from ncp_signer import masked

# From the vendor's pages on errors and troubleshooting, and from what people report of this gateway.
# https://guide.ncloud-docs.com/docs/en/apigw-troubleshoot-common
AUTHENTICATION: Final[tuple[str, ...]] = (
    "Is the secret key complete, and this access key's? Copy both anew, without spaces or line ends.",
    "Is the key in use? A key that was disabled or deleted in the console counts as wrong.",
    "Is the key of this site? Keys of the public, the government and the financial site know nothing of each other.",
    "Does something on the way change path or query, such as a proxy? The signature covers both.",
    "Does the clock agree with the gateway's? Five minutes away is too far.",
)
CLOCK: Final[tuple[str, ...]] = (
    "Set this machine's clock: turn on time synchronisation (NTP), in a virtual machine also after it was suspended.",
    "Where the clock cannot be set, Client(correct_clock=True), or --correct-clock, signs by the gateway's.",
)
PERMISSION: Final[tuple[str, ...]] = (
    "Does the sub account have a policy that allows this action on Server (VPC)? Reading and changing are two.",
    "Is API access switched on for the sub account, and this machine's address on its allow list, if it has one?",
    "Are the servers this account's, and in this region?",
    "The signature is right: other keys, or the clock, are not the matter.",
)
_EXCERPT_LENGTH: Final = 200
_LENGTH_READ: Final = 4000
_NEGLIGIBLE: Final = 2.0  # seconds: a Date header has whole ones, and the response took time to arrive


def signed(request: httpx.Request) -> str:
    """The string that was signed, with the access key masked."""
    key = request.headers.get("x-ncp-iam-access-key", "")
    timestamp = request.headers.get("x-ncp-apigw-timestamp", "")
    return f"{request.method} {request.url.raw_path.decode('ascii')}\n{timestamp}\n{masked(key)}"


def describe_offset(offset: float | None) -> str:
    """The clock skew in words, on the assumption that the gateway's clock is right."""
    if offset is None:
        return "not known: there is no answer with a Date"
    if abs(offset) <= _NEGLIGIBLE:
        return "agrees with the gateway's"
    return f"{duration(abs(offset))} {'behind' if offset > 0 else 'ahead of'} the gateway's"


def printable(text: str) -> str | None:
    """One line of limited length without control characters, or None for an empty text."""
    line = " ".join(text[:_LENGTH_READ].split())
    line = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line)
    return (line if len(line) <= _EXCERPT_LENGTH else line[:_EXCERPT_LENGTH] + "…") or None


def in_words(groups: Mapping[str, Sequence[str]]) -> str:
    """Servers in groups, such as ``back: 1, 2; not sent: 3``. A group of none is left out."""
    return "; ".join(f"{name.replace('_', ' ')}: {', '.join(each)}" for name, each in groups.items() if each)


def duration(seconds: float) -> str:
    """A time for people, such as ``12 min 3 s``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{value} {unit}" for value, unit in ((hours, "h"), (minutes, "min"), (rest, "s")) if value]
    return " ".join(parts) or "0 s"


def describe_time(moment: datetime) -> str:
    """A time of day by this machine's clock, with its offset from UTC: 17:29:01 +0900."""
    return f"{moment.astimezone():%H:%M:%S %z}"
