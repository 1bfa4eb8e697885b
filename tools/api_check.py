"""Compare the public Python API with that of the last release, and fail where a break needs a higher version.

The last release is the newest tag v* before the commit that is checked out.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import griffe
from project import ROOT, export, git, packages, version


def main(root: Path = ROOT) -> int:
    """Print what differs; 1 if the version does not allow it, else 0."""
    if git(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
        print("This clone is shallow: it may lack the last release. Run git fetch --unshallow --tags.")
        return 1
    tag = last_release(root)
    if tag is None:
        print("There is no release yet: no tag v* before this commit.")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        export(root, tag, Path(folder))
        found = list(breaks(Path(folder), root))
    print(*found, f"Breaks of the public API since {tag}: {len(found)}", sep="\n")
    if not found or may_break(tag, version(root)):
        return 0
    print(f"Version {version(root)} does not allow them: docs/releases.md says which does.")
    return 1


def last_release(root: Path) -> str | None:
    """The newest tag before this commit: its own is the release that is being made."""
    command = ["git", "describe", "--tags", "--match", "v[0-9]*", "--abbrev=0", "HEAD^"]
    described = subprocess.run(command, cwd=root, capture_output=True, text=True)
    return described.stdout.strip() or None


def breaks(old: Path, new: Path) -> Iterator[str]:
    """What no longer works for users of the packages in ``old``: a line of Markdown each."""
    before, after = load(old), load(new)
    for name, package in before.items():
        if name in after:
            for each in griffe.find_breaking_changes(package, after[name]):
                yield each.explain(griffe.ExplanationStyle.MARKDOWN).replace("- ", f"- {name}: ", 1)
        else:
            yield f"- {name}: *The package was removed*"


def load(root: Path) -> dict[str, griffe.Module]:
    """The packages of a checkout by their names, read and not run."""
    folders = packages(root)
    loader = griffe.GriffeLoader(
        extensions=griffe.Extensions(griffe.UnpackTypedDictExtension()),  # **options are parameters, too
        search_paths=[folder.parent for folder in folders],
        allow_inspection=False,
    )
    for folder in folders:
        loader.load(folder.name)
    loader.resolve_aliases()
    loaded = {folder.name: loader.modules_collection.members[folder.name] for folder in folders}
    for package in loaded.values():
        # Those that put __all__ together as they run import for type checkers what is public.
        package.exports = package.exports or [
            name
            for name, member in package.members.items()
            if isinstance(member, griffe.Alias)
            and member.target_path.partition(".")[0] in loaded
            and not name.startswith("_")
        ]
    return loaded


def may_break(old: str, new: str) -> bool:
    """Whether semantic versioning lets the newer version break the API of the older one."""
    [(old_major, old_minor), (new_major, new_minor)] = (
        [int(number) for number in re.findall(r"\d+", text)[:2]] for text in (old, new)
    )
    return new_major > old_major or (new_major == old_major == 0 and new_minor > old_minor)


if __name__ == "__main__":
    sys.exit(main())
