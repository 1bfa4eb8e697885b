"""The file with the environment variables of a running mock, which exists while the mock answers."""

import contextlib
import os
import re
import shlex
import tempfile
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Final

_OURS: Final = re.compile(
    rb"NCLOUD_API_GW=http://[^\n]*\nNCLOUD_ACCESS_KEY_ID=[^\n]*\nNCLOUD_SECRET_ACCESS_KEY=[^\n]*\n"
)


class EnvFileError(RuntimeError):
    """The file cannot be written, or holds something else."""


def prepare(path: Path, access_key: str, secret_key: str) -> None:
    """Remove the file of an earlier mock, and check that this one can write it later.

    Raises:
        EnvFileError: It cannot be written, it holds something else, or a key would need quotes in it.
    """
    for option, key in ("--access-key", access_key), ("--secret-key", secret_key):
        if shlex.quote(key) != key:  # a shell removes quotes, Docker and GitHub do not
            raise EnvFileError(f"with --env-file, {option} takes letters, digits and @%_-+=:,./ only")
    try:
        if os.path.lexists(path) and not path.is_file():
            raise EnvFileError(f"--env-file {path} is no regular file")
        if path.exists() and (content := path.read_bytes()) and not _OURS.fullmatch(content):
            raise EnvFileError(
                f"--env-file {path} holds more than an earlier mock's variables, and is left as it is: name another"
                " file, and append that to this one"
            )
        with tempfile.TemporaryFile(dir=path.parent):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_be_written(path, error) from None


@contextlib.contextmanager
def written(path: Path, variables: Mapping[str, str]) -> Generator[None]:
    """Keep the variables in the file, one ``NAME=value`` a line, for as long as the ``with`` block lasts.

    The file appears as a whole. If another process has changed it, such as another mock, it is left there.

    Raises:
        EnvFileError: It cannot be written.
    """
    content = "".join(f"{name}={value}\n" for name, value in variables.items()).encode()
    try:
        try:
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".ncp-mock-") as scratch:
                complete = Path(scratch, path.name)
                complete.write_bytes(content)
                complete.replace(path)
        except OSError as error:
            raise _cannot_be_written(path, error) from None
        yield
    finally:
        _remove(path, content)


def _remove(path: Path, content: bytes) -> None:
    """Remove the file, unless somebody has replaced it."""
    with contextlib.suppress(OSError):
        if path.read_bytes() == content:
            path.unlink()


def _cannot_be_written(path: Path, error: OSError) -> EnvFileError:
    return EnvFileError(f"--env-file {path} cannot be written: {error.strerror}")
