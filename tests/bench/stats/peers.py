"""Other tools at the same work, each called the way its own documentation calls it, its input made beforehand.

A tool is a function that answers `{work: (once, answer)}`: what is timed, and what it finds, to be held against ours.
"""
from work import *


def gbstats():
    from gbstats.frequentist.tests import FrequentistConfig, TwoSidedTTest
    from gbstats.models.statistics import SampleMeanStatistic

    arm = lambda n, total, squares: SampleMeanStatistic(n=n, sum=total, sum_squares=squares)
    relative, absolute = FrequentistConfig(difference_type="relative"), FrequentistConfig(difference_type="absolute")

    def compare(pairs, config):
        return [TwoSidedTTest(control, treatment, config).compute_result() for control, treatment in pairs]

    one = [(arm(*totals(CONTROL)), arm(*totals(TREATMENT)))]
    many = [(arm(*by[VARIANTS[0]]), arm(*by[variant])) for by in sums().values() for variant in VARIANTS[1:]]
    # Their relative test divides by the lift's own standard error, so the absolute one is held against ours.
    found = lambda pairs: [result.p_value for result in compare(pairs, absolute)]
    return {WELCH: (lambda: compare(one, relative), found(one)), REPORT: (lambda: compare(many, relative), found(many))}


def tea_tasting():
    import pyarrow
    import tea_tasting as tt

    def arm(metrics):
        n = next(iter(metrics.values()))["n"]
        return tt.aggr.Aggregates(count_=n, mean_={m: x["mean"] for m, x in metrics.items()}, var_={m: x["variance"] for m, x in metrics.items()}, cov_={})

    control, treatment, metric = arm({"x": CONTROL}), arm({"x": TREATMENT}), tt.Mean("x")
    by_variant = {v: arm({m: moments(*by[v]) for m, by in sums().items()}) for v in VARIANTS}
    experiment = tt.Experiment({m: tt.Mean(m) for m in METRICS})
    pairs = [{0: by_variant[VARIANTS[0]], 1: by_variant[v]} for v in VARIANTS[1:]]
    report = lambda: [experiment.analyze(pair, control=0) for pair in pairs]
    p_values = [found[m].pvalue for m in METRICS for found in report()]
    rows = pyarrow.table({"x": [float(i % 20 == 0) for i in range(10_000)]})
    simulated = tt.Experiment(x=tt.Mean("x"))
    # One look a run, fifty runs: `beside.py` counts up to 10,000.
    runs = lambda: simulated.simulate(rows, 50, rng=1)
    return {
        WELCH: (lambda: metric.analyze_aggregates(control, treatment), [metric.analyze_aggregates(control, treatment).pvalue]),
        REPORT: (report, p_values),
        RUNS: (runs, None),
    }


def statsmodels():
    import numpy
    from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

    counts, units = numpy.array([MANY["successes"], FEW["successes"]]), numpy.array([MANY["n"], FEW["n"]])

    def once():
        test = proportions_ztest(counts, units)
        confint_proportions_2indep(counts[0], units[0], counts[1], units[1], method="newcomb", compare="diff")
        return test[1]

    return {RATES: (once, [once()])}


def spotify():
    import numpy
    import pandas
    import spotify_confidence
    from spotify_confidence.analysis.frequentist.sequential_bound_solver import bounds

    columns = ["group", "metric", "n", "total", "squares"]
    common = {"numerator_column": "total", "numerator_sum_squares_column": "squares", "denominator_column": "n", "categorical_group_columns": ["group"], "interval_size": 0.95}
    one = pandas.DataFrame([[name, "x", *totals(arm)] for name, arm in (("control", CONTROL), ("one", TREATMENT))], columns=columns)
    many = pandas.DataFrame([[variant, metric, *by[variant]] for metric, by in sums().items() for variant in VARIANTS], columns=columns)

    def compare():
        return spotify_confidence.StudentsTTest(one, **common).difference(level_1="control", level_2="one")

    def report():
        common_too = {**common, "categorical_group_columns": ["group", "metric"]}
        test = spotify_confidence.StudentsTTest(many, **common_too)
        return test.multiple_difference(level="control", level_as_reference=True, groupby="metric")

    looks = numpy.array(FRACTIONS)
    solve = lambda: bounds(looks, 0.05, POWER, 8.0, 2)
    p_values = report().set_index(["metric", "level_2"])["p-value"]
    return {
        WELCH: (compare, [float(compare()["p-value"].iloc[0])]),
        REPORT: (report, [float(p_values[(metric, variant)]) for metric in METRICS for variant in VARIANTS[1:]]),
        LOOKS: (solve, list(solve().df["zb"])),
    }


def numpy_draws():
    """No tool gives the chance of five arms exactly; this is how it is drawn."""
    import numpy

    random = numpy.random.default_rng(1)
    alpha, beta = [1 + s for _, s in ARMS], [1 + n - s for n, s in ARMS]

    def once():
        best = numpy.argmax(random.beta(alpha, beta, size=(100_000, len(ARMS))), axis=1)
        return numpy.bincount(best, minlength=len(ARMS)) / 100_000

    return {BEST: (once, list(once()))}


PEERS = {
    "gbstats": ("gbstats", gbstats),
    "tea-tasting": ("tea_tasting", tea_tasting),
    "statsmodels": ("statsmodels", statsmodels),
    "spotify-confidence": ("spotify_confidence", spotify),
    "numpy": ("numpy", numpy_draws),
}
