"""Drives Evolution's own engine (evolution-data-server) against a server, without its windows.

URL, user name and password of one account, then name and password of a second one, are the arguments. It must run
inside a D-Bus session with folders of its own. Prints one line per check, `ok NAME` or `FAIL NAME: reason`.
"""
import sys
import time
import traceback
import urllib.request
from base64 import b64encode
from urllib.parse import urljoin, urlsplit

import gi

gi.require_version("EDataServer", "1.2")
gi.require_version("ECal", "2.0")
gi.require_version("ICalGLib", "3.0")
from gi.repository import ECal, EDataServer, GLib, ICalGLib  # noqa: E402

url, username, password, guest, guest_password = sys.argv[1:6]
address = urlsplit(url)
PATIENCE = 30

EVENT = """BEGIN:VEVENT
UID:{uid}
DTSTAMP:20261101T000000Z
DTSTART:{start}
DTEND:{end}
SUMMARY:{summary}
{more}END:VEVENT
"""


def http(method, path, user=username, secret=password, body=None, headers=None):
    request = urllib.request.Request(urljoin(url, path), method=method, data=body and body.encode())
    request.add_header("Authorization", "Basic " + b64encode(f"{user}:{secret}".encode()).decode())
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()


def until(what):
    """Runs the main loop until `what` gives something."""
    context = GLib.MainContext.default()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        context.iteration(False)
        time.sleep(0.02)
    raise AssertionError("it did not come to be")


class Run:
    def __init__(self):
        self.credentials = EDataServer.NamedParameters.new()
        self.credentials.set("username", username)
        self.credentials.set("password", password)
        self.registry = EDataServer.SourceRegistry.new_sync(None)
        self.path = None
        self.client = None

    def _source(self, uid):
        source = EDataServer.Source.new_with_uid(uid, None)
        source.set_display_name(uid)
        source.set_parent("caldav-stub")
        login = source.get_extension("Authentication")
        login.set_host(address.hostname)
        login.set_port(address.port)
        login.set_user(username)
        login.set_method("plain/password")
        source.get_extension("Security").set_secure(False)
        source.get_extension("Offline").set_stay_synchronized(True)
        source.get_extension("Calendar").set_backend_name("caldav")
        return source

    def discovers_calendars_and_addresses_from_the_bare_url(self):
        source = self._source("discovery")
        only = EDataServer.WebDAVDiscoverSupports.EVENTS
        answer = EDataServer.webdav_discover_sources_sync(source, url, only, self.credentials, None)
        assert f"{username}@example.test" in answer.out_calendar_user_addresses
        self.path = urlsplit(answer.out_discovered_sources[0].href).path
        assert self.path == f"/dav/calendars/{username}/calendar/", self.path

    def opens_the_calendar(self):
        source = self._source("kalends")
        dav = source.get_extension("WebDAV Backend")
        dav.set_resource_path(self.path)
        dav.set_calendar_auto_schedule(True)
        dav.set_email_address(f"{username}@example.test")
        self.registry.commit_source_sync(source, None)
        source = until(lambda: self.registry.ref_source("kalends"))
        self.client = ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, 1, None)
        source.invoke_authenticate_sync(self.credentials, None)
        connected = EDataServer.SourceConnectionStatus.CONNECTED
        until(lambda: source.get_connection_status() == connected)
        assert not self.client.is_readonly()

    def _create(self, text):
        component = ICalGLib.Component.new_from_string(text)
        return self.client.create_object_sync(component, ECal.OperationFlags.NONE, None)[1]

    def _stored(self, uid, user=username, secret=password):
        """The object with that UID as the server has it, its href and text."""
        body = f"""<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><C:calendar-data/></D:prop>
          <C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:prop-filter name="UID">
          <C:text-match collation="i;octet">{uid}</C:text-match></C:prop-filter></C:comp-filter></C:comp-filter></C:filter>
          </C:calendar-query>"""
        path = f"/dav/calendars/{user}/calendar/"
        text = http("REPORT", path, user, secret, body, {"Depth": "1", "Content-Type": "application/xml"})
        return text if uid in text else None

    def _href(self, uid):
        return self._stored(uid).split("href>")[1].split("<")[0]

    def _seen(self, uid, instance=None):
        try:
            return self.client.get_object_sync(uid, instance, None)[1]
        except GLib.Error:
            return None

    def _refreshed(self, condition):
        self.client.refresh_sync(None)
        return until(condition)

    def writes_an_event_the_server_keeps(self):
        uid = self._create(EVENT.format(uid="evo-1", start="20261201T100000Z", end="20261201T110000Z", summary="First", more=""))
        assert uid == "evo-1", uid
        assert "SUMMARY:First" in self._stored("evo-1")

    def changes_it(self):
        component = self._seen("evo-1")
        component.set_summary("Second")
        self.client.modify_object_sync(component, ECal.ObjModType.ALL, ECal.OperationFlags.NONE, None)
        assert "SUMMARY:Second" in self._stored("evo-1")

    def sees_what_another_client_wrote(self):
        text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Kalends//Interop//EN\n" + EVENT.format(
            uid="other-1", start="20261202T100000Z", end="20261202T110000Z", summary="Elsewhere", more="") + "END:VCALENDAR\n"
        http("PUT", self.path + "other-1.ics", body=text.replace("\n", "\r\n"), headers={"Content-Type": "text/calendar"})
        assert self._refreshed(lambda: self._seen("other-1")).get_summary() == "Elsewhere"

    def sees_what_another_client_deleted(self):
        http("DELETE", self.path + "other-1.ics")
        self._refreshed(lambda: self._seen("other-1") is None)

    def is_told_when_its_copy_is_old(self):
        component = self._seen("evo-1")
        href = self._href("evo-1")
        newer = http("GET", href).replace("SUMMARY:Second", "SUMMARY:Third")
        http("PUT", href, body=newer, headers={"Content-Type": "text/calendar"})
        component.set_summary("Lost")
        try:
            self.client.modify_object_sync(component, ECal.ObjModType.ALL, ECal.OperationFlags.CONFLICT_FAIL, None)
        except GLib.Error:
            pass
        assert "SUMMARY:Lost" not in self._stored("evo-1")

    def splits_one_instance_off_a_series(self):
        self._create(EVENT.format(uid="evo-2", start="20261207T090000Z", end="20261207T100000Z", summary="Weekly",
                                 more="RRULE:FREQ=WEEKLY;COUNT=4\n"))
        moved = ICalGLib.Component.new_from_string(EVENT.format(
            uid="evo-2", start="20261214T130000Z", end="20261214T140000Z", summary="Moved",
            more="RECURRENCE-ID:20261214T090000Z\n"))
        self.client.modify_object_sync(moved, ECal.ObjModType.THIS, ECal.OperationFlags.NONE, None)
        text = self._stored("evo-2")
        assert text.count("BEGIN:VEVENT") == 2 and "RECURRENCE-ID" in text, text

    def deletes_one_instance_of_a_series(self):
        self.client.remove_object_sync("evo-2", "20261221T090000Z", ECal.ObjModType.THIS, ECal.OperationFlags.NONE, None)
        assert "EXDATE" in self._stored("evo-2")

    def invites_somebody_here(self):
        self._create(EVENT.format(
            uid="evo-3", start="20261210T090000Z", end="20261210T100000Z", summary="Meeting",
            more=f"ORGANIZER:mailto:{username}@example.test\n"
                 f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{username}@example.test\n"
                 f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{guest}@example.test\n"))
        assert "SUMMARY:Meeting" in until(lambda: self._stored("evo-3", guest, guest_password))

    def sees_the_answer(self):
        path = self._stored("evo-3", guest, guest_password).split("href>")[1].split("<")[0]
        text = http("GET", path, guest, guest_password).replace("\r\n ", "")
        lines = [line.replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED") for line in text.split("\r\n")]
        http("PUT", path, guest, guest_password, "\r\n".join(lines), {"Content-Type": "text/calendar"})

        def answered():
            found = self._seen("evo-3")
            return found if found and found.as_ical_string().count("PARTSTAT=ACCEPTED") == 2 else None
        self._refreshed(answered)

    def asks_for_free_busy(self):
        start, end = 1796860800, 1796947200  # 2026-12-10, the whole day
        busy = self.client.get_free_busy_sync(start, end, [f"{guest}@example.test"], None)[1]
        text = "".join(each.get_as_string() for each in busy)
        assert "20261210T090000Z" in text, text

    def deletes_an_event(self):
        self.client.remove_object_sync("evo-1", None, ECal.ObjModType.ALL, ECal.OperationFlags.NONE, None)
        assert self._stored("evo-1") is None


run = Run()
for name in [each for each in vars(Run) if not each.startswith("_")]:
    try:
        getattr(run, name)()
        print(f"ok {name}")
    except Exception as problem:  # noqa: BLE001
        reason = "".join(traceback.format_exception_only(problem)).strip().replace("\n", " ")
        print(f"FAIL {name}: {reason}")
