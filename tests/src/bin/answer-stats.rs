//! Answers a file of statistics cases: the file on standard input, `{id: answers}` on standard output.

use std::error::Error;
use std::io::{Read, Write, stdin, stdout};

fn main() -> Result<(), Box<dyn Error>> {
    let mut text = String::new();
    stdin().lock().read_to_string(&mut text)?;
    let mut out = stdout().lock();
    out.write_all(isoflag_tests::stats::answer_file(&text)?.as_bytes())?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}
