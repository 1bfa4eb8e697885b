"""What can be said on the command line, and that its start is light."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner
from ncp_mock import NcpMock
from ncp_vserver._command import exit_codes
from ncp_vserver._command.line.cli import cli
from ncp_vserver._command.line.option_types import Duration
from support.contract import ROOT
from support.patience import PATIENCE

from command.running import COMMAND, run

# What bash 3.2, the one of macOS, has not: `nosort` and `compopt`.
OLD_BASH = """
complete() {
    [[ $2 != nosort ]] || { echo "complete: nosort: invalid option name" >&2; return 2; }
    builtin complete "$@"
}
enable -n compopt
"""
COMMANDS = sorted(cli.commands)
EXIT_CODES = {value for name, value in vars(exit_codes).items() if isinstance(value, int)}


def script(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE)


def test_commands() -> None:
    names = "completion list reboot release report resume runs show start stop verify wait whoami"
    assert names.split() == COMMANDS


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS if name != "completion")], ids=str)
def test_help_has_every_exit_code(command: list[str]) -> None:
    process = run(None, *command, "--help")

    assert (process.returncode, process.stderr) == (0, "")
    codes = {int(code) for code in re.findall(r"^ +(\d+)  +[a-z]", process.stdout, re.MULTILINE)}
    assert codes == EXIT_CODES == {0, 2, 3, 4, 5, 6, 7, 8, 130}
    assert max(map(len, process.stdout.splitlines())) <= 80


def test_start_is_light() -> None:
    # How long it takes is measured by hand: a test by the clock would fail on a busy machine.
    code = """
import sys
from ncp_vserver._command import _main
from ncp_vserver._command.signals import Interrupts
heavy = {"anyio", "asyncio", "attrs", "httpx", "ncp_mock", "ncp_signer", "ncp_vserver_api", "rich", "ssl"}
for words in ("--help", "reboot --help", "completion fish", "reboot", "--version"):
    sys.argv = ["ncp-vserver", *words.split()]
    print(words, _main(Interrupts()), heavy & set(sys.modules), file=sys.stderr)
"""
    said = script(code).stderr.splitlines()

    assert [line for line in said if line.endswith(" set()")] == [
        "--help 0 set()",
        "reboot --help 0 set()",
        "completion fish 0 set()",
        "reboot 2 set()",
        "--version 0 set()",
    ]


@pytest.mark.parametrize("module", ["click", "rich"])
def test_without_its_extra(module: str) -> None:
    process = script(f"import sys; sys.modules[{module!r}] = None; from ncp_vserver._command import run; run()")

    assert process.returncode == 2
    assert process.stdout == ""
    assert process.stderr == (
        f'the command needs the extra "cli" (there is no {module}):'
        ' pip install "PATH[cli]", with the path of a checkout\n'
    )


def test_version() -> None:
    assert re.fullmatch(r"ncp-vserver \d+\.\d+\.\d+\n", run(None, "--version").stdout)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("reboot --yes", "Which servers?"),
        (
            "reboot --status RUN --exclude 11 --yes",
            "Which servers? Give numbers, or names with --name; --name '*' means",
        ),
        ("reboot web-1 --yes", "not a server instance number"),
        ("reboot 11 11 --yes", "more than once: 11"),
        ("reboot 11 011 --yes", "more than once: 11"),
        ("reboot 011 --name web-* --yes", "no leading zero and at most 19 digits: '011'"),
        ("show 00", "no leading zero"),
        ("wait \uff11\uff11", "not a server instance number"),
        ("stop '' --yes", "not a server instance number"),
        (f"start {'1' * 20} --yes", "at most 19 digits"),
        (f"reboot 11 --rolling {'1' * 5000} --yes", "is no whole number, 1 or more, and no share"),
        ("list 123458773 9", "Did you mean: ncp-vserver show 123458773 9"),
        ("list 'web *'", "Did you mean: ncp-vserver list --name 'web *'"),
        ("list --json --quiet", "--json has every field"),
        ("list --json --columns name", "--json has every field"),
        ("list --quiet --columns name", "--quiet shows the numbers alone"),
        ("list --columns name,", "There is no column ''"),
        ("list --name ''", "a name that fits ''"),
        ("list --name \udcff", r"a name that fits '\udcff'"),
        ("wait --name [[:digit:]]", "[:digit:] is not supported"),
        ("list --status ''", "'--status': '' is empty"),
        ("list --status \udcff", r"'\udcff' is empty or cannot be printed"),
        ("reboot 11 --yes --region ''", "'--region': '' is empty"),
        ("show 11 --region ''", "'--region': '' is empty"),
        ("whoami --profile ' '", "'--profile': ' ' is empty"),
        ("start 11 --yes --wait=", "'' is no duration"),
        ("stop 11 --yes --poll ''", "'' is no duration"),
        ("whoami --site ''", "'' is not one of"),
        ("reboot 11 --yes --rolling 0", "'0' is no whole number, 1 or more"),
        ("reboot 11 --yes --on-failure continue", "--on-failure needs --rolling."),
        ("reboot 11 --yes --wait soon", "'soon' is no duration"),
        ("reboot 11 --yes --wait 0", "Is 0 behind --wait"),
        ("reboot --yes --wait 11", "Is 11 behind --wait a number of seconds or of a server?"),
        ("reboot --yes --wait 11 12", "write --wait=11 or --wait 11s"),
        ("reboot 11 --yes --wait=0", "'0' is no duration"),
        ("reboot 11 --yes --wait=200h", "'200h' is no duration"),
        ("reboot 11 --yes --poll 0", "'0' is no duration"),
        ("reboot 11 --yes --retry-throttled 11", "11 is not in the range"),
        ("reboot 11 --yes --site moon", "'moon' is not one of"),
        ("reboot 11 --yes --region 서울", "region_code must be a code"),
        ("start 11 --yes --rolling 1", "No such option"),
        ("stop 11 --yes --rolling 1", "No such option"),
        ("wait 11 --yes", "No such option"),
        ("show", "Missing argument"),
        ("show x", "not a server instance number"),
        ("completion powershell", "'powershell' is not one of"),
        ("frobnicate 11", "No such command"),
        ("restart 11", "To reboot without being asked say --yes"),
        ("reboot 11", "There is no terminal to ask on."),
        ("stop --name web-1", "There is no terminal to ask on."),
    ],
)
def test_command_line_that_is_wrong(quick: NcpMock, arguments: str, text: str) -> None:
    process = run(quick, *shlex.split(arguments))

    assert (process.returncode, process.stdout) == (2, "")
    assert "Traceback" not in process.stderr
    assert text in " ".join(process.stderr.split())
    assert len(quick.requests) == 0


@pytest.mark.parametrize(
    ("gateway", "problem"),
    [
        ("ncloud.example", "NCLOUD_API_GW has neither https:// nor http:// in front"),
        ("http://127.0.0.1:100117", "NCLOUD_API_GW has a port that is no number from 1 to 65535"),
        ("", "NCLOUD_API_GW is set and empty"),
    ],
)
@pytest.mark.parametrize("command", ["list", "reboot 11 --yes"])
def test_gateway_that_is_none(quick: NcpMock, gateway: str, problem: str, command: str) -> None:
    process = run(quick, *command.split(), NCLOUD_API_GW=gateway)

    assert process.returncode == 2
    assert problem in " ".join(process.stderr.split())


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("10m", 600), ("1h30m", 5400), ("0.5s", 0.5), ("1m30", 90), ("168h", 604800)],
)
def test_durations(text: str, seconds: float) -> None:
    assert Duration().convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "m", "-1", "1d", "10 m", "5m1h", "٣s", "nan", "1e3", "0s", "169h", "1.5m"])
def test_texts_that_are_no_duration(text: str) -> None:
    with pytest.raises(Exception, match="is no duration above 0 and up to 168h"):
        Duration().convert(text, None, None)


def test_no_option_takes_a_key() -> None:
    words = {
        word.strip("-")
        for command in cli.commands.values()
        for parameter in command.params
        for word in (*parameter.opts, *parameter.secondary_opts)
    }

    assert not [word for word in words if re.search("key|secret|password|token|credential", word)]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell: str) -> None:
    process = run(None, "completion", shell)

    assert process.returncode == 0
    assert f"_NCP_VSERVER_COMPLETE={shell}_complete" in process.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("reb", ["reboot"]),
        ("reboot --ro", ["--rolling"]),
        ("stop --ex", ["--exclude"]),
        ("list --no", ["--no-header"]),
        ("list --site g", ["gov"]),
    ],
)
def test_completion(words: str, expected: list[str]) -> None:
    *before, incomplete = words.split()
    found = ShellComplete(cli, {}, "ncp-vserver", "_ANY").get_completions(before, incomplete)

    assert [each.value for each in found] == expected


@pytest.mark.parametrize("older", ["", OLD_BASH], ids=["bash", "bash-3.2"])
def test_completion_in_bash(tmp_path: Path, older: str) -> None:
    words, expected = "ncp-vserver reboot --ro", ["--rolling"]
    (tmp_path / "ncp-vserver").symlink_to(COMMAND)
    bash = shutil.which("bash")
    assert bash
    if older:  # whoever asks for its version, is told
        (tmp_path / "bash").write_text("#!/bin/sh\necho 3.2.57\n")
        (tmp_path / "bash").chmod(0o755)
    count = words.count(" ")
    line = (
        f'{older} eval "$(ncp-vserver completion bash)"; complete -p; COMP_WORDS=({words}); COMP_CWORD={count};'
        ' _ncp_vserver_completion ncp-vserver; echo "${COMPREPLY[@]}"'
    )
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}

    process = subprocess.run([bash, "-c", line], env=environment, capture_output=True, text=True)

    registered, *completions = process.stdout.split("\n", 1)
    assert registered.endswith("-F _ncp_vserver_completion ncp-vserver")
    assert (" ".join(completions).split(), process.stderr) == (expected, "")


def test_its_page_names_every_command_and_exit_code() -> None:
    page = (ROOT / "docs" / "command.md").read_text(encoding="utf-8")

    assert {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)} == EXIT_CODES
    for command in COMMANDS:
        assert re.search(rf"`(ncp-vserver )?{command}\b", page), command


def test_every_command_has_help_of_its_own() -> None:
    for name in COMMANDS:
        assert CliRunner().invoke(cli, [name, "--help"]).output.count("Usage: ") == 1
