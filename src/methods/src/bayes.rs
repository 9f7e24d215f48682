use crate::answers::{answers, ends};
use crate::value::Value;
use crate::{Answers, Input, Outcome};
use isoflag_stats::{
    Exploration, Interval, Proportion, beta_binomial, exploration_decay, normal_bayes, thompson_bernoulli,
    thompson_gaussian,
};

pub(crate) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "beta_binomial" => rates(input),
        "normal_bayes" => estimate(input),
        "thompson_bernoulli" => bandit_of_rates(input),
        "thompson_gaussian" => bandit_of_means(input),
        "exploration_decay" => exploration(input),
        _ => return None,
    })
}

fn prior(input: &Input<'_>) -> Result<(f64, f64), String> {
    Ok((input.number("prior_alpha")?, input.number("prior_beta")?))
}

fn rates(input: &Input<'_>) -> Result<Answers, String> {
    let (control, treatment) = (input.proportion("control")?, input.proportion("treatment")?);
    let found = beta_binomial(control, treatment, prior(input)?, input.number("level")?);
    let pair = |(a, b): (f64, f64)| vec![a, b];
    let ends = |interval: Interval| vec![interval.low, interval.high];
    Ok(found.map_or_else(Answers::undefined, |found| {
        answers! { "posterior_control": pair(found.posterior_control), "posterior_treatment": pair(found.posterior_treatment),
        "prob_treatment_better": found.prob_treatment_better, "expected_gain": found.expected_gain,
        "expected_loss": found.expected_loss, "mean_control": found.mean_control, "mean_treatment": found.mean_treatment,
        "ci_control": ends(found.interval_control), "ci_treatment": ends(found.interval_treatment) }
    }))
}

fn estimate(input: &Input<'_>) -> Result<Answers, String> {
    let prior = match (input.optional("prior_mean")?, input.optional("prior_sd")?) {
        (Some(mean), Some(sd)) => Some((mean, sd)),
        (None, None) => None,
        _ => return Err("a prior has a mean and a standard deviation".into()),
    };
    let found = normal_bayes(input.number("estimate")?, input.number("se")?, prior, input.number("level")?);
    Ok(found.map_or_else(Answers::undefined, |found| {
        answers! { "posterior_mean": found.posterior_mean, "posterior_sd": found.posterior_sd,
        "prob_positive": found.prob_positive, "prob_negative": found.prob_negative,
        "expected_gain": found.expected_gain, "expected_loss": found.expected_loss }
        .and(ends(found.interval))
    }))
}

fn bandit_of_rates(input: &Input<'_>) -> Result<Answers, String> {
    let list = input.value("arms_by_period").as_array().ok_or("`arms_by_period` is no list")?;
    let period = |row: &Value| match row.as_array()? {
        [n, successes] => Some(Proportion { n: n.as_f64()?, successes: successes.as_f64()? }),
        _ => None,
    };
    let arms = list.iter().map(|arm| arm.as_array()?.iter().map(period).collect::<Option<Vec<_>>>());
    let arms = arms.collect::<Option<Vec<_>>>().ok_or("a period is [n, successes]")?;
    let found = thompson_bernoulli(&arms, prior(input)?, input.number("decay")?, input.number("min_share")?);
    Ok(found.map_or_else(Answers::undefined, |found| {
        let (alpha, beta): (Vec<f64>, Vec<f64>) = found.posteriors.into_iter().unzip();
        answers! { "alpha": alpha, "beta": beta, "prob_best": found.prob_best, "allocation": found.allocation }
    }))
}

fn bandit_of_means(input: &Input<'_>) -> Result<Answers, String> {
    let (means, sds) = (input.numbers("means")?, input.numbers("sds")?);
    if means.len() != sds.len() {
        return Err("each arm has a mean and a standard deviation".into());
    }
    let arms: Vec<_> = means.into_iter().zip(sds).collect();
    let found = thompson_gaussian(&arms, input.flag("lower_is_better")?, input.number("min_share")?);
    Ok(found.map_or_else(Answers::undefined, |found| {
        answers! { "prob_best": found.prob_best, "allocation": found.allocation }
    }))
}

fn exploration(input: &Input<'_>) -> Result<Answers, String> {
    let [epsilon0, decay, epsilon_min] =
        [input.number("epsilon0")?, input.number("decay")?, input.number("epsilon_min")?];
    let schedule = Exploration { epsilon0, decay, epsilon_min };
    let found = exploration_decay(&schedule, input.number("step")?, &input.numbers("prob_best")?);
    Ok(found.map_or_else(Answers::undefined, |(epsilon, allocation)| {
        answers! { "epsilon": epsilon, "allocation": allocation }
    }))
}
