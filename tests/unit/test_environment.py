"""Keys in the environment: pairs are taken whole, and a mixture, or half a pair, is an error that names it."""

import itertools
from pathlib import Path

import pytest
from ncp_signer import Credentials, CredentialsError, load_credentials

ID, KEY = "NCLOUD_ACCESS_KEY_ID", "NCLOUD_ACCESS_KEY"
SECRET_ACCESS, SECRET = "NCLOUD_SECRET_ACCESS_KEY", "NCLOUD_SECRET_KEY"
PAIRS = [(ID, SECRET_ACCESS), (KEY, SECRET)]
VALUES = {ID: "IDVALUE", SECRET_ACCESS: "secret-access-value", KEY: "KEYVALUE", SECRET: "secret-value"}


@pytest.fixture
def file_of_another_account() -> None:
    """What is never to be taken where the environment has a variable."""
    folder = Path.home() / ".ncloud"
    folder.mkdir()
    (folder / "configure").write_text("ncloud_access_key_id = FILEKEY\nncloud_secret_access_key = file-secret\n")


def set_all(patch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        patch.setenv(name, value)


@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
def test_pair(monkeypatch: pytest.MonkeyPatch, pair: tuple[str, str]) -> None:
    set_all(monkeypatch, dict.fromkeys([ID, KEY, SECRET, SECRET_ACCESS], " "))
    set_all(monkeypatch, {pair[0]: "ENVKEY\t", pair[1]: " env=secret\r\n"})

    credentials = Credentials.from_env()

    assert (credentials.access_key, credentials.secret_key.reveal()) == ("ENVKEY", "env=secret")
    assert credentials.source == "environment"


@pytest.mark.usefixtures("file_of_another_account")
@pytest.mark.parametrize(
    "names",
    [names for count in range(1, 5) for names in itertools.combinations(VALUES, count) if names not in PAIRS],
    ids=" ".join,
)
def test_whatever_is_no_pair_alone(monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]) -> None:
    set_all(monkeypatch, {name: VALUES[name] for name in names})

    with pytest.raises(CredentialsError, match=r"^environment: ") as caught:
        load_credentials()

    said = str(caught.value)
    assert not any(value in said for value in VALUES.values())
    if {*names} & {ID, KEY} and {*names} & {SECRET_ACCESS, SECRET}:
        assert f"{' and '.join(names)} are of two pairs" in said
        assert ("say different keys" in said) == (len(names) == 4)
    else:
        missing = (SECRET_ACCESS, SECRET) if {*names} & {ID, KEY} else (ID, KEY)
        assert f"neither {' nor '.join(missing)} is set" in said


def test_two_pairs_that_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, {ID: "SAME", SECRET_ACCESS: "same-secret", KEY: "SAME", SECRET: "same-secret"})

    assert load_credentials() == Credentials("SAME", "same-secret")


@pytest.mark.parametrize("differs", [ID, SECRET], ids=["access-key", "secret-key"])
def test_two_pairs_of_which_one_key_differs(monkeypatch: pytest.MonkeyPatch, differs: str) -> None:
    set_all(monkeypatch, {ID: "SAME", SECRET_ACCESS: "same-secret", KEY: "SAME", SECRET: "same-secret"})
    monkeypatch.setenv(differs, "another")

    with pytest.raises(CredentialsError, match="are of two pairs, and say different keys"):
        load_credentials()


@pytest.mark.usefixtures("file_of_another_account")
@pytest.mark.parametrize("names", [(ID,), (SECRET,), *PAIRS, (ID, SECRET_ACCESS, KEY, SECRET)], ids=" ".join)
@pytest.mark.parametrize("value", ["", " \n"], ids=["empty", "blank"])
def test_set_and_empty_is_no_reason_to_go_on(
    monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], value: str
) -> None:
    set_all(monkeypatch, dict.fromkeys(names, value))

    with pytest.raises(CredentialsError, match="set and empty") as caught:
        load_credentials()

    assert all(name in str(caught.value).partition("(")[2] for name in names)


@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
@pytest.mark.parametrize("place", [0, 1], ids=["access-key", "secret-key"])
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ('"quoted"', "has quotes around it or a comment behind it"),
        ("'quoted'", "has quotes around it or a comment behind it"),
        ("value # mine", "has quotes around it or a comment behind it"),
        ("value\t; mine", "has quotes around it or a comment behind it"),
        ("va\x07lue", "control"),
        ("va\nlue", "control"),
        ("value\x85", "control"),
        ("va\udc80lue", "control"),
    ],
    ids=["double-quotes", "quotes", "comment", "semicolon", "control", "two-lines", "odd-line-end", "no-utf-8"],
)
def test_what_the_file_refuses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pair: tuple[str, str], place: int, value: str, reason: str
) -> None:
    set_all(monkeypatch, {pair[0]: "KEY", pair[1]: "secret"} | {pair[place]: value})

    with pytest.raises(CredentialsError, match=reason) as caught:
        Credentials.from_env()

    assert "mine" not in str(caught.value)
    if "\n" not in value and "\udc80" not in value:  # which the file has no way to write
        names = ["ncloud_access_key_id", "ncloud_secret_access_key"]
        values = ["KEY", "secret"]
        values[place] = value
        (tmp_path / "keys").write_text(
            "".join(f"{name} = {value}\n" for name, value in zip(names, values, strict=True))
        )
        with pytest.raises(CredentialsError) as of_file:
            Credentials.from_file(tmp_path / "keys")
        said = str(caught.value).removeprefix("environment: ").replace(pair[place], names[place])
        assert str(of_file.value).endswith(said)
