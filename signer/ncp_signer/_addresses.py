"""Addresses of services: what a valid one is, and which are this machine's own."""

import functools
import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, cast

_LOOPBACK: Final = (IPv4Network("127.0.0.0/8"), IPv6Network("::1"))

# Matches any text: scheme, user, host, port, and the rest. Not urllib: it drops control characters without a word.
_PARTS: Final = re.compile(
    r"(?:([^:/?#@]*)://)?([^/?#]*@)?(\[[^]/?#]*\]|[^:/?#]*)(:[^/?#]*)?(.*)", re.DOTALL | re.IGNORECASE
)
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST_NAME: Final = 253


@functools.lru_cache  # a client asks it before each request
def is_loopback(host: str) -> bool:
    """Whether a host, without brackets, is this machine: 127.0.0.0/8, ::1, or the name localhost.

    No other name is: a resolver may ask DNS for ``localhost.`` or ``web.localhost``.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host.lower() == "localhost"
    return any(address in network for network in _LOOPBACK)


def is_port(number: int) -> bool:
    """Whether a number is a port. The operating system takes a larger one modulo 65536."""
    return 0 < number <= 65535


def checked_address(name: str, value: str, schemes: tuple[str, ...], example: str) -> str:
    """Return an address in lower case, without a slash at its end.

    Args:
        name: What errors call it, such as the variable that it comes from.
        value: Scheme, host, and a port if need be.
        schemes: The schemes that it may have.
        example: A valid address, for errors.

    Raises:
        ValueError: It has another form. The text does not quote it: it may have a password in it.
    """
    scheme, user, host, port, rest = cast(re.Match[str], _PARTS.fullmatch(value.lower())).groups("")
    problems = {
        f"has {'neither ' if schemes[1:] else 'no '}{' nor '.join(f'{each}://' for each in schemes)} in front": (
            scheme not in schemes
        ),
        "has no host": not host,
        "has a host that is neither a name nor an IP address": host and not _is_host(host),
        "has a port that is no number from 1 to 65535": port
        and not (re.fullmatch(":[0-9]{1,5}", port) and is_port(int(port[1:]))),
        "has a path or query": rest.partition("#")[0] not in ("", "/"),
        "has a user name": user,
        "has a fragment": "#" in rest,
    }
    found = (
        ", ".join(problem for problem, is_there in problems.items() if is_there)
        if value
        else "is set and empty (leave it out for the default)"
    )
    if found:
        raise ValueError(f"{name} {found}: it must be scheme and host, with a port if need be, such as {example}")
    return f"{scheme}://{host}{port}"


def _is_host(host: str) -> bool:
    """Whether a host, as it stands in an address, is an IP address or could be a name."""
    *_, last = labels = host.removesuffix(".").split(".")
    if not host.startswith("[") and not last.isdigit():
        return len(host) <= _LONGEST_NAME and all(_LABEL.fullmatch(label) for label in labels)
    try:
        address = IPv6Address(host[1:-1]) if host.startswith("[") else IPv4Address(host)
    except ValueError:
        return False
    return "%" not in str(address)  # an IPv6 zone
