"""Workflows, forms and hooks: what they may do, and that what they name is there."""

import re
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.contract import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in GITHUB.glob("workflows/*.yml")}
JOBS = {(name, key): job for name, workflow in WORKFLOWS.items() for key, job in workflow["jobs"].items()}
STEPS = {key: job["steps"] for key, job in JOBS.items()}
FORMS = sorted(GITHUB.glob("ISSUE_TEMPLATE/*.yml"))

# All others may read the repository, and nothing else.
MAY_WRITE = {
    ("release", "publish"): {"id-token": "write"},
    ("release", "announce"): {"contents": "write"},
    ("site", "publish"): {"pages": "write", "id-token": "write"},
}


def steps() -> list[dict[str, Any]]:
    return list(chain.from_iterable(STEPS.values()))


def test_no_job_may_do_more_than_it_needs() -> None:
    assert {name: workflow["permissions"] for name, workflow in WORKFLOWS.items()} == {key: {} for key in WORKFLOWS}
    permissions = {key: job["permissions"] for key, job in JOBS.items()}
    assert permissions == {key: {"contents": "read"} for key in JOBS} | MAY_WRITE


def test_what_publishes_runs_no_code_of_the_project() -> None:
    publish = STEPS["release", "publish"]

    assert [step["uses"].partition("@")[0] for step in publish] == [
        "actions/download-artifact",
        "pypa/gh-action-pypi-publish",
    ]
    assert JOBS["release", "publish"]["environment"] == "pypi"
    assert set(JOBS["release", "publish"]["needs"]) >= {"build", "test"}


def test_only_a_pushed_tag_is_published() -> None:
    assert WORKFLOWS["release"][True] == {"push": {"tags": ["v*"]}, "workflow_dispatch": None}  # YAML reads on as true
    assert JOBS["release", "publish"]["if"] == "github.event_name == 'push'"
    assert JOBS["release", "announce"]["needs"] == "publish"


def test_actions_have_a_version_and_leave_no_token_behind() -> None:
    used = [step for step in steps() if "uses" in step]

    assert used
    assert [step["uses"] for step in used if not re.fullmatch(r"[\w/-]+@(release/)?v\d+(\.\d+)*", step["uses"])] == []
    checkouts = [step for step in used if step["uses"].startswith("actions/checkout@")]
    assert [step for step in checkouts if step["with"]["persist-credentials"] is not False] == []


def test_nothing_from_outside_becomes_part_of_a_script() -> None:
    assert [step["run"] for step in steps() if "${{" in step.get("run", "")] == []


def test_every_job_ends() -> None:
    assert all(job["timeout-minutes"] <= 45 for job in JOBS.values())


def test_what_jobs_run_is_there() -> None:
    scripts = "\n".join(step.get("run", "") for step in steps())
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert {*re.findall(r"\bmake ([a-z-]+)", scripts)} - {*targets} == set()
    assert [path for path in re.findall(r"tools/\w+\.py", scripts) if not (ROOT / path).exists()] == []


def test_api_is_compared_where_the_last_release_is_there() -> None:
    comparing = {key: job for key, job in STEPS.items() if any(step.get("run") == "make api-check" for step in job)}

    assert {name for name, _ in comparing} == {"ci", "release"}
    assert all(job[0]["with"]["fetch-depth"] == 0 for job in comparing.values())


def test_dependabot_knows_every_folder_that_pins_something() -> None:
    updates = yaml.safe_load((GITHUB / "dependabot.yml").read_text(encoding="utf-8"))["updates"]

    watched = {(each["package-ecosystem"], each["directory"]) for each in updates}
    assert watched == {("pip", "/requirements"), ("npm", "/mock"), ("npm", "/tools"), ("github-actions", "/")}
    assert {path.parent.name for path in ROOT.glob("*/package-lock.json")} == {"mock", "tools"}
    assert all(each["cooldown"] == {"default-days": 7} and each["groups"] for each in updates)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_form_asks_in_english_and_korean(path: Path) -> None:
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    first, *questions = form["body"]

    assert form["name"]
    assert re.search("[가-힣]", form["description"])
    assert "한국어로 써도 됩니다" in first["attributes"]["value"]
    assert {each["type"] for each in questions} <= {"dropdown", "input", "textarea"}
    assert len({each["id"] for each in questions}) == len(questions)
    assert all(re.search(" · .*[가-힣]", each["attributes"]["label"]) for each in questions)


def test_there_is_a_form_for_each_matter() -> None:
    assert [path.stem for path in FORMS] == ["bug", "feature", "ncp"]


def test_hooks_are_the_projects_own_linters() -> None:
    [repo] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    recipes = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(BIN)", ".venv/bin").replace(" --quiet", "")

    assert repo["repo"] == "local"
    assert [hook["id"] for hook in repo["hooks"]] == ["ruff-check", "ruff-format", "lint-imports", "mypy"]
    assert [hook["id"] for hook in repo["hooks"] if hook["pass_filenames"]] == []
    assert [hook["entry"] for hook in repo["hooks"] if f"\t{hook['entry']}\n" not in recipes] == []
