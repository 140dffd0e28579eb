#!/bin/sh
# Builds three editions of Northfield Care Group as a repository: answered, published and signed, rolled over, answered
# anew. Dates are fixed; the keys are made for the occasion and left behind in the git directory.
#
#     sh examples/northfield-care/years/build.sh DIR
#
# DIR must not be there yet. DSPT names the program, else `dspt` is looked for on the path. Needs git and ssh-keygen.
set -eu

place=${1:?"name the directory to make"}
years=$(cd "$(dirname "$0")" && pwd)
example=$(dirname "$years")
dspt=${DSPT:-dspt}
if [ -e "$place" ]; then
    echo "$place is there already" >&2
    exit 2
fi

"$dspt" init "$place" --ods A8NF --name "Northfield Care Group (Wenshire) Ltd" --edition 2023-24 --quiet >/dev/null
cd "$place"
[ -d .git ] || git init -q -b main
git symbolic-ref HEAD refs/heads/main
keys=$(git rev-parse --absolute-git-dir)/throw-away-keys
mkdir "$keys"
git config gpg.format ssh

# A person sits down at the keyboard on a day: name, e-mail address, day. Administrators have a key.
sits_down() {
    export GIT_AUTHOR_NAME="$1" GIT_COMMITTER_NAME="$1" GIT_AUTHOR_EMAIL="$2" GIT_COMMITTER_EMAIL="$2"
    export GIT_AUTHOR_DATE="$3T10:00:00Z" GIT_COMMITTER_DATE="$3T10:00:00Z"
    today=$3
    git config user.signingkey "$keys/${2%%@*}.pub"
}
rhiannon() { sits_down "Rhiannon Pryce" rhiannon.pryce@northfieldcare.example "$1"; }
adebayo() { sits_down "Adebayo Coker" adebayo.coker@northfieldcare.example "$1"; }
colin() { sits_down "Colin Baxter" colin.baxter@northfieldcare.example "$1"; }
wen() { sits_down "Wen Zhao" wen.zhao@northfieldcare.example "$1"; }

commits() {
    git add -A
    git commit -q -m "$1"
}

publishes() {
    said=$("$dspt" publish --edition "$1" --level "$2" --as-of "$today" --confirm-profile --all-sites --sign --quiet) || {
        echo "$said" >&2
        exit 1
    }
}

# What the national web site shows the day after.
notes() {
    "$dspt" publications add --edition "$1" --level "$2" --date "$3" --record "$1/001" --as-of "$today" \
        --source "confirmation e-mail" >/dev/null
    commits "The toolkit shows $1"
}

# The organisation as the example has it, its administrators with their keys.
organisation() {
    awk -v rhiannon="$(cat "$keys/rhiannon.pryce.pub")" -v adebayo="$(cat "$keys/adebayo.coker.pub")" '
        { sub(/\.\.\/\.\.\/schemas\//, ".dspt/schemas/"); print }
        /^\[/ { member = ($0 == "[[member]]"); who = "" }
        member && /^email = "rhiannon/ { who = rhiannon }
        member && /^email = "adebayo/ { who = adebayo }
        member && /^role = / && who { print "signing_key = \"" who "\"" }
    ' "$example/organisation.toml"
}

answers() {
    sed 's|\.\./\.\./\.\./schemas/|../.dspt/schemas/|' "$1" >"assessments/$2.toml"
}

for who in rhiannon.pryce adebayo.coker; do
    ssh-keygen -q -t ed25519 -N "" -C "$who@northfieldcare.example" -f "$keys/$who"
done

# ---- 2023-24 ----
rhiannon 2024-01-16
# No certificate yet.
organisation | awk '/^\[/ { skip = ($0 == "[certifications.cyber_essentials_plus]") } !skip' >organisation.toml
commits "A workspace for the group"

colin 2024-03-26
answers "$years/2023-24.toml" 2023-24
cp -R "$years/evidence/2023-24" evidence/
commits "Answers for 2023-24"

rhiannon 2024-06-13
publishes 2023-24 standards-met
rhiannon 2024-06-14
notes 2023-24 standards-met 2024-06-13

# ---- 2024-25 ----
rhiannon 2024-10-01
"$dspt" rollover --to 2024-25 --as-of "$today" >/dev/null
commits "2023-24 rolled over to 2024-25"

colin 2025-03-26
organisation >organisation.toml
answers "$example/assessments/2024-25.toml" 2024-25
cp -R "$example/evidence/2024-25" evidence/
commits "Answers for 2024-25, and our Cyber Essentials Plus certificate"

adebayo 2025-06-24
publishes 2024-25 standards-exceeded
adebayo 2025-06-25
notes 2024-25 standards-exceeded 2025-06-24

# ---- 2025-26 ----
rhiannon 2025-10-06
"$dspt" rollover --to 2025-26 --as-of "$today" >/dev/null
commits "2024-25 rolled over to 2025-26"

rhiannon 2026-04-14
answers "$example/assessments/2025-26.toml" 2025-26
mkdir -p action-plans
sed 's|\.\./\.\./\.\./schemas/|../.dspt/schemas/|' "$example/action-plans/2025-26.toml" >action-plans/2025-26.toml
for file in "$example"/evidence/*.*; do
    cp "$file" evidence/
done
commits "Answers for 2025-26 so far, and the plan for the rest"

wen 2026-06-16
"$dspt" confirm --all --by wen.zhao@northfieldcare.example --as-of "$today" >/dev/null
awk '
    { print }
    /^\[answers\."(1\.3\.2|4\.3\.1)"\]$/ { print "tick = true" }
    /^\[answers\."1\.3\.2"\]$/ { print "comment = \"A sample of records in every site each quarter; reported to the committee.\"" }
    /^\[answers\."7\.1\.1"\]$/ { print "evidence = [{ location = \"Head office, IT, device list DL-2\", title = \"Digital asset register\", approved = 2026-06-10, approved_by = \"Wen Zhao\" }]" }
' assessments/2025-26.toml |
    sed -e '/^\[answers\."3\.2\.1"\]$/,/^$/ { s/^tick = false$/tick = true/; s/^count = .*/count = { done = 221, of = 226, on = 2026-06-12 }/; }' \
        >assessments/next
mv assessments/next assessments/2025-26.toml
sed 's/^certificate = "cep-2025-40417"$/certificate = "cep-2026-51188"/; s/^expires = 2026-06-12.*/expires = 2027-06-11/' \
    organisation.toml >next
mv next organisation.toml
commits "The last open items, and this year's certificate"

rhiannon 2026-06-18
publishes 2025-26 standards-exceeded

wen 2026-07-20
sed 's/meets every six weeks/meets every four weeks/' assessments/2025-26.toml >assessments/next
mv assessments/next assessments/2025-26.toml
commits "The committee meets more often"
