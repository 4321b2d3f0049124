import { deploy } from "./deploy.ts";
import { sentenceFor } from "./sentence.ts";

/** `npm run deploy`: exits with 0 only if the stacks were deployed. */
try {
  await deploy(process.argv.slice(2), process.env, (line) => console.log(line));
} catch (error) {
  console.error(`deploy: ${sentenceFor(error)}`);
  process.exitCode = 1;
}
