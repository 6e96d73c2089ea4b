//! Which keys and labels mean what: the synonyms of front matter, and the labels of the body in eight languages.
//!
//! Comes in: a key or a label as written. Goes out: the [`Key`] it means. Knows nothing of values.

use foldhash::fast::FixedState;
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
    (Key::Title, &["title", "name", "headline", "incident_title"]),
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
            "post_date",
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
    (
        Key::Authors,
        &[
            "authors",
            "author",
            "writer",
            "writers",
            "by",
            "byline",
            "owner",
            "owners",
            "reporter",
            "incident_commander",
            "created_by",
            "written_by",
        ],
    ),
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
    (Key::Kind, &["kind", "type", "layout", "section", "content_type"]),
    (Key::Status, &["status", "state", "incident_status"]),
    (Key::Id, &["id", "incident_id", "uid", "identifier"]),
    (Key::Incident, &["incident", "incident_record", "postmortem_of"]),
    (Key::Slug, &["slug"]),
    (Key::Aliases, &["aliases", "alias", "redirect_from", "old_paths"]),
    (Key::Address, &["path", "permalink", "url"]),
    (Key::CanonicalUrl, &["canonical_url", "canonical", "original_url", "canonical_link", "external_url"]),
    (Key::ArchiveUrl, &["archive_url", "archived_at", "archive"]),
    (Key::Draft, &["draft"]),
    (Key::Language, &["language", "lang", "locale"]),
    (Key::Audience, &["audience", "visibility"]),
    (Key::Lessons, &["lessons", "lessons_learned"]),
    (Key::Actions, &["actions", "action_items"]),
    (
        Key::Changed,
        &[
            "updated",
            "lastmod",
            "last_modified",
            "modified",
            "last_updated",
            "updated_at",
            "updated_date",
            "date_modified",
            "date_updated",
            "last_modified_at",
            "last_update",
            "last_reviewed_on",
            "last_reviewed",
            "changed",
            "edited",
        ],
    ),
    (Key::Duration, &["duration", "downtime", "total_downtime"]),
    (
        Key::Other,
        &[
            // Jekyll, its plugins and common themes.
            "comments",
            "pin",
            "toc",
            "image",
            "images",
            "link",
            "links",
            "excerpt_separator",
            "render_with_liquid",
            "sass",
            "sitemap",
            "mathjax",
            "mermaid",
            "math",
            "header",
            "footer",
            "share",
            "related",
            "read_time",
            "author_profile",
            "classes",
            "sidebar",
            "gallery",
            "feature_row",
            "teaser",
            "tagline",
            "toc_label",
            "toc_icon",
            "toc_sticky",
            "toc_levels",
            "media_subpath",
            "img_path",
            "img",
            "show_excerpts",
            "list_title",
            "breadcrumbs",
            "nav_order",
            "nav_exclude",
            "nav_fold",
            "parent",
            "grand_parent",
            "has_children",
            "has_toc",
            "child_nav_order",
            "search_exclude",
            "feature",
            "feature_image",
            "feature_img",
            "thumbnail",
            "background",
            "hero",
            "bigimg",
            "cover_image",
            "cover_img",
            "share_img",
            "share_description",
            "gh_repo",
            "gh_badge",
            "before_content",
            "after_content",
            "seo",
            "robots",
            "noindex",
            "redirect_to",
            "published_by",
            "last_modified_by",
            "future",
            "collection",
            "banner",
            "credit",
            "social_image",
            "og_image",
            "og_description",
            "og_title",
            "twitter_card",
            "twitter_image",
            "meta_description",
            "meta_title",
            // cState.
            "informational",
            "automated",
            "pin_to_top",
            // Hugo and common themes.
            "weight",
            "audio",
            "build",
            "cascade",
            "expiry_date",
            "headless",
            "is_cjk_language",
            "link_title",
            "markup",
            "menu",
            "menus",
            "outputs",
            "params",
            "resources",
            "translation_key",
            "unlisted",
            "videos",
            "series",
            "series_order",
            "series_opened",
            "hidemeta",
            "show_toc",
            "toc_open",
            "show_reading_time",
            "show_breadcrumbs",
            "show_post_nav_links",
            "show_word_count",
            "show_share_buttons",
            "show_code_copy_buttons",
            "show_rss_button_in_section_terms_list",
            "disable_share",
            "disable_hljs",
            "search_hidden",
            "hide_summary",
            "use_hugo_toc",
            "editpost",
            "disable_comments",
            "featured",
            "featured_image",
            "featured_image_preview",
            "cover",
            "no_list",
            "simple_list",
            "manual_link",
            "manual_link_title",
            "manual_link_relref",
            "body_class",
            "content_license",
            "toc_hide",
            "hide_readingtime",
            "reading_time",
            "license",
            "lightgallery",
            "code",
            "hidden_from_home_page",
            "hidden_from_search",
            "heading_number",
            "resources_preview",
            "no_date",
            "no_related",
            "show_date",
            "show_author",
            // Zola.
            "in_search_index",
            "template",
            "taxonomies",
            "extra",
            "render",
            "sort_by",
            "paginate_by",
            "paginate_path",
            "insert_anchor_links",
            "transparent",
            "page_template",
            "generate_feed",
            "generate_feeds",
            "paginate_reversed",
            // MkDocs and Material for MkDocs.
            "hide",
            "icon",
            "search",
            "social",
            "boost",
            "exclude",
            "inherit",
            "git_revision_date_localized",
            "disable_toc",
            // Sphinx, MyST, Jupyter.
            "myst",
            "html_meta",
            "orphan",
            "tocdepth",
            "nocomments",
            "nosearch",
            "substitutions",
            "jupytext",
            "jupyter",
            "kernelspec",
            "file_format",
            "html_theme",
            "numbering",
            "exports",
            "downloads",
            "thumbnail_options",
            "venue",
            "bibliography",
            "affiliations",
            "github",
            "open_access",
            "short_title",
            "site",
            "banner_options",
            "execute",
            // Docusaurus.
            "sidebar_label",
            "sidebar_position",
            "sidebar_class_name",
            "sidebar_key",
            "sidebar_custom_props",
            "displayed_sidebar",
            "hide_title",
            "hide_table_of_contents",
            "toc_min_heading_level",
            "toc_max_heading_level",
            "pagination_label",
            "pagination_next",
            "pagination_prev",
            "custom_edit_url",
            "title_meta",
            "parse_number_prefixes",
            "author_url",
            "author_image_url",
            "author_title",
            "author_image",
            "truncate",
            // Astro and Starlight.
            "hero_image",
            "hero_image_alt",
            "hero_alt",
            "image_alt",
            "edit_url",
            "head",
            "table_of_contents",
            "prev",
            "next",
            "pagefind",
            "og_type",
            // Eleventy.
            "pagination",
            "template_engine_override",
            "eleventy_exclude_from_collections",
            "eleventy_computed",
            "eleventy_navigation",
            "eleventy_import",
            "dynamic_permalink",
            "override:tags",
            "override_tags",
            "eleventy_component_class",
            // Obsidian, Dendron, Logseq, Quartz.
            "cssclasses",
            "cssclass",
            "publish",
            "banner_y",
            "up",
            "down",
            "same",
            "kanban_plugin",
            "excalidraw_plugin",
            "dg_publish",
            "dg_home",
            "dg_permalink",
            "dg_path",
            "desc",
            "fname",
            "stub",
            "nav_hide",
            "enable_toc",
            "graph",
            "enable_graph",
            "collapsed",
            "share_link",
            "share_updated",
            // VuePress and VitePress.
            "title_template",
            "features",
            "navbar",
            "navbar_style",
            "aside",
            "outline",
            "edit_link",
            "edit_links",
            "page_class",
            "is_home",
            "home",
            "route_meta",
            "contributors",
            "external_link_icon",
            "git_include",
            "sidebar_depth",
            "page_component",
            // Hexo, Pelican, Gatsby, Ghost, GitBook, Backstage.
            "disable_nunjucks",
            "top",
            "sticky",
            "abbrlink",
            "top_img",
            "aplayer",
            "katex",
            "save_as",
            "translation",
            "featured_image_alt",
            "custom_excerpt",
            "cover_y",
            "hidden",
            "techdocs",
            // Pandoc, R Markdown, Marp.
            "toc_title",
            "number_sections",
            "geometry",
            "fontsize",
            "documentclass",
            "papersize",
            "thanks",
            "header_includes",
            "colorlinks",
            "link_citations",
            "csl",
            "nocite",
            "output",
            "knit",
            "editor_options",
            "marp",
            "theme",
            "paginate",
            "background_color",
            "class",
            "size",
            "heading_divider",
            "style",
            "math_method",
            // What postmortems say of themselves and no page needs as a fact.
            "impact",
            "trigger",
            "detection",
            "resolution",
            "region",
            "regions",
            "environment",
            "environments",
            "ticket",
            "tickets",
            "jira",
            "slack",
            "slack_channel",
            "incident_number",
            "incident_url",
            "participants",
            "attendees",
            "responders",
            "reviewers",
            "reviewer",
            "approvers",
            "users_affected",
            "affected_users",
            "customer_impact",
            "ttd",
            "ttm",
            "ttr",
            "time_to_detect",
            "time_to_mitigate",
            "time_to_resolve",
            "related_incidents",
            // Others.
            "order",
            "position",
            "version",
            "rank",
            "format",
            "sort",
            "hide_toc",
            "show_edit",
            "show_toc_button",
            "hide_in_navigation",
            "review_in",
            "owner_slack",
            "owner_slack_workspace",
            "contact",
        ],
    ),
];

/// Tables inside front matter whose keys count as if they stood at the top, as Zola and Hugo have them.
pub const NESTED: &[&str] = &[
    "extra",
    "taxonomies",
    "params",
    "incident_details",
    "incident",
    "postmortem",
    "metadata",
    "meta",
    "data",
    "details",
];

/// Returns what a key of front matter means.
pub fn of_front_matter(key: &str) -> Option<Key> {
    static TABLE: OnceLock<HashMap<String, Key, FixedState>> = OnceLock::new();
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
    static TABLE: OnceLock<HashMap<String, Key, FixedState>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let data: toml::Table = toml::from_str(include_str!("labels.toml")).expect("a test reads the data");
        let mut table = HashMap::default();
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
    if !label.contains('(') {
        return None;
    }
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
    (Key::Title, "title"),
    (Key::Summary, "summary"),
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
        // A heading such as "Incident: checkout is down" is a title.
        assert_eq!(of_label("Incident"), None);
    }

    #[test]
    fn a_label_has_one_meaning() {
        let data: toml::Table = toml::from_str(include_str!("labels.toml")).unwrap();
        assert_eq!(data.len(), LABELS.len());
        let mut seen = HashMap::new();
        for (key, name) in LABELS {
            let languages: std::collections::BTreeMap<String, Vec<String>> =
                data[*name].clone().try_into().unwrap();
            for label in languages.into_values().flatten() {
                let before = seen.insert(crate::document::section::normalise(&label), *key);
                assert!(before.is_none_or(|other| other == *key), "{label}");
            }
        }
    }

    #[test]
    fn keys_of_other_generators_are_known() {
        for key in [
            "excerpt_separator",
            "linkTitle",
            "in_search_index",
            "sidebar_position",
            "heroImage",
            "cssclasses",
            "toc-depth",
        ] {
            assert_eq!(of_front_matter(key), Some(Key::Other), "{key}");
        }
        assert_eq!(of_front_matter("expiryDate"), Some(Key::Other));
        assert_eq!(of_front_matter("updatedDate"), Some(Key::Changed));
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
