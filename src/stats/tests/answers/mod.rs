//! From a case's input to its answers: the adapter between the vectors' names and ours.

use isoflag_stats::*;
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) type Answer = Map<String, Value>;

/// The input, remembering which keys were read.
pub(crate) struct Input<'a> {
    values: &'a BTreeMap<String, Value>,
    read: RefCell<BTreeSet<String>>,
}

impl<'a> Input<'a> {
    pub(crate) fn new(values: &'a BTreeMap<String, Value>) -> Self {
        Self { values, read: RefCell::default() }
    }

    pub(crate) fn unread(&self) -> Vec<String> {
        self.values.keys().filter(|key| !self.read.borrow().contains(*key)).cloned().collect()
    }

    fn value(&self, key: &str) -> &'a Value {
        self.read.borrow_mut().insert(key.into());
        self.values.get(key).unwrap_or(&Value::Null)
    }

    fn number(&self, key: &str) -> f64 {
        self.value(key).as_f64().unwrap()
    }

    fn text(&self, key: &str) -> &'a str {
        self.value(key).as_str().unwrap()
    }

    fn numbers(&self, key: &str) -> Vec<f64> {
        self.value(key).as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
    }

    fn fields<const N: usize>(&self, key: &str, names: [&str; N]) -> [f64; N] {
        let object = self.value(key).as_object().unwrap();
        assert_eq!(object.len(), N, "unknown keys in `{key}`");
        names.map(|name| object[name].as_f64().unwrap())
    }

    fn proportion(&self, key: &str) -> Proportion {
        let [n, successes] = self.fields(key, ["n", "successes"]);
        Proportion { n, successes }
    }

    fn sample(&self, key: &str) -> Sample {
        let [n, mean, variance] = self.fields(key, ["n", "mean", "variance"]);
        Sample { n, mean, variance }
    }

    fn alternative(&self) -> Alternative {
        match self.text("alternative") {
            "two-sided" => Alternative::TwoSided,
            "greater" => Alternative::Greater,
            "less" => Alternative::Less,
            other => panic!("no alternative `{other}`"),
        }
    }

    fn pooling(&self) -> ProportionVariance {
        match self.text("variance") {
            "pooled" => ProportionVariance::Pooled,
            "unpooled" => ProportionVariance::Unpooled,
            other => panic!("no variance `{other}`"),
        }
    }
}

pub(crate) fn answer(method: &str, input: &Input<'_>) -> Answer {
    let value = match method {
        "special" => json!({ "value": special(input) }),
        "two_proportion_z" => z_test(input),
        "proportion_ci" => one_proportion(input),
        "proportion_diff_ci" => two_proportions(input),
        "welch_t" => welch(input),
        "mean_from_sums" => {
            let [n, sum, sum_squares] = ["n", "sum", "sum_squares"].map(|key| input.number(key));
            let sums = Sums { n, sum, sum_squares };
            let variance = sums.variance();
            json!({ "mean": sums.mean(), "variance": variance, "se": variance.map(|v| (v / n).sqrt()) })
        }
        "merge_moments" => merged(input),
        "relative_lift" => lift(input),
        "sample_size_proportions" => size_of_proportions(input),
        "sample_size_means" => {
            assert_eq!(input.text("distribution"), "normal");
            size(sample_size_means(&MeanPlan {
                difference: input.number("effect"),
                sd: input.number("sd"),
                alpha: input.number("alpha"),
                power: input.number("power"),
                ratio: input.number("ratio"),
                sides: input.number("sides") as u8,
            }))
        }
        "days_remaining" => {
            let [required, current, daily, share] =
                ["required_total", "current_total", "daily_users", "allocation"].map(|key| input.number(key));
            let days = days_remaining(required, current, daily, share);
            json!({ "defined": days.is_some(), "days": days })
        }
        "srm_chi_square" => srm(input),
        "asymptotic_cs" => sequence(input),
        "asymptotic_cs_one_sided" => {
            let look = look(input);
            let (rho, half_width) = asymptotic_cs_one_sided(&look).unwrap();
            let (lower, upper) = (look.estimate - half_width, look.estimate + half_width);
            json!({ "rho": rho, "half_width": half_width, "lower_bound": lower, "upper_bound": upper })
        }
        other => panic!("no method `{other}`"),
    };
    value.as_object().cloned().unwrap()
}

fn special(input: &Input<'_>) -> Option<f64> {
    let arguments = input.numbers("args");
    match (input.text("fn"), arguments.as_slice()) {
        ("norm_cdf", [x]) => Some(normal::cdf(*x)),
        ("norm_sf", [x]) => Some(normal::sf(*x)),
        ("norm_log_sf", [x]) => Some(normal::log_sf(*x)),
        ("norm_ppf", [p]) => normal::ppf(*p),
        ("t_sf", [t, df]) => student_t::sf(*t, *df),
        ("t_ppf", [p, df]) => student_t::ppf(*p, *df),
        ("chi2_sf", [x, df]) => chi_square::sf(*x, *df),
        ("beta_cdf", [x, a, b]) => beta::cdf(*x, *a, *b),
        ("lambert_w_m1", [x]) => lambert_w_m1(*x),
        (name, arguments) => panic!("no function `{name}` of {arguments:?}"),
    }
}

fn z_test(input: &Input<'_>) -> Value {
    let (control, treatment) = (input.proportion("control"), input.proportion("treatment"));
    let found = two_proportion_z(control, treatment, input.pooling(), input.alternative()).unwrap();
    let p = found.test.map(|(_, p)| p);
    json!({
        "rate_control": found.rate_control, "rate_treatment": found.rate_treatment, "diff": found.diff, "se": found.se,
        "defined": found.test.is_some(), "z": found.test.map(|(z, _)| z),
        "p_value": p.map(|p| p.p_value), "log_p_value": p.map(|p| p.log_p_value),
    })
}

fn one_proportion(input: &Input<'_>) -> Value {
    let method = match input.text("method") {
        "wilson" => ProportionInterval::Wilson,
        "wald" => ProportionInterval::Wald,
        other => panic!("no method `{other}`"),
    };
    assert_eq!(input.value("clip"), false);
    let arm = Proportion { n: input.number("n"), successes: input.number("successes") };
    let interval = proportion_ci(arm, method, input.number("level")).unwrap();
    json!({ "ci_low": interval.low, "ci_high": interval.high })
}

fn two_proportions(input: &Input<'_>) -> Value {
    let method = match input.text("method") {
        "wald" => DifferenceInterval::Wald,
        "newcombe" => DifferenceInterval::Newcombe,
        other => panic!("no method `{other}`"),
    };
    let (control, treatment) = (input.proportion("control"), input.proportion("treatment"));
    let (diff, interval) = proportion_diff_ci(control, treatment, method, input.number("level")).unwrap();
    json!({ "diff": diff, "ci_low": interval.low, "ci_high": interval.high })
}

fn welch(input: &Input<'_>) -> Value {
    let (control, treatment) = (input.sample("control"), input.sample("treatment"));
    let found = welch_t(control, treatment, input.alternative(), input.number("alpha")).unwrap();
    let Some(test) = found.test else {
        return json!({ "diff": found.diff, "se": found.se, "defined": false });
    };
    json!({
        "diff": found.diff, "se": found.se, "defined": true, "t": test.t, "df": test.df,
        "p_value": test.p.p_value, "log_p_value": test.p.log_p_value,
        "ci_low": end(test.interval.low), "ci_high": end(test.interval.high),
    })
}

/// JSON has no infinities.
fn end(x: f64) -> Value {
    if x.is_finite() { json!(x) } else { json!(if x > 0.0 { "inf" } else { "-inf" }) }
}

fn merged(input: &Input<'_>) -> Value {
    let parts = input.value("parts").as_array().unwrap().iter();
    let moments = parts.fold(Moments::default(), |sum, part| {
        let values = part.as_array().unwrap().iter().map(|value| value.as_f64().unwrap());
        sum.merge(&values.collect())
    });
    json!({ "n": moments.n(), "mean": moments.mean(), "variance": moments.variance() })
}

fn lift(input: &Input<'_>) -> Value {
    let (control, treatment) = (input.sample("control"), input.sample("treatment"));
    let level = input.number("level");
    let distribution = input.text("distribution");
    let undefined = json!({ "defined": false });
    let Some(found) = relative_lift(control, treatment) else {
        input.value("method");
        return undefined;
    };
    match (input.text("method"), distribution) {
        ("delta", "normal") => {
            let half = normal::upper_quantile(0.5 * (1.0 - level)).unwrap() * found.se;
            let (low, high) = (found.lift - half, found.lift + half);
            json!({ "defined": true, "lift": found.lift, "se": found.se, "ci_low": low, "ci_high": high })
        }
        ("delta", "t") => {
            let df = degrees_of_freedom(control, treatment).unwrap();
            let half = student_t::upper_quantile(0.5 * (1.0 - level), df).unwrap() * found.se;
            let (low, high) = (found.lift - half, found.lift + half);
            json!({ "defined": true, "lift": found.lift, "se": found.se, "df": df, "ci_low": low, "ci_high": high })
        }
        ("log", "normal") => log_lift_ci(control, treatment, level).map_or(undefined, |(se, interval)| {
            json!({ "defined": true, "lift": found.lift, "se_log_ratio": se,
                    "ci_low": interval.low, "ci_high": interval.high })
        }),
        ("fieller", "normal") => match fieller_ci(control, treatment, level) {
            Some(Fieller::Bounded(interval)) => json!({ "defined": true, "bounded": true, "lift": found.lift,
                    "ci_low": interval.low, "ci_high": interval.high }),
            Some(Fieller::Unbounded) => json!({ "defined": true, "bounded": false, "lift": found.lift }),
            None => undefined,
        },
        other => panic!("no method {other:?}"),
    }
}

fn size_of_proportions(input: &Input<'_>) -> Value {
    let (baseline, mde) = (input.number("baseline"), input.number("mde"));
    let target = match input.text("mde_kind") {
        "relative" => baseline * (1.0 + mde),
        "absolute" => baseline + mde,
        other => panic!("no kind `{other}`"),
    };
    size(sample_size_proportions(&ProportionPlan {
        baseline,
        target,
        alpha: input.number("alpha"),
        power: input.number("power"),
        ratio: input.number("ratio"),
        sides: input.number("sides") as u8,
        variance: input.pooling(),
    }))
}

fn size(size: Option<SampleSize>) -> Value {
    let size = size.unwrap();
    json!({ "n_control_exact": size.control_exact, "n_control": size.control, "n_treatment": size.treatment,
            "total": size.total() })
}

fn srm(input: &Input<'_>) -> Value {
    let arms: Vec<_> = input.numbers("observed").into_iter().zip(input.numbers("weights")).collect();
    let Some(srm) = srm_chi_square(&arms) else { return json!({ "defined": false }) };
    json!({ "defined": true, "chi2": srm.chi2, "df": srm.df, "p_value": srm.p.p_value,
            "log_p_value": srm.p.log_p_value, "srm_at_0_001": srm.p.p_value < 0.001 })
}

fn look(input: &Input<'_>) -> Look {
    let [estimate, se, n, alpha, n_star] = ["estimate", "se", "n", "alpha", "n_star"].map(|key| input.number(key));
    Look { estimate, se, n, alpha, n_star }
}

fn sequence(input: &Input<'_>) -> Value {
    let rho = match input.text("rho") {
        "approx" => Rho::Approximate,
        "exact" => Rho::Exact,
        other => panic!("no rho `{other}`"),
    };
    let found = asymptotic_cs(&look(input), rho).unwrap();
    json!({ "rho": found.rho, "half_width": found.half_width, "ci_low": found.interval.low,
            "ci_high": found.interval.high, "p_value": found.p.p_value, "log_p_value": found.p.log_p_value })
}
