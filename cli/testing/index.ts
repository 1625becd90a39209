/** The public surface of `tributary/testing`: tests of models. */
export { testModel, ModelTestError, type TestModelOptions } from "./test-model";
export type { ModelTest, TestRow, TestValue } from "./model-test";
