"""Whether HTML is well-formed where it matters, and what its elements hold."""

from html.parser import HTMLParser

# Every element that the changing part of the mock's page has: any other came from a value.
ELEMENTS = {"section", "table", "caption", "thead", "tbody", "tr", "th", "td", "h2", "p", "div", "figure", "figcaption"}
ELEMENTS |= {"details", "summary", "pre", "code", "ins", "del", "span", "strong", "small", "abbr", "time"}


class Elements(HTMLParser):
    """All elements with their attributes, and all text; checks that every element is closed."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in {"meta", "link"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
