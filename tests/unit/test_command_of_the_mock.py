"""The mock's command: what is no number, and what cannot be written."""

import argparse
import io
import json
import logging
from pathlib import Path

import pytest
from ncp_mock.__main__ import _accept_any_character, _JsonFormatter, _Log, _port, _print, _seconds, main
from ncp_mock._gateway.records import Record
from ncp_mock._launch.env_file import EnvFileError, written


def test_file_whose_folder_is_gone_when_it_is_to_be_written(tmp_path: Path) -> None:
    variables = {"NCLOUD_API_GW": "http://127.0.0.1:1"}

    with pytest.raises(EnvFileError, match="cannot be written"), written(tmp_path / "gone" / "mock.env", variables):
        pytest.fail("the mock would serve")


@pytest.mark.parametrize("theirs", ["NCLOUD_API_GW=elsewhere\n", None])
def test_file_that_is_another_meanwhile_is_left_alone(tmp_path: Path, theirs: str | None) -> None:
    file = tmp_path / "mock.env"
    with written(file, {"NCLOUD_API_GW": "http://127.0.0.1:1"}):
        file.unlink() if theirs is None else file.write_text(theirs, encoding="utf-8")

    assert (file.read_text(encoding="utf-8") if file.exists() else None) == theirs


def test_output_of_few_characters_takes_any() -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="ascii")

    _accept_any_character(stream)
    stream.write("결")
    stream.flush()

    assert written.getvalue() == b"\\uacb0"


def test_output_that_somebody_replaced_is_left_alone() -> None:
    stream = io.StringIO()

    _accept_any_character(stream)
    stream.write("결")

    assert stream.getvalue() == "결"


@pytest.mark.parametrize("text", ["0", "0.5", "86400"])
def test_seconds_up_to_a_day(text: str) -> None:
    assert _seconds(text) == float(text)


@pytest.mark.parametrize("text", ["x", "-0.1", "86400.1", "nan", "inf"])
def test_seconds_that_are_none(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=f"{text} is no number of seconds from 0 to a day"):
        _seconds(text)


@pytest.mark.parametrize("text", ["0", "65535"])
def test_port(text: str) -> None:
    assert _port(text) == int(text)


@pytest.mark.parametrize("text", ["", "-1", "65536", "80a", "٣"])
def test_port_that_is_none(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no port number"):
        _port(text)


@pytest.mark.parametrize(("options", "code"), [(["--version"], 0), (["--port", "x"], 2)])
def test_exit_code_of_what_does_not_start(options: list[str], code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["ncp-mock", *options])

    assert main() == code


class Output(io.StringIO):
    """Notes what it held when it was flushed."""

    flushed = ""

    def flush(self) -> None:
        self.flushed = self.getvalue()


def test_what_is_said_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    output = Output()
    monkeypatch.setattr("sys.stdout", output)

    _print("listening")

    assert output.flushed == "listening\n"


def test_oldest_lines_of_a_log_that_nobody_reads_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    output = Output()
    monkeypatch.setattr("sys.stdout", output)
    log = _Log("json")
    for number in range(1001):
        log.handle(logging.makeLogRecord({"msg": f"결 {number}"}))

    log.finish()

    assert output.flushed.splitlines() == [f'{{"problem": "결 {number}"}}' for number in range(1, 1001)]


def test_log_in_json_has_the_record_of_a_request() -> None:
    record = Record(1, "now", "GET", "/", 200, "accepted", "결", None, None)

    line = _JsonFormatter().format(logging.makeLogRecord({"msg": "GET /", "ncp_mock": record}))

    assert line == json.dumps(record.as_json(), ensure_ascii=False)
    assert "결" in line
