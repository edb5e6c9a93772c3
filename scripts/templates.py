"""The rules for templates: every one compiles, says nothing past gettext, holds no inline style or script."""

import re
import sys
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "isthmus"
SPOKEN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "aria-description", "aria-roledescription"}
# Names, keys and code are the same in every language.
UNTRANSLATED = {"code", "kbd", "samp", "script", "style"}
NAMES = {"Isthmus", "CSV", "JSON", "API"}  # the same in every language
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_BLOCKTRANSLATE = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.S)
_COMMENT = re.compile(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}", re.S)
_TAG = re.compile(r"{%.*?%}|{{.*?}}", re.S)
# A block that fills in the attributes of a tag stands outside of it in the page that extends.
_ATTRIBUTES = re.compile(r'\s*(?:[\w-]+="[^"]*"\s*)+')
_LETTERS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Problem:
    """One broken rule, where it stands."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(PACKAGE.parent)}:{self.line}: {self.text}"


def all_templates() -> list[Path]:
    """Every template of every room."""
    folders = [folder for folder in PACKAGE.rglob("templates") if folder.is_dir()]
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def problems_in(path: Path) -> list[Problem]:
    """The rules that one template breaks."""
    reader = _Reader(path)
    reader.feed(_without_template_language(path.read_text(encoding="utf-8")))
    reader.close()
    return reader.problems


def _without_template_language(text: str) -> str:
    for pattern in (_COMMENT, _BLOCKTRANSLATE, _TAG):
        text = pattern.sub(lambda match: "\n" * match.group().count("\n"), text)
    return text


class _Reader(HTMLParser):
    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.path, self.problems, self.open = path, list[Problem](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)
        if tag == "style" or "style" in names:
            self._note("an inline style; give it a class")
        if tag == "script" and "src" not in names:
            self._note("an inline script; put it in a file behind a data- attribute")
        for name, value in attrs:
            if name.startswith("on"):
                self._note(f"an inline handler {name}; put it in a file behind a data- attribute")
            if name in SPOKEN_ATTRIBUTES and value and self._is_prose(value):
                self._note(f"{name}={value!r} is not translatable; use {{% translate %}}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if UNTRANSLATED & set(self.open) or _ATTRIBUTES.fullmatch(data):
            return
        if self._is_prose(data):
            self._note(f"{' '.join(data.split())[:60]!r} is not translatable; use {{% translate %}}")

    def _is_prose(self, text: str) -> bool:
        return any(word not in NAMES for word in _LETTERS.findall(text))

    def _note(self, text: str) -> None:
        self.problems.append(Problem(self.path, self.getpos()[0], text))


def uncompilable() -> list[str]:
    """Templates that Django cannot compile, with its reason."""
    from django.template import TemplateSyntaxError
    from django.template.loader import get_template

    wrong = []
    for path in all_templates():
        name = str(path).rpartition("/templates/")[2]
        try:
            get_template(name)
        except TemplateSyntaxError as error:
            wrong.append(f"{path.relative_to(PACKAGE.parent)}: {error}")
    return wrong


def main() -> None:
    """Print every broken rule; exit 1 when there is one."""
    from isthmus.cli.main import start_django

    start_django()
    wrong = [*uncompilable(), *(str(problem) for path in all_templates() for problem in problems_in(path))]
    print("\n".join(wrong) or f"{len(all_templates())} templates keep the rules.")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
