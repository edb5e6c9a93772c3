"""Identifiers in the one form in which they are compared. Pure functions."""

import re
import unicodedata

EMAIL_SHAPE = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
JUNK_WORDS = frozenset(
    [
        "null",
        "none",
        "nil",
        "undefined",
        "unknown",
        "n/a",
        "na",
        "nan",
        "test",
        "tester",
        "testing",
        "anonymous",
        "guest",
        "admin",
        "user",
        "0",
        "1",
        "-1",
        "true",
        "false",
        "xxx",
        "asdf",
        "noreply",
        "no-reply",
        "-",
    ]
) | {"[object object]", "not set", "(not set)"}
JUNK_ADDRESSES = frozenset(
    {
        "test@test.com",
        "test@example.com",
        "a@a.com",
        "na@na.com",
        "none@none.com",
        "no@no.com",
        "no@email.com",
        "noemail@noemail.com",
        "email@email.com",
        "asdf@asdf.com",
    }
)


def normal_email(text: str) -> str | None:
    """The address in lower case with an ASCII domain; None when it is no address.

    Case, blanks, Unicode forms and IDN spellings of one address agree; dots and plus-tags stay distinct.
    """
    address = unicodedata.normalize("NFKC", text).strip().strip("<>").lower()
    if not address.isascii():
        address = "".join(ch for ch in address if unicodedata.category(ch) != "Cf")
    if EMAIL_SHAPE.fullmatch(address) and ".." not in address and "@." not in address:
        return address if len(address) <= 254 and not address.startswith(".") else None
    from email_validator import EmailNotValidError, validate_email

    try:
        checked = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return None
    return f"{checked.local_part.lower()}@{checked.ascii_domain.lower()}"


def normal_phone(text: str, country: str = "") -> str | None:
    """The number as E.164 (`+46701234567`); None when it cannot be told, for want of a country perhaps."""
    digits = re.sub(r"[\s().\-/\u00a0]", "", unicodedata.normalize("NFKC", text))
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if re.fullmatch(r"\+[1-9]\d{7,14}", digits):
        return digits
    if not country or not re.fullmatch(r"\+?\d{5,15}", digits):
        return None
    import phonenumbers

    try:
        number = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_junk(kind: str, value: str) -> bool:
    """Whether a value says nothing about who it is: placeholders, test addresses, one digit repeated."""
    lowered = value.strip().lower()
    if lowered in JUNK_WORDS or lowered in JUNK_ADDRESSES:
        return True
    if kind == "phone":
        return len(set(lowered.lstrip("+")[2:])) <= 1
    if kind == "email":
        return lowered.partition("@")[0] in {"noreply", "no-reply", "donotreply", "mailer-daemon"}
    if kind in ("user_id", "external"):
        return not lowered.strip("0-")  # Systems count their users from 1, so 7 and 22 are somebody's.
    return len(set(lowered)) <= 1


def normal_domain(text: str) -> str:
    """A web domain without scheme, path and `www.`, in ASCII; empty when there is none."""
    domain = re.sub(r"^[a-z+]+://", "", text.strip().lower()).split("/")[0].split(":")[0]
    domain = domain.removeprefix("www.").strip(".")
    if not domain or "." not in domain:
        return ""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def normal_name(text: str) -> str:
    """A company's name as it is compared: one case, one spelling of letters, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
