"""Judges calendars and the plan's workbook with programs that nobody here wrote."""

import datetime
import json
import pathlib
import sys
import tomllib

HOSTILE = [
    '=HYPERLINK("https://evil.example","click")',
    "</script><script>alert(1)</script> & <b onclick='x'>\" onmouseover=\"alert(2)",
    "END:VEVENT\nBEGIN:VEVENT\nSUMMARY:forged, with; signs\\",
    "]]> <!-- --> {{ 7 * 7 }} {% raw %}",
    "\u05e9\u05dc\u05d5\u05dd \u200f(1) \u202egnp.exe",
    "\U0001f469\u200d\u2695\ufe0f e\u0301 " * 20,
]


def calendar(ics, listed):
    """The calendar is read without a complaint and says what the JSON says."""
    import icalendar

    read = icalendar.Calendar.from_ical(pathlib.Path(ics).read_bytes())
    wanted = json.loads(pathlib.Path(listed).read_text())["entries"]
    assert not read.errors, read.errors
    assert len(read.events) == len(wanted), f"{len(read.events)} of {len(wanted)} entries"
    uids = [str(event["UID"]) for event in read.events]
    assert len(set(uids)) == len(uids), "an entry has the name of another"
    for event, entry in zip(read.events, wanted):
        assert not event.errors, event.errors
        assert str(event["SUMMARY"]) == entry["title"].strip(), (str(event["SUMMARY"]), entry["title"])
        assert event.start == datetime.date.fromisoformat(entry["day"]), event.start
        assert event.end == event.start + datetime.timedelta(days=1)
        for alarm in event.alarms.times:
            assert alarm.trigger.hour == 9, alarm.trigger
        assert not (entry["settled"] and event.alarms.times)


def hostile(workspace):
    """Puts hostile text into answers and plan."""
    quoted = [json.dumps(text, ensure_ascii=False).replace("\\u202e", "\u202e") for text in HOSTILE]
    for path, key in [("assessments/2025-26.toml", "text"), ("action-plans/2025-26.toml", "action")]:
        file = pathlib.Path(workspace, path)
        lines, at = [], 0
        for line in file.read_text().split("\n"):
            if line.startswith(f"{key} = \"") and not line.endswith('"""'):
                line, at = f"{key} = {quoted[at % len(quoted)]}", at + 1
            lines.append(line)
        assert at > 1, f"{path} has no {key}"
        file.write_text("\n".join(lines))
        tomllib.loads(file.read_text())


def unchanged():
    out = json.load(sys.stdin)
    assert not (out["taken"] or out["conflicts"] or out["unclear"]), out


def table(book):
    """The plan's sheet, its row of headings, and the columns by title."""
    sheet = book["Action plan"]
    header = next(row for row in sheet.iter_rows() if row[0].value == "Evidence item")
    return sheet, header[0].row, {cell.value: cell.column for cell in header if cell.value}


EDITS = {
    "3.1.1": {"Target date": datetime.date(2026, 9, 30), "Status": "done"},
    "10.2.1": {"Action required": "Ask again, \"all\" three <b>\nand file it \U0001f600", "Cost": "\u00a340"},
    "1.3.14": {"Owner": "Keeley Marsh", "Comments": "'quoted' =end"},
}
KEYS = {
    "Action required": "action", "Owner": "owner", "Target date": "target", "Status": "status", "Cost": "cost",
    "Comments": "notes",
}


def edit(source, target):
    import openpyxl

    book = openpyxl.load_workbook(source)
    sheet, header, columns = table(book)
    for row in range(header + 1, sheet.max_row + 1):
        for title, value in EDITS.get(sheet.cell(row, 1).value, {}).items():
            cell = sheet.cell(row, columns[title])
            assert not cell.protection.locked, f"{cell.coordinate} is locked"
            cell.value = value
            cell.data_type = "d" if isinstance(value, datetime.date) else "s"
    book.save(target)


def edited(before, after):
    """The plan says what was edited, and everything else as before."""

    def load(home):
        return tomllib.loads(pathlib.Path(home, "action-plans/2025-26.toml").read_text())["actions"]

    wanted, found = load(before), load(after)
    for number, cells in EDITS.items():
        for title, value in cells.items():
            wanted[number][KEYS[title]] = "keeley@hazelhouse.example" if title == "Owner" else value
    assert found == wanted, [(n, found.get(n), wanted[n]) for n in wanted if found.get(n) != wanted[n]]


def resave(source, target):
    import openpyxl

    openpyxl.load_workbook(source).save(target)


globals()[sys.argv[1]](*sys.argv[2:])
