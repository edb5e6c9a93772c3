"""The shape of a date in a text: its pattern, and the numbers that may be day or month. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime

_TIME = r"(?P<time>,?[ T]\d{1,2}:\d\d(?P<seconds>:\d\d)?( ?(?P<half>[AaPp][Mm]))?)?"
_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?( ?(Z|[+-]\d\d:?\d\d))?)?")
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?P<mark>[./-])\d{1,2}(?P=mark)\d{1,2}" + _TIME)
_NUMERIC = re.compile(
    r"(?P<first>\d{1,2})(?P<mark>[./-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|\d\d)" + _TIME
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMED_DAY = re.compile(r"\d{1,2}(?P<mark>[ -])(?P<month>[A-Za-z]{3,9})(?P<comma>,?)(?P=mark)\d{4}" + _TIME)
_NAMED_MONTH = re.compile(r"(?P<month>[A-Za-z]{3,9}) \d{1,2}(?P<comma>,?) \d{4}" + _TIME)


@dataclass(frozen=True)
class DateShape:
    """How one date is written. `first` and `second`: one of them is the day; 0 where that is clear."""

    text: str
    pattern: str  # for strptime, the day first where it is not clear; or "iso"
    has_time: bool
    first: int = 0
    second: int = 0
    mark: str = ""


def date_shape(text: str) -> DateShape | None:
    """The shape of a text that is a date, or None. A day that no calendar has is none."""
    if len(text) > 40 or not text[-1:].isalnum():
        return None
    if match := _ISO.fullmatch(text):
        return DateShape(text, "iso", bool(match[1])) if _parses(text, "iso") else None
    if match := _NUMERIC.fullmatch(text):
        return _numeric(text, match)
    if match := _YEAR_FIRST.fullmatch(text):
        pattern = "%Y{0}%m{0}%d".format(match["mark"]) + _time(match)
        return DateShape(text, pattern, bool(match["time"])) if _parses(text, pattern) else None
    for form, order in (
        (_NAMED_DAY, "%d{mark}{month}{comma}{mark}%Y"),
        (_NAMED_MONTH, "{month} %d{comma} %Y"),
    ):
        if (match := form.fullmatch(text)) and match["month"][:3].lower() in _MONTHS:
            month = "%b" if len(match["month"]) == 3 else "%B"
            mark = match.groupdict().get("mark") or ""
            pattern = order.format(mark=mark, month=month, comma=match["comma"]) + _time(match)
            return DateShape(text, pattern, bool(match["time"])) if _parses(text, pattern) else None
    return None


def _numeric(text: str, match: re.Match[str]) -> DateShape | None:
    first, second = int(match["first"]), int(match["second"])
    if not (0 < first < 32 and 0 < second < 32 and min(first, second) < 13):
        return None
    pattern = "%d{0}%m{0}{1}".format(match["mark"], "%Y" if len(match["year"]) == 4 else "%y") + _time(match)
    fitting = pattern if second < 13 else pattern.translate(str.maketrans("dm", "md"))
    if not _parses(text, fitting):
        return None
    return DateShape(text, pattern, bool(match["time"]), first, second, match["mark"])


def _time(match: re.Match[str]) -> str:
    if not match["time"]:
        return ""
    before = re.match(r",?[ T]", match["time"])
    assert before
    clock = ("%I" if match["half"] else "%H") + ":%M" + (":%S" if match["seconds"] else "")
    if match["half"]:
        clock += " %p" if " " in match["time"][len(before[0]) :] else "%p"
    return before[0] + clock


def _parses(text: str, pattern: str) -> bool:
    try:
        datetime.fromisoformat(text) if pattern == "iso" else datetime.strptime(text, pattern)  # noqa: DTZ007
    except ValueError:
        return False
    return True
