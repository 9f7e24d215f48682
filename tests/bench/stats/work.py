"""The work that is timed: the same numbers for every tool."""
import json
import math
import random

WELCH, RATES = "welch, interval and relative lift", "z test and interval of two proportions"
LOOKS, BEST = "boundary of 10 looks, power spending", "chance to be best of 5 rates"
REPORT, RUNS = "report of 10 metrics × 3 arms", "10,000 A/A runs of 10 looks"

CONTROL = {"n": 4812, "mean": 24.31, "variance": 812.5}
TREATMENT = {"n": 4756, "mean": 25.44, "variance": 901.0}
FEW, MANY = {"n": 4812, "successes": 154}, {"n": 4756, "successes": 195}
FRACTIONS = [look / 10 for look in range(1, 11)]
POWER = 2.0
ARMS = [(10_000, 500 + 10 * arm) for arm in range(5)]
METRICS, VARIANTS, DAYS = [f"metric_{i}" for i in range(10)], ["control", "one", "two"], 14
DAY_MS, FIRST_DAY = 86_400_000, 20_766


def cells():
    """Units and sums by day and variant, as a ledger counts them: whole numbers, so that their sums are exact."""
    draw = random.Random(5)
    units, metrics = [], {metric: [] for metric in METRICS}
    for day in range(FIRST_DAY, FIRST_DAY + DAYS):
        for variant in VARIANTS:
            n = draw.randint(900, 1_100)
            units.append({"variant": variant, "day": day, "units": n})
            for metric in METRICS:
                total = round(n * (3 + draw.gauss(0, 1 / math.sqrt(n))))
                metrics[metric].append({"variant": variant, "day": day, "sum": total, "sumSquares": 10 * n})
    return units, metrics


def reported():
    """What `time-stats` is handed: experiments.json, the run and its cells."""
    units, metrics = cells()
    experiments = {
        "version": 1,
        "metrics": {metric: {"kind": "sum", "event": metric, "property": "value"} for metric in METRICS},
        "experiments": {"x": {"primary": METRICS[0], "secondary": METRICS[1:], "plan": {"baseline": 3, "mde": 5, "standardDeviation": 1}}},
    }
    run = {"run": "7f3a09c2", "openedAt": FIRST_DAY * DAY_MS, "control": "control", "unit": "id", "arms": [[name, 1 / 3] for name in VARIANTS], "gate": 1}
    observed = {"units": units, "metrics": metrics, "mixedUnits": 0, "firstExposure": None, "lastExposure": None}
    return {"experiments": json.dumps(experiments), "key": "x", "run": run, "observed": observed, "now": (FIRST_DAY + DAYS) * DAY_MS}


def sums():
    """`{metric: {variant: (n, sum, sum of squares)}}` over all days."""
    units, metrics = cells()
    n = {variant: sum(cell["units"] for cell in units if cell["variant"] == variant) for variant in VARIANTS}
    of = lambda metric, variant, key: sum(cell[key] for cell in metrics[metric] if cell["variant"] == variant)
    return {m: {v: (n[v], of(m, v, "sum"), of(m, v, "sumSquares")) for v in VARIANTS} for m in METRICS}


def moments(n, total, squares):
    return {"n": n, "mean": total / n, "variance": (squares - total * total / n) / (n - 1)}


def totals(arm):
    total = arm["n"] * arm["mean"]
    return arm["n"], total, arm["variance"] * (arm["n"] - 1) + total * arm["mean"]
