//! Judging exposures of runs that were not known when they came, once they are: before anything of the run is counted, and before any
//! event is let go that may count for them.
//!
//! Only those with an arm of the run are. The others stay what they are, and make one line of a report: however many somebody made up,
//! they are never looked at again. Those from a time of which events were let go stay as well: they would be refused if they came now.

use isoflag_experiments::ExposureVerdict;
use serde_json::json;

use super::append::enrol;
use super::archive;
use super::cells::Want;
use crate::errors::Result;
use crate::host::Sql;
use crate::judge::of_run;

/// Exposures judged in one go: as one value they may not have two megabytes, however long the names of their variants are.
const AT_ONCE: usize = 5_000;

/// How many there are, those included that are of no arm of their run.
pub(crate) fn unknown(sql: &Sql) -> Result<u64> {
    let query = "SELECT count(*) FROM exposures INDEXED BY exposures_unknown WHERE verdict = 'unknown_run'";
    Ok(sql.first(query, vec![])?.map_or(0, |(count,)| count))
}

/// Whether there are any. Asked at every count, and hardly ever is there one.
pub(crate) fn any_unknown(sql: &Sql) -> Result<bool> {
    let query = "SELECT 1 FROM exposures INDEXED BY exposures_unknown WHERE verdict = 'unknown_run' LIMIT 1";
    Ok(sql.first::<(i64,)>(query, vec![])?.is_some())
}

/// Judges those of some runs. Answers whether it came to an end; else it is to be asked again.
pub(crate) fn rejudge(sql: &Sql, wants: &[Want]) -> Result<bool> {
    if !any_unknown(sql)? {
        return Ok(true);
    }
    let mut room = AT_ONCE;
    for want in wants {
        room = room.saturating_sub(of_one(sql, want, room)?);
    }
    Ok(room > 0)
}

fn of_one(sql: &Sql, want: &Want, most: usize) -> Result<usize> {
    let rows: Vec<(i64, i64, String, String, String)> = sql.read(
        "SELECT x.run, x.unit, x.variant, u.type, u.id FROM runs r
         CROSS JOIN exposures x INDEXED BY exposures_unknown ON x.run = r.run AND x.verdict = 'unknown_run' AND x.variant IN (SELECT value FROM json_each(?3))
         CROSS JOIN units u ON u.unit = x.unit
         WHERE r.experiment = ?1 AND r.name = ?2 AND x.at >= ?4 LIMIT ?5",
        vec![
            want.experiment.as_str().into(),
            want.run.as_str().into(),
            json!(want.arms).to_string().into(),
            archive::bounds(sql)?.shown_from.into(),
            i64::try_from(most).unwrap_or(i64::MAX).into(),
        ],
    )?;
    if rows.is_empty() {
        return Ok(0);
    }
    let judged: Vec<(i64, i64, &str, ExposureVerdict)> = rows
        .iter()
        .map(|(run, unit, variant, unit_type, id)| {
            (*run, *unit, variant.as_str(), of_run(want.allocation.as_ref(), unit_type, id, variant))
        })
        .collect();
    let judged = json!(judged).to_string();
    sql.run(
        "UPDATE exposures SET verdict = j.value ->> 3 FROM json_each(?) j
         WHERE exposures.run = j.value ->> 0 AND exposures.unit = j.value ->> 1 AND exposures.variant = j.value ->> 2",
        vec![judged.as_str().into()],
    )?;
    enrol(sql, &judged)?;
    Ok(rows.len())
}
