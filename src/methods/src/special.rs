use crate::answers::answers;
use crate::{Answers, Input, Outcome};
use isoflag_stats::{beta, binomial, chi_square, lambert_w_m1, noncentral_t, normal, student_t};

pub(crate) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    (method == "special").then(|| special(input))
}

fn special(input: &Input<'_>) -> Result<Answers, String> {
    let arguments = input.numbers("args")?;
    let value = match (input.text("fn")?, arguments.as_slice()) {
        ("norm_cdf", [x]) => Some(normal::cdf(*x)),
        ("norm_sf", [x]) => Some(normal::sf(*x)),
        ("norm_log_sf", [x]) => Some(normal::log_sf(*x)),
        ("norm_ppf", [p]) => normal::ppf(*p),
        ("t_sf", [t, df]) => student_t::sf(*t, *df),
        ("t_ppf", [p, df]) => student_t::ppf(*p, *df),
        ("chi2_sf", [x, df]) => chi_square::sf(*x, *df),
        ("chi2_ppf", [p, df]) => chi_square::ppf(*p, *df),
        ("beta_ppf", [p, a, b]) => beta::ppf(*p, *a, *b),
        ("binom_cdf", [k, n, p]) => binomial::cdf(*k, *n, *p),
        ("nct_cdf", [t, df, delta]) => noncentral_t::cdf(*t, *df, *delta),
        ("beta_cdf", [x, a, b]) => beta::cdf(*x, *a, *b),
        ("lambert_w_m1", [x]) => lambert_w_m1(*x),
        (name, _) => return Err(format!("no function `{name}` of so many numbers")),
    };
    Ok(answers! { "value": value })
}
