"""The recipes of ``docs/recipes.md``: each as it stands on the page, against the mock."""

import base64
import contextlib
import hmac
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import yaml
from ncp_mock import Mock, NcpMock
from ncp_vserver import Journal
from ncp_vserver._command import exit_codes
from support.contract import ROOT
from support.pages import FILES
from support.patience import PATIENCE
from support.postgresql import PostgreSQL
from support.processes import wait_until
from support.wire import Wire, answer

LACKS_CURL = not (os.environ.get("CI") or shutil.which("curl"))
ANSIBLE = ROOT / ".venv-ansible" / "bin" / "ansible-playbook"
LACKS_ANSIBLE = not (os.environ.get("CI") or ANSIBLE.exists())
COMMAND = Path(sys.executable).with_name("ncp-vserver")
FLEET = [
    *({"serverInstanceNo": f"1{n}", "serverName": f"web-{n}", "publicIp": "127.0.0.1"} for n in (1, 2, 3)),
    *({"serverInstanceNo": f"2{n}", "serverName": name} for n, name in enumerate(("api-dev", "dev-web", "dev-db"))),
]


@pytest.fixture(scope="module")
def shared_mock() -> Iterator[NcpMock]:
    with Mock(fleet=FLEET, reboot_seconds=0) as mock:
        yield mock


@pytest.fixture
def mock(shared_mock: NcpMock) -> NcpMock:
    shared_mock.reset()
    return shared_mock


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with the command, which polls quickly."""
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / "ncp-vserver"
    quick = 'case $1 in reboot | start | stop) set -- "$@" --poll 0.05s ;; esac'
    command.write_text(f'#!/bin/sh\n{quick}\nexec {COMMAND} "$@"\n')
    command.chmod(0o755)
    return folder


@pytest.fixture
def bare(mock: NcpMock, tmp_path: Path) -> dict[str, str]:
    """The environment that cron and systemd give a job: the keys are in the user's file."""
    file = tmp_path / "home" / ".ncloud" / "configure"
    file.parent.mkdir()
    keys = {"access_key_id": mock.access_key, "secret_access_key": mock.secret_key}
    settings = {f"ncloud_{name}": value for name, value in keys.items()} | {"ncloud_api_url": mock.url}
    file.write_text("[DEFAULT]\n" + "".join(f"{name} = {value}\n" for name, value in settings.items()))
    return {"HOME": str(file.parent.parent), "LOGNAME": "deploy", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}


@pytest.fixture
def environment(mock: NcpMock, programs: Path) -> dict[str, str]:
    """The environment of a shell, with the keys in it."""
    path = f"{programs}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | mock.environment | {"PATH": path, "CI": "true"}


def run(*command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=environment["HOME"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )


def cron_jobs(crontab: str, programs: Path) -> list[str]:
    """The commands of a crontab, as cron hands them to the shell. A plain % would end a command."""
    lines = [line for line in crontab.splitlines() if line[0].isdigit()]
    found = [re.fullmatch(r"(?:[\d*/,-]+ ){5} *((?:[^%\\]|\\%)*)", line) for line in lines]
    installed = crontab.count("/usr/local/bin/ncp-vserver")
    assert len(found) == installed
    return [job[1].replace(r"\%", "%").replace("/usr/local/bin", str(programs)) for job in found if job]


def restarted(mock: NcpMock) -> list[str]:
    """The servers that were asked for to restart, in order."""
    targets = [record.target for record in mock.requests if "/rebootServerInstances?" in record.target]
    return [number for target in targets for number in re.findall(r"serverInstanceNoList\.\d+=(\d+)", target)]


def running(mock: NcpMock) -> set[str]:
    return {str(server["serverName"]) for server in mock.servers if server["serverInstanceStatus"]["code"] == "RUN"}


def test_cron_restarts_in_silence_and_mails_a_failure(mock: NcpMock, programs: Path, bare: dict[str, str]) -> None:
    [job] = cron_jobs(FILES["restart.crontab"], programs)

    night = run("/bin/sh", "-c", job, environment=bare)

    assert (night.stdout, night.stderr) == ("", "")
    assert restarted(mock) == ["11", "12", "13"]

    mock.reset()
    mock.behave("11", restart_fails=True)
    night = run("/bin/sh", "-c", job, environment=bare)

    assert re.search(r"^11 +web-1 .* failed", night.stdout, re.MULTILINE)
    assert restarted(mock) == ["11"]


def test_systemd_units_are_valid_and_restart_servers(
    mock: NcpMock, programs: Path, bare: dict[str, str], tmp_path: Path
) -> None:
    units = [tmp_path / "ncp-restart.service", tmp_path / "ncp-restart.timer"]
    for unit in units:
        unit.write_text(FILES[unit.name].replace("/usr/local/bin", str(programs)))
    [line] = re.findall(r"^ExecStart=((?:[^%$]|%%|\$\$)*)$", units[0].read_text(), re.MULTILINE)
    command = shlex.split(line.replace("%%", "%").replace("$$", "$"))

    assert run(*command, environment=bare).returncode == 0
    assert restarted(mock) == ["11", "12", "13"]

    if systemd := shutil.which("systemd-analyze"):
        verified = run(systemd, "verify", "--man=no", *map(str, units), environment=bare)
        assert (verified.returncode, verified.stderr) == (0, "")


def test_office_hours_stop_what_is_meant_and_start_it_again(
    mock: NcpMock, programs: Path, bare: dict[str, str]
) -> None:
    evening, morning = cron_jobs(FILES["office-hours.crontab"], programs)
    everything = running(mock)

    assert run("/bin/sh", "-c", evening, environment=bare).stdout == ""
    assert running(mock) == everything - {"api-dev", "dev-web"}

    assert run("/bin/sh", "-c", morning, environment=bare).stdout == ""
    assert running(mock) == everything


@pytest.mark.skipif(LACKS_CURL, reason="curl is not on the PATH")
def test_health_check_is_repeated_until_the_software_answers(mock: NcpMock, environment: dict[str, str]) -> None:
    with Wire([answer(503), answer(200)]) as software:
        port = software.url.rpartition(":")[2]
        script = FILES["healthy.sh"].replace("8080", port)
        process = run("/bin/sh", "-c", script, environment=environment)

    assert process.returncode == 0, process.stderr
    assert [received.target for received in software.requests] == ["/health"] * 4
    assert restarted(mock) == ["11", "12", "13"]


@pytest.fixture
def told(environment: dict[str, str]) -> Iterator[tuple[Wire, dict[str, str]]]:
    """A chat's webhook, and an environment with its URL; tell.py is in the home folder."""
    (Path(environment["HOME"]) / "tell.py").write_text(FILES["tell.py"], encoding="utf-8")
    with Wire([answer(200, "ok", "text/plain")]) as chat:
        yield chat, environment | {"CHAT_WEBHOOK": f"{chat.url}/services/secret"}


def test_chat_is_told_which_server_failed_and_why(mock: NcpMock, told: tuple[Wire, dict[str, str]]) -> None:
    chat, environment = told
    mock.behave("12", restart_fails=True)

    process = run("bash", "-c", FILES["restart-and-tell.sh"], environment=environment)

    assert process.returncode == 7
    [received] = chat.requests
    assert (received.method, received.target) == ("POST", "/services/secret")
    [first, *rest] = json.loads(received.body)["text"].splitlines()
    assert first == "rebootServerInstances: 1 back, 1 failed, 1 not_sent (exit code 7)"
    assert re.fullmatch(r"failed: web-2 \(12\) .+", rest[0])
    assert re.match(r"not_sent: web-3 \(13\)", rest[1])
    assert len(rest) == 2


def test_chat_is_told_of_a_report_that_is_cut_off(told: tuple[Wire, dict[str, str]]) -> None:
    chat, environment = told

    assert run(sys.executable, "tell.py", environment=environment).returncode == 0

    assert "No complete report" in json.loads(chat.requests[0].body)["text"]


@pytest.mark.parametrize(("code", "answered", "ends_with"), [(7, 500, 7), (0, 500, 1), (0, 200, 0)])
def test_message_that_fails_does_not_hide_the_exit_code(
    code: int, answered: int, ends_with: int, told: tuple[Wire, dict[str, str]]
) -> None:
    chat, environment = told
    chat.replies = [answer(answered)]
    restart = f"ncp-vserver() {{ return {code}; }}\n"

    process = run("bash", "-c", restart + FILES["restart-and-tell.sh"], environment=environment)

    assert process.returncode == ends_with


@pytest.mark.parametrize("url", ["CLOSED/services/secret", "slack.example/services/secret", "http://[/services/secret"])
def test_message_that_cannot_be_sent_is_printed_without_the_secret(
    url: str, told: tuple[Wire, dict[str, str]], closed_port: int
) -> None:
    webhook = url.replace("CLOSED", f"http://127.0.0.1:{closed_port}")
    process = run(sys.executable, "tell.py", environment=told[1] | {"CHAT_WEBHOOK": webhook})

    assert process.returncode == 1
    assert "No complete report" in process.stdout
    assert "The message was not sent: " in process.stderr
    assert "secret" not in process.stdout + process.stderr


def play(folder: Path, programs: Path, port: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the playbook on the hosts of the page, whose software is at a port of this machine."""
    hosts = FILES["hosts.ini"].replace("12345877", "1")
    playbook = FILES["restart-hosts.yml"].replace("/usr/local/bin", str(programs))
    files = {
        "hosts.ini": f"{hosts}\n[web:vars]\nansible_connection=local\nansible_host=127.0.0.1\n",
        "restart-hosts.yml": playbook.replace("8080", port).replace("delay: 5", "delay: 0"),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return run(str(ANSIBLE), "-i", *(str(folder / name) for name in files), environment=environment)


@pytest.mark.skipif(LACKS_ANSIBLE, reason=".venv-ansible was not made: `make setup`")
def test_ansible_stops_at_the_first_failure_and_restarts_nothing_twice(
    mock: NcpMock, programs: Path, bare: dict[str, str], tmp_path: Path
) -> None:
    balancer = programs / "lb"
    balancer.write_text('#!/bin/sh\necho "$@" >> "$HOME/balancer"\n')
    balancer.chmod(0o755)
    calls = Path(bare["HOME"], "balancer")
    west = bare | {"TZ": "WEST+11"}  # the journal has its times in UTC
    mock.behave("12", restart_fails=True)
    with Wire([answer(503), answer(200)]) as software:
        port = software.url.rpartition(":")[2]
        failed = play(tmp_path, programs, port, west)

        assert failed.returncode == 2
        assert '"rc": 7' in failed.stdout
        assert failed.stdout.rpartition('"msg": ')[2].startswith('"Accepted, and the restart failed."')
        assert restarted(mock) == ["11", "12"]
        assert calls.read_text().splitlines() == ["drain web-1", "undrain web-1", "drain web-2"]
        assert len(software.requests) == 2

        calls.unlink()
        repeated = play(tmp_path, programs, port, west)

    assert repeated.returncode == 0, repeated.stdout
    assert restarted(mock) == ["11", "12", "13"]
    assert calls.read_text().splitlines() == ["undrain web-1", "undrain web-2", "drain web-3", "undrain web-3"]


def test_playbook_explains_every_exit_code_of_a_restart() -> None:
    [_, restarts] = yaml.safe_load(FILES["restart-hosts.yml"])
    codes = {code for code in vars(exit_codes).values() if isinstance(code, int)}

    assert restarts["vars"]["meanings"].keys() == codes - {exit_codes.DONE, exit_codes.DIFFERS}


def command_of_step(name: str, script: str, folder: Path) -> list[str]:
    """A step as a runner starts it: from a file, where bash, unlike with -c, stays the parent of the last command."""
    file = folder / f"{name}.sh"
    file.write_text(script, encoding="utf-8")
    return ["bash", "-e", str(file)]


def steps_of_the_job(
    mock: NcpMock, postgres: PostgreSQL, folder: Path, run: str = ""
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The commands of the workflow's steps by their name, and the environment that the workflow gives them."""
    job = yaml.safe_load(FILES["restart.yml"])["jobs"]["restart"]
    values = {
        "secrets.NCLOUD_ACCESS_KEY_ID": mock.access_key,
        "secrets.NCLOUD_SECRET_ACCESS_KEY": mock.secret_key,
        "secrets.PGPASSWORD": "the test's server asks for none",
        "vars.NCP_VSERVER_JOURNAL": postgres.url,
        "inputs.run": run,
    }
    given = {
        name: re.sub(r"\$\{\{ ([\w.]+) \}\}", lambda found: values[found[1]], text) for name, text in job["env"].items()
    }
    scripts = {step.get("name", "install"): step["run"] for step in job["steps"] if "run" in step}
    assert "${{" not in "".join(scripts.values()), "GitHub would put an input's text into the script"
    return {name: command_of_step(name, script, folder) for name, script in scripts.items()}, given


def seems_to_run_elsewhere(run: str, postgres: PostgreSQL) -> None:
    """Make a run one of another machine, whose processes cannot be seen."""
    with psycopg.connect(postgres.url) as connection:
        connection.execute("UPDATE ncp_vserver_runs SET host = 'runner', process = 'elsewhere 1' WHERE id = %s", [run])


def end(command: list[str], environment: dict[str, str], when: Callable[[], bool], how: signal.Signals) -> int:
    """Start a step, send it a signal once ``when`` says so, unless it has ended, and return how it ended."""
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as step:
        try:
            assert wait_until(lambda: step.poll() is not None or when())
            step.send_signal(how)
            return step.wait(PATIENCE)
        finally:
            with contextlib.suppress(ProcessLookupError):  # it ended with all that it had started
                os.killpg(step.pid, signal.SIGKILL)


def test_job_goes_on_after_one_that_was_lost_and_one_that_was_cancelled(
    mock: NcpMock, postgres: PostgreSQL, environment: dict[str, str], tmp_path: Path
) -> None:
    mock.hold_reboots()
    commands, given = steps_of_the_job(mock, postgres, tmp_path)
    with Journal(postgres.url) as journal:

        def restarts(*numbers: str) -> bool:
            return restarted(mock) == [*numbers] and journal.runs()[0].outcomes.get("accepted") == 1

        step = commands["Restart, or go on"]
        assert end(step, environment | given, lambda: restarts("11"), signal.SIGKILL) == -signal.SIGKILL
        [lost] = journal.runs()
        seems_to_run_elsewhere(lost.id, postgres)
        assert journal.run(lost.id).state == "under way"

        mock.finish_reboots()
        commands, given = steps_of_the_job(mock, postgres, tmp_path, run=lost.id)
        assert end(step, environment | given, lambda: restarts("11", "12"), signal.SIGINT) == 130
        assert journal.run(lost.id).state == "unfinished"
    report = run(*commands["What became of each server"], environment=environment | given)
    assert f"ncp-vserver resume {lost.id}" in report.stderr

    mock.finish_reboots()
    mock.behave("13", restart_seconds=0)
    resumed = run(*step, environment=environment | given)

    assert resumed.returncode == 0, resumed.stderr
    assert restarted(mock) == ["11", "12", "13"]


@pytest.mark.parametrize(("status", "code"), [(200, 0), (401, 1)])
def test_request_to_another_api_is_signed(status: int, code: int, environment: dict[str, str], mock: NcpMock) -> None:
    with Wire([answer(status, "what NCP says")]) as gateway:
        process = run(sys.executable, "-c", FILES["vpcs.py"], environment=environment | {"NCLOUD_API_GW": gateway.url})

    assert (process.returncode, process.stdout) == (code, "what NCP says\n")
    [received] = gateway.requests
    assert received.target == "/vpc/v2/getVpcList?regionCode=KR&responseFormatType=json"
    [timestamp] = received.header("x-ncp-apigw-timestamp")
    signed = f"GET {received.target}\n{timestamp}\n{mock.access_key}"
    digest = hmac.digest(mock.secret_key.encode(), signed.encode(), "sha256")
    assert received.header("x-ncp-apigw-signature-v2") == [base64.b64encode(digest).decode()]
