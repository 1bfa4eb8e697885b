"""Targets, options and extras in the commands of every page exist, even in those that no test runs."""

import re
from pathlib import Path

import pytest
from support.command_lines import check, commands
from support.contract import ROOT
from support.pages import PAGES, Block, blocks, without_blocks

# What is done there was done with the targets and options of its time.
HISTORY = ROOT / "CHANGELOG.md"
PROGRAMS = r"(?:\w+=\S* )*(?:make|pip|ncp-mock|ncp-vserver) "


@pytest.mark.parametrize("block", [block for block in blocks() if block.language == "console"], ids=str)
def test_commands_of_a_block_exist(block: Block) -> None:
    for line in re.findall(r"^[$>] (.*)$", block.code, re.MULTILINE):
        for command in commands(line.replace("\\", "/")):
            check(command)


@pytest.mark.parametrize("page", [page for page in PAGES if page != HISTORY], ids=lambda page: page.name)
def test_commands_within_a_sentence_exist(page: Path) -> None:
    for line in re.findall(rf"`({PROGRAMS}[^`\n]+)`", without_blocks(page)):
        for command in commands(line):
            check(command)
