use crate::answers::answers;
use crate::variance_reduction::{arms, coefficient_answers};
use crate::{Answers, Input, Outcome};
use isoflag_stats::{ClusterRow, SandwichType, cluster_design, cluster_robust};

pub(crate) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "cluster_robust" => robust(input),
        "cluster_design" => design(input),
        _ => return None,
    })
}

fn rows(input: &Input<'_>) -> Result<Vec<ClusterRow>, String> {
    let (clusters, treated, outcome) = (input.numbers("cluster")?, arms(input, "treated")?, input.numbers("outcome")?);
    if clusters.len() != outcome.len() || treated.len() != outcome.len() {
        return Err("lists of unequal length".into());
    }
    // Clusters only need to be told apart.
    let rows = clusters.iter().zip(treated).zip(outcome);
    Ok(rows.map(|((cluster, treated), outcome)| ClusterRow { cluster: cluster.to_bits(), treated, outcome }).collect())
}

fn robust(input: &Input<'_>) -> Result<Answers, String> {
    let kinds = [
        ("CR0", SandwichType::Cr0),
        ("CR1", SandwichType::Cr1),
        ("CR1S", SandwichType::Cr1s),
        ("CR2", SandwichType::Cr2),
    ];
    let found = cluster_robust(&rows(input)?, input.choice("se_type", &kinds)?, input.number("level")?);
    Ok(found.map_or_else(Answers::undefined, |(found, clusters)| {
        coefficient_answers(found, "t").with("df", found.df).with("clusters", clusters)
    }))
}

fn design(input: &Input<'_>) -> Result<Answers, String> {
    Ok(cluster_design(&rows(input)?).map_or_else(Answers::undefined, |found| {
        answers! {
            "icc": found.icc, "n0": found.n0, "mean_size": found.mean_size, "cv2": found.cv2,
            "design_effect": found.design_effect, "effective_n": found.effective_n,
        }
    }))
}
