import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { installed } from "../installed";

/** Several functions with the same handler: their code is written once. */
const config = new pulumi.Config();
const handler = () => async (event: { name: string }) => `hello ${event.name}`;

export const code = Array.from({ length: config.requireNumber("count") }, (_, index) => {
  const closure = new aws.lambda.CallbackFunction(`greeter-${index}`, {
    callbackFactory: handler,
    role: "arn:aws:iam::000000000000:role/greeter",
    runtime: "nodejs24.x",
    codePathOptions: {
      extraExcludePackages: installed.filter((p) => p !== "jsonata"),
    },
  });
  return closure.arn;
});
export const greeting = config.require("greeting");

const plain = new aws.lambda.Function("plain", {
  role: "arn:aws:iam::000000000000:role/greeter",
  runtime: "nodejs24.x",
  handler: "index.handler",
  code: new pulumi.asset.AssetArchive({
    "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 1;"),
    "lib/here.yaml": new pulumi.asset.FileAsset("Pulumi.yaml"),
    "../data": new pulumi.asset.FileArchive("data"),
  }),
});
export const plainCode = plain.code;
