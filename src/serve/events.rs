//! What open pages are told: that there is something new, and what is at fault.
//!
//! Comes in: findings, and that the site changed. Goes out: messages of server-sent events, to every page that listens. Knows
//! nothing of the site.

use crate::diagnostic::Finding;
use http_body_util::channel;
use hyper::body::Bytes;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// How long a page that listens hears nothing before it is asked whether it is still there.
const BREATH: Duration = Duration::from_secs(15);

/// How much of a line is shown around a finding, in bytes.
const LINE: usize = 300;

/// What open pages are told.
#[derive(Debug, Default)]
pub struct Events {
    state: watch::Sender<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Of the site; raised when it changes.
    version: u64,
    findings: serde_json::Value,
}

impl State {
    /// Returns the message that tells of it.
    fn told(&self) -> String {
        format!("data: {}\n\n", json!({ "version": self.version, "findings": self.findings }))
    }
}

impl Events {
    /// Returns the version of the site.
    pub fn version(&self) -> u64 {
        self.state.borrow().version
    }

    /// Says that the site is another one.
    pub fn advance(&self) {
        self.state.send_modify(|state| state.version += 1);
    }

    /// Says what is at fault now; `texts` are those of the files.
    pub fn tell(&self, findings: &[Finding], texts: &BTreeMap<String, String>) {
        let list: Vec<serde_json::Value> = findings
            .iter()
            .map(|finding| {
                let place = &finding.place;
                let text = texts.get(&place.file);
                let line = text.and_then(|text| text.lines().nth(place.line.saturating_sub(1) as usize));
                let line = line.filter(|_| place.span.is_some()).map(str::trim);
                json!({
                    "rule": finding.rule.name,
                    "level": finding.level.name(),
                    "message": finding.message,
                    "label": finding.label,
                    "help": finding.help,
                    "file": place.file,
                    "line": place.line,
                    "column": place.column,
                    "text": line.map(|line| &line[..line.floor_char_boundary(LINE)]),
                })
            })
            .collect();
        let list = serde_json::Value::from(list);
        self.state.send_if_modified(|state| {
            let is_new = state.findings != list;
            state.findings = list;
            is_new
        });
    }

    /// Sends messages to a page until it goes away.
    pub async fn listen(&self, mut page: channel::Sender<Bytes>) {
        let mut state = self.state.subscribe();
        let mut message = format!("retry: 500\n\n{}", state.borrow_and_update().told());
        while page.send_data(message.into()).await.is_ok() {
            message = match timeout(BREATH, state.changed()).await {
                Ok(Ok(())) => state.borrow_and_update().told(),
                // There will be no news any more.
                Ok(Err(_)) => return,
                Err(_) => ":\n\n".to_owned(),
            };
        }
    }
}
