"""Keys of a server's role, from a metadata service on loopback."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from ncp_signer import Credentials, CredentialsError, NcpAuth, ServerRole, load_credentials
from support.wire import Received, Reply, Wire, accept, answer, reset

PATH = "/latest/meta-data/iam/security-credentials/"
NOW = 1_800_000_000.0
SECRET = "roleSecretKeyEXAMPLE000000000000000000001"  # noqa: S105 - an example


def iso(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Metadata:
    """A metadata service whose keys last for so many seconds from now on, and have a number."""

    def __init__(self, lasting: float = 3600, **changes: Any) -> None:
        self.now = NOW
        self.lasting = lasting
        self.fetched = 0
        self.failure: Reply | None = None
        self.changes = changes
        self.gate: threading.Event | None = None

    def clock(self) -> float:
        return self.now

    def __call__(self, connection: socket.socket, received: Received) -> None:
        if self.gate:
            self.gate.wait(10)
        if self.failure:
            self.failure(connection, received)
        elif received.target == PATH:
            answer(200, "role-1", "text/plain")(connection, received)
        else:
            assert received.target == f"{PATH}role-1"
            self.fetched += 1
            keys = {
                "AccessKeyId": f"ROLEKEY{self.fetched}",
                "SecretAccessKey": SECRET,
                "Expiration": iso(self.now + self.lasting),
            }
            body = {name: value for name, value in (keys | self.changes).items() if value is not None}
            answer(200, json.dumps(body))(connection, received)


@pytest.fixture
def metadata() -> Metadata:
    return Metadata()


@pytest.fixture
def wire(metadata: Metadata) -> Iterator[Wire]:
    with Wire([metadata]) as wire:
        yield wire


@pytest.fixture
def role(metadata: Metadata, wire: Wire) -> ServerRole:
    return ServerRole(wire.url, clock=metadata.clock)


def test_keys_are_fetched_once(role: ServerRole, metadata: Metadata, wire: Wire) -> None:
    first, second = role(), role()

    assert first is second
    assert first == Credentials("ROLEKEY1", SECRET)
    assert first.source == "Server Role role-1"
    assert [received.target for received in wire.requests] == [PATH, f"{PATH}role-1"]
    assert not [name for received in wire.requests for name, _ in received.headers if name.lower().startswith("x-ncp")]


@pytest.mark.parametrize(("passed", "fetches"), [(0, 1), (2699, 1), (2701, 2), (3299, 2), (3301, 2), (4000, 2)])
def test_keys_are_renewed_ahead_of_their_end(role: ServerRole, metadata: Metadata, passed: float, fetches: int) -> None:
    role()
    metadata.now += passed

    assert role().access_key == f"ROLEKEY{fetches}"
    assert metadata.fetched == fetches


@pytest.mark.parametrize("passed", [2701, 3301, 3599])
def test_renewal_that_fails_is_no_failure_while_the_keys_last(
    role: ServerRole, metadata: Metadata, passed: float
) -> None:
    role()
    metadata.failure = answer(500)
    metadata.now += passed

    assert role().access_key == "ROLEKEY1"


def test_keys_that_have_ended_are_not_used(role: ServerRole, metadata: Metadata) -> None:
    role()
    metadata.failure = answer(500)
    metadata.now += 3600

    with pytest.raises(CredentialsError, match="answers with status 500"):
        role()


def test_one_fetch_for_many_waiters(role: ServerRole, metadata: Metadata) -> None:
    metadata.gate = threading.Event()
    with ThreadPoolExecutor(50) as pool:
        futures = [pool.submit(role) for _ in range(50)]
        metadata.gate.set()
        keys = {future.result().access_key for future in futures}

    assert keys == {"ROLEKEY1"}
    assert metadata.fetched == 1


def test_nobody_waits_for_an_early_renewal(role: ServerRole, metadata: Metadata) -> None:
    role()
    metadata.now += 2800
    metadata.gate = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        renewing = pool.submit(role)
        while not role._lock.locked():
            pass
        # It is under way and held up: the others go on with the present keys.
        assert {role().access_key for _ in range(10)} == {"ROLEKEY1"}
        metadata.gate.set()
        assert renewing.result().access_key == "ROLEKEY2"


def test_one_failure_for_many_waiters(role: ServerRole, metadata: Metadata, wire: Wire) -> None:
    metadata.failure = answer(404, "Path not found.", "text/plain")
    with ThreadPoolExecutor(50) as pool:
        errors = [future.exception() for future in [pool.submit(role) for _ in range(50)]]

    assert {type(error) for error in errors} == {CredentialsError}
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (answer(404, "Path not found.", "text/plain"), "answers with status 404"),
        (answer(200, "Path not found.", "text/plain"), "does not answer with the id of a role"),
        (answer(200, "", "text/plain"), "does not answer with the id of a role"),
        (answer(200, "a/../b", "text/plain"), "does not answer with the id of a role"),
        (answer(200, "x" * 70_000, "text/plain"), "answers at length"),
        (answer(302, "", "text/plain", "location: http://127.0.0.1/"), "answers with status 302"),
        (reset, "does not answer"),
    ],
    ids=["404", "text", "empty", "path", "long", "redirect", "reset"],
)
def test_service_that_is_none(role: ServerRole, metadata: Metadata, reply: Reply, text: str) -> None:
    metadata.failure = reply

    with pytest.raises(CredentialsError, match=text) as caught:
        role()

    assert PATH in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"AccessKeyId": None}, "without AccessKeyId and SecretAccessKey"),
        ({"SecretAccessKey": None}, "without AccessKeyId and SecretAccessKey"),
        ({"SecretAccessKey": ""}, "without AccessKeyId and SecretAccessKey"),
        ({"SecretAccessKey": 7}, "without AccessKeyId and SecretAccessKey"),
        ({"SecretAccessKey": f"{SECRET}\n"}, "the secret key has control characters"),
        ({"Expiration": None}, "Expiration that is over or cannot be read"),
        ({"Expiration": "soon"}, "Expiration that is over or cannot be read"),
        ({"Expiration": iso(NOW - 1)}, "Expiration that is over or cannot be read"),
        ({"Code": "Failed"}, "a Code that is not Success"),
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


@pytest.mark.parametrize("expiration", [iso(NOW + 60), "2027-01-15T08:01:00", "2027-01-15T17:01:00+09:00"])
def test_times_without_a_zone_are_utc(expiration: str) -> None:
    metadata = Metadata(Expiration=expiration)
    with Wire([metadata]) as wire:
        role = ServerRole(wire.url, clock=metadata.clock)
        role()
        metadata.now += 59
        assert role._present is not None
        assert role._present[1] == NOW + 60


@pytest.mark.parametrize(
    "endpoint", ["https://127.0.0.1", "127.0.0.1", "http://127.0.0.1/path", "http://a:b@127.0.0.1"]
)
def test_endpoint_that_is_none(endpoint: str) -> None:
    with pytest.raises(CredentialsError, match="it is not http:// and a host alone"):
        ServerRole(endpoint)()


def test_no_proxy_is_asked(role: ServerRole, monkeypatch: pytest.MonkeyPatch) -> None:
    with Wire([answer(407)]) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        role()

    assert proxy.connections == []


def test_service_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ncp_signer._server_role._READ_SECONDS", 0.05)

    def hang(connection: socket.socket, received: Received) -> None:
        while connection.recv(1024):
            pass

    with Wire([hang]) as wire, pytest.raises(CredentialsError, match="no answer in time"):
        ServerRole(wire.url)()


def test_third_place_that_is_looked_in(wire: Wire, metadata: Metadata, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCLOUD_METADATA_API_ENDPOINT", wire.url)
    metadata.now = time.time()

    found = load_credentials()

    assert isinstance(found, ServerRole)
    assert repr(found) == f"ServerRole('{wire.url}')"
    monkeypatch.setenv("NCLOUD_ACCESS_KEY", "KEY")
    monkeypatch.setenv("NCLOUD_SECRET_KEY", "secret")
    assert isinstance(load_credentials(), Credentials)


@pytest.mark.parametrize("name", ["NCLOUD_METADATA_API_ENDPOINT", "NCLOUD_METADATA_ENDPOINT"])
def test_endpoint_of_the_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NCLOUD_METADATA_API_ENDPOINT")
    monkeypatch.setenv(name, "http://127.0.0.1:1/")

    assert repr(ServerRole()) == "ServerRole('http://127.0.0.1:1')"


def test_usual_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NCLOUD_METADATA_API_ENDPOINT")

    assert repr(ServerRole()) == "ServerRole('http://169.254.169.254')"


def test_nothing_anywhere() -> None:
    with pytest.raises(CredentialsError) as caught:
        load_credentials()

    for place in (
        "environment: neither",
        ".ncloud/configure [DEFAULT]: cannot be read",
        "server role: http://127.0.0.1",
    ):
        assert place in str(caught.value)


def test_requests_are_signed_with_them(role: ServerRole) -> None:
    async def call(url: str) -> None:
        async with httpx.AsyncClient(auth=NcpAuth(role), base_url=url) as client:
            await asyncio.gather(*(client.get("/vserver/v2/x") for _ in range(20)))

    with Wire([accept]) as gateway:
        asyncio.run(call(gateway.url))
        httpx.get(f"{gateway.url}/vserver/v2/x", auth=NcpAuth(role))

    assert {received.header("x-ncp-iam-access-key")[0] for received in gateway.requests} == {"ROLEKEY1"}


def test_event_loop_is_not_held_up(role: ServerRole, metadata: Metadata) -> None:
    metadata.gate = threading.Event()

    async def call(url: str) -> None:
        async with httpx.AsyncClient(auth=NcpAuth(role), base_url=url) as client:
            waiting = asyncio.create_task(client.get("/vserver/v2/x"))
            while not role._lock.locked():  # noqa: ASYNC110 - the lock is a thread's: there is no event of it
                await asyncio.sleep(0)
            assert metadata.gate is not None
            metadata.gate.set()  # it would never be, were the loop held up
            await waiting

    with Wire([accept]) as gateway:
        asyncio.run(call(gateway.url))

    assert len(gateway.requests) == 1
