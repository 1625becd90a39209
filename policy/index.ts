/** The policy pack's entry point: `pulumi preview --policy-pack policy`. */
import { PolicyPack } from "@pulumi/policy";
import { lakePolicies } from "./lake-policies";

new PolicyPack("tributary-lake", { policies: lakePolicies, enforcementLevel: "mandatory" });
