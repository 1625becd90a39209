/** The two query languages of states: JSONPath and JSONata. */
import type { State } from "./definition";
import { JsonataFields } from "./jsonata-fields";
import { JsonPathFields } from "./jsonpath-fields";
import type { StateFields, StateScope } from "./state-fields";

/** The fields of `state`, read in its query language. */
export function stateFields(state: State, scope: StateScope): StateFields {
  return state.QueryLanguage === "JSONata" ? new JsonataFields(state, scope) : new JsonPathFields(state, scope);
}
