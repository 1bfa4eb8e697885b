"""What the mock refuses, in which words, and what becomes of its servers."""

import xml.etree.ElementTree as ElementTree
from http.client import HTTPConnection

import httpx
import pytest
from ncp_mock import NcpMock
from support.mock_calls import PATH, exchange, raw_request, reboot, signed

FORM = {"content-type": "application/x-www-form-urlencoded"}

NUMBER, OTHER = "123458773", "123458774"
INVALID_NUMBER = (400, "24120")
INVALID = (400, "800")
MISSING = (400, "900")
BAD = (400, "100")

# query, status and code, the verdict and what the explanation says
QUERIES: dict[str, tuple[str, tuple[int, str], str]] = {
    "empty-value": (f"serverInstanceNoList.1={NUMBER}&regionCode=", INVALID, "empty-value: 'regionCode'"),
    "empty-number": ("serverInstanceNoList.1=", INVALID_NUMBER, "empty-value: 'serverInstanceNoList.1'"),
    "bare-name": (f"serverInstanceNoList.1={NUMBER}&regionCode", INVALID, "empty-value: 'regionCode'"),
    "gap": (
        f"serverInstanceNoList.1={NUMBER}&serverInstanceNoList.3={OTHER}",
        INVALID_NUMBER,
        (
            "numbering-gap: 'serverInstanceNoList' is numbered from 1 without gaps: serverInstanceNoList.3 is there,"
            " serverInstanceNoList.2 is not"
        ),
    ),
    "from-0": (f"serverInstanceNoList.0={NUMBER}", INVALID_NUMBER, "unknown-parameter"),
    "from-2": (f"serverInstanceNoList.2={NUMBER}", INVALID_NUMBER, "numbering-gap"),
    "too-many": (
        "&".join(f"serverInstanceNoList.{index}={123458772 + index}" for index in range(1, 22)),
        INVALID_NUMBER,
        "unknown-parameter: rebootServerInstances has no parameter 'serverInstanceNoList.21'",
    ),
    "no-index": (
        f"serverInstanceNoList={NUMBER}",
        INVALID_NUMBER,
        (
            "unknown-parameter: rebootServerInstances has no parameter 'serverInstanceNoList': number the values from"
            " 1, as serverInstanceNoList.1, serverInstanceNoList.2 and so on, to serverInstanceNoList.20"
        ),
    ),
    "brackets": (f"serverInstanceNoList[]={NUMBER}", INVALID_NUMBER, "number the values from 1"),
    "name-of-the-documentation": (f"serverInstanceNoList.N={NUMBER}", INVALID_NUMBER, "number the values from 1"),
    "other-case": (
        f"serverinstancenolist.1={NUMBER}",
        INVALID_NUMBER,
        "parameter-in-another-case: the parameter is called 'serverInstanceNoList.1', not 'serverinstancenolist.1'",
    ),
    "other-case-of-region": (
        f"serverInstanceNoList.1={NUMBER}&RegionCode=KR",
        INVALID,
        "parameter-in-another-case: the parameter is called 'regionCode', not 'RegionCode'",
    ),
    "misspelt": (
        f"serverInstanceNoList.1={NUMBER}&regionCod=KR",
        INVALID,
        "unknown-parameter: rebootServerInstances has no parameter 'regionCod': is 'regionCode' meant?",
    ),
    "foreign": (
        f"serverInstanceNoList.1={NUMBER}&zzz=1",
        INVALID,
        (
            "unknown-parameter: rebootServerInstances has no parameter 'zzz'. It knows regionCode,"
            " serverInstanceNoList.N, responseFormatType"
        ),
    ),
    "repeated": (
        f"serverInstanceNoList.1={NUMBER}&serverInstanceNoList.1={OTHER}",
        INVALID_NUMBER,
        "repeated-parameter: 'serverInstanceNoList.1' is given 2 times",
    ),
    "missing": ("regionCode=KR", MISSING, "contract-violation: query: "),
    "nothing": ("", MISSING, "contract-violation: query: "),
    "no-digits": ("serverInstanceNoList.1=i-1234", INVALID_NUMBER, "must match pattern"),
    "other-format": (
        f"serverInstanceNoList.1={NUMBER}&responseFormatType=JSON",
        INVALID,
        "contract-violation: query.responseFormatType: ",
    ),
    "bad-percent": ("serverInstanceNoList.1=%zz", BAD, "bad-encoding: the query has a '%' without two"),
    "bad-percent-at-the-end": ("serverInstanceNoList.1=1%4", BAD, "bad-encoding: "),
    "not-utf-8": ("serverInstanceNoList.1=%c7%d1", BAD, "bad-encoding: the query is not UTF-8"),
    "server-twice": (
        f"serverInstanceNoList.1={NUMBER}&serverInstanceNoList.2={NUMBER}",
        INVALID_NUMBER,
        f"server-given-twice: server {NUMBER} is given twice",
    ),
    "unknown-server": (
        "serverInstanceNoList.1=1",
        INVALID_NUMBER,
        "unknown-server: the fleet has no server 1: it has 123458773 ... 123458794",
    ),
    "other-region": (
        f"serverInstanceNoList.1={NUMBER}&regionCode=JPN",
        INVALID_NUMBER,
        f"other-region: server {NUMBER} is in region KR, and the request asks for JPN",
    ),
    "stopped-server": (
        "serverInstanceNoList.1=123458793",
        (400, "25041"),
        "wrong-status: the status of server 123458793 is NSTOP: this operation needs RUN",
    ),
    "busy-server": (
        "serverInstanceNoList.1=123458794",
        (400, "1100031"),
        "busy-server: server 123458794 is busy: its operation is SETUP (setting up), and must be NULL first",
    ),
}


def code_of(response: httpx.Response) -> str:
    """The code of an error, in either format."""
    if response.headers["content-type"].startswith("application/json"):
        [(_, error)] = response.json().items()
        return str(error.get("returnCode") or error.get("errorCode"))
    root = ElementTree.fromstring(response.text)  # noqa: S314 - the mock's own answer
    return str(root.findtext("returnCode") or root.findtext("errorCode"))


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(("query", "refused", "explanation"), QUERIES.values(), ids=QUERIES)
def test_refused_query(ncp_mock: NcpMock, query: str, refused: tuple[int, str], explanation: str, form: str) -> None:
    if "responseFormatType" not in query:
        query += f"&responseFormatType={form}"

    response = signed(ncp_mock, "GET", f"{PATH}?{query}")

    assert (response.status_code, code_of(response)) == refused
    assert explanation in response.headers["x-mock-explanation"]
    assert all(server["serverInstanceOperation"]["code"] in ("NULL", "SETUP") for server in ncp_mock.servers)
    [record] = ncp_mock.requests
    assert record.verdict == response.headers["x-mock-explanation"].partition(":")[0]


FORMS: dict[str, tuple[str, dict[str, str], bytes, tuple[int, str], str]] = {
    "unknown-field": ("", FORM, b"serverInstanceNoList.1=123458773&force=true", INVALID, "unknown-parameter: "),
    "empty-field": ("", FORM, b"serverInstanceNoList.1=123458773&regionCode=", INVALID, "empty-value: "),
    "gap": ("", FORM, b"serverInstanceNoList.1=1&serverInstanceNoList.4=2", INVALID_NUMBER, "numbering-gap: "),
    "no-digits": ("", FORM, b"serverInstanceNoList.1=a", INVALID_NUMBER, "contract-violation: "),
    "missing": ("", FORM, b"regionCode=KR", MISSING, "contract-violation: "),
    "no-body": ("", FORM, b"", MISSING, "contract-violation: "),
    "json-body": (
        "",
        {"content-type": "application/json"},
        b'{"serverInstanceNoList.1": "123458773"}',
        INVALID,
        (
            "wrong-content-type: the body of a POST is a form: its content type must be"
            " application/x-www-form-urlencoded, it is application/json"
        ),
    ),
    "no-content-type": ("", {}, b"serverInstanceNoList.1=123458773", INVALID, "it is none"),
    "not-utf-8": ("", FORM, b"serverInstanceNoList.1=\xc7\xd1", BAD, "is taken off, at byte 23"),
    "bad-percent": ("", FORM, b"serverInstanceNoList.1=%", BAD, "bad-encoding: the body has a '%'"),
}


@pytest.mark.parametrize(("query", "headers", "body", "refused", "explanation"), FORMS.values(), ids=FORMS)
def test_refused_form(
    ncp_mock: NcpMock, query: str, headers: dict[str, str], body: bytes, refused: tuple[int, str], explanation: str
) -> None:
    response = signed(ncp_mock, "POST", PATH + query, headers=headers, content=body)

    assert (response.status_code, code_of(response)) == refused
    assert explanation in response.headers["x-mock-explanation"]


@pytest.mark.parametrize(
    ("query", "headers", "body"),
    [
        ("", FORM, b"serverInstanceNoList.1=123458773"),
        ("?responseFormatType=json", FORM, b"regionCode=KR&serverInstanceNoList.1=123458773"),
        ("", {"content-type": "application/x-www-form-urlencoded; param=value"}, b"serverInstanceNoList.1=123458773"),
        ("", {"content-type": "Application/X-WWW-Form-urlencoded"}, b"serverInstanceNoList%2E1=12345877%33"),
    ],
    ids=["plain", "as-the-python-sdk", "as-the-first-go-sdk", "escaped"],
)
def test_accepted_form(ncp_mock: NcpMock, query: str, headers: dict[str, str], body: bytes) -> None:
    response = signed(ncp_mock, "POST", PATH + query, headers=headers, content=body)

    assert response.status_code == 200, response.headers
    assert "x-mock-explanation" not in response.headers


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/vserver/v2/getServerInstanceListing",
        PATH + "/",
        "/vserver/v2/RebootServerInstances",
        "/server/v2/rebootServerInstances",
    ],
)
def test_unknown_path(ncp_mock: NcpMock, path: str) -> None:
    response = signed(ncp_mock, "GET", f"{path}?responseFormatType=json")

    assert response.status_code == 404
    assert response.json() == {
        "error": {"errorCode": "300", "message": "Not Found Exception", "details": "URL not found."}
    }
    hint = response.headers["x-mock-explanation"].removeprefix(f"unknown-path: the mock knows no path {path}: ")
    if path == "/":
        assert hint.startswith(f"it knows {PATH}, /vserver/v2/startServerInstances, ")
    else:
        classic = (
            "/server/v2/ is the Classic platform's, and the mock is of VPC: " if path.startswith("/server/") else ""
        )
        known = PATH if "eboot" in path else "/vserver/v2/getServerInstanceList"
        assert hint == f"{classic}is {known} meant?"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "FROBNICATE"])
def test_other_methods(ncp_mock: NcpMock, method: str) -> None:
    response = httpx.request(method, f"{ncp_mock.url}{PATH}?responseFormatType=json")

    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"
    if method == "HEAD":
        assert response.content == b""
    else:
        assert response.json()["error"]["message"] == "Bad Request Exception"
    assert response.headers["x-mock-explanation"] == f"method-not-allowed: the path has GET, POST, not {method}"


def test_method_in_lower_case(ncp_mock: NcpMock) -> None:
    url = httpx.URL(ncp_mock.url)
    connection = HTTPConnection(url.host, url.port)
    connection.putrequest("get", PATH)
    connection.endheaders()

    explanation = connection.getresponse().headers["x-mock-explanation"]
    connection.close()

    assert explanation == "method-not-allowed: the path has GET, POST, which are written in capitals, not get"


def test_parameters_in_the_body_of_a_get(ncp_mock: NcpMock) -> None:
    response = signed(ncp_mock, "GET", PATH, headers=FORM, content=b"serverInstanceNoList.1=123458773")

    assert response.status_code == 400
    assert response.headers["x-mock-explanation"] == (
        "unexpected-body: a GET has no body: its parameters stand in the query"
    )


def test_whole_url_as_target(ncp_mock: NcpMock) -> None:
    # As to a proxy. The signature covers path and query nevertheless.
    path = f"{PATH}?serverInstanceNoList.1={NUMBER}"
    sent = raw_request(ncp_mock, "GET", path).replace(path.encode(), f"http://elsewhere{path}".encode(), 1)

    assert exchange(ncp_mock, sent).startswith(b"HTTP/1.1 200 OK")
    assert ncp_mock.requests[0].target == path


def test_a_request_with_one_bad_server_restarts_none(ncp_mock: NcpMock) -> None:
    assert reboot(ncp_mock, NUMBER, "123458793", OTHER).status_code == 400

    assert reboot(ncp_mock, NUMBER, OTHER).status_code == 200


def test_a_restart_lasts_until_it_is_told_to_be_over(ncp_mock: NcpMock) -> None:
    ncp_mock.hold_reboots()
    before = ncp_mock.servers[0]
    answered = reboot(ncp_mock, NUMBER).json()["rebootServerInstancesResponse"]["serverInstanceList"][0]
    during = ncp_mock.servers[0]
    ncp_mock.finish_reboots()
    after = ncp_mock.servers[0]

    states = [
        (
            server["serverInstanceStatus"]["code"],
            server["serverInstanceOperation"]["code"],
            server["serverInstanceStatusName"],
        )
        for server in (before, answered, during, after)
    ]
    assert states == [("RUN", "NULL", "running"), *[("RUN", "RESTA", "rebooting")] * 2, ("RUN", "NULL", "running")]
    assert before["uptime"] == answered["uptime"] == during["uptime"] < after["uptime"]
    assert reboot(ncp_mock, NUMBER).status_code == 200
