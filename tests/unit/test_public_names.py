"""What each package shows to the outside, and which packages each one leans on."""

import importlib
import pydoc
import subprocess
import sys
from types import ModuleType

import grimp
import pytest

PACKAGES = ["ncp_vserver_api", "ncp_signer", "ncp_vserver", "ncp_mock"]

# design rule: which of our own and of other people's packages each one may import
MAY_IMPORT = {
    "ncp_vserver_api": {"attrs", "httpx"},
    "ncp_signer": {"anyio", "httpx"},
    "ncp_vserver": {
        "anyio",
        "attrs",
        "click",
        "httpcore",
        "httpx",
        "ncp_signer",
        "ncp_vserver_api",
        "platformdirs",
        "rich",
        "sqlalchemy",
        "truststore",
        "yaml",
    },
    "ncp_mock": {"h11", "jinja2", "platformdirs", "pytest", "yaml"},
}


@pytest.mark.parametrize("name", ["ncp_mock", "ncp_signer", "ncp_vserver", "ncp_vserver_api", "ncp_vserver_api.models"])
def test_package_has_what_it_says_and_nothing_else(name: str) -> None:
    package = importlib.import_module(name)
    helpers = {"Any", "Final", "TYPE_CHECKING", "importlib", "logging"}

    assert len(set(package.__all__)) == len(package.__all__)
    assert all(hasattr(package, each) for each in package.__all__)
    modules = {key for key, value in vars(package).items() if isinstance(value, ModuleType)}
    public = {key for key in vars(package) if not key.startswith("_")}
    assert public - modules - helpers <= {*package.__all__}
    with pytest.raises(AttributeError, match=f"'{name}' has no attribute 'Prism'"):
        _ = package.Prism


@pytest.mark.parametrize("name", ["ncp_mock", "ncp_signer", "ncp_vserver"])
def test_import_is_light(name: str) -> None:
    # A command that prints its help, or a test run that never calls, does not pay for an HTTP client.
    heavy = ["anyio", "attrs", "h11", "http.client", "httpx", "jinja2", "ncp_vserver_api", "yaml"]
    script = f"import sys, {name}; print([each for each in {heavy} if each in sys.modules], *dir({name}))"

    output = subprocess.run([sys.executable, "-c", script], check=True, text=True, stdout=subprocess.PIPE).stdout

    assert output.startswith("[] ")
    assert output.split()[1:] == sorted(importlib.import_module(name).__all__)


@pytest.mark.parametrize("name", ["ncp_mock", "ncp_signer", "ncp_vserver"])
def test_help_describes_every_public_name(name: str) -> None:
    package = importlib.import_module(name)
    text = pydoc.plain(pydoc.render_doc(package))

    assert {each for each in package.__all__ if f" {each}" not in text} <= {"__version__"}
    if name == "ncp_mock":
        assert "hold_reboots(self) -> None" in text


@pytest.mark.parametrize("name", PACKAGES)
def test_imports(name: str) -> None:
    graph = grimp.build_graph(*PACKAGES, include_external_packages=True)
    modules = {name, *graph.find_descendants(name)}

    imported = {
        target.partition(".")[0] for module in modules for target in graph.find_modules_directly_imported_by(module)
    }

    assert imported - {name} - set(sys.stdlib_module_names) == MAY_IMPORT[name]
