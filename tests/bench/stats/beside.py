#!/usr/bin/env python3
"""Sets isoflag's statistics beside other tools doing the same work, in one run on one machine.

    python3 -m venv /tmp/beside && /tmp/beside/bin/pip install gbstats tea-tasting statsmodels spotify-confidence 'pyarrow<21'
    /tmp/beside/bin/python tests/bench/stats/beside.py

Two arms given as sums; asked for: a p-value, the interval of the difference and, where the tool has it, of the relative lift. Every tool is
called the way its own documentation calls it, its input made beforehand, and must come to our answer before it is timed. A tool that is not
installed is left out and said so.
"""
import importlib.metadata
import importlib.util
import json
import pathlib
import subprocess
import sys
import time
import warnings

warnings.filterwarnings("ignore")
ROOT = pathlib.Path(__file__).resolve().parents[3]
CONTROL = {"n": 4812, "mean": 24.31, "variance": 812.5}
TREATMENT = {"n": 4756, "mean": 25.44, "variance": 901.0}
FEW, MANY = {"n": 4812, "successes": 154}, {"n": 4756, "successes": 195}
WELCH, RATES = "welch, interval and relative lift", "z test and interval of two proportions"


def ours():
    command = ["cargo", "run", "--quiet", "--release", "-p", "isoflag-tests", "--bin", "time-stats"]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def our_answer(method, given):
    command = ["cargo", "run", "--quiet", "--release", "-p", "isoflag-tests", "--bin", "answer-stats"]
    case = json.dumps([{"id": "x", "method": method, "input": given}])
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, input=case).stdout)["x"]


def sums(arm):
    total = arm["n"] * arm["mean"]
    return total, arm["variance"] * (arm["n"] - 1) + total * arm["mean"]


def gbstats():
    from gbstats.frequentist.tests import FrequentistConfig, TwoSidedTTest
    from gbstats.models.statistics import SampleMeanStatistic

    def arm(given):
        total, squares = sums(given)
        return SampleMeanStatistic(n=given["n"], sum=total, sum_squares=squares)

    control, treatment = arm(CONTROL), arm(TREATMENT)
    config = FrequentistConfig(difference_type="relative")
    once = lambda: TwoSidedTTest(control, treatment, config).compute_result()
    # Their relative test divides by the lift's own standard error, so the absolute one is compared.
    plain = TwoSidedTTest(control, treatment, FrequentistConfig(difference_type="absolute")).compute_result()
    return once, plain.p_value, WELCH


def tea_tasting():
    import tea_tasting as tt

    def arm(given):
        return tt.aggr.Aggregates(count_=given["n"], mean_={"x": given["mean"]}, var_={"x": given["variance"]}, cov_={})

    control, treatment, metric = arm(CONTROL), arm(TREATMENT), tt.Mean("x")
    once = lambda: metric.analyze_aggregates(control, treatment)
    return once, once().pvalue, WELCH


def statsmodels():
    import numpy
    from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

    counts, units = numpy.array([MANY["successes"], FEW["successes"]]), numpy.array([MANY["n"], FEW["n"]])

    def once():
        test = proportions_ztest(counts, units)
        confint_proportions_2indep(counts[0], units[0], counts[1], units[1], method="newcomb", compare="diff")
        return test[1]

    return once, once(), RATES


def spotify():
    import pandas
    import spotify_confidence

    frame = pandas.DataFrame(
        [[name, *sums(arm), arm["n"]] for name, arm in (("control", CONTROL), ("treatment", TREATMENT))],
        columns=["group", "total", "squares", "n"],
    )

    def once():
        test = spotify_confidence.StudentsTTest(
            frame, numerator_column="total", numerator_sum_squares_column="squares", denominator_column="n",
            categorical_group_columns="group", interval_size=0.95,
        )
        return test.difference(level_1="control", level_2="treatment")

    return once, float(once()["p-value"].iloc[0]), WELCH


def seconds(once):
    started = time.perf_counter()
    once()
    repeats = max(3, int(0.3 / max(time.perf_counter() - started, 1e-6)))
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        for _ in range(repeats):
            once()
        best = min(best, (time.perf_counter() - started) / repeats)
    return best


def main():
    found = ours()
    want = {
        WELCH: our_answer("welch_t", {"control": CONTROL, "treatment": TREATMENT, "alternative": "two-sided", "alpha": 0.05}),
        RATES: our_answer("two_proportion_z", {"control": FEW, "treatment": MANY, "variance": "pooled", "alternative": "two-sided"}),
    }
    tools = {
        "gbstats": ("gbstats", gbstats), "tea-tasting": ("tea_tasting", tea_tasting),
        "statsmodels": ("statsmodels", statsmodels), "spotify-confidence": ("spotify_confidence", spotify),
    }
    print(f"{'isoflag':44s} {'ns':>12s}")
    for work, nanoseconds in sorted(found.items()):
        print(f"{work:44s} {nanoseconds:12,.0f}")
    print(f"\n{'tool':30s} {'µs':>10s} {'times ours':>11s}   work")
    for name, (module, make) in tools.items():
        if importlib.util.find_spec(module) is None:
            print(f"{name:30s} not installed")
            continue
        once, p, work = make()
        if abs(p - want[work]["p_value"]) > 2e-3 * want[work]["p_value"]:
            sys.exit(f"{name} finds p = {p}, isoflag {want[work]['p_value']}: not the same work")
        taken = seconds(once)
        title = f"{name} {importlib.metadata.version(name)}"
        print(f"{title:30s} {taken * 1e6:10,.1f} {taken * 1e9 / found[work]:11,.0f}   {work}")


if __name__ == "__main__":
    main()
