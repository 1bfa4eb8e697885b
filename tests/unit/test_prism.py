"""Prism's end: it is killed where it does not end by itself in time, or where nobody waits for that."""

import pytest
from ncp_mock._launch.prism import Prism


def test_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ncp_mock._launch.prism._SECONDS_TO_END", 0)

    with Prism() as prism:
        monkeypatch.setattr(prism._process, "terminate", lambda: None)

    assert prism._process.returncode  # it did not end by itself


def test_that_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    prism = Prism()
    prism.__enter__()
    wait = prism._process.wait

    def interrupted(timeout: float | None = None) -> int:
        if timeout is not None:
            raise KeyboardInterrupt
        return wait()

    monkeypatch.setattr(prism._process, "wait", interrupted)

    with pytest.raises(KeyboardInterrupt):
        prism.__exit__(None, None, None)

    assert prism._process.returncode is not None
