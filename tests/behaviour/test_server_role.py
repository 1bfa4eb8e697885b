"""Keys of a server's role: when they are fetched and renewed, by how many, and who waits for it."""

import asyncio
import gc
import itertools
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import httpx
import pytest
from ncp_signer import Credentials, CredentialsError, NcpAuth, ServerRole, load_credentials
from support.metadata import NOW, PATH, SECRET, Metadata
from support.processes import wait_until
from support.wire import Wire, accept, answer


@pytest.fixture
def metadata() -> Metadata:
    return Metadata()


@pytest.fixture
def wire(metadata: Metadata) -> Iterator[Wire]:
    with Wire([metadata]) as wire:
        yield wire


@pytest.fixture
def role(metadata: Metadata, wire: Wire) -> ServerRole:
    role = ServerRole(wire.url, clock=metadata.clock)
    role._monotonic = metadata.clock
    return role


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
    role._monotonic = itertools.count(0, 10).__next__  # however long they wait
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
        assert wait_until(role._lock.locked)
        # It is under way and held up: the others go on with the present keys.
        assert {role().access_key for _ in range(10)} == {"ROLEKEY1"}
        metadata.gate.set()
        assert renewing.result().access_key == "ROLEKEY2"


def test_all_wait_for_a_late_renewal(role: ServerRole, metadata: Metadata) -> None:
    role()
    metadata.now += 3400
    metadata.gate = threading.Event()
    with ThreadPoolExecutor(10) as pool:
        renewing = pool.submit(role)
        assert wait_until(role._lock.locked)
        looked: list[None] = []

        def clock() -> float:
            looked.append(None)
            return metadata.now

        role._clock = clock
        waiting = [pool.submit(role) for _ in range(9)]
        assert wait_until(lambda: len(looked) == 9)  # all have looked at the end of the present keys
        assert not any(future.done() for future in waiting)
        metadata.gate.set()
        assert {future.result().access_key for future in [renewing, *waiting]} == {"ROLEKEY2"}


def test_nobody_asks_again_at_once_for_keys_that_last_no_longer(role: ServerRole, metadata: Metadata) -> None:
    # A service that answers with keys of some minutes, or with the same keys up to their end.
    metadata.lasting = 240
    for _ in range(10):
        role()
    assert metadata.fetched == 1

    metadata.now += 1
    for _ in range(10):
        role()
    assert metadata.fetched == 2


def test_keys_that_end_at_once_are_not_used_on(role: ServerRole, metadata: Metadata) -> None:
    # Whatever the monotonic clock says: it may have stood still while the machine slept.
    metadata.failure = answer(500)
    with pytest.raises(CredentialsError):
        role()
    metadata.failure = None
    metadata.now += 1
    role._monotonic = lambda: NOW + 1
    role()
    metadata.now += 4000

    assert role().access_key == "ROLEKEY2"


def test_failure_is_not_asked_for_again_at_once(role: ServerRole, metadata: Metadata, wire: Wire) -> None:
    metadata.failure = answer(500)
    for _ in range(3):
        with pytest.raises(CredentialsError, match="status 500"):
            role()
    assert len(wire.requests) == 1

    metadata.failure = None
    with pytest.raises(CredentialsError, match="status 500"):
        role()
    metadata.now += 1
    assert role().access_key == "ROLEKEY1"


def test_renewal_that_failed_is_tried_again(role: ServerRole, metadata: Metadata, wire: Wire) -> None:
    role()
    metadata.failure = answer(500)
    metadata.now += 3301
    assert {role().access_key for _ in range(10)} == {"ROLEKEY1"}
    assert len(wire.requests) == 3

    metadata.failure = None
    metadata.now += 1
    assert role().access_key == "ROLEKEY2"


# A response that Ctrl-C has left half made cannot be closed, and Python 3.13 says so.
@pytest.mark.filterwarnings("ignore:.*http.client.HTTPResponse:pytest.PytestUnraisableExceptionWarning")
def test_ctrl_c_leaves_it_usable(role: ServerRole, metadata: Metadata) -> None:
    # At every moment at which a signal can come: Python calls its handler behind a call, as this does.
    def interrupted_at(call: int) -> bool:
        calls = 0

        def profile(frame: FrameType, event: str, argument: object) -> None:
            nonlocal calls
            if event in ("return", "c_return") and frame.f_code.co_filename.endswith("_server_role.py"):
                calls += 1
                if calls == call:
                    sys.setprofile(None)
                    raise KeyboardInterrupt

        sys.setprofile(profile)
        try:
            role()
        except KeyboardInterrupt:
            return True
        finally:
            sys.setprofile(None)
        return False

    moments = 0
    while interrupted_at(moments + 1):
        moments += 1
        assert role._lock.acquire(timeout=0), f"locked for good at moment {moments}"
        role._lock.release()
        metadata.now += 4000
    assert moments > 20
    gc.collect()  # while the warning is expected


def test_one_failure_for_many_waiters(role: ServerRole, metadata: Metadata, wire: Wire) -> None:
    metadata.failure = answer(404, "Path not found.", "text/plain")
    with ThreadPoolExecutor(50) as pool:
        errors = [future.exception() for future in [pool.submit(role) for _ in range(50)]]

    assert {type(error) for error in errors} == {CredentialsError}
    assert len(wire.requests) == 1


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
