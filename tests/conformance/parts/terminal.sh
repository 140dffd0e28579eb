# Long runs of `dspt portfolio` on a terminal: the bar, and Ctrl-C. Judge: a pseudo-terminal, as Python makes it.
needs python3

"$DSPT" portfolio generate "$WORK/folio" --clients 1600 --quiet >/dev/null
mkdir "$WORK/out"
accepts "terminal: bar and Ctrl-C" python3 tests/conformance/terminal.py "$DSPT" "$WORK/folio" "$WORK/out"
