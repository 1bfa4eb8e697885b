"""What ``ncp-vserver verify --restart`` finds."""

import gzip
from collections.abc import Mapping

import httpx
import pytest
from ncp_mock import Mock
from ncp_vserver import Client, Credentials, RollingReport
from ncp_vserver._verify.restart import AGAIN, RESTART_PROBES, Tap, timeline
from support.contrary import (
    Answers,
    Contrary,
    in_bodies,
    in_every_body,
    like,
    refused,
)
from support.verifications import differing, rest, sender, untold


@pytest.fixture(scope="module")
def restarted() -> Answers:
    """What the mock answers while it restarts a server that is asked for twice."""
    with Mock(reboot_seconds=None) as mock:
        keys = Credentials(mock.access_key, mock.secret_key)
        tap = Tap(httpx.HTTPTransport())
        again: Answers = {}
        with Client(keys, base_url=mock.url, transport=tap) as client, Client(keys, base_url=mock.url) as other:

            def told(report: RollingReport) -> None:
                if report.having("accepted") and not again:
                    again[AGAIN.name] = sender(mock, other).send(AGAIN, {"serverInstanceNo": "123458773"})
                elif "poll-2" in tap.exchanges:
                    mock.finish_reboots()

            client.prepare_rolling_reboot("123458773", poll=0.01).run(told)
    return {**tap.exchanges, **again}


def polls(change: Contrary) -> Contrary:
    return lambda answers: change({name: each for name, each in answers.items() if name.startswith("poll-")})


def first_poll_as_before(answers: Answers) -> Answers:
    return like("poll-1", "restart-before")(answers)


def with_state(name: str, old: str, new: str) -> Contrary:
    return in_bodies([name], old, new)


RESTARTED_OTHERWISE: Mapping[str, Contrary] = {
    "restart-shows-resta": with_state("restart", "RESTA", "NULL"),
    "status-stays-run": with_state("poll-1", '"RUN"', '"INIT"'),
    "list-shows-restart-at-once": first_poll_as_before,
    "uptime-renewed": polls(in_every_body('"uptime": "[^"]*"', '"uptime": "2020-01-01T00:00:00+0900"')),
    "restart-status-names": with_state("poll-1", "rebooting", "rebooting softly"),
    "busy-server-refused": like("restart-again", "restart"),
}


def test_everything_about_a_restart_holds_on_the_mock(restarted: Answers) -> None:
    verification = rest(restarted)

    assert differing(verification, RESTART_PROBES) == untold(verification, RESTART_PROBES) == {}
    states = [state.partition(": ")[2].rpartition(", ")[0] for state in timeline(verification.seen())]
    assert states == ["RUN, RESTA, rebooting", "RUN, NULL, running"]


@pytest.mark.parametrize("id_", RESTART_PROBES)
def test_restart_that_does_the_contrary_differs_there_and_nowhere_else(id_: str, restarted: Answers) -> None:
    changed = RESTARTED_OTHERWISE[id_](dict(restarted))

    assert differing(rest({**restarted, **changed}), RESTART_PROBES).keys() == {id_}


@pytest.mark.parametrize(
    ("change", "untold_"),
    [
        (refused("restart", "800"), RESTART_PROBES.keys() - {"busy-server-refused"}),
        (polls(in_every_body('"RESTA"|"NULL"', '"RESTA"')), {"uptime-renewed"}),
        (polls(in_every_body('"uptime": "[^"]*"', '"uptime": "soon"')), {"uptime-renewed"}),
    ],
    ids=["refused", "never over", "no time"],
)
def test_restart_that_does_not_tell(change: Contrary, untold_: set[str], restarted: Answers) -> None:
    verification = rest({**restarted, **change(dict(restarted))})

    assert differing(verification, RESTART_PROBES) == {}
    assert untold(verification, RESTART_PROBES).keys() == untold_


def test_restart_that_no_poll_shows(restarted: Answers) -> None:
    hidden = {name: each for name, each in restarted.items() if not name.startswith("poll-")}
    first = like("poll-1", "restart-before")({**hidden, "poll-1": restarted["poll-1"]})

    verification = rest({**hidden, **first})
    assert differing(verification, RESTART_PROBES).keys() == {"list-shows-restart-at-once", "uptime-renewed"}
    assert "none of 1 polls" in differing(verification, RESTART_PROBES)["list-shows-restart-at-once"]
    assert set(untold(rest(hidden), RESTART_PROBES).values()) == {"no poll succeeded"}
    assert timeline(rest(hidden).seen()) == []


def test_restart_without_a_response_is_kept() -> None:
    def lose(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("lost", request=request)

    tap = Tap(httpx.MockTransport(lose))
    with pytest.raises(httpx.ReadError):
        tap.handle_request(httpx.Request("GET", "http://a/vserver/v2/rebootServerInstances"))

    assert str(tap.exchanges["restart"]) == "no response (ReadError: lost)"


def test_compressed_response_is_kept_and_passed_on_as_text() -> None:
    def reply(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=gzip.compress(b"{}"), headers={"content-encoding": "gzip"})

    tap = Tap(httpx.MockTransport(reply))
    response = tap.handle_request(httpx.Request("GET", "http://a/vserver/v2/rebootServerInstances"))

    assert (response.content, tap.exchanges["restart"].body) == (b"{}", b"{}")
    assert tap.exchanges["restart"].header("content-encoding") == "gzip"
