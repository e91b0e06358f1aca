"""Tables as files: every table that comes in is read here, and every CSV file that goes out is written here."""
