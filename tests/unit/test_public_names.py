"""What each package shows to the outside, and which packages each one leans on."""

import importlib
import sys
from types import ModuleType

import grimp
import pytest

PACKAGES = ["ncp_vserver_api", "ncp_signer", "ncp_vserver", "ncp_mock"]

# design rule: which of our own and of other people's packages each one may import
MAY_IMPORT = {
    "ncp_vserver_api": {"attrs", "httpx"},
    "ncp_signer": {"httpx"},
    "ncp_vserver": {"httpx", "ncp_signer", "ncp_vserver_api"},
    "ncp_mock": {"platformdirs", "pytest"},
}


@pytest.mark.parametrize("name", ["ncp_signer", "ncp_vserver", "ncp_mock"])
def test_all_is_sorted_and_complete(name: str) -> None:
    package = importlib.import_module(name)
    public = [
        key for key, value in vars(package).items() if not key.startswith("_") and not isinstance(value, ModuleType)
    ]

    assert package.__all__ == sorted(public)


@pytest.mark.parametrize("name", PACKAGES)
def test_imports(name: str) -> None:
    graph = grimp.build_graph(*PACKAGES, include_external_packages=True)
    modules = {name, *graph.find_descendants(name)}

    imported = {
        target.partition(".")[0] for module in modules for target in graph.find_modules_directly_imported_by(module)
    }

    assert imported - {name} - set(sys.stdlib_module_names) == MAY_IMPORT[name]
