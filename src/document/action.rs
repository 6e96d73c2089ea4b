//! Follow-ups.
//!
//! Comes in: the parts of a document, and what its front matter declares. Goes out: [`Action`]s; the spans of those of
//! the body are bytes of the text that was parsed. Reads list items and table rows of the sections for them; prose is
//! nobody's task, except behind a label that says that it is one.

use crate::document::Action;
use crate::document::Purpose;
use crate::document::Status;
use crate::document::aside::is_placeholder;
use crate::document::block::Block;
use crate::document::block::BlockKind;
use crate::document::block::Inline;
use crate::document::block::Item;
use crate::document::block::Row;
use crate::document::block::fold;
use crate::document::block::split_at_colon;
use crate::document::date;
use crate::document::date::Order;
use crate::document::date::Style;
use crate::document::front_matter::Node;
use crate::document::front_matter::Value;
use crate::document::moment::Moment;
use crate::document::outline::LABEL;
use crate::document::outline::Part;
use crate::document::outline::first_words;
use crate::document::outline::nested_items;
use crate::document::section::Canonical;
use crate::document::section::normalise;
use aho_corasick::AhoCorasick;
use aho_corasick::AhoCorasickKind;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

/// Reads the actions of a document.
pub fn read(root: &Part<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    parts(root, &mut actions);
    actions
}

/// Reads `actions:` of front matter: texts, or maps with `text`, `owner`, `due`, `status`, `kind` and `links`.
///
/// Their spans are bytes of the file's text. Calls `unreadable` with the place of an entry that says nothing to do.
pub fn read_declared(node: &Node, unreadable: &mut dyn FnMut(Range<usize>)) -> Vec<Action> {
    let nodes = match &node.value {
        Value::List(nodes) => nodes.as_slice(),
        Value::Null => &[],
        _ => std::slice::from_ref(node),
    };
    let mut actions = Vec::new();
    for node in nodes {
        match declared(node) {
            Some(action) => actions.push(action),
            None if matches!(node.value, Value::Map(_) | Value::List(_)) => unreadable(node.span.clone()),
            None => {}
        }
    }
    actions
}

/// Adds the actions that front matter declares to those of the body.
///
/// One that stands in both is one: what is declared wins, and the body fills in what it leaves open.
pub fn merge(actions: &mut Vec<Action>, declared: Vec<Action>) {
    let same = |text: &str| fold(text).trim_end_matches(['.', ' ']).to_lowercase();
    for mut one in declared {
        let words = same(&one.text);
        match actions.iter_mut().find(|other| same(&other.text) == words) {
            Some(other) => {
                other.owner = one.owner.or(other.owner.take());
                other.due = one.due.or(other.due);
                other.reason = one.reason.or(other.reason.take());
                other.purpose = one.purpose.or(other.purpose);
                if one.status != Status::Unknown {
                    other.status = one.status;
                }
                one.links.retain(|link| !other.links.contains(link));
                other.links.append(&mut one.links);
            }
            None => actions.push(one),
        }
    }
}

/// Reads one action of front matter.
fn declared(node: &Node) -> Option<Action> {
    let first = |keys: &[&str]| keys.iter().find_map(|key| node.get(key));
    let text = match &node.value {
        Value::Map(_) => {
            first(&["text", "action", "title", "task", "item", "description", "name", "summary"])?.text()?
        }
        _ => node.text()?,
    };
    if is_placeholder(&text) {
        return None;
    }
    let word = |keys: &[&str]| {
        let node = first(keys)?;
        let text = match &node.value {
            Value::List(nodes) => {
                Cow::Owned(nodes.iter().filter_map(Node::text).collect::<Vec<_>>().join(", "))
            }
            _ => node.text()?,
        };
        (!is_placeholder(&text)).then(|| fold(&text).into_owned())
    };
    let read = Words::of_text(&text);
    let status = match first(&["status", "state", "done", "completed"]).map(|node| &node.value) {
        Some(Value::Bool(done)) => Some(if *done { Status::Done } else { Status::Open }),
        Some(_) => word(&["status", "state", "done", "completed"]).and_then(|words| status_in_column(&words)),
        None => read.status,
    };
    let mut links = links_of(&Inline { text: text.clone().into_owned(), ..Inline::default() });
    for key in ["links", "link", "url", "issue", "issues", "ticket", "tickets", "pr", "tracking"] {
        match node.get(key).map(|node| &node.value) {
            Some(Value::List(nodes)) => {
                links.extend(nodes.iter().filter_map(Node::text).map(Cow::into_owned));
            }
            Some(_) => links.extend(node.get(key).and_then(Node::text).map(Cow::into_owned)),
            None => {}
        }
    }
    // A number of an issue is an address only for those who know which tracker it is of.
    links.retain(|link| link.contains(['/', '.']));
    links.dedup();
    let status = status.unwrap_or(Status::Unknown);
    Some(Action {
        text: fold(&text).into_owned(),
        owner: word(&["owner", "owners", "assignee", "assigned_to", "responsible", "who"]).or(read.owner),
        due: word(&["due", "due_date", "deadline", "by", "date", "target"])
            .and_then(|words| due(&words))
            .or(read.due),
        status,
        reason: word(&["reason", "because"]).or(read.reason).filter(|_| status == Status::Dropped),
        purpose: word(&["kind", "type", "purpose", "category"])
            .and_then(|words| purpose(&words))
            .or(read.purpose),
        links,
        span: node.span.clone(),
    })
}

/// Looks for sections with actions.
fn parts(part: &Part<'_>, out: &mut Vec<Action>) {
    match part.canonical {
        Some(Canonical::Actions) => section(part, Aim::default().under(&part.title), out),
        _ => part.parts.iter().for_each(|inner| parts(inner, out)),
    }
}

/// What the headings above an action say of it.
#[derive(Clone, Copy, Default)]
struct Aim {
    purpose: Option<Purpose>,
    status: Option<Status>,
}

impl Aim {
    /// Returns what holds under one more heading: `Prevention`, `Completed`, `Short term (to do)`.
    fn under(self, title: &str) -> Aim {
        let bracket =
            title.trim_end().strip_suffix([')', '）']).and_then(|open| open.rsplit(['(', '（']).next());
        let status = bracket.and_then(status_alone).or_else(|| status_alone(title));
        Aim { purpose: purpose(title).or(self.purpose), status: status.or(self.status) }
    }
}

/// Reads a section of actions and the sections in it, whose headings may say what they are for or who does them.
fn section(part: &Part<'_>, aim: Aim, out: &mut Vec<Action>) {
    if let Some(lead) = &part.lead
        && part.level == LABEL
        && is_one_action(&part.title)
        && !is_placeholder(&lead.text)
    {
        out.push(of_lead(part, lead, aim));
    }
    blocks(&part.blocks, aim, out);
    for inner in &part.parts {
        match inner.canonical {
            Some(
                Canonical::Lessons
                | Canonical::WentWell
                | Canonical::WentWrong
                | Canonical::Lucky
                | Canonical::Timeline
                | Canonical::Summary
                | Canonical::References,
            ) => parts(inner, out),
            _ if is_legend(&inner.title) || is_outcome(&inner.title) => tables(inner, aim, out),
            canonical => match heading(inner, canonical.is_some(), aim) {
                Some(action) => out.push(action),
                None => section(inner, aim.under(&inner.title), out),
            },
        }
    }
}

/// Returns whether a label says that what follows it is one action: `**Action item:** page sooner`.
fn is_one_action(title: &str) -> bool {
    matches!(
        normalise(title).as_str(),
        "action"
            | "action item"
            | "follow-up"
            | "follow up"
            | "followup"
            | "todo"
            | "to do"
            | "to-do"
            | "task"
            | "next action"
    )
}

/// Returns the action that stands behind a label.
fn of_lead(part: &Part<'_>, lead: &Inline, aim: Aim) -> Action {
    let read = Words::of(lead);
    let status = read.status.or(aim.status).unwrap_or(Status::Unknown);
    Action {
        text: read.text,
        owner: read.owner,
        due: read.due,
        status,
        reason: read.reason.filter(|_| status == Status::Dropped),
        purpose: aim.purpose.or(read.purpose),
        links: links_of(lead),
        span: part.heading.clone(),
    }
}

/// Reads the tables alone: under a heading that explains a table, the table itself may stand.
fn tables(part: &Part<'_>, aim: Aim, out: &mut Vec<Action>) {
    for block in &part.blocks {
        if let BlockKind::Table { head, rows } = &block.kind
            && head.iter().any(|cell| matches!(column(&cell.text), Column::Owner | Column::Status))
        {
            table(head, rows, aim, out);
        }
    }
}

fn blocks(blocks: &[&Block], aim: Aim, out: &mut Vec<Action>) {
    for block in blocks {
        match &block.kind {
            BlockKind::List { items, .. } => items.iter().for_each(|item| list_item(item, aim, None, out)),
            BlockKind::Table { head, rows } => table(head, rows, aim, out),
            BlockKind::Quote(inner) => {
                for inner in inner {
                    if let BlockKind::List { items, .. } = &inner.kind {
                        items.iter().for_each(|item| list_item(item, aim, None, out));
                    }
                }
            }
            _ => {}
        }
    }
}

/// Returns the action that a heading is: one with a number or a key, with prose that is all there is, or with words
/// below that say who does it and until when.
fn heading(part: &Part<'_>, named: bool, aim: Aim) -> Option<Action> {
    if part.level >= LABEL || part.parts.iter().any(|inner| inner.level < LABEL) {
        return None;
    }
    let mut details = Details::default();
    let mut paragraphs = Vec::new();
    let (mut items, mut described) = (0, 0);
    for block in &part.blocks {
        match &block.kind {
            BlockKind::Paragraph(inline) => {
                let described = details.lines(inline);
                if !described {
                    paragraphs.push(inline);
                }
            }
            BlockKind::List { items: list, .. } => {
                items += list.len();
                // What has a box of its own is work, whatever its words look like.
                let plain = list.iter().filter(|item| item.task.is_none());
                described += plain.filter_map(first_words).filter(|words| details.lines(words)).count();
            }
            BlockKind::Table { .. } => return None,
            _ => {}
        }
    }
    // A list of things to do is what the heading is about, one of details is not.
    if items > described {
        return None;
    }
    let title = without_key(&part.title);
    let keyed = title.len() < part.title.len() && title.split_whitespace().count() >= 2;
    let told = !named && paragraphs.len() == 1 && paragraphs[0].text.split_whitespace().count() <= 60;
    if !(keyed || details.found || told) || is_placeholder(title) {
        return None;
    }
    let own = Words::of_text(&part.title);
    let mut links = details.links;
    paragraphs.iter().for_each(|inline| links.extend(links_of(inline)));
    links.dedup();
    let short = title.split_whitespace().count() < 4 && title.is_ascii() && !begins_with_verb(title);
    let text = match paragraphs.first() {
        Some(prose) if short && !is_placeholder(&prose.text) => {
            format!("{}: {}", title.trim_end_matches(':'), prose.folded())
        }
        Some(prose) if told && is_placeholder(&prose.text) => return None,
        _ => title.to_owned(),
    };
    let status = details.status.or(own.status).or(aim.status).unwrap_or(Status::Unknown);
    Some(Action {
        text,
        owner: details.owner.or(own.owner),
        due: details.due.or(own.due),
        status,
        reason: details.reason.or(own.reason).filter(|_| status == Status::Dropped),
        purpose: details.purpose.or(aim.purpose).or(own.purpose),
        links,
        span: part.heading.clone(),
    })
}

/// Returns a title without its number or key: `1. `, `AI-3: `, `Action 2 - `.
fn without_key(title: &str) -> &str {
    let trimmed = title.trim();
    let Some((head, rest)) = trimmed.split_once([' ', ':', '：', '、']) else { return trimmed };
    let bare =
        head.trim_end_matches([':', '.', ')']).trim_start_matches(['#', '[', '(']).trim_end_matches(']');
    let number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let key = bare.rsplit_once('-').is_some_and(|(name, digits)| {
        number(digits)
            && !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    });
    let rest = rest.trim_start_matches([':', '-', '–', '—', ' ', '：']);
    if number(bare) || key {
        return rest;
    }
    if matches!(bare.to_lowercase().as_str(), "action" | "item" | "task" | "step" | "ai")
        && let Some((digits, after)) = rest.split_once([':', ' ', '.'])
        && number(digits)
    {
        return after.trim_start_matches([':', '-', '–', '—', ' ', '.']);
    }
    trimmed
}

/// Returns whether a heading is over what only explains the table of actions.
fn is_legend(title: &str) -> bool {
    let title = normalise(title);
    [
        "legend",
        "category definitions",
        "priority definitions",
        "definitions",
        "categories",
        "priority levels",
        "guidelines",
    ]
    .contains(&title.as_str())
        || ["の説明", "凡例", "定義", "说明", "설명"].iter().any(|word| title.ends_with(word))
}

/// Returns whether a heading is over what came of the actions, and not over more of them.
fn is_outcome(title: &str) -> bool {
    const OUTCOMES: &[&str] = &[
        "verification",
        "verification steps",
        "verification completed",
        "verification results",
        "verified",
        "how to verify",
        "how we verified",
        "how we verified it",
        "result",
        "results",
        "outcome",
        "outcomes",
        "evidence",
        "current status",
        "success criteria",
        "acceptance criteria",
        "definition of done",
        "overview",
        "検証",
        "検証結果",
        "結果",
        "验证",
        "验证结果",
        "结果",
        "검증",
        "결과",
        "verifizierung",
        "ergebnis",
        "ergebnisse",
        "vérification",
        "résultat",
        "résultats",
        "verificación",
        "resultado",
        "resultados",
        "verificação",
    ];
    OUTCOMES.contains(&normalise(title).as_str())
}

/// What labelled lines say of the action above them: `Owner: Ana`, `**Due:** 2024-06-01`, `Status: done`.
#[derive(Default)]
struct Details {
    owner: Option<String>,
    due: Option<Moment>,
    status: Option<Status>,
    reason: Option<String>,
    purpose: Option<Purpose>,
    links: Vec<String>,
    /// Whether there was such a line.
    found: bool,
}

impl Details {
    /// Reads the lines of running text; returns whether all of them are such lines.
    fn lines(&mut self, inline: &Inline) -> bool {
        let lines: Vec<&str> = inline.text.lines().filter(|line| !line.trim().is_empty()).collect();
        let mut all = !lines.is_empty();
        for line in lines {
            let known = match split_at_colon(line) {
                Some((label, value)) => self.line(label, value.trim()),
                None => false,
            };
            all &= known;
        }
        if all {
            self.links.extend(links_of(inline));
        }
        self.found |= all;
        all
    }

    fn line(&mut self, label: &str, value: &str) -> bool {
        // "When: the queue is full" is no date; only labels that can mean nothing else count.
        let apart = [" - ", " – ", " — ", "｜"].iter().any(|sign| label.contains(sign));
        if apart || label.split_whitespace().count() > 3 {
            return false;
        }
        let empty = is_placeholder(value);
        if is_reason(label) {
            self.reason = self.reason.take().or_else(|| (!empty).then(|| fold(value).into_owned()));
            return true;
        }
        match column(label) {
            Column::Owner => {
                if !empty {
                    let name = fold(value.trim_matches(['*', '_', ' ']));
                    self.owner.get_or_insert(name.into_owned());
                }
            }
            Column::Due => match due(value) {
                Some(moment) => self.due = self.due.or(Some(moment)),
                None if empty || value.split_whitespace().count() <= 3 => {}
                None => return false,
            },
            Column::Status => match status_of(value) {
                Some(status) => {
                    self.status = Some(status);
                    self.reason = self.reason.take().or_else(|| why_dropped(value));
                }
                None if value.split_whitespace().count() <= 3 => {}
                None => return false,
            },
            Column::Purpose => self.purpose = self.purpose.or(purpose(value)),
            Column::Ticket => {}
            Column::Skip
                if matches!(
                    normalise(label).as_str(),
                    "priority" | "severity" | "effort" | "優先度" | "优先级"
                ) => {}
            Column::Action | Column::Skip => return false,
        }
        true
    }
}

/// Reads an item of a list; `topic` is the heading-like item above it.
fn list_item(item: &Item, aim: Aim, topic: Option<&str>, out: &mut Vec<Action>) {
    let nested = nested_items(item);
    let Some(words) = first_words(item) else {
        nested.into_iter().for_each(|item| list_item(item, aim, topic, out));
        return;
    };
    let folded = words.folded();
    if is_placeholder(&folded) && words.links.is_empty() {
        return;
    }
    let mut details = Details::default();
    let described =
        nested.iter().filter_map(|item| first_words(item)).filter(|words| details.lines(words)).count();
    for block in item.blocks.iter().skip(1) {
        if let BlockKind::Paragraph(inline) = &block.kind {
            details.lines(inline);
        }
    }
    // "Short term:" and the like are headings, and so is an item whose own boxes are all in its list; "Add alerts for:"
    // is work, and its list says which.
    let colon = folded.ends_with([':', '：']);
    let sentences =
        nested.iter().all(|item| first_words(item).is_some_and(|words| words_in(&words.text) >= 4));
    let leads = colon && (sentences || words_in(&folded) <= 6 && !begins_with_verb(&folded));
    let heading = nested.len() > described
        && item.task.is_none()
        && (leads
            || nested.iter().all(|item| item.task.is_some())
            || nested.len() - described >= 2 && is_theme(words, &nested));
    if heading {
        let aim = aim.under(&folded);
        let topic = folded.trim_end_matches([':', '：']);
        nested.into_iter().for_each(|item| list_item(item, aim, Some(topic), out));
        return;
    }
    let read = Words::of(words);
    let mut links = links_of(words);
    for block in item.blocks.iter().skip(1) {
        crate::document::lesson::each_inline(std::slice::from_ref(block), &mut |inline| {
            links.extend(links_of(inline))
        });
    }
    links.dedup();
    let said = details.status.or(read.status);
    let status = match item.task {
        Some(true) => Status::Done,
        Some(false) => said.unwrap_or(Status::Open),
        None => said.or(aim.status).unwrap_or(Status::Unknown),
    };
    let text = match topic {
        _ if colon && nested.len() > described => {
            let list: Vec<_> =
                nested.iter().filter_map(|item| first_words(item)).map(Inline::folded).collect();
            format!("{folded} {}", list.join("; "))
        }
        Some(topic) if folded.split(' ').count() < 4 && purpose(topic).is_none() => {
            format!("{topic}: {}", read.text)
        }
        _ => read.text,
    };
    out.push(Action {
        text,
        owner: read.owner.or(details.owner),
        due: read.due.or(details.due),
        status,
        reason: details.reason.or(read.reason).filter(|_| status == Status::Dropped),
        purpose: details.purpose.or(aim.purpose).or(read.purpose),
        links,
        span: item.span.clone(),
    });
}

/// Returns how many words there are; a script without spaces counts three characters as one.
fn words_in(text: &str) -> usize {
    let dense = text.chars().filter(|&c| (c as u32) >= 0x2E80).count();
    text.split_whitespace().count() + dense / 3
}

/// Returns whether an item is only the theme of the list below it: "Monitoring", "**Short term**".
fn is_theme(words: &Inline, nested: &[&Item]) -> bool {
    let folded = words.folded();
    words.links.is_empty()
        && folded.split(' ').count() <= 3
        && folded.is_ascii()
        && !folded.contains(['@', '#', '.', '(', '['])
        && !begins_with_verb(&folded)
        && nested
            .iter()
            .all(|item| first_words(item).is_some_and(|words| words.text.split_whitespace().count() >= 2))
}

/// Returns whether English words begin with a verb that says what to do.
fn begins_with_verb(words: &str) -> bool {
    const VERBS: &[&str] = &[
        "add",
        "adjust",
        "adopt",
        "allow",
        "audit",
        "automate",
        "avoid",
        "backport",
        "block",
        "build",
        "bump",
        "change",
        "check",
        "clarify",
        "clean",
        "communicate",
        "configure",
        "consider",
        "consolidate",
        "create",
        "decide",
        "define",
        "delete",
        "deploy",
        "disable",
        "discuss",
        "document",
        "drop",
        "enable",
        "enforce",
        "ensure",
        "evaluate",
        "expand",
        "explore",
        "extend",
        "find",
        "fix",
        "harden",
        "implement",
        "improve",
        "include",
        "increase",
        "inform",
        "install",
        "introduce",
        "investigate",
        "limit",
        "lock",
        "lower",
        "make",
        "migrate",
        "move",
        "notify",
        "pin",
        "prepare",
        "prevent",
        "provide",
        "publish",
        "raise",
        "rebuild",
        "redesign",
        "reduce",
        "refactor",
        "remove",
        "rename",
        "replace",
        "require",
        "restrict",
        "revert",
        "review",
        "revisit",
        "rewrite",
        "roll",
        "rotate",
        "run",
        "schedule",
        "separate",
        "set",
        "setup",
        "share",
        "simplify",
        "split",
        "standardize",
        "stop",
        "switch",
        "teach",
        "test",
        "track",
        "train",
        "tune",
        "turn",
        "update",
        "upgrade",
        "use",
        "validate",
        "verify",
        "write",
    ];
    let first = words.split([' ', '-']).next().unwrap_or("").to_lowercase();
    VERBS.contains(&first.as_str())
}

/// What a column of a table of actions holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Action,
    Owner,
    Due,
    Status,
    Purpose,
    Ticket,
    Skip,
}

/// Reads a table of actions by the words of its header.
fn table(head: &[Inline], rows: &[Row], aim: Aim, out: &mut Vec<Action>) {
    let mut columns: Vec<Column> = head.iter().map(|cell| column(&cell.text)).collect();
    if !columns.contains(&Column::Action) {
        // Without a name for it, the action is the widest column that is nothing else; "Issue" is often its name.
        let kind = if columns.contains(&Column::Skip) { Column::Skip } else { Column::Ticket };
        let widest = (0..head.len()).filter(|&index| columns[index] == kind).max_by_key(|&index| {
            rows.iter().filter_map(|row| row.cells.get(index)).map(|cell| cell.text.len()).sum::<usize>()
        });
        match widest {
            Some(index) => columns[index] = Column::Action,
            None => return,
        }
    }
    for row in rows {
        let cells = |wanted: Column| {
            columns
                .iter()
                .zip(&row.cells)
                // "TODO" is an empty place for words and a state for a status.
                .filter(move |(column, cell)| {
                    **column == wanted && (wanted == Column::Status || !is_placeholder(&cell.text))
                })
                .map(|(_, cell)| cell)
        };
        let words: Vec<_> = cells(Column::Action).map(Inline::folded).collect();
        if words.is_empty() {
            continue;
        }
        let read = cells(Column::Action).next().map(Words::of).unwrap_or_default();
        let mut links = Vec::new();
        row.cells.iter().for_each(|cell| links.extend(links_of(cell)));
        links.dedup();
        let reason = || {
            let named = head.iter().zip(&row.cells).filter(|(head, _)| is_reason(&head.text));
            let mut named = named.map(|(_, cell)| cell.folded()).filter(|words| !is_placeholder(words));
            named
                .next()
                .map(Cow::into_owned)
                .or_else(|| cells(Column::Status).find_map(|cell| why_dropped(&cell.text)))
        };
        let said = cells(Column::Status)
            .find_map(|cell| status_in_column(&cell.text))
            // "Bug 5554823 **TODO**"
            .or_else(|| cells(Column::Ticket).find_map(|cell| shouted(&cell.text)))
            .or(read.status);
        let status = said.or(aim.status).unwrap_or(Status::Unknown);
        out.push(Action {
            text: words.join(" — "),
            owner: cells(Column::Owner).next().map(|cell| cell.folded().into_owned()).or(read.owner),
            due: cells(Column::Due).find_map(|cell| due(&cell.folded())).or(read.due),
            status,
            reason: if status == Status::Dropped { reason().or(read.reason) } else { None },
            purpose: cells(Column::Purpose)
                .find_map(|cell| purpose(&cell.text))
                .or(aim.purpose)
                .or(read.purpose),
            links,
            span: row.span.clone(),
        });
    }
}

/// Returns what a column holds, by its header.
fn column(head: &str) -> Column {
    let head = normalise(head);
    let is = |words: &[&str]| {
        words.iter().any(|word| {
            head.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
                || head.strip_suffix(word).is_some_and(|rest| rest.ends_with(' '))
        })
    };
    let holds = |words: &[&str]| words.iter().any(|word| head.contains(word));
    if is(&[
        "owner",
        "owners",
        "assignee",
        "assigned to",
        "responsible",
        "who",
        "dri",
        "assigned",
        "lead",
        "team",
        "person",
        "contact",
        "verantwortlich",
        "verantwortliche",
        "verantwortlicher",
        "zuständig",
        "wer",
        "encargado",
        "encargada",
        "quem",
        "qui",
        "responsable",
        "responsável",
        "owner(s)",
    ]) || holds(&["担当", "オーナー", "負責", "负责", "责任人", "담당"])
    {
        Column::Owner
    } else if is(&[
        "due",
        "due date",
        "deadline",
        "eta",
        "target date",
        "by when",
        "when",
        "date",
        "target",
        "fällig",
        "fällig am",
        "bis",
        "bis wann",
        "termin",
        "frist",
        "plazo",
        "vencimiento",
        "échéance",
        "fecha límite",
        "fecha",
        "prazo",
        "data",
        "timeline",
    ]) || holds(&["期限", "期日", "納期", "截止", "기한", "마감"])
    {
        Column::Due
    } else if is(&[
        "status",
        "state",
        "done",
        "progress",
        "statut",
        "estado",
        "situação",
        "état",
        "completed",
    ]) || holds(&["ステータス", "状態", "状况", "状态", "狀態", "상태"])
    {
        Column::Status
    } else if is(&[
        "type",
        "category",
        "kind",
        "typ",
        "kategorie",
        "catégorie",
        "tipo",
        "categoría",
        "categoria",
    ]) || holds(&["カテゴリ", "種別", "分類", "类型", "类别", "유형", "분류"])
    {
        Column::Purpose
    } else if is(&[
        "action",
        "actions",
        "action item",
        "action items",
        "task",
        "tasks",
        "item",
        "description",
        "what",
        "todo",
        "to do",
        "follow-up",
        "follow up",
        "improvement",
        "recommendation",
        "maßnahme",
        "aufgabe",
        "acción",
        "tarea",
        "ação",
        "tarefa",
        "tâche",
        "title",
        "summary",
        "details",
        "corrective action",
        "remediation",
    ]) || holds(&[
        "アクション",
        "内容",
        "対応",
        "対策",
        "项目",
        "措施",
        "行动",
        "任务",
        "行動",
        "작업",
        "조치",
        "액션",
        "항목",
    ]) {
        Column::Action
    } else if is(&[
        "ticket",
        "issue",
        "link",
        "links",
        "jira",
        "pr",
        "bug",
        "tracking",
        "tracking issue",
        "reference",
    ]) {
        Column::Ticket
    } else {
        Column::Skip
    }
}

/// Returns what an action is for, by the words of a heading or a cell.
fn purpose(words: &str) -> Option<Purpose> {
    let words = words.to_lowercase();
    let holds = |list: &[&str]| list.iter().any(|word| words.contains(word));
    if holds(&[
        "detect", "monitor", "alert", "observab", "検知", "監視", "检测", "监控", "탐지", "감지", "erkenn",
        "détect", "detec",
    ]) {
        Some(Purpose::Detect)
    } else if holds(&[
        "prevent",
        "avoid recurrence",
        "予防",
        "再発防止",
        "预防",
        "예방",
        "방지",
        "prävent",
        "vorbeug",
        "préven",
    ]) {
        // "Corrective and preventative measures" is the name of the whole section and says nothing of one action.
        (!holds(&["correct", "mitigat", " and ", " & "])).then_some(Purpose::Prevent)
    } else if holds(&["mitigat", "緩和", "缓解", "완화", "atténu"]) {
        Some(Purpose::Mitigate)
    } else if holds(&[
        "process",
        "documentation",
        "runbook",
        "training",
        "プロセス",
        "流程",
        "프로세스",
        "prozess",
    ]) {
        Some(Purpose::Process)
    } else {
        None
    }
}

/// Words that say a state, in lower case; the first group that matches wins.
const STATES: &[(Status, &[&str])] = &[
    (
        Status::Dropped,
        &[
            "won't do",
            "wont do",
            "won't fix",
            "wontfix",
            "dropped",
            "cancelled",
            "canceled",
            "rejected",
            "abandoned",
            "not doing",
            "declined",
            "obsolete",
            "deferred indefinitely",
            "superseded",
            "見送り",
            "中止",
            "却下",
            "取消",
            "취소",
            "verworfen",
            "abandonné",
            "descartado",
            "cancelado",
        ],
    ),
    (
        Status::Open,
        &[
            "todo",
            "to do",
            "open",
            "in progress",
            "wip",
            "pending",
            "planned",
            "not started",
            "ongoing",
            "in review",
            "backlog",
            "not done",
            "not complete",
            "not yet",
            "incomplete",
            "started",
            "on hold",
            "blocked",
            "deferred",
            "in flight",
            "underway",
            "partially",
            "inprogress",
            "in-progress",
            "not-started",
            "scheduled",
            "proposed",
            "未着手",
            "未完了",
            "未対応",
            "対応中",
            "進行中",
            "検討中",
            "予定",
            "待办",
            "进行中",
            "未开始",
            "未完成",
            "计划中",
            "진행 중",
            "진행중",
            "예정",
            "미완료",
            "대기",
            "offen",
            "in arbeit",
            "geplant",
            "à faire",
            "en cours",
            "ouvert",
            "pendiente",
            "en curso",
            "en progreso",
            "abierto",
            "pendente",
            "em andamento",
            "aberto",
        ],
    ),
    (
        Status::Done,
        &[
            "done",
            "complete",
            "completed",
            "resolved",
            "fixed",
            "closed",
            "merged",
            "finished",
            "implemented",
            "deployed",
            "shipped",
            "released",
            "documented",
            "delivered",
            "landed",
            "rolled out",
            "完了",
            "済み",
            "済",
            "対応済み",
            "実施済み",
            "完成",
            "已完成",
            "已解决",
            "완료",
            "완료됨",
            "erledigt",
            "abgeschlossen",
            "behoben",
            "umgesetzt",
            "fait",
            "terminé",
            "fermé",
            "hecho",
            "hecha",
            "completado",
            "completada",
            "cerrado",
            "cerrada",
            "concluída",
            "concluído",
            "feito",
            "fechado",
            "yes",
        ],
    ),
];

/// Returns the state that a cell of a column for it says, which may be "No", "80%" or the day on which it was done.
fn status_in_column(words: &str) -> Option<Status> {
    let folded = fold(words).to_lowercase();
    match folded.as_str() {
        "[x]" => return Some(Status::Done),
        "[ ]" | "[]" => return Some(Status::Open),
        _ => {}
    }
    if let Some(percent) = folded.strip_suffix('%').and_then(|number| number.trim().parse::<f32>().ok()) {
        return Some(if percent >= 100.0 { Status::Done } else { Status::Open });
    }
    match folded.trim_matches(['*', '_', '.', ' ']) {
        "new" | "assigned" | "doing" | "partial" | "next" | "now" => return Some(Status::Open),
        "live" | "merged & deployed" => return Some(Status::Done),
        "no" | "n" | "nein" | "non" | "não" | "✗" | "✘" => return Some(Status::Open),
        "y" | "x" | "ja" | "oui" | "sí" | "si" | "sim" => return Some(Status::Done),
        _ => {}
    }
    status_of(words).or_else(|| shouted(words)).or_else(|| due(words).map(|_| Status::Done))
}

/// Returns the state that words say in capitals: "Bug 5554823 TODO", "DONE in #12", but not "Done by hand so far".
fn shouted(words: &str) -> Option<Status> {
    let said: Vec<&str> = words.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let not = said.windows(2).any(|pair| pair == ["NOT", "DONE"]);
    said.iter().find_map(|word| match *word {
        "DONE" | "FIXED" | "COMPLETED" if !not => Some(Status::Done),
        "TODO" | "WIP" | "DONE" => Some(Status::Open),
        "WONTFIX" => Some(Status::Dropped),
        _ => None,
    })
}

/// Returns the state that words say and nothing else.
fn status_alone(words: &str) -> Option<Status> {
    // Longer words are none of them in lower case either; a sentence need not be copied for that.
    const LONGEST: usize = 80;
    let folded = fold(words);
    if folded.trim_matches(|c: char| !c.is_alphanumeric()).len() > LONGEST {
        return None;
    }
    let folded = folded.to_lowercase();
    let bare = folded.trim_matches(|c: char| !c.is_alphanumeric());
    STATES.iter().find_map(|(status, list)| list.contains(&bare).then_some(*status))
}

/// Returns the state that the words of a cell or a mark begin with.
fn status_of(words: &str) -> Option<Status> {
    let folded = fold(words).to_lowercase();
    let bare = folded.trim_matches(|c: char| {
        matches!(c, '*' | '_' | '~' | '(' | ')' | '[' | ']' | '`' | ':' | '.' | '!' | '|' | ' ')
    });
    if bare.starts_with(['✅', '✔', '☑', '✓', '🟢']) {
        return Some(Status::Done);
    }
    if bare.starts_with(['❌', '🚫']) {
        return Some(Status::Dropped);
    }
    if bare.starts_with(['⏳', '🔄', '🚧', '🔲', '☐', '⬜', '🟡', '🔴', '⏸']) {
        return Some(Status::Open);
    }
    let bare = bare.trim_start_matches(|c: char| !c.is_alphanumeric());
    let first = *bare.as_bytes().first()?;
    STATES.iter().find_map(|(status, list)| {
        list.iter()
            .filter(|word| word.as_bytes()[0] == first)
            .any(|word| {
                bare.strip_prefix(word).is_some_and(|rest| {
                    rest.chars().next().is_none_or(|c| !c.is_alphanumeric() || !word.is_ascii())
                })
            })
            .then_some(*status)
    })
}

/// Returns why an action was dropped, where words that say so go on: "Won't do: the vendor fixed it".
fn why_dropped(words: &str) -> Option<String> {
    let folded = fold(words);
    let bare = folded.trim_matches(|c: char| {
        matches!(c, '*' | '_' | '~' | '`' | '(' | ')' | '[' | ']' | '❌' | '🚫' | ' ')
    });
    let (_, dropped) = STATES.iter().find(|(status, _)| *status == Status::Dropped)?;
    let said = dropped.iter().find(|said| {
        bare.get(..said.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(said) || start.to_lowercase() == **said)
    })?;
    let rest = &bare[said.len()..];
    let reason = rest.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ':' | '：' | ',' | '、' | ';' | '.' | '-' | '–' | '—' | '(' | ')' | '（' | '）' | '*' | '_'
            )
    });
    // "Dropped #12" and "Dropped by" say no reason; "Droppedness" is another word.
    let is_set_apart = rest.starts_with(|c: char| !c.is_alphanumeric()) || !said.is_ascii();
    (is_set_apart && reason.split_whitespace().count() >= if said.is_ascii() { 2 } else { 1 })
        .then(|| reason.to_owned())
}

/// Returns whether a label or a header is the name of a reason.
fn is_reason(label: &str) -> bool {
    matches!(
        normalise(label).as_str(),
        "reason"
            | "why"
            | "rationale"
            | "grund"
            | "begründung"
            | "raison"
            | "motivo"
            | "理由"
            | "原因"
            | "이유"
    )
}

/// What the running text of an action says besides the action.
#[derive(Default)]
struct Words {
    text: String,
    owner: Option<String>,
    due: Option<Moment>,
    status: Option<Status>,
    reason: Option<String>,
    purpose: Option<Purpose>,
}

impl Words {
    /// Reads words without marks.
    fn of_text(text: &str) -> Words {
        Words::of(&Inline { text: text.to_owned(), ..Inline::default() })
    }

    /// Reads marks at either end of the words: `(DONE)`, `TODO:`, `[Rick]`, `@handle`, `Owner: …`, `due 2021-07-01`.
    ///
    /// A line that is struck out is off the list: what follows it may say why, else it was done, as in a list of errands.
    fn of(inline: &Inline) -> Words {
        let text = inline.folded();
        let signs = Signs::of(&text);
        let mut words = Words { text: text.clone().into_owned(), ..Words::default() };
        words.owner = owner_in(&text, inline, signs);
        words.due = due_behind(&text, signs);
        words.segments();
        if let Some((owner, day)) = promised(&text) {
            words.owner.get_or_insert(owner);
            words.due.get_or_insert(day);
        }
        let status = mark_at_start(&text)
            .or_else(|| mark_at_end(&text))
            .or_else(|| if signs.status() { labelled_status(&text) } else { None })
            .or_else(|| shouted_at_end(&text));
        words.status = status.or(words.status).or_else(|| struck_out(inline));
        if words.status == Some(Status::Dropped) {
            let brackets = text.split(['(', '[', '（', '【']).skip(1);
            let marks = brackets.filter_map(|rest| rest.split([')', ']', '）', '】']).next());
            words.reason = marks.chain(text.split("tatus:").nth(1)).find_map(why_dropped);
        }
        words.purpose = purpose_at_start(&text);
        words
    }

    /// Reads what dashes and bars set apart: `Do x — @ana — 2024-05-01 — #123`, `Not started - do x`.
    fn segments(&mut self) {
        // Bytes that begin these signs; the compiler looks at many pairs of bytes at once.
        let sets_apart = |next: u8| matches!(next, b'-' | b'|' | 0xE2 | 0xC2);
        let bytes = self.text.as_bytes();
        if !bytes.windows(2).fold(false, |found, pair| found | (pair[0] == b' ' && sets_apart(pair[1]))) {
            return;
        }
        let mut text = self.text.replace(['—', '–', '|', '·'], "-");
        text = text.replace(" -- ", " - ");
        let segments: Vec<&str> = text.split(" - ").map(str::trim).collect();
        if segments.len() < 2 {
            return;
        }
        if let Some(status) = status_alone(segments[0]) {
            self.status = Some(status);
        }
        let mut day = None;
        let mut handle = None;
        for segment in segments[1..].iter().rev() {
            let bare = segment.trim_matches(['(', ')', '[', ']', '.', ',', '*', '_']);
            let mut words = bare.split([' ', ',']).filter(|word| !word.is_empty());
            if let Some(status) = status_alone(bare) {
                self.status = Some(status);
            } else if words.clone().all(is_handle) && !bare.is_empty() {
                handle = Some(bare.to_owned());
            } else if let Some(moment) = due(bare) {
                day = Some(moment);
            } else if !words.all(is_key) && due_in(segment).is_none() {
                break;
            }
        }
        if handle.is_some() {
            // Beside somebody's name a date is a promise; alone it may be the day on which it happened.
            self.due = self.due.or(day);
            self.owner = self.owner.take().or(handle);
        }
    }
}

/// Words behind which somebody's name stands.
const OWNER: &[&str] = &[
    "owner:",
    "owners:",
    "assignee:",
    "assigned to:",
    "assigned to ",
    "担当:",
    "担当：",
    "responsible:",
    "dri:",
    "担当者:",
    "担当者：",
    "负责人:",
    "负责人：",
    "담당자:",
    "담당:",
    "verantwortlich:",
    "zuständig:",
    "responsable:",
    "responsável:",
];

/// Words behind which a date stands that is a promise.
const DUE: &[&str] = &[
    "due date:",
    "due:",
    "due by ",
    "due on ",
    "due ",
    "deadline:",
    "eta:",
    "eta ",
    "期限:",
    "期限：",
    "target date:",
    "截止日期:",
    "截止日期：",
    "截止:",
    "截止：",
    "기한:",
    "마감:",
    "fällig:",
    "fällig am ",
    "échéance:",
    "prazo:",
    "plazo:",
    "fecha límite:",
    " by ",
    " bis ",
];

/// Which labels stand in the words of an action; most hold none, and so need not be asked for each of them.
#[derive(Clone, Copy, Default)]
struct Signs {
    /// A bit for each of [`OWNER`], then of [`DUE`], then for `Status:`.
    found: u64,
}

impl Signs {
    /// Looks for all labels in one pass.
    fn of(text: &str) -> Signs {
        const { assert!(OWNER.len() + DUE.len() < 64) };
        static LABELS: OnceLock<AhoCorasick> = OnceLock::new();
        let labels = LABELS.get_or_init(|| {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .kind(Some(AhoCorasickKind::DFA))
                .build(OWNER.iter().chain(DUE).chain(&["status:"]))
                .expect("the labels are few and short")
        });
        let found = labels.find_overlapping_iter(text);
        Signs { found: found.fold(0, |found, label| found | 1 << label.pattern().as_usize()) }
    }

    /// Returns the labels of owners that stand there, in the order of [`OWNER`].
    fn owners(self) -> impl Iterator<Item = &'static str> {
        OWNER.iter().enumerate().filter(move |(place, _)| self.holds(*place)).map(|(_, label)| *label)
    }

    /// Returns the labels of dates that stand there, in the order of [`DUE`].
    fn dates(self) -> impl Iterator<Item = &'static str> {
        DUE.iter()
            .enumerate()
            .filter(move |(place, _)| self.holds(OWNER.len() + place))
            .map(|(_, label)| *label)
    }

    /// Returns whether `Status:` stands there.
    fn status(self) -> bool {
        self.holds(OWNER.len() + DUE.len())
    }

    fn holds(self, label: usize) -> bool {
        self.found >> label & 1 == 1
    }
}

/// Returns whether a word is the name of a ticket or a priority: `#123`, `OPS-12`, `P1`, or an address.
fn is_key(word: &str) -> bool {
    let word = word.trim_matches(['(', ')', '[', ']', '.', ',']);
    word.starts_with("http")
        || word.contains(|c: char| c.is_ascii_digit())
            && word
                .chars()
                .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || matches!(c, '#' | '-' | '!' | '_'))
}

fn is_handle(word: &str) -> bool {
    word.strip_prefix('@').is_some_and(|name| {
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
    })
}

/// Returns the state of words that are struck out from their beginning on: `~~Add a limit~~`, `~~Add a limit~~ won't do`.
fn struck_out(inline: &Inline) -> Option<Status> {
    let (first, last) = (inline.struck.first()?, inline.struck.last()?);
    let blank = |text: &str| !text.contains(char::is_alphanumeric);
    if !blank(&inline.text[..first.start])
        || inline.struck.len() > 1 && !blank(&inline.text[first.end..last.start])
    {
        return None;
    }
    let rest = inline.text[last.end..].trim_start_matches(|c: char| !c.is_alphanumeric());
    match rest.is_empty() || is_key(rest) {
        true => Some(Status::Done),
        false => status_of(rest),
    }
}

/// Returns the state behind `Status:` anywhere in the words.
fn labelled_status(text: &str) -> Option<Status> {
    let lower = text.to_ascii_lowercase();
    let at = lower.find("status:")? + "status:".len();
    status_of(text[at..].trim_start_matches(['*', '_', ' ']))
}

/// Returns the state that a sentence at the end says in capitals: "Page after two minutes. DONE in #12".
fn shouted_at_end(text: &str) -> Option<Status> {
    // Asking whether it is there at all is many times faster than looking for the last of it.
    let at = text.contains("DONE").then(|| text.rfind("DONE")).flatten()?;
    let before = text[..at].trim_end_matches([' ', '*', '(', '[']);
    let set_apart =
        before.is_empty() || before.ends_with(['.', '!', '?', ':', ';', ',', '-', '–', '—', ')', ']']);
    set_apart.then(|| shouted(&text[at..])).flatten()
}

/// Returns what the words before the action say it is for: `Prevent: …`, `[Detect] …`.
fn purpose_at_start(text: &str) -> Option<Purpose> {
    let head = match text.strip_prefix(['[', '(', '【']) {
        Some(rest) => &rest[..rest.find([']', ')', '】'])?],
        None => split_at_colon(text)?.0,
    };
    if head.len() >= 24 {
        return None;
    }
    match normalise(head).as_str() {
        "prevent" | "prevention" | "preventive" | "予防" => Some(Purpose::Prevent),
        "detect" | "detection" | "検知" => Some(Purpose::Detect),
        "mitigate" | "mitigation" | "緩和" => Some(Purpose::Mitigate),
        "process" | "プロセス" => Some(Purpose::Process),
        _ => None,
    }
}

/// Returns the state before the words: `TODO: …`, `[DONE] …`, `✅ …`, `(in progress) …`.
fn mark_at_start(text: &str) -> Option<Status> {
    if text.starts_with(['✅', '✔', '☑', '✓', '❌', '⏳', '🚧', '☐', '⬜', '🔲', '🔄']) {
        return status_of(text);
    }
    if let Some(rest) = text.strip_prefix(['[', '(', '【']) {
        let inner = rest.split([']', ')', '】']).next().unwrap_or("");
        return (inner.split_whitespace().count() <= 3).then(|| status_of(inner)).flatten();
    }
    if text.starts_with("TODO(") {
        return Some(Status::Open);
    }
    // In the middle of a sentence the word is a verb: "Done by hand so far", "Open a ticket: the vendor knows".
    status_alone(split_at_colon(text)?.0)
}

/// Returns the state behind the words: `… (DONE)`, `… [done, #12]`, `… - Done`, `… ✅`.
fn mark_at_end(text: &str) -> Option<Status> {
    let text = text.trim_end_matches(['.', ' ', '。']);
    if text.ends_with(['✅', '✔', '☑', '✓']) {
        return Some(Status::Done);
    }
    let tail = |text: &str| {
        // Bytes that end these signs before their space; the compiler looks at many pairs of bytes at once.
        let parts = |pair: &[u8]| pair[1] == b' ' && matches!(pair[0], b'-' | b':' | b'.' | 0x93 | 0x94);
        if !text.as_bytes().windows(2).fold(false, |found, pair| found | parts(pair)) {
            return None;
        }
        const DASHES: [&str; 6] = [" - ", " – ", " — ", " -- ", ": ", ". "];
        // What stands behind the last one of each. All of them end in a space, and the bytes before it are few.
        let mut behind: [Option<&str>; DASHES.len()] = Default::default();
        let bytes = text.as_bytes();
        for space in memchr::memrchr_iter(b' ', bytes) {
            if space == 0 || !matches!(bytes[space - 1], b'-' | b':' | b'.' | 0x93 | 0x94) {
                continue;
            }
            let (before, after) = text.split_at(space + 1);
            for (dash, behind) in DASHES.iter().zip(&mut behind) {
                if behind.is_none() && before.ends_with(dash) {
                    *behind = Some(after);
                }
            }
        }
        behind.into_iter().flatten().find_map(status_alone)
    };
    if text.ends_with([')', ']', '）', '】']) {
        let at = text.rfind(['(', '[', '（', '【'])?;
        let inner = text[at..].trim_matches(['(', '[', '（', '【', ')', ']', '）', '】']);
        return (inner.split_whitespace().count() <= 8)
            .then(|| status_of(inner))
            .flatten()
            .or_else(|| tail(text[..at].trim_end()));
    }
    tail(text)
}

/// Returns who does it: a handle at either end or in brackets, a name in brackets at the end, or `Owner: name`.
fn owner_in(text: &str, inline: &Inline, signs: Signs) -> Option<String> {
    labelled_owner(text, signs).or_else(|| marked_owner(text, inline))
}

/// Returns the name behind `Owner:` and the like.
fn labelled_owner(text: &str, signs: Signs) -> Option<String> {
    let mut labels = signs.owners().peekable();
    labels.peek()?;
    let lower = text.to_ascii_lowercase();
    labels.find_map(|label| {
        let rest = text[lower.find(label)? + label.len()..].trim_start();
        let end = rest.find([')', ']', ',', ';', '）', '|']).unwrap_or(rest.len());
        let signs = [". ", " - ", " – ", " — ", " · "];
        let end = signs.iter().filter_map(|sign| rest[..end].find(sign)).min().unwrap_or(end);
        let name = rest[..end].trim_matches(['*', '_', ' ', '.', '(']);
        let fits = !name.is_empty() && name.chars().count() <= 48 && !is_placeholder(name);
        fits.then(|| name.to_owned())
    })
}

/// Returns the name that stands in brackets, or as a handle.
fn marked_owner(text: &str, inline: &Inline) -> Option<String> {
    // `TODO(ana): …`
    if let Some(rest) = text.strip_prefix("TODO(").or_else(|| text.strip_prefix("FIXME("))
        && let Some((name, _)) = rest.split_once(')')
        && !name.trim().is_empty()
        && name.chars().count() <= 48
    {
        return Some(name.trim().to_owned());
    }
    if text.contains('@') {
        let trim = |word| str::trim_matches(word, ['(', ')', '[', ']', ',', ':', ';', '.', '*', '_']);
        let words = || text.split(' ').map(trim);
        if let Some(first) = words().next().filter(|word| is_handle(word)) {
            return Some(first.to_owned());
        }
        let mut last: Vec<&str> = words().rev().take_while(|word| is_handle(word)).collect();
        if !last.is_empty() {
            last.reverse();
            return Some(last.join(", "));
        }
        let bracketed = text.split(' ').filter(|word| word.starts_with(['(', '[']));
        if let Some(handle) = bracketed.map(trim).find(|word| is_handle(word)) {
            return Some(handle.to_owned());
        }
    }
    // `… [Rick]` and `… (Rick, Morty)`, but not `(DONE)` and not the words of a link.
    let end = text.trim_end_matches('.');
    let at = match end.chars().last()? {
        ']' => end.rfind('[')?,
        ')' => end.rfind('(')?,
        _ => return None,
    };
    let inner = &end[at + 1..end.len() - 1];
    let names: Vec<&str> = inner.split([',', '/', '&']).map(str::trim).collect();
    let name_like = |name: &&str| {
        let words: Vec<&str> = name.split(' ').collect();
        words.len() <= 2
            && words.iter().all(|word| {
                word.chars().next().is_some_and(char::is_uppercase)
                    && word.len() >= 3
                    && word.chars().skip(1).all(|c| c.is_lowercase() || matches!(c, '-' | '\''))
            })
    };
    let bracket = end.ends_with(']');
    let linked = inline.links.iter().any(|link| inline.text[link.range.clone()].contains(inner));
    (bracket && !linked && status_of(inner).is_none() && names.iter().all(name_like))
        .then(|| inner.to_owned())
}

/// Returns who promised it and until when, where both stand in brackets at the end: `… (Kim, 2025-03-20)`.
fn promised(text: &str) -> Option<(String, Moment)> {
    let open = text.trim_end_matches('.').strip_suffix([')', ']'])?;
    let inner = &open[open.rfind(['(', '['])? + 1..];
    if !inner.contains(',') || !date::has_digit(inner) {
        return None;
    }
    let (mut names, mut day) = (Vec::new(), None);
    for part in inner.split(',').map(str::trim) {
        let named = || {
            part.chars().count() <= 32
                && part.split(' ').count() <= 3
                && part.starts_with(|c: char| c.is_uppercase() || c == '@')
                && !date::has_digit(part)
        };
        match due(part).or_else(|| due_in(&format!(" {part}"))) {
            Some(moment) => day = Some(moment),
            None if named() => names.push(part),
            None => return None,
        }
    }
    (!names.is_empty()).then(|| Some((names.join(", "), day?))).flatten()
}

/// Returns the date that words are, with the day first where dots part it, as nobody writes months first with dots.
fn due(text: &str) -> Option<Moment> {
    date::parse(text).or_else(|| {
        let style = Style { order: Order::DayFirst, compact: false };
        let dotted = text.bytes().filter(|byte| *byte == b'.').count() >= 2;
        let leading = date::leading_in(text, style)
            .filter(|leading| dotted && text[leading.end..].trim().is_empty())?;
        leading.start.day?.full().map(Moment::day)
    })
}

/// Returns the date after words that say it is one: `due: …`, `by 2021-07-01`, `deadline …`, `期限: …`.
fn due_in(text: &str) -> Option<Moment> {
    if !date::has_digit(text) { None } else { due_behind(text, Signs::of(text)) }
}

/// Returns the date behind one of the labels that stand in a text.
fn due_behind(text: &str, signs: Signs) -> Option<Moment> {
    let mut labels = signs.dates().peekable();
    labels.peek()?;
    if !date::has_digit(text) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    for label in labels {
        for (at, _) in lower.match_indices(label) {
            let rest = text[at + label.len()..].trim_start();
            let rest = rest.trim_start_matches(['*', '_', ' ']);
            if let Some((range, moment)) = date::find(rest)
                && range.start <= 2
            {
                return Some(moment);
            }
            // `bis 01.04.2025`: with dots the day comes first.
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let dotted = rest[..end].trim_end_matches('.');
            if let Some(moment) = dotted.contains('.').then(|| due(dotted)).flatten() {
                return Some(moment);
            }
        }
    }
    None
}

/// Returns the addresses in running text, bare ones included.
fn links_of(inline: &Inline) -> Vec<String> {
    let mut links: Vec<String> = inline
        .links
        .iter()
        .filter(|link| !link.image && !link.target.is_empty())
        .map(|link| link.target.clone())
        .collect();
    // Asking whether there is one at all is many times faster than looking for each.
    if !inline.text.contains("http") {
        return links;
    }
    for (at, _) in inline.text.match_indices("http") {
        let rest = &inline.text[at..];
        if !(rest.starts_with("http://") || rest.starts_with("https://")) {
            continue;
        }
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ')' | ']' | '|'))
            .unwrap_or(rest.len());
        let url = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'']);
        if !links.iter().any(|link| link == url) {
            links.push(url.to_owned());
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::document::block;
    use crate::document::outline;
    use crate::document::section::Spellings;

    fn draw(text: &str) -> String {
        let blocks = block::parse(text);
        let root = outline::fold(&blocks, text.len(), &Spellings::new(&Config::default()));
        let mut out = String::new();
        for action in read(&root) {
            out += &format!("{} {}", action.status.name(), action.text);
            if let Some(owner) = action.owner {
                out += &format!(" owner={owner}");
            }
            if let Some(due) = action.due {
                out += &format!(" due={}", due.iso());
            }
            if let Some(reason) = action.reason {
                out += &format!(" because={reason}");
            }
            if let Some(purpose) = action.purpose {
                out += &format!(" for={}", purpose.name());
            }
            for link in action.links {
                out += &format!(" link={link}");
            }
            out.push('\n');
        }
        out
    }

    #[test]
    fn brackets_labels_and_what_is_struck_out() {
        assert_eq!(
            draw(
                "## Action items\n\n- Add a canary (Kim, due 2025-03-20)\n- Page sooner - Owner: Ada - Due: 2025-04-01\n\
                 - Alarm setzen (Bo, bis 01.04.2025)\n- [ ] 建立清单 - 负责人: Jo - 截止日期: 2026-02-01\n\
                 - ~~Buy a second disk~~\n- ~~Move to another region~~ won't do\n- ~~Old words~~ New words that count\n"
            ),
            "unknown Add a canary (Kim, due 2025-03-20) owner=Kim due=2025-03-20\n\
             unknown Page sooner - Owner: Ada - Due: 2025-04-01 owner=Ada due=2025-04-01\n\
             unknown Alarm setzen (Bo, bis 01.04.2025) owner=Bo due=2025-04-01\n\
             open 建立清单 - 负责人: Jo - 截止日期: 2026-02-01 owner=Jo due=2026-02-01\n\
             done Buy a second disk\ndropped Move to another region won't do\nunknown Old words New words that count\n"
        );
    }

    #[test]
    fn a_label_that_is_one_action_and_headings_over_what_came_of_them() {
        assert_eq!(
            draw(
                "## Remediation\n\n**Action item:** Declare incidents sooner. Owner: @kim\n\n### Alerts\n\n- Add one for the queue\n\n\
                 ### Verification\n\n- All checks are green\n\n### Results\n\n- Nothing was lost\n"
            ),
            "unknown Declare incidents sooner. Owner: @kim owner=@kim\nunknown Add one for the queue for=detect\n"
        );
        assert_eq!(
            draw(
                "## What changed\n\n1. **Restart policy** on both workers\n2. **Retry** on errors that pass\n"
            ),
            "unknown Restart policy on both workers\nunknown Retry on errors that pass\n"
        );
    }

    #[test]
    fn lists_with_boxes_marks_and_owners() {
        assert_eq!(
            draw(
                "## Action items\n\n- [x] Write it down\n- [ ] Test restores @ana\n- Page everybody (DONE)\n- TODO: Add a limit\n\
                 - Review the rota [Rick]\n- Read [#12](https://x.example/12)\n- None\n"
            ),
            "done Write it down\nopen Test restores @ana owner=@ana\ndone Page everybody (DONE)\nopen TODO: Add a limit\n\
             unknown Review the rota [Rick] owner=Rick\nunknown Read #12 link=https://x.example/12\n"
        );
    }

    #[test]
    fn what_was_dropped_may_say_why() {
        assert_eq!(
            draw(
                "## Action items\n\n- Buy a calendar (won't do: nobody reads it)\n- [dropped, too dear] Rent a second line\n\
                 - Paint the door (dropped)\n- Ask the vendor\n  - Status: Dropped\n  - Reason: They left the market\n\
                 - Move it. Status: superseded by the new cluster\n- Test it (open)\n  - Reason: it broke\n"
            ),
            "dropped Buy a calendar (won't do: nobody reads it) because=nobody reads it\n\
             dropped [dropped, too dear] Rent a second line because=too dear\ndropped Paint the door (dropped)\n\
             dropped Ask the vendor because=They left the market\n\
             dropped Move it. Status: superseded by the new cluster because=by the new cluster\nopen Test it (open)\n"
        );
        assert_eq!(
            draw(
                "## Action items\n\n| Action | Status | Reason |\n|---|---|---|\n| Rotate keys | Won't do | No keys are left |\n\
                 | Add a limit | **Cancelled** – the limit is there | |\n| Test | Done | It was cheap |\n\n\
                 | 対応 | ステータス |\n|---|---|\n| 上限を設ける | 見送り（費用が高い） |\n"
            ),
            "dropped Rotate keys because=No keys are left\ndropped Add a limit because=the limit is there\n\
             done Test\ndropped 上限を設ける because=費用が高い\n"
        );
    }

    #[test]
    fn sub_headings_and_topics() {
        assert_eq!(
            draw(
                "## Action items\n\n### Process improvements\n\n1. Mail the list\n\n### Detection\n\n- Short term:\n  - Add an alert on the queue\n  - Dashboards\n"
            ),
            "unknown Mail the list for=process\nunknown Add an alert on the queue for=detect\nunknown Short term: Dashboards for=detect\n"
        );
    }

    #[test]
    fn tables_in_any_language() {
        assert_eq!(
            draw(
                "## アクションアイテム\n\n| # | カテゴリ | アクション | 担当 | 期限 | ステータス |\n|---|---|---|---|---|---|\n\
                 | 1 | 予防 | 上限を設ける | 基盤 | 2026-04-17 | **Done** (#3) |\n| 2 | 検知 | 監視を足す | - | | TODO |\n"
            ),
            "done 上限を設ける owner=基盤 due=2026-04-17 for=prevent\nopen 監視を足す for=detect\n"
        );
        assert_eq!(
            draw(
                "## Follow-up\n\n| Action | Owner | Due | Status |\n|---|---|---|---|\n| Rotate keys | Ops | 2021-07-01 | In progress |\n| | | | |\n"
            ),
            "open Rotate keys owner=Ops due=2021-07-01\n"
        );
    }

    #[test]
    fn prose_is_nobodys_task() {
        assert_eq!(draw("## Next steps\n\nWe will rebuild the deployment.\n"), "");
    }

    #[test]
    fn a_verb_is_no_state() {
        assert_eq!(
            draw("## Actions\n\n- Open a ticket with the vendor\n- Close the port\n- Done by hand so far\n"),
            "unknown Open a ticket with the vendor\nunknown Close the port\nunknown Done by hand so far\n"
        );
    }

    #[test]
    fn what_dashes_and_capitals_set_apart() {
        assert_eq!(
            draw(
                "## Action items\n\n- [ ] [P1] Do it — @ana — due 2024-05-01 — #12\n- Migrate - @bo - 2023-06-01\n\
                 - TODO(ana): rotate keys\n- Not started - add a test\n- Page after two minutes. DONE in PR 5\n\
                 - Rotate certificates. Owner: Jo. Status: Done.\n- ~~Buy disks~~\n- New Relic: add a key\n\
                 - Upgrade the hosts - done by hand in May\n- Publish the paper - 2023-06-01\n"
            ),
            "open [P1] Do it — @ana — due 2024-05-01 — #12 owner=@ana due=2024-05-01\n\
             unknown Migrate - @bo - 2023-06-01 owner=@bo due=2023-06-01\n\
             open TODO(ana): rotate keys owner=ana\nopen Not started - add a test\n\
             done Page after two minutes. DONE in PR 5\n\
             done Rotate certificates. Owner: Jo. Status: Done. owner=Jo\ndone Buy disks\n\
             unknown New Relic: add a key\nunknown Upgrade the hosts - done by hand in May\n\
             unknown Publish the paper - 2023-06-01\n"
        );
    }

    #[test]
    fn details_below_belong_to_the_action() {
        assert_eq!(
            draw(
                "## Action items\n\n- Fix the probe\n  - **Owner:** Bo Li\n  - **Due:** 2024-06-01\n  - Status: In progress\n\
                 - Write it down\n  - in the runbook\n"
            ),
            "open Fix the probe owner=Bo Li due=2024-06-01\nunknown Write it down\n"
        );
    }

    #[test]
    fn themes_are_no_actions_and_verbs_are() {
        assert_eq!(
            draw(
                "## Follow-ups\n\n- Monitoring\n  - Alert on the queue\n  - Alert on disks\n- Improve monitoring\n  - alert on disks\n  - alert on memory\n\
                 - Add alerts for:\n  - disks\n  - memory\n- We are going to:\n  - page a second person\n  - write a runbook for it\n"
            ),
            "unknown Alert on the queue for=detect\nunknown Alert on disks for=detect\nunknown Improve monitoring\n\
             unknown Add alerts for: disks; memory\nunknown page a second person\nunknown write a runbook for it\n"
        );
    }

    #[test]
    fn headings_that_are_actions() {
        assert_eq!(
            draw(
                "## Action items\n\n### 1. Add restore tests\n\n**Owner:** Ana\n**Due:** 2022-04-01\n\nProse.\n\n\
                 ### AI-3: Write the runbook\n\n- Owner: Bo\n- Status: Done\n\n### Proxy\n\nLimit its memory. [#2](https://x.example/2)\n\n\
                 ### 4. Checklists\n\n- Test keys\n- Test hosts\n\n### Investigation\n\nWhy did it begin?\n"
            ),
            "unknown Add restore tests owner=Ana due=2022-04-01\ndone Write the runbook owner=Bo\n\
             unknown Proxy: Limit its memory. #2 link=https://x.example/2\nunknown Test keys\nunknown Test hosts\n"
        );
    }

    #[test]
    fn tables_of_other_teams() {
        assert_eq!(
            draw(
                "## Action items\n\n| Action Item | Type | Owner | Bug |\n|---|---|---|---|\n| Write a playbook | mitigate | jen | n/a **DONE** |\n\
                 | Balance the load | prevent | mar | Bug 55 **TODO** |\n\n| Issue | DRI |\n|---|---|\n| Cache is cold | @bo |\n\n\
                 | Maßnahme | Verantwortlich | Bis wann | Erledigt? |\n|---|---|---|---|\n| Tests | Anna | 01.06.2023 | Nein |\n\n\
                 | Task | Completed |\n|---|---|\n| One | Yes |\n| Two | No |\n| Three | 50% |\n| Four | 2023-04-05 |\n\n\
                 ### Legend\n\n- Prevent: so that it never happens\n"
            ),
            "done Write a playbook owner=jen for=mitigate\nopen Balance the load owner=mar for=prevent\n\
             unknown Cache is cold owner=@bo\nunknown Tests owner=Anna due=2023-06-01\n\
             done One\nopen Two\nopen Three\ndone Four\n"
        );
    }

    #[test]
    fn headings_and_boxes_say_the_state() {
        assert_eq!(
            draw(
                "## Action items\n\n### Immediate (Completed)\n\n- Rotate keys\n- [ ] Tell the vendor\n\n### Done\n\n1. Write it down @ana @bo\n\n\
                 ### Short term (to do)\n\n- Test restores\n\n| Action | Status |\n|---|---|\n| One | [x] |\n| Two | [ ] |\n| Three | |\n"
            ),
            "done Rotate keys\nopen Tell the vendor\ndone Write it down @ana @bo owner=@ana, @bo\nopen Test restores\n\
             done One\nopen Two\nopen Three\n"
        );
    }

    #[test]
    fn any_text_is_read_without_a_panic() {
        const PIECES: &[&str] = &[
            "- ",
            "  - ",
            "[ ] ",
            "[x] ",
            "TODO(",
            ")",
            ": ",
            " — ",
            " - ",
            "@é",
            "#1",
            "DONE",
            "İ",
            "対応",
            "：",
            "（",
            "）",
            "**",
            "~~",
            "Owner: ",
            "due ",
            "2024-05-01",
            "1.2.2024",
            "\n",
            "\n\n",
            "### ",
            "| ",
            "|--|--|\n",
            "Status",
            "😀",
            "[",
            "]",
            "Add ",
            "AI-1",
            ".",
        ];
        let mut seed = 0x2545_F491_4F6C_DD1D_u64;
        let mut random = |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed % below as u64) as usize
        };
        for _ in 0..3000 {
            let mut text = "## Actions\n\n".to_owned();
            text.extend((0..random(30)).map(|_| PIECES[random(PIECES.len())]));
            let blocks = block::parse(&text);
            for action in read(&outline::fold(&blocks, text.len(), &Spellings::new(&Config::default()))) {
                assert!(text.get(action.span.clone()).is_some(), "{text:?}");
                assert!(!action.text.trim().is_empty(), "{text:?}");
            }
        }
    }
}
