"""Drives Debian's python3-caldav against a server: URL, user name and password are the arguments.

Prints one line per check, `ok NAME` or `FAIL NAME: reason`.
"""
import sys
import traceback
from datetime import datetime, timedelta, timezone

import caldav
from caldav.lib import error

url, username, password = sys.argv[1:4]

EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Kalends//Interop//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20261101T000000Z
DTSTART:{start}
DTEND:{end}
SUMMARY:{summary}
{more}END:VEVENT
END:VCALENDAR
"""

TODO = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Kalends//Interop//EN
BEGIN:VTODO
UID:{uid}
DTSTAMP:20261101T000000Z
DUE:20261224T120000Z
SUMMARY:{summary}
END:VTODO
END:VCALENDAR
"""


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


class Run:
    def __init__(self):
        self.client = caldav.DAVClient(url=url, username=username, password=password)
        self.principal = None
        self.calendar = None

    def finds_the_principal_and_home(self):
        self.principal = self.client.principal()
        assert len(self.principal.calendars()) >= 1

    def makes_a_calendar_with_a_name(self):
        self.calendar = self.principal.make_calendar(name="Python", cal_id="python")
        assert self.calendar.get_property(caldav.elements.dav.DisplayName()) == "Python"

    def saves_and_reads_an_event(self):
        text = EVENT.format(uid="py-1", start="20261201T100000Z", end="20261201T110000Z", summary="First", more="")
        event = self.calendar.save_event(text)
        assert "First" in self.calendar.event_by_url(event.url).data
        assert "First" in self.calendar.event_by_uid("py-1").data

    def finds_events_by_date(self):
        found = self.calendar.date_search(start=utc(2026, 12, 1), end=utc(2026, 12, 2), expand=False)
        assert len(found) == 1
        assert self.calendar.date_search(start=utc(2026, 12, 2), end=utc(2026, 12, 3), expand=False) == []

    def expands_a_series_on_the_server(self):
        self.calendar.save_event(
            EVENT.format(
                uid="py-2",
                start="20261101T080000Z",
                end="20261101T083000Z",
                summary="Daily",
                more="RRULE:FREQ=DAILY\n",
            )
        )
        found = self.calendar.date_search(start=utc(2026, 12, 10), end=utc(2026, 12, 13), expand=True)
        starts = "".join(item.data for item in found)
        assert starts.count("BEGIN:VEVENT") == 3, starts
        assert "RRULE" not in starts

    def keeps_todos(self):
        self.calendar.save_todo(TODO.format(uid="py-3", summary="Presents"))
        todos = self.calendar.todos()
        assert len(todos) == 1
        todos[0].complete()
        assert self.calendar.todos() == []
        assert len(self.calendar.todos(include_completed=True)) == 1

    def refuses_the_same_uid_twice(self):
        text = EVENT.format(uid="py-1", start="20261203T100000Z", end="20261203T110000Z", summary="Twin", more="")
        try:
            self.client.put(str(self.calendar.url) + "twin.ics", text, {"Content-Type": "text/calendar"})
            status = "accepted"
        except error.DAVError:
            status = "refused"
        names = [str(item.url) for item in self.calendar.events()]
        assert not any(name.endswith("twin.ics") for name in names), status

    def synchronises_by_token(self):
        first = self.calendar.objects_by_sync_token(load_objects=False)
        assert len(list(first)) == 3
        self.calendar.event_by_uid("py-1").delete()
        changed = self.calendar.objects_by_sync_token(sync_token=first.sync_token, load_objects=False)
        assert len(list(changed)) == 1

    def answers_free_busy(self):
        answer = self.calendar.freebusy_request(utc(2026, 12, 10), utc(2026, 12, 12))
        assert answer.data.count("FREEBUSY") >= 1

    def edits_properties(self):
        self.calendar.set_properties([caldav.elements.dav.DisplayName("Renamed")])
        assert self.calendar.get_property(caldav.elements.dav.DisplayName()) == "Renamed"

    def deletes_the_calendar(self):
        self.calendar.delete()
        assert all("python" not in str(item.url) for item in self.principal.calendars())


CHECKS = [
    "finds_the_principal_and_home",
    "makes_a_calendar_with_a_name",
    "saves_and_reads_an_event",
    "finds_events_by_date",
    "expands_a_series_on_the_server",
    "keeps_todos",
    "refuses_the_same_uid_twice",
    "synchronises_by_token",
    "answers_free_busy",
    "edits_properties",
    "deletes_the_calendar",
]

run = Run()
for name in CHECKS:
    try:
        getattr(run, name)()
        print(f"ok {name}")
    except Exception as problem:  # every failure is one line of the report
        where = traceback.extract_tb(problem.__traceback__)[-1]
        print(f"FAIL {name}: {type(problem).__name__} {problem} ({where.filename}:{where.lineno})".replace("\n", " "))
