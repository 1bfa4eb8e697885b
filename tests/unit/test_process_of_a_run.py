"""Whether the process of a run still exists, by what /proc shows."""

import os
from pathlib import Path
from unittest.mock import Mock

import pytest
from ncp_vserver._journal import process as module
from ncp_vserver._journal.process import Process

ROOM = "boot-1 pid:[1]"


class Proc:
    """A folder like /proc."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "sys/kernel/random").mkdir(parents=True)
        (folder / "sys/kernel/random/boot_id").write_text("boot-1\n", encoding="ascii")
        (folder / "self/ns").mkdir(parents=True)
        (folder / "self/ns/pid").symlink_to("pid:[1]")

    def has(self, pid: int, state: str = "S", started: int = 77) -> None:
        (self.folder / str(pid)).mkdir(exist_ok=True)
        fields = [state, *("0" for _ in range(18)), str(started), "1"]
        (self.folder / str(pid) / "stat").write_text(f"{pid} (a) name) {' '.join(fields)}", encoding="utf-8")

    def has_no_room(self) -> None:
        (self.folder / "self/ns/pid").unlink()


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Proc:
    monkeypatch.setattr(module, "_PROC", tmp_path)

    monkeypatch.setattr(os, "kill", Mock(side_effect=ProcessLookupError))
    return Proc(tmp_path)


def of(pid: int, identity: str | None) -> Process:
    return Process("user", "host", pid, identity)


def test_process_is_told_by_start_of_machine_room_and_start(proc: Proc) -> None:
    proc.has(os.getpid(), started=4711)

    assert Process.this().identity == f"{ROOM} 4711"


def test_process_that_is_there_is_not_gone(proc: Proc) -> None:
    proc.has(5, started=77)

    assert not of(5, f"{ROOM} 77").is_gone


def test_process_that_is_not_there_is_gone(proc: Proc) -> None:
    assert of(5, f"{ROOM} 77").is_gone


def test_another_process_has_got_its_number(proc: Proc) -> None:
    """The number is taken, so the old process has ended; but for the number alone, that it is there is no proof."""
    proc.has(5, started=78)

    assert module._identity(5) == f"{ROOM} 78"
    assert of(5, f"{ROOM} 77").is_gone


@pytest.mark.parametrize("result", [None, PermissionError])
def test_process_that_only_the_system_sees_is_not_gone(
    proc: Proc, result: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one of another user, where /proc has ``hidepid``. It is asked by no signal at all."""
    kill = Mock(side_effect=[result])
    monkeypatch.setattr(os, "kill", kill)

    assert not of(5, f"{ROOM} 77").is_gone
    kill.assert_called_once_with(5, 0)


@pytest.mark.parametrize("state", ["Z", "X"])
def test_process_that_has_ended_and_is_listed_yet_has_no_identity(proc: Proc, state: str) -> None:
    proc.has(5, state=state)

    assert module._identity(5) is None


@pytest.mark.parametrize("identity", [None, "boot-2 pid:[1] 77", "boot-1 pid:[2] 77"])
def test_process_of_elsewhere_may_live(proc: Proc, identity: str | None) -> None:
    assert not of(5, identity).is_gone


def test_where_the_room_is_not_known_nothing_is_gone(proc: Proc) -> None:
    proc.has(5)
    proc.has_no_room()

    assert module._identity(5) is None
    assert not of(6, f"{ROOM} 77").is_gone
    assert not of(6, "None 77").is_gone
