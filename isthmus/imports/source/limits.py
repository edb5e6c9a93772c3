"""What a file may be at most: past these it is refused with a sentence instead of filling the memory."""

MAX_COLUMNS = 1_000
MAX_NAME = 200  # letters of a column's name
MAX_LINE = 4 << 20  # letters of one line of text
MAX_ROW = 8 << 20  # letters of one row, over all its lines
# Of a workbook:
MAX_CELL = 32_767  # letters of a cell, as Excel has it
MAX_ROWS = 1_048_576
MAX_CELLS = 30_000_000
MAX_MEMBERS = 10_000  # parts of the archive
MAX_UNPACKED = 2 << 30  # bytes of all parts
MAX_RATIO = 250  # unpacked to packed, of parts over a megabyte
# Of the process that reads a workbook:
MEMORY = 1 << 30
CPU_SECONDS = 600
WALL_SECONDS = 1_800
