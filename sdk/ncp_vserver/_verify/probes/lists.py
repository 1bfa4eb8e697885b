"""Probes of lists: filters, pages, order, region."""

from collections.abc import Mapping
from typing import Final

from ncp_vserver._verify.calls import FILTERS
from ncp_vserver._verify.facts import NUMBER, value_at
from ncp_vserver._verify.seen import CannotTellError, Seen, states_of

from .probing import Probe, fewer, is_refused, numbers, refused, succeeds


def _default_region(seen: Seen) -> str | None:
    default, korean = seen.success("region-none"), seen.success("region-kr")
    if not default.servers and not korean.servers:
        raise CannotTellError("there is no server in KR")
    return None if set(numbers(default.servers)) == set(numbers(korean.servers)) else f"{default}; KR: {korean}"


def _unknown_region(seen: Seen) -> str | None:
    answer = seen["region-unknown"]
    is_fine = is_refused(answer) or (answer.is_success and not answer.servers)
    return None if is_fine else f"region-unknown: {answer}"


def _filters_exact(seen: Seen) -> str | None:
    servers = seen.steady_servers()
    parameters = {f"filter-{name}": name for name in FILTERS if name != "ip"}
    wrong: list[str] = []
    for name, parameter in {**parameters, "filter-part-of-name": "serverName"}.items():
        if name not in seen:  # no server has a value to ask for
            continue
        answer, field = seen[name], FILTERS[parameter]
        value = answer.asked(parameter)
        expected = {value_at(server, NUMBER) for server in servers if value_at(server, field) == value}
        if not answer.is_success or set(numbers(answer.servers)) != expected:
            wrong.append(f"{name}: {answer}; {len(expected)} servers have that value")
    return fewer(wrong)


def _none_has(name: str) -> Probe:
    def probe(seen: Seen) -> str | None:
        answer = seen[name]
        return None if answer.is_success and not answer.servers else f"{name}: {answer}"

    return probe


def _ip_is_public(seen: Seen) -> str | None:
    answer = seen["filter-ip"]
    found = {value_at(server, "publicIp") for server in answer.servers}
    return None if answer.is_success and found == {answer.asked("ip")} else f"filter-ip: {answer}"


def _unpaged_list_is_whole(seen: Seen) -> str | None:
    seen.steady_servers()
    answer = seen.success("list")
    page = seen.success("page-of-1000")  # it shows whether the list was cut, where totalRows counts what is left
    if len(page.servers) > len(answer.servers):
        return f"list: {len(answer.servers)} servers; page-of-1000: {len(page.servers)}"
    counted = answer.content.get("totalRows")
    return None if counted == len(answer.servers) else f"list: {len(answer.servers)} servers of {counted}"


def _page_numbers(seen: Seen) -> str | None:
    servers = seen.servers()
    pages = [numbers(seen.success(name).servers) for name in ("page-0", "page-1", "page-2")]
    if pages[0] != pages[1] or len(pages[0]) != 1:
        return f"page 0 has {pages[0]}, page 1 has {pages[1]}"
    if len(servers) < 2:
        raise CannotTellError("there are fewer than two servers")
    return f"pages 1 and 2 both have {pages[1]}" if pages[1] == pages[2] else None


def _page_size_limits(seen: Seen) -> str | None:
    limits = refused("page-of-1001", "page-of-0", code="800")
    return succeeds("page-of-1000")(seen) or limits(seen)


def _total_rows(seen: Seen) -> str | None:
    servers, page = seen.steady_servers(), seen.success("page-1")
    counted = page.content.get("totalRows")
    if counted != len(servers):
        return f"page-1: totalRows is {counted}; there are {len(servers)} servers"
    none = seen.success("filter-absent")
    counted = none.content.get("totalRows")
    return None if counted == len(none.servers) else f"filter-absent: totalRows is {counted}; {none}"


def _sorting(seen: Seen) -> str | None:
    orders = {name: numbers(seen[name].servers) for name in ("sorted-ascending", "sorted-descending")}
    if text := succeeds(*orders)(seen):
        return text
    if len(seen.servers()) < 2:
        raise CannotTellError("there are fewer than two servers")
    wrong = [
        f"{name}: {', '.join(numbers[:5])} …"
        for name, numbers in orders.items()
        if numbers != sorted(numbers, key=lambda number: (len(number), number), reverse=name == "sorted-descending")
    ]
    return fewer(wrong)


def _polls_agree(seen: Seen) -> str | None:
    first, second = (states_of(seen.servers(name)) for name in ("list", "list-again"))
    changed = [number for number in first.keys() | second.keys() if first.get(number) != second.get(number)]
    if changed:
        seen.steady_servers()
    return f"{len(changed)} of {len(first)} servers differ" if changed else None


PROBES: Final[Mapping[str, Probe]] = {
    "default-region": _default_region,
    "unknown-region": _unknown_region,
    "filters-exact": _filters_exact,
    "filters-combine": _none_has("filter-two"),
    "ip-is-public": _ip_is_public,
    "unknown-server-in-filter": _none_has("filter-absent"),
    "unpaged-list-is-whole": _unpaged_list_is_whole,
    "page-numbers": _page_numbers,
    "page-needs-size": refused("page-without-size", code="900"),
    "page-size-limits": _page_size_limits,
    "total-rows": _total_rows,
    "sorting": _sorting,
    "sorting-by-any-field": succeeds("sorted-by-name"),
    "polls-agree": _polls_agree,
}
