"""Addresses of records that a page may link to, where the reader has a page for them."""

from django.urls import get_resolver, reverse


def record_address(kind: str, pk: int | None) -> str:
    """The page of a person, account, lead, deal or order; empty where there is none."""
    if pk is None or kind not in get_resolver().reverse_dict:
        return ""
    return reverse(kind, args=[pk])
