"""What type checkers make of the public names. Checked by "make types", never run."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import assert_type

import httpx
import httpx2
from ncp_signer import Credentials, NcpAuth, Secret, ServerRole, load_credentials, sign, signed_headers, string_to_sign
from ncp_vserver import (
    ActionResult,
    AsyncClient,
    AsyncRollingReboot,
    Client,
    CredentialsError,
    NcpError,
    Outcome,
    OutcomeUnknownError,
    RollingReboot,
    RollingReport,
    Server,
    Settlement,
    ThrottledError,
    WaitProgress,
    __version__,
)
from ncp_vserver_api.models import ServerInstance

credentials = Credentials("KEY", "secret")
assert_type(credentials, Credentials)
assert_type(credentials.secret_key, Secret)
assert_type(Credentials.from_env(), Credentials)
assert_type(Credentials.from_file("keys", profile="gov"), Credentials)
assert_type(load_credentials(), Credentials | ServerRole)

assert_type(string_to_sign("GET", "/", 1700000000000, "KEY"), str)
assert_type(sign(credentials, "GET", "/", timestamp_ms="1700000000000"), str)
assert_type(signed_headers(credentials, "GET", "/"), dict[str, str])

auth = NcpAuth(credentials, clock=lambda: 1700000000.0, allowed_hosts=["gateway.corp.example"])
NcpAuth(ServerRole(), correct_clock=True)
NcpAuth(lambda: credentials)
httpx.Client(auth=auth)
httpx.AsyncClient(auth=auth)
httpx2.Client(auth=auth)
httpx2.AsyncClient(auth=auth)


def restart(client: Client) -> None:
    result = client.reboot("1234", region_code="KR")
    assert_type(result, ActionResult)
    assert_type(iter(result), Iterator[Server])
    assert_type(result.request_ids, tuple[str, ...])
    assert_type(client.reboot(1234), ActionResult)
    assert_type(client.reboot(["1234", 2345]), ActionResult)
    for server in result:
        assert_type(server.name, str)
        assert_type(server.status, str)
        assert_type(server.uptime, datetime | None)
        assert_type(server.raw, ServerInstance)


def seen(progress: WaitProgress) -> None:
    assert_type(progress.servers.get("1"), Server | None)
    assert_type(progress.failed, tuple[str, ...])


def healthy(server: Server) -> bool:
    return bool(server.public_ip)


def work(client: Client) -> None:
    assert_type(client.reboot("1", wait=timedelta(minutes=10), progress=seen), ActionResult)
    assert_type(client.start("1", wait=600), ActionResult)
    assert_type(client.stop("1", wait=False), ActionResult)
    assert_type(client.wait_until_running(["1"], timeout=5, progress=seen), tuple[Server, ...])
    assert_type(client.servers(server_instance_status_code="RUN"), Iterator[Server])
    assert_type(client.server(1), Server)
    report = client.rolling_reboot(["1"], check=healthy, on_failure="continue")
    assert_type(report, RollingReport)
    assert_type(report.having("back", "unknown"), tuple[str, ...])
    run = client.prepare_rolling_reboot(["1"], check=healthy)
    assert_type(run, RollingReboot)
    assert_type(run.run(print), RollingReport)
    assert_type(run.report, RollingReport)
    assert_type(list(run), list[RollingReport])
    assert_type(client.wait_until_stopped(1), tuple[Server, ...])
    assert_type(__version__, str)
    outcome: Outcome = run.report.outcomes["1"]
    assert_type(outcome, Outcome)


def settle(client: Client, error: OutcomeUnknownError) -> None:
    assert_type(client.settle(error), Settlement)
    assert_type(client.settle(error, wait=True).known_at, datetime | None)


async def healthy_async(server: Server) -> bool:
    return True


async def work_async(client: AsyncClient) -> None:
    assert_type(client.servers(), AsyncIterator[Server])
    assert_type(await client.rolling_reboot("1", check=healthy_async), RollingReport)
    assert_type(await client.rolling_reboot("1", check=healthy), RollingReport)
    run = client.prepare_rolling_reboot("1", check=healthy_async)
    assert_type(run, AsyncRollingReboot)
    assert_type(await run, RollingReport)
    assert_type([report async for report in run], list[RollingReport])


async def restart_async(client: AsyncClient) -> None:
    async with client as same:
        assert_type(same, AsyncClient)
        assert_type(await same.reboot(("1234",)), ActionResult)


def account(error: NcpError) -> None:
    assert_type(error.executed, bool | None)
    assert_type(error.accepted, tuple[str, ...])


def kinds(error: ThrottledError, other: CredentialsError) -> None:
    assert_type(error.retry_after, float | None)
    assert_type(other.not_sent, tuple[str, ...])
