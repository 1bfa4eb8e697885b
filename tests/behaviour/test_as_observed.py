"""A mock that answers as a gateway was seen to, by a file of ``ncp-vserver verify --save``."""

import copy
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from ncp_mock import Mock, NcpMock, ObservedError
from ncp_mock.__main__ import _parser, _say_where
from ncp_signer import Credentials, signed_headers
from ncp_vserver import Client
from ncp_vserver._verify.calls import CALLS, JSON, Call
from ncp_vserver._verify.exchange import Exchange
from ncp_vserver._verify.saved import document
from ncp_vserver._verify.saving import write
from ncp_vserver._verify.sending import Sender
from support.mock_calls import signed
from support.mock_process import refused
from support.wire import Received, Wire, answer
from support.xml_values import as_xml

KEYS: Final = Credentials("NCPACCESSKEYEXAMPLE0", "NCPsecretKeyEXAMPLEfortestsonly0123456789")
NUMBER: Final = "123458773"
FACTS: Final = {"absent": "999999991", "serverInstanceNo": NUMBER}
DENIED: Final = {"status": 401, "body": {"error": {"errorCode": "210"}}}
RESTARTS: Final = [
    Call(
        name=name,
        topic="",
        operation="rebootServerInstances",
        query=f"serverInstanceNoList.1={{serverInstanceNo}}&{JSON}",
    )
    for name in ("restart", "restart-again")
]
NAMES: Final = [
    "list", "list-xml", "encoded-badly", "parameter-unknown", "detail-without-number", "detail-absent",
    "detail-absent-xml", "signature-wrong", "signature-wrong-xml", "headers-none", "path-unknown", "method-put",
]  # fmt: skip
SENT: Final = [*(call for call in CALLS if call.name in NAMES), *RESTARTS]


def verified(url: str) -> dict[str, Exchange]:
    """Some of the calls of a verification, and two restarts, with their responses."""
    with Client(KEYS, base_url=url, insecure_hosts=["127.0.0.1"]) as client:
        limits = client._settings.policy.limits()
        sender = Sender(KEYS, httpx.URL(url), client._transport, headers={}, limits=limits, region=None)
        return {call.name: sender.send(call, FACTS) for call in SENT}


def another_service(connection: socket.socket, received: Received) -> None:
    """A service that refuses in other words, the gateway's always in XML, and takes what it does not know."""
    status, envelope, fields = judged(received)
    is_json = dict(received.parameters).get("responseFormatType") == "json" and envelope != "error"
    body = json.dumps({envelope: fields}, indent=1) + "\n" if is_json else as_xml(envelope, fields)
    content_type = "application/json" if is_json else "text/xml; charset=utf-8"
    headers = ["server: another/2.0", f"x-trace: {len(body)}", "vary: origin", "vary: accept", "date: now"]
    answer(status, body, content_type, *headers)(connection, received)


def judged(received: Received) -> tuple[int, str, dict[str, Any]]:
    given, right = dict(received.parameters), dict[str, str]()
    if timestamp := received.header("x-ncp-apigw-timestamp"):
        right = signed_headers(KEYS, received.method, received.target, timestamp_ms=int(timestamp[0]))
    if received.operation not in ("getServerInstanceList", "getServerInstanceDetail", "rebootServerInstances"):
        return 200, "getNothingResponse", {"returnCode": "0"}
    if received.method == "PUT":
        return 501, "error", {"errorCode": "15", "message": "No such method"}
    if "%zz" in received.target:
        return 422, "error", {"errorCode": "16", "message": "Not to be read", "details": "%"}
    if not right:
        return 403, "error", {"errorCode": "17", "message": "Who is it?", "details": ""}
    if received.header("x-ncp-apigw-signature-v2") != [right["x-ncp-apigw-signature-v2"]]:
        return 403, "error", {"errorCode": "18", "message": "서명이 틀렸습니다", "details": "key 1 of 2"}
    if "serverInstanceNoList.1" in given:
        return 409, "responseError", {"returnCode": "1100099", "returnMessage": "One after the other"}
    if received.operation == "getServerInstanceDetail":
        known = "serverInstanceNo" in given
        text = {"returnCode": "404" if known else "901", "returnMessage": f"no such {'server' if known else 'request'}"}
        return 404 if known else 400, "responseError", text
    servers = [{"serverInstanceNo": NUMBER, "serverName": "web"}]
    return 200, "getServerInstanceListResponse", {"returnCode": "0", "serverInstanceList": servers}


def saved_to(file: Path, exchanges: dict[str, Exchange], url: str) -> dict[str, Any]:
    made = document(exchanges.values(), [], credentials=KEYS, gateway=httpx.URL(url))
    write(file, made)
    return made


@pytest.fixture(scope="module")
def seen() -> dict[str, Exchange]:
    with Wire([another_service]) as wire:
        return verified(wire.url)


@pytest.fixture
def file(seen: dict[str, Exchange], tmp_path: Path) -> Path:
    saved_to(tmp_path / "seen.json", seen, "http://127.0.0.1")
    return tmp_path / "seen.json"


def shown(exchange: Exchange) -> tuple[object, ...]:
    """What of a response the mock can have in common with another service."""
    value = exchange.value if exchange.envelope in ("error", "responseError") else exchange.envelope
    headers = [exchange.header("content-type"), exchange.header("server"), exchange.header("allow")]
    return exchange.status, exchange.format, value, *headers


def test_mock_answers_as_the_service_that_was_seen(seen: dict[str, Exchange], file: Path, tmp_path: Path) -> None:
    with Mock(observed=file, reboot_seconds=None) as mock:
        answered = verified(mock.url)
        notes = mock.observed
        page = httpx.get(f"{mock.url}/__mock__/").text

    not_taken = {"path-unknown", "parameter-unknown", "restart"}
    assert {name for name in seen if shown(seen[name]) != shown(answered[name])} == not_taken
    assert (answered["path-unknown"].status, answered["parameter-unknown"].status) == (404, 400)
    assert answered["signature-wrong"].value == {
        "error": {"errorCode": "18", "message": "서명이 틀렸습니다", "details": "key 1 of 2"}
    }
    assert {each.header("vary") for name, each in answered.items() if name not in not_taken} == {"origin, accept"}
    assert all(each.header("x-trace") is None for each in answered.values())
    layouts = [
        saved_to(tmp_path / "again.json", exchanges, "http://127.0.0.1")["exchanges"][0]["answer"]["layout"]
        for exchanges in (seen, answered)
    ]
    assert layouts == ['{\n "getServerInstanceListResponse": {…\n }\n}\n'] * 2
    assert (
        "authenticationFailed (403), authenticationMissing (403), methodNotAllowed (501), badRequest (422)" in notes[0]
    )
    assert notes[0].endswith("serverNotControllable (409), lists.")
    assert notes[1] == (
        "Not as observed: notFound (path-unknown: status 200, which is no refusal of NCP's),"
        " invalidParameter (parameter-unknown: status 200, which is no refusal of NCP's)."
    )
    assert all(note.replace("'", "&#39;") in page for note in notes)


def test_fault_that_was_seen(file: Path) -> None:
    with Mock(observed=file) as mock:
        mock.fail_next("authenticationFailed", retry_after=3)
        mock.fail_next("authenticationFailed", format="json")
        mock.fail_next("notFound")
        responses = [signed(mock, "GET", f"/vserver/v2/getServerInstanceList?{JSON}") for _ in range(3)]

    assert [each.status_code for each in responses] == [403, 403, 404]
    assert responses[0].headers["retry-after"] == "3"
    assert responses[0].text.startswith("<?xml")
    assert responses[1].json()["error"]["errorCode"] == "18"


def changed(file: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def answer_of(content: dict[str, Any], name: str) -> dict[str, Any]:
    [found] = [each["answer"] for each in content["exchanges"] if each["name"] == name]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda content: content.update(format=2), "it has format 2, and this mock reads format 1"),
        (lambda content: content.update(site="mine"), "its site is none of public, gov, fin, another"),
        (lambda content: content.update(date="tomorrow"), "Invalid isoformat string: 'tomorrow'"),
        (
            lambda content: content.pop("exchanges"),
            r"not as ncp-vserver verify --save writes them: KeyError\('exchanges'\)",
        ),
        (lambda content: content.update(exchanges=[7]), "not as ncp-vserver verify --save writes them: TypeError"),
        (lambda content: answer_of(content, "list").update(status="200"), "list has no status"),
        (lambda content: answer_of(content, "list-xml").update(status=700), "list-xml has no status"),
        (lambda content: answer_of(content, "list").update(format="html"), "or no format"),
        (lambda content: answer_of(content, "list").update(body=["a"]), "AttributeError"),
        (lambda content: answer_of(content, "list").update(headers=[["server"]]), "not enough values to unpack"),
        (lambda content: answer_of(content, "list").update(layout=7), "TypeError"),
        (lambda content: content.update(more="x" * 2**24), "it is larger than 16 MiB"),
    ],
)
def test_broken_file(file: Path, change: Callable[[dict[str, Any]], object], text: str) -> None:
    with pytest.raises(ObservedError, match=text), Mock(observed=str(changed(file, change))):
        pytest.fail("the mock would serve")


def test_command_says_why_it_does_not_start(tmp_path: Path) -> None:
    file = tmp_path / "seen.json"

    for text, reason in [
        (None, "No such file"),
        ("", "Expecting value"),
        ("[" * 100_000, "recursion"),
        ("[]", "TypeError"),
    ]:
        if text is not None:
            file.write_text(text)
        result = refused("--port", "0", "--observed", str(file))

        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr.startswith(f"the observations in {file} ")
        assert reason in result.stderr


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("detail-absent", DENIED, "status 401, code 210: the keys had"),
        ("method-put", {"status": 503, "body": {"error": {"errorCode": 500}}}, "status 503, code 500: a failure"),
        ("method-put", {"status": 429, "body": {"error": {"errorCode": "7"}}}, "status 429, code 7: a failure"),
        ("method-put", {"status": 302}, "status 302, which is no refusal"),
        ("method-put", {"body": {"error": "no"}}, "status 501, which is no refusal"),
        ("method-put", {"body": {"error": {"errorCode": "x" * 2001}}}, "status 501, which is no refusal"),
        ("method-put", {"body": {"error": {"errorCode": ["1"]}}}, "status 501, which is no refusal"),
        ("method-put", {"body": {"error": {}, "more": {}}}, "status 501, which is no refusal"),
        ("method-put", {"body": None, "format": None}, "status 501, which is no refusal"),
    ],
)  # fmt: skip
def test_what_is_no_refusal_is_not_taken(file: Path, name: str, change: dict[str, Any], reason: str) -> None:
    changed(file, lambda content: answer_of(content, name).update(change))

    with Mock(observed=file) as mock:
        notes, answered = mock.observed, verified(mock.url)[name]

    assert f"({name}: {reason}" in notes[1]
    assert answered.status == {"detail-absent": 400, "method-put": 405}[name]


def test_file_of_which_nothing_can_be_used(file: Path) -> None:
    changed(file, lambda content: [each.update(answer=None) for each in content["exchanges"]])

    with Mock(observed=file) as mock, Mock() as assumed:
        answered, expected = verified(mock.url), verified(assumed.url)
        notes = mock.observed

    assert notes[0].endswith("site another): nothing.")
    assert notes[1].count("no response") == 9
    assert {name: shown(each) for name, each in answered.items()} == {name: shown(expected[name]) for name in expected}


def test_refusals_that_only_look_like_a_failure_or_a_lack_of_permission_are_taken(file: Path) -> None:
    refusal = {"status": 400, "body": {"responseError": {"returnCode": "900", "returnMessage": "no"}}}

    def change(content: dict[str, Any]) -> None:
        answer_of(content, "detail-without-number").update(refusal)
        answer_of(content, "signature-wrong").update(DENIED)

    with Mock(observed=changed(file, change)) as mock:
        assert "authenticationFailed (401)" in mock.observed[0]
        assert "requiredFieldMissing (400)" in mock.observed[0]


def test_json_for_xml_and_null_are_taken(file: Path) -> None:
    refusal = {"errorCode": 15, "details": None}

    def change(content: dict[str, Any]) -> None:
        answer_of(content, "list-xml").update(format="json")
        answer_of(content, "method-put").update(format="json", body={"error": refusal})

    with Mock(observed=changed(file, change)) as mock:
        answered = verified(mock.url)

    assert answered["list-xml"].format == "json"
    assert answered["method-put"].value == {"error": refusal}


@pytest.mark.parametrize("difference", [{"status": 203}, {"body": {"acme": {}}}])
def test_list_of_somebody_else_is_no_model(file: Path, difference: dict[str, Any]) -> None:
    def change(content: dict[str, Any]) -> None:
        for name in ("list", "list-xml"):
            answer_of(content, name).update(difference)

    with Mock(observed=changed(file, change)) as mock:
        listed = verified(mock.url)["list"]

    assert listed.header("server") is None
    assert "lists" not in mock.observed[0]


def test_only_what_can_be_sent_is_taken(file: Path) -> None:
    headers = [
        ["server", "a\r\nb: c"],
        ["allow", "서버"],
        ["content-length", "3"],
        ["set-cookie", "a=b"],
        ["pragma", "no"],
    ]

    def change(content: dict[str, Any]) -> None:
        for name in ("list", "headers-none"):
            answer_of(content, name).update(headers=headers, layout="{…")

    changed(file, change)
    with Mock(observed=file) as mock:
        answered = verified(mock.url)

    for name in ("list", "headers-none"):
        kept = {header for header, _ in answered[name].headers}
        assert kept - {"date", "content-length", "content-type", "connection", "x-mock-explanation"} == {"pragma"}
    assert answered["list"].body.startswith(b'{"getServerInstanceListResponse": {"')
    assert answered["list"].header("content-type") == "application/json;charset=UTF-8"


def test_start_says_what_is_as_observed(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    arguments = _parser().parse_args(["--observed", str(file)])
    with Mock(observed=arguments.observed) as mock:
        for log_format in ("text", "json"):
            _say_where(mock, log_format, lax=False)
        notes = list(mock.observed)

    text, _, line = capsys.readouterr().out.rstrip().rpartition("\n")
    assert "\n".join(notes) in text
    assert json.loads(line)["observed"] == notes


def test_everything_as_observed_needs_no_second_note(file: Path, ncp_mock: NcpMock) -> None:
    refusal = {"returnCode": "5", "returnMessage": "no"}

    def change(content: dict[str, Any]) -> None:
        for name in ("path-unknown", "parameter-unknown"):
            answer_of(content, name).update(copy.deepcopy({"status": 400, "body": {"responseError": refusal}}))

    changed(file, change)
    with Mock(observed=file) as mock:
        assert len(mock.observed) == 1
    assert ncp_mock.observed == ()
