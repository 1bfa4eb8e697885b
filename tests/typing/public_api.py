"""What type checkers make of the public names. Checked by "make types", never run."""

from collections.abc import Iterator
from typing import assert_type

import httpx
import httpx2
from ncp_signer import Credentials, NcpAuth, Secret, load_credentials, sign, signed_headers, string_to_sign
from ncp_vserver import AsyncClient, Client, NcpError, RebootResult
from ncp_vserver_api.models import ServerInstance
from ncp_vserver_api.types import Unset

credentials = Credentials("KEY", "secret")
assert_type(credentials, Credentials)
assert_type(credentials.secret_key, Secret)
assert_type(Credentials.from_env(), Credentials)
assert_type(Credentials.from_file("keys", profile="gov"), Credentials)
assert_type(load_credentials(), Credentials)

assert_type(string_to_sign("GET", "/", 1700000000000, "KEY"), str)
assert_type(sign(credentials, "GET", "/", timestamp_ms="1700000000000"), str)
assert_type(signed_headers(credentials, "GET", "/"), dict[str, str])

auth = NcpAuth(credentials, clock=lambda: 1700000000.0, allowed_hosts=["gateway.corp.example"])
httpx.Client(auth=auth)
httpx.AsyncClient(auth=auth)
httpx2.Client(auth=auth)
httpx2.AsyncClient(auth=auth)


def restart(client: Client) -> None:
    result = client.reboot("1234", region_code="KR")
    assert_type(result, RebootResult)
    assert_type(iter(result), Iterator[ServerInstance])
    assert_type(result.request_ids, tuple[str, ...])
    assert_type(client.reboot(1234), RebootResult)
    assert_type(client.reboot(["1234", 2345]), RebootResult)
    for server in result:
        assert_type(server.server_name, str | Unset)


async def restart_async(client: AsyncClient) -> None:
    async with client as same:
        assert_type(same, AsyncClient)
        assert_type(await same.reboot(("1234",)), RebootResult)


def account(error: NcpError) -> None:
    assert_type(error.executed, bool | None)
    assert_type(error.accepted, tuple[str, ...])
