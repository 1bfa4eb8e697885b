"""The same cases, replayed against the mock's own check: it lets in what the signer must send, and nothing else."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from ncp_mock._gateway.authentication import Keys, authenticate
from ncp_mock._messages import Request

KNOWN_ANSWERS = sorted(file.parent for file in Path(__file__).parent.glob("*/signature.txt"))


def read(folder: Path) -> tuple[Request, Keys, dict[str, Any]]:
    settings = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    head, _, body = (folder / "request.http").read_bytes().partition(b"\r\n\r\n")
    method, target, _ = head.decode("ascii").split("\r\n")[0].split(" ")
    headers = dict(line.split(": ") for line in (folder / "headers.txt").read_text(encoding="ascii").splitlines())
    # Clients send the method in upper case.
    request = Request(method.upper(), target, tuple(headers.items()), body)
    return request, Keys(settings["access_key"], settings["secret_key"]), settings


each_known_answer = pytest.mark.parametrize("folder", KNOWN_ANSWERS, ids=lambda folder: folder.name)


@each_known_answer
def test_lets_in_every_known_answer(folder: Path) -> None:
    request, keys, settings = read(folder)

    assert authenticate(request, keys, settings["timestamp_ms"]) is None


@each_known_answer
def test_refuses_every_known_answer_with_one_character_flipped(folder: Path) -> None:
    request, keys, settings = read(folder)
    place = KNOWN_ANSWERS.index(folder) % 43  # another one in each
    *headers, (name, good) = request.headers
    flipped = good[:place] + ("A" if good[place] != "A" else "Q") + good[place + 1 :]

    changed = Request(request.method, request.target, (*headers, (name, flipped)), request.body)
    refusal = authenticate(changed, keys, settings["timestamp_ms"])

    assert refusal is not None
    assert refusal.verdict in {"wrong-signature", "base64-altered"}
    assert good not in repr(refusal)
    assert flipped not in repr(refusal)


def test_there_are_known_answers() -> None:
    assert len(KNOWN_ANSWERS) >= 33
