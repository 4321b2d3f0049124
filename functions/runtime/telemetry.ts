import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";

/** One logger and one set of metrics a function. */
export const logger = new Logger({ serviceName: "bucketseal" });
export const metrics = new Metrics({ namespace: "Bucketseal", serviceName: "bucketseal" });
