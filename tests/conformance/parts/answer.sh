# The wizard of `answer` on a real pseudo-terminal: each answer is on the disk before the next question. Judge: Python's
# pty and tomllib.
needs python3
needs_python pty

cp -r examples/hazel-house "$WORK/hazel-house"
accepts "the wizard on a terminal" python3 tests/conformance/answer.py "$DSPT" "$WORK/hazel-house"
