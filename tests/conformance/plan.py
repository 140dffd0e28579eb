"""The action plan's workbook in the hands of openpyxl.

    plan.py compare WORKBOOK PLAN.toml ORGANISATION.toml: it says what the plan says
    plan.py awkward PLAN.toml: puts awkward text into every column
    plan.py edit WORKBOOK TO: types awkward text into every white cell
    plan.py edited PLAN.toml LIST.json: the plan says what was typed
    plan.py turn WORKBOOK TO: rows in another order, one of them away, a filter, a column between, a sheet of one's own
    plan.py unchanged: nothing is taken over, by the JSON of an import
"""

import datetime
import json
import sys
import tomllib
from copy import copy
from pathlib import Path

import openpyxl

KEYS = {
    "Action required": "action", "Owner": "owner", "Target date": "target", "Status": "status",
    "Resources": "resources", "Comments": "notes", "Progress": "progress", "Cost": "cost",
}  # fmt: skip
AWKWARD = [
    "=HYPERLINK(\"https://evil.example\",\"click\")", "+44 20 7946 0000", "-2+3", "@SUM(1)", "＝1+1", "'=1", "one\ntwo\n\nfour",
    "<r><t>rich</t></r>", "<r>no markup &</r>", "שלום \u200f(1) العربية",
    "=cmd|' /C calc'!A0", "👩‍⚕️ e\u0301 \"quoted\" 'x'", "x" * 32767, "30/06/2026", "007", "1e3", "TRUE", "#REF!", "{{7*7}}",
    "]]>&amp;<!--", "1.5", "12%", "|md| # `x` **b** [l](javascript:1)",
]  # fmt: skip

# openpyxl writes an escape where somebody types what looks like one; documents show a tab as a blank.
ONLY_OURS, ONLY_TYPED = ["<r>no markup & _x0041_</r>", "_x0041_ _x000D_ stays"], ["a\tb"]


def table(book):
    """The plan's sheet, the row of headings, and the columns by title."""
    sheet = book["Action plan"]
    header = next(row for row in sheet.iter_rows() if row[0].value == "Evidence item")
    return sheet, header[0].row, {cell.value: cell.column for cell in header if cell.value}


def rows(sheet, header):
    """The rows of items: below them stand sentences, in the first column alone."""
    for row in sheet.iter_rows(min_row=header + 1):
        if row[0].value and any(cell.value for cell in row[1:]):
            yield row


def compare(workbook, plan, organisation):
    actions = tomllib.loads(Path(plan).read_text())["actions"]
    # The workbook calls people by their names.
    names = {member["email"]: member["name"] for member in tomllib.loads(Path(organisation).read_text())["member"]}
    sheet, header, column = table(openpyxl.load_workbook(workbook))
    seen = {}
    for row in rows(sheet, header):
        assert isinstance(row[0].value, str), f"the number {row[0].value!r} is no text"
        seen[row[0].value] = row
    for number, action in actions.items():
        row = seen.pop(number)
        for title, key in KEYS.items():
            found, wanted = row[column[title] - 1].value, action.get(key)
            if isinstance(found, datetime.datetime):
                found = found.date()
            if key == "owner":
                wanted = names.get(wanted, wanted)
            if key == "status" and wanted:
                wanted = wanted.replace("-", " ")
            assert found == wanted, f"{number}, {title}: {found} is not {wanted}"
    assert not seen, f"rows without an action: {sorted(seen)}"
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type != "f", f"{cell.coordinate} is a formula"


def quoted(text):
    """A string of TOML: it knows no halves of characters."""
    return '"' + "".join(f"\\U{ord(c):08x}" if ord(c) > 126 or ord(c) < 32 else "\\" + c if c in '"\\' else c for c in text) + '"'


def said(texts, at, title):
    """What stands in a cell: another text in each column of a row."""
    return texts[(at * 7 + list(KEYS).index(title)) % len(texts)]


def awkward(plan):
    head, actions = Path(plan).read_text(), tomllib.loads(Path(plan).read_text())["actions"]
    out = [line for line in head.split("[actions", 1)[0].splitlines() if not line.startswith("#")]
    for at, number in enumerate(actions):
        out.append(f'[actions."{number}"]')
        for title, key in KEYS.items():
            if key == "target":
                out.append("target = 2026-07-01")
            elif key == "status":
                out.append('status = "in-progress"')
            else:
                out.append(f"{key} = {quoted(said(AWKWARD + ONLY_OURS, at, title))}")
    Path(plan).write_text("\n".join(out) + "\n")


def edit(source, target):
    book = openpyxl.load_workbook(source)
    sheet, header, columns = table(book)
    for at, row in enumerate(rows(sheet, header), 11):
        for title in KEYS:
            cell = row[columns[title] - 1]
            assert not cell.protection.locked, f"{cell.coordinate} is locked"
            if title == "Target date":
                cell.value = datetime.date(2026, 9, at % 28 + 1)
            elif title == "Status":
                cell.value = "done"
            else:
                cell.value = said(AWKWARD + ONLY_TYPED, at, title)
                cell.data_type = "s"
    book.save(target)


def edited(plan, listed):
    """Every action is the one that was typed, in the order of the sheet, which is that of the items' list."""
    found, order = tomllib.loads(Path(plan).read_text())["actions"], json.loads(Path(listed).read_text())["items"]
    numbers = [row["number"] for row in order]
    assert len(numbers) > 5
    for at, number in enumerate(numbers, 11):
        for title, key in KEYS.items():
            wanted = said(AWKWARD + ONLY_TYPED, at, title)
            if key == "target":
                wanted = datetime.date(2026, 9, at % 28 + 1)
            elif key == "status":
                wanted = "done"
            assert found[number].get(key) == wanted, (number, key, found[number].get(key), wanted)


def turn(source, target):
    book = openpyxl.load_workbook(source)
    sheet, header, columns = table(book)
    places = [row[0].row for row in rows(sheet, header)]
    values = [[(copy(cell.value), cell.data_type) for cell in sheet[row]] for row in places]
    for row, line in zip(places, reversed(values)):
        for cell, (value, kind) in zip(sheet[row], line):
            cell.value = value
            if isinstance(value, str):
                cell.data_type = kind
    for cell in sheet[places[0]]:
        cell.value = None
    sheet.row_dimensions[places[1]].hidden = True
    sheet.auto_filter.add_filter_column(0, ["3.1.1"])
    sheet.insert_cols(3)
    book.create_sheet("Notes of my own")["A1"] = "remember the milk"
    book.save(target)


def unchanged(notes="0"):
    out = json.load(sys.stdin)
    assert not (out["taken"] or out["conflicts"] or out["unclear"]), out
    assert len(out["notes"]) == int(notes), out["notes"]


globals()[sys.argv[1]](*sys.argv[2:])
