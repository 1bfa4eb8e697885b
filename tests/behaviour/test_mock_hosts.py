"""The mock where other machines and containers reach it: where it listens, and what it says of that."""

import json
import logging
import signal

import httpx
import pytest
from ncp_mock import Mock, MockError, NcpMock
from support.mock_calls import reboot
from support.mock_process import COMMAND, mock_process
from support.patience import PATIENCE

ALL = "0.0.0.0"  # noqa: S104 - that is tested
WARNING = (
    "ANYONE ON THE NETWORK can use and control this mock: it listens on {}, not on loopback alone. Other machines and"
    " containers reach it by the name or an address of this one; in Docker Compose the name is the service's, as in"
    " http://mock:{}"
)


@pytest.mark.parametrize(
    ("host", "url", "listens_on"),
    [
        (ALL, "http://127.0.0.1:", ALL),
        ("::", "http://[::1]:", "::"),
        ("::1", "http://[::1]:", None),
        ("127.0.0.2", "http://127.0.0.2:", None),
        ("localhost", "http://localhost:", None),
    ],
)
def test_warns_where_it_listens_on_more_than_loopback(
    caplog: pytest.LogCaptureFixture, host: str, url: str, listens_on: str | None
) -> None:
    with Mock(host=host) as mock:
        assert mock.url.startswith(url)
        assert mock.environment["NCLOUD_API_GW"] == mock.url
        assert reboot(mock, "123458773").status_code == 200

    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert warnings == ([] if listens_on is None else [WARNING.format(listens_on, httpx.URL(mock.url).port)])


@pytest.mark.usefixtures("no_prism")
@pytest.mark.parametrize("form", ["text", "json"])
def test_command_warns_too(form: str) -> None:
    with mock_process(*COMMAND, "--host", ALL, "--log-format", form) as (process, url):
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=PATIENCE)

    warning = WARNING.format(ALL, httpx.URL(url).port)
    last = output.splitlines()[-1]
    assert last.endswith(warning) if form == "text" else json.loads(last) == {"problem": warning}


def test_by_another_name(ncp_mock: NcpMock) -> None:
    # As a container on the same network asks: by the name of the service.
    with httpx.Client(base_url=f"{ncp_mock.url}/__mock__/", headers={"host": "mock:4010"}) as client:
        assert client.post("hold").status_code == 200
        assert client.get("servers").json() == ncp_mock.servers
        assert "export NCLOUD_API_GW=http://mock:4010\n" in client.get("").text
        # Whoever has a name of theirs resolved to this address does not become the mock's own page by that.
        assert client.post("reset", headers={"origin": "http://mock:4010"}).status_code == 403


@pytest.mark.parametrize("host", ["$(id)", "a b", "a/b", "<b>", "[::1", "a:b", ""])
def test_page_shows_no_name_that_is_none(ncp_mock: NcpMock, host: str) -> None:
    page = httpx.get(f"{ncp_mock.url}/__mock__/", headers={"host": host})

    assert f"export NCLOUD_API_GW={ncp_mock.url}\n" in page.text


@pytest.mark.parametrize(
    ("host", "port"),
    [("127.0.0.1", 70000), ("127.0.0.1", -1), ("a..b", 0), ("a" * 70, 0), ("a\0b", 0), ("192.0.2.1", 0)],
    ids=["port-too-large", "port-negative", "empty-label", "long-label", "nul", "not-ours"],
)
def test_address_that_is_none(host: str, port: int) -> None:
    with pytest.raises(MockError, match="the mock cannot listen on"), Mock(host=host, port=port):
        pass
