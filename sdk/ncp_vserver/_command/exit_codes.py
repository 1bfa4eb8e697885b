"""What the command's exit codes mean."""

from typing import Final

DONE: Final = 0
USAGE: Final = 2
REJECTED: Final = 3
NOT_SENT: Final = 4
UNKNOWN: Final = 5
WAITING: Final = 6
FAILED: Final = 7
DIFFERS: Final = 8
INTERRUPTED: Final = 130

# "\b" keeps click from joining the lines.
HELP: Final = """\b
Exit codes:
  0    done: accepted or, with --wait, back or down
  2    the command line is wrong, a name fits no server, or --yes is missing
  3    rejected by the gateway or the service; of show, a server is not there
  4    not sent: nothing that changes a server has reached the service
  5    unknown or untouched; of a command that reads, no response, no report,
       or a list that may be incomplete; also an error of the machine or of
       the command itself
  6    still waiting at the deadline, or accepted and a poll was refused
  7    failed: accepted, and the service shows that it failed, or a command
       of --check or --after does
  8    of verify: NCP does something else than is assumed
  130  interrupted
If several apply, the first of 5, 7, 6, 3, 4, 8.
"""
