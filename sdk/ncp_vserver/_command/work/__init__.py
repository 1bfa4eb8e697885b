"""What the commands do. A module of it is imported when a command first uses it: click only parses."""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Final

_MODULES: Final = ("changing", "journal", "reading", "resume", "verify", "whoami")

if TYPE_CHECKING:
    from . import (
        changing as changing,
        journal as journal,
        reading as reading,
        resume as resume,
        verify as verify,
        whoami as whoami,
    )
else:

    def __getattr__(name: str) -> ModuleType:
        if name not in _MODULES:  # hasattr, and all that looks into every module, expects an AttributeError
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return importlib.import_module(f"{__name__}.{name}")
