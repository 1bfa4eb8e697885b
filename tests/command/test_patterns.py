"""A name pattern selects what it selects in bash."""

import os
import subprocess
import time

import pytest
from ncp_vserver._command.patterns import matches

PATTERNS = (
    *("web-1", "web-*", "*-1", "*", "**", "w*b*1", "???", "web-?", "", "WEB-1", "결제-*", "결?-1", "x{a,b}", "@(a|b)"),
    *(
        "web-[1]",
        "web-[^1]",
        "web-[!1]",
        "[^1]",
        "[!1]",
        "web-[12]",
        "web-[1-2]",
        "[a-c-e]",
        "[^a-c]",
        "[z-a]",
        "[!z-a]",
    ),
    *(
        "[z-ab]",
        "[]]",
        "[]a]",
        "[^]]",
        "[!]a]",
        "[]-a]",
        "[!]",
        "[^]",
        "[]",
        "[",
        "[a",
        "web-[1",
        "[a!]",
        "[a^]",
        "[-a]",
    ),
    *("[a-]", "[--0]", "[[]", "[*]", "[?]", "[.]", "[a&&b]", "[a||b]", "[~~]"),
    *(
        r"\*",
        r"\?",
        r"\[a]",
        r"a\b",
        r"\\",
        "a\\",
        "\\",
        r"[\]]",
        r"[\^]",
        r"[\!1]",
        r"[a\-z]",
        r"[a\]",
        r"[\\]",
        r"[a-\]]",
    ),
    *("a.c", "a+", "(a)", "^a", "a$", "a|b", r"\d", ".*", "[0-9]", "[가-힣]*"),
)
NAMES = (
    *(
        "web-1",
        "web-2",
        "web-12",
        "web-",
        "WEB-1",
        "결제-1",
        "w1",
        "abc",
        "a",
        "b",
        "c",
        "d",
        "e",
        "m",
        "z",
        "1",
        "2",
        "",
    ),
    *("x{a,b}", "xa", "@(a|b)", "a.c", "a+", "aa", "(a)", "^a", "a$", "a|b", "5", r"\d", ".x"),
    *(
        "]",
        "[",
        "[]",
        "[!]",
        "[^]",
        "[a",
        "[a]",
        "web-[1",
        "-",
        ".",
        "!",
        "^",
        "*",
        "?",
        "&",
        "|",
        "~",
        "\\",
        "a\\",
        r"a\b",
    ),
    *("[]a]", ":a", "[a", "a\nb", "ab"),
)


@pytest.fixture(scope="module")
def in_bash() -> dict[tuple[str, str], bool]:
    """Which pattern matches which name."""
    script = """
    count=$1; shift
    for pattern in "${@:1:count}"; do
        for name in "${@:count+1}"; do case $name in $pattern) echo 1;; *) echo 0;; esac; done
    done
    """
    words = ["bash", "-c", script, "bash", str(len(PATTERNS)), *PATTERNS, *NAMES]
    process = subprocess.run(words, env=os.environ | {"LC_ALL": "C.UTF-8"}, capture_output=True, text=True, check=True)
    pairs = [(pattern, name) for pattern in PATTERNS for name in NAMES]
    return dict(zip(pairs, (answer == "1" for answer in process.stdout.split()), strict=True))


def test_as_in_bash(in_bash: dict[tuple[str, str], bool]) -> None:
    differing = [
        (pattern, name, expected) for (pattern, name), expected in in_bash.items() if matches(pattern, name) != expected
    ]

    assert differing == []
    assert 200 < sum(in_bash.values()) < len(in_bash) / 2


def test_many_stars() -> None:
    started = time.process_time()

    assert not matches("*a" * 30 + "b", "a" * 200)
    assert time.process_time() - started < 5
