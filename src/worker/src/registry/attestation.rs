//! The keys servers sign exposures with. They are secrets we must know, so they are the ones that are kept as they are.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::audit;
use crate::errors::Result;
use crate::host::Sql;

/// How long a new key is known before anyone signs with it. An isolate believes what it learnt of the keys for half of this,
/// so that no signature comes before its key.
const KNOWN_BEFORE_MS: i64 = 60_000;
/// Replaced keys that are still known. What is signed with an older one counts as made up.
const KEPT: i64 = 4;

/// A key by which signatures are checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AttestationKey {
    /// Hex.
    pub(crate) key: String,
    pub(crate) signs_from: i64,
    /// When it ceases to count, once it was replaced.
    pub(crate) holds_until: Option<i64>,
}

/// What whoever replaced a key is told.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rotated {
    pub(crate) signs_from: i64,
    pub(crate) previous_holds_until: i64,
}

/// The key to sign with; `fresh` becomes the first.
pub(super) fn signing(sql: &Sql, fresh: String, now: i64) -> Result<String> {
    if let Some(key) = known_to_all(&all(sql)?, now) {
        return Ok(key.to_owned());
    }
    add(sql, &fresh, now, now)?;
    audit(sql, "server", "attestation_key_made", &json!({}), now)?;
    Ok(fresh)
}

/// The newest key that everybody has heard of by now.
fn known_to_all(newest_first: &[AttestationKey], now: i64) -> Option<&str> {
    newest_first.iter().find(|key| key.signs_from <= now).map(|key| key.key.as_str())
}

/// All keys that are known, newest first.
pub(super) fn all(sql: &Sql) -> Result<Vec<AttestationKey>> {
    type Row = (String, i64, Option<i64>);
    let rows: Vec<Row> =
        sql.read("SELECT key, signs_from, holds_until FROM attestation_keys ORDER BY number DESC", vec![])?;
    Ok(rows.into_iter().map(|(key, signs_from, holds_until)| AttestationKey { key, signs_from, holds_until }).collect())
}

/// Replaces the key; what was signed before holds for `grace` more milliseconds.
pub(super) fn rotate(sql: &Sql, fresh: &str, grace: i64, now: i64) -> Result<Rotated> {
    let (signs_from, until) = (now.saturating_add(KNOWN_BEFORE_MS), now.saturating_add(grace));
    // An earlier promise is cut short with the last one: whoever gives no grace has reasons.
    sql.run(
        "UPDATE attestation_keys SET holds_until = min(coalesce(holds_until, ?), ?)",
        vec![until.into(), until.into()],
    )?;
    add(sql, fresh, signs_from, now)?;
    let kept = "DELETE FROM attestation_keys WHERE number <= (SELECT max(number) FROM attestation_keys) - ?";
    sql.run(kept, vec![(KEPT + 1).into()])?;
    audit(sql, "root", "attestation_key_replaced", &json!({ "previousHoldsUntil": until }), now)?;
    Ok(Rotated { signs_from, previous_holds_until: until })
}

fn add(sql: &Sql, key: &str, signs_from: i64, now: i64) -> Result<()> {
    let values = vec![key.into(), now.into(), signs_from.into()];
    sql.run("INSERT INTO attestation_keys (key, created_at, signs_from) VALUES (?, ?, ?)", values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_signs_when_all_know_it_and_until_the_next_one_does() {
        let key = |key: &str, signs_from| AttestationKey { key: key.to_owned(), signs_from, holds_until: Some(0) };
        let keys = [key("third", 300), key("second", 200), key("first", 100)];
        for (now, signs) in [
            (99, None),
            (100, Some("first")),
            (199, Some("first")),
            (200, Some("second")),
            (299, Some("second")),
            (300, Some("third")),
        ] {
            assert_eq!(known_to_all(&keys, now), signs, "{now}");
        }
    }
}
