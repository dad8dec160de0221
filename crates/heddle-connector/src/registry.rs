//! All connectors of the program.

use crate::Connector;
use std::sync::Arc;

/// The providers this program knows, in the order of the catalogue.
#[derive(Clone)]
pub struct Registry(Arc<[Arc<dyn Connector>]>);

impl Registry {
    /// A registry of these connectors.
    pub fn new(connectors: Vec<Arc<dyn Connector>>) -> Self {
        Self(connectors.into())
    }

    /// The connector of this provider id.
    pub fn get(&self, id: &str) -> Option<&Arc<dyn Connector>> {
        self.0.iter().find(|c| c.manifest().id == id)
    }

    /// All of them.
    pub fn all(&self) -> &[Arc<dyn Connector>] {
        &self.0
    }
}
