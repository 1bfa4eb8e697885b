"""Texts from the service, made safe to print."""

from ncp_vserver._values.server import Server


def called(number: str, server: Server | None) -> str:
    """The number of a server, and its name where that is known."""
    return f"{number} {name_of(server)}".rstrip()


def name_of(server: Server | None) -> str:
    """The name of a server; empty where it has none, or nobody knows the server."""
    return text(server and server.name).strip()


def text(value: object) -> str:
    """A text of the service's as it can be shown: without control characters, empty where it is missing."""
    return "".join(map(_harmless, value)) if isinstance(value, str) else ""


def _harmless(character: str) -> str:
    if character.isspace():
        return " "
    return character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
