"""Failures on demand: as they are asked for, on the wire, and as the clients report them."""

import email.utils
import re
import socket
import time
from collections import Counter

import httpx
import pytest
from ncp_mock import Mock, NcpMock
from ncp_vserver import OutcomeUnknownError, RejectedError
from support.calls import BOTH, Reboot
from support.contract import CONTRACT
from support.mock_calls import PATH, exchange, raw_request, reboot, signed
from support.patience import PATIENCE

NUMBER = "123458773"
OPERATIONS = ", ".join(sorted(path.rpartition("/")[2] for path in CONTRACT["paths"]))
TARGET = f"{PATH}?serverInstanceNoList.1={NUMBER}&responseFormatType=json"


def restarted(mock: NcpMock) -> bool:
    """Whether the request was carried out, whatever came back."""
    return bool(mock.servers[0]["serverInstanceOperation"]["code"] == "RESTA")


@pytest.mark.parametrize("executed", [False, True])
def test_error_strikes_as_often_as_it_is_told_to(ncp_mock: NcpMock, executed: bool) -> None:
    ncp_mock.hold_reboots()
    ncp_mock.fail_next("endpointError", times=2, executed=executed)

    statuses = [reboot(ncp_mock, number).status_code for number in (NUMBER, "123458774", "123458775")]

    assert statuses == [503, 503, 200]
    assert restarted(ncp_mock) is executed


def test_faults_strike_in_their_order(ncp_mock: NcpMock) -> None:
    ncp_mock.fail_next(429)
    ncp_mock.fail_next("badGateway", times=2)
    ncp_mock.fail_next("unknownStatus")

    assert [reboot(ncp_mock, NUMBER).status_code for _ in range(5)] == [429, 502, 502, 520, 200]


@pytest.mark.parametrize("fault", ["endpointError", "resetBefore"])
def test_share_of_the_requests(ncp_mock: NcpMock, fault: str) -> None:
    def struck(seed: int, share: float = 0.2) -> list[int]:
        ncp_mock.reset()
        ncp_mock.fail_next(fault, 15, share=share, seed=seed)
        for _ in range(200):
            exchange(ncp_mock, raw_request(ncp_mock, "GET", "/"))
        [first, *_] = ncp_mock.requests
        return [each.number - first.number for each in ncp_mock.requests if each.verdict == f"fault {fault}"]

    chosen = struck(seed=1)
    assert len(chosen) == 15  # as many as it was told, and then no more
    assert 40 < chosen[-1] < 150
    assert struck(seed=1) == chosen != struck(seed=2)
    assert struck(seed=1, share=1) == list(range(15))


def test_what_one_fault_lets_go_by_is_the_next_ones(ncp_mock: NcpMock) -> None:
    ncp_mock.fail_next(503, 100, share=0.1, operation="rebootServerInstances")
    ncp_mock.fail_next(429, 100, share=0.1)
    ncp_mock.fail_next(502, 3)

    def statuses_of(target: str) -> Counter[bytes]:
        return Counter(exchange(ncp_mock, raw_request(ncp_mock, "GET", target))[9:12] for _ in range(60))

    statuses, others = statuses_of(PATH), statuses_of("/")

    assert statuses[b"502"] == 3
    assert statuses[b"400"] > 30
    assert min(statuses[b"503"], statuses[b"429"], others[b"429"]) >= 1
    assert others[b"404"] + others[b"429"] == 60


@pytest.mark.parametrize("fault", ["throttleLimited", "rateLimited", "quotaExceeded", 429, 503, 502])
def test_retry_after(ncp_mock: NcpMock, fault: str | int) -> None:
    ncp_mock.fail_next(fault)
    ncp_mock.fail_next(fault, retry_after=7)

    assert [reboot(ncp_mock, NUMBER).headers.get("retry-after") for _ in range(2)] == [None, "7"]


def test_throttling_is_the_vendors(ncp_mock: NcpMock) -> None:
    ncp_mock.fail_next(429)

    assert reboot(ncp_mock, NUMBER).json() == {"error": {"errorCode": "410", "message": "Throttle Limited"}}


def test_error_in_another_format_than_asked_for(ncp_mock: NcpMock) -> None:
    ncp_mock.fail_next("serverNotControllable", format="xml")
    ncp_mock.fail_next("serverNotControllable", format="json")

    as_xml, as_json = reboot(ncp_mock, NUMBER, form="json"), reboot(ncp_mock, NUMBER, form="xml")

    assert as_xml.headers["content-type"] == "application/xml;charset=UTF-8"
    assert "<returnCode>1100031</returnCode>" in as_xml.text
    assert as_json.json()["responseError"]["returnCode"] == "1100031"


@pytest.mark.parametrize(("fault", "status"), [("badGateway", 502), ("unknownStatus", 520)])
def test_pages_of_something_on_the_way(ncp_mock: NcpMock, fault: str, status: int) -> None:
    ncp_mock.fail_next(fault)

    response = reboot(ncp_mock, NUMBER)

    assert response.status_code == status
    assert response.headers["content-type"] == "text/html;charset=UTF-8"
    assert response.text.startswith("<html>")


def test_slow_drip(ncp_mock: NcpMock) -> None:
    ncp_mock.fail_next("slowDrip", seconds=0.5)
    arrived: list[float] = []
    began = time.monotonic()

    with httpx.stream("GET", ncp_mock.url + TARGET) as response:
        arrived.extend(time.monotonic() for _ in response.iter_raw())

    assert response.status_code == 401  # unsigned: the fault is in how the answer comes, not in what it says
    assert arrived[-1] - began >= 0.45


def test_slow_drip_of_a_short_answer_lasts_as_long(ncp_mock: NcpMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "ncp_mock._gateway.server._SECONDS_BETWEEN_DRIPS", 0.001
    )  # for more pieces than the answer has bytes
    ncp_mock.fail_next("slowDrip", seconds=0.5)
    began = time.monotonic()

    httpx.get(f"{ncp_mock.url}/?responseFormatType=json")

    assert time.monotonic() - began >= 0.45


def test_truncated_body(ncp_mock: NcpMock) -> None:
    ncp_mock.hold_reboots()
    ncp_mock.fail_next("truncatedBody")

    received = exchange(ncp_mock, raw_request(ncp_mock, "GET", TARGET))

    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert b'{"rebootServerInstancesResponse"' in body
    assert len(body) == length // 2
    assert restarted(ncp_mock)


@pytest.mark.parametrize(("fault", "executed"), [("resetBefore", False), ("resetAfter", True)])
def test_reset(ncp_mock: NcpMock, fault: str, executed: bool) -> None:
    ncp_mock.hold_reboots()
    ncp_mock.fail_next(fault)

    with pytest.raises(httpx.ReadError, match="reset by peer"):
        reboot(ncp_mock, NUMBER)

    assert restarted(ncp_mock) is executed
    [record] = ncp_mock.requests
    assert (record.status, record.verdict) == (None, f"fault {fault}")


def test_reset_before_the_body_is_read(ncp_mock: NcpMock) -> None:
    ncp_mock.fail_next("resetBefore")
    head = raw_request(ncp_mock, "POST", PATH, b"x" * 100, expect="100-continue").partition(b"x" * 100)[0]
    url = httpx.URL(ncp_mock.url)

    with socket.create_connection((url.host, url.port or 0), timeout=PATIENCE) as connection:
        connection.sendall(head)
        with pytest.raises(ConnectionResetError):
            connection.recv(1)

    [record] = ncp_mock.requests
    assert (record.method, record.target, record.status) == ("POST", PATH, None)
    assert record.explanation.endswith("not carried out")


@pytest.mark.parametrize("seconds", [600, -600])
def test_skewed_clock_refuses_what_the_true_clock_accepts(ncp_mock: NcpMock, seconds: float) -> None:
    ncp_mock.fail_next("skewedDate", seconds=seconds)

    response = reboot(ncp_mock, NUMBER)

    gateway = email.utils.parsedate_to_datetime(response.headers["date"]).timestamp()
    assert response.status_code == 401
    assert abs(gateway - time.time() - seconds) < 60
    assert ("stale-timestamp" if seconds > 0 else "future-timestamp") in response.headers["x-mock-explanation"]
    assert reboot(ncp_mock, NUMBER).status_code == 200


def test_small_skew_shows_in_the_date_only(ncp_mock: NcpMock) -> None:
    ncp_mock.fail_next("skewedDate", seconds=120)

    response = reboot(ncp_mock, NUMBER)

    gateway = email.utils.parsedate_to_datetime(response.headers["date"]).timestamp()
    assert response.status_code == 200
    assert 60 < gateway - time.time() < 180


def test_says_what_became_of_the_request(ncp_mock: NcpMock) -> None:
    ncp_mock.fail_next("endpointError")
    ncp_mock.fail_next("endpointError", executed=True)

    explanations = [reboot(ncp_mock, "1").headers["x-mock-explanation"] for _ in range(2)]

    asked_for = "fault endpointError: the fault endpointError was asked for; the request itself was"
    assert explanations[0] == f"{asked_for} not carried out"
    assert explanations[1].startswith(f"{asked_for} unknown-server: the fleet has no server 1")


@pytest.mark.parametrize("call", BOTH.values(), ids=BOTH)
def test_what_the_clients_make_of_it(ncp_mock: NcpMock, call: Reboot) -> None:
    ncp_mock.fail_next("serverNotControllable")
    with pytest.raises(RejectedError):
        call(ncp_mock.url, NUMBER)
    for fault in ("endpointError", "badGateway", "truncatedBody", "resetAfter"):
        ncp_mock.reset()
        ncp_mock.fail_next(fault)
        with pytest.raises(OutcomeUnknownError):
            call(ncp_mock.url, NUMBER)


def test_reset_forgets_what_is_under_way() -> None:
    with Mock(latency=0.3, reboot_seconds=None) as mock:
        with pytest.raises(httpx.ReadTimeout):
            signed(mock, "GET", TARGET, timeout=0.1)
        mock.reset()
        response = reboot(mock, "1")

        assert response.status_code == 400
        assert [record.verdict for record in mock.requests] == ["unknown-server"]
        assert not restarted(mock)


def test_reset_ends_an_answer_that_drips(ncp_mock: NcpMock) -> None:
    ncp_mock.fail_next("slowDrip", seconds=86_400)

    with httpx.stream("GET", ncp_mock.url + TARGET, timeout=30) as response:
        ncp_mock.reset()
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            response.read()


def test_reset_forgets_everything(ncp_mock: NcpMock) -> None:
    ncp_mock.hold_reboots()
    reboot(ncp_mock, NUMBER)
    ncp_mock.fail_next("endpointError", times=9)

    ncp_mock.reset()

    assert ncp_mock.requests == []
    assert not restarted(ncp_mock)
    assert reboot(ncp_mock, NUMBER).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"fault": "noSuchFault"}, "there is no fault 'noSuchFault'; there are invalidServerInstanceNo, "),
        ({"fault": 418}, "the contract has no error with status 418"),
        ({"fault": 503, "times": 0}, "strikes 1 to 1000000 times, not 0"),
        ({"fault": 503, "times": 1.5}, "strikes 1 to 1000000 times, not 1.5"),
        ({"fault": 503, "times": True}, "strikes 1 to 1000000 times, not True"),
        ({"fault": 503, "executed": "false"}, "is true or false, not 'false'"),
        ({"fault": 503, "retryAfter": "1\r\nx: y"}, "a number of whole seconds, not '1\\r\\nx: y'"),
        ({"fault": 503, "retryAfter": -1}, "a number of whole seconds, not -1"),
        ({"fault": "slowDrip", "seconds": "two"}, "are a number from 0 to 86400, not 'two'"),
        ({"fault": 503, "format": "yaml"}, "is 'json' or 'xml', not 'yaml'"),
        ({"fault": "resetAfter", "executed": False}, "the fault resetAfter takes no option 'executed'"),
        ({"fault": "slowDrip", "retryAfter": 1}, "the fault slowDrip takes no option 'retryAfter'"),
        ({"fault": "badGateway", "format": "xml"}, "the fault badGateway takes no option 'format'"),
        ({"fault": 503, "colour": "red"}, "a fault has no option 'colour'; there are times, executed, retryAfter, "),
        ({"fault": 503, "seconds": 1}, "the fault endpointError takes no option 'seconds'"),
        ({"fault": 503, "operation": "reboot"}, f"the operation is one of {OPERATIONS}, not 'reboot'"),
        ({"fault": 503, "share": 0}, "is a number from 0.000001 to 1, not 0"),
        ({"fault": 503, "share": 1.01}, "is a number from 0.000001 to 1, not 1.01"),
        ({"fault": 503, "share": "5 %"}, "is a number from 0.000001 to 1, not '5 %'"),
        ({"fault": 503, "share": True}, "is a number from 0.000001 to 1, not True"),
        ({"fault": 503, "seed": 1.5}, "the seed is a whole number, not 1.5"),
        ({"fault": "slowDrip", "seconds": -1}, "the seconds of slowDrip are a number from 0 to 86400, not -1"),
    ],
    ids=lambda value: "" if isinstance(value, str) else ",".join(f"{name}={each}" for name, each in value.items()),
)
def test_faults_that_there_are_not(ncp_mock: NcpMock, arguments: dict[str, object], text: str) -> None:
    names = {"retryAfter": "retry_after"}
    with pytest.raises(ValueError, match=re.escape(text)) as caught:
        ncp_mock.fail_next(**{names.get(name, name): value for name, value in arguments.items()})  # type: ignore[arg-type]  # wrong on purpose
    response = httpx.post(f"{ncp_mock.url}/__mock__/faults", json=arguments)

    assert (response.status_code, response.text) == (400, f"{caught.value}\n")
    assert reboot(ncp_mock, NUMBER).status_code == 200


def test_every_error_of_the_contract_has_a_name_of_its_own() -> None:
    # Faults go by the names of the contract's examples: one name for two errors would hide one of them.
    names: dict[str, str] = {}
    for response, node in CONTRACT["components"]["responses"].items():
        if f"{response}Envelope" in CONTRACT["components"]["schemas"]:
            continue  # a success
        for name in node["content"]["application/json"].get("examples", {}):
            assert names.setdefault(name, response) == response
    assert len(names) >= 20
