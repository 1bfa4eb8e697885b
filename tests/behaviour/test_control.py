"""What can be asked of the mock itself, over HTTP."""

import httpx
import pytest
from ncp_mock import NcpMock
from support.mock_calls import PATH, reboot

NUMBER = "123458773"
TARGET = f"{PATH}?serverInstanceNoList.1={NUMBER}&responseFormatType=json"


def test_web_pages_of_others_cannot_control_the_mock(ncp_mock: NcpMock) -> None:
    statuses = [
        httpx.post(f"{ncp_mock.url}/__mock__/{name}", headers={"origin": origin}).status_code
        for name in ("reset", "hold", "faults", "behaviours")
        for origin in ("https://elsewhere.example", "null", ncp_mock.url)
    ]

    # Without a body, the mock's own page is told that the content type is another.
    assert statuses == [403, 403, 200, 403, 403, 200, 403, 403, 415, 403, 403, 415]


def test_over_http(ncp_mock: NcpMock) -> None:
    fault = {"fault": 429, "times": 2, "retryAfter": 3, "executed": True, "format": "xml"}
    with httpx.Client(base_url=ncp_mock.url + "/__mock__/") as client:
        assert client.post("faults", json=fault).json() == [{"fault": "throttleLimited", "times": 2}]
        assert client.post("hold").json() == ncp_mock.servers
        answers = [reboot(ncp_mock, NUMBER)]
        assert client.get("faults").json() == [{"fault": "throttleLimited", "times": 1}]
        assert client.get("servers").json()[0]["serverInstanceStatusName"] == "rebooting"
        assert client.post("finish").json()[0]["serverInstanceStatusName"] == "running"
        record = client.get("requests").json()["requests"][-1]
        assert client.post("reset").json() == []
        assert client.get("requests").json()["requests"] == []

    assert (answers[0].status_code, answers[0].headers["retry-after"]) == (429, "3")
    assert answers[0].text.startswith("<?xml")
    assert record["verdict"] == "fault throttleLimited"
    assert record["target"] == TARGET


def test_faults_of_some_requests_over_http(ncp_mock: NcpMock) -> None:
    one = {"fault": "endpointError", "times": 1, "operation": "rebootServerInstances"}
    some = {"fault": "badGateway", "times": 9, "operation": "stopServerInstances", "share": 0.5}
    with httpx.Client(base_url=ncp_mock.url + "/__mock__/") as client:
        client.post("faults", json=one)
        assert client.post("faults", json=some | {"seed": 4}).json() == [one, some]
        httpx.get(f"{ncp_mock.url}/vserver/v2/getServerInstanceList")
        assert reboot(ncp_mock, NUMBER).status_code == 503
        assert client.get("faults").json() == [some]


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"fault=503", 415),
        ("text/plain", b'{"fault": 503}', 415),
        ("application/json", b"{", 400),
        ("application/json", b"[]", 400),
        ("application/json", b"{}", 400),
        ("application/json", b'{"fault": 503, "colour": "red"}', 400),
        ("application/json", b'{"fault": 503, "times": "many"}', 400),
        ("application/json", b'{"fault": {}}', 400),
        ("application/json", b"\xff", 400),
        ("application/json", b"[" * 100_000, 400),
    ],
)
def test_malformed_fault_over_http(ncp_mock: NcpMock, content_type: str, body: bytes, status: int) -> None:
    url = f"{ncp_mock.url}/__mock__/faults"

    response = httpx.post(url, content=body, headers={"content-type": content_type})

    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/plain")
    assert httpx.get(url).json() == []


def test_behaviours_over_http(ncp_mock: NcpMock) -> None:
    failing = {"serverInstanceNo": NUMBER, "restartSeconds": 0, "restartFails": True}
    other = {"serverInstanceNo": "123458774", "listLag": "3s"}
    with httpx.Client(base_url=ncp_mock.url + "/__mock__/") as client:
        assert client.get("behaviours").json() == []
        assert client.post("behaviours", json=other).json() == [other]
        assert client.post("behaviours", json=failing).json() == [failing, other]
        assert client.post("behaviours", json={"serverInstanceNo": 123458774, "listLag": 0}).json() == [failing]
        assert reboot(ncp_mock, NUMBER).status_code == 200
        assert client.get("servers").json()[0]["serverInstanceStatusName"] == "restart failed"
        client.post("reset")
        assert client.get("behaviours").json() == []
        assert client.get("servers").json()[0]["serverInstanceStatusName"] == "running"


@pytest.mark.parametrize(
    ("content_type", "body", "status", "problem"),
    [
        ("application/x-www-form-urlencoded", b"serverInstanceNo=123458773", 415, "application/json"),
        ("text/plain", b'{"serverInstanceNo": "123458773", "vanishes": true}', 415, "application/json"),
        ("application/json", b"{", 400, 'an object such as {"serverInstanceNo": "123458773", "restartFails": true}'),
        ("application/json", b"[]", 400, "with any of restartSeconds, seed, listLag, restartFails, neverRestarts,"),
        ("application/json", b"{}", 400, "must be an object"),
        ("application/json", b'{"vanishes": true}', 400, "must be an object"),
        ("application/json", b'{"serverInstanceNo": "5", "vanishes": true}', 400, "the fleet has no server '5'"),
        ("application/json", b'{"serverInstanceNo": {}, "vanishes": true}', 400, "the fleet has no server"),
        ("application/json", b'{"serverInstanceNo": "123458773", "vanish": true}', 400, "is 'vanishes' meant?"),
        ("application/json", b'{"serverInstanceNo": "123458773", "vanishes": 1}', 400, "must be true or false, not 1"),
        ("application/json", b'{"serverInstanceNo": "123458773", "nulls": [{}]}', 400, "nulls must be a list"),
        ("application/json", b"\xff", 400, "must be an object"),
        ("application/json", b"[" * 100_000, 400, "must be an object"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_malformed_behaviour_over_http(
    ncp_mock: NcpMock, content_type: str, body: bytes, status: int, problem: str
) -> None:
    url = f"{ncp_mock.url}/__mock__/behaviours"

    response = httpx.post(url, content=body, headers={"content-type": content_type})

    assert response.status_code == status
    assert problem in response.text
    assert response.headers["content-type"].startswith("text/plain")
    assert httpx.get(url).json() == []


@pytest.mark.parametrize(("method", "name", "status"), [("GET", "none", 404), ("POST", "", 405), ("GET", "reset", 405)])
def test_elsewhere_below_the_prefix(ncp_mock: NcpMock, method: str, name: str, status: int) -> None:
    response = httpx.request(method, f"{ncp_mock.url}/__mock__/{name}")

    assert response.status_code == status
    assert ncp_mock.requests == []


def test_page_without_the_last_slash(ncp_mock: NcpMock) -> None:
    response = httpx.get(f"{ncp_mock.url}/__mock__", follow_redirects=True)

    assert response.url == f"{ncp_mock.url}/__mock__/"
    assert "<h1>NCP mock</h1>" in response.text
