//! Links that only some can follow.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::rules::internal_host;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// A link leads to a place that only some can reach.
pub static RULE: Rule = Rule {
    name: "private-link",
    level: Level::Warning,
    about: "a link leads to a chat, a call or a host that only some readers can reach",
};

/// Where chats and calls are.
const CHATS: [&str; 14] = [
    "slack.com/archives",
    "app.slack.com",
    "slack.com/client",
    "teams.microsoft.com",
    "discord.com/channels",
    "discordapp.com/channels",
    "chat.google.com",
    "meet.google.com",
    "zoom.us/j/",
    "zoom.us/my/",
    "zoom.us/rec/",
    "mattermost.",
    "app.gitter.im",
    "webex.com/meet",
];

/// Finds it.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    for link in &subject.document.links {
        let Some((scheme, rest)) = link.target.split_once("://") else { continue };
        if !scheme.starts_with("http") {
            continue;
        }
        let host = rest.split(['/', '?', '#']).next().unwrap_or("");
        let host = host.rsplit('@').next().unwrap_or(host).split(':').next().unwrap_or("").to_lowercase();
        let local = host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.");
        let chat = CHATS.iter().any(|chat| rest.to_lowercase().contains(chat));
        let what = if chat {
            "a chat or a call"
        } else if local {
            "the reader's own machine"
        } else if internal_host::is_internal(&host) {
            "the inside network"
        } else {
            continue;
        };
        out.add(
            Finding::new(&RULE, subject.at(link.span.clone()), format!("this leads to {what}"))
                .help("quote what matters here; who reads it in five years may have no way there"),
        );
    }
}
