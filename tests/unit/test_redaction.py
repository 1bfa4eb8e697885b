"""What the filter takes out of log records, and what it leaves alone."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import httpx
import pytest
from ncp_signer import Credentials, NcpAuth, RedactingFilter, redacted, signed_headers
from support.wire import Wire, accept

ACCESS = "NCPACCESSKEYEXAMPLE0"
SECRET = "s3cret/Key+with=signs&\"quotes' \\ 한글 0123456789"  # noqa: S105 - an example
KEYS = Credentials(ACCESS, SECRET)
HEADERS = signed_headers(KEYS, "GET", "/vserver/v2/x", timestamp_ms=1700000000000)
SIGNATURE = HEADERS["x-ncp-apigw-signature-v2"]


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger whose only handler has the filter, and what it writes."""
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.addFilter(RedactingFilter())
    logger = logging.getLogger("tests.redaction")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    yield logger, output
    logger.removeHandler(handler)


def assert_clean(text: str) -> None:
    assert SIGNATURE not in text
    assert ACCESS not in text
    assert "s3cret" not in text  # the beginning of the key, however its rest is written


@pytest.mark.parametrize(
    "text",
    [
        *(f"{name}: {value}" for name, value in HEADERS.items()),
        str(HEADERS),
        str([(name.encode(), value.encode()) for name, value in HEADERS.items()]),
        json.dumps(HEADERS),
        json.dumps(json.dumps(HEADERS)),
        repr(httpx.Headers(HEADERS)),
        str(list(httpx.Headers(HEADERS).raw)),
        f"the signature {SIGNATURE} alone",
        f"the secret {SECRET} alone",
        f"in a URL: {quote(SECRET, safe='')}",
        f"in JSON: {json.dumps(SECRET)}",
        f"in a repr: {SECRET!r}",
        f"{ACCESS}, {ACCESS}",
        "X-NCP-APIGW-SIGNATURE-V1=" + SIGNATURE,
        f"signature={SIGNATURE}",
        f"signature: {SIGNATURE}.",
        f"{SIGNATURE}&x",
        repr(f"GET /\n{SIGNATURE}\r\n"),
        json.dumps({"lines": f"GET /\n{SIGNATURE}\t"}),
        f"in JSON, as it is: {json.dumps(SECRET, ensure_ascii=False)}",
        f"in a form: {quote_plus(SECRET)}",
    ],
)
def test_known_forms(text: str) -> None:
    assert_clean(redacted(text))
    assert redacted(redacted(text)) == redacted(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NCLOUD_SECRET_ACCESS_KEY=unknown+secret/value", "NCLOUD_SECRET_ACCESS_KEY=**********"),
        ("ncloud_secret_access_key = unknown", "ncloud_secret_access_key = **********"),
        ("export NCLOUD_SECRET_KEY='unknown'", "export NCLOUD_SECRET_KEY='**********'"),
        ('{"SecretAccessKey": "unknown", "a": 1}', '{"SecretAccessKey": "**********", "a": 1}'),
        ("secret_key='unknown'", "secret_key='**********'"),
        ("NCLOUD_ACCESS_KEY_ID=unknownkey", "NCLOUD_ACCESS_KEY_ID=unkn…"),
        ("x-ncp-iam-access-key: unknownkey", "x-ncp-iam-access-key: unkn…"),
        ('{"AccessKeyId": "unknownkey"}', '{"AccessKeyId": "unkn…"}'),
    ],
)
def test_keys_by_their_names(text: str, expected: str) -> None:
    assert redacted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "GET /vserver/v2/x: success, HTTP 200, 12 ms, request id 1d2d35f9-86cd-453c-ab42-b7e1cd2e969e",
        "neither NCLOUD_SECRET_ACCESS_KEY nor NCLOUD_SECRET_KEY is set",
        "environment: NCLOUD_ACCESS_KEY_ID and NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY are of two pairs",
        "the secret key is empty",
        "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "x" * 43 + "==",
        "x" * 44 + "=",
        "x" * 42 + "=",
    ],
)
def test_what_has_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


def test_keys_that_are_too_short_hide_nothing() -> None:
    credentials = Credentials("key", "word")

    assert redacted("a key is a word") == "a key is a word"
    assert credentials.access_key == "key"  # up to here it was there


def test_keys_that_are_gone_hide_nothing() -> None:
    credentials = Credentials("any-access-key", "another-word")
    assert redacted("another-word") == "**********"
    del credentials

    assert redacted("another-word") == "another-word"


def test_record_without_a_secret_is_left_alone() -> None:
    arguments = ({"a": 1},)
    record = logging.LogRecord("n", logging.INFO, "p", 1, "%s", arguments, None)
    message, args = record.msg, record.args

    assert RedactingFilter().filter(record)
    assert record.msg is message
    assert record.args is args


def test_arguments(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, output = log

    logger.info("%s %r", HEADERS, SECRET)
    logger.info("%(keys)s", {"keys": SECRET})
    logger.warning(SECRET)

    assert_clean(output.getvalue())
    assert output.getvalue().count("**********") == 4


def test_exceptions_and_stacks(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, output = log

    try:
        raise ValueError(f"bad key {SECRET}") from RuntimeError(SIGNATURE)
    except ValueError:
        logger.exception("failed with %s", ACCESS)
    logger.info("here", stack_info=True)

    assert_clean(output.getvalue())
    assert "ValueError: bad key **********" in output.getvalue()
    assert "Stack (most recent call last)" in output.getvalue()


def test_stack_with_a_secret() -> None:
    record = logging.makeLogRecord({"msg": "m", "stack_info": f"line with {SECRET}"})

    assert RedactingFilter().filter(record)
    assert record.stack_info == "line with **********"


def test_exception_with_a_secret_is_left_as_text() -> None:
    # A handler that writes exceptions in a way of its own would show it.
    try:
        raise ValueError(SECRET)
    except ValueError:
        record = logging.LogRecord("n", logging.ERROR, "p", 1, "m", (), sys.exc_info())

    assert RedactingFilter().filter(record)
    assert record.exc_info is None
    assert record.exc_text is not None
    assert record.exc_text.endswith("ValueError: **********")


def test_exception_without_a_secret_is_left_alone() -> None:
    try:
        raise ValueError("harmless")
    except ValueError:
        info = sys.exc_info()
    record = logging.LogRecord("n", logging.ERROR, "p", 1, "m", (), info)

    assert RedactingFilter().filter(record)
    assert record.exc_info is info
    assert record.exc_text is None


def test_exception_that_came_as_text() -> None:
    # As from another process, over a socket.
    record = logging.makeLogRecord({"msg": "m", "exc_text": f"ValueError: {SIGNATURE}"})

    assert RedactingFilter().filter(record)
    assert record.exc_text == "ValueError: **********"


class Unprintable:
    def __repr__(self) -> str:
        raise ZeroDivisionError


class UnprintableError(Exception):
    def __str__(self) -> str:
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "members",
    [
        {"msg": None},
        {"msg": Unprintable()},
        {"msg": Unprintable(), "args": (1,)},
        {"msg": "%s", "args": 7},
        {"msg": "%(a)s", "args": [{}]},
        {"exc_info": True},
        {"exc_info": (None, None, None)},
        {"exc_info": (UnprintableError, UnprintableError(), None)},
        {"exc_text": 7},
        {"stack_info": b"bytes"},
        {"stack_info": Unprintable()},
    ],
    ids=range(11),
)
def test_whatever_a_record_holds_it_passes(members: dict[str, object]) -> None:
    assert RedactingFilter().filter(logging.makeLogRecord(members)) is True


@pytest.mark.parametrize("filler", ["\\", '"', "'", " ", "=", ":", "\n", "x", "\\b"], ids=repr)
def test_long_texts_are_no_work(filler: str) -> None:
    # A server chooses what is logged of its answer. With backtracking, this would take half an hour.
    for between in ("", ": "):
        text = f"x-ncp-iam-access-key{between}{filler * 400_000};;"
        assert redacted(text).endswith(";;")


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("%d", (SECRET,)),
        ("%s %s", (SECRET,)),
        ("%s", (Unprintable(),)),
        ("%q", (SECRET,)),
        (SECRET, (1,)),
        (Unprintable(), ()),
    ],
    ids=["type", "too-few", "unprintable", "format", "too-many", "unprintable-message"],
)
def test_records_that_cannot_be_formatted(
    log: tuple[logging.Logger, io.StringIO],
    message: object,
    arguments: tuple[object, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    # logging itself would print their arguments to standard error.
    logger, output = log

    logger.info(message, *arguments)

    assert "its arguments do not fit" in output.getvalue()
    assert_clean(output.getvalue() + capsys.readouterr().err)


def test_whole_stack_of_httpx(caplog: pytest.LogCaptureFixture) -> None:
    # What httpx, httpcore and the signer itself say of a signed request, and a hook that logs its headers.
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.addFilter(RedactingFilter())
    root = logging.getLogger()
    root.addHandler(handler)
    caplog.set_level(logging.DEBUG)

    def hook(request: httpx.Request) -> None:
        logging.getLogger("mine").debug("%s %r %s", request.headers, dict(request.headers), request.headers.raw)

    try:
        with (
            Wire([accept]) as wire,
            httpx.Client(auth=NcpAuth(KEYS), event_hooks={"request": [hook]}) as client,
        ):
            client.get(f"{wire.url}/vserver/v2/x")
    finally:
        root.removeHandler(handler)

    text = output.getvalue()
    assert "HTTP Request: GET" in text
    assert "send_request_headers.started" in text
    assert "signed GET /vserver/v2/x at" in text
    assert_clean(text)
    [received] = wire.requests
    assert received.header("x-ncp-apigw-signature-v2")[0] not in text
