"""Whose a received event is: by ids however they are written, by addresses anywhere, by what people typed."""

import pytest

from isthmus.collect.forgetting.marks import phone_mark, word_mark
from isthmus.collect.forgetting.theirs import FOR_EVER, Received, Theirs
from isthmus.ledger.visitors import visitor_hash

_MARKS = [visitor_hash(key) for key in ("a:pat-1", "u:77", "d:day")]
_MARKS += [word_mark("Pat@Acme.example"), word_mark("Pat O'Neil"), phone_mark("+46 70 123 45 67") or b""]
PATS = Theirs(dict.fromkeys(_MARKS, FOR_EVER))

THEIRS = [
    '{"anonymousId":"pat-1"}',
    '{"anonymousId" : " pat-1 ", "userId": null}',
    '{"userId":77}',
    '{"userId":"77","anonymousId":"bo"}',
    '{"type":"alias","userId":"bo","previousId":"pat-1"}',
    '{"\\u0061nonymousId":"pat-1"}',
    '{"anonymousId":"pat\\u002d1"}',
    '{"anonymousId":"bo","properties":{"url":"https://shop.example/?to=PAT%40acme.example&x=1"}}',
    '{"userId":"pat@acme.example"}',
    '{"anonymousId":"bo","context":{"traits":{"firstName":"Pat","lastName":"O\'Neil"}}}',
    '{"anonymousId":"bo","properties":{"fields":{"message":"Call me, Pat O\'Neil, at 070-123 45 67."}}}',
    '{"anonymousId":"bo","traits":{"phone":"(+46)701234567"}}',
    '{"anonymousId":"pat-1"',
    '{"email":"pat@acme.example',
    '"{\\"anonymousId\\":\\"pat-1\\""',
]
OTHERS = [
    '{"anonymousId":"pat-10"}',
    '{"userId":7}',
    '{"userId":"770","anonymousId":null}',
    '{"anonymousId":"bo","properties":{"title":"Pat O\'Neil","number":701234567}}',
    '{"anonymousId":"bo","traits":{"email":"xpat@acme.example"}}',
    '{"anonymousId":"bo","traits":{"id":"pat-1"}}',
    "[]",
    "null",
    '{"anonymousId":{"x":1}}',
]


@pytest.mark.parametrize("text", THEIRS)
def test_theirs(text: str) -> None:
    assert PATS.name_them(Received(text.encode()), "")


@pytest.mark.parametrize("text", OTHERS)
def test_somebody_elses(text: str) -> None:
    assert not PATS.name_them(Received(text.encode()), "")


def test_what_a_call_says_for_all_its_events_counts_for_each() -> None:
    shared = b'{"traits":{"email":"pat@acme.example"}}'

    assert PATS.name_them(Received(b'{"anonymousId":"bo"}', shared), "")
    assert not PATS.name_them(Received(b'{"anonymousId":"bo"}', b'{"locale":"en"}'), "")


def test_the_hash_of_the_day_counts_for_who_has_no_id() -> None:
    assert PATS.name_them(Received(b'{"type":"page","anonymousId":null}'), "day")
    assert not PATS.name_them(Received(b'{"anonymousId":"bo"}'), "day")
    assert not PATS.name_them(Received(b'{"type":"page"}'), "another day")


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ('{"anonymousId":"pat-1"}', True),
        ('{"anonymousId":"pat-1","userId":"bo"}', False),
        ('{"anonymousId":"pat-1","traits":{"email":"bo@acme.example"}}', False),
        ('{"anonymousId":"bo","traits":{"email":"pat@acme.example"}}', True),
        ('{"userId":"bo","traits":{"email":"bo@acme.example"},"anonymousId":"pat-1"}', False),
    ],
)
def test_what_others_did_in_the_same_browser_is_not_handed_over(text: str, own: bool) -> None:
    assert PATS.are_told_by(Received(text.encode()), "") is own


def test_a_mark_holds_for_what_was_received_until_its_time() -> None:
    theirs = Theirs({visitor_hash("a:pat-1"): 1000})
    event = Received(b'{"anonymousId":"pat-1"}')

    assert theirs.hold(event, "", 1000)
    assert not theirs.hold(event, "", 1001)
