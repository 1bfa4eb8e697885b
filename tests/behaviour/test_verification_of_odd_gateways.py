"""What ``ncp-vserver verify`` makes of answers that say nothing, and how it sends what is wrong on purpose."""

import time
from dataclasses import replace
from email.utils import formatdate

import httpx
import pytest
from ncp_mock import Mock
from ncp_vserver import Client, Credentials
from ncp_vserver._requests.attempt import LARGEST_RESPONSE
from ncp_vserver._verify.calls import CALLS, Call
from ncp_vserver._verify.exchange import Exchange
from ncp_vserver._verify.facts import Facts, facts_of
from ncp_vserver._verify.sending import Sender
from ncp_vserver._verify.verification import Verification
from support.contrary import (
    Answers,
    all_of,
    answered,
    html,
    of_servers,
    refused,
)
from support.outcomes import gateway_error
from support.verifications import asking, differing, replayed, rest, sender, untold, verified
from support.wire import Wire, answer, list_answer, raw, server as server_of, silence


def test_proxy_that_answers_for_the_gateway_ends_it(answers: Answers) -> None:
    verification = verified(replayed({**answers, **html("list")(answers)}))

    assert list(verification.exchanges) == ["list"]
    assert differing(verification) == {}
    assert set(untold(verification).values()) == {"list: 403, text/html", "list: 403, text/html, no response of NCP's"}


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
    lost = {"signature-v1": Exchange(answers["signature-v1"].call, "/", None, 0.0, error=httpx.ReadTimeout("no"))}
    verification = verified(replayed({**answers, **lost}))

    assert untold(verification) == {"signature-v1-accepted": "signature-v1: no response (ReadTimeout: no)"}


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


def test_answers_that_do_not_come() -> None:
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
            found = [asking(keys, wire.url, client).send(CALLS[0], {}) for _ in range(4)]

    assert [str(each) for each in found] == [
        "no response (ReadError: the response is larger than 32 MiB)",
        "200, application/xml",
        "200, text/html",
        "no response (ReadTimeout: timed out)",
    ]


@pytest.mark.parametrize(("ahead", "body"), [(3600, b'{"error": {}}'), (200, b"<html/>")], ids=["hour", "proxy"])
def test_date_of_another_clock_is_not_signed_with(ahead: int, body: bytes) -> None:
    keys = Credentials("NCPACCESSKEYEXAMPLE0", "anySecretKey")  # no real one
    stamps: list[int] = []

    def reply(request: httpx.Request) -> httpx.Response:
        stamps.append(int(request.headers["x-ncp-apigw-timestamp"]))
        return httpx.Response(400, content=body, headers={"date": formatdate(time.time() + ahead, usegmt=True)})

    sending = Sender(
        keys,
        httpx.URL("http://127.0.0.1"),
        httpx.MockTransport(reply),
        headers={},
        limits={},
        region=None,
    )
    for _ in range(2):
        sending.send(CALLS[0], {})

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


@pytest.mark.parametrize("correct_clock", [True, False])
def test_clock_that_is_an_hour_off(correct_clock: bool) -> None:
    date = f"date: {formatdate(time.time() + 3600, usegmt=True)}"
    refusal = answer(401, gateway_error("200", "Authentication Failed"), "application/json", date)
    with Wire([refusal, answer(200, list_answer([server_of("1")]), "application/json", date)]) as wire:
        keys = Credentials("NCPACCESSKEYEXAMPLE0", "anySecretKey")  # no real one
        with Client(keys, base_url=wire.url) as client:
            found = asking(keys, wire.url, client, correct_clock=correct_clock).send(CALLS[0], {})
        stamps = [int(received.header("x-ncp-apigw-timestamp")[0]) for received in wire.requests]

    assert (found.status, len(stamps)) == ((200, 2) if correct_clock else (401, 1))
    assert stamps[-1] / 1000 == pytest.approx(time.time() + 3600 * correct_clock, abs=60)
