//! `afterword explain`: the page of a rule, or the list of all rules.

use crate::check;
use crate::check::Group;
use crate::check::RULES;
use crate::cli::Failure;
use crate::cli::check::print;
use crate::cli::check::unknown;
use clap::Args;
use std::fmt::Write;

/// What `explain` takes.
#[derive(Debug, Args)]
pub struct Options {
    /// The name of a rule, as it stands in square brackets behind the level of a finding [default: a list of all]
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

/// Prints it on stdout.
pub fn run(options: &Options) -> Result<(), Failure> {
    let Some(name) = &options.rule else { return print(&list()) };
    let entry = check::named(name).ok_or_else(|| unknown(name))?;
    let level = match entry.is_on {
        true => format!("Level: {}", entry.rule.level.name()),
        false => format!("Level: off; {} where it is on", entry.rule.level.name()),
    };
    // The level stands below the title, so that the page is one document.
    let (title, rest) = entry.page.split_once('\n').unwrap_or((entry.page, ""));
    print(&format!("{title}\n\n{level}. Group: {}.\n{rest}", entry.group.name()))
}

/// Returns all rules by their groups.
fn list() -> String {
    let mut out = String::new();
    for group in Group::ALL {
        let mut rules: Vec<_> = RULES.iter().filter(|entry| entry.group == group).collect();
        rules.sort_by_key(|entry| entry.rule.name);
        let _ = writeln!(out, "{}{}", if out.is_empty() { "" } else { "\n" }, group.name());
        for entry in rules {
            let _ = writeln!(out, "  {:<24} {:<8} {}", entry.rule.name, entry.level_name(), entry.rule.about);
        }
    }
    out
}
