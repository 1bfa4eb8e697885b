"""``python -m ncp_vserver``: the command ``ncp-vserver``."""

from ._command import run

run()
