"""The answers workbook in the hands of openpyxl: judged, saved again, edited, shuffled.

    answers_workbook.py judge WORKBOOK [ANSWERS.toml]
    answers_workbook.py resave WORKBOOK TO
    answers_workbook.py recounted WORKBOOK RESAVED
    answers_workbook.py edit WORKBOOK TO
    answers_workbook.py fill WORKBOOK TO QUESTIONS.json
    answers_workbook.py filled WORKBOOK EXPORTED
    answers_workbook.py shuffle WORKBOOK TO
    answers_workbook.py edited BEFORE AFTER
    answers_workbook.py compared WORKBOOK REPORT.json
    answers_workbook.py handle WORKBOOK TO-MOVED TO-MERGED
    answers_workbook.py handled IMPORT.json
    answers_workbook.py hostile ANSWERS.toml
"""

import datetime
import json
import sys
import tomllib
import warnings
from copy import copy
from pathlib import Path

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

warnings.filterwarnings("ignore", category=UserWarning)

DOCUMENT = "Document: name, web link or where it is kept"
FILLABLE = {
    "Still true?", "Answer", "Why not applicable", "How many", "Out of", "Counted on", DOCUMENT, "Approved on",
    "Approved by", "Comments",
}
OURS = {"Where it stands", "Per cent"}
HOSTILE = [
    "=HYPERLINK(\"https://evil.example\",\"click\")", "+44 20 7946 0000", "-2+3", "@SUM(1)", "＝1+1", " =1", "'=1", "\t=1",
    "\r\n=1", "one\ntwo\n", "  blanks  ", "<r><t>rich</t></r>", "<r>no markup & _x0041_</r>", "_x0041_ _x000D_ stays",
    "\x1b[31mred\x07\x7f", "שלום \u200f(1) العربية", "\u202egnp.exe", "=cmd|' /C calc'!A0", "👩‍⚕️ e\u0301",
    "x" * 32767, "y" * 40000, "30/06/2026", "007", "1e3", "TRUE", "#REF!", "{{7*7}}", "]]>&amp;<!--",
]  # fmt: skip


def tables(book):
    """The sheets of sections: sheet, row of titles, titles, column with the hidden names of rows."""
    for sheet in book:
        for row in range(1, 10):
            titles = [cell.value for cell in sheet[row]]
            if "No." in titles and "Answer" in titles:
                named = next(at for at, title in enumerate(titles) if str(title).startswith("dspt answers workbook"))
                yield sheet, row, titles, named
                break


def cell(book, number, title, document=0):
    for sheet, header, titles, named in tables(book):
        for row in sheet.iter_rows(min_row=header + 1):
            if row[named].value == f"item {number} {document}":
                return row[titles.index(title)]
    raise KeyError((number, title, document))


def judge(path, answers=None):
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:3] == ["Your organisation", "How to fill this in", "Summary"], book.sheetnames
    assert book[book.sheetnames[-1]].sheet_state == "hidden"
    count = 0
    for sheet in book:
        assert sheet.protection.sheet, f"{sheet.title} is not locked"
        for row in sheet.iter_rows():
            for found in row:
                if found.data_type == "f":
                    assert sheet.title == "Summary" or found.column_letter in ours(sheet), found.coordinate
    for sheet, header, titles, named in tables(book):
        assert sheet.freeze_panes, sheet.title
        assert sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert sheet.print_title_rows, sheet.title
        assert sheet.data_validations.dataValidation, sheet.title
        for at in range(named, len(titles)):
            letter = openpyxl.utils.get_column_letter(at + 1)
            assert any(
                d.hidden and d.min <= at + 1 <= d.max for d in sheet.column_dimensions.values() if d.min
            ), f"{sheet.title}: column {letter} is not hidden"
        for row in sheet.iter_rows(min_row=header + 1):
            for title, found in zip(titles, row):
                if found.protection.locked is False:
                    count += 1
                    assert title in FILLABLE, f"{sheet.title}!{found.coordinate} is open"
                    assert found.alignment.wrap_text, found.coordinate
    assert count > 100, count
    if answers:
        said = tomllib.loads(Path(answers).read_text())["answers"]
        for number, answer in said.items():
            if isinstance(answer.get("text"), str) and len(answer["text"]) <= 32767:
                shown = cell(book, number, "Answer")
                assert shown.data_type == "s", (number, shown.data_type)
        long = cell(book, next(n for n, a in said.items() if len(a.get("comment", "")) > 32767), "Comments")
        assert long.protection.locked and len(long.value) <= 32767


def ours(sheet):
    """The columns in which formulas of ours stand."""
    for known, header, titles, _ in tables([sheet]):
        return {openpyxl.utils.get_column_letter(at + 1) for at, title in enumerate(titles) if title in OURS}
    return set()


def recounted(path, resaved):
    """What LibreOffice works out is what was written as the formulas' results."""
    before, after = (openpyxl.load_workbook(book, data_only=True) for book in (path, resaved))
    compared = 0
    for sheet in before:
        for row in sheet.iter_rows():
            for found in row:
                other = after[sheet.title][found.coordinate].value
                numbers = [isinstance(value, (int, float)) for value in (found.value, other)]
                if all(numbers):
                    assert abs(found.value - other) < 0.001, (sheet.title, found.coordinate, found.value, other)
                    compared += 1
                elif sheet.title == "Summary" or openpyxl.utils.get_column_letter(found.column) in ours(sheet):
                    # An empty text is a result, and 0 is another.
                    shown = ["" if value is None else value for value in (found.value, other)]
                    assert shown[0] == shown[1], (sheet.title, found.coordinate, found.value, other)
                    compared += 1
                else:
                    assert not any(numbers), (sheet.title, found.coordinate, found.value, other)
    assert compared > 60, compared


def resave(path, to):
    openpyxl.load_workbook(path).save(to)


def text(found, value):
    """Text as somebody types it into a cell for text: never a formula."""
    found.value = value
    found.data_type = "s"


EDITS = {
    "1.1.5": ("text", "\"quoted\" 'x'\n=second line, 👩‍⚕️ שלום  "),
    "2.1.1": ("comment", "=1+1"),
    "4.1.1": ("comment", "z" * 32767),
}


def edit(path, to):
    book = openpyxl.load_workbook(path)
    text(cell(book, "1.1.5", "Answer"), EDITS["1.1.5"][1])
    text(cell(book, "2.1.1", "Comments"), EDITS["2.1.1"][1])
    text(cell(book, "4.1.1", "Comments"), EDITS["4.1.1"][1])
    cell(book, "3.2.1", "Answer").value = "yes"
    cell(book, "3.2.1", "How many").value = 215
    cell(book, "1.3.12", "Still true?").value = "Yes"
    cell(book, "4.3.1", "Answer").value = "Not applicable"
    cell(book, "4.3.1", "Why not applicable").value = "No systems at all."
    cell(book, "3.1.1", DOCUMENT, 1).value = "Locked cabinet"
    cell(book, "3.1.1", "Approved on", 1).value = datetime.datetime(2026, 4, 1)
    sheet = cell(book, "1.3.12", "Answer").parent
    for row in sheet.iter_rows(max_row=4):
        for found in row:
            if found.value == "Filled in by":
                found.offset(0, 1).value = "Ann Lee"
            if found.value == "Date":
                found.offset(0, 1).value = "1 April 2026"
    for row in book["Your organisation"].iter_rows():
        if row[13].value == "role caldicott_guardian":
            row[1].value = "Bo Reed"
    book.save(to)


# What people type and no program takes for an escape of its own.
AWKWARD = [
    text for text in HOSTILE
    if text.isprintable() and "_x" not in text and len(text) <= 32767
] + ["one\n\ntwo \"quoted\" 'x'", "ends in blanks  ", "=SUM(A1)\n+1"]  # fmt: skip


def typed_cells(book):
    """The white cells that take text, by item, title and document."""
    for sheet, header, titles, named in tables(book):
        for row in sheet.iter_rows(min_row=header + 1):
            if row[named].value:
                _, number, document = row[named].value.split(" ")
                for title, found in zip(titles, row):
                    if title in FILLABLE and found.protection.locked is False:
                        yield number, title, int(document), found


def fill(path, to, questions):
    """Awkward text in every white cell that takes it: each text in each kind of cell."""
    book = openpyxl.load_workbook(path)
    asked = {item["number"]: item for item in json.loads(Path(questions).read_text())["questions"]}
    count, seen = dict.fromkeys(FILLABLE, 0), {}
    for number, title, document, found in typed_cells(book):
        item = asked[number]
        is_tick = item["kind"] == "tick"
        away = is_tick and item["not_applicable"]
        if title == "Answer" and is_tick:
            found.value = "Not applicable" if away else "Not yet"
        elif title == "Answer" and item["kind"] == "document" or title == "Why not applicable" and not away:
            continue
        elif title in ("Approved on", "Counted on"):
            found.value = datetime.datetime(2026, 4, 1)
        elif title in ("How many", "Out of"):
            found.value = 7
        elif title in ("Answer", "Why not applicable", "Comments", "Approved by", DOCUMENT):
            said = AWKWARD[count[title] % len(AWKWARD)]
            # A document's line ends part its name from its place, and names have no blanks around them.
            if title in (DOCUMENT, "Approved by"):
                said = " ".join(said.split())
            text(found, said)
            count[title] += 1
            seen.setdefault(title, set()).add(said)
    assert len(seen["Comments"]) == len(AWKWARD) and all(len(texts) > 4 for texts in seen.values()), seen.keys()
    book.save(to)


def filled(path, exported):
    """Whatever was typed stands in the workbook that is made of the files afterwards, to the letter."""
    before, after = openpyxl.load_workbook(path), openpyxl.load_workbook(exported)
    compared = 0
    for number, title, document, found in typed_cells(before):
        if found.value is not None:
            shown = cell(after, number, title, document).value
            assert shown == found.value, (number, title, document, found.value[:80], shown and shown[:80])
            compared += 1
    assert compared > 150, compared


def shuffle(path, to):
    """Rows in another order, a filter, sheets taken out, one sheet of somebody else's."""
    book = openpyxl.load_workbook(path)
    del book["Summary"], book["How to fill this in"]
    for at, (sheet, header, titles, named) in enumerate(list(tables(book))):
        if at == 3:
            del book[sheet.title]
            continue
        first, last = header + 1, max(row[0].row for row in sheet.iter_rows() if row[named].value)
        rows = [[copy(found.value) for found in row] for row in sheet.iter_rows(min_row=first, max_row=last)]
        for row, values in zip(range(first, last + 1), reversed(rows)):
            for column, value in enumerate(values, 1):
                found = sheet.cell(row, column)
                if isinstance(value, str) and value.startswith("=") and found.column_letter not in ours(sheet):
                    text(found, value)
                else:
                    found.value = value
        sheet.row_dimensions[first].hidden = True
        sheet.auto_filter.add_filter_column(0, ["1.1.5"])
    book.create_sheet("Notes of my own")["A1"] = "remember the milk"
    book.save(to)


def edited(before, after):
    """The files differ in what was edited, and in nothing else."""
    load = lambda root, name: tomllib.loads((Path(root) / name).read_text())
    wanted, found = load(before, "assessments/2025-26.toml"), load(after, "assessments/2025-26.toml")
    answers = wanted["answers"]
    for number, (key, value) in EDITS.items():
        answers[number][key] = value
    answers["3.2.1"]["tick"] = True
    answers["3.2.1"]["count"]["done"] = 215
    answers["4.3.1"]["not_applicable"] = "No systems at all."
    answers["3.1.1"]["evidence"].append({"location": "Locked cabinet", "approved": datetime.date(2026, 4, 1)})
    del answers["1.3.12"]["carried_from"]
    answers["1.3.12"] |= {"reviewed": datetime.date(2026, 4, 1), "reviewed_by": "Ann Lee"}
    for number in [*EDITS, "3.2.1", "4.3.1", "3.1.1"]:
        for answer in (answers[number], found["answers"][number]):
            answer.pop("reviewed_by", None)
        answers[number]["reviewed"] = datetime.date(2026, 4, 20)
    assert wanted == found, [n for n in answers if answers[n] != found["answers"].get(n)]
    wanted, found = load(before, "organisation.toml"), load(after, "organisation.toml")
    wanted["roles"]["caldicott_guardian"]["name"] = "Bo Reed"
    assert wanted == found
    # Comments and order stay: whatever lines are new are few.
    lines = lambda root: (Path(root) / "assessments/2025-26.toml").read_text().splitlines()
    gone = set(lines(before)) - set(lines(after))
    assert len(gone) < 20 and not any(line.startswith("#") for line in gone), gone


# What is typed while a workbook goes through many hands, and what it means.
HANDLED = {
    ("1.1.5", "Answer"): (CellRichText("Jo ", TextBlock(InlineFont(b=True), "Field &"), " <Co>"), "Jo Field & <Co>"),
    ("2.1.1", "Answer"): (" not yet ", "Not yet"),
    ("2.1.1", "Comments"): (datetime.datetime(2026, 4, 1, 9, 30), "2026-04-01 09:30"),
    ("2.2.1", "Comments"): (42, "42"),
    ("3.1.1", "Comments"): (datetime.datetime(2026, 4, 1), "2026-04-01"),
    ("4.1.1", "Comments"): (datetime.time(9, 30), "09:30"),
}


def handle(path, moved, merged):
    """A workbook with edits that was unlocked, filtered and turned about, and one with two answers made one cell."""
    book = openpyxl.load_workbook(path)
    for (number, title), (value, _) in HANDLED.items():
        found = cell(book, number, title)
        found.value, found.style = value, "Normal"
        if isinstance(value, datetime.time):
            found.number_format = "hh:mm"
        elif isinstance(value, datetime.datetime):
            found.number_format = "dd/mm/yyyy hh:mm" if value.hour else "dd/mm/yyyy"
    for sheet, header, titles, named in list(tables(book)):
        sheet.data_validations.dataValidation = []
        sheet.protection.sheet = False
        sheet.auto_filter.ref = f"A{header}:D{sheet.max_row}"
        sheet.auto_filter.add_filter_column(0, ["2.1.1"])
        sheet.row_dimensions[header + 1].hidden = True
        sheet.column_dimensions["D"].hidden = True
        # Formulas stay as they are while columns move: none is one of a person's.
        for row in sheet.iter_rows(min_row=header + 1):
            for title, found in zip(titles, row):
                if title in OURS:
                    found.value = None
        sheet.insert_cols(1)
        sheet.insert_rows(1)
    book._sheets.reverse()
    book.save(moved)
    book = openpyxl.load_workbook(path)
    first, second = cell(book, "1.1.5", "Answer"), cell(book, "2.1.1", "Answer")
    first.parent.merge_cells(f"{first.coordinate}:{second.coordinate}")
    book.save(merged)


def handled(report):
    """An import changes what was typed by all those hands, and nothing else."""
    report = json.loads(Path(report).read_text())
    changed = {(change["item"], change["what"]): change["new"] for change in report["changed"]}
    assert changed == {place: meant for place, (_, meant) in HANDLED.items()}, changed
    assert not report["findings"] and not report["confirmed"], report


def compared(path, report):
    """The workbook of a comparison has a row for each item of the report, and no formula."""
    book, report = openpyxl.load_workbook(path), json.loads(Path(report).read_text())
    assert not any(found.data_type == "f" for sheet in book for row in sheet.iter_rows() for found in row)
    questions = {row[1].value for row in book.worksheets[0].iter_rows(min_row=8)}
    missing = [item for item in report["items"] if (item["new_question"] or item["old_question"]) not in questions]
    assert not missing, missing
    changes = [row[3].value for row in book.worksheets[0].iter_rows(min_row=8) if row[3].value]
    assert len(changes) == len(report["items"]), (len(changes), len(report["items"]))
    assert changes.count("Changed") == report["summary"]["answers"]["changed"]


def hostile(path):
    said = tomllib.loads(Path(path).read_text())["answers"]
    escaped = lambda value: '"' + "".join(
        f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else "\\" + c if c in '"\\' else c for c in value
    ) + '"'
    out = ['standard = "dspt-asc"', 'edition = "2025-26"']
    for at, number in enumerate(said):
        value = HOSTILE[at % len(HOSTILE)]
        out.append(f'[answers."{number}"]\ncomment = {escaped(value)}')
        if "text" in said[number]:
            out.append(f"text = {escaped(HOSTILE[(at * 7) % 20])}")
        elif "evidence" in said[number]:
            one, other = (escaped(HOSTILE[(at * 5 + step) % 20]) for step in (1, 4))
            out.append(f"evidence = [{{ location = {one}, approved_by = {other} }}, {{ title = {other}, link = {one} }}]")
        elif at % 2:
            out.append(f"not_applicable = {escaped(HOSTILE[(at * 11) % 20])}")
    Path(path).write_text("\n".join(out) + "\n")


{name: globals()[name] for name in ("judge", "resave", "recounted", "edit", "fill", "filled", "shuffle", "edited", "handle", "handled", "compared", "hostile")}[sys.argv[1]](
    *sys.argv[2:]
)
