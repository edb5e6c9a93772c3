"""Search finds what one may see, by any beginning of a word, and nothing else."""

import pytest

pytestmark = pytest.mark.django_db


def found(client, words, path="/search/"):
    return client.get(path, {"q": words}).content.decode()


@pytest.mark.parametrize("words", ["Pat", "pros", "pat@buyer.example", "prospect pat"])
def test_a_person_is_found_by_the_beginning_of_any_word(client, trading, admin, words):
    client.force_login(admin)

    assert "Pat Prospect" in found(client, words)
    assert "Kim Kunde" not in found(client, words)


def test_the_palette_gets_a_fragment_with_a_way_to_all_results(client, trading, admin):
    client.force_login(admin)

    html = found(client, "pat", "/search/results/")

    assert "<html" not in html
    assert "Pat Prospect" in html
    assert 'href="/search/?q=pat"' in html


def test_a_seller_does_not_find_people_and_leads_of_others(client, trading, rita):
    client.force_login(rita)

    for path in ("/search/", "/search/results/"):
        assert "Kim Kunde" not in found(client, "kim", path)
        assert "Lee Later" not in found(client, "lee", path)


def test_a_search_that_finds_nothing_says_what_to_try(client, trading, admin):
    client.force_login(admin)

    assert "Try a surname" in found(client, "zzz")


def test_one_letter_is_not_searched(client, trading, admin):
    client.force_login(admin)

    assert "Type two letters or more." in found(client, "p", "/search/results/")
