"""Text from a request, made fit to be shown: no key and no signature in it, on one line, and not too long."""

import base64
import re
from binascii import unhexlify
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from .forms import decoded_base64, leniently_from_base64, leniently_from_hex, to_bytes, values

_SHORTEST: Final = 8  # a shorter key is no secret, and would be found in innocent text, as would a shorter form of one


def masked(value: str) -> str:
    """What can be said of a key that may be somebody's: how it begins, and how long it is."""
    length = f"{len(value)} character" + "s" * (len(value) != 1)
    return f"{value[:4]}... ({length})" if len(value) >= _SHORTEST else f"({length})"


class Redaction:
    """Hides what must not be shown.

    A secret is found in either case, percent-encoded in whole or in part and any number of times, as hexadecimal,
    as Base64 at any offset, decoded from these, and as UTF-16 in these forms.
    """

    def __init__(self, secret_key: str) -> None:
        self._secrets = list(
            dict.fromkeys(form for form in (secret_key, *_other_forms(secret_key)) if len(form) >= _SHORTEST)
        )
        self._wanted = _wanted(self._secrets)
        self._hidden: list[tuple[str, str]] = []

    def hide(self, text: str, instead: str) -> None:
        """Have a text replaced, too, unless it is too short for one that has to be hidden."""
        if len(text) >= _SHORTEST:
            self._hidden.append((text, instead))

    def holds_secret(self, text: str) -> bool:
        return _occurs(self._wanted, text)

    def redacted(self, text: str) -> str:
        if self.holds_secret(text):
            present = (form for form in self._secrets if _occurs(_wanted([form]), text))
            longest_first = sorted(present, key=len, reverse=True)
            text = re.sub("|".join(map(_pattern, longest_first)), "<secret key>", text, flags=re.IGNORECASE)
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
    raw = secret.encode("utf-8", "surrogatepass")
    yield from _encoded_forms(raw)
    for encoding in ("utf-16-le", "utf-16-be"):
        # Without the zeros at the ends, which may be cut off, or belong to what stands beside the secret.
        wide = secret.encode(encoding, "surrogatepass").strip(b"\0")
        yield wide.decode("latin-1")
        yield from _encoded_forms(wide)
    decoders = (decoded_base64, unhexlify, leniently_from_base64, leniently_from_hex)
    for decoded in map(to_bytes, values(decoders, secret)):
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
        if len(inner) >= _SHORTEST:
            yield inner
            yield inner.translate(str.maketrans("+/", "-_"))


def _wanted(forms: list[str]) -> set[str]:
    """What to look for in a text in lower case: each form, and its UTF-8 read as Latin-1."""
    return {
        form.lower() for plain in forms for form in (plain, plain.encode("utf-8", "surrogatepass").decode("latin-1"))
    }


def _occurs(wanted: set[str], text: str) -> bool:
    """Whether one of the forms is in the text: in time proportional to its length, as most texts hold none."""
    once = re.sub(r"%(?:25)+(?=[0-9A-Fa-f]{2})", "%", text)
    decoded = (unquote(once, encoding="latin-1"), unquote(once, errors="replace"))
    texts = {form.lower() for one in (text, *decoded) for form in (one, one.replace("+", " "))}
    return any(form in candidate for form in wanted for candidate in texts)


def _pattern(form: str) -> str:
    return "".join(map(_character_pattern, form))


def _character_pattern(character: str) -> str:
    """The character, as it is, as UTF-8 read as Latin-1, or percent-encoded any number of times."""
    raw = character.encode("utf-8", "surrogatepass")
    ways = {re.escape(character), re.escape(raw.decode("latin-1")), "".join(rf"%(?:25)*{byte:02x}" for byte in raw)}
    if character == " ":
        ways.add(r"\+")
    return f"(?:{'|'.join(sorted(ways))})"
