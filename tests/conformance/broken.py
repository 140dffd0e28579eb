"""Makes wrong reports out of a right one, so that it shows that their judges would notice: broken.py FORMAT REPORT DIR
writes one file for each fault, named after it."""

import copy
import json
import pathlib
import re
import sys

kind, report, directory = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
directory.mkdir(parents=True, exist_ok=True)
text = report.read_text(encoding="utf-8")


def put(value, path, new):
    *way, last = path
    for step in way:
        value = value[step]
    value[last] = new


def drop(value, path):
    *way, last = path
    for step in way:
        value = value[step]
    del value[last]


def write(name, text):
    (directory / name).write_text(text, encoding="utf-8")


def of_json(faults):
    for name, fault in faults.items():
        value = copy.deepcopy(json.loads(text))
        fault(value)
        assert value != json.loads(text), name
        write(f"{name}.json", json.dumps(value))


def of_text(faults, ending):
    for name, (old, new) in faults.items():
        changed = re.sub(old, new, text, count=1, flags=re.S)
        assert changed != text, name
        write(f"{name}.{ending}", changed)


match kind:
    case "gitlab":
        of_json({
            "no-fingerprint": lambda v: drop(v, [0, "fingerprint"]),
            "short-fingerprint": lambda v: put(v, [0, "fingerprint"], "1"),
            "no-description": lambda v: drop(v, [0, "description"]),
            "no-check-name": lambda v: drop(v, [0, "check_name"]),
            "severity-of-ours": lambda v: put(v, [0, "severity"], "error"),
            "no-line": lambda v: drop(v, [0, "location", "lines", "begin"]),
            "line-0": lambda v: put(v, [0, "location", "lines", "begin"], 0),
            "line-as-text": lambda v: put(v, [0, "location", "lines", "begin"], "1"),
            "absolute-path": lambda v: put(v, [0, "location", "path"], "/a.toml"),
            "path-from-here": lambda v: put(v, [0, "location", "path"], "./a.toml"),
            "same-twice": lambda v: v.append(v[0]),
        })
        write("no-list.json", "{}")
    case "rdjson":
        of_json({
            "no-diagnostics": lambda v: drop(v, ["diagnostics"]),
            "no-message": lambda v: drop(v, ["diagnostics", 0, "message"]),
            "no-path": lambda v: drop(v, ["diagnostics", 0, "location", "path"]),
            "severity-of-ours": lambda v: put(v, ["diagnostics", 0, "severity"], "error"),
            "line-0": lambda v: put(v, ["diagnostics", 0, "location", "range", "start", "line"], 0),
            "absolute-path": lambda v: put(v, ["diagnostics", 0, "location", "path"], "/a.toml"),
            "key-of-ours": lambda v: put(v, ["diagnostics", 0, "help"], "x"),
            "code-as-text": lambda v: put(v, ["diagnostics", 0, "code"], "x"),
            "link-that-is-none": lambda v: put(v, ["diagnostics", 0, "code", "url"], "no link"),
            "source-without-name": lambda v: drop(v, ["source", "name"]),
        })
    case "sarif":
        of_json({
            "no-version": lambda v: drop(v, ["version"]),
            "no-driver": lambda v: drop(v, ["runs", 0, "tool", "driver"]),
            "level-of-ours": lambda v: put(v, ["runs", 0, "results", 0, "level"], "info"),
            "no-message": lambda v: drop(v, ["runs", 0, "results", 0, "message"]),
            "rule-that-is-none": lambda v: put(v, ["runs", 0, "results", 0, "ruleIndex"], 9999),
            "line-0": lambda v: put(
                v, ["runs", 0, "results", 0, "locations", 0, "physicalLocation", "region", "startLine"], 0),
        })
    case "junit":
        of_text({
            "case-without-name": (r'(<testcase[^>]*?) name="[^"]*"', r"\1"),
            "suite-without-name": (r'(<testsuite [^>]*?)name="[^"]*"', r"\1"),
            "suite-without-counts": (r'(<testsuite [^>]*?) tests="[^"]*"', r"\1"),
            "count-below-0": (r'(<testsuite [^>]*? failures=")[^"]*"', r'\1-1"'),
            "attribute-of-ours": (r"<testcase ", r'<testcase severity="error" '),
            "element-of-ours": (r"(<testcase[^>]*>)", r"\1<finding/>"),
            "two-outcomes": (r"(<failure.*?</failure>|<failure[^>]*/>)", r"\1\1"),
            "not-closed": (r"</testsuites>", ""),
        }, "xml")
    case "counts":
        of_text({
            "a-failure-too-many": (r'(<testsuite [^>]*? failures=")[^"]*"', r'\g<1>77"'),
            "a-case-less": (r"<testcase.*?</testcase>", ""),
        }, "xml")
