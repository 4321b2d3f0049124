import type { Permission } from "#aws/permission";

/** Alerts go to one topic, which is encrypted under a key of its own. */
export function alertPermissions(topicArn: string, keyArn: string, region: string): Permission[] {
  return [
    { sid: "Alert", actions: ["sns:Publish"], resources: [topicArn] },
    {
      sid: "EncryptAlerts",
      actions: ["kms:GenerateDataKey", "kms:Decrypt"],
      resources: [keyArn],
      conditions: { StringEquals: { "kms:ViaService": `sns.${region}.amazonaws.com` } },
    },
  ];
}
