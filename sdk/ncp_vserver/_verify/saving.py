"""Writing the file of a verification."""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ncp_signer import NcpError

_OURS: Final = re.compile(rb'\{\s*"format": [0-9]+,\s*"program": "ncp-vserver ')


class NotSavedError(NcpError):
    """The file cannot be written, or holds something other than a verification."""


def check(path: Path) -> None:
    """Check that the file can be written, before there is anything to write.

    Raises:
        NotSavedError: It cannot, or the file holds something else than an earlier verification.
    """
    try:
        if os.path.lexists(path) and not path.is_file():
            raise NotSavedError(f"{path} is no regular file")
        if path.exists():
            with path.open("rb") as file:
                begin = file.read(200)
            if begin and not _OURS.match(begin):
                raise NotSavedError(f"{path} holds something else than a verification, and is left as it is")
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise _not_saved(path, error) from error


def write(path: Path, saved: Mapping[str, Any]) -> None:
    """Write the file as a whole, or not at all. Replaces that of an earlier verification.

    Raises:
        NotSavedError: It cannot be written, or the file holds something else.
    """
    check(path)
    # A lone surrogate, which JSON can carry, has no UTF-8: as an escape it is JSON again.
    content = json.dumps(saved, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".ncp-vserver-") as scratch:
            complete = Path(scratch, path.name)
            complete.write_bytes(content)
            complete.replace(path)
    except OSError as error:
        raise _not_saved(path, error) from error


def _not_saved(path: Path, error: OSError) -> NotSavedError:
    return NotSavedError(f"{path} cannot be written: {error.strerror}")
