use crate::check::{MOST_STEPS, SaltUse, Salts, steps, unused};
use crate::compiler::Compiler;
use crate::encode::{FlagCode, Operand, ProgramCode, Test};
use crate::experiment::Experiment;
use crate::graph::{told, walk};
use crate::lower::{Lowered, lower_flag, lower_holdouts, lower_layers};
use crate::model::{Model, read_model};
use crate::segments::resolve_segments;
use crate::wire::Datafile;
use isoflag_engine::layout::MAX_DEPTH;
use isoflag_written::{Problem, Problems, did_you_mean, member};

/// A datafile lowered as far as it goes.
pub(crate) struct Built {
    /// The flags with nothing wrong.
    pub(crate) code: ProgramCode,
    /// Their experiments and where their splits stand.
    pub(crate) experiments: Vec<(Experiment, String)>,
    pub(crate) problems: Problems,
    /// Warnings of what nothing names in this environment; another one may.
    pub(crate) unused: Vec<Problem>,
    /// Problems that only follow from others.
    pub(crate) follow_ups: Vec<Problem>,
    /// The keys of the flags with something wrong.
    pub(crate) left_out: Vec<String>,
}

/// Lowers a datafile for an environment. What is wrong with it is in what comes back; only an environment that is not
/// declared leaves nothing to do.
pub(crate) fn build(datafile: &Datafile, environment: Option<&str>) -> Result<Built, Vec<Problem>> {
    let mut compiler = Compiler::default();
    check_environments(datafile, environment, &mut compiler)?;
    let model = read_model(datafile, environment, &mut compiler);
    let layers = lower_layers(&model, &mut compiler);
    compiler.holdouts = lower_holdouts(&model, &layers, &mut compiler);
    compiler.layers = layers;
    resolve_segments(&model, &mut compiler);
    let mut flags: Vec<Option<Lowered>> = Vec::with_capacity(model.flags.len());
    for number in 0..model.flags.len() {
        flags.push(lower_flag(number, &model, &mut compiler));
    }
    compare(&model, &mut flags, &mut compiler);
    order(&model, &mut flags, &mut compiler);

    let mut numbers = vec![None; flags.len()];
    let mut left_out = Vec::new();
    let mut next = 0_u32;
    for ((flag, number), place) in flags.iter().zip(0..).zip(&mut numbers) {
        if flag.is_some() {
            *place = Some(next);
            next += 1;
        } else {
            left_out.push(model.flags.name(number).to_owned());
        }
    }
    let (mut codes, mut experiments) = (Vec::new(), Vec::new());
    for lowered in flags.into_iter().flatten() {
        let Lowered { mut code, experiment, experiment_path, .. } = lowered;
        renumber(&mut code, &numbers);
        experiments.extend(experiment.map(|experiment| (experiment, experiment_path)));
        codes.push(code);
    }
    let unused = unused(&model, &compiler.used);
    let code = ProgramCode {
        flags: codes,
        attributes: compiler.attributes.into_read(),
        environment: environment.map(str::to_owned),
    };
    Ok(Built { code, experiments, problems: compiler.problems, unused, follow_ups: compiler.follow_ups, left_out })
}

fn check_environments(
    datafile: &Datafile,
    environment: Option<&str>,
    compiler: &mut Compiler,
) -> Result<(), Vec<Problem>> {
    let declared = datafile.environments.as_deref().unwrap_or_default();
    for (index, name) in declared.iter().enumerate() {
        let path = format!("$.environments[{index}]");
        if name.is_empty() {
            compiler.error(&path, "the name of an environment is not empty");
        }
        if declared.iter().take(index).any(|other| other == name) {
            compiler.error(&path, format!("`{name}` stands here twice, remove one of the two"));
        }
    }
    match environment.filter(|name| !declared.iter().any(|known| known == name)) {
        None => Ok(()),
        Some(name) => {
            let near = did_you_mean(name, declared.iter().map(String::as_str));
            let text = format!("environment `{name}` is not declared{near}");
            Err(vec![Problem::new("$.environments", text)])
        }
    }
}

/// Compares what must not be alike: salts, and slots of layers. A flag that cannot be beside the others goes.
fn compare(model: &Model, flags: &mut [Option<Lowered>], compiler: &mut Compiler) {
    let mut salts = Salts::default();
    for ((name, _), layer) in model.layers.iter().zip(&compiler.layers) {
        let Some(layer) = layer else { continue };
        let path = format!("{}.salt", member("$.layers", name));
        salts.note(&layer.salt, SaltUse::Layer, &format!("layer `{name}`"), &path, &mut compiler.problems);
    }
    for ((name, _), holdout) in model.holdouts.iter().zip(&compiler.holdouts) {
        let Some(salt) = holdout.as_ref().and_then(|holdout| holdout.salt.as_ref()) else { continue };
        let path = format!("{}.salt", member("$.holdouts", name));
        salts.note(salt, SaltUse::Holdout, &format!("holdout `{name}`"), &path, &mut compiler.problems);
    }
    for (place, number) in flags.iter_mut().zip(0..) {
        let Some(flag) = place else { continue };
        let whose = format!("flag `{}`", model.flags.name(number));
        let mut fits = true;
        for (salt, of, path) in &flag.salts {
            fits &= salts.note(salt, *of, &whose, path, &mut compiler.problems);
        }
        for (layer, claim) in flag.claims.drain(..).filter(|_| fits) {
            compiler.claims.add(layer, claim);
        }
        if !fits {
            *place = None;
        }
    }
    for refused in compiler.claims.check(|layer| model.layers.name(layer), &mut compiler.problems) {
        if let Some(place) = flags.get_mut(refused) {
            *place = None;
        }
    }
}

/// Lets every flag go that asks one which cannot be asked: in a circle, behind too long a chain, at too high a cost, or with
/// problems.
fn order(model: &Model, flags: &mut [Option<Lowered>], compiler: &mut Compiler) {
    let asks: Vec<Vec<usize>> =
        flags.iter().map(|flag| flag.as_ref().map_or_else(Vec::new, |flag| flag.asks.clone())).collect();
    let found = walk(&asks);
    for circle in &found.circles {
        let way = told(circle, |number| model.flags.name(number));
        let first = circle.first().map_or("", |first| model.flags.name(*first));
        compiler.error(member("$.flags", first), format!("the flags ask each other in a circle: {way}"));
        for number in circle {
            if let Some(place) = flags.get_mut(*number) {
                *place = None;
            }
        }
    }
    let mut depths = vec![0_usize; flags.len()];
    let mut costs = vec![0_u64; flags.len()];
    for number in found.order {
        let Some(Some(flag)) = flags.get(number) else { continue };
        let cost = steps(&flag.code, |asked| costs.get(asked).copied().unwrap_or_default());
        let path = member("$.flags", model.flags.name(number));
        let asked = asks.get(number).map(Vec::as_slice).unwrap_or_default();
        let bad = asked.iter().find(|asked| !matches!(flags.get(**asked), Some(Some(_))));
        let depth = asked.iter().filter_map(|asked| depths.get(*asked)).max().map_or(0, |deepest| deepest + 1);
        if let Some(bad) = bad {
            compiler.follows(path, format!("it asks flag `{}`, which has problems of its own", model.flags.name(*bad)));
        } else if depth > usize::from(MAX_DEPTH) {
            compiler.error(path, format!("more than {MAX_DEPTH} flags ask one another in a chain that begins here"));
        } else if cost > MOST_STEPS {
            let text = format!(
                "deciding this flag and all that it asks, which ask others, can take {cost} steps, and {MOST_STEPS} are allowed; \
                 ask each flag at one place"
            );
            compiler.error(path, text);
        } else {
            if let (Some(place), Some(steps)) = (depths.get_mut(number), costs.get_mut(number)) {
                (*place, *steps) = (depth, cost);
            }
            continue;
        }
        if let Some(place) = flags.get_mut(number) {
            *place = None;
        }
    }
}

/// Flags that were left out have no number in the program, and those behind them another one.
fn renumber(code: &mut FlagCode, numbers: &[Option<u32>]) {
    let number = |test: &mut Test| {
        if let Operand::Flag(flag, _) = &mut test.operand
            && let Some(Some(new)) = numbers.get(*flag as usize)
        {
            *flag = *new;
        }
    };
    code.prerequisites.iter_mut().for_each(number);
    code.rules.iter_mut().flat_map(|rule| &mut rule.tests).for_each(number);
}
