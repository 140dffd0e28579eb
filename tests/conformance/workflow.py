"""Runs a job of a workflow file as its host would, step by step, in the current directory.

workflow.py github FILE JOB | workflow.py gitlab FILE JOB | workflow.py action FILE ARGS

Stands in for the runner only as far as the files that `dspt init --ci` writes need it: the environment, expressions,
step outputs, and steps that run although an earlier one failed. `gh` and `curl` come from PATH (stubs of the caller).
The exit status is the job's.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from ruamel.yaml import YAML

VARIABLE = {"github.token": "token", "github.event.pull_request.number": "7", "github.sha": "HEAD"}


def expand(text, outputs):
    """Puts in what the expressions of our files name; anything else is a mistake."""

    def value(match):
        name = match.group(1).strip()
        if name.startswith("vars."):
            alternative = re.fullmatch(r"vars\.(\w+)(?: \|\| '([^']*)')?", name)
            return os.environ.get(alternative[1], alternative[2] or "")
        if name.startswith("steps."):
            return outputs.get(name.split(".")[-1], "")
        return VARIABLE[name]

    return re.sub(r"\$\{\{(.*?)\}\}", value, str(text))


def github(workflow, name):
    job = workflow["jobs"][name]
    outputs, failed = {}, False
    temporary = tempfile.mkdtemp(dir=os.environ["WORK"])
    surroundings = {**workflow.get("env", {}), **job.get("env", {})}
    for step in job["steps"]:
        condition = str(step.get("if", ""))
        if "steps.wanted.outputs.yes" in condition and not outputs.get("yes"):
            continue
        if "run" not in step or (failed and "cancelled()" not in condition):
            continue
        said = Path(temporary, "output")
        path = Path(temporary, "path")
        for file in (said, path):
            file.touch()
        environment = {**os.environ, "RUNNER_TEMP": temporary, "GITHUB_OUTPUT": str(said), "GITHUB_PATH": str(path)}
        for key, text in {**surroundings, **step.get("env", {})}.items():
            environment[key] = expand(text, outputs)
        environment["PATH"] = ":".join([*path.read_text().split(), environment["PATH"]])
        print(f"== {step.get('name')}", flush=True)
        script = expand(step["run"], outputs)
        ran = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], env=environment)
        failed = failed or ran.returncode != 0
        outputs.update(line.split("=", 1) for line in said.read_text().splitlines())
    return 1 if failed else 0


def gitlab(workflow, name):
    # The runner's own first line: a pipe fails with any part of it, where the shell knows how.
    first = "if set -o | grep pipefail > /dev/null; then set -o pipefail; fi; set -o errexit"
    script = "\n".join([first, *workflow[name]["script"]])
    return subprocess.run([os.environ.get("RUNNER_SHELL", "sh"), "-c", script]).returncode


def action(parsed, args):
    """Runs a composite action with `args` as its only input, on a runner that leaves its repository unsaid."""
    given = {name: about.get("default", "") for name, about in parsed["inputs"].items()} | {"args": args}
    temporary = tempfile.mkdtemp(dir=os.environ["WORK"])
    path = Path(temporary, "path")
    path.touch()

    def value(match):
        names = [part.strip() for part in match.group(1).split("||")]
        return next((given[name[7:]] for name in names if name.startswith("inputs.") and given[name[7:]]), "")

    for step in parsed["runs"]["steps"]:
        if "inputs.args" in step.get("if", "") and not args:
            continue
        environment = {**os.environ, "RUNNER_TEMP": temporary, "GITHUB_PATH": str(path)}
        for key, text in step.get("env", {}).items():
            environment[key] = re.sub(r"\$\{\{(.*?)\}\}", value, text)
        environment["PATH"] = ":".join([*path.read_text().split(), environment["PATH"]])
        ran = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], env=environment)
        if ran.returncode:
            return ran.returncode
    return 0


host, file, job = sys.argv[1:]
parsed = YAML(typ="safe").load(Path(file))
sys.exit({"github": github, "gitlab": gitlab, "action": action}[host](parsed, job))
