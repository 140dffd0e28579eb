"""Long runs of `dspt portfolio` on a terminal of its own: terminal.py DSPT PORTFOLIO OUT.

The bar is there when a run is long, and only on a terminal; Ctrl-C ends the run at once and leaves nothing half-made.
"""

import os
import pty
import select
import signal
import subprocess
import sys
import time

DSPT, FOLIO, OUT = sys.argv[1:4]
DAY = ["--as-of", "2026-03-02"]
BAR = " clients, ".encode()
HIDE, SHOW = b"\x1b[?25l", b"\x1b[?25h"


def on_terminal(args, until=None):
    """What is shown, and with `until`, a function of it, Ctrl-C once that holds; how long the end then took."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(FOLIO)
        # Whoever started this in the background may have had interrupts ignored, which is inherited.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        # One core's work, so that there is something left to interrupt however fast the machine is.
        os.environ.update(TERM="xterm", COLUMNS="80", RAYON_NUM_THREADS="1")
        os.execv(DSPT, [DSPT, *args, *DAY])
    shown, pressed = b"", None
    while True:
        if select.select([terminal], [], [], 0.02)[0]:
            try:
                more = os.read(terminal, 1 << 16)
            except OSError:
                break
            if not more:
                break
            shown += more
        if until and pressed is None and until(shown):
            os.write(terminal, b"\x03")
            pressed = time.monotonic()
    status = os.waitpid(pid, 0)[1]
    os.close(terminal)
    return shown, status, pressed and time.monotonic() - pressed


def there(*roots):
    found = {}
    for root in roots:
        for path, directories, names in os.walk(root):
            for name in names:
                full = os.path.join(path, name)
                found[full] = os.stat(full).st_size
    return found


def ended_by_interrupt(status):
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGINT or os.WEXITSTATUS(status) == 130


def interrupted(args, until=lambda shown: BAR in shown):
    shown, status, took = on_terminal(args, until)
    assert took is not None, f"{args}: it was done before Ctrl-C was pressed: {shown[-300:]}"
    assert ended_by_interrupt(status), f"{args}: status {status}: {shown[-300:]}"
    assert took < 1, f"{args}: it took {took:.2f} s to stop"
    assert shown.count(HIDE) <= shown.count(SHOW), f"{args}: the cursor stays hidden"


# The bar: on a terminal, gone at the end, nothing of it in a pipe.
long = ["portfolio", "lint", "--no-cache", "--format", "concise"]
shown, status, _ = on_terminal(long)
assert BAR in shown, "no bar on a terminal"
assert shown.count(HIDE) <= shown.count(SHOW)
assert b" 0 seconds left" not in shown.split(BAR)[1][:20], "it says that nothing is left when it has just begun"
piped = subprocess.run([DSPT, *long, *DAY], cwd=FOLIO, capture_output=True)
assert piped.stderr == b"", piped.stderr[:200]
assert BAR not in piped.stdout
assert os.WEXITSTATUS(status) == piped.returncode
short = ["portfolio", "lint", "--no-cache", "--format", "concise", "--shard", "1/500"]
assert BAR not in on_terminal(short)[0], "a bar for a short run"

# Ctrl-C, with the bar and before it.
before = there(FOLIO)
soon = time.monotonic
for output in ["concise", "human", "json", "sarif"]:
    interrupted(["portfolio", "lint", "--no-cache", "--format", output])
interrupted(["portfolio", "lint"])
began = soon()
interrupted(["portfolio", "status", "--no-cache"], lambda _: soon() - began > 0.3)
interrupted(["portfolio", "due", "--no-cache", "--format", "ics", "-o", f"{OUT}/due.ics"])
interrupted(["portfolio", "status", "--no-cache", "--format", "xlsx", "-o", f"{OUT}/status.xlsx"])
interrupted(["portfolio", "export", "--to", "html", "-o", f"{OUT}/dashboard.html"])
interrupted(["portfolio", "export", "--to", "parquet", "-o", f"{OUT}/tables"])
# In the midst of writing a file that was there before.
with open(f"{OUT}/old.csv", "w") as old:
    old.write("old\n")
interrupted(["portfolio", "status", "--no-cache", "--format", "csv", "-o", f"{OUT}/old.csv"])
assert there(OUT) == {f"{OUT}/old.csv": 4}, there(OUT)
# What is remembered is written whole, and the names of all clients were known before the lint began.
cache = {f"{FOLIO}/.dspt/cache/{name}" for name in [".gitignore", "names.txt"]}
assert set(there(FOLIO)) - set(before) <= cache, set(there(FOLIO)) ^ set(before)

# Clients that are changed are changed wholly or not at all. They answer the edition before for this.
for path in [path for path in before if path.endswith("/assessments/2025-26.toml")]:
    with open(path, encoding="utf-8") as file:
        text = file.read().replace('edition = "2025-26"', 'edition = "2024-25"')
    os.remove(path)
    with open(path.replace("2025-26", "2024-25"), "w", encoding="utf-8") as file:
        file.write(text)
before = there(FOLIO)
rollover = ["portfolio", "rollover", "--to", "2025-26", "--shard", "1/3"]
interrupted(rollover, lambda shown: shown.count("✓".encode()) > 20)
after = there(FOLIO)
made = sorted(path for path in set(after) - set(before) if "/.dspt/" not in path)
assert made and all(path.endswith("/assessments/2025-26.toml") for path in made), made[:5]
odd = [path for path in set(after) - set(before) - set(made) if "/.dspt/" not in path or "/.tmp" in path]
assert not odd, odd[:5]
assert {path: after[path] for path in before} == before
texts = {path: open(path, encoding="utf-8").read() for path in made}
# Done again from the beginning it is what it was, so none of them was half of itself.
for path in made:
    os.remove(path)
subprocess.run([DSPT, *rollover, *DAY], cwd=FOLIO, capture_output=True, check=True)
for path, text in texts.items():
    assert open(path, encoding="utf-8").read() == text, path
print(f"{len(made)} clients were done when Ctrl-C was pressed")
