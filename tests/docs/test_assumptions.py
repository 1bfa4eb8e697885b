"""What is assumed about NCP stands in one list, to which the decisions and the mock's table refer by its ids."""

import re
from datetime import date
from typing import Any

import pytest
import yaml
from support.contract import ROOT

LIST = ROOT / "openapi" / "assumptions.yaml"
ASSUMPTIONS: list[dict[str, Any]] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
IDS = [each["id"] for each in ASSUMPTIONS]
DECISIONS = (ROOT / "openapi" / "decisions.md").read_text(encoding="utf-8")
[TABLE] = re.findall(
    r"^## What is assumed\n.*?(?=^## )",
    (ROOT / "docs" / "mock.md").read_text(encoding="utf-8"),
    re.DOTALL | re.MULTILINE,
)

_KEYS = ["id", "statement", "source", "date", "relied_on_by"]
_ID = "[a-z0-9]+(?:-[a-z0-9]+)*"
_SOME_IDS = r"`[^`|]+`(?:, `[^`|]+`)*"


def is_day(text: object) -> bool:
    return isinstance(text, str) and date.fromisoformat(text).isoformat() == text


def is_text(value: object) -> bool:
    return isinstance(value, str) and value == value.strip() != ""


def relied_on_by(*relying: str) -> set[str]:
    return {each["id"] for each in ASSUMPTIONS if set(relying) & set(each["relied_on_by"])}


def named_in(texts: list[str]) -> list[str]:
    """The ids in some lists of them, each where it stands first."""
    return list(dict.fromkeys(re.findall(r"`([^`]+)`", "".join(texts))))


NAMED_IN_DECISIONS = named_in(re.findall(r"\bAssumes (`.*?)\.(?: |$)", DECISIONS, re.MULTILINE))
NAMED_IN_TABLE = named_in(re.findall(rf"^\|.*\| ({_SOME_IDS}) \|$", TABLE, re.MULTILINE))


@pytest.mark.parametrize("each", ASSUMPTIONS, ids=[f"{number} {name}" for number, name in enumerate(IDS)])
def test_each_says_what_why_and_how_it_is_tested(each: dict[str, Any]) -> None:
    last = "probe" if "probe" in each else "no_probe"
    assert [key for key in each if key != "seen"] == [*_KEYS, last]
    assert re.fullmatch(_ID, each["id"])
    assert is_text(each["statement"])
    assert each["statement"].endswith((".", '."'))
    assert is_text(each["source"])
    assert is_day(each["date"])
    assert is_day(each.get("seen", each["date"]))
    assert (
        each["relied_on_by"] == [name for name in ("contract", "front", "mock") if name in each["relied_on_by"]] != []
    )
    assert each[last] in ("reads", "restart") if last == "probe" else is_text(each[last])


def test_ids_are_unique() -> None:
    assert len(set(IDS)) == len(IDS)


@pytest.mark.parametrize(
    ("named", "needed"),
    [(NAMED_IN_DECISIONS, relied_on_by("contract", "front")), (NAMED_IN_TABLE, relied_on_by("mock"))],
    ids=["decisions", "mock"],
)
def test_each_is_named_where_it_is_relied_on_in_the_order_of_the_list(named: list[str], needed: set[str]) -> None:
    assert needed - set(named) == set()
    assert named == [each for each in IDS if each in named]


def test_every_row_of_the_mocks_table_names_what_it_assumes() -> None:
    head, _, *rows = [line for line in TABLE.splitlines() if line.startswith("|")]

    assert head.endswith("| assumes |")
    assert [row for row in rows if not re.search(rf"\| {_SOME_IDS} \|$", row)] == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", DECISIONS, re.MULTILINE)]

    assert numbers == list(range(1, len(numbers) + 1)) != []


@pytest.mark.parametrize(
    "file", ["docs/errors.md", "mock/ncp_mock/_contract/judge.py", "sdk/ncp_vserver/_requests/proof.py"]
)
def test_other_files_name_what_is_in_the_list(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8").replace("`", "")
    mentions = re.findall(rf"({_ID}(?:,\s{_ID})*) in \S*assumptions\.yaml", text)

    assert mentions
    assert set(re.split(r",\s", ", ".join(mentions))) - set(IDS) == set()
