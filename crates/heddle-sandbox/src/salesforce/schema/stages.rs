//! The stages of opportunities, in setup order.

/// One stage and what it makes of an opportunity.
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    /// Percent.
    pub(crate) probability: i64,
    pub(crate) closed: bool,
    pub(crate) won: bool,
    pub(crate) forecast: &'static str,
    pub(crate) forecast_name: &'static str,
    /// Whether new opportunities can be put into it.
    pub(crate) active: bool,
}

const fn open(name: &'static str, probability: i64, forecast: &'static str, forecast_name: &'static str) -> Stage {
    Stage { name, probability, closed: false, won: false, forecast, forecast_name, active: true }
}

/// All of them; the last was taken out of use.
pub(crate) const STAGES: &[Stage] = &[
    open("Prospecting", 10, "Pipeline", "Pipeline"),
    open("Qualification", 10, "Pipeline", "Pipeline"),
    open("Needs Analysis", 20, "Pipeline", "Pipeline"),
    open("Value Proposition", 50, "BestCase", "Best Case"),
    open("Id. Decision Makers", 60, "BestCase", "Best Case"),
    open("Perception Analysis", 70, "MostLikely", "Most Likely"),
    open("Proposal/Price Quote", 75, "Forecast", "Commit"),
    open("Negotiation/Review", 90, "Forecast", "Commit"),
    Stage {
        name: "Closed Won",
        probability: 100,
        closed: true,
        won: true,
        forecast: "Closed",
        forecast_name: "Closed",
        active: true,
    },
    Stage {
        name: "Closed Lost",
        probability: 0,
        closed: true,
        won: false,
        forecast: "Omitted",
        forecast_name: "Omitted",
        active: true,
    },
    Stage {
        name: "Verbal Agreement",
        probability: 80,
        closed: false,
        won: false,
        forecast: "Pipeline",
        forecast_name: "Pipeline",
        active: false,
    },
];

/// The names of the stages in use: the values of the picklist.
pub(super) const NAMES: &[&str] = &[
    STAGES[0].name,
    STAGES[1].name,
    STAGES[2].name,
    STAGES[3].name,
    STAGES[4].name,
    STAGES[5].name,
    STAGES[6].name,
    STAGES[7].name,
    STAGES[8].name,
    STAGES[9].name,
];

/// The stage of this name. The picklist takes other words too.
pub(crate) fn stage(name: &str) -> Option<&'static Stage> {
    STAGES.iter().find(|stage| stage.name == name)
}
