//! `heddle doctor`: says what is in force, and looks whether it works.

mod clock;
mod database;
mod machine;
mod reach;
mod report;
mod secret_key;
mod skew;

use super::args::{Doctor, Shared};
use super::settings::Settings;
use super::{CliError, output};
use crate::config::{DEFAULT_FILE, read_master_key, read_metrics_token};
use clock::Watch;
use std::process::ExitCode;

/// How one check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// As it should be.
    Ok,
    /// Nothing to do, but worth knowing.
    Note,
    /// Has to be put right.
    Wrong,
}

/// What one check found.
#[derive(Debug)]
struct Finding {
    name: &'static str,
    verdict: Verdict,
    detail: String,
}

impl Finding {
    fn new(name: &'static str, verdict: Verdict, detail: impl Into<String>) -> Self {
        Self { name, verdict, detail: detail.into() }
    }

    fn ok(name: &'static str, detail: impl Into<String>) -> Self {
        Self::new(name, Verdict::Ok, detail)
    }

    fn note(name: &'static str, detail: impl Into<String>) -> Self {
        Self::new(name, Verdict::Note, detail)
    }

    fn wrong(name: &'static str, detail: impl Into<String>) -> Self {
        Self::new(name, Verdict::Wrong, detail)
    }

    fn line(&self) -> String {
        let verdict = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Note => "note",
            Verdict::Wrong => "WRONG",
        };
        format!("{verdict:<6} {:<14} {}", self.name, self.detail)
    }
}

pub(super) async fn run(shared: &Shared, command: &Doctor) -> Result<ExitCode, CliError> {
    if command.defaults {
        output::line(DEFAULT_FILE.trim_end());
        return Ok(ExitCode::SUCCESS);
    }
    let watch = Watch::start();
    let settings = Settings::read(shared, Vec::new())?;
    settings.start_quiet_logs();
    let loaded = &settings.loaded;
    let mut findings: Vec<Finding> = loaded
        .ignored
        .iter()
        .map(|name| Finding::note("settings", format!("the environment variable {name} sets nothing")))
        .collect();
    let key = read_master_key(&settings.inputs, loaded);
    let (key, finding) = secret_key::look(key, &loaded.config);
    findings.push(finding);
    if let Err(why) = read_metrics_token(&settings.inputs, &loaded.config) {
        findings.push(Finding::wrong("metrics", why.to_string()));
    }
    findings.extend(machine::data_dir(&loaded.config));
    findings.push(machine::open_files());
    findings.extend(database::look(&loaded.config, key.as_ref()).await);
    findings.push(watch.look());
    if let (Some(provider), Some(host)) = (&command.provider, &command.host) {
        findings.extend(reach::look(&loaded.config, provider, host).await?);
    }
    let healthy = findings.iter().all(|finding| finding.verdict != Verdict::Wrong);
    let shown = loaded.shown();
    output::line(if command.json {
        report::json(&shown, &findings, healthy)
    } else {
        report::lines(&shown, &findings)
    });
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
