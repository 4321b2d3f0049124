/**
 * Alarms for what would otherwise be silent, as in the hub's own stack. An alarm reaches topics of
 * its own Region only, so each Region may name one; without it they are only seen.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export function memberObjectAlarms(): Readonly<Record<string, object>> {
  const queue = (id: string) => [{ Name: "QueueName", Value: { "Fn::GetAtt": [id, "QueueName"] } }];
  const fn = [{ Name: "FunctionName", Value: { Ref: "ObjectFunction" } }];
  const rule = (id: string) => [{ Name: "RuleName", Value: { Ref: id } }];
  const visible = { namespace: "AWS/SQS", metric: "ApproximateNumberOfMessagesVisible", statistic: "Maximum" };
  const failed = { namespace: "AWS/Events", metric: "FailedInvocations", statistic: "Sum" };
  const lambda = (metric: string) => ({ namespace: "AWS/Lambda", metric, statistic: "Sum" });
  return {
    DeadLettersAlarm: alarm(visible, queue("DeadLetters"), "Messages in Bucketseal's dead-letter queue of objects"),
    UndeliveredAlarm: alarm(visible, queue("Undelivered"), "EventBridge could not deliver an event about an object"),
    BacklogAlarm: alarm(
      { namespace: "AWS/SQS", metric: "ApproximateAgeOfOldestMessage", statistic: "Maximum" },
      queue("Events"),
      "The oldest event about an object has waited for 30 minutes",
      1800,
    ),
    CreatedRuleAlarm: alarm(failed, rule("CreatedRule"), "EventBridge failed to send an event about an object"),
    CalledRuleAlarm: alarm(failed, rule("CalledRule"), "EventBridge failed to send an event about an object"),
    ErrorsAlarm: alarm(lambda("Errors"), fn, "Bucketseal's object function is failing"),
    ThrottlesAlarm: alarm(lambda("Throttles"), fn, "Bucketseal's object function is being throttled"),
    LoopAlarm: alarm(
      lambda("RecursiveInvocationsDropped"),
      fn,
      "Lambda dropped messages of Bucketseal's object function as a loop",
    ),
  };
}

// --- internal ---

interface Watched {
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: string;
}

function alarm(watched: Watched, Dimensions: object[], AlarmDescription: string, Threshold = 1): object {
  return {
    Type: "AWS::CloudWatch::Alarm",
    Properties: {
      AlarmDescription,
      Namespace: watched.namespace,
      MetricName: watched.metric,
      Statistic: watched.statistic,
      Dimensions,
      Period: 60,
      EvaluationPeriods: 1,
      Threshold,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "notBreaching",
      AlarmActions: [{ "Fn::If": ["Rings", { Ref: "AlarmTopic" }, { Ref: "AWS::NoValue" }] }],
    },
  };
}
