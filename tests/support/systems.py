"""The tests that need what a system lacks: the one place that says so. All others run everywhere."""

import sys
from collections.abc import Mapping

_SIGNALS = "Windows sends a process no signal that it could tell from its end"
_PROCESSES = "the processes of Windows have no groups, and are not looked up here"
_SHELL = "it is a script for a POSIX shell"
_LINKS = "Windows makes links for administrators only, and has no FIFO and no devices"
_TERMINAL = "Windows has no pseudo-terminal that Python could open"
_DEV_FULL = "/dev/full is Linux's"
_PROC = "/proc is Linux's"
_BROWSER = "the page is tried in Chromium on Linux, and is the same everywhere"
_FORKS = "the processes that it kills are forks, which Windows has not"
_ZONES = "Windows takes no time zone from the environment"

# By what their ids begin with. A whole module is not even imported.
WINDOWS: Mapping[str, str] = {
    "behaviour/test_clock_correction.py::test_offset": _ZONES,
    "behaviour/test_env_file.py": _SIGNALS,
    "behaviour/test_journal.py": _FORKS,
    "behaviour/test_killed_runs.py": _FORKS,
    "behaviour/test_load.py": _PROC,
    "behaviour/test_mock_command.py": _SIGNALS,
    "behaviour/test_mock_hosts.py": _SIGNALS,
    "behaviour/test_mock_launcher.py": _PROCESSES,
    "behaviour/test_mock_like_windows.py::test_command_that_is_interrupted": _PROCESSES,
    "behaviour/test_mock_like_windows.py::test_prism_is_installed": _SHELL,
    "behaviour/test_page_in_browser.py": _BROWSER,
    "behaviour/test_pytest_plugin.py::test_interrupted_run_leaves_nothing_behind": _SIGNALS,
    "behaviour/test_start_of_the_mock.py": _SIGNALS,
    "behaviour/test_server_role_answers.py::test_times_without_a_zone_are_utc": _ZONES,
    "command/test_command_line.py::test_completion_in_bash": _SHELL,
    "command/test_journal_of_the_command.py::test_question": _TERMINAL,
    "command/test_like_windows.py::test_interrupt[SIGINT]": _SIGNALS,
    "command/test_like_windows.py::test_interrupt[SIGTERM]": _SIGNALS,
    "command/test_like_windows.py::test_it_lacks": "there it lacks it anyway",
    "command/test_like_windows.py::test_live_display": _TERMINAL,
    "command/test_like_windows.py::test_question": _TERMINAL,
    "command/test_patterns.py": _SHELL,
    "command/test_signals.py": _SIGNALS,
    "command/test_start_and_end.py::test_each_signal": _SIGNALS,
    "command/test_streams.py::test_nobody_reads": _SHELL,
    "command/test_streams.py::test_pipe_that_somebody_made_non_blocking": "Python 3.11 has no such pipe on Windows",
    "command/test_streams.py::test_report_that_cannot_be_written": _SHELL,
    "command/test_terminal.py": _TERMINAL,
    "command/test_terminal_within_the_process.py": _TERMINAL,
    "contract/test_new_operation.py": _LINKS,
    "packaging/test_wheel.py::test_cache": _SHELL,
    "packaging/test_wheel.py::test_installation": _SHELL,
    "packaging/test_wheel.py::test_mock_starts_from_the_wheel": _LINKS,
    "packaging/test_wheel.py::test_prism_is_installed": _SHELL,
    "docs/test_data.py::test_steps_of_a_workflow_can_be_taken": _SHELL,
    "docs/test_facts.py::test_make_starts_the_mock_where_the_pages_say": _SHELL,
    "docs/test_pages.py": _SHELL,
    "docs/test_recipes.py": _SHELL,
    "unit/test_installation.py": _SHELL,
    "unit/test_mistakes.py::test_check_that_is_suggested_gives_the_right_signature": _SHELL,
    "unit/test_unreachable_file.py": _LINKS,
}
MACOS: Mapping[str, str] = {
    "behaviour/test_load.py": _PROC,
    "behaviour/test_mock_command.py::test_nobody_can_be_told_where_it_is": _DEV_FULL,
    "behaviour/test_mock_launcher.py::test_listens_on_loopback_only": _PROC,
    "behaviour/test_page_in_browser.py": _BROWSER,
    "command/test_patterns.py": "its bash is of 2007, and knows no C.UTF-8",
    "command/test_streams.py::test_nobody_reads": _DEV_FULL,
    "command/test_streams.py::test_report_that_cannot_be_written": _DEV_FULL,
    "packaging/test_wheel.py::test_cache_that_cannot_be_written": _PROC,
}
SYSTEMS: Mapping[str, Mapping[str, str]] = {"win32": WINDOWS, "darwin": MACOS}


def lacking(test: str, system: str = sys.platform) -> str | None:
    """Why a test, or a whole module, cannot run on a system; None where it can."""
    return next((why for start, why in SYSTEMS.get(system, {}).items() if test.startswith(start)), None)
