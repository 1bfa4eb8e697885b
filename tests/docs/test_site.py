"""The pages that are made for the site say all that their sources say."""

import importlib.util
import re
from typing import Any

import yaml
from ncp_vserver._command.line.cli import cli
from site_pages import ROOT
from site_reference import assumptions, contract, options
from support.contract import CONTRACT


def test_every_assumption_is_in_a_table() -> None:
    entries = yaml.safe_load((ROOT / "openapi" / "assumptions.yaml").read_text(encoding="utf-8"))

    rows = re.findall(r"^\| <span id=\"([^\"]+)\"></span>\*\*`\1`\*\* .* \| .* \| .+ \|$", assumptions(), re.MULTILINE)
    assert rows == [entry["id"] for entry in entries]


def test_every_command_has_its_options() -> None:
    sections = re.split(r"^## ncp-vserver (\w+)\n", options(), flags=re.MULTILINE)

    said = dict(zip(sections[1::2], sections[2::2], strict=True))
    assert set(said) == set(cli.commands)
    for name, command in cli.commands.items():
        named = set(re.findall(r"--[a-z-]+", " ".join(re.findall(r"^`(-.*)`$", said[name], re.MULTILINE))))
        assert named == {each for option in command.params for each in option.opts if each.startswith("--")} | {
            "--help"
        }
    assert "--reboot-seconds SECONDS" in said["whoami"]  # the mock's help, in the last section


def test_every_operation_is_listed() -> None:
    named = re.findall(r"^\| `(\w+)` \| (?:GET|POST) \| .+ \|$", contract(), re.MULTILINE)

    assert named == [operation["operationId"] for path in CONTRACT["paths"].values() for operation in path.values()]


def test_search_finds_a_korean_noun_before_a_particle() -> None:
    spec: Any = importlib.util.spec_from_file_location("site_conf", ROOT / "tools" / "site_conf" / "conf.py")
    conf = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conf)

    assert conf.words_with_beginnings(["서명을", "signature", "키"]) == ["서명", "서명을", "signature", "키"]
