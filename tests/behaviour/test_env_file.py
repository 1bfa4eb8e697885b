"""``ncp-mock --env-file FILE``: how a program, or a step in CI, knows that the mock answers, and where."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from support.mock_process import COMMAND, mock_process, refused
from support.patience import PATIENCE
from support.processes import children, is_free, wait_until

pytestmark = pytest.mark.usefixtures("no_prism")
KEYS = "NCLOUD_ACCESS_KEY_ID=NCPACCESSKEYEXAMPLE0\nNCLOUD_SECRET_ACCESS_KEY=NCPsecretKeyEXAMPLEfortestsonly0123456789\n"
OLD = f"NCLOUD_API_GW=http://127.0.0.1:1\n{KEYS}"


@pytest.mark.parametrize(
    ("before", "number"),
    [(None, signal.SIGINT), ("", signal.SIGTERM), (OLD, signal.SIGTERM)],
    ids=["none", "empty", "of-a-mock-that-was-killed"],
)
def test_is_there_while_the_mock_answers(tmp_path: Path, before: str | None, number: signal.Signals) -> None:
    file = tmp_path / "mock.env"
    if before is not None:
        file.write_text(before)
    process = subprocess.Popen(
        [sys.executable, *COMMAND, "--env-file", file], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        # Without Prism nothing answers: whatever is in the file by now, it is not the old one.
        assert wait_until(lambda: bool(children(process.pid)))
        assert wait_until(file.exists)
        content = file.read_text()
        url = content.partition("\n")[0].removeprefix("NCLOUD_API_GW=")
        assert content == f"NCLOUD_API_GW={url}\n{KEYS}"
        assert httpx.get(f"{url}/__mock__/servers").status_code == 200
        assert [each.name for each in tmp_path.iterdir() if "mock" in each.name] == ["mock.env"]
        process.send_signal(number)
        _, errors = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.communicate()

    assert errors == ""
    assert is_free(url)
    assert not file.exists()


def test_old_one_is_gone_where_the_mock_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "mock.env").write_text(OLD)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = refused("--port", str(taken.getsockname()[1]), "--env-file", str(tmp_path / "mock.env"))

    assert process.returncode == 1
    assert not (tmp_path / "mock.env").exists()


def test_shell_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "mock.env"
    with mock_process(*COMMAND, "--host", "::1", "--env-file", str(file)) as (_, url):
        script = 'set -eu; set -a; . "$1"; exec env'
        output = subprocess.run(["sh", "-c", script, "sh", file], capture_output=True, text=True, check=True).stdout

    assert {line for line in output.splitlines() if line.startswith("NCLOUD_")} >= {
        f"NCLOUD_API_GW={url}",
        *KEYS.splitlines(),
    }


def test_file_that_somebody_else_has_written_meanwhile_stays(tmp_path: Path) -> None:
    file = tmp_path / "mock.env"
    with mock_process(*COMMAND, "--env-file", str(file)) as (process, _):
        file.write_text(OLD)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 143

    assert file.read_text() == OLD


OTHERS = [
    "DATABASE_URL=postgres://example\n",
    OLD + "DATABASE_URL=postgres://example\n",
    "NCLOUD_API_GW=https://ncloud.apigw.ntruss.com\n" + KEYS,
    KEYS,
]


@pytest.mark.parametrize("content", OTHERS, ids=["others", "more", "of-the-service", "keys-alone"])
def test_file_with_something_else_is_left_as_it_is(tmp_path: Path, content: str) -> None:
    file = tmp_path / ".env"
    file.write_text(content)

    process = refused("--env-file", str(file))

    assert (process.returncode, process.stdout) == (1, "")
    assert process.stderr == (
        f"--env-file {file} holds more than an earlier mock's variables, and is left as it is: name another file, and"
        " append that to this one\n"
    )
    assert file.read_text() == content


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none/mock.env", "cannot be written: No such file or directory"),
        ("file/mock.env", "cannot be written: Not a directory"),
        ("folder", "is no regular file"),
        ("fifo", "is no regular file"),
        ("dangling", "is no regular file"),
        ("/proc/mock.env", "cannot be written: No such file or directory"),
    ],
)
def test_file_that_cannot_be_written(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "dangling").symlink_to("nowhere")

    process = refused("--env-file", str(tmp_path / name))

    assert (process.returncode, process.stdout) == (1, "")
    assert process.stderr == f"--env-file {tmp_path / name} {reason}\n"


@pytest.mark.parametrize("option", ["--access-key", "--secret-key"])
@pytest.mark.parametrize("key", ["a b", "$HOME", "비밀", "a\nb", ""], ids=ascii)
def test_key_that_needs_quotes(tmp_path: Path, option: str, key: str) -> None:
    process = refused("--env-file", str(tmp_path / "mock.env"), option, key)

    assert (process.returncode, process.stdout) == (1, "")
    assert process.stderr == f"with --env-file, {option} takes letters, digits and @%_-+=:,./ only\n"
