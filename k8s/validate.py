"""Validates the objects of a rendered overlay: OVERLAY RENDERED RULES."""

import sys

import kubernetes_validate
import yaml
from cloudcoil.models.keda import v1alpha1 as keda
from cloudcoil.models.prometheus_operator import v1 as prometheus

KUBERNETES = "1.32"
OTHERS = {
    "ScaledObject": keda.ScaledObject,
    "PodMonitor": prometheus.PodMonitor,
    "PrometheusRule": prometheus.PrometheusRule,
}
# Since KEDA 2.17; the model of an earlier version is the latest that the Python of Debian 12 can use.
LATER = {".spec.fallback.behavior"}
BUILT_IN = {"v1", "apps/v1", "policy/v1", "scheduling.k8s.io/v1", "networking.k8s.io/v1", "rbac.authorization.k8s.io/v1"}


def unknown(given, known, at=""):
    """What a model has not taken over: it ignores keys that it does not know."""
    if isinstance(given, dict) and isinstance(known, dict):
        for key, value in given.items():
            yield from unknown(value, known[key], f"{at}.{key}") if key in known else [f"{at}.{key}"]
    elif isinstance(given, list) and isinstance(known, list) and len(given) == len(known):
        for index, (one, other) in enumerate(zip(given, known)):
            yield from unknown(one, other, f"{at}[{index}]")
    elif given != known:
        yield f"{at} ({given!r}, read as {known!r})"


def validate(one, rules):
    if one["apiVersion"] in BUILT_IN:
        return kubernetes_validate.validate(one, KUBERNETES, strict=True)
    read = OTHERS[one["kind"]].model_validate(one).model_dump(mode="json", by_alias=True, exclude_unset=True)
    if left := set(unknown(one, read)) - LATER:
        raise ValueError(f"not known: {', '.join(sorted(left))}")
    if one["kind"] == "PrometheusRule" and one["spec"] != rules:
        raise ValueError("its groups are not those of rules.yaml")


def main():
    overlay, rendered, rules = sys.argv[1:]
    rules = yaml.safe_load(open(rules))
    objects = [one for one in yaml.safe_load_all(open(rendered)) if one]
    for one in objects:
        try:
            validate(one, rules)
        except Exception as error:
            sys.exit(f"{overlay}: {one['kind']} {one['metadata']['name']}: {error!r}")
    print(f"{overlay}: {len(objects)} objects are valid")


main()
