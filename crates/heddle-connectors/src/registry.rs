//! The providers of this program: one line each.

use crate::{planned, salesforce};
use heddle_connector::{Connector, Planned, Registry};
use std::sync::Arc;

/// All connectors, built and planned, in the order of the catalogue.
pub fn registry() -> Registry {
    let built: [Arc<dyn Connector>; 1] = [Arc::new(salesforce::Salesforce)];
    let planned = planned::MANIFESTS.iter().map(|manifest| Arc::new(Planned(manifest)) as Arc<dyn Connector>);
    Registry::new(built.into_iter().chain(planned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use heddle_connector::Status;

    #[test]
    fn ten_providers_are_listed_and_each_has_its_own_id() {
        let registry = registry();
        assert_eq!(registry.all().len(), 10);
        for connector in registry.all() {
            let id = connector.manifest().id;
            assert_eq!(registry.get(id).map(|c| c.manifest().id), Some(id));
            assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit()), "{id}");
        }
        assert_eq!(registry.get("salesforce").map(|c| c.manifest().status), Some(Status::Ready));
        assert_eq!(registry.get("hubspot").map(|c| c.manifest().status), Some(Status::Planned));
    }
}
