"""The decision deadlines as a calendar that calendar programs can read."""

import re

import pytest

from tests.client_factories import ClientSeed
from tests.functions.client import MEMBER, RIVAL, Api

CALENDAR = "/v1/renewals.ics"


def events(text: str) -> list[dict[str, str]]:
    """RFC 5545, read anew: lines unfolded, properties by name, escapes resolved."""
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")
    found: list[dict[str, str]] = []
    for line in lines:
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            name, _, value = line.partition(":")
            found[-1].setdefault(name, re.sub(r"\\(.)", lambda match: {"n": "\n"}.get(match[1], match[1]), value))
    return found


def test_each_deadline_is_an_all_day_event(api: Api, seed: ClientSeed) -> None:
    seed.client(company="Acme; Söhne, \\ Co " + "ü" * 60)
    for name, left in (("s-over", 44), ("s-last", 45), ("s-1", 90), ("s-far", 121), ("s-done", 60)):
        seed.subscription(name, renews_in=left)
    assert api.post("/v1/renewals/r-s-done/decision", {"decision": "confirm"}).status == 200

    answer = api.get(CALENDAR, email=MEMBER)

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    first, second = events(answer.body)
    assert (first["UID"], first["DTSTART;VALUE=DATE"]) == ("r-s-last@desk.example", "20260317")
    assert {name: second[name] for name in ("UID", "DTSTAMP", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE")} == {
        "UID": "r-s-1@desk.example",
        "DTSTAMP": "20260317T093000Z",
        "DTSTART;VALUE=DATE": "20260501",
        "DTEND;VALUE=DATE": "20260502",
    }
    company = "Acme; Söhne, \\ Co " + "ü" * 60
    assert second["SUMMARY"] == f"Last day to decide: {company}, Marketing Hub Professional"
    assert second["DESCRIPTION"] == "Renews on June 15, 2026: now €1,272.00 a month, then €1,400.00."


@pytest.mark.usefixtures("acme")
def test_a_calendar_shows_no_other_partners_deadlines(api: Api) -> None:
    answer = api.get(CALENDAR, email=RIVAL)

    assert (answer.status, events(answer.body)) == (200, [])


@pytest.mark.usefixtures("acme")
def test_a_moved_renewal_moves_its_event(api: Api, seed: ClientSeed) -> None:
    [before] = events(api.get(CALENDAR).body)
    seed.subscription(renews_in=100)
    [after] = events(api.get(CALENDAR).body)

    assert before["UID"] == after["UID"]
    assert after["DTSTART;VALUE=DATE"] == "20260511"
