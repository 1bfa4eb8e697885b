"""How a wait is told, and how long it may be."""

from datetime import timedelta

import pytest
from ncp_vserver import WaitProgress, WaitTimeoutError
from ncp_vserver._requests.operations import REBOOT, Change
from ncp_vserver._steps.wait import Waited, seconds

A_WEEK = 7 * 86_400


@pytest.mark.parametrize("value", [0.001, A_WEEK, timedelta(days=7)])
def test_time_up_to_a_week(value: float | timedelta) -> None:
    assert seconds("wait", value) == (A_WEEK if isinstance(value, timedelta) else value)


@pytest.mark.parametrize("value", [0, -1, A_WEEK + 1, timedelta(0), timedelta(days=7, seconds=1), float("nan"), True])
def test_other_times(value: float | timedelta) -> None:
    with pytest.raises(ValueError, match="wait must be a timedelta or a number of seconds, above 0 and at most 604800"):
        seconds("wait", value)


@pytest.mark.parametrize(("change", "no_sign"), [(REBOOT, ("1",)), (None, ())])
def test_no_sign_is_told_of_an_operation_alone(change: Change | None, no_sign: tuple[str, ...]) -> None:
    """A wait that changes nothing looks for no sign of anything."""
    last = WaitProgress({"1": None}, (), (), ("1",), ("1",), elapsed=1.0, timeout=1.0, problem=None)

    error = Waited(last).error(change, None)

    assert isinstance(error, WaitTimeoutError)
    assert error.no_sign == no_sign
