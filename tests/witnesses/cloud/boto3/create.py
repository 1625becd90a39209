"""Makes calls one after the other with boto3, on moto's server; tells those that are refused as JSON, one a line.

Standard input: {"endpoint": ..., "region": ..., "calls": [{"service", "method", "parameters", "learns", "about"}]}
"""

import base64
import json
import sys

import boto3


def replaced(value, learned):
    """The value with what the services made up in place of what the graph has."""
    if isinstance(value, str):
        for known, actual in learned.items():
            value = value.replace(known, actual)
        return value
    if isinstance(value, list):
        return [replaced(item, learned) for item in value]
    if isinstance(value, dict):
        return {
            name: base64.b64decode(item) if name == "ZipFile" else replaced(item, learned)
            for name, item in value.items()
        }
    return value


def at(answer, path):
    for step in path.split("."):
        answer = answer[int(step)] if isinstance(answer, list) else answer[step]
    return answer


def main():
    task = json.load(sys.stdin)
    clients = {}
    learned = {}
    for call in task["calls"]:
        service = call["service"]
        if service not in clients:
            clients[service] = boto3.client(
                service,
                endpoint_url=task["endpoint"],
                region_name=task["region"],
                aws_access_key_id="witness",
                aws_secret_access_key="witness",
            )
        try:
            answer = getattr(clients[service], call["method"])(**replaced(call["parameters"], learned))
            for path, known in (call.get("learns") or {}).items():
                learned[known] = at(answer, path)
        except Exception as error:  # whatever it says is a finding
            print(json.dumps({"about": call["about"], "method": call["method"], "error": str(error)}))


main()
