"""Addresses of records that a page may link to, where the reader has a page for them."""

from functools import cache

from django.urls import get_resolver, get_script_prefix, reverse


def record_address(kind: str, pk: int | None) -> str:
    """The page of a person, account, lead, deal or order; empty where there is none."""
    around = None if pk is None else _around(kind, get_script_prefix())
    return f"{around[0]}{pk}{around[1]}" if around else ""


@cache
def _around(kind: str, prefix: str) -> tuple[str, str] | None:
    # What stands around the number: looked up once, and not for every row of every list.
    if kind not in get_resolver().reverse_dict:
        return None
    before, _number, after = reverse(kind, args=[0]).rpartition("0")
    return before, after
