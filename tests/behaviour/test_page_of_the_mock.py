"""The page of a running mock, in Chromium: a newcomer's wrong signature, put right."""

import re

import httpx
from ncp_mock import NcpMock
from ncp_signer import Credentials, signed_headers
from support.browser import chromium
from support.mock_calls import PATH, reboot, signed


def test_from_the_first_mistake_to_the_restart(ncp_mock: NcpMock) -> None:
    ncp_mock.hold_reboots()
    with chromium() as browser:

        def texts(selector: str) -> list[str]:
            js = "return [...document.querySelectorAll(arguments[0])].map(element => element.textContent)"
            found: list[str] = browser.script(js, selector)
            return [" ".join(text.split()) for text in found]

        browser.open(f"{ncp_mock.url}/__mock__/")
        assert f"NCLOUD_API_GW={ncp_mock.url}" in browser.script("return document.body.textContent")
        assert len(texts(".server")) == 22
        assert texts(".request") == []

        ncp_mock.fail_next("skewedDate")  # the timestamp is ten minutes old by that clock
        reboot(ncp_mock, "123458773")
        signed(ncp_mock, "GET", f"{PATH}?serverInstanceNoList.1=1#fragment")
        browser.wait_for("document.querySelectorAll('.request').length === 2")
        verdicts = texts(".request .verdict")
        assert verdicts == ["✗ refused: unknown-server", "↯ fault skewedDate"]

        reboot(ncp_mock, "123458773")
        browser.wait_for("document.querySelectorAll('.server.busy').length === 2")
        assert re.search("123458773.*RUN.*RESTA.*rebooting", texts(".server.busy")[0])
        assert re.search("123458794.*INIT.*SETUP.*setting up", texts(".server.busy")[1])

        ncp_mock.finish_reboots()
        browser.wait_for("document.querySelectorAll('.server.busy').length === 1")
        assert texts(".request .verdict")[0] == "✓ accepted"
        assert browser.console() == []
        fetched = {url for url in browser.requested() if url.startswith("http")}
        assert fetched == {f"{ncp_mock.url}/__mock__/{name}" for name in ("", "live", "page.css", "page.js")}


def test_strings_to_sign_side_by_side(ncp_mock: NcpMock) -> None:
    headers = signed_headers(Credentials(ncp_mock.access_key, ncp_mock.secret_key), "GET", PATH)
    httpx.get(f"{ncp_mock.url}{PATH}?serverInstanceNoList.1=123458773", headers=headers)

    with chromium() as browser:
        browser.open(f"{ncp_mock.url}/__mock__/")
        marked = browser.script("return [...document.querySelectorAll('.strings ins')].map(each => each.textContent)")
        shown = browser.script("return [...document.querySelectorAll('.strings pre')].map(each => each.textContent)")
        page = browser.script("return document.documentElement.outerHTML")

    assert marked == ["?serverInstanceNoList.1=123458773"]
    assert [text.partition("\\n")[0] for text in shown] == [
        f"GET {PATH}?serverInstanceNoList.1=123458773",
        f"GET {PATH}",
    ]
    assert ncp_mock.secret_key not in page


def test_behaviour_of_a_server(ncp_mock: NcpMock) -> None:
    shown = "[...document.querySelectorAll('.server .behaviour')].map(each => each.textContent).join()"

    with chromium() as browser:
        browser.open(f"{ncp_mock.url}/__mock__/")
        assert browser.script(f"return {shown}") == ""
        ncp_mock.behave("123458774", list_lag=2, restart_fails=True)
        browser.wait_for(f"{shown} === 'lags 2 polls, fails'")
        ncp_mock.reset()
        browser.wait_for(f"{shown} === ''")
