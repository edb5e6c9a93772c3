"""Dice, and words without marks."""

import random

_LETTERS = {"ä": "a", "ö": "o", "ü": "u", "å": "a", "ø": "o", "æ": "ae", "ß": "ss", " ": "-"}


def chance_of(seed: int, number: int, about: int = 0) -> random.Random:
    """One story's own dice: what happens to others does not change its luck."""
    return random.Random((seed * 1_000_003 + number) * 16 + about)


def weighted(chance: random.Random, weights: list[float]) -> int:
    """A place, drawn by these weights."""
    return chance.choices(range(len(weights)), weights=weights)[0]


def plain(text: str) -> str:
    """Small letters without marks, for addresses."""
    return "".join(_LETTERS.get(letter, letter) for letter in text.lower())
