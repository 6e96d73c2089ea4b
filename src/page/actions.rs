//! Follow-ups, sorted by what they ask for, and by whom they ask it of.
//!
//! Comes in: [`Knowledge`] and a day. Goes out: [`ActionRef`]s in the order of the page of all actions, and
//! [`Grouping`]s of those that are not settled. Groups stand by name: who has most is nobody's business here.

use crate::config::Config;
use crate::document::Document;
use crate::document::Found;
use crate::document::Status;
use crate::document::moment::Moment;
use crate::document::moment::Precision;
use crate::knowledge::Knowledge;
use crate::knowledge::terms;
use crate::knowledge::terms::TermKind;
use chrono::Datelike;
use chrono::NaiveDate;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::rc::Rc;

/// An action of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionRef {
    /// The document.
    pub document: usize,
    /// The action's place in it.
    pub action: usize,
    /// Whether it is open and its due date has passed.
    pub late: bool,
}

/// What actions are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Who does them, as written.
    Owner,
    /// The teams of their documents, else of those documents' services.
    Team,
    /// The services of their documents.
    Service,
}

impl By {
    /// Returns the word used in addresses and templates.
    pub fn name(self) -> &'static str {
        match self {
            By::Owner => "owner",
            By::Team => "team",
            By::Service => "service",
        }
    }
}

/// All actions that are not settled, grouped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// By what.
    pub by: By,
    /// The groups by name; those that belong to none come last.
    pub groups: Vec<Group>,
}

impl Grouping {
    /// Returns how many rows the groups have together; an action stands in each of its groups.
    pub fn rows(&self) -> usize {
        self.groups.iter().map(|group| group.actions.len()).sum()
    }
}

/// The actions of an owner, a team or a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The name; empty for actions that belong to none.
    pub name: String,
    /// The term of the knowledge that it is, where it is one.
    pub term: Option<usize>,
    /// Its actions: late ones first, then open ones, then those whose state nobody states; the newest first in each.
    pub actions: Vec<ActionRef>,
}

/// Returns whether an action is late: it is not known to be settled, and its explicit due date lies before `today`.
pub fn is_late(status: Status, due: Option<&Moment>, today: NaiveDate) -> bool {
    matches!(status, Status::Open | Status::Unknown) && due.is_some_and(|due| last_day(due) < today)
}

/// Returns the last day that a due date covers: "July 2021" is late in August.
pub fn last_day(due: &Moment) -> NaiveDate {
    let date = due.date();
    let next = match due.precision {
        Precision::Year => NaiveDate::from_ymd_opt(date.year() + 1, 1, 1),
        Precision::Month if date.month() == 12 => NaiveDate::from_ymd_opt(date.year() + 1, 1, 1),
        Precision::Month => NaiveDate::from_ymd_opt(date.year(), date.month() + 1, 1),
        _ => return date,
    };
    next.and_then(|next| next.pred_opt()).unwrap_or(date)
}

/// An action with what decides where else it is shown.
#[derive(Clone, Copy, Debug)]
struct Asked<'a> {
    one: ActionRef,
    /// Who does it, as written.
    owner: Option<&'a str>,
    has_due: bool,
}

/// All actions, in the orders in which they are shown.
#[derive(Debug)]
pub struct Actions {
    /// By what they ask for: late, open, unknown, done, dropped; in each the newest first.
    pub all: Vec<ActionRef>,
    /// Those that are not settled, by owner, team and service; only groupings that tell something.
    pub groupings: Vec<Grouping>,
    /// Those that are not settled and have a due date, in the order of all.
    pub due: Vec<ActionRef>,
}

impl Actions {
    /// Sorts and groups all actions; `today` tells which are late.
    pub fn new(knowledge: &Knowledge, config: &Config, today: NaiveDate) -> Actions {
        let asked = asked(knowledge, today);
        let all: Vec<ActionRef> = asked.iter().map(|asked| asked.one).collect();
        let unsettled = unsettled(knowledge, &all);
        let asked = &asked[..unsettled.len()];
        let due = asked.iter().filter(|asked| asked.has_due).map(|asked| asked.one).collect();
        let (of_owners, of_names) =
            rayon::join(|| by_owner(knowledge, asked), || by_names(knowledge, config, unsettled));
        Actions { groupings: of_owners.into_iter().chain(of_names).collect(), due, all }
    }

    /// Groups them again after documents took other names, when nothing else of them is other than it was.
    pub fn renamed(mut self, knowledge: &Knowledge, config: &Config) -> Actions {
        self.groupings.retain(|grouping| grouping.by == By::Owner);
        self.groupings.extend(by_names(knowledge, config, unsettled(knowledge, &self.all)));
        self
    }
}

/// Returns all actions by what they ask for: late, open, unknown, done, dropped; in each the newest first. Each is looked at once, since
/// they are many and lie far apart.
fn asked(knowledge: &Knowledge, today: NaiveDate) -> Vec<Asked<'_>> {
    let mut ranks: [Vec<Asked<'_>>; 5] = Default::default();
    for document in knowledge.listed() {
        for (action, one) in knowledge.documents[document].actions.iter().enumerate() {
            let late = is_late(one.status, one.due.as_ref(), today);
            let rank = match (late, one.status) {
                (true, _) => 0,
                (_, Status::Open) => 1,
                (_, Status::Unknown) => 2,
                (_, Status::Done) => 3,
                (_, Status::Dropped) => 4,
            };
            let (owner, has_due) = (one.owner.as_deref(), one.due.is_some());
            ranks[rank].push(Asked { one: ActionRef { document, action, late }, owner, has_due });
        }
    }
    ranks.concat()
}

/// Returns the actions that are not known to be settled, of all actions in the order of [`asked`].
fn unsettled<'a>(knowledge: &Knowledge, actions: &'a [ActionRef]) -> &'a [ActionRef] {
    let is_unsettled = |one: &ActionRef| {
        let action = &knowledge.documents[one.document].actions[one.action];
        matches!(action.status, Status::Open | Status::Unknown)
    };
    &actions[..actions.partition_point(is_unsettled)]
}

/// Groups the actions that are not settled by who does them; nothing where none has an owner.
fn by_owner(knowledge: &Knowledge, unsettled: &[Asked<'_>]) -> Option<Grouping> {
    let mut groups = Groups::new(knowledge, By::Owner);
    // Many actions have few owners: the group of each is looked up once.
    let mut of_owner: HashMap<Option<&str>, usize> = HashMap::new();
    for Asked { one, owner, .. } in unsettled {
        let place = *of_owner.entry(*owner).or_insert_with(|| match owner {
            Some(name) => groups.place(&owner_key(name), name),
            None => groups.place("", ""),
        });
        groups.found[place].actions.push(*one);
    }
    groups.finish()
}

/// Groups the actions that are not settled by the teams and by the services of their documents; leaves out a grouping that would have
/// but the group of those without.
fn by_names<'a>(knowledge: &'a Knowledge, config: &'a Config, unsettled: &[ActionRef]) -> Vec<Grouping> {
    [By::Team, By::Service]
        .into_par_iter()
        .filter_map(|by| by_name(knowledge, config, unsettled, by))
        .collect()
}

fn by_name<'a>(
    knowledge: &'a Knowledge,
    config: &'a Config,
    unsettled: &[ActionRef],
    by: By,
) -> Option<Grouping> {
    let kind = if by == By::Team { TermKind::Team } else { TermKind::Service };
    let has_names = knowledge.terms_of(kind).next().is_some()
        || by == By::Team && config.services.values().any(|service| service.team.is_some());
    if !has_names {
        return None;
    }
    let mut groups = Groups::new(knowledge, by);
    // Many actions have few documents, and many documents bear the same few names: the groups of each are looked up once.
    let mut of_document: Vec<Option<Vec<usize>>> = vec![None; knowledge.documents.len()];
    let mut keys = Keys { config, of: HashMap::new() };
    let mut of_name: HashMap<&str, usize> = HashMap::new();
    for one in unsettled {
        let places = of_document[one.document].get_or_insert_with(|| {
            let document = &knowledge.documents[one.document];
            let names = match by {
                By::Team => keys.teams(document),
                _ => keys.of(kind, &document.services),
            };
            let place = |(key, name): (Rc<str>, &'a str)| {
                *of_name.entry(name).or_insert_with(|| groups.place(&key, name))
            };
            match names.is_empty() {
                true => vec![groups.place("", "")],
                false => names.into_iter().map(place).collect(),
            }
        });
        places.iter().for_each(|&place| groups.found[place].actions.push(*one));
    }
    groups.finish()
}

/// The groups that were found so far.
struct Groups<'a> {
    knowledge: &'a Knowledge,
    by: By,
    found: Vec<Group>,
    /// Their places in `found`, by whether they are of none and by key.
    places: BTreeMap<(bool, String), usize>,
}

impl<'a> Groups<'a> {
    fn new(knowledge: &'a Knowledge, by: By) -> Self {
        Groups { knowledge, by, found: Vec::new(), places: BTreeMap::new() }
    }

    /// Returns the groups by name; nothing where there is but the group of those without.
    fn finish(mut self) -> Option<Grouping> {
        let group = |place: usize| std::mem::take(&mut self.found[place]);
        let groups: Vec<Group> = self.places.into_values().map(group).collect();
        groups.iter().any(|group| !group.name.is_empty()).then_some(Grouping { by: self.by, groups })
    }

    /// Returns the place of the group of a key; the first spelling names it where it is no term.
    fn place(&mut self, key: &str, name: &str) -> usize {
        let next = self.found.len();
        let place = *self.places.entry((name.is_empty(), key.to_owned())).or_insert(next);
        if place == next {
            let kind = match self.by {
                By::Owner => None,
                By::Team => Some(TermKind::Team),
                By::Service => Some(TermKind::Service),
            };
            let term = kind.and_then(|kind| find(self.knowledge, kind, key));
            let name = term.map_or(name, |term| &self.knowledge.terms[term].name).to_owned();
            self.found.push(Group { name, term, actions: Vec::new() });
        }
        place
    }
}

/// Returns an owner in the form in which spellings are compared; `@Ana` and `ana` are one.
fn owner_key(name: &str) -> String {
    terms::key(name.trim_start_matches('@'))
}

/// The keys of names as they are written.
struct Keys<'a> {
    config: &'a Config,
    of: HashMap<(TermKind, &'a str), Rc<str>>,
}

impl<'a> Keys<'a> {
    /// Returns the keys of names, and the first spelling of each.
    fn of(&mut self, kind: TermKind, names: &'a [Found<String>]) -> Vec<(Rc<str>, &'a str)> {
        let config = self.config;
        let key = |name: &'a str| {
            let key = self.of.entry((kind, name)).or_insert_with(|| match kind {
                TermKind::Service => terms::service_key(name, config).into(),
                _ => terms::key(name).into(),
            });
            (Rc::clone(key), name)
        };
        once(names.iter().map(|found| found.value.as_str()).map(key).collect())
    }

    /// Returns the teams of a document, or else those of its services.
    fn teams(&mut self, document: &'a Document) -> Vec<(Rc<str>, &'a str)> {
        let own = self.of(TermKind::Team, &document.teams);
        if !own.is_empty() || self.config.services.is_empty() {
            return own;
        }
        let mut teams = Vec::new();
        for (key, _) in self.of(TermKind::Service, &document.services) {
            let settings = self.config.services.iter().find(|(name, _)| *terms::key(name) == *key);
            if let Some(team) = settings.and_then(|(_, service)| service.team.as_ref()) {
                teams.push((terms::key(team).into(), team.as_str()));
            }
        }
        once(teams)
    }
}

/// Sorts names by their keys, and keeps the first spelling of each.
fn once(mut keys: Vec<(Rc<str>, &str)>) -> Vec<(Rc<str>, &str)> {
    keys.sort_unstable();
    keys.dedup_by(|a, b| a.0 == b.0);
    keys
}

fn find(knowledge: &Knowledge, kind: TermKind, key: &str) -> Option<usize> {
    knowledge.terms.binary_search_by(|term| (term.kind, term.key.as_str()).cmp(&(kind, key))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::document::Reader;
    use crate::knowledge::Lock;
    use crate::knowledge::connect;
    use crate::knowledge::link::Files;
    use crate::knowledge::recurrence::Wanted;
    use crate::source::SourceFile;

    /// Draws the groups of each grouping, one a line.
    fn draw(settings: &str, texts: &[&str]) -> String {
        let (config, faults) = config::parse(settings);
        assert!(faults.is_empty(), "{faults:?}");
        let reader = Reader::new(&config, "");
        let documents = texts.iter().enumerate().map(|(number, text)| {
            reader.parse(SourceFile {
                path: format!("{number}.md"),
                file: format!("{number}.md"),
                text: (*text).to_owned(),
                size: text.len() as u64,
                git: None,
                findings: Vec::new(),
            })
        });
        let knowledge = connect(
            documents.map(std::sync::Arc::new).collect(),
            Files::default(),
            Lock::default(),
            &config,
            Wanted::Groups,
        );
        let today = NaiveDate::from_ymd_opt(2026, 1, 15).unwrap();
        let Actions { groupings, .. } = Actions::new(&knowledge, &config, today);
        let mut out = String::new();
        for grouping in groupings {
            for group in &grouping.groups {
                let texts: Vec<String> = group
                    .actions
                    .iter()
                    .map(|one| {
                        let text = &knowledge.documents[one.document].actions[one.action].text;
                        format!("{}{text}", if one.late { "!" } else { "" })
                    })
                    .collect();
                let page = if group.term.is_some() { "*" } else { "" };
                out += &format!("{} {}{page}: {}\n", grouping.by.name(), group.name, texts.join(" / "));
            }
        }
        out
    }

    #[test]
    fn actions_stand_by_owner_team_and_service_by_name() {
        let one = "---\ndate: 2025-03-01\nservices: [checkout, dns]\n---\n# One\n\n## Action items\n\n\
                   | Action | Owner | Due | Status |\n|---|---|---|---|\n\
                   | Later | Zoe | 2026-02-01 | open |\n| Late | @ana | 2026-01-01 | open |\n| Settled | Zoe | | done |\n| Nobody's | | | |\n";
        let two =
            "---\ndate: 2025-04-01\nteams: [Harbour]\n---\n# Two\n\n## Action items\n\n- [ ] Other (@Ana)\n";
        assert_eq!(
            draw("[services.checkout]\nteam = \"Payments\"\n", &[one, two]),
            "owner @ana: !Late / Other (@Ana)\nowner Zoe: Later\nowner : Nobody's\n\
             team Harbour*: Other (@Ana)\nteam Payments: !Late / Later / Nobody's\n\
             service checkout*: !Late / Later / Nobody's\nservice dns*: !Late / Later / Nobody's\nservice : Other (@Ana)\n"
        );
    }

    #[test]
    fn a_grouping_that_tells_nothing_is_left_out() {
        assert_eq!(draw("", &["# One\n\n## Action items\n\n- [ ] Do it\n- [x] Done it (@ana)\n"]), "");
    }
}
