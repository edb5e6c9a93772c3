"""Finding people and accounts by any word of their name, address, number or company."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db.models import QuerySet
from django.db.models.functions import Lower

from isthmus.core.actors import Actor
from isthmus.core.fields import LAST
from isthmus.core.rows import insert_values
from isthmus.people.models import Account, Identifier, Person, SearchToken
from isthmus.people.models.search import ACCOUNT, PERSON

MAX_TOKEN = 80
_BETWEEN_WORDS = re.compile(r"[\W_]+")
# A word shared by more parties than this is not narrowed further by looking at all of them.
CANDIDATES = 2000
# Words of a search that are looked for, the longest: each is a query in a query, and SQLite reads no eleven.
MOST_WORDS = 6
Ids = QuerySet[SearchToken, dict[str, Any]] | list[int]


def words(text: str) -> list[str]:
    """The searchable words of a text: one case, no accents, split at anything but letters and digits."""
    plain = text.casefold()
    if not plain.isascii():
        folded = unicodedata.normalize("NFKD", plain)
        plain = "".join(ch for ch in folded if not unicodedata.combining(ch))
    return [word[:MAX_TOKEN] for word in _BETWEEN_WORDS.split(plain) if word]


def person_tokens(person: Person) -> set[str]:
    """Name parts, the whole address and its parts, the number's digits, the company's words."""
    tokens = set(words(person.full_name))
    if person.email:
        tokens.add(person.email.lower()[:MAX_TOKEN])
        tokens.update(words(person.email))
    tokens.update(_number_tokens(person.phone))
    if person.account_id and person.account:
        tokens.update(words(person.account.name))
    return tokens


def account_tokens(account: Account) -> set[str]:
    """The name's words, the domain whole and in parts."""
    tokens = set(words(account.name)) | set(words(account.domain))
    if account.domain:
        tokens.add(account.domain[:MAX_TOKEN])
    return tokens


def _number_tokens(phone: str) -> set[str]:
    digits = re.sub(r"\D", "", phone)
    if len(digits) < 5:
        return set()
    # People search by the national part: the tails let "070 123…" and "+46 70 123…" find the same number.
    return {digits, *(digits[cut:] for cut in (1, 2, 3) if len(digits) - cut >= 6)}


def index_people(people: Sequence[Person], *, are_new: bool = False) -> None:
    """Write the search words of people, replacing the old ones."""
    merged = {} if are_new else _words_of_merged(people)
    _index(PERSON, [(one.pk, person_tokens(one) | merged.get(one.pk, set())) for one in people], are_new)


def _words_of_merged(people: Sequence[Person]) -> dict[int, set[str]]:
    """The addresses and numbers of those who were merged into people: they are found by these too."""
    came = Identifier.objects.filter(person__in=[one.pk for one in people]).exclude(came_with=None)
    found: dict[int, set[str]] = {}
    for pk, kind, value in came.values_list("person_id", "kind", "value"):
        tokens = {value.lower()[:MAX_TOKEN], *words(value)} if kind == "email" else set()
        found.setdefault(pk, set()).update(tokens | (_number_tokens(value) if kind == "phone" else set()))
    return found


def index_accounts(accounts: Sequence[Account], *, are_new: bool = False) -> None:
    """Write the search words of accounts, replacing the old ones."""
    _index(ACCOUNT, [(account.pk, account_tokens(account)) for account in accounts], are_new)


def _index(party: int, rows: Sequence[tuple[int, set[str]]], are_new: bool) -> None:
    if not rows:
        return
    if not are_new:
        SearchToken.objects.filter(party=party, party_id__in=[pk for pk, _ in rows]).delete()
    # In the order of the index in which words are looked up: neighbours land on the same page.
    words_of = sorted((token, party, pk) for pk, tokens in rows for token in tokens)
    insert_values(SearchToken, ["token", "party", "party_id"], words_of)


def query_words(text: str) -> list[str]:
    """What a search box's text looks for. A telephone number counts as one word."""
    number = re.sub(r"[\s().+\-/]", "", text)
    if number.isdigit() and len(number) >= 5:
        return [number.removeprefix("00").lstrip("0") or number]
    if "@" in text and " " not in text.strip():
        return [text.strip().lower()[:MAX_TOKEN]]
    return words(text)


def find_people(text: str, *, actor: Actor, limit: int = 20) -> list[Person]:
    """People that match every word of the text by its beginning, as far as the actor may see."""
    found = Person.objects.visible_to(actor).present().filter(pk__in=matching_ids(PERSON, text))
    return list(found.select_related("account").order_by(Lower("full_name"), "pk")[:limit])


def find_accounts(text: str, *, actor: Actor, limit: int = 20) -> list[Account]:
    """Accounts that match every word of the text by its beginning, as far as the actor may see."""
    found = Account.objects.visible_to(actor).present().filter(pk__in=matching_ids(ACCOUNT, text))
    return list(found.order_by(Lower("name"), "pk")[:limit])


def matching_ids(party: int, text: str) -> Ids:
    """Ids of the parties that match every word, for use as a filter of a list."""
    return _ids(party, query_words(text))


def _ids(party: int, wanted: Iterable[str]) -> Ids:
    telling = sorted(set(wanted), key=lambda word: (-len(word), word))[:MOST_WORDS]
    found = [_beginning_with(party, word) for word in telling]
    if not found:
        return []
    if len(found) > 1:
        # The rarest word leads: of the others only the parties that have it are looked at.
        found.sort(key=lambda rows: rows[:CANDIDATES].count())
    ids: Any = None
    for rows in found:
        within = rows if ids is None else rows.filter(party_id__in=ids)
        ids = within.values("party_id").distinct()[:CANDIDATES]
    return cast(Ids, ids)


def _beginning_with(party: int, word: str) -> "QuerySet[SearchToken]":
    return SearchToken.objects.filter(party=party, token__gte=word, token__lt=word + LAST)
