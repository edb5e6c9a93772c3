"""Makes a readable script short enough to be sent to every visitor, without a build step.

It knows no more of the language than our own script uses: comments on lines of their own, no template
strings, and no pattern that begins a line.
"""

import re
from string import ascii_letters

TOKEN = re.compile(
    r"""
    (?P<text> "[^"\n]*" | (?<=[(,=\[|&?:]\ ) /[^/\n]+/ | (?<=[(,=\[!]) /[^/\n]+/ )
    | (?P<space> \s+ )
    | (?P<word> [\w$]+ )
    | (?P<sign> \.\.\. | . )
    """,
    re.VERBOSE,
)
DECLARED = re.compile(r"\b(?:const|let) (\w{2,})\b")
# After these a new line says nothing; after others it may end a statement.
GOES_ON = tuple("{([,;>&|?:=+.")


def shortened(source: str) -> str:
    """The same program without comments and needless space, its own names as short as can be."""
    lines = (line.strip() for line in source.splitlines())
    bare = "\n".join(line for line in lines if line and not line.startswith("//"))
    tokens = [(match.lastgroup or "", match.group()) for match in TOKEN.finditer(bare)]
    tokens = _with_short_names(tokens, set(DECLARED.findall(bare)))
    return "".join(_without_space(tokens)) + "\n"


Tokens = list[tuple[str, str]]


def _with_short_names(tokens: Tokens, declared: set[str]) -> Tokens:
    words = [text for kind, text in tokens if kind == "word"]
    free = (letter for letter in ascii_letters if letter not in words)
    own = sorted(declared - _also_properties(tokens), key=lambda name: (-words.count(name), name))
    short = dict(zip(own, free, strict=False))
    return [(kind, short.get(text, text) if kind == "word" else text) for kind, text in tokens]


def _also_properties(tokens: Tokens) -> set[str]:
    """Words that stand somewhere as a property, a key, or both in one (`{ url }`): those keep their name."""
    spoken = [(kind, text) for kind, text in tokens if kind != "space"]
    found = set()
    for (_, before), (kind, word), (_, after) in zip(spoken, spoken[1:], spoken[2:], strict=False):
        in_braces = before in ("{", ",") and after in ("}", ",")
        if kind == "word" and (before == "." or after == ":" or in_braces):
            found.add(word)
    return found


def _without_space(tokens: Tokens) -> list[str]:
    kept: list[str] = []
    for place, (kind, text) in enumerate(tokens):
        if kind != "space":
            kept.append(text)
            continue
        before, after = tokens[place - 1], tokens[min(place + 1, len(tokens) - 1)]
        if before[0] == after[0] == "word":
            kept.append("\n" if "\n" in text else " ")
        elif "\n" in text and not before[1].endswith(GOES_ON):
            kept.append("\n")
    return kept
