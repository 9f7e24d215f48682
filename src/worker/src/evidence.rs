//! What the worker knows beside a batch, gathered once for all its exposures.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use isoflag_events::{Exposure, Item, is_bot};
use isoflag_experiments::ExposureVerdict;

use crate::attestation;
use crate::auth::Grant;
use crate::errors::Result;
use crate::host::Host;
use crate::http::Request;
use crate::judge::{Known, Misfit, judge};
use crate::key::Role;
use crate::programs;
use crate::runs::{self, Pinned};

pub(crate) struct Evidence<'a> {
    environment: &'a str,
    programs: BTreeMap<String, Rc<[u8]>>,
    /// By experiment and run, where there is such a run.
    runs: HashMap<(String, String), Rc<Pinned>>,
    /// What servers sign with, where somebody signed.
    keys: Rc<attestation::Keys>,
    now: i64,
    bot: bool,
}

impl<'a> Evidence<'a> {
    /// Asks the registry for what the isolate does not know yet: nothing at all, for most batches.
    pub(crate) async fn gather(host: &Host, request: &Request, grant: &'a Grant, items: &[Item]) -> Result<Self> {
        let exposures =
            || items.iter().filter_map(|item| if let Item::Exposure(one) = item { Some(one) } else { None });
        let environment = grant.ledger.environment.as_str();
        let digests: BTreeSet<&str> = exposures().filter_map(|exposure| exposure.program.as_deref()).collect();
        let runs = exposures().map(|exposure| (exposure.experiment.as_str(), exposure.run.as_str())).collect();
        let signed = exposures().any(|exposure| exposure.attestation.is_some());
        Ok(Evidence {
            environment,
            programs: programs::some(host, environment, digests).await?,
            runs: runs::some(host, environment, runs).await?,
            keys: if signed { attestation::keys(host, environment).await? } else { Rc::default() },
            now: host.now(),
            // Behind a server key stands a server, whoever its visitors are.
            bot: grant.role == Role::Client && request.header("user-agent").is_some_and(is_bot),
        })
    }

    pub(crate) fn judge(&self, exposure: &Exposure) -> std::result::Result<ExposureVerdict, Misfit> {
        let program = exposure.program.as_deref().and_then(|digest| self.programs.get(digest)).map(AsRef::as_ref);
        let attested =
            exposure.attestation.as_deref().and_then(|tag| self.keys.attest(self.environment, exposure, tag, self.now));
        let run = self.runs.get(&(exposure.experiment.clone(), exposure.run.clone())).map(AsRef::as_ref);
        judge(exposure, Known { run, program, attested, bot: self.bot })
    }
}
