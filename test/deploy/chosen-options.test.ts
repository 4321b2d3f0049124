import { describe, expect, test } from "vitest";
import { asEnvironment, chosenOptions, optionLines } from "../../scripts/deploy/chosen-options.ts";
import { withOrgText } from "../../stacks/org/options.ts";

const of = (name: string, options: ReturnType<typeof chosenOptions>) => options.find((each) => each.name === name);

describe("the options of a deployment", () => {
  test("a variable that is not set is what the last deployment remembers", () => {
    const options = chosenOptions({}, { BUCKETSEAL_COPY: "on", BUCKETSEAL_OBJECTS: "on" });
    expect(of("BUCKETSEAL_COPY", options)).toMatchObject({ value: "on", from: "remembered" });
    expect(asEnvironment(options)).toEqual({ BUCKETSEAL_COPY: "on", BUCKETSEAL_OBJECTS: "on" });
  });

  test("an empty variable turns nothing off", () => {
    expect(asEnvironment(chosenOptions({ BUCKETSEAL_COPY: "" }, { BUCKETSEAL_COPY: "on" }))).toEqual({
      BUCKETSEAL_COPY: "on",
    });
  });

  test("an option that is named off is turned off, and the change is shown", () => {
    const options = chosenOptions({ BUCKETSEAL_COPY: "off" }, { BUCKETSEAL_COPY: "on" });
    expect(asEnvironment(options)).toEqual({ BUCKETSEAL_COPY: "off" });
    expect(optionLines(options, false).join("\n")).toMatch(/BUCKETSEAL_COPY +on -> off/);
  });

  test("an organization is shown as which and where, and a change of it too", () => {
    const { BUCKETSEAL_ORG: org = "" } = withOrgText({ BUCKETSEAL_ORG: "examples/org.yaml" });
    const said = "o-a1b2c3d4e5 from eu-west-1, eu-west-1 eu-central-1 us-east-1: ou-ab12-11111111 ou-ab12-22222222";
    const of = (now: string, before: string) =>
      optionLines(chosenOptions({ BUCKETSEAL_ORG: now }, { BUCKETSEAL_ORG: before }), false).join("\n");
    expect(of(org, org).trimEnd().endsWith(said)).toBe(true);
    const other = org.replace(/"externalId":"[^"]*"/, '"externalId":"another-external-id"');
    expect(of(other, org).endsWith(`${said} -> ${said} (changed)`)).toBe(true);
    expect(of("none", org).endsWith(`${said} -> none`)).toBe(true);
    expect(of(org, org)).not.toContain("7f1c5f9e");
  });

  test("an option that was the default is shown as a change from it", () => {
    const options = chosenOptions({ BUCKETSEAL_TRAIL: "create" }, {});
    expect(optionLines(options, false).join("\n")).toMatch(/BUCKETSEAL_TRAIL +\(default\) -> create/);
    expect(optionLines(options, true).join("\n")).toMatch(/BUCKETSEAL_TRAIL +create$/);
  });
});
