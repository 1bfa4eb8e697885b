"""A canary secret: whatever is done with it, it shows nowhere."""

import asyncio
import copy
import functools
import logging
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import ncp_vserver_api
import pytest
from ncp_signer import Credentials, CredentialsError, NcpAuth, load_credentials, sign
from ncp_vserver import AsyncClient, Client, NcpError
from support.canary import CANARY, WAYS_TO_SHOW, locals_in
from support.wire import Wire, accept, answer, raw, reset

KEY = "NCPACCESSKEYEXAMPLE0"


@pytest.mark.parametrize("show", WAYS_TO_SHOW.values(), ids=WAYS_TO_SHOW)
@pytest.mark.parametrize(
    "wrap",
    [
        lambda credentials: credentials,
        lambda credentials: credentials.secret_key,
        NcpAuth,
        Client,
        AsyncClient,
        lambda credentials: ncp_vserver_api.Client(
            base_url="https://ncloud.apigw.ntruss.com", httpx_args={"auth": NcpAuth(credentials)}
        ),
    ],
    ids=["Credentials", "Secret", "NcpAuth", "Client", "AsyncClient", "generated"],
)
def test_no_text_shows_it(wrap: Callable[[Credentials], Any], show: Callable[[Any], str]) -> None:
    assert CANARY not in show(wrap(Credentials(KEY, CANARY)))


@pytest.mark.parametrize(
    "wrap",
    [
        lambda credentials: credentials,
        lambda credentials: credentials.secret_key,
        NcpAuth,
        lambda credentials: NcpAuth(functools.partial(Credentials, KEY, CANARY)),
    ],
    ids=["Credentials", "Secret", "NcpAuth", "provider"],
)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_refuses(wrap: Callable[[Credentials], Any], protocol: int) -> None:
    with pytest.raises(TypeError, match="cannot be pickled") as caught:
        pickle.dumps(wrap(Credentials(KEY, CANARY)), protocol)

    assert CANARY not in locals_in(caught.value, besides=__file__)


def test_copies_share_the_keys() -> None:
    auth = NcpAuth(functools.partial(Credentials, KEY, CANARY))

    assert copy.deepcopy(auth).credentials() == copy.copy(auth).credentials() == auth.credentials()


def test_reduce_refuses() -> None:
    with pytest.raises(TypeError, match="cannot be pickled"):
        Credentials(KEY, CANARY).__reduce_ex__(2)
    with pytest.raises(TypeError):
        Credentials(KEY, CANARY).__reduce__()


WAYS_TO_FAIL: dict[str, Callable[[], object]] = {
    "empty-access-key": lambda: Credentials("", CANARY),
    "newline": lambda: Credentials(KEY, CANARY + "\n"),
    "same-twice": lambda: Credentials(CANARY, CANARY),
    "swapped-and-empty": lambda: Credentials(CANARY, ""),
    "swapped-and-malformed": lambda: Credentials(CANARY + " ", "other"),
    "target": lambda: sign(Credentials(KEY, CANARY), "GET", "no path", timestamp_ms=1700000000000),
    "timestamp": lambda: sign(Credentials(KEY, CANARY), "GET", "/", timestamp_ms=17),
    "host": lambda: httpx.get("https://evil.example", auth=NcpAuth(Credentials(KEY, CANARY))),
    "gateway": lambda: Client(Credentials(KEY, CANARY), base_url="https://evil.example"),
    "bare-keys": lambda: NcpAuth((KEY, CANARY)),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the mistake
    "bare-keys-of-a-client": lambda: Client((KEY, CANARY)),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the mistake
    "bare-keys-of-an-async-client": lambda: AsyncClient((KEY, CANARY)),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the mistake
    "timeout": lambda: Client(Credentials(KEY, CANARY), timeout=httpx.Timeout(None)),
}


@pytest.mark.parametrize("fail", WAYS_TO_FAIL.values(), ids=WAYS_TO_FAIL)
def test_no_traceback_shows_it(fail: Callable[[], object]) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:  # the class does not matter here
        fail()

    assert CANARY not in locals_in(caught.value, besides=__file__)


@pytest.mark.parametrize(
    "environment",
    [
        {"NCLOUD_SECRET_KEY": CANARY},
        {"NCLOUD_ACCESS_KEY": KEY, "NCLOUD_SECRET_KEY": CANARY[:9] + "\x01" + CANARY},
        {"NCLOUD_ACCESS_KEY": CANARY + " " + KEY, "NCLOUD_SECRET_KEY": CANARY},
    ],
    ids=["half", "malformed-secret", "malformed-access-key"],
)
def test_no_traceback_shows_the_environment(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(CredentialsError) as caught:
        load_credentials()

    assert CANARY not in locals_in(caught.value, besides=__file__)


@pytest.mark.parametrize(
    "content",
    [
        f"ncloud_secret_access_key = {CANARY}\n",
        f"ncloud_access_key_id = {CANARY} {KEY}\nncloud_secret_access_key = {CANARY}\n",
        f"ncloud_access_key_id = {KEY}\nncloud_secret_access_key = {CANARY}\x00\n",
        f"{CANARY}\n",
        f"[{KEY}\n{CANARY}",
        f"ncloud_access_key_id = {KEY}\nncloud_secret_access_key = {CANARY}\udcff\n",
    ],
    ids=["half", "malformed-access-key", "malformed-secret", "no-settings", "no-section", "not-utf-8"],
)
def test_no_traceback_shows_the_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "configure").write_bytes(content.encode(errors="surrogateescape"))

    with pytest.raises(CredentialsError) as caught:
        Credentials.from_file(tmp_path / "configure")

    assert CANARY not in locals_in(caught.value, besides=__file__)


@pytest.mark.parametrize(
    "reply",
    [
        accept,
        answer(401, "{}"),
        answer(200, "<xml/>"),
        answer(520),
        answer(307, "", "text/html", "location: /"),
        raw(b""),
        reset,
    ],
    ids=["accepted", "401", "xml", "520", "redirect", "closed", "reset"],
)
def test_no_log_and_no_error_of_a_call_shows_it(reply: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    credentials = Credentials(KEY, CANARY)
    errors: list[NcpError] = []

    def reboot(url: str) -> None:
        with Client(credentials, base_url=url) as client:
            client.reboot("1234")

    async def reboot_async(url: str) -> None:
        async with AsyncClient(credentials, base_url=url) as client:
            await client.reboot("1234")

    calls: list[Callable[[str], None]] = [reboot, lambda url: asyncio.run(reboot_async(url))]
    with Wire([reply]) as wire:
        for call in calls:
            try:
                call(wire.url)
            except NcpError as error:
                errors.append(error)

    assert len(wire.requests) == 2
    assert caplog.records
    shown = "\n".join(f"{record.getMessage()} {record.args!r} {record.exc_info!r}" for record in caplog.records)
    assert CANARY not in shown
    assert all(
        CANARY not in locals_in(error, besides=__file__) and CANARY.encode() not in pickle.dumps(error)
        for error in errors
    )
