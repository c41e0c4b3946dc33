"""Taking events out of the store for other programs: CSV, tables, Parquet, JSON Lines, Excel, VERIS."""
