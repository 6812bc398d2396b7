"""The only code that knows SQLite: the schema, its migrations, and every query."""
