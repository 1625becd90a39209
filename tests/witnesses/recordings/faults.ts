/** Recordings that cannot be matched, and why. */
const beforeRedrive =
  "It is of October 2023: the context object had no RedriveCount yet (redrive came in November 2023).";

export const FAULTS: ReadonlyMap<string, string> = new Map([
  ["scenarios/test_base_scenarios.py::TestBaseScenarios::test_lambda_invoke_with_retry_extended_input", beforeRedrive],
  [
    "scenarios/test_base_scenarios.py::TestBaseScenarios::test_lambda_service_invoke_with_retry_extended_input",
    beforeRedrive,
  ],
  [
    "timeouts/test_timeouts.py::TestTimeouts::test_service_lambda_map_timeout",
    "Four time limits end at one moment, in an order of chance; AWS no longer passes the test.",
  ],
  [
    "services/test_apigetway_task_service.py::TestTaskApiGateway::test_invoke_with_headers[singleStringHeader]",
    "API Gateway checks the Task's parameters; there is none here, and no answer of its was recorded.",
  ],
]);
