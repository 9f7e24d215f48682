//! Reads datafiles, one a line, and says of each what is wrong with it in any of its environments, as JSON. With
//! `experiments` behind it the lines are experiments.json.

use isoflag_datafile::{Problem, check};
use isoflag_experiments::parse;
use std::env::args;
use std::io::{Read, Write, stdin, stdout};

fn main() -> std::io::Result<()> {
    let problems: fn(&str) -> Vec<Problem> = match args().nth(1).as_deref() {
        Some("experiments") => |line| parse(line).err().unwrap_or_default(),
        _ => |line| check(line, None).err().unwrap_or_default(),
    };
    let mut lines = String::new();
    stdin().read_to_string(&mut lines)?;
    let mut out = stdout().lock();
    for line in lines.lines() {
        writeln!(out, "{}", serde_json::to_string(&problems(line))?)?;
    }
    Ok(())
}
