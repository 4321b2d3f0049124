import { type Permission, viaService } from "#aws/permission";

/** sns/: alerts, sent to one topic that has an encryption key of its own: publish-alert.ts. */
export function alertPermissions(topicArn: string, keyArn: string, region: string): Permission[] {
  return [
    { sid: "Alert", actions: ["sns:Publish"], resources: [topicArn] },
    {
      sid: "EncryptAlerts",
      actions: ["kms:GenerateDataKey", "kms:Decrypt"],
      resources: [keyArn],
      conditions: { StringEquals: { "kms:ViaService": viaService("sns", region) } },
    },
  ];
}
