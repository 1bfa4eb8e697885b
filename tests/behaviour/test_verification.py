"""What ``ncp-vserver verify`` finds: each probe can fail, and fails for its own reason only."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import httpx
import pytest
from ncp_mock import Mock, NcpMock
from ncp_vserver import Client, Credentials, RollingReport
from ncp_vserver._requests.attempt import LARGEST_RESPONSE
from ncp_vserver._verify.assumptions import assumptions
from ncp_vserver._verify.calls import CALLS, FILTERS, Call
from ncp_vserver._verify.exchange import Exchange
from ncp_vserver._verify.facts import Facts, facts_of
from ncp_vserver._verify.probes import PROBES
from ncp_vserver._verify.restart import AGAIN, RESTART_PROBES, Tap, timeline
from ncp_vserver._verify.sending import Sender
from ncp_vserver._verify.verification import Verification
from support.contrary import (
    CONTRACT,
    CONTRARY,
    DEPENDING,
    Answers,
    Contrary,
    all_of,
    answered,
    cut,
    emptied,
    html,
    in_bodies,
    in_every_body,
    like,
    of_servers,
    refused,
    with_envelope,
    with_list,
    without_header,
)
from support.outcomes import gateway_error
from support.wire import Wire, answer, list_answer, raw, server as server_of, silence

# One server has, of each field that can be asked for, a value of its own: a filter that is ignored shows.
ODD = {
    "serverInstanceNo": "123458780",
    "vpcNo": "11",
    "placementGroupNo": "12",
    "fabricClusterPoolNo": "13",
    "fabricClusterNo": "14",
    "fabricClusterMode": "ODD",
    "publicIp": "192.0.2.80",
    "baseBlockStorageDiskType": "ODD",
    "baseBlockStorageDiskDetailType": "HDD",
    "hypervisorType": "XEN",
}
FLEET = [
    *range(123458773, 123458780),
    ODD,
    *range(123458781, 123458793),
    {"serverInstanceNo": "123458793", "serverInstanceStatus": "NSTOP"},
    123458794,
]

Send = Callable[[Call, Facts], Exchange]


def sender(mock: NcpMock, client: Client, region: str | None = None) -> Sender:
    return Sender(
        Credentials(mock.access_key, mock.secret_key),
        httpx.URL(mock.url),
        client._transport,
        headers=client._http.headers,
        limits=client._settings.policy.limits(),
        region=region,
        contract=CONTRACT,
    )


@pytest.fixture(scope="module")
def restarted(answers: Answers) -> Answers:
    """What the mock answers while it restarts a server that is asked for twice."""
    with Mock(reboot_seconds=None) as mock:
        keys = Credentials(mock.access_key, mock.secret_key)
        tap = Tap(httpx.HTTPTransport(), CONTRACT)
        again: Answers = {}
        with Client(keys, base_url=mock.url, transport=tap) as client, Client(keys, base_url=mock.url) as other:

            def told(report: RollingReport) -> None:
                if report.having("accepted") and not again:
                    again[AGAIN.name] = sender(mock, other).send(AGAIN, {"serverInstanceNo": "123458773"})
                elif "poll-2" in tap.exchanges:
                    mock.finish_reboots()

            client.prepare_rolling_reboot("123458773", poll=0.01).run(told)
    return {**answers, **tap.exchanges, **again}


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    """What the mock answers to every call."""
    with Mock(fleet=FLEET) as mock, Client(Credentials(mock.access_key, mock.secret_key), base_url=mock.url) as client:
        yield verified(sender(mock, client).send).exchanges


def verified(send: Send) -> Verification:
    verification = Verification(send, 0.0)
    verification.run(lambda call: None)
    return verification


def replayed(answers: Answers) -> Send:
    def send(call: Call, facts: Facts) -> Exchange:
        target, _ = call.filled(facts, None)
        assert target
        return answers[call.name]

    return send


def differing(verification: Verification, probes: Mapping[str, Any] = PROBES) -> dict[str, str]:
    return {each.id: each.text for each in verification.verdicts(probes) if each.verdict == "differs"}


def untold(verification: Verification, probes: Mapping[str, Any] = PROBES) -> dict[str, str]:
    return {each.id: each.text for each in verification.verdicts(probes) if each.verdict == "cannot tell"}


def test_every_assumption_that_says_so_has_a_probe() -> None:
    by_probe = {probe: [each.id for each in assumptions() if each.probe == probe] for probe in ("reads", "restart")}

    assert sorted(by_probe["reads"]) == sorted(PROBES) == sorted(CONTRARY)
    assert sorted(by_probe["restart"]) == sorted(RESTART_PROBES) == sorted(RESTARTED_OTHERWISE)


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
    [looked_at] = [each.calls for each in verified(replayed(answers)).verdicts() if each.id == id_]
    for name in looked_at:
        others = (refused(name, "77777"), like(name, "list"), like(name, "detail"), like(name, "list-xml"))
        verdicts = set()
        for other in others:
            verification = rest({**answers, **other(answers)})
            verdicts |= {each.verdict for each in verification.verdicts() if each.id == id_}
        assert verdicts - {"holds"}, name


@pytest.mark.parametrize("name", FILTERS)
def test_filter_that_is_ignored_differs(name: str, answers: Answers) -> None:
    found = differing(verified(replayed({**answers, **like(f"filter-{name}", "list")(answers)})))

    assert found.keys() == {"ip-is-public" if name == "ip" else "filters-exact"}


def rest(answers: Answers) -> Verification:
    verification = Verification(replayed({}), 0.0)
    verification.exchanges = dict(answers)
    return verification


def test_everything_about_a_restart_holds_on_the_mock(restarted: Answers) -> None:
    verification = rest(restarted)

    assert differing(verification, RESTART_PROBES) == untold(verification, RESTART_PROBES) == {}
    states = [state.partition(": ")[2].rpartition(", ")[0] for state in timeline(verification.seen())]
    assert states == ["RUN, RESTA, rebooting", "RUN, NULL, running"]


def polls(change: Contrary) -> Contrary:
    return lambda answers: change({name: each for name, each in answers.items() if name.startswith("poll-")})


def first_poll_as_before(answers: Answers) -> Answers:
    return like("poll-1", "restart-before")(answers)


def with_state(name: str, old: str, new: str) -> Contrary:
    return in_bodies([name], old, new)


RESTARTED_OTHERWISE: Mapping[str, Contrary] = {
    "restart-shows-resta": with_state("restart", "RESTA", "NULL"),
    "status-stays-run": with_state("poll-1", '"RUN"', '"INIT"'),
    "list-shows-restart-at-once": first_poll_as_before,
    "uptime-renewed": polls(in_every_body('"uptime": "[^"]*"', '"uptime": "2020-01-01T00:00:00+0900"')),
    "restart-status-names": with_state("poll-1", "rebooting", "rebooting softly"),
    "busy-server-refused": like("restart-again", "restart"),
}


@pytest.mark.parametrize("id_", RESTARTED_OTHERWISE)
def test_restart_that_does_the_contrary_differs_there_and_nowhere_else(id_: str, restarted: Answers) -> None:
    changed = RESTARTED_OTHERWISE[id_](dict(restarted))

    assert differing(rest({**restarted, **changed}), RESTART_PROBES).keys() == {id_}


@pytest.mark.parametrize(
    ("change", "untold_"),
    [
        (refused("restart", "800"), RESTART_PROBES.keys() - {"busy-server-refused"}),
        (polls(in_every_body('"RESTA"|"NULL"', '"RESTA"')), {"uptime-renewed"}),
        (polls(in_every_body('"uptime": "[^"]*"', '"uptime": "soon"')), {"uptime-renewed"}),
    ],
    ids=["refused", "never over", "no time"],
)
def test_restart_that_does_not_tell(change: Contrary, untold_: set[str], restarted: Answers) -> None:
    verification = rest({**restarted, **change(dict(restarted))})

    assert differing(verification, RESTART_PROBES) == {}
    assert untold(verification, RESTART_PROBES).keys() == untold_


def test_restart_that_no_poll_shows(restarted: Answers) -> None:
    hidden = {name: each for name, each in restarted.items() if not name.startswith("poll-")}
    first = like("poll-1", "restart-before")({**hidden, "poll-1": restarted["poll-1"]})

    verification = rest({**hidden, **first})
    assert differing(verification, RESTART_PROBES).keys() == {"list-shows-restart-at-once", "uptime-renewed"}
    assert "none of 1 polls" in differing(verification, RESTART_PROBES)["list-shows-restart-at-once"]
    assert set(untold(rest(hidden), RESTART_PROBES).values()) == {"no poll succeeded"}
    assert timeline(rest(hidden).seen()) == []


def test_proxy_that_answers_for_the_gateway_ends_it(answers: Answers) -> None:
    verification = verified(replayed({**answers, **html("list")(answers)}))

    assert list(verification.exchanges) == ["list"]
    assert differing(verification) == {}
    assert set(untold(verification).values()) == {"list: 403, text/html", "list: 403, text/html, no answer of NCP's"}


def test_proxy_that_answers_some_calls_tells_nothing_of_them(answers: Answers) -> None:
    verification = verified(replayed({**answers, **html("signature-wrong")(answers)}))

    assert differing(verification) == {}
    assert untold(verification).keys() == {"wrong-signature", "error-format"}


def test_keys_that_may_not_look_at_one_server(answers: Answers) -> None:
    body = b'{"error": {"errorCode": "210", "message": "Permission Denied"}}'
    denied = {name: answered(answers[name], status=401, body=body) for name in answers if name.startswith("detail")}
    verification = verified(replayed({**answers, **denied}))

    assert differing(verification) == {}
    assert untold(verification).keys() == {
        "bad-number-refused",
        "error-format",
        "one-server-in-detail",
        "required-parameter",
        "unknown-server-refused",
    }
    assert "may not do that" in untold(verification)["required-parameter"]


def test_failing_gateway_tells_nothing(answers: Answers) -> None:
    body = b'{"error": {"errorCode": "500", "message": "Endpoint Error"}}'
    failed = {"region-unknown": answered(answers["region-unknown"], status=503, body=body)}
    verification = verified(replayed({**answers, **failed}))

    assert differing(verification) == {}
    assert untold(verification) == {"unknown-region": "region-unknown: 503, code 500, Endpoint Error"}


def test_response_that_does_not_come_tells_nothing(answers: Answers) -> None:
    lost = {"signature-v1": Exchange(answers["signature-v1"].call, "/", None, 0.0, problem="ReadTimeout: no")}
    verification = verified(replayed({**answers, **lost}))

    assert untold(verification) == {"signature-v1-accepted": "signature-v1: no answer (ReadTimeout: no)"}


def test_it_ends_at_a_429(answers: Answers) -> None:
    body = b'{"error": {"errorCode": "410", "message": "Throttle Limited"}}'
    limited = {"page-0": answered(answers["page-0"], status=429, body=body)}
    verification = verified(replayed({**answers, **limited}))

    assert list(verification.exchanges)[-1] == "page-0"
    assert differing(verification) == {}
    assert untold(verification)["page-size-limits"] == "page-0: 429, code 410, Throttle Limited"
    assert "filters-exact" not in untold(verification)


@pytest.mark.parametrize(
    "body", [b'{"error": {"errorCode": "410", "message": "no"}}', b'{"message": "Too Many Requests"}']
)
def test_no_429_says_what_ncp_does(body: bytes, answers: Answers) -> None:
    limited = {name: answered(each, status=429, body=body) for name, each in answers.items() if name != "list"}

    assert differing(rest({**answers, **limited})) == {}


def test_keys_that_are_refused_a_detail_in_the_words_of_a_bad_parameter(answers: Answers) -> None:
    details = [name for name in answers if name.startswith("detail")]
    denied = all_of(*(refused(name, "800") for name in details))(answers)
    verification = rest({**answers, **denied})

    assert differing(verification).keys() == {"one-server-in-detail"}
    assert untold(verification)["required-parameter"].startswith("detail: 400, code 800")


def test_list_that_is_null_is_no_account_without_servers(answers: Answers) -> None:
    null = {"list": answered(answers["list"], body=b'{"getServerInstanceListResponse": {"serverInstanceList": null}}')}

    assert differing(rest({**answers, **null}))["no-null"] == "getServerInstanceListResponse.serverInstanceList: null"


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        (b'{"getServerInstanceListResponse": {"share": 0.5}}', "number"),
        (b'{"getServerInstanceListResponse": {"share": NaN}}', "number"),
        (b'{"getServerInstanceListResponse": {"share": [[[]]]}}', "array"),
    ],
)
def test_new_field_of_any_type(body: bytes, type_: str, answers: Answers) -> None:
    found = differing(rest({**answers, "list-again": answered(answers["list-again"], body=body)}))

    assert found["fields-known"] == f"getServerInstanceListResponse.share: {type_}"


@pytest.mark.parametrize(
    "body",
    [
        '<?xml version="1.0" encoding="no-such-one"?><error/>',
        f"<error><errorCode>{'<a>' * 5000}{'</a>' * 5000}</errorCode></error>",
        f"<getServerInstanceListResponse><totalRows>{'9' * 5000}</totalRows></getServerInstanceListResponse>",
        "<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>",
    ],
    ids=["encoding", "depth", "number", "page"],
)
def test_xml_that_nobody_can_read_is_no_answer(body: str, answers: Answers) -> None:
    assert answered(answers["list-xml"], body=body.encode()).value is None


def test_xml_of_another_root_differs(answers: Answers) -> None:
    body = b'<error xmlns="urn:another"><errorCode>200</errorCode></error>'
    found = differing(rest({**answers, "signature-wrong-xml": answered(answers["signature-wrong-xml"], body=body)}))

    assert found.keys() == {"error-envelopes"}


def test_name_that_no_request_can_carry_is_not_asked_for(answers: Answers) -> None:
    servers = [{**server, "serverName": "\ud800"} for server in answers["list"].servers]

    assert facts_of(servers).keys() == facts_of(answers["list"].servers).keys() - {
        "serverName",
        "partOfName",
        "otherStatus",
    }


def test_account_without_servers(answers: Answers) -> None:
    with Mock() as mock, Client(Credentials(mock.access_key, mock.secret_key), base_url=mock.url) as client:
        verification = verified(sender(mock, client, region="JPN").send)

    assert differing(verification) == {}
    assert verification.missing["detail"] == "there is no server"
    assert {"number-is-digits", "filters-exact", "no-null", "sorting", "page-numbers"} <= untold(verification).keys()
    assert not {"wrong-signature", "malformed-encoding", "unknown-path"} & untold(verification).keys()
    assert verification.exchanges["list-post"].form == "responseFormatType=json&regionCode=JPN"
    for name in ("region-none", "region-kr", "region-unknown"):
        assert "regionCode=JPN" not in verification.exchanges[name].target
    json = verification.exchanges["list-post-json"]
    assert (json.form, "regionCode=JPN" in json.target) == ("{}", True)


def test_one_server(answers: Answers) -> None:
    with Mock(fleet=[7]) as mock, Client(Credentials(mock.access_key, mock.secret_key), base_url=mock.url) as client:
        verification = verified(sender(mock, client).send)

    assert differing(verification) == {}
    assert untold(verification) == dict.fromkeys(("page-numbers", "sorting"), "there are fewer than two servers")


def test_interrupted(answers: Answers) -> None:
    def send(call: Call, facts: Facts) -> Exchange:
        if call.name == "page-0":
            raise KeyboardInterrupt
        return answers[call.name]

    verification = Verification(send, 0.0)
    with pytest.raises(KeyboardInterrupt):
        verification.run(lambda call: None)

    assert differing(verification) == {}
    assert untold(verification)["page-size-limits"] == "interrupted"
    assert "filters-exact" not in untold(verification)


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
    [verdict] = [each for each in verified(replayed({**answers, **change(dict(answers))})).verdicts() if each.id == id_]

    assert verdict.verdict in ("differs", "cannot tell")
    assert text in verdict.text


def test_answers_that_do_not_come(answers: Answers) -> None:
    huge = b"x" * (LARGEST_RESPONSE + 1)
    with Wire(
        [
            raw(b"HTTP/1.1 200 OK\r\n\r\n" + huge),
            answer(200, "<a", "application/xml"),
            answer(200, "<html/>", "text/html"),
            silence,
        ]
    ) as wire:
        keys = Credentials("NCPACCESSKEYEXAMPLE0", "anySecretKey")  # no real one
        with Client(keys, base_url=wire.url, timeout=0.5) as client:
            found = [
                Sender(
                    keys,
                    httpx.URL(wire.url),
                    client._transport,
                    headers=client._http.headers,
                    limits=client._settings.policy.limits(),
                    region=None,
                    contract=CONTRACT,
                ).send(CALLS[0], {})
                for _ in range(4)
            ]

    assert [str(each) for each in found] == [
        "no answer (ReadError: the answer is larger than 32 MiB)",
        "200, application/xml",
        "200, text/html",
        "no answer (ReadTimeout: timed out)",
    ]


def test_too_little_was_seen(answers: Answers) -> None:
    few = {name: answers[name] for name in ("list", "list-xml")}

    assert untold(rest(few))["error-envelopes"] == "no error was seen"


def test_what_was_not_sent_was_not_interrupted(answers: Answers) -> None:
    verification = verified(replayed(answers))

    assert set(untold(verification, RESTART_PROBES).values()) == {"it was not sent"}


def test_restart_without_a_response_is_kept(answers: Answers) -> None:
    def lose(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("lost", request=request)

    tap = Tap(httpx.MockTransport(lose), CONTRACT)
    with pytest.raises(httpx.ReadError):
        tap.handle_request(httpx.Request("GET", "http://a/vserver/v2/rebootServerInstances"))

    assert str(tap.exchanges["restart"]) == "no answer (ReadError: lost)"


@pytest.mark.parametrize(("ahead", "body"), [(3600, b'{"error": {}}'), (200, b"<html/>")], ids=["hour", "proxy"])
def test_date_of_another_clock_is_not_signed_with(ahead: int, body: bytes) -> None:
    keys = Credentials("NCPACCESSKEYEXAMPLE0", "anySecretKey")  # no real one
    stamps: list[int] = []

    def reply(request: httpx.Request) -> httpx.Response:
        stamps.append(int(request.headers["x-ncp-apigw-timestamp"]))
        return httpx.Response(400, content=body, headers={"date": formatdate(time.time() + ahead, usegmt=True)})

    asking = Sender(
        keys,
        httpx.URL("http://127.0.0.1"),
        httpx.MockTransport(reply),
        headers={},
        limits={},
        region=None,
        contract=CONTRACT,
    )
    for _ in range(2):
        asking.send(CALLS[0], {})

    assert stamps[1] - stamps[0] < 100_000


def test_servers_that_change_meanwhile(answers: Answers) -> None:
    changed = of_servers(["list-at-the-end"], lambda server: server.update(uptime="2026-01-01T00:00:00+0900"))(answers)
    again = {"list-again": replace(changed["list-at-the-end"], call=answers["list-again"].call)}

    held = {"filters-exact", "post-takes-form", "post-takes-query", "total-rows", "unpaged-list-is-whole", "xml-shape"}
    verification = verified(replayed({**answers, **changed}))
    assert differing(verification) == {}
    assert untold(verification).keys() == held
    verification = verified(replayed({**answers, **changed, **again}))
    assert differing(verification) == {}
    assert untold(verification).keys() == held | {"polls-agree"}


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
        found = differing(verified(replayed({**answers, **like(f"filter-{name}", "list")(answers)})))
        assert "filters-exact" in found, name


@pytest.mark.parametrize("correct_clock", [True, False])
def test_clock_that_is_an_hour_off(correct_clock: bool) -> None:
    date = f"date: {formatdate(time.time() + 3600, usegmt=True)}"
    refusal = answer(401, gateway_error("200", "Authentication Failed"), "application/json", date)
    with Wire([refusal, answer(200, list_answer([server_of("1")]), "application/json", date)]) as wire:
        keys = Credentials("NCPACCESSKEYEXAMPLE0", "anySecretKey")  # no real one
        with Client(keys, base_url=wire.url) as client:
            found = Sender(
                keys,
                httpx.URL(wire.url),
                client._transport,
                headers=client._http.headers,
                limits=client._settings.policy.limits(),
                region=None,
                contract=CONTRACT,
                correct_clock=correct_clock,
            ).send(CALLS[0], {})
        stamps = [int(received.header("x-ncp-apigw-timestamp")[0]) for received in wire.requests]

    assert (found.status, len(stamps)) == ((200, 2) if correct_clock else (401, 1))
    assert stamps[-1] / 1000 == pytest.approx(time.time() + 3600 * correct_clock, abs=60)
