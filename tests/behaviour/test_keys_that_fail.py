"""Keys that cannot be had for a while: a metadata service that answers 503, a file that is being written."""

from typing import Any

import pytest
from ncp_signer import Credentials
from ncp_vserver import CredentialsError, RollingReport
from support.calls import CREDENTIALS, EVERY, Call
from support.service import Service
from support.wire import Wire

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
QUICK: dict[str, Any] = {"poll": 0.001}


class Flaky:
    """Has keys for the first ``good`` fetches, none for the next three, then again."""

    def __init__(self, good: int) -> None:
        self.fetches = 0
        self._good = good

    def __call__(self) -> Credentials:
        self.fetches += 1
        if self._good < self.fetches <= self._good + 3:
            raise CredentialsError("the metadata service answered 503")
        return CREDENTIALS


def without_keys(call: Call, keys: Flaky, url: str, *arguments: Any, **options: Any) -> Any:
    """A call with these keys."""
    return call(url, *arguments, client={"credentials": keys}, **options)


@each
def test_wait_for_a_restart_goes_on(call: Call) -> None:
    keys = Flaky(good=1)  # for the restart itself
    with Wire([Service()]) as wire:
        [server] = without_keys(call, keys, wire.url, "reboot", "1", wait=10, **QUICK)

    assert server.is_idle
    assert keys.fetches > 4


@each
@pytest.mark.parametrize("good", [2, 4], ids=["in-a-wait", "before-the-second-batch"])
def test_rolling_restart_goes_on(call: Call, good: int) -> None:
    keys = Flaky(good)
    with Wire([Service()]) as wire:
        report: RollingReport = without_keys(call, keys, wire.url, "rolling_reboot", ["1", "2"], timeout=10, **QUICK)

    assert str(report) == "back: 1, 2"


@each
def test_nothing_is_waited_for_before_anything_was_accepted(call: Call) -> None:
    keys = Flaky(good=0)
    with Wire([Service()]) as wire:
        report: RollingReport = without_keys(call, keys, wire.url, "rolling_reboot", ["1", "2"], timeout=10, **QUICK)
        with pytest.raises(CredentialsError):
            without_keys(call, Flaky(good=0), wire.url, "wait_until_running", "1", timeout=10, **QUICK)

    assert str(report) == "not sent: 1, 2"
    assert isinstance(report.errors["1"], CredentialsError)
    assert wire.requests == []
