import module from "node:module";

/** The bare client of an organization as a program of its own, started like the CLI. */
module.enableCompileCache?.();
const { bareOrganization } = await import("./organization.ts");
console.log(await bareOrganization(process.argv[2] ?? ""));
