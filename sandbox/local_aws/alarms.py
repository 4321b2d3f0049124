"""Alarms on metric math: kept as CloudFormation makes them, and never evaluated.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
(Metrics). MiniStack refuses the property; it evaluates no alarm of a function's metrics either.
"""

from __future__ import annotations

from typing import Any

from ministack.services.cloudformation import provisioners

_OF_ONE_METRIC = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Dimensions")


def install() -> None:
    """Wraps what makes an alarm's record of a template."""
    record = provisioners._cw_metric_alarm_record

    def recorded(name: str, properties: dict[str, Any]) -> dict[str, Any]:
        metrics = properties.get("Metrics")
        if not metrics:
            return record(name, properties)
        _check(properties, metrics)
        rest = {key: value for key, value in properties.items() if key != "Metrics"}
        alarm = record(name, {**rest, "MetricName": "(metric math)", "Namespace": "(metric math)"})
        return {**alarm, "Metrics": metrics}

    provisioners._cw_metric_alarm_record = recorded


# --- internal ---


def _check(properties: dict[str, Any], metrics: list[dict[str, Any]]) -> None:
    both = [key for key in _OF_ONE_METRIC if key in properties]
    if both:
        raise ValueError(f"Metrics cannot be specified together with {', '.join(both)}")
    returned = [each for each in metrics if str(each.get("ReturnData", True)).lower() != "false"]
    if len(returned) != 1:
        raise ValueError("Exactly one element of the metrics list should return data.")
    for each in metrics:
        if not each.get("Id") or ("Expression" in each) == ("MetricStat" in each):
            raise ValueError("An element of the metrics list needs an Id, and either Expression or MetricStat.")
