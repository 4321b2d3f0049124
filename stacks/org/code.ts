import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { type AssetCode, Code } from "aws-cdk-lib/aws-lambda";
import type { HubOrg } from "./hub-org.ts";

/**
 * A function's bundle with `org.json` beside it: a variable of a function takes 4 KB, and the
 * organization's directory is longer.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function codeWithOrg(bundle: string, { stage, settings }: HubOrg): AssetCode {
  return Code.fromAsset(bundle, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: what follows makes the files without a container.
      image: DockerImage.fromRegistry("none"),
      local: {
        tryBundle(folder) {
          cpSync(bundle, folder, { recursive: true });
          writeFileSync(join(folder, "org.json"), JSON.stringify({ stage, org: settings }));
          return true;
        },
      },
    },
  });
}
