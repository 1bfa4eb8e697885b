"""A credentials file that cannot be reached: no reason to take the keys of the server's role, another account's."""

import errno
import ntpath
import os
import pwd
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from ncp_signer import Credentials, CredentialsError, ServerRole, load_credentials
from ncp_signer._profiles import is_absent
from support.metadata import Metadata
from support.wire import Wire

KEYS = "ncloud_access_key_id = FILEKEY\nncloud_secret_access_key = file-secret\n"


def folder() -> Path:
    return Path.home() / ".ncloud"


def file() -> Path:
    folder().mkdir(exist_ok=True)
    return folder() / "configure"


def a_socket() -> None:
    path = file()
    with socket.socket(socket.AF_UNIX) as listener:
        before = Path.cwd()
        os.chdir(path.parent)  # the path may be too long for a socket
        try:
            listener.bind(path.name)
        finally:
            os.chdir(before)


def elsewhere() -> Path:
    return Path.home().with_name("elsewhere")


def move_home(then: str | Path | None = None) -> None:
    """Put the home folder elsewhere, and perhaps a link in its place."""
    Path.home().rename(elsewhere())
    if then:
        Path.home().symlink_to(then)


def link_to_a_fifo() -> None:
    os.mkfifo(elsewhere())
    file().symlink_to(elsewhere())


def huge_file() -> None:
    with file().open("wb") as stream:
        stream.truncate(1 << 40)


ASTRAY = "cannot be read (No such file or directory: a link, or the home folder, leads nowhere)"
LOOP = "cannot be read (Too many levels of symbolic links)"
NO_FILE = "is not a regular file"

UNREACHABLE: dict[str, tuple[Callable[[], object], str]] = {
    "dangling-link": (lambda: file().symlink_to("nowhere"), ASTRAY),
    "dangling-folder": (lambda: folder().symlink_to("/nowhere/ncloud"), ASTRAY),
    "link-through-a-dangling-folder": (lambda: file().symlink_to("/nowhere/ncloud/configure"), ASTRAY),
    "loop": (lambda: file().symlink_to("configure"), LOOP),
    "folder-in-a-loop": (lambda: folder().symlink_to(".ncloud"), LOOP),
    "folder-is-a-file": (lambda: folder().write_text(KEYS), "cannot be read (Not a directory)"),
    "is-a-folder": (lambda: file().mkdir(), "cannot be read (Is a directory)"),
    "fifo": (lambda: os.mkfifo(file()), NO_FILE),
    "link-to-a-fifo": (link_to_a_fifo, NO_FILE),
    "socket": (
        a_socket,
        f"cannot be read ({os.strerror(errno.ENXIO if sys.platform == 'linux' else errno.EOPNOTSUPP)})",
    ),
    "null-device": (lambda: file().symlink_to("/dev/null"), NO_FILE),
    "endless-device": (lambda: file().symlink_to("/dev/zero"), NO_FILE),
    "larger-than-any": (huge_file, "is too large"),
    "home-is-missing": (move_home, ASTRAY),
    "home-is-a-dangling-link": (lambda: move_home("nowhere"), ASTRAY),
}


@pytest.fixture
def role(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """The role of this server, whose keys would be taken."""
    with Wire([Metadata(Expiration="2099-01-01T00:00:00Z")]) as wire:
        monkeypatch.setenv("NCLOUD_METADATA_API_ENDPOINT", wire.url)
        yield wire


@pytest.fixture
def no_hang() -> Iterator[None]:
    """Ends what waits for somebody to write into a FIFO."""

    def end(number: int, frame: object) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(10)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def refusal() -> str:
    with pytest.raises(CredentialsError) as caught:
        load_credentials()
    return str(caught.value)


@pytest.mark.usefixtures("no_hang")
@pytest.mark.parametrize(("make", "reason"), UNREACHABLE.values(), ids=UNREACHABLE)
def test_unreachable(make: Callable[[], object], reason: str, role: Wire) -> None:
    make()

    assert refusal() == f"{Path.home()}/.ncloud/configure [DEFAULT]: {reason}"
    assert role.requests == []


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE, errno.ENXIO, errno.ETIMEDOUT])
@pytest.mark.parametrize("there", [True, False])
def test_folder_that_cannot_be_searched(monkeypatch: pytest.MonkeyPatch, role: Wire, number: int, there: bool) -> None:
    # Another user's, or on a volume that does not answer. By hand: nothing is closed to root.
    if there:
        file().write_text(KEYS)
    folder().mkdir(exist_ok=True)

    def refuse(path: Any, *arguments: Any, **options: Any) -> NoReturn:
        raise OSError(number, os.strerror(number), path)

    with monkeypatch.context() as patch:
        for name in ("lstat", "stat", "open"):
            patch.setattr(os, name, refuse)
        said = refusal()

    assert said == f"{folder()}/configure [DEFAULT]: cannot be read ({os.strerror(number)})"
    assert role.requests == []


def test_drive_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # On Windows. It has no folder above it, and may be a share that is not connected.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.path.dirname", ntpath.dirname)

    assert not is_absent("Z:\\home\\.ncloud\\configure")


def test_folder_that_is_a_file_on_windows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # There, what is below a file is as missing as what is below a folder.
    (tmp_path / "file").touch()

    def missing(path: Any) -> NoReturn:
        raise FileNotFoundError(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "lstat", missing)
        assert not is_absent(str(tmp_path / "file" / "configure"))


def no_home(patch: pytest.MonkeyPatch) -> None:
    def unknown(number: int) -> NoReturn:
        raise KeyError(number)

    patch.delenv("HOME")
    patch.setattr(pwd, "getpwuid", unknown)


@pytest.mark.parametrize(
    "make",
    [no_home, lambda patch: patch.setenv("HOME", ""), lambda patch: patch.setenv("HOME", "home")],
    ids=["unknown", "empty", "relative"],
)
@pytest.mark.parametrize("profile", [None, "gov"])
def test_no_home_folder(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    role: Wire,
    make: Callable[[pytest.MonkeyPatch], None],
    profile: str | None,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("~", "home"):  # what a path that is not expanded would name
        (tmp_path / name / ".ncloud").mkdir(parents=True)
        (tmp_path / name / ".ncloud" / "configure").write_text(KEYS)

    with monkeypatch.context() as patch:
        make(patch)
        with pytest.raises(CredentialsError, match=r"^~/.ncloud/configure: there is no home folder"):
            load_credentials(profile)

    assert role.requests == []


ABSENT: dict[str, Callable[[], object]] = {
    "no-folder": lambda: None,
    "no-file": lambda: folder().mkdir(),
    "folder-is-a-link": lambda: folder().symlink_to(Path.home()),
    "home-is-a-link": lambda: move_home(elsewhere()),
}


@pytest.mark.parametrize("make", ABSENT.values(), ids=ABSENT)
def test_file_that_is_provably_not_there(make: Callable[[], object], role: Wire) -> None:
    make()

    assert isinstance(load_credentials(), ServerRole)
    assert len(role.requests) == 2


@pytest.mark.usefixtures("no_hang")
def test_fifo_at_another_place(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "keys")

    with pytest.raises(CredentialsError, match=r"keys \[DEFAULT\]: is not a regular file"):
        Credentials.from_file(tmp_path / "keys")


def test_link_to_the_file() -> None:
    (Path.home() / "keys").write_text(KEYS)
    file().symlink_to(Path.home() / "keys")

    assert load_credentials() == Credentials("FILEKEY", "file-secret")
