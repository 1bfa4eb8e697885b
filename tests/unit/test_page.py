"""What the page says, and that nothing in it is taken for markup."""

import dataclasses
import html
import re
import time
from typing import Any

import pytest
from ncp_mock._fleet.behaviour import Behaviour, Lag
from ncp_mock._gateway.records import Record
from ncp_mock._page import page as _page
from support.html_elements import ELEMENTS, Elements

URL = "http://127.0.0.1:4010"
KEY = "NCPACCESSKEYEXAMPLE0"
STRING = f"GET /vserver/v2/getRegionList?responseFormatType=json\\n1700000000000\\n{KEY}"
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}&amp;"

ACCEPTED = Record(
    1, "2026-11-23T05:12:45.123Z", "GET", "/vserver/v2/getRegionList", 200, "accepted", "", STRING, STRING
)
REFUSED = Record(
    2, "2026-11-23T05:12:46.000Z", "GET", "/refused", 401, "query-not-signed", "No query.", STRING, "GET /\\n1\\nKEY"
)
SERVER = {
    "serverInstanceNo": "123458773",
    "serverName": "결제-서버",
    "zoneCode": "KR-1",
    "serverInstanceStatus": {"code": "RUN", "codeName": "Server RUN status"},
    "serverInstanceOperation": {"code": "RESTA", "codeName": "Server RESTART OP"},
    "serverInstanceStatusName": "rebooting",
    "uptime": "2025-06-11T17:00:14+0900",
}


def live(*records: Record, servers: Any = ()) -> str:
    return _page.live(records, servers).decode()


def refusal(expected: str | None, received: str | None) -> Record:
    return dataclasses.replace(REFUSED, expected_string_to_sign=expected, received_string_to_sign=received)


def strings(expected: str, received: str) -> list[str]:
    """How the page shows the two, without what it puts around a newline."""
    shown = re.findall(r"<pre><code>(.*?)</code></pre>", live(refusal(expected, received)), re.DOTALL)
    return [html.unescape(text.replace('<span class="newline">\\n</span>', "\\n")) for text in shown]


def test_whole_page_holds_what_later_comes_alone() -> None:
    whole = _page.page([ACCEPTED, REFUSED], [SERVER], URL, KEY).decode()

    assert f'<main id="live">\n{live(ACCEPTED, REFUSED, servers=[SERVER])}</main>' in whole
    assert f"<code>{URL}</code>" in whole
    assert f"<code>{KEY}</code>" in whole
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in whole
    assert whole.startswith('<!doctype html>\n<html lang="en">')
    assert Elements(whole).seen


def test_no_script_or_style_in_the_page_itself() -> None:
    whole = _page.page([ACCEPTED, REFUSED], [SERVER], URL, KEY).decode()

    for tag, attributes in Elements(whole).seen:
        assert tag != "style"
        assert tag != "script" or attributes.keys() == {"src", "type"}
        assert not any(name == "style" or name.startswith("on") for name in attributes)


def test_fleet() -> None:
    text = live(
        servers=[SERVER, SERVER | {"serverInstanceOperation": {"code": "NULL"}, "serverInstanceStatusName": ""}]
    )

    assert "2 servers, <strong>1 busy</strong>" in text
    assert text.count('class="server busy"') == 1
    for value in ("123458773", "결제-서버", "KR-1", "RUN", "RESTA", "2025-06-11T17:00:14+0900"):
        assert f">{value}</t" in text


def test_behaviour_of_a_server() -> None:
    behaviours = {"123458773": Behaviour(list_lag=Lag(polls=2), restart_fails=True), "1": Behaviour(vanishes=True)}
    fleet = [SERVER, SERVER | {"serverInstanceNo": "2", "serverName": "two"}]

    text = _page.live([], fleet, behaviours).decode()

    assert '<td class="name">결제-서버 <small class="behaviour">lags 2 polls, fails</small></td>' in text
    assert '<td class="name">two</td>' in text
    assert "vanishes" not in text
    assert text in _page.page([], fleet, URL, KEY, behaviours).decode()


@pytest.mark.parametrize(
    ("operation", "is_busy"), [("RESTA", True), ("START", True), ("SHTDN", True), ("SETUP", True), ("NULL", False)]
)
def test_server_with_an_operation_under_way_stands_out(operation: str, is_busy: bool) -> None:
    server = SERVER | {"serverInstanceOperation": {"code": operation}}

    assert ('class="server busy"' in live(servers=[server])) is is_busy


def test_newest_request_comes_first() -> None:
    assert re.findall(r'id="request-(\d+)"', live(ACCEPTED, REFUSED)) == ["2", "1"]


def test_accepted_and_refused_differ_without_colour() -> None:
    text = live(ACCEPTED, REFUSED)

    assert '<span class="sign" aria-hidden="true">✓</span> accepted</td>' in text
    assert (
        '<span class="sign" aria-hidden="true">✗</span> <span class="spoken">refused: </span>query-not-signed</td>'
        in text
    )
    assert "<p>No query.</p>" in text
    assert text.count("<details") == 1  # none for the accepted one


def test_connection_that_was_reset() -> None:
    assert '<td class="status">reset</td>' in live(dataclasses.replace(ACCEPTED, status=None))


@pytest.mark.parametrize("name", ["method", "target", "verdict", "explanation", "time"])
def test_hostile_request(name: str) -> None:
    changed: dict[str, Any] = {name: HOSTILE}
    check_harmless(live(dataclasses.replace(REFUSED, **changed)))


@pytest.mark.parametrize(
    ("expected", "received"),
    [(HOSTILE, None), (HOSTILE, STRING), (STRING, HOSTILE), (HOSTILE, HOSTILE)],
    ids=["expected alone", "expected", "received", "both"],
)
def test_hostile_string_to_sign(expected: str, received: str | None) -> None:
    elements = Elements(live(refusal(expected, received)))

    assert {tag for tag, _ in elements.seen} <= ELEMENTS
    assert HOSTILE in "".join(elements.texts)


@pytest.mark.parametrize("name", sorted(SERVER))
def test_hostile_server(name: str) -> None:
    value = {"code": HOSTILE} if isinstance(SERVER[name], dict) else HOSTILE
    check_harmless(live(servers=[SERVER | {name: value}]))


def test_hostile_address() -> None:
    harmless = Elements(_page.page([], [], URL, KEY).decode())
    elements = Elements(_page.page([], [], HOSTILE, HOSTILE).decode())

    assert [tag for tag, _ in elements.seen] == [tag for tag, _ in harmless.seen]
    assert elements.texts.count(HOSTILE) == 2


def check_harmless(text: str) -> None:
    elements = Elements(text)
    assert {tag for tag, _ in elements.seen} <= ELEMENTS
    assert not any(name.startswith("on") for _, attributes in elements.seen for name in attributes)
    assert any(HOSTILE in data for data in elements.texts)  # escaped, and escaped once


def test_lone_surrogate() -> None:
    assert "name-\\ud800" in live(servers=[{"serverName": "name-\ud800"}])


def test_control_characters_are_visible() -> None:
    assert "/a␀␍␡b" in live(dataclasses.replace(ACCEPTED, target="/a\0\r\x7fb"))


@pytest.mark.parametrize(
    "server",
    [{}, dict.fromkeys(SERVER), {"serverInstanceStatus": "RUN", "serverInstanceOperation": {}}],
    ids=["empty", "null", "other types"],
)
def test_missing_fields(server: dict[str, Any]) -> None:
    text = live(servers=[server])

    assert text.count('<span class="missing">–</span>') == 7
    assert "None" not in text


def test_empty_state_says_what_to_do() -> None:
    text = _page.page([], [], "http://127.0.0.1:4010/a b", KEY).decode()

    assert "No request yet" in text
    assert '<details id="environment" open>' in text
    assert html.unescape(text).count("\nexport NCLOUD_") == 2
    assert "<code>export NCLOUD_API_GW=&#39;http://127.0.0.1:4010/a b&#39;\n" in text
    assert f"\nexport NCLOUD_ACCESS_KEY_ID={KEY}\n" in text
    assert "\nexport NCLOUD_SECRET_ACCESS_KEY=…</code>" in text
    assert "No request yet" not in live(ACCEPTED)
    assert '<details id="environment">' in _page.page([ACCEPTED], [], URL, KEY).decode()


@pytest.mark.parametrize(
    ("expected", "received", "shown"),
    [
        (
            "GET /p\\n1700000000000\\nKEY",
            "GET /p\\n1700000000\\nKEY",
            ["GET /p\\n<ins>1700000000000</ins>\\nKEY", "GET /p\\n<del>1700000000</del>\\nKEY"],
        ),
        (
            "GET /p?a=1\\n17\\nKEY",
            "GET /p\\n17\\nKEY",
            ["GET /p<ins>?a=1</ins>\\n17\\nKEY", "GET /p<del></del>\\n17\\nKEY"],
        ),
        (
            "GET /p?a=%20b\\n17\\nKEY",
            "POST /p?a=+b\\n17\\nKEY",
            ["<ins>GET</ins> /p?a=<ins>%20</ins>b\\n17\\nKEY", "<del>POST</del> /p?a=<del>+</del>b\\n17\\nKEY"],
        ),
        (
            "GET /p\\n17\\nKEY",
            "GET /p\\n17KEY",
            ["GET /p\\n<ins>17\\nKEY</ins>", "GET /p\\n<del>17KEY</del>"],
        ),
        ("abc", "", ["<ins>abc</ins>", "<del></del>"]),
    ],
    ids=["seconds", "query left out", "method and encoding", "newline left out", "nothing signed"],
)
def test_differences_are_marked(expected: str, received: str, shown: list[str]) -> None:
    assert strings(expected, received) == shown


def test_strings_that_agree() -> None:
    assert strings(STRING, STRING) == [STRING, STRING]
    assert "The two are the same" in live(refusal(STRING, STRING))
    assert "The two are the same" not in live(REFUSED)


def test_right_signature_is_of_no_interest_where_something_else_is_wrong() -> None:
    record = dataclasses.replace(refusal(STRING, STRING), status=400)

    assert "<details" in live(refusal(STRING, STRING))
    assert "<details" not in live(record)


def test_received_string_unknown() -> None:
    text = live(refusal(STRING, None))

    assert text.count("<pre>") == 1
    assert "could not be worked out" in text
    assert "<ins>" not in text


def test_no_strings_where_signatures_play_no_part() -> None:
    assert "<details" not in live(refusal(None, None))


@pytest.mark.parametrize(
    ("expected", "received"),
    [
        ("a" * 1_000_000, "b" * 1_000_000),
        ("a." * 500_000, ".a" * 499_999),
        ("=" * 60_000 + "1", "=" * 60_000 + "2"),
        (("a b " * 37 + "c ") * 2, ("b a " * 37 + "d ") * 2),
        ("\\n" * 100_000, "\n" * 100_000),
        (("a" * 1900 + " ") * 100, ("b" * 1900 + " ") * 100),
    ],
    ids=["one token", "many tokens", "long beginning", "confusable", "newlines", "few but long tokens"],
)
def test_huge_strings_are_bounded(expected: str, received: str) -> None:
    started = time.process_time()
    text = live(dataclasses.replace(refusal(expected, received), target=expected, explanation=received))

    assert len(text) < 150_000
    assert time.process_time() - started < 5
    assert Elements(text).seen


def test_cut_text_shows_both_ends_and_the_difference() -> None:
    [expected, received] = strings("begin" + "=" * 10_000 + "1end", "begin" + "=" * 10_000 + "2end")

    assert expected.startswith("begin==")
    assert '<span class="cut">… 8,005 characters …</span>' in expected
    assert expected.endswith("==<ins>1end</ins>")
    assert received.endswith("==<del>2end</del>")


def test_difference_before_a_long_end() -> None:
    [expected, received] = strings("1" + "=" * 10_000, "2" + "=" * 10_000)

    assert expected.startswith("<ins>1</ins>==")
    assert received.startswith("<del>2</del>==")


@pytest.mark.parametrize(("words", "marks"), [(100, 100), (200, 1)], ids=["few", "many"])
def test_many_differences_are_marked_as_one(words: int, marks: int) -> None:
    [expected, received] = strings("a " * words, "b " * words)

    assert expected.count("<ins>") == marks
    assert received.count("<del>") == marks
