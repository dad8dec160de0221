//! Providers that are listed, and refused with a clear word until they are built.

use heddle_connector::{HostRule, Manifest, Status};
use std::time::Duration;

const NO_HOSTS: HostRule = HostRule { suffixes: &[], exact: &[], refused: &[] };

const fn planned(id: &'static str, title: &'static str) -> Manifest {
    Manifest {
        id,
        title,
        status: Status::Planned,
        auth: &[],
        hosts: NO_HOSTS,
        objects: &[],
        junctions: &[],
        records: None,
        safety_lag: Duration::ZERO,
        guide: "",
    }
}

/// In the order of the catalogue.
pub(crate) static MANIFESTS: [Manifest; 9] = [
    planned("hubspot", "HubSpot"),
    planned("pipedrive", "Pipedrive"),
    planned("zoho", "Zoho CRM"),
    planned("dynamics", "Dynamics 365"),
    planned("zendesk_sell", "Zendesk Sell"),
    planned("close", "Close"),
    planned("attio", "Attio"),
    planned("copper", "Copper"),
    planned("freshsales", "Freshsales"),
];
