"""Where credentials come from, and what is said when they do not."""

import copy
from pathlib import Path
from typing import Any

import pytest
from ncp_signer import Credentials, CredentialsError, Secret, load_credentials, masked

SECTIONLESS = "ncloud_access_key_id = FILEKEY\nncloud_secret_access_key = file=secret==\n"
PROFILES = """\
# written by "ncloud configure"
[DEFAULT]
ncloud_access_key_id = DEFAULTKEY
ncloud_secret_access_key = default-secret
ncloud_api_url = https://ncloud.apigw.ntruss.com

[gov]
ncloud_access_key_id=GOVKEY
  ncloud_secret_access_key  =  gov#secret;=
"""


@pytest.fixture
def configure() -> Path:
    """The place of the file that "ncloud configure" writes."""
    folder = Path.home() / ".ncloud"
    folder.mkdir()
    return folder / "configure"


def pair(credentials: Credentials) -> tuple[str, str]:
    return credentials.access_key, credentials.secret_key.reveal()


@pytest.mark.parametrize(
    ("text", "profile", "expected"),
    [
        (SECTIONLESS, "DEFAULT", ("FILEKEY", "file=secret==")),
        ("\ufeff" + SECTIONLESS.replace("\n", "\r\n"), "DEFAULT", ("FILEKEY", "file=secret==")),
        (PROFILES, "DEFAULT", ("DEFAULTKEY", "default-secret")),
        (PROFILES, "gov", ("GOVKEY", "gov#secret;=")),
        (SECTIONLESS + PROFILES, "gov", ("GOVKEY", "gov#secret;=")),
    ],
    ids=["sectionless", "byte-order-mark-and-crlf", "default-profile", "named-profile", "both-forms"],
)
def test_file(configure: Path, text: str, profile: str, expected: tuple[str, str]) -> None:
    configure.write_bytes(text.encode())

    assert pair(Credentials.from_file(profile=profile)) == expected


@pytest.mark.parametrize("header", ["[prod] # careful", "[prod];", "[ prod ]\t; x"])
def test_section_with_a_comment_keeps_accounts_apart(configure: Path, header: str) -> None:
    configure.write_text(PROFILES + f"{header}\nncloud_access_key_id = PROD\nncloud_secret_access_key = prod-secret\n")

    if header == "[prod];":
        with pytest.raises(CredentialsError, match="has a section line that is not"):
            Credentials.from_file()
    else:
        assert pair(Credentials.from_file(profile="prod")) == ("PROD", "prod-secret")
        assert pair(Credentials.from_file(profile="gov")) == ("GOVKEY", "gov#secret;=")


def test_section_that_is_not_closed_keeps_accounts_apart(configure: Path) -> None:
    configure.write_text(PROFILES + "[prod\nncloud_access_key_id = PROD\nncloud_secret_access_key = prod-secret\n")

    with pytest.raises(CredentialsError, match="has a section line that is not"):
        Credentials.from_file()


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("[DEFAULT]\nncloud_access_key_id = OTHER\n", "has this profile more than once"),
        ("[twice]\n[twice]\n", None),
        ("[twice]\nncloud_access_key_id = A\nncloud_access_key_id = A\n", None),
    ],
    ids=["profile", "another-profile", "key-in-another-profile"],
)
def test_profile_that_comes_twice_is_no_mixture(configure: Path, more: str, reason: str | None) -> None:
    configure.write_text(PROFILES + more)

    if reason is None:
        assert Credentials.from_file().access_key == "DEFAULTKEY"
        return
    with pytest.raises(CredentialsError, match=reason):
        Credentials.from_file()


@pytest.mark.parametrize("header", ["", "[DEFAULT]\n"], ids=["sectionless", "section"])
@pytest.mark.parametrize("line", SECTIONLESS.splitlines())
@pytest.mark.parametrize("value", ["{}", "OTHER", ""], ids=["same", "other", "empty"])
def test_key_that_comes_twice_in_a_profile(configure: Path, header: str, line: str, value: str) -> None:
    name, _, first = line.partition(" = ")
    configure.write_text(f"{header}{name.upper()} = {value.format(first)}\n{SECTIONLESS}[gov]\n")

    with pytest.raises(CredentialsError, match="has a setting more than once in this profile") as caught:
        Credentials.from_file()

    assert "FILEKEY" not in str(caught.value)


@pytest.mark.parametrize("value", ['"quoted"', "'quoted'", "secret # mine", "secret\t; mine"])
def test_quotes_and_comments_do_not_belong_in_values(configure: Path, value: str) -> None:
    configure.write_text(f"ncloud_access_key_id = KEY\nncloud_secret_access_key = {value}\n")

    with pytest.raises(CredentialsError, match="ncloud_secret_access_key has quotes around it or a comment behind it"):
        Credentials.from_file()


@pytest.mark.parametrize("separator", ["\x85", "\x0b", "\u2028"])
def test_odd_line_separators_do_not_cut_a_value(configure: Path, separator: str) -> None:
    configure.write_text(f"ncloud_access_key_id = KEY\nncloud_secret_access_key = a{separator}b\n", encoding="utf-8")

    with pytest.raises(CredentialsError, match="the secret key has control characters"):
        Credentials.from_file()


def test_path_with_a_null_character() -> None:
    with pytest.raises(CredentialsError, match="cannot be read"):
        Credentials.from_file("a\0b")


def test_profile_that_is_not_there(configure: Path) -> None:
    configure.write_text(PROFILES)

    with pytest.raises(CredentialsError, match=r"configure \[fin\]: has no profile fin"):
        Credentials.from_file(profile="fin")


def test_file_at_another_place(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(SECTIONLESS)

    assert pair(Credentials.from_file(tmp_path / "keys")) == ("FILEKEY", "file=secret==")


def test_profiles_do_not_borrow_from_each_other(configure: Path) -> None:
    configure.write_text(PROFILES + "[half]\nncloud_access_key_id = HALFKEY\n")

    with pytest.raises(CredentialsError, match=r"configure \[half\]: ncloud_secret_access_key not set or empty"):
        Credentials.from_file(profile="half")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"", "has no profile DEFAULT"),
        (b"[other]\n[more]\n", "has no profile DEFAULT, but other, more"),
        (b"ncloud_access_key_id\n", "ncloud_access_key_id and ncloud_secret_access_key not set or empty"),
        (b"ncloud_access_key_id = \nncloud_secret_access_key = x\n", "ncloud_access_key_id not set or empty"),
        (b"ncloud_access_key_id = A\nncloud_secret_access_key = \xff\n", "is not UTF-8 text"),
        (b"ncloud_access_key_id = A B\nncloud_secret_access_key = x\n", "the access key has white space"),
    ],
)
def test_file_that_does_not_do(configure: Path, content: bytes | None, reason: str) -> None:
    if content is not None:
        configure.write_bytes(content)

    with pytest.raises(CredentialsError) as caught:
        Credentials.from_file()

    assert str(configure) in str(caught.value)
    assert reason in str(caught.value)


def test_load_tries_the_environment_first(monkeypatch: pytest.MonkeyPatch, configure: Path) -> None:
    def found() -> tuple[str, str]:
        credentials = load_credentials()
        assert isinstance(credentials, Credentials)
        return credentials.access_key, credentials.source

    configure.write_text(SECTIONLESS)
    assert found() == ("FILEKEY", f"{configure} [DEFAULT]")

    monkeypatch.setenv("NCLOUD_ACCESS_KEY", "ENVKEY")
    monkeypatch.setenv("NCLOUD_SECRET_KEY", "env-secret")
    assert found() == ("ENVKEY", "environment")


def test_load_of_a_profile_looks_nowhere_else(monkeypatch: pytest.MonkeyPatch, configure: Path) -> None:
    monkeypatch.setenv("NCLOUD_ACCESS_KEY", "ENVKEY")
    monkeypatch.setenv("NCLOUD_SECRET_KEY", "env-secret")
    configure.write_text("[gov]\nncloud_access_key_id = GOVKEY\nncloud_secret_access_key = gov-secret\n")

    credentials = load_credentials("gov")

    assert credentials == Credentials("GOVKEY", "gov-secret")
    with pytest.raises(CredentialsError, match="has no profile fin, but gov"):
        load_credentials(profile="fin")


@pytest.mark.parametrize(
    "content",
    ["ncloud_access_key_id = KEY\n", "[prod]\nncloud_access_key_id = KEY\nncloud_secret_access_key = secret\n", ""],
    ids=["half", "other-profile", "empty"],
)
def test_file_that_is_there_and_does_not_do_is_no_reason_to_go_on(configure: Path, content: str) -> None:
    # The Server Role may be another account's.
    configure.write_text(content)

    with pytest.raises(CredentialsError) as caught:
        load_credentials()

    assert str(configure) in str(caught.value)
    assert "server role" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("NCPACCESSKEY", "NCPA…"),
        ("ncp_iam_ABCDEFGH", "ncp_iam_…EFGH"),
        ("ncp_iam_…EFGH", "ncp_iam_…EFGH"),
        ("abc", "abc…"),
        ("", "…"),
        ("NCPA…", "NCPA…"),
    ],
)
def test_mask_tells_keys_apart(key: str, shown: str) -> None:
    assert masked(key) == shown


def test_keys_are_masked_and_have_a_source() -> None:
    credentials = Credentials("NCPACCESSKEYEXAMPLE0", "secret")

    assert (credentials.masked_access_key, credentials.source) == ("NCPA…", "arguments")
    assert credentials == Credentials("NCPACCESSKEYEXAMPLE0", "secret", source="elsewhere")


def test_load_names_every_place_when_there_is_nothing() -> None:
    with pytest.raises(CredentialsError) as caught:
        load_credentials()

    text = str(caught.value)
    for place in (
        "NCLOUD_ACCESS_KEY_ID",
        "NCLOUD_ACCESS_KEY",
        "NCLOUD_SECRET_ACCESS_KEY",
        "NCLOUD_SECRET_KEY",
        str(Path.home() / ".ncloud" / "configure"),
    ):
        assert place in text


@pytest.mark.parametrize(
    ("access_key", "secret_key", "reason"),
    [
        ("", "secret", "access key is empty"),
        ("KEY", "", "secret key is empty"),
        ("KEY\n", "secret", "access key has white space"),
        ("KEY", "secret\n", "secret key has control characters"),
        ("KEY", " secret", "white space at an end"),
        ("KEY", "se\x00cret", "secret key has control characters"),
        ("SAME", "SAME", "access key and secret key are the same"),
        (b"KEY", "secret", "must be strings"),
        ("KEY", b"secret", "must be strings"),
        (None, "secret", "must be strings"),
        ("KEY", None, "must be strings"),
    ],
    ids=range(11),
)
def test_malformed_keys(access_key: Any, secret_key: Any, reason: str) -> None:
    with pytest.raises(CredentialsError, match=reason):
        Credentials(access_key, secret_key)


def test_source_that_is_no_text() -> None:
    with pytest.raises(CredentialsError, match="source must be strings"):
        Credentials("KEY", "secret", source=Secret("other"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the mistake


def test_immutable() -> None:
    credentials = Credentials("KEY", "secret")

    for name in ("access_key", "_access_key", "other"):
        with pytest.raises(AttributeError, match="immutable"):
            setattr(credentials, name, "OTHER")
        with pytest.raises(AttributeError, match="immutable"):
            delattr(credentials, name)


def test_value_semantics() -> None:
    credentials = Credentials("KEY", "secret")

    assert credentials == Credentials("KEY", Secret("secret"))
    assert hash(credentials) == hash(Credentials("KEY", "secret"))
    assert credentials != Credentials("KEY", "other")
    assert credentials != Credentials("OTHER", "secret")
    assert credentials != ("KEY", "secret")
    assert copy.copy(credentials) is credentials
    assert copy.deepcopy([credentials])[0] is credentials
