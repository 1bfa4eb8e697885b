"""The file that ``ncloud configure`` writes: where it is, whether it is there, and what it says."""

import os
import re
import stat
from pathlib import Path
from typing import Final

from ._errors import CredentialsError
from ._secret import Secret

# https://cli.ncloud-docs.com/docs/guide-userguide
ACCESS_KEY_SETTING: Final = "ncloud_access_key_id"
SECRET_KEY_SETTING: Final = "ncloud_secret_access_key"  # noqa: S105 - a name, not a secret
API_URL_SETTING: Final = "ncloud_api_url"
DEFAULT_PROFILE: Final = "DEFAULT"
DEFAULT_FILE: Final = str(Path("~", ".ncloud", "configure"))  # with the separator that messages are to have

_SETTINGS: Final = (ACCESS_KEY_SETTING, SECRET_KEY_SETTING, API_URL_SETTING)
_LARGEST_FILE: Final = 1024 * 1024


def located(path: str | os.PathLike[str] = DEFAULT_FILE) -> str:
    """Return a path with its ``~`` expanded.

    Raises:
        CredentialsError: There is no home folder to expand it to.
    """
    path = os.fspath(path)
    file = os.path.expanduser(path)  # noqa: PTH111 - Path.expanduser raises where there is no home
    variable = "USERPROFILE" if os.name == "nt" else "HOME"
    if path.startswith("~") and (os.environ.get(variable) == "" or not Path(file).is_absolute()):
        raise CredentialsError(f"{path}: there is no home folder: set {variable} to its absolute path")
    return file


def is_absent(file: str) -> bool:
    """Whether a file is provably not there: its folder is, or the folder is absent in the same way.

    Not proved where a link leads nowhere, a folder cannot be searched, or the home folder is missing: a volume may not
    be mounted.
    """
    try:
        os.lstat(file)
    except FileNotFoundError:
        pass
    except OSError:
        return False
    else:
        return False
    folder = os.path.dirname(file) or os.curdir  # noqa: PTH120 - as text: it is compared with the home folder's
    if folder == file:  # a drive that is not there
        return False
    try:
        return stat.S_ISDIR(os.stat(folder).st_mode)  # noqa: PTH116 - as lstat above
    except OSError:
        return folder != os.path.expanduser("~") and is_absent(folder)  # noqa: PTH111 - see above


def read_profile(file: str, profile: str) -> dict[str, Secret] | str:
    """The settings of one profile, or the reason why there are none.

    Not configparser: it lets sections inherit from DEFAULT, so that the keys of two accounts could be mixed, joins
    indented lines, and quotes the offending line, which may be a secret, in its errors. Nothing here raises while a
    value is bound to a name.
    """
    content = _content(file)
    if isinstance(content, str):
        return content
    sections: list[tuple[str, list[tuple[str, Secret]]]] = [(DEFAULT_PROFILE, [])]
    for line in content.reveal().replace("\r\n", "\n").split("\n"):
        text = line.strip(" \t")
        if not text or text.startswith(("#", ";")):
            continue
        if text.startswith("["):
            # Whatever begins like a section ends the one before: its keys may be another account's.
            header = re.fullmatch(r"\[\s*([^\]]*?)\s*\](\s*|\s+[#;].*)", text)
            if header is None:
                return "has a section line that is not [name]"
            sections.append((header[1], []))
            continue
        name, _, value = text.partition("=")
        if name.strip().lower() in _SETTINGS:  # any other text may be a stray secret
            sections[-1][1].append((name.strip().lower(), Secret(value.strip(" \t"))))
    if not sections[0][1]:  # no settings before the first header
        del sections[0]
    found = [settings for name, settings in sections if name == profile]
    if not found:
        others = ", ".join(dict.fromkeys(name for name, _ in sections))
        return f"has no profile {profile}" + (f", but {others}" if others else "")
    if len(found) > 1:
        return "has this profile more than once"
    settings = dict(found[0])
    if len(settings) < len(found[0]):
        return "has a setting more than once in this profile"
    return settings


def _content(file: str) -> Secret | str:
    """The text of a regular file, or the reason why there is none."""
    try:
        with open(file, "rb", opener=_open) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return "is not a regular file"
            content = Secret(stream.read(_LARGEST_FILE + 1).decode("utf-8-sig", "replace"))
    except OSError as error:
        astray = isinstance(error, FileNotFoundError) and not is_absent(file)
        return f"cannot be read ({error.strerror}{': a link, or the home folder, leads nowhere' if astray else ''})"
    except ValueError:
        return "cannot be read (a null character in the path)"
    if len(content.reveal()) > _LARGEST_FILE:
        return "is too large"
    if "\N{REPLACEMENT CHARACTER}" in content.reveal():
        return "is not UTF-8 text"
    return content


def _open(path: str, flags: int) -> int:
    """Open without waiting: a FIFO would wait for a writer."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
