"""Lints policies with parliament; tells its findings as JSON, one a line.

Standard input: [{"about": ..., "policy": "<JSON text>"}]
"""

import json
import sys

from parliament import analyze_policy_string

for entry in json.load(sys.stdin):
    found = analyze_policy_string(entry["policy"], include_community_auditors=True)
    for finding in found.findings:
        where = finding.location.get("actions") if isinstance(finding.location, dict) else None
        detail = finding.detail or where or ""
        print(json.dumps({"about": entry["about"], "issue": finding.issue, "detail": str(detail)}))
