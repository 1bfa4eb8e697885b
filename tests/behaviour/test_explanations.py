"""Every known mistake in a signature, sent to the running mock in quick succession."""

import http.client
import time

import httpx
from ncp_mock import NcpMock
from ncp_mock._gateway.authentication import Keys
from support.mistakes import NOW, STRING_CASES, Mistake
from support.mistakes_in_digests import DIGEST_CASES

PATH = "/vserver/v2/rebootServerInstances"
# One of each verdict. The others are about another path, or another pair of keys.
CASES = list(
    {
        case.verdict: case
        for case in (*STRING_CASES, *DIGEST_CASES)
        if case.keys == Keys() and case.target.partition("?")[0] == PATH and case.method in ("GET", "POST")
    }.values()
)
ASKED_FOR = "fault skewedDate: the fault skewedDate was asked for; the request itself was "


def verdicts(mock: NcpMock, cases: list[Mistake]) -> list[str]:
    """The verdict on each case, by a gateway whose clock shows the time of the cases."""
    mock.fail_next("skewedDate", times=len(cases), seconds=NOW / 1000 - time.time())
    url = httpx.URL(mock.url)
    connection = http.client.HTTPConnection(url.host, url.port)
    found = [_explanation(connection, case).removeprefix(ASKED_FOR).partition(":")[0] for case in cases]
    connection.close()
    return found


def _explanation(connection: http.client.HTTPConnection, case: Mistake) -> str:
    connection.putrequest(case.method, case.target, skip_host=True, skip_accept_encoding=True)
    connection.putheader("host", "127.0.0.1:4010")
    connection.putheader("x-ncp-apigw-timestamp", case.timestamp.encode())
    connection.putheader("x-ncp-iam-access-key", case.access_key.encode("latin-1"))
    connection.putheader("x-ncp-apigw-signature-v2", case.sent_signature.encode("latin-1"))
    for name, value in case.headers:
        connection.putheader(name, value)
    connection.putheader("content-length", str(len(case.body)))
    connection.endheaders(case.body)
    response = connection.getresponse()
    response.read()
    return response.headers["x-mock-explanation"] or ""


def test_each_is_explained_by_name_however_fast_they_come(ncp_mock: NcpMock) -> None:
    assert verdicts(ncp_mock, CASES) == [case.verdict for case in CASES]
    assert len({name for case in CASES for name in case.verdict.split(" + ")}) >= 150


def test_exit_codes_does_not_depend_on_what_came_before(ncp_mock: NcpMock) -> None:
    # Signatures without an explanation take the longest searches.
    unexplained = Mistake("wrong-signature", key="another key")
    [rare, *_] = [case for case in CASES if case.verdict == "body-signed"]

    assert verdicts(ncp_mock, [unexplained] * 5 + [rare]) == ["wrong-signature"] * 5 + ["body-signed"]
