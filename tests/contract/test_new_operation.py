"""The pages' example of a new operation, on a copy of the checkout: YAML and "make generate", and nothing else."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.contract import CONTRACT, ROOT
from support.pages import FILES


def named(text: str) -> str:
    """The text or, once the contract has a getRegionList of its own, the same about realms."""
    return text.replace("egion", "ealm") if "/vserver/v2/getRegionList" in CONTRACT["paths"] else text


PARTS = ["openapi", "tools", "generated", "mock", "signer", "sdk", "tests", "pyproject.toml"]
GENERIC = [
    f"tests/contract/test_{name}.py"
    for name in ("document", "document_answers", "document_shapes", "models", "requests", "parsing", "mock_operations")
]
CALL = """
from ncp_mock import Mock
from ncp_signer import Credentials, NcpAuth
from ncp_vserver_api import Client
from ncp_vserver_api.api.server import get_region_list, get_region_list_post
with Mock() as mock:
    auth = NcpAuth(Credentials(mock.access_key, mock.secret_key))
    with Client(base_url=mock.url, httpx_args={"auth": auth}) as client:
        for operation in (get_region_list, get_region_list_post):
            answer = operation.sync(client=client).get_region_list_response
            print([region.region_code for region in answer.region_list], answer.return_code)
"""
SCHEMATHESIS = """
import os, subprocess, sys
from ncp_mock import Mock
with Mock(fleet="fleet.yaml") as mock:
    command = [sys.argv[1], "run", "../../openapi/vserver.yaml", "--url", mock.url, "--no-color",
               "--include-path", "/vserver/v2/getRegionList"]
    sys.exit(subprocess.run(command, env=os.environ | mock.environment).returncode)
"""


@pytest.fixture(scope="module")
def storage(pytestconfig: pytest.Config) -> str:
    """Where Hypothesis finds tables that it would else compute for seconds."""
    assert pytestconfig.cache is not None
    return str(pytestconfig.cache.mkdir("hypothesis"))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout with the example merged into the contract, and generated."""
    folder = tmp_path_factory.mktemp("copy")
    ignored = shutil.ignore_patterns("node_modules", ".*_cache", ".hypothesis")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=ignored)
        else:
            shutil.copy(ROOT / part, folder / part)
    (folder / "mock" / "node_modules").symlink_to(ROOT / "mock" / "node_modules")
    example = named(FILES["new-operation.yaml"])
    contract = folder / "openapi" / "vserver.yaml"
    merged = merge(yaml.safe_load(contract.read_text(encoding="utf-8")), yaml.safe_load(example))
    contract.write_text(yaml.safe_dump(merged, allow_unicode=True, sort_keys=False), encoding="utf-8")
    generator = ROOT / ".venv-codegen" / "bin" / "python"
    if not generator.exists():
        pytest.fail('the generator is not installed: "make setup"')
    subprocess.run([generator, "tools/generate.py"], cwd=folder, check=True)
    return folder


def merge(into: Any, what: Any) -> Any:
    """The first document with the second one's members in it."""
    if isinstance(into, dict) and isinstance(what, dict):
        return into | {key: merge(into.get(key), value) for key, value in what.items()}
    assert into is None, "the example replaces something"
    return what


def run(copy: Path, *command: str, folder: str = ".", **more: str) -> str:
    """The output of a command in the copy, which sees the copy's packages only."""
    path = os.pathsep.join(str(copy / part) for part in ("generated", "signer", "sdk", "mock", "tests"))
    environment = os.environ | {"PYTHONPATH": path} | more
    process = subprocess.run(
        command, cwd=copy / folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.returncode == 0, process.stdout
    return process.stdout


def test_generated_client_and_mock(copy: Path) -> None:
    assert run(copy, sys.executable, "-c", named(CALL)) == "['KR', 'JPN'] 0\n" * 2


def test_contract_tests(copy: Path) -> None:
    # All that is said of the document, so that nothing that is said twice demands the new one; of the rest, what is
    # about the new one.
    wanted = named("getRegionList or test_document")

    output = run(copy, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", wanted, *GENERIC)

    [passed] = re.findall(r"(\d+) passed", output)
    assert int(passed) > 200


def test_schemathesis(copy: Path, storage: str) -> None:
    schemathesis = str(Path(sys.executable).with_name("schemathesis"))

    output = run(
        copy,
        *(sys.executable, "-c", named(SCHEMATHESIS), schemathesis),
        folder="tests/contract",
        HYPOTHESIS_STORAGE_DIRECTORY=storage,
    )

    assert "Tested: 2" in output
    assert "No issues found" in output
