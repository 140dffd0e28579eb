"""Drives `dspt answer` on a pseudo-terminal of 80 by 24: answers, skips, goes back and leaves.

answer.py DSPT WORKSPACE SMALL: the workspaces are changed. The small one has an item of every kind, open.
"""

import datetime
import fcntl
import hashlib
import os
import pty
import re
import select
import struct
import sys
import termios
import time
import tomllib

DSPT, WORKSPACE, SMALL = sys.argv[1:4]
ANSWERS = os.path.join(WORKSPACE, "assessments", "2025-26.toml")
ENTER, DOWN, ESCAPE, INTERRUPT, BACKSPACE = "\r", "\x1b[B", "\x1b", "\x03", "\x7f"
SEQUENCES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>78]")


class Terminal:
    def __init__(self, *arguments, workspace=WORKSPACE):
        self.shown = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", NO_COLOR="1", LC_ALL="C.UTF-8")
            os.environ.pop("COLUMNS", None)
            os.execv(DSPT, [DSPT, "-C", workspace, "--as-of", "2026-03-02", "answer", *arguments])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def read(self, seconds):
        """What comes within a time; nothing at the end."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        # A terminal says where its cursor is when it is asked.
        if b"\x1b[6n" in data:
            os.write(self.fd, b"\x1b[1;1R")
        self.shown += SEQUENCES.sub(b"", data).decode("utf-8", "replace")
        return bool(data)

    def expect(self, text):
        """Waits for a text; what stood before it is done with."""
        end = time.monotonic() + 20
        while text not in self.shown:
            if time.monotonic() > end or not self.read(0.2):
                sys.exit(f"not shown: {text!r}\nshown: {self.shown[-3000:]}")
        before, self.shown = self.shown.split(text, 1)
        return before

    def press(self, *keys):
        for key in keys:
            os.write(self.fd, key.encode())
            time.sleep(0.05)

    def choose(self, *options):
        """Picks the last of the options, which are those above it and itself."""
        for option in options:
            self.expect(option)
        self.press(*[DOWN] * (len(options) - 1), ENTER)

    def end(self):
        while self.read(5):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def answer(number, workspace=WORKSPACE):
    with open(os.path.join(workspace, "assessments", "2025-26.toml"), "rb") as file:
        return tomllib.load(file)["answers"].get(number, {})


def must(holds, what):
    if not holds:
        sys.exit(f"not so: {what}")


def carry(*numbers):
    text = open(ANSWERS).read()
    for number in numbers:
        text = text.replace(f'[answers."{number}"]\n', f'[answers."{number}"]\ncarried_from = "2024-25"\n')
    with open(ANSWERS, "w") as file:
        file.write(text)


carry("1.1.5", "2.2.1")
before = open(ANSWERS).read().splitlines()

# Everything open for a level: carried first.
terminal = Terminal("--by", "jo@sunrise.example", "--level", "standards-met")
terminal.expect("Question 1 of")
terminal.expect("1.1.5 is carried over from 2024-25. Still true?")
terminal.choose("Still true")
terminal.expect("1.1.5 is now met.")
# It is on the disk before the next question is answered.
must("carried_from" not in answer("1.1.5") and answer("1.1.5")["reviewed_by"] == "jo@sunrise.example", "still true")
terminal.expect("2.2.1 is carried over from 2024-25. Still true?")
terminal.choose("Still true", "Yes", "Not yet", "Skip for now")
terminal.expect("Question 3 of")
terminal.expect("Your answer to 3.1.1:")
# Back, and there answered after all.
terminal.choose("Yes", "Not yet", "Skip for now", "Back to the question before")
terminal.expect("2.2.1 is carried over from 2024-25. Still true?")
must(answer("2.2.1")["carried_from"] == "2024-25", "skipped")
terminal.choose("Still true", "Yes")
terminal.expect("2.2.1 is now met.")
must("carried_from" not in answer("2.2.1"), "yes")
terminal.expect("Your answer to 3.1.1:")
terminal.choose("Yes")
terminal.expect("3.1.1 is now met.")
# A share is counted.
terminal.expect("Your answer to 3.2.1:")
terminal.choose("Yes")
terminal.expect("How many of how many?")
terminal.press("24 of", ENTER)
terminal.expect("write how many of how many")
terminal.press(" 24", ENTER)
terminal.expect("3.2.1 is now met.")
must(answer("3.2.1")["count"]["done"] == 24, "count")
terminal.expect("Your answer to")
terminal.press(INTERRUPT)
terminal.expect("4 answers written.")
terminal.expect("Next:")
must(terminal.end() == 0, "leaving is no failure")

# One item, in words of two lines, hostile ones.
terminal = Terminal("--by", "jo@sunrise.example", "1.3.14")
terminal.expect("Your answer to 1.3.14:")
terminal.choose("Answer in words")
terminal.expect("In words:")
terminal.press("=SUM(A1) \"quoted\" é", ENTER)
terminal.expect("another line")
terminal.press("second line", ENTER)
terminal.press(ENTER)
terminal.expect("1.3.14 is now met.")
must(answer("1.3.14")["text"] == "=SUM(A1) \"quoted\" é\nsecond line", "words")
must(terminal.end() == 0, "one item")

# The same text changed line by line, and Ctrl-C in the middle: what was typed is written, and the line not come to stays.
terminal = Terminal("--by", "jo@sunrise.example", "1.3.14")
terminal.expect("Your answer to 1.3.14:")
terminal.choose("Answer in words")
terminal.expect("In words:")
terminal.press(" and more", ENTER)
terminal.expect("as it was")
terminal.press(INTERRUPT)
terminal.expect("1 answer written.")
must(answer("1.3.14")["text"] == "=SUM(A1) \"quoted\" é and more\nsecond line", "words so far")
must(terminal.end() == 0, "leaving is no failure")

# Ctrl-C before anything is changed changes nothing.
before_leaving = answer("1.3.14")
terminal = Terminal("--by", "somebody.else@sunrise.example", "1.3.14")
terminal.expect("Your answer to 1.3.14:")
terminal.choose("Answer in words")
terminal.expect("In words:")
terminal.press(ENTER)
terminal.expect("as it was")
terminal.press(INTERRUPT)
terminal.expect("Nothing was written.")
must(answer("1.3.14") == before_leaving, "nothing changed")
must(terminal.end() == 0, "leaving is no failure")

# A document: paths are completed; a file that is not there is told, and the question stays.
terminal = Terminal("--by", "jo@sunrise.example", "1.1.3")
terminal.expect("Your answer to 1.1.3:")
terminal.choose("A file on this computer")
terminal.expect("Which file?")
terminal.press("evidence/privacy", "\t")
terminal.expect("evidence/privacy-notice.md")
terminal.press(ESCAPE)
terminal.expect("Your answer to 1.1.3:")
terminal.choose("A file on this computer")
terminal.expect("Which file?")
terminal.press("nowhere.pdf", ENTER)
terminal.expect("Does it hold personal data")
terminal.press("n", ENTER)
terminal.expect("there is no file nowhere.pdf")
terminal.expect("Your answer to 1.1.3:")
terminal.choose("A file on this computer", "A web address", "It is on paper")
terminal.expect("Where is it kept?")
terminal.press(ESCAPE)
terminal.expect("Your answer to 1.1.3:")
terminal.choose("A file on this computer", "A web address", "It is on paper")
terminal.expect("Where is it kept?")
terminal.press("Notice board in the hall", ENTER)
terminal.expect("What is it called?")
terminal.press("Privacy notice, printed", ENTER)
terminal.expect("When was it approved")
terminal.press("tomorrow", ENTER)
terminal.expect("write a day such as")
terminal.press(*[BACKSPACE] * len("tomorrow"), "2026-02-27", ENTER)
terminal.expect("By whom?")
terminal.press(ENTER)
terminal.expect("1.1.3 is now met.")
must(answer("1.1.3")["evidence"][-1]["location"] == "Notice board in the hall", "place")
must(terminal.end() == 0, "a document")

# What no one touched is as it was: every old line but those of the answers given.
gone = [line for line in before if line not in set(open(ANSWERS).read().splitlines())]
touched = ("reviewed", "carried_from", "text", "tick")
must(all(line.startswith(touched) for line in gone), f"lines have gone: {gone}")


# ---- Every kind of answer, from the first question to the last, and what is on the disk after each.
def small(*arguments):
    return Terminal("--by", "jo@sunrise.example", *arguments, workspace=SMALL)


def held(number):
    return answer(number, SMALL)


def whole():
    with open(os.path.join(SMALL, "assessments", "2025-26.toml"), "rb") as file:
        return file.read()


# Esc at a question leaves; so does the last choice. Neither writes.
untouched = whole()
terminal = small()
terminal.expect("Question 1 of 6")
terminal.expect("Your answer to 1.1:")
terminal.choose("Yes", "Not yet", "Skip for now")
terminal.expect("Your answer to 1.2:")
terminal.press(ESCAPE)
terminal.expect("Nothing was written.")
must(terminal.end() == 0 and whole() == untouched, "Esc")
terminal = small()
terminal.expect("Your answer to 1.1:")
terminal.choose("Yes", "Not yet", "Skip for now", "Stop here")
terminal.expect("Nothing was written.")
must(terminal.end() == 0 and whole() == untouched, "stop")

terminal = small()
terminal.expect("Your answer to 1.1:")
terminal.choose("Yes", "Not yet")
terminal.expect("1.1 is ")
must(held("1.1")["tick"] is False, "not yet")
# A day: what is none is told, and the way back leads out.
terminal.expect("Your answer to 1.2:")
terminal.choose("Give the day")
terminal.expect("Which day?")
terminal.press(ENTER)
terminal.expect("say it, or press Esc")
terminal.press("31/02/2025", ENTER)
terminal.expect("write a day such as")
terminal.press(ESCAPE)
terminal.expect("Your answer to 1.2:")
must("date" not in held("1.2"), "no day yet")
terminal.choose("Give the day")
terminal.expect("Which day?")
terminal.press("14/11/2025", ENTER)
terminal.expect("1.2 is now met.")
must(held("1.2")["date"] == datetime.date(2025, 11, 14), "day")
# What does not apply.
terminal.expect("Your answer to 1.3:")
terminal.choose("Answer in words", "Does not apply to us")
terminal.expect("Why does it not apply?")
terminal.press(ENTER)
terminal.expect("say it, or press Esc")
terminal.press(ESCAPE)
terminal.expect("Your answer to 1.3:")
terminal.choose("Answer in words", "Does not apply to us", "Skip for now", "Back to the question before")
terminal.expect("Your answer to 1.2:")
terminal.choose("Give the day", "Skip for now")
terminal.expect("Your answer to 1.3:")
terminal.choose("Answer in words", "Does not apply to us")
terminal.expect("Why does it not apply?")
terminal.press("We have no e-mail: \"paper\" only.", ENTER)
terminal.expect("1.3 is now ")
must(held("1.3")["not_applicable"] == "We have no e-mail: \"paper\" only.", "not applicable")
# A web address; Ctrl-C behind it keeps it, and nothing else is asked.
terminal.expect("Your answer to 2.1:")
terminal.choose("A file on this computer", "A web address")
terminal.expect("Which address?")
terminal.press("https://sunrise.example/risks", ENTER)
terminal.expect("What is it called?")
terminal.press("Risks", ENTER)
terminal.expect("When was it approved")
terminal.press(INTERRUPT)
terminal.expect("4 answers written.")
must(terminal.end() == 0, "leaving is no failure")
must(held("2.1")["evidence"] == [{"link": "https://sunrise.example/risks", "title": "Risks"}], "address")

# Ctrl-C while a day is typed, and while a reason is: what was there stays.
settled = whole()
for number, options, asked in [
    ("1.2", ["Give the day"], "Which day?"),
    ("1.3", ["Answer in words", "Does not apply to us"], "Why does it not apply?"),
    ("2.1", ["A file on this computer"], "Which file?"),
]:
    terminal = small(number)
    terminal.expect(f"Your answer to {number}:")
    terminal.choose(*options)
    terminal.expect(asked)
    terminal.press("1", INTERRUPT)
    terminal.expect("Nothing was written.")
    must(terminal.end() == 0 and whole() == settled, f"Ctrl-C in {number}")

# A count left by Ctrl-C: the tick stands.
terminal = small("1.1")
terminal.expect("Your answer to 1.1:")
terminal.choose("Yes")
terminal.expect("How many of how many?")
terminal.press(INTERRUPT)
terminal.expect("1 answer written.")
must(terminal.end() == 0 and held("1.1")["tick"] is True and "count" not in held("1.1"), "a tick without its count")

# A file from outside that holds personal data is copied to where git does not look.
outside = os.path.join(os.path.dirname(os.path.abspath(SMALL)), "outside.txt")
with open(outside, "wb") as file:
    file.write(b"names")
terminal = small("2.1")
terminal.expect("Your answer to 2.1:")
terminal.choose("A file on this computer")
terminal.expect("Which file?")
terminal.press(outside, ENTER)
terminal.expect("Does it hold personal data")
terminal.press("y", ENTER)
terminal.expect("What is it called?")
terminal.press(ENTER)
terminal.expect("When was it approved")
terminal.press("1 February 2026", ENTER)
terminal.expect("By whom?")
terminal.press("The board", ENTER)
terminal.expect("2.1 ")
must(terminal.end() == 0, "a private file")
found = held("2.1")["evidence"][-1]
digest = hashlib.sha256(b"names").hexdigest()
must(found["private"] and found["approved"] == datetime.date(2026, 2, 1) and found["approved_by"] == "The board", found)
must(found["sha256"].endswith(digest), found)
with open(os.path.join(SMALL, found["file"]), "rb") as file:
    must(file.read() == b"names" and found["file"].startswith("private/"), found)

# The rest, and then what is optional.
terminal = small()
for number in ["2.2", "2.3"]:
    terminal.expect(f"Your answer to {number}:")
    terminal.choose("Yes")
    terminal.expect(f"{number} is now met.")
terminal.expect("1 open item is optional. Go on with them?")
terminal.press("y", ENTER)
terminal.expect("Your answer to 2.4:")
terminal.choose("Yes")
terminal.expect("3 answers written.")
must(terminal.end() == 0 and all(held(number)["tick"] for number in ["2.2", "2.3", "2.4"]), "the rest")
terminal = small()
terminal.expect("Nothing is open here.")
must(terminal.end() == 0, "nothing is open")
