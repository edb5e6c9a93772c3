"""Whatever bytes come as a mail, they are read as something, with ids and texts that a database takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.messages.receiving.html import cleaned, text_of
from isthmus.messages.receiving.parsing import id_in, parsed
from tests.messages.letters import AT, letter

pytestmark = pytest.mark.core
LINES = st.lists(
    st.sampled_from(
        [b"From: =?utf-8?B?////?= <a@b.example>", b"From: <<>>", b"To: a@b.example, ,;;<",
         b"Subject: =?x?q?\xff?=",
         b"Message-ID: <" + b"x" * 700 + b">", b"Message-ID: <a b>", b"References: <a@b> <a@b> <",
         b"Date: Thu, 99 Foo 10000 99:99:99 +9999", b"Date: 1 Jan 1 00:00:00 +0000",
         b"Content-Type: multipart/mixed; boundary=B", b"--B", b"--B--", b"",
         b"Content-Type: text/html; charset=nope",
         b"Content-Transfer-Encoding: base64", b"////", b"<script>x</script><b>y", b"\x00\xff",
         b"Content-Disposition: attachment; filename*=utf-8''%00%ff", b"Content-Type: message/rfc822"]
    )
    | st.binary(max_size=20),
    max_size=25,
)  # fmt: skip


@given(LINES)
def test_any_lines_are_a_mail_or_are_told_apart_by_an_id(lines: list[bytes]) -> None:
    raw = b"\r\n".join(lines)
    try:
        mail = parsed(raw, received_at=AT)
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError):
        assert 0 < len(id_in(raw)) <= 512  # It is counted as unreadable, and stops no other.
        return

    assert 0 < len(mail.rfc_id) <= 512
    assert mail.at <= AT
    for text in (mail.subject, mail.text, mail.html, *(one.address for one in mail.people)):
        assert "\x00" not in text
        text.encode()
    assert "<script" not in mail.html


@pytest.mark.parametrize(
    "html",
    ["<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>x</a>", "<svg/onload=alert(1)>",
     "<style>@import 'http://x'</style>", "<iframe src=//x></iframe>", "<p style='background:url(//x)'>x</p>",
     "<form action=//x><input></form>",
     "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>"],
)  # fmt: skip
def test_nothing_in_a_mail_runs_or_is_fetched(html: str) -> None:
    shown = cleaned(html)

    assert not any(word in shown for word in ("onerror", "javascript:", "src", "style", "<form", "onload"))


def test_html_alone_has_words_too() -> None:
    assert text_of("<style>p{}</style><p>Hello<br>Rita &amp; all</p><p>Bye</p>") == "Hello\nRita & all\nBye"
    mail = parsed(letter(text="", html="<p>Only this</p>"), received_at=AT)
    assert mail.text == "Only this"
