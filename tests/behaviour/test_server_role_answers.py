"""What a metadata service may answer instead of a role's keys, and what is said of it."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from ncp_signer import CredentialsError, NcpAuth, ServerRole
from support.canary import locals_in
from support.metadata import NOW, PATH, SECRET, Metadata, iso
from support.wire import Received, Reply, Wire, answer, raw, reset


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (answer(404, "Path not found.", "text/plain"), "answers with status 404"),
        (answer(200, "Path not found.", "text/plain"), "does not answer with the id of a role"),
        (answer(200, "", "text/plain"), "does not answer with the id of a role"),
        (answer(200, "a/../b", "text/plain"), "does not answer with the id of a role"),
        (answer(200, "x" * 70_000, "text/plain"), "answers at length"),
        (answer(302, "", "text/plain", "location: http://127.0.0.1/"), "answers with status 302"),
        (answer(500), "answers with status 500$"),
        (reset, "does not answer"),
        (raw(b""), "does not answer"),
        (raw(b"role-1\r\n\r\n"), r"no proper HTTP: BadStatusLine"),
    ],
    ids=["404", "text", "empty", "path", "long", "redirect", "500", "reset", "closed", "no-status"],
)
def test_service_that_is_none(reply: Reply, text: str) -> None:
    with Wire([reply]) as wire, pytest.raises(CredentialsError, match=text) as caught:
        ServerRole(wire.url)()

    assert PATH in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"AccessKeyId": None}, "without AccessKeyId and SecretAccessKey"),
        ({"SecretAccessKey": None}, "without AccessKeyId and SecretAccessKey"),
        ({"SecretAccessKey": ""}, "without AccessKeyId and SecretAccessKey"),
        ({"SecretAccessKey": 7}, "without AccessKeyId and SecretAccessKey"),
        ({"SecretAccessKey": f"{SECRET}\n"}, "the secret key has control characters"),
        ({"Expiration": None}, "without an Expiration that can be read"),
        ({"Expiration": "soon"}, "without an Expiration that can be read"),
        ({"Expiration": iso(NOW)}, "keys that have ended, by this machine's clock"),
        ({"Code": "Failed"}, "a Code that is not Success"),
        ({"Token": "t", "Type": "AWS-HMAC", "Code": "Success"}, "keys of another cloud's"),
    ],
    ids=repr,
)
def test_answer_that_is_not_as_documented(changes: dict[str, Any], text: str) -> None:
    metadata = Metadata(**changes)
    with Wire([metadata]) as wire, pytest.raises(CredentialsError, match=text) as caught:
        ServerRole(wire.url, clock=metadata.clock)()

    assert SECRET[:8] not in str(caught.value)


@pytest.mark.parametrize("body", ["", "[]", "{", "null", '"x"', "[" * 60_000, "<html>"])
def test_answer_that_is_no_object(body: str) -> None:
    with (
        Wire([answer(200, "role-1", "text/plain"), answer(200, body)]) as wire,
        pytest.raises(CredentialsError, match="does not answer with a JSON object"),
    ):
        ServerRole(wire.url)()


@pytest.mark.parametrize("expiration", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00"])
def test_keys_that_never_end(expiration: str) -> None:
    with Wire([Metadata(Expiration=expiration)]) as wire:
        assert ServerRole(wire.url)().access_key == "ROLEKEY1"


@pytest.fixture
def in_seoul(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock shows the time of Korea."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Seoul")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_seoul")
@pytest.mark.parametrize("expiration", [iso(NOW + 60), "2027-01-15T08:01:00", "2027-01-15T17:01:00+09:00"])
def test_times_without_a_zone_are_utc(expiration: str) -> None:
    metadata = Metadata(Expiration=expiration)
    with Wire([metadata]) as wire:
        role = ServerRole(wire.url, clock=metadata.clock)
        role()
        metadata.now += 59
        assert role._present is not None
        assert role._present[1] == NOW + 60


def test_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = Metadata()
    with Wire([answer(407)]) as proxy, Wire([metadata]) as wire:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        ServerRole(wire.url, clock=metadata.clock)()

    assert proxy.connections == []


def test_service_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ncp_signer._server_role._CONNECT_SECONDS", 20)
    monkeypatch.setattr("ncp_signer._server_role._READ_SECONDS", 0.05)
    started = time.monotonic()

    def hang(connection: socket.socket, received: Received) -> None:
        while connection.recv(1024):
            pass

    with Wire([hang]) as wire, pytest.raises(CredentialsError, match="no answer in time"):
        ServerRole(wire.url)()

    assert time.monotonic() - started < 10


def test_service_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each byte is in time, and the answer never whole.
    monkeypatch.setattr("ncp_signer._server_role._READ_SECONDS", 0.2)
    started = time.monotonic()

    def trickle(connection: socket.socket, received: Received) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n")
        connection.settimeout(0.02)
        for _ in range(100):
            connection.sendall(b"x")
            with contextlib.suppress(TimeoutError):
                if not connection.recv(1):
                    return

    with Wire([trickle]) as wire, pytest.raises(CredentialsError, match="no answer in time"):
        ServerRole(wire.url)()

    assert time.monotonic() - started < 10


KEYS = json.dumps({"AccessKeyId": "ROLEKEY1", "SecretAccessKey": SECRET, "Expiration": "2099-01-01T00:00:00Z"})

# What answers for the keys of role-1, and has them somewhere.
ODD_ANSWERS = {
    "no-status-line": raw(KEYS.encode()),
    "in-the-status-line": raw(f"HTTP/1.1 {SECRET}\r\n\r\n".encode()),
    "no-chunks": raw(f"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{KEYS}".encode()),
    "short": raw(f"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{KEYS[:-5]}".encode()),
    "no-json": answer(200, KEYS[:-1]),
    "list": answer(200, f"[{KEYS}]"),
    "no-access-key": answer(200, KEYS.replace("AccessKeyId", "Other")),
    "same-twice": answer(200, KEYS.replace("ROLEKEY1", SECRET)),
    "empty-access-key": answer(200, KEYS.replace("ROLEKEY1", "")),
    "ended": answer(200, KEYS.replace("2099", "1999")),
    "404": answer(404, KEYS),
}


@pytest.mark.parametrize("reply", ODD_ANSWERS.values(), ids=ODD_ANSWERS)
def test_no_traceback_shows_the_keys(reply: Reply) -> None:
    with Wire([answer(200, "role-1"), reply]) as wire, pytest.raises(CredentialsError) as caught:
        ServerRole(wire.url)()

    assert len(wire.requests) == 2
    assert SECRET not in locals_in(caught.value, besides=__file__)


def test_no_traceback_shows_keys_in_the_place_of_the_id() -> None:
    with Wire([answer(200, KEYS)]) as wire, pytest.raises(CredentialsError) as caught:
        ServerRole(wire.url)()

    assert SECRET not in locals_in(caught.value, besides=__file__)


def test_nothing_shows_the_keys(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    metadata = Metadata()
    with Wire([metadata]) as wire:
        role = ServerRole(wire.url, clock=metadata.clock)
        credentials = role()

    assert "fetched keys of Server Role role-1, which last for 3600 s" in caplog.messages
    shown = f"{role!r} {NcpAuth(role)!r} {vars(role)} {credentials!r} {caplog.text}"
    assert SECRET not in shown
    assert "ROLEKEY1" not in shown
