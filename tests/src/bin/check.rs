//! Reads datafiles, one a line, and says of each what is wrong with it in any of its environments, as JSON.

use isoflag_datafile::check;
use std::io::{Read, Write, stdin, stdout};

fn main() -> std::io::Result<()> {
    let mut lines = String::new();
    stdin().read_to_string(&mut lines)?;
    let mut out = stdout().lock();
    for line in lines.lines() {
        let problems = check(line, None).err().unwrap_or_default();
        writeln!(out, "{}", serde_json::to_string(&problems)?)?;
    }
    Ok(())
}
