#!/usr/bin/env python3
"""Analyses the ASOS experiments whole and sets every result beside scipy's and statsmodels'.

    python3 -m venv /tmp/asos && /tmp/asos/bin/pip install scipy statsmodels
    /tmp/asos/bin/python tests/bench/stats/asos.py

Every row of tests/data/asos_final.csv: Welch's test with its interval, the sample ratio against one half, the relative lift; every metric's p-values corrected;
every day of tests/data/asos_daily.csv: the always-valid p-value, beside what looking at the plain one every day would have called. Ends with code 1 when a number
differs by more than its tolerance.
"""
import csv
import json
import pathlib
import subprocess
import sys
from collections import defaultdict

import scipy
import scipy.stats
import statsmodels
from statsmodels.stats.multitest import multipletests

ROOT = pathlib.Path(__file__).resolve().parents[3]
# An end of an interval can be the small difference of two numbers, and then keeps fewer digits than they.
TOLERANCE = 1e-9
METHODS = {"bonferroni": "bonferroni", "holm": "holm", "hochberg": "simes-hochberg", "hommel": "hommel", "bh": "fdr_bh", "by": "fdr_by"}


def rows(name):
    with open(ROOT / "tests/data" / name, newline="") as file:
        return list(csv.DictReader(file))


def arm(row, side):
    return {"n": int(float(row[f"count_{side}"])), "mean": float(row[f"mean_{side}"]), "variance": float(row[f"variance_{side}"])}


def answers(cases):
    command = ["cargo", "run", "--quiet", "--release", "-p", "isoflag-tests", "--bin", "answer-stats"]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, input=json.dumps(cases)).stdout)


def main():
    final, daily = rows("asos_final.csv"), rows("asos_daily.csv")
    cases = []
    ask = lambda id, method, given: cases.append({"id": id, "method": method, "input": given})
    for index, row in enumerate(final):
        control, treatment = arm(row, "c"), arm(row, "t")
        both = {"control": control, "treatment": treatment}
        ask(f"welch {index}", "welch_t", {**both, "alternative": "two-sided", "alpha": 0.05})
        ask(f"srm {index}", "srm_chi_square", {"observed": [control["n"], treatment["n"]], "weights": [1, 1]})
        ask(f"lift {index}", "relative_lift", {**both, "level": 0.95, "method": "delta", "distribution": "t"})
    days = defaultdict(list)
    for row in daily:
        days[row["experiment_id"], row["variant_id"], row["metric_id"]].append({"control": arm(row, "c"), "treatment": arm(row, "t")})
    for key, looks in days.items():
        # The mixture's variance: the squared effect one half of a percent of control's mean would be.
        tau2 = (0.005 * looks[-1]["control"]["mean"]) ** 2
        ask(f"run {key}", "msprt_run_means", {"looks": looks, "tau2": tau2, "alpha": 0.05})
    found = answers(cases)

    worst, differences = defaultdict(float), []

    def beside(what, got, want, id):
        error = abs(got - want) / abs(want) if want else abs(got)
        worst[what] = max(worst[what], error)
        if not error <= TOLERANCE:
            differences.append(f"{id}: {what} is {got!r}, beside {want!r}")

    significant = mismatched = 0
    by_metric = defaultdict(list)
    for index, row in enumerate(final):
        control, treatment = arm(row, "c"), arm(row, "t")
        sd = [treatment["variance"] ** 0.5, control["variance"] ** 0.5]
        theirs = scipy.stats.ttest_ind_from_stats(treatment["mean"], sd[0], treatment["n"], control["mean"], sd[1], control["n"], equal_var=False)
        squares = [treatment["variance"] / treatment["n"], control["variance"] / control["n"]]
        df = sum(squares) ** 2 / (squares[0] ** 2 / (treatment["n"] - 1) + squares[1] ** 2 / (control["n"] - 1))
        diff, half = treatment["mean"] - control["mean"], scipy.stats.t.ppf(0.975, df) * sum(squares) ** 0.5
        ratio = treatment["mean"] / control["mean"]
        half_lift = scipy.stats.t.ppf(0.975, df) * (squares[0] + ratio**2 * squares[1]) ** 0.5 / abs(control["mean"])
        welch, srm = found[f"welch {index}"], found[f"srm {index}"]
        beside("t", welch["t"], theirs.statistic, index)
        beside("p", welch["p_value"], theirs.pvalue, index)
        beside("interval, low", welch["ci_low"], diff - half, index)
        beside("interval, high", welch["ci_high"], diff + half, index)
        beside("lift, low", found[f"lift {index}"]["ci_low"], diff / abs(control["mean"]) - half_lift, index)
        beside("lift, high", found[f"lift {index}"]["ci_high"], diff / abs(control["mean"]) + half_lift, index)
        chi2 = scipy.stats.chisquare([control["n"], treatment["n"]])
        beside("sample ratio chi2", srm["chi2"], chi2.statistic, index)
        beside("sample ratio p", srm["p_value"], chi2.pvalue, index)
        significant += welch["p_value"] < 0.05
        mismatched += srm["srm_at_0_001"]
        by_metric[row["metric_id"]].append(welch["p_value"])

    corrections = []
    for metric, p_values in by_metric.items():
        corrections += [{"id": f"{metric} {name}", "method": "p_adjust", "input": {"p_values": p_values, "method": name, "alpha": 0.05}} for name in METHODS]
    corrected = answers(corrections)
    kept = defaultdict(int)
    for metric, p_values in by_metric.items():
        for name, theirs in METHODS.items():
            want = multipletests(p_values, alpha=0.05, method=theirs)
            for got, p in zip(corrected[f"{metric} {name}"]["adjusted"], want[1]):
                beside(f"corrected by {name}", got, p, metric)
            kept[name] += sum(corrected[f"{metric} {name}"]["rejected"])

    peeked = stopped = 0
    for key, looks in days.items():
        plain = []
        for look in looks:
            c, t = look["control"], look["treatment"]
            se = (c["variance"] / c["n"] + t["variance"] / t["n"]) ** 0.5
            plain.append(2 * scipy.stats.norm.sf(abs(t["mean"] - c["mean"]) / se))
        peeked += min(plain) < 0.05
        stopped += found[f"run {key}"]["stop_look"] is not None

    print(f"{len(final)} comparisons, {len(daily)} daily checkpoints; scipy {scipy.__version__}, statsmodels {statsmodels.__version__}")
    print(f"significant at 5 %: {significant}; sample ratio mismatched at 0.001: {mismatched}")
    print("significant after correcting within each metric: " + ", ".join(f"{name} {count}" for name, count in kept.items()))
    print(f"{len(days)} comparisons read daily: {peeked} cross p < 0.05 on some day, {stopped} an always-valid 0.05")
    for what, error in worst.items():
        print(f"  {what:26s} agrees to {error:.0e}")
    for difference in differences:
        print(difference)
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
