"""What ``ncp-vserver verify`` finds: each probe can fail, and fails for its own reason only."""

import pytest
from ncp_mock import Mock
from ncp_vserver import Client, Credentials
from ncp_vserver._verify.assumptions import assumptions
from ncp_vserver._verify.calls import CALLS, FILTERS
from ncp_vserver._verify.probes import PROBES
from ncp_vserver._verify.restart import RESTART_PROBES
from support.contrary import (
    CONTRARY,
    DEPENDING,
    Answers,
    Contrary,
    all_of,
    cut,
    emptied,
    in_bodies,
    like,
    refused,
    with_envelope,
    with_list,
    without_header,
)
from support.verifications import differing, replayed, rest, sender, untold, verdict_of, verified


def test_every_assumption_that_says_so_has_a_probe() -> None:
    by_probe = {probe: [each.id for each in assumptions() if each.probe == probe] for probe in ("reads", "restart")}

    assert sorted(by_probe["reads"]) == sorted(PROBES) == sorted(CONTRARY)
    assert sorted(by_probe["restart"]) == sorted(RESTART_PROBES)


def test_every_answer_is_looked_at(answers: Answers) -> None:
    looked_at = {name for each in verified(replayed(answers)).verdicts() for name in each.calls}

    assert {call.name for call in CALLS} == set(answers) == looked_at


def test_everything_holds_on_the_mock(answers: Answers) -> None:
    verification = verified(replayed(answers))
    assert answers["list-without-format"].target == "/vserver/v2/getServerInstanceList"

    assert differing(verification) == {}
    assert untold(verification) == {}


@pytest.mark.parametrize("id_", CONTRARY)
def test_gateway_that_does_the_contrary_differs_there_and_nowhere_else(id_: str, answers: Answers) -> None:
    changed = CONTRARY[id_](answers)
    assert changed
    found = differing(verified(replayed({**answers, **changed})))

    assert found.keys() == {id_} | DEPENDING.get(id_, set()), found


SWEEPING = {"fields-known", "field-types", "no-null", "content-types", "error-envelopes"}
"""They look at every answer, and at no one in particular."""


@pytest.mark.parametrize("id_", sorted(PROBES.keys() - SWEEPING))
def test_no_answer_that_a_probe_looks_at_is_in_vain(id_: str, answers: Answers) -> None:
    for name in verdict_of(id_, verified(replayed(answers))).calls:
        others = (refused(name, "77777"), like(name, "list"), like(name, "detail"), like(name, "list-xml"))
        verdicts = {verdict_of(id_, rest({**answers, **other(answers)})).verdict for other in others}
        assert verdicts - {"holds"}, name


@pytest.mark.parametrize("name", FILTERS)
def test_filter_that_is_ignored_differs(name: str, answers: Answers) -> None:
    found = differing(verified(replayed({**answers, **like(f"filter-{name}", "list")(answers)})))

    assert found.keys() == {"ip-is-public" if name == "ip" else "filters-exact"}


def only(name: str, change: Contrary) -> Contrary:
    return lambda answers: {name: change(answers)[name]}


@pytest.mark.parametrize(
    ("change", "id_", "text"),
    [
        (like("page-1", "page-of-1000"), "page-numbers", "page 0 has"),
        (like("page-2", "page-1"), "page-numbers", "pages 1 and 2 both have"),
        (refused("page-of-1000", "800"), "page-size-limits", "page-of-1000: 400"),
        (refused("sorted-ascending", "800"), "sorting", "sorted-ascending: 400"),
        (refused("detail", "800"), "one-server-in-detail", "detail: 400"),
        (in_bodies(["detail"], '"vpcNo"', '"newNo"'), "one-server-in-detail", "only one of them has newNo"),
        (like("list-xml", "list"), "xml-shape", "list-xml: 200"),
        (only("list-xml", cut), "xml-shape", "list-xml: 20 servers; list: 22"),
        (like("method-put", "path-unknown"), "other-method", "method-put: 404"),
        (without_header("method-patch", "allow"), "other-method", "no Allow: method-patch: 405"),
        (refused("list-post-xml", "800"), "post-takes-form", "list-post-xml: 400"),
        (refused("parameter-misspelt", "800", status=500), "unknown-parameter-refused", "parameter-misspelt: 500"),
        (refused("region-none", "800"), "default-region", "region-none: 400"),
        (with_envelope("path-unknown"), "unknown-path", "path-unknown: 200"),
        (all_of(emptied("region-none"), emptied("region-kr")), "default-region", "there is no server in KR"),
        (like("list-xml", "detail"), "xml-order", "list-xml: 200"),
        (like("filter-absent", "list"), "unknown-server-in-filter", "filter-absent: 200"),
        (like("region-unknown", "signature-wrong"), "unknown-region", "region-unknown: 401"),
        (like("format-capitals", "signature-wrong"), "format-lower-case", "format-capitals: 401"),
        (refused("parameter-misspelt", "900"), "unknown-parameter-refused", "parameter-misspelt: 400, code 900"),
        (with_list("filter-absent", lambda servers: servers, total=22), "total-rows", "filter-absent: totalRows is 22"),
        (
            all_of(*(with_list(name, lambda servers: servers[:20], total=20) for name in ("list", "list-at-the-end"))),
            "unpaged-list-is-whole",
            "page-of-1000: 22",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_ways_to_differ(change: Contrary, id_: str, text: str, answers: Answers) -> None:
    verdict = verdict_of(id_, verified(replayed({**answers, **change(dict(answers))})))

    assert verdict.verdict in ("differs", "cannot tell")
    assert text in verdict.text


def test_too_little_was_seen(answers: Answers) -> None:
    few = {name: answers[name] for name in ("list", "list-xml")}

    assert untold(rest(few))["error-envelopes"] == "no error was seen"


def test_what_was_not_sent_was_not_interrupted(answers: Answers) -> None:
    verification = verified(replayed(answers))

    assert set(untold(verification, RESTART_PROBES).values()) == {"it was not sent"}


def test_account_whose_servers_are_all_alike() -> None:
    with Mock(fleet=[1, 2]) as mock, Client(Credentials(mock.access_key, mock.secret_key), base_url=mock.url) as client:
        verification = verified(sender(mock, client).send)

    assert differing(verification) == untold(verification) == {}
    answers = verification.exchanges
    for name in FILTERS.keys() - {
        "baseBlockStorageDiskTypeCode",
        "fabricClusterMode",
        "ip",
    }:  # of which no other is known
        verification = verified(replayed({**answers, **like(f"filter-{name}", "list")(answers)}))
        assert verdict_of("filters-exact", verification).verdict == "differs", name
