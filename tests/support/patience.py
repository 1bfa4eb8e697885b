"""How long the tests wait for what takes a moment."""

from typing import Final

PATIENCE: Final = 180
"""Seconds for a process, a thread or a connection; only a failing test waits so long. Busy machines have taken 30."""
