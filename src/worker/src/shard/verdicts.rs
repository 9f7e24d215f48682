use isoflag_experiments::{ExposureVerdict, VerdictCell};

use crate::errors::Result;
use crate::host::Sql;

/// Exposures of a run by variant and how far they can be believed.
pub(super) fn count(sql: &Sql, run: i64) -> Result<Vec<VerdictCell>> {
    let rows: Vec<(String, ExposureVerdict, u64)> = sql.read(
        "SELECT variant, verdict, exposures FROM verdicts WHERE run = ? AND exposures > 0 ORDER BY variant, verdict",
        vec![run.into()],
    )?;
    Ok(rows.into_iter().map(|(variant, verdict, exposures)| VerdictCell { variant, verdict, exposures }).collect())
}

/// The verdicts as SQL compares them: the place of a name in this text is its rank.
pub(super) fn ranks() -> String {
    ExposureVerdict::ALL.map(ExposureVerdict::name).join(",")
}

/// Those whose exposures enrol nobody, as SQL lists them.
pub(super) fn kept_apart() -> String {
    listed(|verdict| !verdict.counts())
}

/// Those of exposures that something speaks against, as SQL lists them.
pub(super) fn refuted() -> String {
    listed(ExposureVerdict::refuted)
}

fn listed(which: fn(ExposureVerdict) -> bool) -> String {
    let names = ExposureVerdict::ALL.into_iter().filter(|verdict| which(*verdict));
    names.map(|verdict| format!("'{}'", verdict.name())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_rise_and_no_name_hides_in_another() {
        let ranks = ranks();
        let places = ExposureVerdict::ALL.map(|verdict| ranks.find(verdict.name()).unwrap());
        assert!(places.is_sorted_by(|a, b| a < b), "{places:?}");
        assert_eq!(kept_apart(), "'unknown_run', 'mismatched', 'override', 'bot'");
        assert_eq!(refuted(), "'mismatched', 'override', 'bot'");
    }
}
