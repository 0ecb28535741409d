use anyhow::{Context, Result, bail};

use crate::fleet::services::{PROGRAMS, STORES};
use crate::fleet::state::State;
use crate::network;
use crate::stores::Store;

pub(crate) struct Port {
    /// The environment variable that moves it.
    pub(crate) setting: &'static str,
    pub(crate) default: u16,
}

impl Port {
    fn number(&self) -> Result<u16> {
        let Some(value) = std::env::var_os(self.setting) else { return Ok(self.default) };
        let number = value.to_str().and_then(|text| text.parse().ok()).filter(|number| *number != 0);
        number.with_context(|| format!("{}={} is not a port", self.setting, value.display()))
    }
}

/// The ports of one run.
#[derive(Clone)]
pub(crate) struct Ports {
    stores: Vec<(Store, u16)>,
    programs: Vec<(&'static str, u16)>,
}

impl Ports {
    /// Reads the settings, and makes sure that nobody holds any of the ports.
    pub(crate) fn claim() -> Result<Self> {
        let stores: Result<_> = STORES.iter().map(|(store, port)| Ok((*store, port.number()?))).collect();
        let programs: Result<_> =
            PROGRAMS.iter().map(|program| Ok((program.name, program.port.number()?))).collect();
        let ports = Self { stores: stores?, programs: programs? };
        ports.require_free()?;
        Ok(ports)
    }

    /// Those of a fleet that runs.
    pub(crate) fn of(state: &State) -> Self {
        let number = |name: &str| {
            state.services.iter().find(|service| service.name == name).map(|service| service.port)
        };
        let stores = STORES.iter().filter_map(|(store, _)| Some((*store, number(store.name())?))).collect();
        let programs =
            PROGRAMS.iter().filter_map(|program| Some((program.name, number(program.name)?))).collect();
        Self { stores, programs }
    }

    pub(crate) fn of_store(&self, wanted: Store) -> u16 {
        let found = self.stores.iter().find(|(store, _)| *store == wanted);
        found.expect("every store of the fleet is in the table").1
    }

    pub(crate) fn of_program(&self, wanted: &str) -> u16 {
        let found = self.programs.iter().find(|(name, _)| *name == wanted);
        found.expect("every program of the fleet is in the table").1
    }

    fn require_free(&self) -> Result<()> {
        let stores =
            STORES.iter().zip(&self.stores).map(|((store, port), (_, number))| (store.name(), port, *number));
        let programs = PROGRAMS
            .iter()
            .zip(&self.programs)
            .map(|(program, (name, number))| (*name, &program.port, *number));
        let mut taken = Vec::new();
        let mut claimed = Vec::new();
        for (name, port, number) in stores.chain(programs) {
            if claimed.contains(&number) {
                taken.push(format!("port {number} is given to two services; {} moves {name}", port.setting));
            } else if !network::is_free(number) {
                let owner = network::owner_of(number);
                taken.push(format!(
                    "port {number} for {name} is taken by {owner}; {}=PORT moves it",
                    port.setting
                ));
            }
            claimed.push(number);
        }
        if !taken.is_empty() {
            bail!("nothing was started:\n  {}", taken.join("\n  "));
        }
        Ok(())
    }
}
