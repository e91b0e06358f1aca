"""Files of made-up leads."""

from pathlib import Path

HEADER = "website,company,first_name,last_name,email,country\r\n"


def lead_row(number: int) -> str:
    domain = f"lead-{number:03}.example"
    return f"https://{domain},Lead {number},Ada,Ames,ada@{domain},DE\r\n"


def write_leads(folder: Path, rows: int) -> Path:
    """`leads.csv` with that many rows below the header; row n is on line n + 2."""
    path = folder / "leads.csv"
    path.write_text(HEADER + "".join(map(lead_row, range(rows))), newline="")
    return path
