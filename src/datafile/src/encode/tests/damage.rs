use super::*;
use isoflag_engine::bucket::cut;
use isoflag_engine::layout::{DIGEST, NO_ATTRIBUTE, op};
use isoflag_engine::{Flag, List};

/// A program with every test and every part of a split in it.
fn everything() -> Vec<u8> {
    let text = || Operand::Text("Kelvin ſ".to_owned());
    let texts = || Operand::Texts(["Kelvin", "user-42", "x", "y", "z", "é"].map(str::to_owned).to_vec().into());
    let numbers = || Operand::Numbers(vec![1.0, 2.0, 3.0, 5.0, 8.0, 13.0].into());
    let version = || Operand::Version(Version { major: 1, minor: 2, patch: 3, pre_release: "rc.1".to_owned() });
    let mut dfa: Vec<u8> = [3_u16, 2, 2, 1].iter().flat_map(|number| number.to_le_bytes()).collect();
    dfa.extend([0_u8; 256]);
    dfa.extend([0_u16, 0, 1, 1, 2, 1].iter().flat_map(|state| state.to_le_bytes()));
    let operands = (op::EXISTS..=op::FLAG_IS).map(|operation| {
        let operand = match operation {
            op::EXISTS..=op::IS_FALSE | op::LIST_HAS_TRUE | op::LIST_HAS_FALSE => Operand::None,
            op::TEXT_IN | op::FOLD_IN | op::LIST_ANY_TEXT => texts(),
            op::NUMBER_IN | op::LIST_ANY_NUMBER => numbers(),
            op::NUMBER_EQUALS..=op::AT_LEAST | op::LIST_HAS_NUMBER => Operand::Number(2.0),
            op::MATCHES => Operand::Dfa(dfa.clone().into()),
            op::VERSION_EQUALS..=op::VERSION_AT_LEAST => version(),
            op::DATE_BEFORE..=op::DATE_NOT_BEFORE | op::NOW_BEFORE | op::NOW_NOT_BEFORE => Operand::Time(1000),
            op::IN_NETWORK => Operand::Networks(vec![(0xffff_0a00_0000, 104), (1 << 100, 28)].into()),
            op::FLAG_IS => Operand::Flag(0, ON),
            _ => text(),
        };
        let attribute = if operation >= op::NOW_BEFORE { NO_ATTRIBUTE } else { 0 };
        Test { attribute, ..test(operation, operand) }
    });
    let rules =
        operands.map(|test| targets(vec![Test { on_true: 1, ..test.clone() }, Test { on_true: REJECT, ..test }]));
    let gate = [(i64::MIN, cut(100)), (1000, cut(5000)), (2000, None)];
    let slice = |salt: &[u8]| Some(SliceCode { key: key(salt), intervals: vec![(0, 1 << 30), (1 << 31, u32::MAX)] });
    let split = || SplitCode {
        gate: Some(GateCode { key: key(b"gate"), steps: gate.map(|(from, cut)| GateStep { from, cut }).to_vec() }),
        layer: slice(b"layer"),
        holdout: slice(b"holdout"),
        forced: vec![(THIRD, vec!["user-7".to_owned(), "user-8".to_owned()])],
        ..halves()
    };
    let asks = |flag| Test { attribute: NO_ATTRIBUTE, ..test(op::FLAG_IS, Operand::Flag(flag, ON)) };
    let base = flag("base", vec![splits(split()), splits(halves())]);
    let mut tests = flag("tests", rules.chain([splits(split())]).collect());
    tests.experiment = Some(ExperimentCode { run: "0123abcd".to_owned(), control: ON, unit: 0, restart: 0 });
    let mut asking = flag("asking", vec![targets(vec![asks(1)]), splits(split())]);
    asking.prerequisites = vec![asks(0)];
    program(vec![base, tests, asking])
}

/// Everything a host may ask of a flag. What comes out is a number, so that nothing of it is left out as unused.
fn use_all(bytes: &[u8]) -> usize {
    let Ok(program) = Program::open(bytes) else { return 0 };
    let members = packed(&[Value::Text(b"Kelvin"), Value::Number(2.0), Value::Boolean(false)]);
    let values = [
        Value::Missing,
        Value::Boolean(true),
        Value::Number(1500.0),
        Value::Text(b"user-42"),
        Value::Text("\u{212a}elvin S".as_bytes()),
        Value::Text(b"1.2.3-rc.1"),
        Value::Text(b"10.1.2.3"),
        Value::List(List::new(&members)),
    ];
    let mut seen = 0;
    for flag in (0..program.len().min(8)).filter_map(|number| program.flag(number)) {
        for value in values {
            let attributes = [value, Value::Text(b"user-42")];
            for pin in [Pin::None, Pin::Sticky(THIRD)] {
                let decision = decide(&flag, &Input { attributes: attributes.as_slice(), now: 1500, pin });
                assert_eq!(decision.variant.is_none(), decision.reason == Reason::Unusable);
                seen += usize::from(decision.variant.is_some());
            }
        }
        seen += usize::from(described(&program, &flag).is_some());
    }
    seen
}

fn described(program: &Program<'_>, flag: &Flag<'_>) -> Option<usize> {
    let names = (0..flag.variants()?).map(|number| flag.variant(number)).filter(Option::is_some).count();
    let reads = (0..flag.reads()?).filter_map(|index| program.attribute(flag.read(index)?)).count();
    let found = program.find(flag.key()?)?;
    let constant = usize::from(flag.constant().is_some()) + usize::from(flag.experiment().is_some());
    Some(names + reads + found as usize + constant + program.environment()?.len())
}

#[test]
fn whatever_byte_is_damaged_there_is_an_answer_or_an_error() {
    let whole = everything();
    let usable = use_all(&whole);
    // Three flags, eight values, two pins, and three descriptions.
    assert_eq!(usable, 3 * 8 * 2 + 3);
    let mut still_open = 0;
    for at in (0..whole.len()).filter(|at| !DIGEST.contains(at)) {
        for damage in [0x00, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] = if damage == 0x80 { bytes[at] ^ 1 } else { damage };
            still_open += usize::from(use_all(&bytes) > 0);
        }
    }
    assert!(still_open > whole.len(), "{still_open} of the damaged programs were used");
}

#[test]
fn whatever_two_words_are_damaged_there_is_an_answer_or_an_error() {
    let whole = everything();
    let mut state = 1_u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    for _ in 0..5000 {
        let mut bytes = whole.clone();
        for _ in 0..2 {
            // Past the header, where almost anything is refused. Small numbers and offsets lead furthest.
            let at = 96 + random() % (bytes.len() - 100);
            let word = [random() % 8, random() % bytes.len(), u32::MAX as usize, random()][random() % 4] as u32;
            bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
        }
        use_all(&bytes);
    }
}

#[test]
fn a_program_cut_short_is_refused_or_answers() {
    let whole = everything();
    for length in 0..whole.len() {
        let mut bytes = whole[..length].to_vec();
        assert!(Program::open(&bytes).is_err(), "{length} bytes that state {}", whole.len());
        if length > 12 {
            bytes[8..12].copy_from_slice(&(length as u32).to_le_bytes());
            use_all(&bytes);
        }
    }
}
