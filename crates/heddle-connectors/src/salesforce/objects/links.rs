//! Salesforce fields that point at records of several objects.

use heddle_connector::mapping::Links;

/// `WhoId` of tasks and events.
pub(super) const WHO: &Links =
    &Links { kind: "Who.Type", objects: &[("003", "Contact"), ("00Q", "Lead")], rest: false };

/// `WhatId` of tasks and events: also campaigns, cases, assets and custom objects.
pub(super) const WHAT: &Links =
    &Links { kind: "What.Type", objects: &[("001", "Account"), ("006", "Opportunity")], rest: true };

/// `RelatedToId` of e-mail messages.
pub(super) const RELATED_TO: &Links =
    &Links { kind: "RelatedTo.Type", objects: &[("001", "Account"), ("006", "Opportunity")], rest: true };

/// `ParentId` of notes.
pub(super) const PARENT: &Links = &Links {
    kind: "Parent.Type",
    objects: &[("003", "Contact"), ("00Q", "Lead"), ("001", "Account"), ("006", "Opportunity")],
    rest: true,
};
