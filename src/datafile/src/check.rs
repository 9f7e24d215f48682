//! What is wrong, or looks wrong, between flags.

use isoflag_written::Problems;
use std::collections::HashMap;

/// Warns of splits of different flags that share a salt: their arms then go to the same people.
pub(crate) fn shared_salts(salts: &[(&str, String, String)], problems: &mut Problems) {
    let mut first: HashMap<&str, &str> = HashMap::new();
    for (flag, salt, path) in salts {
        let other = *first.entry(salt).or_insert(flag);
        if other != *flag {
            let text = format!(
                "flag `{other}` splits under the salt `{salt}` too, so the same units fall into the same arms of both; \
                 give each its own salt unless that is meant"
            );
            problems.warn(path, text);
        }
    }
}
