"""What callers give, checked before anything is sent."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypedDict, cast

from ncp_signer import name_of

from .server import Server


class ServerFilters(TypedDict, total=False):
    """What a list of servers can be narrowed down by. All given filters must match.

    https://api.ncloud-docs.com/docs/en/compute-vserver-server-getserverinstancelist
    """

    vpc_no: str
    server_name: str
    server_instance_status_code: str
    base_block_storage_disk_type_code: str
    base_block_storage_disk_detail_type_code: str
    ip: str
    placement_group_no_list: list[str]
    hypervisor_type_code_list: list[str]
    fabric_cluster_pool_no: str
    fabric_cluster_no: str
    fabric_cluster_mode: str
    sorted_by: str
    sorting_order: str


# Of the vendor's pages on VPC. There may be others: a code is never refused for not being here.
# https://api.ncloud-docs.com/docs/ja/compute-vserver-server-common-getregionlist
_REGIONS: Final = ("KR", "SGN", "JPN")

MOST_RETRIES: Final = 10

# As many as the contract writes out.
_LONGEST_LISTS: Final = {"placement_group_no_list": 20, "hypervisor_type_code_list": 2}

Numbers = str | int | Server | Iterable[str | int | Server]
"""One server instance number or several; a server stands for its own."""


def checked_numbers(server_instance_nos: Numbers) -> tuple[str, ...]:
    """The numbers as strings, or a ValueError that says what is wrong with them."""
    # bytes is no type for a number, but it is a sequence of integers: never take those for numbers
    is_one = isinstance(server_instance_nos, str | int | Server | bytes | bytearray)
    several = cast(Iterable[str | int | Server], [server_instance_nos] if is_one else server_instance_nos)
    given = tuple(number.number if isinstance(number, Server) else number for number in several)
    numbers = tuple(str(number) for number in given)
    if not numbers:
        raise ValueError("no server instance number was given")
    if malformed := [number for number in given if not _is_number(number)]:
        raise ValueError(
            f"not a server instance number, which is a string of digits: {', '.join(map(_shown, malformed))}"
        )
    # Whether 7 and 07 are one server is the service's to know: never ask for both.
    if duplicates := [
        number for number, count in Counter(number.lstrip("0") for number in numbers).items() if count > 1
    ]:
        raise ValueError(f"server instance numbers given more than once: {', '.join(duplicates)}")
    return numbers


def checked_number(server_instance_no: str | int) -> str:
    """One number as a string, or a ValueError."""
    [number] = checked_numbers([server_instance_no])
    return number


def checked_region(region_code: str, place: str = "region_code") -> str:
    """The region code, or a ValueError if it is none."""
    if not isinstance(region_code, str) or not re.fullmatch("[!-~]+", region_code):  # pyright: ignore[reportUnnecessaryIsInstance]  # for callers without a type checker
        raise ValueError(f"{place} must be a code such as KR; leave it out for the service's default region")
    return region_code


def region_hint(region_code: str | None) -> str:
    """What may be wrong with a region code, for where it led to nothing; empty where nothing is known against it."""
    if region_code is None or region_code in _REGIONS:
        return ""
    return f"NCP's pages list no region {region_code}, but {', '.join(_REGIONS)}"


def place(region_code: str | None) -> str:
    """A region in words."""
    if region_code is None:
        return "the service's default region"
    hint = region_hint(region_code)
    return f"region {region_code}{hint and f' ({hint})'}"


def _is_number(value: object) -> bool:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text.isascii() and text.isdigit()


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str | int | float | None) else name_of(value)


def checked_filters(filters: dict[str, Any]) -> dict[str, Any]:
    """Filters of a list of servers, or a TypeError or ValueError that says which is none."""
    for name, value in filters.items():
        if name not in ServerFilters.__annotations__:
            raise TypeError(f"there is no filter {name}; there are {', '.join(ServerFilters.__annotations__)}")
        longest = _LONGEST_LISTS.get(name)
        if longest is None and not (isinstance(value, str) and value):
            raise ValueError(f"the filter {name} must be a string that is not empty: leave it out instead")
        if longest is not None and not _is_list_of_strings(value, longest):
            raise ValueError(f"the filter {name} must be a list of 1 to {longest} strings: leave it out instead")
    return filters


def _is_list_of_strings(value: Any, longest: int) -> bool:
    return (
        isinstance(value, list | tuple)
        and 1 <= len(cast(Sequence[object], value)) <= longest
        and all(isinstance(item, str) and item for item in cast(Sequence[object], value))
    )


def whole_number(name: str, value: int, least: int, most: int) -> int:
    """The number, or a ValueError if it is none, or out of bounds."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:  # pyright: ignore[reportUnnecessaryIsInstance]  # for callers without a type checker
        raise ValueError(f"{name} must be a whole number from {least} to {most}")
    return value


def checked_retries(retry_throttled: int) -> int:
    """How often to repeat what came too fast, or a ValueError."""
    return whole_number("retry_throttled", retry_throttled, 0, MOST_RETRIES)
