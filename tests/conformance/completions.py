"""Presses the key in a shell and reads what it completes: completions.py SHELL EXAMPLES WORK.

Each line is typed as a person types it, in a directory whose names hold spaces; bash and zsh sit at a terminal of their
own, fish is asked by its own `complete -C`. What has to come, and what must not, is compared without backslashes: each
shell has its own way to write a blank.
"""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time

SHELL, EXAMPLES, WORK = sys.argv[1:4]
HOME = "a home"
# What is typed, what of it has to come, and what must not.
CASES = [
    ("dspt stat", "status", None),
    ("dspt standards comp", "standards compare", None),
    ("dspt organisation con", "confirm", None),
    ("dspt portfolio recon", "reconcile", None),
    ("dspt status --requ", "--require", None),
    ("dspt publish --confirm-p", "--confirm-profile", None),
    ("dspt portfolio status --sha", "--shard", None),
    ("dspt status --format j", "json", None),
    ("dspt export --to=xl", "--to=xlsx", None),
    ("dspt lint --format sar", "sarif", None),
    ("dspt lint --fail-on w", "warning", None),
    ("dspt init --ci gitl", "gitlab", None),
    ("dspt --color al", "always", None),
    ("dspt completions powers", "powershell", None),
    ("dspt schema organ", "organisation", None),
    ("dspt man reas", "reassign", None),
    ("dspt explain unquoted", "unquoted-item", None),
    ("dspt explain unknown-", "unknown-item", None),
    ("dspt status --edition 2025", "2025-26", None),
    ("dspt status --edition=202", "2021-22", None),
    ("dspt standards show 2020", "2020-21", None),
    ("dspt standards diff 2020", "2020-21", None),
    ("dspt rollover --to 2025", "2025-26", None),
    ("dspt --edition 2021-22 questions 1.7.", "1.7.4", None),
    ("dspt --edition=2021-22 questions 1.7.", "1.7.4", None),
    ("dspt --edition=2025-26 questions 1.", "1.4.3", "1.7.4"),
    ("dspt -C a\\ ", "a home/", None),
    ("dspt -C a\\ home questions 10.2.", "10.2.1", None),
    ("dspt -C 'a home' history 10.2.", "10.2.2", None),
    ('dspt -C "a home" confirm 10.2.1 10.2.', "10.2.2", None),
    ("dspt -C a\\ home status --assume 10.2.1=", "not-applicable", None),
    ("dspt -C a\\ home questions --level standards-m", "standards-met", None),
    ("dspt -C a\\ home questions --section Staffing", "Staffing and roles", None),
    ('dspt -C a\\ home questions --section "Staffing', "Staffing and roles", None),
    ("dspt -C a\\ home questions --owner wen", "wen.zhao@northfieldcare.example", None),
    ("dspt -C a\\ home questions --owner=wen.zhao@n", "wen.zhao@northfieldcare.example", None),
    ("dspt -C a\\ home reassign hest", "hester.lyle@northfieldcare.example", None),
    ("dspt -C a\\ home sites confirm VNF1", "VNF1G", None),
    ("dspt -C a\\ home publish --sites VNF1G,VNF2", "VNF1G,VNF2G", None),
    ("dspt -C a\\ home publish --exclude VNF1", "VNF1G=", None),
    ("dspt -C a\\ home organisation set site.VNF1G.ex", "site.VNF1G.excluded", None),
    ("dspt -C a\\ home organisation set profile.nhsmail_only not", "not-sure", None),
    ("dspt -C a\\ home verify 2025", "2025-26/001", None),
    ("dspt -C a\\ home status --at 2025", "2025-26/latest", None),
    ("dspt -C a\\ home lint --baseline 2025", "2025-26/001", None),
    ("dspt -C a\\ home diff 2024", "2024-25", None),
    ("dspt -C a\\ home answer 1.1.2 --evidence evidence/our", "evidence/our list (new).csv", None),
    ('dspt -C a\\ home answer 1.1.2 --evidence "evidence/our', "evidence/our list (new).csv", None),
    ("dspt -C a\\ home answer 10.2.1 --from lib", "library:it-supplier", None),
    ("dspt lint a\\ home/ass", "a home/assessments/", None),
    ("dspt portfolio status --sort prog", "progress", None),
    ("dspt portfolio status --where te", "team=", None),
    ("dspt portfolio run -- qu", "questions", None),
]

RECORD = f"""format = 1
standard = "dspt-asc"
edition = "2025-26"
number = "001"
ods_code = "A8NF"
name = "Northfield Care Group (Wenshire) Ltd"
level = "standards-met"
date = 2026-05-01
files = "sha256:{'0' * 64}"
bank = {{ digest = "sha256:{'0' * 64}", revision = 1, confirmed = 7, required = 45 }}
publisher = {{ name = "Jo", email = "jo@northfieldcare.example", role = "administrator" }}
profile = {{ nhsmail_only = "no", confirmed = 2026-03-24 }}
items = {{ met = 40, not_applicable = 5, exempt = 0, optional_met = 2 }}
dspt = "0.1.0"
"""


def surroundings():
    place = os.path.join(WORK, SHELL)
    home = os.path.join(place, HOME)
    shutil.copytree(os.path.join(EXAMPLES, "northfield-care"), home)
    os.makedirs(os.path.join(home, "publications", "2025-26"))
    files = {
        "portfolio.toml": 'clients = ["*"]\n[[client]]\npath = "a home"\nlabels = { team = "north" }\n',
        "answers-library/it-supplier.toml": 'standard = "dspt-asc"\nedition = "2025-26"\n',
        f"{HOME}/evidence/our list (new).csv": "a\n",
        f"{HOME}/publications/2025-26/001.toml": RECORD,
    }
    for name, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(place, name)), exist_ok=True)
        with open(os.path.join(place, name), "w", encoding="utf-8") as file:
            file.write(text)
    return place


class Terminal:
    def __init__(self, place):
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.chdir(place)
            os.environ.update(TERM="dumb", PS1="$ ", COLUMNS="160", HISTFILE="/dev/null")
            start = ["bash", "--norc", "--noprofile", "-i"] if SHELL == "bash" else ["zsh", "-f", "-i"]
            os.execvp(start[0], start)
        for line in {
            "bash": [
                "bind 'set bell-style none'; bind 'set page-completions off'; bind 'set completion-query-items 0'",
                "bind 'set show-all-if-ambiguous on'; bind 'set enable-bracketed-paste off'",
            ],
            "zsh": [
                "unsetopt zle_bracketed_paste 2>/dev/null; unset zle_bracketed_paste; LISTMAX=10000; PROMPT='$ '",
                "autoload -Uz compinit && compinit -D -u; zstyle ':completion:*' list-colors ''; setopt no_beep no_list_ambiguous",
            ],
        }[SHELL]:
            self.says(line + "\n")
        self.says(f"stty columns 160; source <(dspt completions {SHELL}); echo rea''dy\n", "ready")

    def says(self, typed, until=None):
        """What is shown until nothing more comes, or until it holds a text and then nothing more comes."""
        os.write(self.terminal, typed.encode())
        shown, patience = "", time.monotonic() + (10 if until else 1)
        while time.monotonic() < patience:
            if select.select([self.terminal], [], [], 0.1)[0]:
                shown += os.read(self.terminal, 1 << 16).decode("utf-8", "replace")
            elif until is None or until in plain(shown):
                break
        return plain(shown)

    def completes(self, line, wanted):
        shown = self.says(line + "\t", wanted)
        self.says("\x15\x03")
        return shown


def plain(text):
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    while "\b" in text:
        text = re.sub(r"[^\b]\b|^\b", "", text)
    return re.sub(r"[\r\\]", "", text)


class Fish:
    def __init__(self, place):
        self.place = place

    def completes(self, line, _):
        asked = "dspt completions fish | source; complete -C (cat)"
        done = subprocess.run(["fish", "-N", "-c", asked], input=line, capture_output=True, text=True, cwd=self.place)
        shown = [word.split("\t")[0] for word in done.stdout.splitlines()]
        # Without the rest of the line, which the others show.
        return "\n".join(line.rsplit(" ", 1)[0] + " " + word for word in shown).replace("\\", "") if shown else ""


def main():
    shell = Fish(surroundings()) if SHELL == "fish" else Terminal(surroundings())
    wrong = []
    for line, wanted, unwanted in CASES:
        shown = shell.completes(line, wanted)
        if wanted not in shown or (unwanted and unwanted in shown):
            wrong.append(f"{line!r}: {wanted!r} is not in {shown!r}")
            # Whoever completes nothing need not be asked again and again.
            if len(wrong) == 5:
                break
    if wrong:
        sys.exit(f"{SHELL}:\n" + "\n".join(wrong))


main()
