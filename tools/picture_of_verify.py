"""Draw the table of ``ncp-vserver verify``, shortened, by its own code: ``docs/verify.svg``.

It asks the mock's gateway, in this process and without Prism: only what the gateway refuses by itself. The gateway is
made to leave out one header, so that something differs.
"""

import asyncio
from typing import Final
from unittest.mock import patch

import httpx
from ncp_mock._contract.document import Contract as ContractOfTheMock
from ncp_mock._gateway.authentication import Keys
from ncp_mock._gateway.gateway import Gateway
from ncp_mock._messages import Answer, Request
from ncp_mock._service.backend import Backend
from ncp_vserver import Credentials
from ncp_vserver._command.orders import Options
from ncp_vserver._command.screen.findings import Findings
from ncp_vserver._command.signals import Interrupts
from ncp_vserver._verify.calls import CALLS
from ncp_vserver._verify.sending import Sender
from ncp_vserver._verify.verification import CANNOT_TELL, Verification
from pictures_of_terminal import DOCS, svg
from rehearsal import ROOT, Rehearsal
from rich.console import RenderableType

PICTURE: Final = DOCS / "verify.svg"
LINE: Final = "ncp-vserver verify"

_TOPICS: Final = ("signing headers", "other paths and methods")
_LET_IN: Final = ("signature-v1", "timestamp-4-minutes")
"""Calls of these topics that Prism would have to answer."""
_UNTOLD: Final = ("twenty-numbers", "financial-host")
"""Some of what no probe can test."""


class _Direct(httpx.BaseTransport):
    """Hands requests to a gateway without a connection, and leaves out which methods a path has."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = tuple((name.lower(), value) for name, value in request.headers.multi_items())
        answers: list[Answer] = []

        async def keep(answer: Answer) -> None:
            answers.append(answer)

        target = request.extensions["target"].decode()
        asyncio.run(self._gateway.handle(Request(request.method, target, headers, request.read()), keep))
        [answer] = answers
        kept = {name: value for name, value in answer.headers.items() if name != "allow"}
        return httpx.Response(answer.status, headers={"content-type": answer.content_type, **kept}, content=answer.body)


def main() -> None:
    PICTURE.write_text(picture(), encoding="utf-8")


def picture() -> str:
    """The picture as SVG."""
    return svg("verify", LINE, _table())


def _table() -> RenderableType:
    keys = Keys()
    mock = ContractOfTheMock(ROOT / "openapi" / "vserver.yaml")
    gateway = Gateway(mock, Backend(0), Rehearsal().fleet, keys=keys, lax=False, latency=0)
    sender = Sender(
        Credentials(keys.access_key, keys.secret_key),
        httpx.URL("http://127.0.0.1"),
        _Direct(gateway),
        headers={},
        limits={},
        region="KR",
    )
    verification = Verification(sender.send, pause=0)
    for call in CALLS:
        if call.topic in _TOPICS and call.name not in _LET_IN:
            verification.exchanges[call.name] = sender.send(call, {})
    options = Options(region=None, profile=None, site=None, json=False, verbose=False, correct_clock=False, ca=None)
    findings = Findings(options, Interrupts(), verification)
    rows = [row for row in findings.rows() if row[1].verdict != CANNOT_TELL or row[0].id in _UNTOLD]
    with (
        patch("ncp_vserver._command.screen.findings.report") as told,
        patch.object(findings, "rows", lambda: rows),
        patch("ncp_vserver._command.screen.findings.say"),
    ):
        findings.tell()
    table: RenderableType = told.call_args.args[0]
    return table


if __name__ == "__main__":
    main()
