use super::answers::{answers, chance};
use super::{Answers, Input, Outcome};
use isoflag_stats::srm_chi_square;

pub(super) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "srm_chi_square" => srm(input),
        _ => return None,
    })
}

fn srm(input: &Input<'_>) -> Result<Answers, String> {
    let arms: Vec<_> = input.numbers("observed")?.into_iter().zip(input.numbers("weights")?).collect();
    let Some(srm) = srm_chi_square(&arms) else { return Ok(Answers::undefined()) };
    let all = answers! { "defined": true, "chi2": srm.chi2, "df": srm.df, "srm_at_0_001": srm.p.p_value < 0.001 };
    Ok(all.and(chance(srm.p)))
}
