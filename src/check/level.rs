//! How bad the settings find what.
//!
//! Comes in: the settings. Goes out: [`Levels`], and findings about rules that do not exist. What the settings do not name
//! has the level that its rule or its finding has.

use crate::check::RULES;
use crate::check::index;
use crate::check::rules::unknown_rule;
use crate::check::rules::unused_allow;
use crate::config;
use crate::config::Config;
use crate::config::Setting;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::source::Patterns;
use std::collections::BTreeMap;

/// The levels of all rules.
#[derive(Debug)]
pub struct Levels {
    /// By the rule's place in the list.
    base: Vec<Option<Setting>>,
    /// For some paths other levels, the most general pattern first.
    paths: Vec<(Patterns, BTreeMap<usize, Setting>)>,
    /// The only rules that are applied, where some were chosen.
    only: Option<Vec<usize>>,
    /// Whether the others are applied all the same and only not shown: who wants to know what allows nothing needs them.
    all: bool,
    /// What is wrong with the settings of rules.
    pub findings: Vec<Finding>,
}

impl Levels {
    /// Understands the settings; `settings` is their text. `only` are the names of rules, which must exist, if not all are
    /// to be applied.
    pub fn new(config: &Config, settings: &str, only: &[String]) -> Levels {
        let mut findings = Vec::new();
        let mut base = vec![None; RULES.len()];
        for (name, setting) in &config.check.rules {
            match index(name) {
                Some(index) => base[index] = Some(*setting),
                None => findings.push(unknown_rule::finding(name, place(settings, name))),
            }
        }
        let mut globs: Vec<&String> = config.check.paths.keys().collect();
        globs.sort_by_key(|glob| (glob.len(), glob.as_str()));
        let mut paths = Vec::new();
        for glob in globs {
            match Patterns::new([glob.as_str()]) {
                Ok(patterns) => {
                    let mut rules = BTreeMap::new();
                    for (name, setting) in &config.check.paths[glob] {
                        match index(name) {
                            Some(index) => {
                                rules.insert(index, *setting);
                            }
                            None => findings.push(unknown_rule::finding(name, place(settings, name))),
                        }
                    }
                    paths.push((patterns, rules));
                }
                Err((_, why)) => findings.push(
                    Finding::new(
                        &config::BROKEN_SETTINGS,
                        place(settings, glob),
                        format!("`check.paths` has `{glob}`, which is no glob: {why}"),
                    )
                    .help("write it as a line of a `.gitignore` file, such as `archive/`"),
                ),
            }
        }
        let only = (!only.is_empty()).then(|| only.iter().filter_map(|name| index(name)).collect());
        let all = only.as_ref().is_none_or(|only: &Vec<usize>| {
            index(unused_allow::RULE.name).is_some_and(|rule| only.contains(&rule))
        });
        Levels { base, paths, only, all, findings }
    }

    /// Returns whether a rule is applied to any document.
    pub fn is_anywhere(&self, rule: usize) -> bool {
        let mut settings = self.paths.iter().filter_map(|(_, rules)| rules.get(&rule));
        self.is_chosen(rule)
            || self.all
                && (self.is_on(rule, self.base[rule]) || settings.any(|setting| *setting != Setting::Off))
    }

    /// Returns whether a rule was chosen by its name.
    fn is_chosen(&self, rule: usize) -> bool {
        self.only.as_ref().is_some_and(|only| only.contains(&rule))
    }

    /// Returns whether a rule is applied to the document at a path in the content folder.
    pub fn is_applied(&self, rule: usize, path: Option<&str>) -> bool {
        self.is_chosen(rule) || self.all && self.is_on(rule, self.setting(rule, path))
    }

    /// Returns whether what a rule finds is to be shown.
    pub fn is_shown(&self, rule: usize) -> bool {
        self.only.is_none() || self.is_chosen(rule)
    }

    /// Returns the finding at its level, or nothing where its rule is not applied to the document at this path.
    pub fn apply(&self, mut finding: Finding, path: Option<&str>) -> Option<Finding> {
        let Some(rule) = index(finding.rule.name) else { return Some(finding) };
        if !self.is_applied(rule, path) {
            return None;
        }
        match self.setting(rule, path) {
            Some(Setting::Note) => finding.level = Level::Note,
            Some(Setting::Warning) => finding.level = Level::Warning,
            Some(Setting::Error) => finding.level = Level::Error,
            Some(Setting::On | Setting::Off) | None => {}
        }
        Some(finding)
    }

    fn setting(&self, rule: usize, path: Option<&str>) -> Option<Setting> {
        let special = path.and_then(|path| {
            let rules = self.paths.iter().rev().filter(|(patterns, _)| patterns.matches(path));
            rules.filter_map(|(_, rules)| rules.get(&rule)).next()
        });
        special.copied().or(self.base[rule])
    }

    fn is_on(&self, rule: usize, setting: Option<Setting>) -> bool {
        setting.map_or(RULES[rule].is_on, |setting| setting != Setting::Off)
    }
}

/// Returns the place of a key in the settings: behind `[check`, so that a title of the same words is not meant.
fn place(settings: &str, key: &str) -> Place {
    let table = settings.find("[check").or_else(|| settings.find("check")).unwrap_or(0);
    match settings[table..].find(key) {
        Some(at) => Place::span(config::FILE, settings, table + at..table + at + key.len()),
        None => Place::file(config::FILE),
    }
}
