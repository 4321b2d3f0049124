import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";

/** An alarm that rings from a threshold on, where not said otherwise at the first value. */
export function alarmOn(
  scope: Construct,
  id: string,
  props: Omit<AlarmProps, "evaluationPeriods"> & Partial<Pick<AlarmProps, "evaluationPeriods">>,
): Alarm {
  return new Alarm(scope, `${id}Alarm`, {
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    // A metric that nothing happened to has no datapoints.
    treatMissingData: TreatMissingData.NOT_BREACHING,
    ...props,
  });
}
