"""Which exit code outcomes lead to, and what is said of an error."""

import itertools

import pytest
from ncp_vserver import OutcomeUnknownError, RejectedError, RollingReport, WaitTimeoutError
from ncp_vserver._command.orders import Options, Order
from ncp_vserver._command.screen.advice import next_commands
from ncp_vserver._command.screen.outcomes import exit_code, outcomes
from ncp_vserver._values.reasons import as_json, reason
from ncp_vserver._values.report import OUTCOMES

GRAVEST_FIRST = [({"unknown", "untouched"}, 5), ({"failed"}, 7), ({"waiting"}, 6), ({"rejected"}, 3), ({"not_sent"}, 4)]
DONE = {"accepted", "back", "down"}


@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_gravest_outcome_decides(size: int) -> None:
    every = sorted(DONE.union(*(names for names, _ in GRAVEST_FIRST)))
    for present in itertools.combinations(every, size):
        expected = next((code for names, code in GRAVEST_FIRST if names & set(present)), 0)
        assert exit_code(present) == expected, present


@pytest.mark.parametrize(
    ("verb", "wait", "accepted", "back"),
    [
        ("reboot", None, "accepted", "back"),
        ("reboot", 600.0, "waiting", "back"),
        ("stop", 600.0, "waiting", "down"),
        ("wait", 600.0, "waiting", "back"),
    ],
)
def test_names_of_outcomes(verb: str, wait: float | None, accepted: str, back: str) -> None:
    order = Order(verb=verb, wait=wait, poll=2)  # type: ignore[arg-type]  # a row of the table
    report = RollingReport({outcome: outcome for outcome in OUTCOMES})

    names = {"accepted": accepted, "back": back}
    assert outcomes(report, order) == {outcome: names.get(outcome, outcome) for outcome in OUTCOMES}


@pytest.mark.parametrize("rolling", [None, 1])
def test_untouched_can_be_repeated(rolling: int | None) -> None:
    order = Order(verb="reboot", wait=900, poll=2, rolling=rolling)
    options = Options(
        None, None, None, json=False, verbose=False, correct_clock=False, ca=None, given={"wait": " --wait 15m"}
    )
    error = OutcomeUnknownError("no answer", unknown=("2", "3"))
    outcomes = {"1": "back", "2": "untouched", "3": "unknown", "4": "not_sent"}

    assert next_commands(outcomes, {"2": error, "3": error}, order, options) == [
        "Look before you repeat it: ncp-vserver show 3",
        "For the rest: ncp-vserver reboot --wait 15m 2 4",
    ]


def test_reason_has_no_account() -> None:
    error = RejectedError("refused", status=400, code="800", rejected=("1",), not_sent=("2",), request_id="id")

    assert reason(error) == "refused (HTTP 400 code 800 request id id)"
    assert error.rejected == ("1",)
    assert as_json(error) == {
        "type": "RejectedError",
        "message": reason(error),
        "status": 400,
        "code": "800",
        "requestId": "id",
    }
    assert as_json(None) is None


def test_reason_of_a_wait() -> None:
    error = WaitTimeoutError(back=("1",), waiting=("2",), seconds=600, noun="restart")
    assert reason(error) == "still waiting after 10 min"
    error.__cause__ = OutcomeUnknownError("no answer", unknown=("1",))
    assert reason(error) == "still waiting after 10 min; the last poll failed: no answer"
    error = WaitTimeoutError(waiting=("2",), no_sign=("2",), seconds=600, noun="restart")
    assert reason(error) == "no sign of a restart after 10 min"
