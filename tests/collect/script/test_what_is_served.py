"""The script goes to every visitor, so it must be small; and what is served must say what is read."""

import gzip

import pytest

from isthmus.collect.script import FILE, source
from isthmus.collect.script.shortening import shortened

pytestmark = pytest.mark.core


def test_the_script_is_under_three_kilobytes_gzipped():
    assert len(gzip.compress(source(), 6)) < 3_000


def test_what_is_served_is_plain_ascii_without_comments():
    served = source().decode("ascii")

    assert "//" not in served
    assert len(served) < len(FILE.read_text()) * 0.6


def test_own_names_become_short_and_names_that_others_know_stay():
    program = """
    // Counts.
    const total = 1;
    const url = 2;
    let text = "total const  url";
    send({ url, sum: total }, [1, 2].map((one) => one + total));
    """

    served = shortened(program)

    assert "Counts" not in served
    assert '"total const  url"' in served
    assert "const a=1" in served
    assert "send({url,sum:a},[1,2].map((one)=>one+a));" in served


def test_a_line_that_may_end_a_statement_still_ends():
    assert shortened("let one = {}\nlet other = one\nother.x = 1\n") == "let a={}\nlet b=a\nb.x=1\n"
