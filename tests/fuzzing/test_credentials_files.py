"""Any file of credentials: its keys as they stand there, or an error that quotes nothing of it."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from ncp_signer import Credentials, CredentialsError
from support.fuzzing import BOUNDED

ACCESS_KEY, SECRET_KEY = "ncloud_access_key_id", "ncloud_secret_access_key"
PROFILES = ("DEFAULT", "gov", "결제")

spaces = st.text(" \t", max_size=2)
ends = st.sampled_from(["\n", "\r\n"])
keys = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="\"'#;"), min_size=1, max_size=40)
pairs = st.tuples(keys, keys).filter(lambda pair: pair[0] != pair[1])
sections = st.dictionaries(st.sampled_from(PROFILES), pairs, min_size=1)
noise = st.sampled_from(["", "# ncloud_access_key_id = OTHER", "; a = b", "ncloud_api_url = x", "other = y", "text"])


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("credentials") / "configure"


def load(file: Path, profile: str) -> Credentials | str:
    try:
        return Credentials.from_file(file, profile)
    except CredentialsError as error:
        return str(error)


@given(st.data(), sections)
@BOUNDED
def test_keys_are_those_of_their_profile(file: Path, data: st.DataObject, sections: dict[str, tuple[str, str]]) -> None:
    text = ""
    for profile, pair in sections.items():
        lines = [f"[{data.draw(spaces)}{profile}{data.draw(spaces)}]", data.draw(noise)]
        for name, key in data.draw(st.permutations([(ACCESS_KEY, pair[0]), (SECRET_KEY, pair[1])])):
            shown = data.draw(st.sampled_from([name, name.upper()]))
            lines.append(f"{data.draw(spaces)}{shown}{data.draw(spaces)}={data.draw(spaces)}{key}{data.draw(spaces)}")
        text += "".join(f"{line}{data.draw(ends)}" for line in lines)
    file.write_bytes(text.encode())

    for profile in PROFILES:
        found = load(file, profile)
        if profile in sections:
            assert isinstance(found, Credentials), text
            assert (found.access_key, found.secret_key.reveal()) == sections[profile]
        else:
            assert f"has no profile {profile}, but {', '.join(sections)}" in str(found)


pieces = st.sampled_from(
    [ACCESS_KEY, SECRET_KEY, "=", "=", "\n", "\n", "\r", " ", "[", "]", "DEFAULT", "gov", "#", ";", "\ufeff", "\0", '"']
    + ["SECRET-"] * 4
)
lines = st.builds("{}={}\n".format, st.sampled_from([ACCESS_KEY, SECRET_KEY]), st.sampled_from(["A", "SECRET-", "B"]))


@given(st.lists(pieces | st.text(max_size=3) | lines, max_size=40), st.binary(max_size=1))
@BOUNDED
def test_any_text(file: Path, found: list[str], more: bytes) -> None:
    text = "".join(found)
    file.write_bytes(text.encode("utf-8", "surrogatepass") + more)

    for profile in PROFILES:
        loaded = load(file, profile)
        if isinstance(loaded, str):
            assert loaded.startswith(f"{file} [{profile}]: ")
            assert "SECRET-" not in loaded.partition(", but ")[0]
            continue
        lines = [line.strip(" \t") for line in text.replace("\r\n", "\n").split("\n")]
        keys, secrets = (
            [index for index, line in enumerate(lines) if line.partition("=")[2].strip(" \t") == value]
            for value in (loaded.access_key, loaded.secret_key.reveal())
        )
        assert any(
            not any(line.startswith("[") for line in lines[min(pair) : max(pair)])
            for pair in itertools.product(keys, secrets)
        ), "they are of two sections"
