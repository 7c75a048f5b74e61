"""DuckDB: the only package that opens the database."""
