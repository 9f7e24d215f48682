use crate::answers::{answers, chance, ends};
use crate::{Answers, Input, Outcome};
use isoflag_stats::{
    Look, MsprtRun, Rho, Sprt, SprtDecision, asymptotic_cs, asymptotic_cs_one_sided, msprt, msprt_run, msprt_run_means,
    normal_mixture_boundary, sprt_bernoulli, sprt_normal,
};

pub(crate) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "asymptotic_cs" => sequence(input),
        "asymptotic_cs_one_sided" => sequence_one_sided(input),
        "normal_mixture_boundary" => boundary(input),
        "sprt_bernoulli" => ratio_of_rates(input),
        "sprt_normal" => ratio_of_estimate(input),
        "msprt" => mixture(input),
        "msprt_run" => mixture_run(input),
        "msprt_run_means" => mixture_run_means(input),
        _ => return None,
    })
}

fn look(input: &Input<'_>) -> Result<Look, String> {
    let [estimate, se, n] = [input.number("estimate")?, input.number("se")?, input.number("n")?];
    Ok(Look { estimate, se, n, alpha: input.number("alpha")?, n_star: input.number("n_star")? })
}

fn sequence(input: &Input<'_>) -> Result<Answers, String> {
    let rho = input.choice("rho", &[("approx", Rho::Approximate), ("exact", Rho::Exact)])?;
    Ok(asymptotic_cs(&look(input)?, rho).map_or_else(Answers::undefined, |found| {
        answers! { "rho": found.rho, "half_width": found.half_width }.and(chance(found.p)).and(ends(found.interval))
    }))
}

fn sequence_one_sided(input: &Input<'_>) -> Result<Answers, String> {
    let look = look(input)?;
    Ok(asymptotic_cs_one_sided(&look).map_or_else(Answers::undefined, |(rho, half_width)| {
        let (lower, upper) = (look.estimate - half_width, look.estimate + half_width);
        answers! { "rho": rho, "half_width": half_width, "lower_bound": lower, "upper_bound": upper }
    }))
}

fn boundary(input: &Input<'_>) -> Result<Answers, String> {
    let [v, alpha] = [input.number("v")?, input.number("alpha")?];
    let found = normal_mixture_boundary(v, alpha, input.number("v_opt")?, input.number("alpha_opt")?);
    Ok(found.map_or_else(Answers::undefined, |(rho, boundary)| answers! { "rho": rho, "boundary": boundary }))
}

fn ratio_of_rates(input: &Input<'_>) -> Result<Answers, String> {
    let data = isoflag_stats::Proportion { n: input.number("n")?, successes: input.number("successes")? };
    let [alpha, beta] = [input.number("alpha")?, input.number("beta")?];
    Ok(ratio(sprt_bernoulli(data, input.number("p0")?, input.number("p1")?, alpha, beta)))
}

fn ratio_of_estimate(input: &Input<'_>) -> Result<Answers, String> {
    let [estimate, se, effect] = [input.number("estimate")?, input.number("se")?, input.number("effect_h1")?];
    Ok(ratio(sprt_normal(estimate, se, effect, input.number("alpha")?, input.number("beta")?)))
}

fn ratio(found: Option<Sprt>) -> Answers {
    found.map_or_else(Answers::undefined, |found| {
        let decision = match found.decision {
            SprtDecision::AcceptH0 => "accept_h0",
            SprtDecision::AcceptH1 => "accept_h1",
            SprtDecision::Continue => "continue",
        };
        answers! { "llr": found.llr, "upper": found.upper, "lower": found.lower, "decision": decision }
    })
}

fn mixture(input: &Input<'_>) -> Result<Answers, String> {
    let [estimate, variance] = [input.number("estimate")?, input.number("variance")?];
    let found = msprt(estimate, variance, input.number("tau2")?, input.number("alpha")?);
    Ok(found.map_or_else(Answers::undefined, |found| {
        answers! { "log_lambda": found.log_lambda, "half_width": found.half_width }
            .and(chance(found.p))
            .and(ends(found.interval))
    }))
}

/// Both arms of every look.
fn arms<T>(input: &Input<'_>, arm: impl Fn(&Input<'_>, &str) -> Result<T, String>) -> Result<Vec<(T, T)>, String> {
    let looks = input.objects("looks")?;
    looks.iter().map(|look| Ok((arm(look, "control")?, arm(look, "treatment")?))).collect()
}

fn mixture_run(input: &Input<'_>) -> Result<Answers, String> {
    let looks = arms(input, |look, key| look.proportion(key))?;
    Ok(all_looks(msprt_run(&looks, input.number("tau2")?, input.number("alpha")?)))
}

fn mixture_run_means(input: &Input<'_>) -> Result<Answers, String> {
    let looks = arms(input, |look, key| look.sample(key))?;
    Ok(all_looks(msprt_run_means(&looks, input.number("tau2")?, input.number("alpha")?)))
}

fn all_looks(found: Option<MsprtRun>) -> Answers {
    found.map_or_else(Answers::undefined, |found| {
        answers! { "always_valid_p": found.always_valid_p, "stop_look": found.stop_look,
        "ci_low": found.intervals.iter().map(|interval| interval.low).collect::<Vec<_>>(),
        "ci_high": found.intervals.iter().map(|interval| interval.high).collect::<Vec<_>>() }
    })
}
