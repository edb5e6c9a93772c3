"""Mail of strangers who became known since: it is theirs from then on."""

from django.db import transaction

from isthmus.messages.models import Message, Participant
from isthmus.people.models import Identifier

_AT_ONCE = 500


def match_strangers() -> int:
    """Give mail to people whose addresses are known now; how many lines in heads found somebody."""
    strangers = Participant.objects.filter(person=None, ours=False).exclude(address="")
    held = Identifier.objects.filter(kind="email", value__in=strangers.order_by().values("address"))
    found = 0
    for address, person_id, account_id in held.values_list("value", "person_id", "person__account_id")[
        :_AT_ONCE
    ]:
        found += _match(address, person_id, account_id)
    return found


@transaction.atomic
def _match(address: str, person_id: int, account_id: int | None) -> int:
    rows = Participant.objects.filter(person=None, ours=False, address=address)
    messages = list(rows.values_list("message_id", flat=True))
    found = rows.update(person_id=person_id)
    Message.objects.filter(pk__in=messages, person=None).update(person_id=person_id, account_id=account_id)
    return int(found)
