"""The mock's command: what is no number, and what cannot be written."""

import argparse
import io
from pathlib import Path

import pytest
from ncp_mock.__main__ import _accept_any_character, _seconds
from ncp_mock._launch.env_file import EnvFileError, written


def test_seconds_that_are_no_number() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="x is no number of seconds from 0 to a day"):
        _seconds("x")


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
