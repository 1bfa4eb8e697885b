"""Schemathesis over every operation, against the mock.

The mock is made from the same contract, so this tests the contract and Prism: not the service, and not the clients.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.contract import ROOT, operations

HERE = Path(__file__).parent
BASELINE = json.loads((HERE / "schemathesis-baseline.json").read_text(encoding="utf-8"))


def run(folder: Path, url: str, *options: str) -> tuple[int, str, dict[str, Any], Counter[tuple[str, int]]]:
    """Run Schemathesis; its exit code, output, report, and how often each method was answered with each status."""
    report, har = folder / "report.json", folder / "report.har"
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", str(ROOT / "openapi" / "vserver.yaml")]
    command += ["--url", url, "--no-color", "--report", "json,har", f"--report-json-path={report}"]
    command += [f"--report-har-path={har}", *options]
    environment = os.environ | {"HYPOTHESIS_STORAGE_DIRECTORY": str(folder)}
    process = subprocess.run(
        command, cwd=HERE, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if not har.exists():
        return process.returncode, process.stdout, {}, Counter()
    entries = json.loads(har.read_text(encoding="utf-8"))["log"]["entries"]
    answers = Counter((entry["request"]["method"].lower(), entry["response"]["status"]) for entry in entries)
    return process.returncode, process.stdout, json.loads(report.read_text(encoding="utf-8")), answers


def test_no_finding_but_those_of_the_baseline(ncp_mock: str, tmp_path: Path) -> None:
    code, output, report, answers = run(tmp_path, ncp_mock)

    assert code == 0, output
    assert report["operations"]["tested"] == len(operations()), output
    assert report["errors"] == []
    assert not any(report["warnings"].values()), report["warnings"]
    # Exit code 0 is not enough: a run in which everything was refused passes as well.
    for method, _, _ in operations():
        assert answers[method, 200] >= 10, answers
        assert answers[method, 400] >= 10, answers
    # The findings of the baseline are still found: this run can fail, and no entry hides a later finding of its kind.
    assert sorted(report["baseline"]["known_ids"]) == sorted(entry["id"] for entry in BASELINE["entries"])


@pytest.mark.parametrize("entry", BASELINE["entries"], ids=lambda entry: entry["id"])
def test_baseline_says_why(entry: dict[str, str]) -> None:
    assert len(entry["reason"]) > 40
    assert "Prism" in entry["reason"]
