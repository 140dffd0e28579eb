# The wizard of `answer` on a real pseudo-terminal: each answer is on the disk before the next question. Judge: Python's
# pty and tomllib.
needs python3
needs_python pty

cp -r examples/hazel-house "$WORK/hazel-house"
# A workspace by the small bank of the tests, which has a day to answer.
mkdir -p "$WORK/small/assessments" "$WORK/small/standards"
cp -r tests/standards/exempting "$WORK/small/standards/"
cat >"$WORK/small/organisation.toml" <<'TOML'
standards = ["standards"]

[organisation]
ods_code = "A1B2"
name = "Sunrise Care Ltd"
sector = "social-care"

[profile]
nhsmail_only = "no"
confirmed = 2026-01-10

[[member]]
name = "Jo Field"
email = "jo@sunrise.example"
role = "administrator"
TOML
{
  printf 'standard = "exempting"\nedition = "2025-26"\naim = "complete"\n'
  for number in 1.1 1.2 1.3 2.1 2.2 2.3 2.4; do printf '\n# A question.\n[answers."%s"]\n' "$number"; done
} >"$WORK/small/assessments/2025-26.toml"
accepts "the wizard on a terminal" python3 tests/conformance/answer.py "$DSPT" "$WORK/hazel-house" "$WORK/small"
