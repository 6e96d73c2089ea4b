//! Follow-ups.
//!
//! Comes in: the parts of a document. Goes out: [`Action`]s whose spans are bytes of the text that was parsed. Reads list
//! items and table rows of the sections for them; prose is nobody's task.

use crate::document::Action;
use crate::document::Purpose;
use crate::document::Status;
use crate::document::aside::is_placeholder;
use crate::document::block::BlockKind;
use crate::document::block::Inline;
use crate::document::block::Item;
use crate::document::block::Row;
use crate::document::block::fold;
use crate::document::date;
use crate::document::moment::Moment;
use crate::document::outline::Part;
use crate::document::outline::first_words;
use crate::document::section::Canonical;
use crate::document::section::normalise;
use std::ops::Range;

/// Reads the actions of a document.
pub fn read(root: &Part<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    parts(root, &mut actions);
    actions
}

/// Looks for sections with actions.
fn parts(part: &Part<'_>, out: &mut Vec<Action>) {
    match part.canonical {
        Some(Canonical::Actions) => section(part, purpose(&part.title), out),
        _ => part.parts.iter().for_each(|inner| parts(inner, out)),
    }
}

/// Reads a section of actions and the sections in it, whose headings may say what they are for or who does them.
fn section(part: &Part<'_>, aim: Option<Purpose>, out: &mut Vec<Action>) {
    for block in &part.blocks {
        match &block.kind {
            BlockKind::List { items, .. } => items.iter().for_each(|item| list_item(item, aim, None, out)),
            BlockKind::Table { head, rows } => table(head, rows, aim, out),
            BlockKind::Quote(blocks) => {
                for inner in blocks {
                    if let BlockKind::List { items, .. } = &inner.kind {
                        items.iter().for_each(|item| list_item(item, aim, None, out));
                    }
                }
            }
            _ => {}
        }
    }
    for inner in &part.parts {
        match inner.canonical {
            None
            | Some(Canonical::Actions | Canonical::Detection | Canonical::Response | Canonical::Resolution) =>
            {
                section(inner, purpose(&inner.title).or(aim), out);
            }
            Some(_) => parts(inner, out),
        }
    }
}

/// Reads an item of a list; `topic` is the heading-like item above it.
fn list_item(item: &Item, aim: Option<Purpose>, topic: Option<&str>, out: &mut Vec<Action>) {
    let nested: Vec<&Item> = item
        .blocks
        .iter()
        .filter_map(|block| match &block.kind {
            BlockKind::List { items, .. } => Some(items),
            _ => None,
        })
        .flatten()
        .collect();
    let Some(words) = first_words(item) else {
        nested.into_iter().for_each(|item| list_item(item, aim, topic, out));
        return;
    };
    let folded = words.folded();
    if is_placeholder(&folded) && words.links.is_empty() {
        return;
    }
    // "Short term:" and the like are headings, and so is an item whose own boxes are all in its list.
    let heading = !nested.is_empty()
        && item.task.is_none()
        && (folded.ends_with([':', '：']) || nested.iter().all(|item| item.task.is_some()));
    if heading {
        let aim = purpose(&folded).or(aim);
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
    let status = match item.task {
        Some(true) => Status::Done,
        Some(false) => {
            if read.status == Status::Unknown {
                Status::Open
            } else {
                read.status
            }
        }
        None => read.status,
    };
    let text = match topic {
        Some(topic) if folded.split(' ').count() < 4 && purpose(topic).is_none() => {
            format!("{topic}: {}", read.text)
        }
        _ => read.text,
    };
    out.push(Action {
        text,
        owner: read.owner,
        due: read.due,
        status,
        purpose: aim.or(read.purpose),
        links,
        span: item.span.clone(),
    });
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
fn table(head: &[Inline], rows: &[Row], aim: Option<Purpose>, out: &mut Vec<Action>) {
    let mut columns: Vec<Column> = head.iter().map(|cell| column(&cell.text)).collect();
    if !columns.contains(&Column::Action) {
        // Without a name for it, the action is the widest column that is nothing else.
        let widest = (0..head.len()).filter(|&index| columns[index] == Column::Skip).max_by_key(|&index| {
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
        let words: Vec<String> = cells(Column::Action).map(Inline::folded).collect();
        if words.is_empty() {
            continue;
        }
        let read = cells(Column::Action).next().map(Words::of).unwrap_or_default();
        let mut links = Vec::new();
        row.cells.iter().for_each(|cell| links.extend(links_of(cell)));
        links.dedup();
        let said = cells(Column::Status).find_map(|cell| status_of(&cell.text)).unwrap_or(Status::Unknown);
        out.push(Action {
            text: words.join(" — "),
            owner: cells(Column::Owner).map(Inline::folded).next().or(read.owner),
            due: cells(Column::Due).find_map(|cell| date::parse(&cell.folded())).or(read.due),
            status: if said == Status::Unknown { read.status } else { said },
            purpose: cells(Column::Purpose).find_map(|cell| purpose(&cell.text)).or(aim),
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
            head == *word || head.starts_with(&format!("{word} ")) || head.ends_with(&format!(" {word}"))
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
        "zuständig",
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
        "termin",
        "frist",
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
            "incomplete",
            "started",
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
            "completado",
            "cerrado",
            "concluído",
            "feito",
            "fechado",
            "yes",
        ],
    ),
];

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
    STATES.iter().find_map(|(status, list)| {
        list.iter()
            .any(|word| {
                bare.strip_prefix(word).is_some_and(|rest| {
                    rest.chars().next().is_none_or(|c| !c.is_alphanumeric() || !word.is_ascii())
                })
            })
            .then_some(*status)
    })
}

/// What the running text of an action says besides the action.
#[derive(Default)]
struct Words {
    text: String,
    owner: Option<String>,
    due: Option<Moment>,
    status: Status,
    purpose: Option<Purpose>,
}

impl Default for Status {
    fn default() -> Self {
        Status::Unknown
    }
}

impl Words {
    /// Reads marks at either end of the words: `(DONE)`, `TODO:`, `[Rick]`, `@handle`, `Owner: …`, `due 2021-07-01`.
    fn of(inline: &Inline) -> Words {
        let text = inline.folded();
        let mut words = Words { text: text.clone(), ..Words::default() };
        words.status = mark_at_start(&text).or_else(|| mark_at_end(&text)).unwrap_or(Status::Unknown);
        let struck: usize = inline.struck.iter().map(Range::len).sum();
        if words.status == Status::Unknown && struck * 10 > inline.text.trim().len() * 9 {
            // A line struck out is off the list; whether done or dropped only its author knows.
            words.status = Status::Unknown;
        }
        words.owner = owner_in(&text, inline);
        words.due = due_in(&text);
        if let Some(end) = text.find([':', '：']).filter(|&end| end < 24) {
            words.purpose = match normalise(&text[..end]).as_str() {
                "prevent" | "prevention" | "preventive" | "予防" => Some(Purpose::Prevent),
                "detect" | "detection" | "検知" => Some(Purpose::Detect),
                "mitigate" | "mitigation" | "緩和" => Some(Purpose::Mitigate),
                "process" | "プロセス" => Some(Purpose::Process),
                _ => None,
            };
        }
        words
    }
}

/// Returns the state before the words: `TODO: …`, `[DONE] …`, `✅ …`, `(in progress) …`.
fn mark_at_start(text: &str) -> Option<Status> {
    if text.starts_with(['✅', '✔', '☑', '✓', '❌', '⏳', '🚧', '☐', '⬜', '🔲', '🔄']) {
        return status_of(text);
    }
    let (inner, marked) = match text.strip_prefix(['[', '(', '【']) {
        Some(rest) => (rest.split([']', ')', '】']).next().unwrap_or(""), true),
        None => match text.split_once([':', '：']) {
            Some((head, _)) => (head, head.len() <= 16),
            None => return None,
        },
    };
    // In the middle of a sentence the word is a verb: "Done by hand so far".
    (marked && inner.split_whitespace().count() <= 3).then(|| status_of(inner)).flatten()
}

/// Returns the state behind the words: `… (DONE)`, `… [done, #12]`, `… - Done`, `… ✅`.
fn mark_at_end(text: &str) -> Option<Status> {
    let text = text.trim_end_matches(['.', ' ', '。']);
    if text.ends_with(['✅', '✔', '☑', '✓']) {
        return Some(Status::Done);
    }
    if text.ends_with([')', ']', '）', '】']) {
        let at = text.rfind(['(', '[', '（', '【'])?;
        let inner = text[at..].trim_matches(['(', '[', '（', '【', ')', ']', '）', '】']);
        return (inner.split_whitespace().count() <= 8).then(|| status_of(inner)).flatten();
    }
    for dash in [" - ", " – ", " — ", " -- ", ": "] {
        if let Some((_, tail)) = text.rsplit_once(dash)
            && tail.split_whitespace().count() <= 2
            && let Some(status) = status_of(tail)
        {
            return Some(status);
        }
    }
    None
}

/// Returns who does it: a handle at either end or in brackets, a name in brackets at the end, or `Owner: name`.
fn owner_in(text: &str, inline: &Inline) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    for label in [
        "owner:",
        "owners:",
        "assignee:",
        "assigned to:",
        "assigned to ",
        "担当:",
        "担当：",
        "responsible:",
        "dri:",
    ] {
        if let Some(at) = lower.find(label) {
            let rest = text[at + label.len()..].trim_start();
            let end = rest.find([')', ']', ',', ';', '）', '|']).unwrap_or(rest.len());
            let end = rest[..end].find(". ").unwrap_or(end);
            let name = rest[..end].trim_matches(['*', '_', ' ', '.', '(']);
            if !name.is_empty() && name.chars().count() <= 48 && !is_placeholder(name) {
                return Some(name.to_owned());
            }
        }
    }
    let is_handle = |word: &str| {
        word.strip_prefix('@').is_some_and(|name| {
            !name.is_empty()
                && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
        })
    };
    let trim = |word: &str| word.trim_matches(['(', ')', '[', ']', ',', ':', ';', '.', '*', '_']).to_owned();
    let words: Vec<String> = text.split(' ').map(trim).collect();
    if let Some(first) = words.first().filter(|word| is_handle(word)) {
        return Some(first.clone());
    }
    if let Some(last) = words.last().filter(|word| is_handle(word)) {
        return Some(last.clone());
    }
    for word in text.split(' ') {
        if word.starts_with(['(', '[']) && is_handle(&trim(word)) {
            return Some(trim(word));
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

/// Returns the date after words that say it is one: `due: …`, `by 2021-07-01`, `deadline …`, `期限: …`.
fn due_in(text: &str) -> Option<Moment> {
    let lower = text.to_ascii_lowercase();
    for label in [
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
        " by ",
    ] {
        for (at, _) in lower.match_indices(label) {
            let rest = text[at + label.len()..].trim_start();
            if let Some((range, moment)) = date::find(rest)
                && range.start <= 2
            {
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
}
