//! The rules of ours, a file each, and a page for every rule.
//!
//! Comes in: a [`Subject`](crate::check::Subject) or a [`Survey`](crate::check::Survey). Goes out: findings. A file holds one
//! rule: the static, then the function that finds it; beside it lies its page, by the rule's name. What several rules share
//! stands in files that name no rule: `clause`, `english`, `past`, `phrase`, `shape`.

pub mod clause;
pub mod english;
pub mod past;
pub mod phrase;
pub mod shape;

pub mod allow_without_reason;
pub mod blame;
pub mod blame_remedy;
pub mod card_number;
pub mod date_disagrees;
pub mod dead_link;
pub mod email_address;
pub mod empty_section;
pub mod exposed_secret;
pub mod hindsight;
pub mod human_error;
pub mod image_without_text;
pub mod internal_host;
pub mod judgement;
pub mod known_lesson;
pub mod leftover_placeholder;
pub mod leftover_prompt;
pub mod likely_secret;
pub mod missing_impact;
pub mod missing_lesson;
pub mod missing_summary;
pub mod missing_timeline;
pub mod national_number;
pub mod orphan_document;
pub mod overdue_action;
pub mod person_name;
pub mod private_link;
pub mod repeated_title;
pub mod skipped_heading;
pub mod time_without_zone;
pub mod timeline_out_of_order;
pub mod times_out_of_order;
pub mod unasked_guard;
pub mod unasked_runbook;
pub mod unasked_worse;
pub mod undated_action;
pub mod unknown_rule;
pub mod unknown_service;
pub mod unknown_severity;
pub mod unlinked_action;
pub mod unowned_action;
pub mod unused_allow;
pub mod vague_lesson;
