"""Django's SQLite with writers that find their turn: what settings.DATABASES names as its engine."""
