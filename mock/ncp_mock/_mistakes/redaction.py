"""Makes text from a request fit to show: without keys and signatures, on one line, and shortened."""

import base64
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from .forms import from_base64, from_hex, to_bytes, values

_SHORTEST: Final = 8  # shorter keys, and shorter forms of keys, are not secret, and occur in innocent text


def masked(value: str) -> str:
    """The first characters and the length of a key, which may be somebody's real one."""
    length = f"{len(value)} character" + "s" * (len(value) != 1)
    return f"{value[:4]}... ({length})" if len(value) >= _SHORTEST else f"({length})"


class Redaction:
    """Hides the secret key, and other texts that must not be shown.

    A secret is found in either case, percent-encoded in whole or in part and any number of times, as hexadecimal,
    as Base64 at any offset, decoded from these, and as UTF-16 in these forms.
    """

    def __init__(self, secret_key: str) -> None:
        forms = (form for form in (secret_key, *_other_forms(secret_key)) if len(form) >= _SHORTEST)
        # Each form in lower case, and its UTF-8 read as Latin-1.
        self._secrets = {form.lower() for plain in forms for form in (plain, to_bytes(plain).decode("latin-1"))}
        self._hidden: list[tuple[str, str]] = []

    def hide(self, text: str, instead: str) -> None:
        """Replace a text, too, unless it is too short to be a secret."""
        if len(text) >= _SHORTEST:
            self._hidden.append((text, instead))

    def holds_secret(self, text: str) -> bool:
        if len(text) < _SHORTEST:
            return False
        once = re.sub(r"%(?:25)+(?=[0-9A-Fa-f]{2})", "%", text)
        decoded = (unquote(once, encoding="latin-1"), unquote(once, errors="replace"))
        texts = {form.lower() for one in (text, *decoded) for form in (one, one.replace("+", " "))}
        return any(secret in candidate for secret in self._secrets for candidate in texts)

    def redacted(self, text: str) -> str:
        """Replace the words that hold a secret: as few as possible, and everything if it spans words."""
        for separators in ("([][\\s\"'`?&=/<>(){},;:])", "([&=\n])", "(^)") if self.holds_secret(text) else ():
            words = re.split(separators, text)
            text = "".join("<secret key>" if self.holds_secret(word) else word for word in words)
            if not self.holds_secret(text):
                break
        for hidden, instead in self._hidden:
            text = text.replace(hidden, instead)
        return text

    def excerpt(self, text: str, width: int = 130) -> str:
        """In backticks, printable ASCII, shortened in the middle."""
        # Redacted before it is shortened: half a secret would not be found.
        shown = "".join(map(_printable, self.redacted(text)))
        if len(shown) > width:
            shown = f"{shown[: width // 2]}…{shown[-(width - width // 2 - 1) :]}"
        return f"`{shown}`"


def _printable(character: str) -> str:
    return character if " " <= character <= "~" or character == "…" else ascii(character)[1:-1]


def _other_forms(secret: str) -> Iterator[str]:
    yield from _encoded_forms(to_bytes(secret))
    for encoding in ("utf-16-le", "utf-16-be"):
        # Without the zeros at the ends, which may be cut off, or belong to what stands beside the secret.
        wide = secret.encode(encoding, "surrogatepass").strip(b"\0")
        yield wide.decode("latin-1")
        yield from _encoded_forms(wide)
    for decoded in map(to_bytes, values((from_base64, from_hex), secret, {})):
        if len(decoded) >= _SHORTEST:
            yield decoded.decode("latin-1")
            yield decoded.decode("utf-8", "replace")
            yield decoded.hex()


def _encoded_forms(raw: bytes) -> Iterator[str]:
    yield raw.hex()
    for offset in range(3):
        # The characters at both ends of Base64 also depend on what stands beside the secret.
        encoded = base64.b64encode(b"\0" * offset + raw).decode()
        inner = encoded[-(-8 * offset // 6) : 8 * (offset + len(raw)) // 6]
        yield inner
        yield inner.translate(str.maketrans("+/", "-_"))
