"""Every case in this folder, at every stage: string to sign, signature, headers, and the bytes on the wire.

A case is a folder: ``case.toml`` says why it exists and has the keys and the time; ``request.http`` is the request
before signing; ``string_to_sign.txt``, ``signature.txt`` and ``headers.txt`` are what must come out. A case with
``rejected`` in its ``case.toml`` has the parts of a string to sign, one of which must be refused.
"""

import asyncio
import base64
import enum
import json
import os
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from ncp_signer import Credentials, NcpAuth, sign, signed_headers, string_to_sign
from support.wire import Wire, answer

HERE = Path(__file__).parent
SIGNING_HEADERS = ("x-ncp-apigw-timestamp", "x-ncp-iam-access-key", "x-ncp-apigw-signature-v2")


@dataclass(frozen=True)
class Case:
    name: str
    credentials: Credentials
    timestamp_ms: int
    method: str
    target: str
    request_headers: dict[str, str]
    body: bytes
    string_to_sign: str
    signature: str
    headers: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> "Case":
        settings = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
        head, _, body = (folder / "request.http").read_bytes().partition(b"\r\n\r\n")
        request_line, *header_lines = head.decode("ascii").split("\r\n")
        method, target, _ = request_line.split(" ")
        headers = dict(line.split(": ") for line in (folder / "headers.txt").read_text(encoding="ascii").splitlines())
        return cls(
            name=folder.name,
            credentials=Credentials(settings["access_key"], settings["secret_key"]),
            timestamp_ms=settings["timestamp_ms"],
            method=method,
            target=target,
            request_headers=dict(line.split(": ") for line in header_lines if not line.startswith("Host:")),
            body=body,
            string_to_sign=(folder / "string_to_sign.txt").read_bytes().decode("utf-8"),
            signature=(folder / "signature.txt").read_text(encoding="ascii"),
            headers=headers,
        )


FOLDERS = sorted(file.parent for file in HERE.glob("*/case.toml"))
CASES = [Case.read(folder) for folder in FOLDERS if not folder.name.startswith("rejected-")]
REJECTED = [folder for folder in FOLDERS if folder.name.startswith("rejected-")]

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@each_case
def test_string_to_sign(case: Case) -> None:
    parts = (case.method, case.target, case.timestamp_ms, case.credentials.access_key)

    assert string_to_sign(*parts) == case.string_to_sign


@each_case
def test_signature(case: Case) -> None:
    assert sign(case.credentials, case.method, case.target, timestamp_ms=case.timestamp_ms) == case.signature


def test_member_of_an_enum_is_signed_as_the_text_that_is_sent() -> None:
    class Text(str, enum.Enum):  # noqa: UP042 - StrEnum formats as its value
        TARGET = "/vserver/v2/getServerInstanceList"
        ACCESS_KEY = "ACCESSKEY"

    signed = string_to_sign("GET", Text.TARGET, 1700000000000, Text.ACCESS_KEY)
    assert signed == "GET /vserver/v2/getServerInstanceList\n1700000000000\nACCESSKEY"


@each_case
def test_timestamp_as_string_is_the_same(case: Case) -> None:
    assert sign(case.credentials, case.method, case.target, timestamp_ms=str(case.timestamp_ms)) == case.signature


@each_case
def test_headers(case: Case) -> None:
    headers = signed_headers(case.credentials, case.method, case.target, timestamp_ms=case.timestamp_ms)

    assert list(headers.items()) == list(case.headers.items())


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with Wire([answer(200, "{}")]) as wire:
        yield wire


def _send(library: Any, url: str, auth: NcpAuth, case: Case) -> None:
    with library.Client(verify=False) as client:
        client.request(case.method, url, headers=case.request_headers, content=case.body, auth=auth)


def _send_async(library: Any, url: str, auth: NcpAuth, case: Case) -> None:
    async def send() -> None:
        async with library.AsyncClient(verify=False) as client:
            await client.request(case.method, url, headers=case.request_headers, content=case.body, auth=auth)

    asyncio.run(send())


@pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda library: library.__name__)
@pytest.mark.parametrize("send", [_send, _send_async], ids=["sync", "async"])
@each_case
def test_on_the_wire(case: Case, send: Callable[[Any, str, NcpAuth, Case], None], library: Any, wire: Wire) -> None:
    # Whoever listens sees the request line that was signed, and the three headers, once each.
    auth = NcpAuth(case.credentials, clock=lambda: case.timestamp_ms / 1000)

    send(library, wire.url + case.target, auth, case)

    received = wire.requests[-1]
    assert (received.method, received.target, received.body) == (case.method.upper(), case.target, case.body)
    assert {name: received.header(name) for name in SIGNING_HEADERS} == {
        name: [value] for name, value in case.headers.items()
    }


@pytest.mark.parametrize("folder", REJECTED, ids=lambda folder: folder.name)
def test_rejected(folder: Path) -> None:
    settings = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    parts = (settings["method"], settings["target"], settings["timestamp_ms"], settings["access_key"])

    with pytest.raises(ValueError, match=f"^{settings['rejected']} must ") as caught:
        string_to_sign(*parts)

    assert settings["why"]
    assert "\n" not in str(caught.value)


def _require(program: str) -> None:
    if shutil.which(program) is None:
        reason = f"{program} is not on the PATH: these signatures are not recomputed by it"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def _recomputed_by_openssl() -> list[str]:
    _require("openssl")
    signatures: list[str] = []
    for case in CASES:
        key = case.credentials.secret_key.reveal().encode().hex()
        command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key}", "-binary"]
        digest = subprocess.run(command, input=case.string_to_sign.encode(), stdout=subprocess.PIPE, check=True).stdout
        signatures.append(base64.b64encode(digest).decode())
    return signatures


def _recomputed_by_node() -> list[str]:
    _require("node")
    cases = [{"secret": case.credentials.secret_key.reveal(), "stringToSign": case.string_to_sign} for case in CASES]
    command = ["node", str(HERE / "recompute.mjs")]
    output = subprocess.run(command, input=json.dumps(cases), stdout=subprocess.PIPE, check=True, text=True).stdout
    return output.split()


@pytest.mark.parametrize("recompute", [_recomputed_by_openssl, _recomputed_by_node], ids=["openssl", "node"])
def test_other_implementations_agree(recompute: Callable[[], list[str]]) -> None:
    assert recompute() == [case.signature for case in CASES]


def test_there_are_cases() -> None:
    assert len(CASES) >= 33
    assert len(REJECTED) >= 24
