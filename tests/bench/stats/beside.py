#!/usr/bin/env python3
"""Sets isoflag's statistics beside other tools doing the same work, in one run on one machine.

    python3 -m venv /tmp/beside && /tmp/beside/bin/pip install gbstats tea-tasting statsmodels spotify-confidence 'pyarrow<21'
    npm run build -- pkg
    /tmp/beside/bin/python tests/bench/stats/beside.py [README.md]

Every tool must come to our answer before it is timed; one that is not installed is left out and said so. Given the path of a README, the table
is written between its two marks.
"""
import datetime
import importlib.metadata
import importlib.util
import json
import pathlib
import subprocess
import sys
import time
import warnings

from peers import PEERS
from work import *

warnings.filterwarnings("ignore")
ROOT = pathlib.Path(__file__).resolve().parents[3]
OPEN, CLOSE = "<!-- bench-stats: written by tests/bench/stats/beside.py -->", "<!-- /bench-stats -->"
COMMAND_LINE = "the same by `isoflag simulate`, process and all"
# What stands in the table, in order: our name of the work, and how a reader calls it.
ROWS = {
    WELCH: "Welch: test, interval, relative lift",
    RATES: "z test and Newcombe's interval",
    "boundary of 10 looks, obrien-fleming spending": "10 looks, Lan–DeMets spending O'Brien–Fleming",
    LOOKS: "10 looks, power spending",
    "boundary of 10 looks, classical obrien-fleming": "10 looks, classical O'Brien–Fleming",
    "boundary of 10 looks, classical pocock": "10 looks, classical Pocock",
    BEST: "P(best) of 5 arms; numpy: 100,000 draws",
    REPORT: "report: 10 metrics × 3 arms, 14 days; others: the 20 comparisons",
    RUNS: "10,000 A/A runs of 10 looks, 10,000 users; tea-tasting: one look",
    COMMAND_LINE: "… by `isoflag simulate` (wasm in Node)",
}
# How far another tool may be off and still do the same work: relative for chances, absolute for boundaries and drawn chances.
AGREE = {WELCH: (2e-3, 0), RATES: (1e-9, 0), REPORT: (5e-3, 0), LOOKS: (0, 1e-3), BEST: (0, 0.01)}


def rust(binary, given):
    command = ["cargo", "run", "--quiet", "--release", "-p", "isoflag-tests", "--bin", binary]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, input=json.dumps(given)).stdout)


def ours():
    """Nanoseconds by work, and what we find."""
    timed = rust("time-stats", reported())
    ask = lambda method, given: rust("answer-stats", [{"id": "x", "method": method, "input": given}])["x"]
    by_metric = {metric["key"]: metric["comparisons"] for metric in timed["report"]["metrics"]}
    periods = [[list(arm)] for arm in ARMS]
    found = {
        WELCH: [ask("welch_t", {"control": CONTROL, "treatment": TREATMENT, "alternative": "two-sided", "alpha": 0.05})["p_value"]],
        RATES: [ask("two_proportion_z", {"control": FEW, "treatment": MANY, "variance": "pooled", "alternative": "two-sided"})["p_value"]],
        LOOKS: ask("group_sequential_bounds", {"information_fractions": FRACTIONS, "alpha": 0.05, "sides": 2, "spending": "power", "parameter": POWER})["z"],
        BEST: ask("thompson_bernoulli", {"arms_by_period": periods, "prior_alpha": 1, "prior_beta": 1, "decay": 1, "min_share": 0})["prob_best"],
        REPORT: [comparison["fixed"]["pValue"] for metric in METRICS for comparison in by_metric[metric]],
    }
    command = ["node", "build/pkg/dist/cli/isoflag.js", "simulate", "--rate", "5", "--units", "10000", "--looks", "10", "--runs", "10000", "--json"]
    simulate = lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert json.loads(simulate())["tally"]["runs"] == 10_000
    return {**timed["nanoseconds"], COMMAND_LINE: 1e9 * seconds(simulate)}, found


def seconds(once):
    """The best of some rounds: the others were disturbed."""
    started = time.perf_counter()
    once()
    first = time.perf_counter() - started
    repeats = max(1, int(0.01 / max(first, 1e-6)))
    best = first
    for _ in range(max(4, min(40, int(1.5 / first)))):
        started = time.perf_counter()
        for _ in range(repeats):
            once()
        best = min(best, (time.perf_counter() - started) / repeats)
    return best


def agree(name, work, found, expected):
    relative, absolute = AGREE[work]
    if len(found) != len(expected):
        sys.exit(f"{name} answers {len(found)} numbers to {work}, isoflag {len(expected)}")
    for a, b in zip(found, expected):
        if abs(a - b) > relative * abs(b) + absolute:
            sys.exit(f"{name} finds {a} for {work}, isoflag {b}: not the same work")


def told(nanoseconds):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            number = nanoseconds / size
            return f"{number:.{0 if number >= 100 else 1}f} {unit}"
    return f"{nanoseconds:.0f} ns"


def table(times, theirs):
    names = list(theirs)
    lines = ["| | isoflag | " + " | ".join(names) + " |", "|---|" + "---:|" * (1 + len(names))]
    for work, title in ROWS.items():
        cell = lambda name: f"{told(theirs[name][work])}, {theirs[name][work] / times[work]:,.0f}×" if work in theirs[name] else ""
        lines.append(f"| {title} | {told(times[work])} | " + " | ".join(map(cell, names)) + " |")
    return "\n".join(lines)


def main():
    times, found = ours()
    theirs = {}
    for name, (module, make) in PEERS.items():
        if importlib.util.find_spec(module) is None:
            print(f"{name} is not installed and left out")
            continue
        title = f"{name} {importlib.metadata.version(name)}"
        theirs[title] = {}
        for work, (once, answer) in make().items():
            if answer is not None:
                agree(title, work, answer, found[work])
            taken = seconds(once)
            theirs[title][work] = 1e9 * taken * (10_000 / 50 if work == RUNS else 1)
    for work, nanoseconds in sorted(times.items()):
        print(f"{work:50s} {nanoseconds:16,.0f} ns")
    written = table(times, theirs)
    print(f"\n{written}")
    if len(sys.argv) > 1:
        path = pathlib.Path(sys.argv[1])
        before, rest = path.read_text().split(OPEN)
        _, after = rest.split(CLOSE)
        intro = f"""Measured by [`tests/bench/stats/beside.py`](tests/bench/stats/beside.py) on {datetime.date.today()}, in one run on a busy two-core machine: ratios mean more than times.
Each tool first has to come to our answer. An empty cell: the tool does not do it."""
        path.write_text(f"{before}{OPEN}\n{intro}\n\n{written}\n{CLOSE}{after}")


if __name__ == "__main__":
    main()
