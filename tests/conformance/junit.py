"""Reads a JUnit report back with junitparser: junit.py REPORT LINT_JSON; counts must agree."""

import json
import sys

from junitparser import JUnitXml

report = JUnitXml.fromfile(sys.argv[1])
summary = json.load(open(sys.argv[2], encoding="utf-8"))["summary"]
cases = [case for suite in report for case in suite]
failures = [case for case in cases if any(result._tag == "failure" for result in case.result)]
skipped = [case for case in cases if case.is_skipped]
assert len(failures) == report.failures == summary["error"], (len(failures), report.failures, summary)
assert len(skipped) == summary["warning"] + summary["info"], (len(skipped), summary)
assert report.tests == len(cases)
for suite in report:
    own = [case for case in suite if any(result._tag == "failure" for result in case.result)]
    passed_over = [case for case in suite if case.is_skipped]
    counts = (len(list(suite)), len(own), len(passed_over))
    assert (suite.tests, suite.failures, suite.skipped) == counts, (suite.name, counts)
for case in failures:
    assert case.name and case.classname and case.result[0].message and case.result[0].text
