"""By which signs two records may be one, how much each weighs, and in what words it is told. No queries."""

import re
import unicodedata
from collections.abc import Iterable

from isthmus.people.normalise import normal_domain, normal_phone
from isthmus.people.search import words

# How sure each sign alone makes us, 0 to 1. Two together leave the product of the doubts.
PERSON_SIGNS = {
    "same_name_same_company": 0.85,
    "same_name_sister_domain": 0.85,
    "same_local_part_sister_domain": 0.75,
    "similar_name_same_company": 0.6,
    "same_name_same_phone": 0.9,
    "same_phone": 0.4,
    "same_name_same_local_part": 0.7,
    "same_name_same_city": 0.5,
    "one_row_named_both": 0.6,
}
ACCOUNT_SIGNS = {
    "same_name_same_country": 0.8,
    "same_name": 0.6,
    "sister_domain": 0.7,
    "similar_name_same_country": 0.55,
}
# Less than this is not shown: people would have to look at too many who are two.
LEAST = 0.5
# A value that more records share says nothing of who they are: a switchboard, a name like Anna Andersson.
MOST_IN_A_BLOCK = 25
MOST_BY_NAME_AND_CITY = 4

SHARED_MAIL = frozenset({
    "gmail", "googlemail", "yahoo", "ymail", "hotmail", "outlook", "live", "msn", "icloud", "me", "mac",
    "aol", "gmx", "web", "proton", "protonmail", "mail", "yandex", "zoho", "fastmail", "hey",
    "tutanota", "posteo", "orange", "wanadoo", "free", "laposte", "libero", "telia", "comcast",
    "verizon", "att",
})  # fmt: skip
ROLES = frozenset({
    "info", "office", "mail", "contact", "kontakt", "hello", "hi", "sales", "support", "service",
    "admin", "billing", "invoice", "accounts", "hr", "jobs", "marketing", "press", "team", "post",
    "reception", "help", "orders", "order", "shop", "webmaster", "postmaster", "noreply", "no-reply",
})  # fmt: skip
LEGAL_FORMS = frozenset({
    "ab", "aktiebolag", "inc", "incorporated", "ltd", "limited", "llc", "llp", "plc", "gmbh", "ag",
    "kg", "ohg", "ug", "se", "sa", "sas", "sarl", "srl", "spa", "bv", "nv", "oy", "oyj", "as", "asa",
    "aps", "co", "corp", "corporation", "company", "group", "holding", "the", "pty", "kft", "zrt",
    "sro", "doo",
})  # fmt: skip


def person_name(text: str) -> str:
    """A person's name as it is compared: its words without accents or case, in one order."""
    return " ".join(sorted(words(text)))


def company_name(text: str) -> str:
    """A company's name as it is compared: without accents, case and legal form."""
    parts = words(text)
    kept = [part for part in parts if part not in LEGAL_FORMS]
    return " ".join(kept or parts)


def name_key(name: str) -> str:
    """What two names that differ by a slip of the pen mostly share: the letters that its words begin with."""
    return "".join(sorted(word[0] for word in name.split()))


def mail_parts(email: str) -> tuple[str, str, str]:
    """Local part, domain and the domain's own label (“acme” of mail.acme.co.uk); blank for shared mail."""
    local, _at, domain = email.strip().lower().rpartition("@")
    label = domain_label(domain)
    if not local or label in SHARED_MAIL:
        return local, "", ""
    return local, domain, label


def telling_local_part(local: str) -> str:
    """A local part that names somebody; blank for a role (“info”) and for one too short to tell."""
    bare = local.partition("+")[0]
    return bare if len(bare) >= 5 and bare not in ROLES else ""


def domain_label(domain: str) -> str:
    """The part of a domain that its owner chose: “acme” of acme.com, of acme.de and of mail.acme.co.uk."""
    parts = normal_domain(domain).split(".")
    if len(parts) < 2:
        return ""
    generic = {"co", "com", "org", "net", "ac", "gov", "edu"}
    at = -3 if len(parts) >= 3 and parts[-2] in generic and len(parts[-1]) == 2 else -2
    label = parts[at]
    return label if len(label) >= 3 else ""


def telling_phone(phone: str, country: str) -> str:
    """A number as it is compared; blank where it cannot be told."""
    return normal_phone(phone, country) or ""


def folded(text: str) -> str:
    """A town as it is compared."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def score_of(signs: Iterable[str], weights: dict[str, float]) -> int:
    """How sure all signs together make us, 0 to 100: each leaves its doubt, and doubts multiply."""
    doubt = 1.0
    for sign in set(signs):
        doubt *= 1 - weights[sign]
    return round(100 * (1 - doubt))
