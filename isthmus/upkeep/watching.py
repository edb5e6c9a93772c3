"""How a backup and a restore tell how far they are: steps, each with a total that may not be known."""


class Watcher:
    """Hears of steps and of what is done in them; this one keeps it to itself."""

    def step(self, text: str, total: int | None = None) -> None:
        """A new step begins, of so many bytes."""

    def reached(self, done: int) -> None:
        """So many bytes of the step are done."""

    def advance(self, count: int) -> None:
        """So many more bytes of the step are done."""


def in_words(error: Exception) -> str:
    """What a disk or a database says went wrong, without its number."""
    return str(getattr(error, "strerror", None) or error)
