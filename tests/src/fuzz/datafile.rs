use isoflag_datafile::compile;
use isoflag_engine::{Input, Program, Reason, Value, decide};

/// Any text as a datafile: problems that say where they are, or a program in which every flag is usable.
pub fn datafile(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    match compile(text) {
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason");
            for problem in problems {
                assert!(problem.path.starts_with('$') && !problem.message.is_empty(), "{problem:?}");
            }
        }
        Ok(compiled) => {
            let opened = Program::open(&compiled.program);
            assert!(opened.is_ok(), "a compiled program does not open: {:?}", opened.err());
            let Ok(program) = opened else { return };
            for flag in (0..program.len()).filter_map(|number| program.flag(number)) {
                for value in [Value::Missing, Value::Text(b"user-42"), Value::Number(1.0)] {
                    let attributes = [value; 8];
                    let decision = decide(&flag, &Input::new(attributes.as_slice(), 0));
                    assert_ne!(decision.reason, Reason::Unusable, "a compiled flag is unusable");
                }
            }
        }
    }
}
