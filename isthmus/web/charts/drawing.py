"""What every chart function gives back."""

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from isthmus.web.pieces import DataTable


@dataclass(frozen=True)
class Drawing:
    """A chart drawn twice, because scaled text cannot be read, and the figures behind it."""

    wide_svg: str
    narrow_svg: str
    table: DataTable | None = None

    @property
    def wide(self) -> SafeString:
        """The drawing for a wide place; its texts were escaped when it was drawn."""
        return mark_safe(self.wide_svg)  # noqa: S308

    @property
    def narrow(self) -> SafeString:
        """The drawing for a narrow place."""
        return mark_safe(self.narrow_svg)  # noqa: S308
