//! What open pages are told: that there is something new, and what is at fault.
//!
//! Comes in: findings, and that the site changed. Goes out: messages of server-sent events, to every page that listens. Knows
//! nothing of the site.

use crate::diagnostic::Finding;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

/// How long a page that listens hears nothing before it is asked whether it is still there.
const BREATH: Duration = Duration::from_secs(15);

/// How much of a line is shown around a finding, in bytes.
const LINE: usize = 300;

/// What open pages are told, and which of it is new.
#[derive(Debug, Default)]
pub struct Events {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Of the site; raised when it changes.
    version: u64,
    /// Raised with every message.
    number: u64,
    findings: serde_json::Value,
}

impl Events {
    /// Returns the version of the site.
    pub fn version(&self) -> u64 {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).version
    }

    /// Says that the site is another one.
    pub fn advance(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.version += 1;
        state.number += 1;
        self.changed.notify_all();
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
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let list = serde_json::Value::from(list);
        if state.findings != list {
            state.findings = list;
            state.number += 1;
            self.changed.notify_all();
        }
    }

    /// Writes messages to a page until it goes away.
    pub fn listen(&self, out: &mut dyn Write) -> std::io::Result<()> {
        out.write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\
              X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\nretry: 500\n\n",
        )?;
        let mut seen = None;
        loop {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            while seen == Some(state.number) {
                let (next, time) =
                    self.changed.wait_timeout(state, BREATH).unwrap_or_else(PoisonError::into_inner);
                state = next;
                if time.timed_out() {
                    break;
                }
            }
            let message = match seen == Some(state.number) {
                true => ":\n\n".to_owned(),
                false => {
                    let data = json!({ "version": state.version, "findings": state.findings });
                    format!("data: {data}\n\n")
                }
            };
            seen = Some(state.number);
            drop(state);
            out.write_all(message.as_bytes())?;
            out.flush()?;
        }
    }
}
