"""The command in an interpreter that lacks what Windows lacks: see ``support/like_windows.py`` for what is played."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from ncp_mock import NcpMock
from support.like_windows import LIKE_WINDOWS, SIGBREAK
from support.patience import PATIENCE
from support.processes import wait_until

from command.running import asked_for, lines_of, outcomes_of, run_apart, started, surroundings

COMMAND = (*LIKE_WINDOWS, "-m", "ncp_vserver")
REBOOT, LIST = "rebootServerInstances", "getServerInstanceList"
QUESTION = "Go ahead? [y/N] "


def evaluated(code: str, **more: str) -> str:
    process = subprocess.run(
        [*LIKE_WINDOWS, "-c", code], env=surroundings(None, **more), capture_output=True, text=True, timeout=60
    )
    assert process.returncode == 0, process.stderr
    return process.stdout.rstrip("\n")


def test_it_lacks_what_windows_lacks() -> None:
    code = """
names = {"__name__": "probe", "__package__": "ncp_vserver"}
exec('''
import os, signal, socket, time
lacking = [name for name in ("SIGHUP", "SIGTSTP", "SIGKILL", "pthread_sigmask") if hasattr(signal, name)]
lacking += [name for name in ("fork", "getpgid", "getpgrp", "tcgetpgrp", "getuid", "O_NOFOLLOW") if hasattr(os, name)]
lacking += [name for name in ("clock_gettime", "tzset") if hasattr(time, name)]
assert lacking == [] and not hasattr(socket, "AF_UNIX") and os.getpid(), lacking
for name in ("termios", "fcntl", "pwd"):
    try:
        __import__(name)
    except ImportError:
        continue
    raise AssertionError(name)
''', names)
print("it does")
"""

    assert evaluated(code) == "it does"


def test_whoami_and_list(quick: NcpMock) -> None:
    who, servers = run_apart(quick, "whoami", command=COMMAND), run_apart(quick, "list", "--json", command=COMMAND)

    assert (who.returncode, servers.returncode) == (0, 0)
    assert "accepted: 5 servers" in who.stdout
    assert [row["serverInstanceNo"] for row in lines_of(servers.stdout)[0]] == ["11", "12", "13", "14", "15"]


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 4), ("\x04", 4), ("\x03", 130)])
def test_question(quick: NcpMock, answer: str, code: int) -> None:
    from command.terminal import Terminal  # not on Windows, where the rest of this module runs

    quick.fail_next("slowDrip", seconds=0.5, operation=LIST)
    with Terminal(quick, "reboot", "11", command=COMMAND) as terminal:
        assert wait_until(lambda: len(quick.requests) > 0)
        terminal.type("y\n")  # too early: no answer
        terminal.wait_for(QUESTION)
        assert asked_for(quick, REBOOT) == []
        terminal.type(answer)
        assert terminal.end() == code

    assert asked_for(quick, REBOOT) == ([["11"]] if code == 0 else [])


def test_live_display_that_is_interrupted(slow: NcpMock) -> None:
    from command.terminal import Terminal  # as above

    arguments = ("reboot", "11", "12", "--rolling", "1", "--yes", "--poll", "0.05s")
    with Terminal(slow, *arguments, command=COMMAND) as terminal:
        terminal.wait_for("reboot: 1 under way, 1 to go")
        slow.finish_reboots()
        terminal.wait_for("reboot: 1 back, 1 under way")
        terminal.type("\x03")
        code = terminal.end()

    assert code == 130
    assert "To go on: ncp-vserver resume " in terminal.text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, SIGBREAK], ids=["SIGINT", "SIGTERM", "SIGBREAK"])
def test_interrupt(slow: NcpMock, number: signal.Signals) -> None:
    roll = ("reboot", "11", "12", "--rolling", "1", "--poll", "0.05s", "--yes", "--json")
    with started(slow, *roll, command=COMMAND) as process:
        assert wait_until(lambda: len(asked_for(slow, LIST)) >= 2)
        process.send_signal(number)
        output, errors = process.communicate(timeout=PATIENCE)

    assert (process.returncode, "Traceback" in errors) == (130, False)
    assert outcomes_of(output) == {"11": "waiting", "12": "not_sent"}


def test_wait(slow: NcpMock) -> None:
    arguments = ("reboot", "11", "--wait", "--poll", "0.05s", "--yes", "--json")
    with started(slow, *arguments, command=COMMAND) as process:
        assert wait_until(lambda: len(asked_for(slow, LIST)) >= 2)
        slow.finish_reboots()
        output, _ = process.communicate(timeout=PATIENCE)

    assert (process.returncode, outcomes_of(output)) == (0, {"11": "back"})


@pytest.mark.parametrize(("arguments", "code"), [("list", 5), ("reboot 11 --yes --json", 0), ("--help", 0)])
def test_report_that_nobody_reads(quick: NcpMock, arguments: str, code: int) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run(
        [*COMMAND, *arguments.split()], env=surroundings(quick), stdout=writer, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)

    assert process.returncode == code, process.stderr
    assert "Traceback" not in process.stderr
    assert ("Invalid argument" in process.stderr) == (arguments != "--help")


def test_files_are_not_put_in_the_place_of_a_pattern(
    quick: NcpMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No shell of Windows expands a pattern, so click does.
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web-2").touch()

    run_apart(quick, "reboot", "--name", "web-*", "--yes", command=COMMAND)

    assert asked_for(quick, REBOOT) == [["11", "12"]]


def test_options_to_be_copied_have_double_quotes() -> None:
    code = "from ncp_vserver._command.orders import _quoted; print(*map(_quoted, ['KR', r'C:\\\\my ca.pem']))"

    assert evaluated(code) == r'KR "C:\\my ca.pem"'


def test_no_home_folder() -> None:
    code = """
from ncp_vserver import CredentialsError, load_credentials
try:
    load_credentials("gov")
except CredentialsError as error:
    print(error)
"""
    assert evaluated(code, HOME="home", USERPROFILE="home") == (
        "~/.ncloud/configure: there is no home folder: set USERPROFILE to its absolute path"
    )
