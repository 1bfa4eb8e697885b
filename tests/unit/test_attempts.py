"""What is noted of an attempt at a request, and what its status proves."""

import time

import httpx
import pytest
from ncp_vserver import NcpError, OutcomeUnknownError, RejectedError
from ncp_vserver._requests.answers import Statement
from ncp_vserver._requests.attempt import LARGEST_RESPONSE, Attempt, Request
from ncp_vserver._requests.evidence import conclude
from ncp_vserver._requests.operations import REBOOT

MIB = 1024 * 1024


def attempt(timestamp: str = "1800000000500") -> Attempt:
    """One whose request has been given to a connection."""
    made = Attempt(Request(REBOOT, {"server_instance_no_list": ("1",)}, ("1",)), "arguments")
    made.sends(httpx.Request("GET", "http://127.0.0.1/", headers={"x-ncp-apigw-timestamp": timestamp}))
    return made


@pytest.mark.parametrize(("timestamp", "signed_at"), [("1800000000500", 1_800_000_000.5), ("", None), ("soon", None)])
def test_request_is_dated_by_its_signature(timestamp: str, signed_at: float | None) -> None:
    assert attempt(timestamp).sent.signed_at == signed_at


def test_response_of_32_mib_is_the_largest() -> None:
    made = attempt()
    made.received(httpx.Response(200))
    made.reads(bytes(LARGEST_RESPONSE))

    assert LARGEST_RESPONSE == 32 * MIB
    with pytest.raises(httpx.ReadError, match="larger than 32 MiB"):
        made.reads(b"1")


def test_each_response_has_its_own_size_and_body() -> None:
    made = attempt()
    for body in (bytes(LARGEST_RESPONSE), bytes(LARGEST_RESPONSE - 1), b"last"):
        made.received(httpx.Response(200))
        made.reads(body)

    response = made.end().response
    assert response is not None
    assert response.content == b"last"


def test_body_that_broke_off_is_not_taken_for_a_whole_one() -> None:
    made = attempt()
    head = httpx.Response(200, content=iter([b"never read"]))
    made.received(head)
    made.reads(b"half")
    failure = httpx.ReadError("broken off")

    assert made.end(failure).response is head
    assert made.error is failure
    assert failure.request is made.signed


def test_attempt_that_came_to_no_connection_has_no_response() -> None:
    failure = httpx.ConnectError("no network")
    made = Attempt(Request(REBOOT, {}, ("1",)), "arguments").end(failure)

    assert (made.response, made.status, made.clock_offset, made.retry_after) == (None, None, None, None)
    with pytest.raises(RuntimeError):
        _ = failure.request


@pytest.mark.parametrize(
    ("header", "seconds"), [("120", 120.0), ("9" * 9, 999_999_999.0), ("9" * 5000, 999_999_999.0), ("", None)]
)
def test_seconds_to_wait(header: str, seconds: float | None) -> None:
    made = attempt()
    made.received(httpx.Response(429, headers={"retry-after": header}))

    assert made.retry_after == seconds


# A date has whole seconds, so it counts for half a second more; that of both cancels out.
@pytest.mark.parametrize(("date", "seconds"), [(None, 60.5), ("Fri, 15 Jan 2027 08:00:30 GMT", 30.0)])
def test_date_to_wait_for_is_by_the_clock_of_the_gateway(
    date: str | None, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)  # Fri, 15 Jan 2027 08:00:00 GMT
    made = attempt()
    headers = {"retry-after": "Fri, 15 Jan 2027 08:01:00 GMT"} | ({"date": date} if date else {})
    made.received(httpx.Response(429, headers=headers))

    assert made.retry_after == seconds


@pytest.mark.parametrize(
    ("code", "says_no"),
    [(None, False), ("0", False), ("000", False), ("1", True), ("24120", True), ("9" * 5000, True), ("none", False)],
)
def test_code_of_an_error(code: str | None, *, says_no: bool) -> None:
    assert Statement(code, None).says_no == says_no


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        (300, RejectedError, "redirects are not followed"),
        (399, RejectedError, "redirects are not followed"),
        (400, RejectedError, "the request was refused"),
        (407, RejectedError, "the request was refused"),
        (408, OutcomeUnknownError, ""),
        (409, RejectedError, "the request was refused"),
        (498, RejectedError, "the request was refused"),
        (499, OutcomeUnknownError, ""),
        (500, OutcomeUnknownError, ""),
        (299, OutcomeUnknownError, ""),
    ],
)
def test_status_alone(status: int, kind: type[NcpError], text: str) -> None:
    made = attempt()
    made.received(httpx.Response(status))
    made.reads(b"?")

    with pytest.raises(NcpError) as caught:
        conclude(made.end())
    assert type(caught.value) is kind
    assert text in caught.value.text
