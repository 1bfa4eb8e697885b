"""Verifications of gateways that are the mock, or answer as the mock has answered."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
from ncp_mock import NcpMock
from ncp_vserver import Client, Credentials
from ncp_vserver._verify.calls import Call
from ncp_vserver._verify.exchange import Exchange
from ncp_vserver._verify.facts import Facts
from ncp_vserver._verify.probes import PROBES
from ncp_vserver._verify.sending import Sender
from ncp_vserver._verify.verification import Verdict, Verification

from support.contrary import Answers

# One server has, of each field that can be asked for, a value of its own: a filter that is ignored shows.
ODD = {
    "serverInstanceNo": "123458780",
    "vpcNo": "11",
    "placementGroupNo": "12",
    "fabricClusterPoolNo": "13",
    "fabricClusterNo": "14",
    "fabricClusterMode": "ODD",
    "publicIp": "192.0.2.80",
    "baseBlockStorageDiskType": "ODD",
    "baseBlockStorageDiskDetailType": "HDD",
    "hypervisorType": "XEN",
}


FLEET = [
    *range(123458773, 123458780),
    ODD,
    *range(123458781, 123458793),
    {"serverInstanceNo": "123458793", "serverInstanceStatus": "NSTOP"},
    123458794,
]


Send = Callable[[Call, Facts], Exchange]


def asking(
    keys: Credentials, url: str, client: Client, region: str | None = None, *, correct_clock: bool = False
) -> Sender:
    """What sends the calls over a client's network."""
    return Sender(
        keys,
        httpx.URL(url),
        client._transport,
        headers=client._http.headers,
        limits=client._settings.policy.limits(),
        region=region,
        correct_clock=correct_clock,
    )


def sender(mock: NcpMock, client: Client, region: str | None = None) -> Sender:
    return asking(Credentials(mock.access_key, mock.secret_key), mock.url, client, region)


def verified(send: Send) -> Verification:
    verification = Verification(send, 0.0)
    verification.run(lambda call: None)
    return verification


def replayed(answers: Answers) -> Send:
    def send(call: Call, facts: Facts) -> Exchange:
        target, _ = call.filled(facts, None)
        assert target
        return answers[call.name]

    return send


def verdict_of(id_: str, verification: Verification) -> Verdict:
    """The verdict of one probe: to run all of them takes fifty times as long."""
    [verdict] = verification.verdicts({id_: PROBES[id_]})
    return verdict


def differing(verification: Verification, probes: Mapping[str, Any] = PROBES) -> dict[str, str]:
    return {each.id: each.text for each in verification.verdicts(probes) if each.verdict == "differs"}


def untold(verification: Verification, probes: Mapping[str, Any] = PROBES) -> dict[str, str]:
    return {each.id: each.text for each in verification.verdicts(probes) if each.verdict == "cannot tell"}


def rest(answers: Answers) -> Verification:
    verification = Verification(replayed({}), 0.0)
    verification.exchanges = dict(answers)
    return verification
