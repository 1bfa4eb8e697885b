"""Two mocks that install Prism at the same time."""

from pathlib import Path

import pytest
from ncp_mock._installation import _NPM_FILES, _install


@pytest.mark.parametrize("is_there", [True, False], ids=["another one was faster", "it cannot be moved"])
def test_installation_that_cannot_be_moved_into_place(
    is_there: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in _NPM_FILES:
        (tmp_path / name).touch()
    home = tmp_path / "home"
    theirs = home / "node_modules" / "theirs"
    npm = tmp_path / "npm"
    npm.write_text(f"#!/bin/sh\nmkdir -p {f'{theirs} node_modules' if is_there else ''} elsewhere\n")
    npm.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name: str(npm))  # with its suffix, as on Windows

    if is_there:
        _install(tmp_path, home)
        assert theirs.exists()
    else:
        with pytest.raises(FileNotFoundError):
            _install(tmp_path, home)
