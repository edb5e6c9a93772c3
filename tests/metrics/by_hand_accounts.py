"""What figures are split by of an account, a second time: by loops over plain numbers and texts."""


def size_band(employees: int | None) -> str | None:
    if employees is None:
        return None
    return banded(
        employees, [9, 49, 249, 999], ["under 10", "10 to 49", "50 to 249", "250 to 999"], "1000 and more"
    )


def revenue_band(year: int | None) -> str | None:
    if year is None:
        return None
    names = ["under 1 million", "1 to 10 million", "10 to 50 million", "50 to 250 million"]
    return banded(year, [999_999, 9_999_999, 49_999_999, 249_999_999], names, "250 million and more")


def banded(number: int, most: list[int], names: list[str], rest: str) -> str:
    for last, name in zip(most, names, strict=True):
        if number <= last:
            return name
    return rest


def postcode_area(postcode: str) -> str | None:
    return postcode[:2].upper() or None


def stated(text: str) -> str | None:
    return text or None
