"""The picture of the architecture is what the import rules say."""

from architecture import PICTURE, picture


def test_picture_is_up_to_date() -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(), "run `make pictures`"
