"""Whatever bytes were received, sealing goes on: they are facts or kept, what is good beside them a fact."""

import random

import pytest

from isthmus.collect.models import Quarantined
from isthmus.core.clock import now, to_us
from isthmus.ledger.segments import writer
from isthmus.ledger.segments.frames import Batch
from tests.collect.received import sealed, website

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


def put(source, endpoint, body, count=1):
    writer.append(Batch(source.pk, to_us(now()), endpoint, "", "", "", body, count))


def test_bytes_that_are_no_text_are_mended_in_every_place():
    source = website(kind="server")
    put(source, "track", b'{"event":"Caf\xe9","userId":"u","messageId":"1"}')
    put(
        source,
        "batch",
        b'{"batch":[{"type":"track","event":"\xff","userId":"u"},"\xe6\x20"],"context":{"a":"\xe6"}}',
        2,
    )

    assert sealed("event") == [("Caf�",), ("�",)]
    assert Quarantined.objects.count() == 1


def test_of_thousands_of_mangled_calls_none_holds_up_the_good_ones():
    source = website(kind="server")
    draw = random.Random(7)
    event = b'{"type":"identify","userId":"u","traits":{"email":"a@b.example"},"context":{"page":{}}}'
    honest = b'{"batch":[' + event + b"]}"
    for _ in range(2000):
        text = bytearray(honest)
        for _change in range(draw.randrange(1, 5)):
            text[draw.randrange(len(text))] = draw.randrange(256)
        put(source, draw.choice(("batch", "identify", "track", "alias")), bytes(text))
    put(source, "track", b'{"event":"Good","userId":"u"}')

    assert ("Good",) in sealed("event")
