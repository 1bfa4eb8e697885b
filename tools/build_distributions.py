"""Build the source distribution, and the wheel from it, of the commit that is checked out, into dist/.

Each commit gives the same bytes, whatever else is in the checkout: the commit is exported into a folder of its own.
Runs in an environment that has hatchling.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from project import ROOT, export, git


def main() -> None:
    changed = git(ROOT, "status", "--porcelain").decode()
    if changed:
        print(f"These changes are not committed, and so not built:\n{changed}", file=sys.stderr)
    folder = ROOT / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as commit:
        export(ROOT, "HEAD", Path(commit))
        built = build(Path(commit), folder, epoch=int(git(ROOT, "log", "-1", "--format=%ct")))
    for path in built:
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(ROOT).as_posix()}")


def build(source: Path, folder: Path, *, epoch: int) -> tuple[Path, Path]:
    """Build both distributions into an empty ``folder``. All their files get the time ``epoch``, in seconds.

    Raises subprocess.CalledProcessError.
    """
    _hatchling("sdist", source, folder, epoch)
    [sdist] = folder.glob("*.tar.gz")
    with tempfile.TemporaryDirectory() as unpacked:
        shutil.unpack_archive(sdist, unpacked, filter="data")
        [unpacked_source] = Path(unpacked).iterdir()
        _hatchling("wheel", unpacked_source, folder, epoch)
    [wheel] = folder.glob("*.whl")
    return sdist, wheel


def _hatchling(target: str, source: Path, folder: Path, epoch: int) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(epoch)}
    subprocess.run(command, cwd=source, env=environment, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
