"""The version stands in the contract; whatever else shows it reads it there."""

import re
from importlib.metadata import version

import ncp_vserver
from support.contract import CONTRACT, ROOT

VERSION: str = CONTRACT["info"]["version"]
STATING = (
    "README*.md",
    "pyproject.toml",
    "docs/**/*.md",
    "*/*.json",
    "signer/**/*.py",
    "sdk/**/*.py",
    "mock/ncp_mock/**/*.py",
)
LOCKED = "package-lock.json"  # the versions of others


def test_packages_have_the_contracts_version() -> None:
    assert VERSION == version("ncp-vserver") == ncp_vserver.__version__


def test_nothing_else_states_the_version() -> None:
    files = [path for pattern in STATING for path in ROOT.glob(pattern) if path.name != LOCKED]
    stated = re.compile(rf"(?<![\w.]){re.escape(VERSION)}(?![\w.])")

    assert len(files) > 100
    assert [path for path in files if stated.search(path.read_text(encoding="utf-8"))] == []
