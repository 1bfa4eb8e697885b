"""The mock's page as a browser fetches it: the files that it is made of, and nothing twice."""

import httpx
from ncp_mock import NcpMock


def test_what_has_not_changed_is_not_sent_again(ncp_mock: NcpMock) -> None:
    first = httpx.get(f"{ncp_mock.url}/__mock__/live")
    second = httpx.get(f"{ncp_mock.url}/__mock__/live", headers={"if-none-match": first.headers["etag"]})
    ncp_mock.hold_reboots()
    ncp_mock.reset()
    third = httpx.get(f"{ncp_mock.url}/__mock__/live", headers={"if-none-match": first.headers["etag"]})

    assert [each.status_code for each in (first, second, third)] == [200, 304, 200]
    assert second.content == b""


def test_files(ncp_mock: NcpMock) -> None:
    types = [httpx.get(f"{ncp_mock.url}/__mock__/page.{kind}").headers["content-type"] for kind in ("css", "js")]

    assert [each.partition(";")[0] for each in types] == ["text/css", "text/javascript"]
