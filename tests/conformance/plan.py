"""Compares the action plan's workbook with the TOML it was made from."""

import datetime
import sys
import tomllib

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])
with open(sys.argv[2], "rb") as file:
    actions = tomllib.load(file)["actions"]
with open(sys.argv[3], "rb") as file:
    # The workbook calls people by their names.
    names = {member["email"]: member["name"] for member in tomllib.load(file)["member"]}
sheet = book.active
rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
header = next(row for row in rows if row and row[0] == "Evidence item")
column = {str(title).lower(): at for at, title in enumerate(header) if title}
seen = {}
for row in rows[rows.index(header) + 1 :]:
    # Below the table stand sentences, in the first column alone.
    if row[0] and any(row[1:]):
        assert isinstance(row[0], str), f"the number {row[0]!r} is no text"
        seen[row[0]] = row
for number, action in actions.items():
    row = seen.pop(number)
    target = row[column["target date"]]
    if isinstance(target, datetime.datetime):
        target = target.date()
    found = (row[column["action required"]], row[column["owner"]], target)
    wanted = (action["action"], names.get(action["owner"], action["owner"]), action["target"])
    assert found == wanted, f"{number}: {found} is not {wanted}"
assert not seen, f"rows without an action: {sorted(seen)}"
for row in sheet.iter_rows():
    for cell in row:
        assert cell.data_type != "f" or str(cell.value).startswith("=IF("), f"{cell.coordinate} is a formula"
