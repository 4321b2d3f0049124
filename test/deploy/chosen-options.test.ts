import { describe, expect, test } from "vitest";
import { asEnvironment, chosenOptions, optionLines } from "../../scripts/deploy/chosen-options.ts";

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

  test("an option that was the default is shown as a change from it", () => {
    const options = chosenOptions({ BUCKETSEAL_TRAIL: "create" }, {});
    expect(optionLines(options, false).join("\n")).toMatch(/BUCKETSEAL_TRAIL +\(default\) -> create/);
    expect(optionLines(options, true).join("\n")).toMatch(/BUCKETSEAL_TRAIL +create$/);
  });
});
