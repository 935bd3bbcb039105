"""Resource types that the printed ones leave out, in the same form; only the properties that we may want.

https://learn.microsoft.com/azure/templates/microsoft.insights/scheduledqueryrules, .../metricalerts and
https://learn.microsoft.com/azure/templates/microsoft.authorization/locks
"""

from typing import Any

DURATIONS = ("PT1M", "PT5M", "PT10M", "PT15M", "PT30M", "PT45M", "PT1H", "PT2H", "PT6H", "P1D", "P2D")


def _object(name: str, /, **properties: str) -> dict[str, Any]:
    """`!` after a type: the property is required."""
    return {
        "$type": "Object",
        "name": name,
        "properties": [
            {
                "name": each.replace("__", "."),
                "type": type_name.rstrip("!"),
                "flags": "Required" if type_name.endswith("!") else "",
            }
            for each, type_name in properties.items()
        ],
    }


def _resource(name: str, /, *types: dict[str, Any], **properties: str) -> list[dict[str, Any]]:
    body = _object(name, id="string", name="string!", properties="Properties!", **properties)
    body["properties"][0]["flags"] = "ReadOnly"
    return [{"$type": "Resource", "name": name, "bodyType": body}, *types]


_TAGS: dict[str, Any] = {
    "$type": "Object",
    "name": "Tags",
    "properties": [],
    "additionalPropertiesType": "string",
}

HANDWRITTEN: dict[str, list[dict[str, Any]]] = {
    "Microsoft.Authorization/locks": _resource(
        "Microsoft.Authorization/locks@2020-05-01",
        _object("Properties", level="CanNotDelete | ReadOnly!", notes="string"),
    ),
    "Microsoft.Insights/scheduledQueryRules": _resource(
        "Microsoft.Insights/scheduledQueryRules@2023-12-01",
        _TAGS,
        _object(
            "Properties",
            displayName="string",
            description="string",
            severity="int!",
            enabled="bool!",
            scopes="string[]!",
            evaluationFrequency="string!",
            windowSize="string!",
            overrideQueryTimeRange="string",
            autoMitigate="bool",
            criteria="Criteria!",
            actions="Actions",
        ),
        _object("Criteria", allOf="Condition[]!"),
        _object(
            "Condition",
            query="string!",
            timeAggregation="Average | Count | Maximum | Minimum | Total | string",
            operator="Equals | GreaterThan | GreaterThanOrEqual | LessThan | LessThanOrEqual | string!",
            threshold="int!",
            dimensions="Dimension[]",
            failingPeriods="FailingPeriods!",
        ),
        _object("Dimension", name="string!", operator="Include | Exclude!", values="string[]!"),
        _object("FailingPeriods", numberOfEvaluationPeriods="int!", minFailingPeriodsToAlert="int!"),
        _object("Actions", actionGroups="string[]"),
        location="string!",
        kind="LogAlert | LogToMetric",
        tags="Tags",
    ),
    "Microsoft.Insights/metricAlerts": _resource(
        "Microsoft.Insights/metricAlerts@2018-03-01",
        _TAGS,
        _object(
            "Properties",
            description="string",
            severity="int!",
            enabled="bool!",
            scopes="string[]!",
            evaluationFrequency="string!",
            windowSize="string!",
            autoMitigate="bool",
            criteria="Criteria!",
            actions="Action[]",
        ),
        _object(
            "Criteria",
            odata__type="Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria!",
            allOf="Condition[]!",
        ),
        _object(
            "Condition",
            criterionType="StaticThresholdCriterion!",
            name="string!",
            metricNamespace="string",
            metricName="string!",
            timeAggregation="Average | Count | Maximum | Minimum | Total!",
            operator="Equals | GreaterThan | GreaterThanOrEqual | LessThan | LessThanOrEqual!",
            threshold="int!",
            dimensions="Dimension[]",
        ),
        _object("Dimension", name="string!", operator="Include | Exclude!", values="string[]!"),
        _object("Action", actionGroupId="string!"),
        location="global!",
        tags="Tags",
    ),
}
