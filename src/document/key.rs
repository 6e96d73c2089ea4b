//! Which keys and labels mean what: the synonyms of front matter, and the labels of the body in eight languages.
//!
//! Comes in: a key or a label as written. Goes out: the [`Key`] it means. Knows nothing of values.

use std::collections::HashMap;
use std::sync::OnceLock;

/// A thing that a document says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Its title.
    Title,
    /// Its date.
    Date,
    /// How bad the incident was.
    Severity,
    /// The services that were affected.
    Services,
    /// Its tags.
    Tags,
    /// Its category, which is a tag too.
    Category,
    /// Contributing factors, by name.
    Factors,
    /// Who wrote it.
    Authors,
    /// Which teams it concerns.
    Teams,
    /// When the incident began.
    Started,
    /// When it was noticed.
    Detected,
    /// When the bleeding was stopped.
    Mitigated,
    /// When it was over; `true` and `false` are a status.
    Resolved,
    /// What happened, in short.
    Summary,
    /// What sort of document it is.
    Kind,
    /// Its state, or the incident's.
    Status,
    /// Its id.
    Id,
    /// The record that it analyses.
    Incident,
    /// The last part of its address.
    Slug,
    /// Older addresses.
    Aliases,
    /// The address that another generator gave it, which is kept as an alias.
    Address,
    /// Where the original stands.
    CanonicalUrl,
    /// Where a copy is archived.
    ArchiveUrl,
    /// Whether it is unfinished.
    Draft,
    /// Its language.
    Language,
    /// Who may read it.
    Audience,
    /// Lessons that it declares.
    Lessons,
    /// Follow-ups that it declares.
    Actions,
    /// When it was last changed.
    Changed,
    /// How long the incident lasted, in words.
    Duration,
    /// A key that other generators use and that says nothing about the incident.
    Other,
}

/// The keys of front matter with their synonyms; the first is the one that the documentation teaches.
///
/// Compared in lower case without `_`, `-` and spaces, so `affectedSystems` is `affected_systems`.
pub const FRONT_MATTER: &[(Key, &[&str])] = &[
    (Key::Title, &["title", "name", "headline"]),
    (
        Key::Date,
        &[
            "date",
            "incident_date",
            "date_of_incident",
            "published",
            "publish_date",
            "pub_date",
            "published_at",
            "date_published",
            "created",
            "created_at",
            "occurred",
            "occurred_at",
            "datetime",
            "day",
        ],
    ),
    (Key::Severity, &["severity", "sev", "incident_severity", "severity_level", "priority", "impact_level"]),
    (
        Key::Services,
        &[
            "services",
            "service",
            "affected",
            "affected_systems",
            "affected_services",
            "affected_components",
            "affected_service",
            "impacted_services",
            "components",
            "component",
            "product",
            "products",
            "systems",
            "system",
        ],
    ),
    (Key::Tags, &["tags", "tag", "keywords", "labels", "topics", "topic"]),
    (Key::Category, &["category", "categories"]),
    (
        Key::Factors,
        &["factors", "contributing_factors", "contributing_factor", "causes", "root_causes", "root_cause"],
    ),
    (Key::Authors, &["authors", "author", "writer", "writers", "by", "owner", "owners", "reporter"]),
    (Key::Teams, &["teams", "team", "squad", "owning_team", "responsible_team", "group"]),
    (
        Key::Started,
        &[
            "started",
            "start_time",
            "start",
            "started_at",
            "start_date",
            "incident_start_date",
            "incident_start",
            "began",
            "begin",
            "impact_start",
        ],
    ),
    (
        Key::Detected,
        &["detected", "detected_at", "detection_time", "time_detected", "discovered", "discovered_at"],
    ),
    (Key::Mitigated, &["mitigated", "mitigated_at", "mitigation_time", "time_mitigated"]),
    (
        Key::Resolved,
        &[
            "resolved",
            "resolved_at",
            "resolved_when",
            "end_time",
            "end",
            "ended",
            "ended_at",
            "end_date",
            "incident_end_date",
            "incident_end",
            "resolution_time",
            "time_resolved",
            "restored",
            "recovered",
            "impact_end",
        ],
    ),
    (Key::Summary, &["summary", "description", "excerpt", "abstract", "tldr", "lede", "subtitle"]),
    (Key::Kind, &["kind", "type", "layout"]),
    (Key::Status, &["status", "state", "incident_status"]),
    (Key::Id, &["id", "incident_id", "uid", "identifier"]),
    (Key::Incident, &["incident", "incident_record", "postmortem_of"]),
    (Key::Slug, &["slug"]),
    (Key::Aliases, &["aliases", "alias", "redirect_from"]),
    (Key::Address, &["path", "permalink", "url"]),
    (Key::CanonicalUrl, &["canonical_url", "canonical", "original_url", "canonical_link"]),
    (Key::ArchiveUrl, &["archive_url", "archived_at", "archive"]),
    (Key::Draft, &["draft"]),
    (Key::Language, &["language", "lang", "locale"]),
    (Key::Audience, &["audience", "visibility"]),
    (Key::Lessons, &["lessons", "lessons_learned"]),
    (Key::Actions, &["actions", "action_items"]),
    (Key::Changed, &["updated", "lastmod", "last_modified", "modified", "last_updated", "updated_at"]),
    (Key::Duration, &["duration", "downtime", "total_downtime"]),
    (
        Key::Other,
        &[
            "weight",
            "comments",
            "pin",
            "toc",
            "section",
            "sidebar",
            "sidebar_position",
            "sidebar_label",
            "image",
            "images",
            "cover",
            "featured",
            "hide",
            "hide_title",
            "nav_order",
            "parent",
            "template",
            "extra",
            "params",
            "taxonomies",
            "informational",
            "links",
            "math",
            "mermaid",
            "sitemap",
            "noindex",
            "search",
            "social",
            "robots",
            "menu",
            "cascade",
            "outputs",
            "icon",
            "order",
            "position",
            "link",
            "header",
            "footer",
            "mathjax",
            "share",
            "related",
            "read_time",
            "published_by",
            "version",
            "no_list",
        ],
    ),
];

/// Tables inside front matter whose keys count as if they stood at the top, as Zola and Hugo have them.
pub const NESTED: &[&str] = &["extra", "taxonomies", "params", "incident_details", "metadata", "meta"];

/// Returns what a key of front matter means.
pub fn of_front_matter(key: &str) -> Option<Key> {
    static TABLE: OnceLock<HashMap<String, Key>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        FRONT_MATTER
            .iter()
            .flat_map(|(key, names)| names.iter().map(move |name| (squeeze(name), *key)))
            .collect()
    });
    table.get(&squeeze(key)).copied()
}

/// Returns the known key that an unknown one may have been meant as.
pub fn near(key: &str) -> Option<&'static str> {
    let taught = FRONT_MATTER
        .iter()
        .filter(|(key, _)| *key != Key::Other)
        .flat_map(|(_, names)| names.iter().copied());
    crate::diagnostic::did_you_mean(key, taught)
}

fn squeeze(key: &str) -> String {
    key.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

/// Returns what a label of the body means: `**Date:** …`, a cell of a table of facts, a heading `## Severity`.
pub fn of_label(label: &str) -> Option<Key> {
    if label.len() > 80 {
        return None;
    }
    static TABLE: OnceLock<HashMap<String, Key>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let data: toml::Table = toml::from_str(include_str!("labels.toml")).expect("a test reads the data");
        let mut table = HashMap::new();
        for (key, name) in LABELS {
            let languages: std::collections::BTreeMap<String, Vec<String>> =
                data[*name].clone().try_into().expect("a test reads the data");
            for label in languages.into_values().flatten() {
                table.insert(crate::document::section::normalise(&label), *key);
            }
        }
        table
    });
    let label = crate::document::section::normalise(label);
    if let Some(key) = table.get(&label) {
        return Some(*key);
    }
    // "Started (UTC)", "検知日時（JST）"
    let bare = label.split(" (").next().unwrap_or("").trim_end();
    table.get(bare).copied()
}

/// The keys that labels can name, with their names in the data.
const LABELS: &[(Key, &str)] = &[
    (Key::Date, "date"),
    (Key::Severity, "severity"),
    (Key::Services, "services"),
    (Key::Status, "status"),
    (Key::Authors, "authors"),
    (Key::Teams, "teams"),
    (Key::Started, "started"),
    (Key::Detected, "detected"),
    (Key::Mitigated, "mitigated"),
    (Key::Resolved, "resolved"),
    (Key::Tags, "tags"),
    (Key::Factors, "factors"),
    (Key::Id, "id"),
    (Key::Duration, "duration"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn synonyms_in_any_spelling() {
        assert_eq!(of_front_matter("affectedSystems"), Some(Key::Services));
        assert_eq!(of_front_matter("incident_start_date"), Some(Key::Started));
        assert_eq!(of_front_matter("resolvedWhen"), Some(Key::Resolved));
        assert_eq!(of_front_matter("favourite_colour"), None);
        assert_eq!(near("severty"), Some("severity"));
    }

    #[test]
    fn labels_in_eight_languages() {
        for (label, key) in [
            ("Date of incident", Key::Date),
            ("重大度", Key::Severity),
            ("検知日時（JST）", Key::Detected),
            ("Betroffene Dienste", Key::Services),
            ("Gravité", Key::Severity),
            ("Autores", Key::Authors),
            ("严重程度", Key::Severity),
            ("담당자", Key::Authors),
            ("Start time (UTC)", Key::Started),
        ] {
            assert_eq!(of_label(label), Some(key), "{label}");
        }
        assert_eq!(of_label("Weather"), None);
    }

    #[test]
    fn no_synonym_stands_twice() {
        let mut seen = HashMap::new();
        for (key, names) in FRONT_MATTER {
            for name in *names {
                assert_eq!(seen.insert(squeeze(name), *key), None, "{name}");
            }
        }
    }
}
