"""A headless Chromium, driven through chromedriver by the W3C WebDriver protocol."""

import base64
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from .processes import running

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOGS = {"browser": "ALL", "performance": "ALL"}
STARTED = re.compile(r"started successfully on port (\d+)")


class Browser:
    """One window of it."""

    def __init__(self, session: httpx.Client) -> None:
        self._session = session

    def open(self, url: str) -> None:
        self.command("url", url=url)

    def script(self, js: str, *args: Any) -> Any:
        """What the function body ``js`` returns."""
        return self.command("execute/sync", script=js, args=args)

    def wait_for(self, js: str, timeout: float = 10) -> Any:
        """The first true value of the expression ``js``, which the page itself evaluates again and again."""
        look = f"const value = ({js}); if (value) arguments[0](value); else setTimeout(look, 20, arguments[0]);"
        self.command("timeouts", script=round(timeout * 1000))
        try:
            return self.command("execute/async", script=f"function look() {{ {look} }} look(arguments[0]);", args=[])
        except TimeoutError:
            text = self.script("return document.body.innerText")
            raise AssertionError(f"not true within {timeout:g} seconds: {js}\nThe page:\n{text}") from None

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._value(self._session.get("screenshot"))))

    def console(self) -> list[str]:
        """The console's messages since the last call, violations of the content security policy among them."""
        return [entry["message"] for entry in self.command("se/log", type="browser")]

    def requested(self) -> list[str]:
        """The URLs of the requests since the last call, also of those that were held back."""
        events = [json.loads(entry["message"])["message"] for entry in self.command("se/log", type="performance")]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def command(self, name: str, **parameters: Any) -> Any:
        """Any command of the protocol, or of chromedriver."""
        return self._value(self._session.post(name, json=parameters))

    def _value(self, response: httpx.Response) -> Any:
        value = response.json()["value"]
        if response.is_success:
            return value
        kind = TimeoutError if value["error"] == "script timeout" else RuntimeError
        raise kind(f"{value['error']}: {value['message']}")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A new browser with an empty profile. Skips where it is not installed, except in CI, where it fails."""
    if not (shutil.which("chromedriver") and (shutil.which("chromium") or shutil.which("google-chrome"))):
        reason = "chromedriver and chromium are not on the PATH: the page is not tried in a browser"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as home, _driver(home) as url:
        options = {"args": [*FLAGS, f"--user-data-dir={home}/profile"]}
        wanted = {"proxy": {"proxyType": "direct"}, "goog:chromeOptions": options, "goog:loggingPrefs": LOGS}
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as session:
            response = session.post("/session", json={"capabilities": {"alwaysMatch": wanted}})
            assert response.is_success, response.text
            session.base_url = session.base_url.join(f"/session/{response.json()['value']['sessionId']}")
            yield Browser(session)


@contextlib.contextmanager
def _driver(home: str) -> Iterator[str]:
    """The URL of a chromedriver. It ends with the block, and with it every browser that it started."""
    environment = os.environ | {"HOME": home}
    with subprocess.Popen(
        ["chromedriver", "--port=0"], env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        try:
            port = next((match[1] for line in process.stdout if (match := STARTED.search(line))), None)
            assert port is not None, "chromedriver did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # the browser belongs to the same group
            while running(process.pid):
                pass  # killed, and gone in a moment; only then can the folder be removed
