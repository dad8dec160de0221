//! States and countries: text and code of a place say the same.

use super::refusal::Refusal;
use crate::salesforce::org::{Row, Values};
use crate::salesforce::schema::{Object, country_label, country_of, state_label, state_of};
use crate::salesforce::value::Value;

/// Puts text and code in step for each address that the write names. With
/// picklists on, a place outside the lists is refused; without them the text
/// is free and the unseen code follows it.
pub(super) fn settle(object: &Object, picklists: bool, row: Option<&Row>, values: &mut Values) -> Result<(), Refusal> {
    // A lead's only address has no name.
    for stem in ["Mailing", "Other", "Billing", "Shipping", ""] {
        let place = |part: &str| object.position(&format!("{stem}{part}"));
        let (Some(country), Some(country_code)) = (place("Country"), place("CountryCode")) else {
            continue;
        };
        let (Some(state), Some(state_code)) = (place("State"), place("StateCode")) else {
            continue;
        };
        let parts = [country, country_code, state, state_code];
        if !values.iter().any(|(place, _)| parts.contains(place)) {
            continue;
        }
        let address = Address { object, row, values };
        let settled = if picklists { address.listed(parts)? } else { address.free(parts) };
        values.retain(|(place, _)| !parts.contains(place));
        values.extend(parts.into_iter().zip(settled));
    }
    Ok(())
}

struct Address<'a> {
    object: &'a Object,
    row: Option<&'a Row>,
    values: &'a Values,
}

impl<'a> Address<'a> {
    fn given(&self, place: usize) -> Option<&'a Value> {
        self.values.iter().find(|(given, _)| *given == place).map(|(_, value)| value)
    }

    fn text(&self, place: usize) -> Option<&'a str> {
        self.given(place).or_else(|| self.row.map(|row| row.get(place))).and_then(Value::as_text)
    }

    fn free(&self, [country, _, state, _]: [usize; 4]) -> [Value; 4] {
        let (country, state) = (self.text(country), self.text(state));
        let country_code = country.and_then(country_of);
        let state_code = country_code.zip(state).and_then(|(country, state)| state_of(country, state));
        [country, country_code, state, state_code].map(|text| Value::text(text.unwrap_or_default()))
    }

    fn listed(&self, [country, country_code, state, state_code]: [usize; 4]) -> Result<[Value; 4], Refusal> {
        let country_in =
            self.one_of(country, country_code, "country", "country/territory", country_of, country_label)?;
        let in_country = |state: &str| country_in.and_then(|country| state_of(country, state));
        let labelled = |code: &str| country_in.and_then(|country| state_label(country, code));
        if country_in.is_none()
            && self.text(state).or(self.text(state_code)).is_some()
            && !self.cleared(state, state_code)
        {
            let field = &self.object.fields[state];
            let label = &field.label;
            let text =
                format!("A country/territory must be specified before specifying a state value for field: {label}");
            return Err(Refusal::of_fields("FIELD_INTEGRITY_EXCEPTION", text, &[&field.name]));
        }
        let state_in = self.one_of(state, state_code, "state", "state", in_country, labelled)?;
        let labels = [country_in.and_then(country_label), country_in, state_in.and_then(labelled), state_in];
        Ok(labels.map(|text| Value::text(text.unwrap_or_default())))
    }

    /// Whether the write takes the place away and puts nothing there.
    fn cleared(&self, text: usize, code: usize) -> bool {
        let given = [self.given(text), self.given(code)];
        given.iter().any(Option::is_some) && given.iter().flatten().all(|value| value.is_null())
    }

    /// The code of a place from its text or its code; what is given counts
    /// before what the record has. Both given must agree.
    fn one_of(
        &self,
        text: usize,
        code: usize,
        what: &str,
        listed: &str,
        by_label: impl Fn(&str) -> Option<&'static str>,
        by_code: impl Fn(&str) -> Option<&'static str>,
    ) -> Result<Option<&'static str>, Refusal> {
        if self.cleared(text, code) {
            return Ok(None);
        }
        let given = |place| self.given(place).and_then(Value::as_text);
        let known = |code: &str| by_code(code).and_then(&by_label);
        let (found, named, place) = match (given(text), given(code)) {
            (Some(label), None) => (by_label(label), Some(label), text),
            (None, Some(name)) => (known(name), Some(name), code),
            (Some(label), Some(name)) => (known(name).filter(|code| by_label(label) == Some(*code)), Some(name), code),
            (None, None) => (self.text(code).and_then(known), self.text(code).or(self.text(text)), text),
        };
        if named.is_some() && found.is_none() {
            let field = &self.object.fields[place];
            let text = format!(
                "There's a problem with this {what}, even though it may appear correct. Please select a {listed} from \
                 the list of valid {}.: {}",
                if what == "country" { "countries" } else { "states" },
                field.label
            );
            return Err(Refusal::of_fields("FIELD_INTEGRITY_EXCEPTION", text, &[&field.name]));
        }
        Ok(found)
    }
}
