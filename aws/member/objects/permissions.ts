/**
 * objects/: what the object function in a member may do there. It is the hub's object function
 * without copies; what is the hub's it reaches by the hub's role only.
 */

import { hazardPermissions } from "#aws/guard/permissions";
import { keyAccessPermissions, keyPermissions } from "#aws/kms/permissions";
import type { Permission } from "#aws/permission";
import { objectPermissions } from "#aws/s3/permissions";
import { queuePermissions } from "#aws/sqs/permissions";

/** The account and Region that the template is deployed to. */
const HERE = { partition: `\${AWS::Partition}`, account: `\${AWS::AccountId}`, region: `\${AWS::Region}` };

/** The statements of the object function's role, with the template's names for what it makes. */
export function memberObjectPermissions(): Permission[] {
  return [
    ...objectPermissions({ ...HERE, copy: false }),
    ...keyPermissions(HERE, HERE.account),
    ...hazardPermissions(HERE, false),
    ...keyAccessPermissions(HERE),
    ...queuePermissions([`\${Events.Arn}`], [`\${Events.Arn}`, `\${DeadLetters.Arn}`]),
    { sid: "ReachTheHub", actions: ["sts:AssumeRole", "sts:TagSession"], resources: [`\${PlaneRole}`] },
    { sid: "WriteTheLog", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [`\${Log.Arn}`] },
  ];
}
