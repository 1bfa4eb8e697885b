"""The page as Chromium shows it: current without a reload, and harmless whatever the requests were."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from ncp_mock._gateway.records import Record
from support.browser import Browser, chromium
from support.page_server import PageServer

KEY = "NCPACCESSKEYEXAMPLE0"
HOSTILE = (
    "/<script>document.title = 'executed'</script>"
    "\"'><img src=https://elsewhere.example/x onerror=\"document.title = 'executed'\">"
    "<link rel=stylesheet href=https://elsewhere.example/x><iframe src=https://elsewhere.example/></iframe>"
    "<base href=https://elsewhere.example/><meta http-equiv=refresh content='0;url=https://elsewhere.example/'>"
)


@pytest.fixture
def mock() -> Iterator[PageServer]:
    server = PageServer()
    yield server
    server.end()


@pytest.fixture(scope="module")
def one_browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def browser(one_browser: Browser) -> Browser:
    """The module's browser, with an empty window and empty logs."""
    one_browser.open("about:blank")
    one_browser.console()
    one_browser.requested()
    return one_browser


def accepted(number: int, target: str = "/vserver/v2/getRegionList") -> Record:
    return Record(number, f"2026-11-23T05:12:{number:02d}.123Z", "GET", target, 200, "accepted", "", None, None)


def refused(number: int, target: str = "/vserver/v2/getRegionList?responseFormatType=json") -> Record:
    expected = f"GET {target}\\n1700000000000\\n{KEY}"
    received = f"GET {target}\\n1700000000\\n{KEY}"
    explanation = "The timestamp is in seconds."
    time = f"2026-11-23T05:12:{number:02d}.123Z"
    return Record(number, time, "GET", target, 401, "seconds", explanation, expected, received)


def server(number: int, name: str = "결제-서버", operation: str = "NULL") -> dict[str, Any]:
    return {"serverInstanceNo": str(number), "serverName": name, "serverInstanceOperation": {"code": operation}}


def show(browser: Browser, mock: PageServer) -> None:
    """Open the page, and wait until it has been updated once."""
    browser.open(f"{mock.url}/__mock__/")
    wait_until(browser, "live")


def wait_until(browser: Browser, state: str) -> None:
    browser.wait_for(f"document.getElementById('status').dataset.state === '{state}'")


def wait_for_requests(browser: Browser, count: int) -> None:
    browser.wait_for(f"document.querySelectorAll('.request').length === {count}")


def text(browser: Browser, selector: str) -> list[str]:
    """What stands in each element of the page that ``selector`` matches."""
    js = "return [...document.querySelectorAll(arguments[0])].map(element => element.innerText)"
    texts: list[str] = browser.script(js, selector)
    return texts


def test_shows_fleet_and_verdicts(browser: Browser, mock: PageServer) -> None:
    mock.servers = [server(123458773), server(123458774, "web-2", "RESTA")]
    mock.records = [accepted(1), refused(2)]

    show(browser, mock)

    assert text(browser, ".server .name") == ["결제-서버", "web-2"]
    assert text(browser, ".server.busy .number") == ["123458774"]
    assert " ".join(text(browser, "#request-2 .verdict")[0].split()) == "✗ refused: seconds"
    assert text(browser, "#request-1 .verdict") == ["✓ accepted"]
    assert text(browser, ".why p") == ["The timestamp is in seconds."]
    assert mock.url in text(browser, "header")[0]
    assert KEY in text(browser, "header")[0]
    assert browser.console() == []


def test_styles_and_strings_to_sign(browser: Browser, mock: PageServer) -> None:
    mock.records = [refused(1, "/p")]
    show(browser, mock)

    browser.script("document.querySelector('.request summary').click()")

    assert text(browser, "ins") == ["1700000000000"]
    assert text(browser, "del") == ["1700000000"]
    left, right = browser.script(
        "return [...document.querySelectorAll('figure')].map(figure => figure.getBoundingClientRect().toJSON())"
    )
    assert left["top"] == right["top"]
    assert left["right"] < right["left"]
    newlines = browser.script(
        "return [...document.querySelectorAll('figure .newline')].map(newline => newline.getBoundingClientRect().top)"
    )
    assert newlines[0] < newlines[1]  # short as the string is, the stylesheet breaks the line after each


def test_updates_without_a_reload(browser: Browser, mock: PageServer) -> None:
    show(browser, mock)
    browser.script("window.loaded = 'once'")
    assert "No request yet" in text(browser, "#requests")[0]

    mock.records = [accepted(1)]
    wait_for_requests(browser, 1)
    mock.servers = [server(123458773, operation="RESTA")]
    browser.wait_for("document.querySelector('.server.busy')")
    mock.servers = [server(123458773)]
    browser.wait_for("document.querySelector('.server:not(.busy)')")

    assert browser.script("return window.loaded") == "once"
    assert browser.console() == []


def test_nothing_is_replaced_while_nothing_changes(browser: Browser, mock: PageServer) -> None:
    mock.records = [accepted(1)]
    show(browser, mock)

    browser.script(
        """document.querySelector('.request').kept = true;
        const real = window.fetch;
        window.answers = [];
        window.fetch = (...args) => real(...args).then(answer => (window.answers.push(answer.status), answer));"""
    )
    browser.wait_for("window.answers.length >= 3")

    assert set(browser.script("return window.answers")) == {304}
    assert browser.script("return document.querySelector('.request').kept")


def test_open_details_and_focus_stay(browser: Browser, mock: PageServer) -> None:
    mock.records = [refused(1), refused(2)]
    show(browser, mock)
    browser.script("const summary = document.querySelector('#strings-1 summary'); summary.focus(); summary.click()")

    mock.records = [refused(1), refused(2), refused(3)]
    wait_for_requests(browser, 3)

    opened = browser.script("return [...document.querySelectorAll('.request details[open]')].map(one => one.id)")
    assert opened == ["strings-1"]
    assert browser.script("return document.activeElement.id") == "summary-1"


def test_lines_do_not_move_under_the_reader(browser: Browser, mock: PageServer) -> None:
    mock.records = [refused(number) for number in range(1, 51)]
    show(browser, mock)
    position = "document.getElementById('request-10').getBoundingClientRect().top"
    browser.script("document.getElementById('request-10').scrollIntoView()")
    before = browser.script(f"return {position}")

    mock.records = [refused(number) for number in range(1, 56)]
    wait_for_requests(browser, 55)

    assert browser.script(f"return {position}") == pytest.approx(before, abs=1)


def test_new_requests_show_at_the_top(browser: Browser, mock: PageServer) -> None:
    mock.records = [refused(number) for number in range(1, 51)]
    show(browser, mock)

    mock.records = [refused(number) for number in range(1, 52)]
    wait_for_requests(browser, 51)

    assert browser.script("return scrollY") == 0
    assert browser.script("return [...document.querySelectorAll('.request.new')].map(one => one.id)") == ["request-51"]


def test_selected_text_stays_selected(browser: Browser, mock: PageServer) -> None:
    mock.records = [accepted(1)]
    show(browser, mock)
    browser.script("getSelection().selectAllChildren(document.querySelector('.target'))")

    mock.records = [accepted(1), accepted(2)]
    browser.wait_for("document.getElementById('status').textContent === 'paused while text is selected'")
    assert browser.script("return getSelection().toString()") == "/vserver/v2/getRegionList"

    browser.script("getSelection().removeAllRanges()")
    wait_for_requests(browser, 2)
    wait_until(browser, "live")


def test_end_of_the_mock_and_its_return(browser: Browser, mock: PageServer) -> None:
    mock.records = [accepted(1)]
    show(browser, mock)

    mock.end()
    try:
        browser.wait_for("document.getElementById('status').textContent === 'the mock has ended'")
        assert len(text(browser, ".request")) == 1
    finally:
        mock.restart()

    mock.records = [accepted(1), accepted(2)]
    wait_for_requests(browser, 2)
    wait_until(browser, "live")


def test_asks_nothing_while_the_tab_is_hidden(browser: Browser, mock: PageServer) -> None:
    show(browser, mock)
    browser.script(
        """const set = window.setTimeout, clear = window.clearTimeout;
        window.pending = new Set();
        window.setTimeout = (call, ms, ...args) => {
            const id = set(() => { window.pending.delete(id); call(...args); }, ms);
            if (ms === 500) window.pending.add(id);  // the page's own, not what waits for this test
            return id;
        };
        window.clearTimeout = id => { window.pending.delete(id); clear(id); };
        window.turn = hidden => {
            Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
            document.dispatchEvent(new Event('visibilitychange'));
            return true;
        };"""
    )

    # In one go, so that no question is under way: with none planned either, none will be asked.
    browser.wait_for("window.pending.size === 1 && window.turn(true)")
    assert browser.script("return window.pending.size") == 0
    assert text(browser, "#status") == ["paused"]

    mock.records = [accepted(1)]
    browser.script("window.turn(false)")
    wait_for_requests(browser, 1)
    wait_until(browser, "live")


def test_hostile_values_stay_text(browser: Browser, mock: PageServer) -> None:
    mock.records = [accepted(1, HOSTILE), refused(2, HOSTILE)]
    mock.servers = [server(1, HOSTILE)]
    show(browser, mock)
    title = browser.script("return document.title")

    mock.records = [accepted(1, HOSTILE), refused(2, HOSTILE), refused(3, HOSTILE)]
    wait_for_requests(browser, 3)

    assert text(browser, ".target") == [HOSTILE] * 3
    assert text(browser, ".server .name") == [HOSTILE]
    assert browser.script("return document.title") == title
    assert text(browser, "body :is(script, img, link, iframe, base, meta)") == []
    requested = browser.requested()
    assert {url for url in requested if not url.startswith((f"{mock.url}/__mock__/", "data:"))} == set()
    assert f"{mock.url}/__mock__/live" in requested
    assert browser.console() == []


def test_policy_holds_back_what_escaping_might_let_through(browser: Browser, mock: PageServer) -> None:
    show(browser, mock)

    browser.script("document.body.insertAdjacentHTML('beforeend', arguments[0])", HOSTILE)
    browser.wait_for("document.querySelector('body img').complete")

    assert browser.script("return document.title") != "executed"
    assert any("Content Security Policy" in message for message in browser.console())


@pytest.mark.parametrize("width", [360, 640], ids=["phone", "80 columns"])
def test_narrow_window_needs_no_scrolling_sideways(browser: Browser, mock: PageServer, width: int) -> None:
    mock.servers = [server(123458773), server(123458774, "x" * 500) | {"uptime": "2025-06-11T17:00:14+0900"}]
    mock.records = [refused(1, "/" + "x" * 500), replace(accepted(2), verdict="x" * 500, explanation="x" * 500)]
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.command("goog/cdp/execute", cmd="Emulation.setDeviceMetricsOverride", params=metrics)
    try:
        show(browser, mock)
        browser.script("document.querySelector('.request summary').click()")

        assert browser.script("return innerWidth") == width
        assert browser.script("return document.documentElement.scrollWidth") <= width
    finally:
        browser.command("goog/cdp/execute", cmd="Emulation.clearDeviceMetricsOverride", params={})


def test_everything_shows_without_javascript(browser: Browser, mock: PageServer) -> None:
    mock.records = [refused(1)]
    browser.command("goog/cdp/execute", cmd="Emulation.setScriptExecutionDisabled", params={"value": True})
    try:
        browser.open(f"{mock.url}/__mock__/")

        assert text(browser, "#status") == ["reloads every 2 seconds"]
        assert text(browser, "ins") == ["1700000000000"]
        assert browser.script("return document.querySelector('ins').checkVisibility()")
    finally:
        browser.command("goog/cdp/execute", cmd="Emulation.setScriptExecutionDisabled", params={"value": False})
