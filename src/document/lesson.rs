//! Lessons and observations.
//!
//! Comes in: front matter, blocks and parts. Goes out: [`Lesson`]s and [`Observation`]s whose spans are bytes of the text
//! that was parsed, but for those declared in front matter alone. What a document declares wins over what stands in its
//! lessons section with the same words.

use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::document::Attached;
use crate::document::Category;
use crate::document::Lesson;
use crate::document::Observation;
use crate::document::aside::is_placeholder;
use crate::document::block::Block;
use crate::document::block::BlockKind;
use crate::document::block::Inline;
use crate::document::block::Item;
use crate::document::block::fold;
use crate::document::front_matter::Node;
use crate::document::front_matter::Value;
use crate::document::outline::LABEL;
use crate::document::outline::Part;
use crate::document::outline::first_words;
use crate::document::outline::label;
use crate::document::outline::nested_items;
use crate::document::remark;
use crate::document::remark::Remarks;
use crate::document::section::Canonical;
use crate::document::section::Spellings;
use crate::document::section::normalise;
use std::borrow::Cow;
use std::ops::Range;

/// A lesson that front matter declares by a quote that does not stand in the body.
pub static QUOTE_NOT_FOUND: Rule = Rule {
    name: "quote-not-found",
    level: Level::Warning,
    about: "a lesson quotes a sentence that does not stand in the document",
};

/// A lesson that front matter declares in a way that cannot be read.
pub static BROKEN_LESSON: Rule = Rule {
    name: "broken-lesson",
    level: Level::Error,
    about: "a lesson in front matter has no text, so it would be lost",
};

/// What is read of lessons.
#[derive(Debug, Default)]
pub struct Reading {
    /// Statements worth remembering. Their spans are in the text that was parsed where `in_body`, else in the file;
    /// they have no anchor yet.
    pub lessons: Vec<Lesson>,
    /// What else went well, wrong or luckily.
    pub observations: Vec<Observation>,
    /// What front matter says of lessons that it names by their ids.
    pub attached: Vec<Attached>,
}

/// The document of which lessons are read.
#[derive(Debug)]
pub struct Context<'a> {
    /// The file, for findings.
    pub file: &'a str,
    /// The file's text, for findings.
    pub source: &'a str,
    /// The text that was parsed.
    pub text: &'a str,
    /// The names of sections.
    pub spellings: &'a Spellings,
}

/// Reads the lessons of a document.
pub fn read(
    declared: Option<&Node>,
    blocks: &[Block],
    root: &Part<'_>,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) -> Reading {
    let mut reader = Reader { reading: Reading::default(), context };
    let mut declared_lessons = Vec::new();
    if let Some(node) = declared {
        let attached = &mut reader.reading.attached;
        read_declared(node, blocks, context, &mut declared_lessons, attached, findings);
    }
    reader.parts(root);
    // A mark is a comment, and most documents have none.
    if memchr::memmem::find(context.text.as_bytes(), b"<!--").is_some() {
        reader.marked(blocks);
    }
    let mut reading = reader.reading;
    reading.lessons.sort_by_key(|found| found.span.start);
    for declared in declared_lessons {
        merge(&mut reading, declared);
    }
    reading
}

/// Adds a declared lesson, in the place of the one in the body that has its words.
fn merge(reading: &mut Reading, declared: Lesson) {
    let words = normalise(&declared.text);
    let same = reading.lessons.iter_mut().find(|found| {
        normalise(&found.text) == words
            || declared.in_body
                && found.in_body
                && found.span.start <= declared.span.start
                && declared.span.end <= found.span.end
                && found.span.len() < declared.span.len() * 2
    });
    match same {
        Some(found) => {
            let before = std::mem::replace(found, declared);
            (found.span, found.in_body) = (before.span, true);
            // What stands below the lesson in the body fills in what front matter does not say.
            if found.applies_to.is_empty() {
                found.applies_to = before.applies_to;
            }
            found.guard = found.guard.take().or(before.guard);
            found.status = found.status.take().or(before.status);
        }
        None => {
            reading.observations.retain(|observation| normalise(&observation.text) != words);
            let at = match declared.in_body {
                true => reading
                    .lessons
                    .partition_point(|found| found.in_body && found.span.start <= declared.span.start),
                false => reading.lessons.len(),
            };
            reading.lessons.insert(at, declared);
        }
    }
}

/// Reads `lessons:` of front matter: texts, or maps with `text` or `quote`.
fn read_declared(
    node: &Node,
    blocks: &[Block],
    context: &Context<'_>,
    out: &mut Vec<Lesson>,
    attached: &mut Vec<Attached>,
    findings: &mut Vec<Finding>,
) {
    let single;
    let nodes: &[Node] = match &node.value {
        Value::List(nodes) => nodes,
        Value::Null => return,
        _ => {
            single = [node.clone()];
            &single
        }
    };
    for node in nodes {
        let quote = node.get("quote").and_then(Node::text);
        let text = match &node.value {
            Value::Map(_) => {
                quote.clone().or_else(|| node.get("text").or_else(|| node.get("lesson")).and_then(Node::text))
            }
            _ => node.text(),
        };
        let list = |key: &str| match node.get(key).map(|node| &node.value) {
            Some(Value::List(nodes)) => {
                nodes.iter().filter_map(|node| node.text().map(|text| text.into_owned())).collect()
            }
            Some(Value::Text(text)) => vec![text.trim().to_owned()],
            _ => Vec::new(),
        };
        let word = |key: &str| node.get(key).and_then(Node::text).map(|text| text.into_owned());
        let Some(text) = text else {
            if let Some(id) = word("id") {
                // A lesson of the lock, whose words stand in the body.
                let (applies_to, guard, status) = (list("applies_to"), word("guard"), word("status"));
                attached.push(Attached { id, applies_to, guard, status, span: node.span.clone() });
                continue;
            }
            if !matches!(node.value, Value::Null) {
                let place = Place::span(context.file, context.source, node.span.clone());
                findings.push(
                    Finding::new(
                        &BROKEN_LESSON,
                        place,
                        "a lesson needs `text`, `quote` with a sentence of the document, or the `id` of one that is locked",
                    )
                    .help("write `- text: what is worth remembering`"),
                );
            }
            continue;
        };
        let mut lesson = Lesson {
            text: fold(&text).into_owned(),
            category: word("category").and_then(|word| category_named(&word)).unwrap_or(Category::Lesson),
            span: node.span.clone(),
            in_body: false,
            anchor: String::new(),
            id: word("id"),
            applies_to: list("applies_to"),
            guard: word("guard"),
            status: word("status"),
        };
        // A text that also stands in the body is found there too: one lesson, one place.
        match find_quote(&lesson.text, blocks, context.text) {
            Some(span) => {
                lesson.span = span;
                lesson.in_body = true;
            }
            None if quote.is_some() => {
                let span = node.get("quote").map_or(node.span.clone(), |node| node.span.clone());
                findings.push(
                    Finding::new(
                        &QUOTE_NOT_FOUND,
                        Place::span(context.file, context.source, span),
                        "the quoted sentence does not stand in the document",
                    )
                    .help("copy it from the text word for word, or write `text:` instead of `quote:`"),
                );
            }
            None => {}
        }
        out.push(lesson);
    }
}

/// Returns the category of that name.
pub fn category_named(word: &str) -> Option<Category> {
    match word.trim().to_lowercase().replace(['_', ' '], "-").as_str() {
        "lesson" => Some(Category::Lesson),
        "went-well" | "well" => Some(Category::WentWell),
        "went-wrong" | "wrong" => Some(Category::WentWrong),
        "lucky" | "luck" => Some(Category::Lucky),
        _ => None,
    }
}

/// Returns where a sentence stands in the text: its own bytes where they can be told, else those of its block.
fn find_quote(quote: &str, blocks: &[Block], text: &str) -> Option<Range<usize>> {
    let wanted = plain(quote);
    if wanted.chars().count() < 8 {
        return None;
    }
    let mut found = None;
    each_inline(blocks, &mut |inline| {
        if found.is_none() && plain(&inline.text).contains(&wanted) {
            found = Some(locate(quote, inline.span.clone(), text).unwrap_or(inline.span.clone()));
        }
    });
    found
}

/// Returns the bytes of a sentence inside a span, where no markup stands between its words.
fn locate(quote: &str, span: Range<usize>, text: &str) -> Option<Range<usize>> {
    let block = &text[span.clone()];
    let mut words = quote.split_whitespace();
    let first = words.next()?;
    'start: for (at, _) in block.match_indices(first) {
        let mut end = at + first.len();
        for word in words.clone() {
            let rest = &block[end..];
            let skipped = rest.len() - rest.trim_start().len();
            if skipped == 0 || !rest[skipped..].starts_with(word) {
                continue 'start;
            }
            end += skipped + word.len();
        }
        return Some(span.start + at..span.start + end);
    }
    None
}

/// Returns text in the form in which quotes are compared: white space folded, one kind of quotation mark.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().map(|c| match c {
            '’' | '‘' => '\'',
            '“' | '”' => '"',
            '–' | '—' => '-',
            c => c,
        }));
    }
    out
}

/// Calls `visit` for all running text.
pub fn each_inline(blocks: &[Block], visit: &mut dyn FnMut(&Inline)) {
    for block in blocks {
        match &block.kind {
            BlockKind::Heading { text, .. } | BlockKind::Paragraph(text) => visit(text),
            BlockKind::Table { head, rows } => {
                head.iter().chain(rows.iter().flat_map(|row| &row.cells)).for_each(&mut *visit);
            }
            BlockKind::List { items, .. } => items.iter().for_each(|item| each_inline(&item.blocks, visit)),
            BlockKind::Quote(blocks) | BlockKind::Footnote(blocks) => each_inline(blocks, visit),
            BlockKind::Definitions(list) => {
                for definition in list {
                    visit(&definition.term);
                    each_inline(&definition.blocks, visit);
                }
            }
            BlockKind::Code { .. } | BlockKind::Html(_) | BlockKind::Rule => {}
        }
    }
}

struct Reader<'a> {
    reading: Reading,
    context: &'a Context<'a>,
}

impl Reader<'_> {
    /// Looks for lessons sections, and for well, wrong and lucky ones outside them.
    fn parts(&mut self, part: &Part<'_>) {
        match part.canonical {
            Some(Canonical::Lessons) => self.lessons(part, Category::Lesson, true),
            Some(canonical) if category_of(canonical).is_some() => {
                self.observations(part, category_of(canonical).unwrap_or(Category::Lesson));
            }
            _ => part.parts.iter().for_each(|part| self.parts(part)),
        }
    }

    /// Reads a part of a lessons section; `top` is the section itself.
    fn lessons(&mut self, part: &Part<'_>, category: Category, top: bool) {
        if let Some(lead) = &part.lead {
            self.observe(&lead.folded(), category, lead.span.clone());
        }
        for block in &part.blocks {
            match &block.kind {
                BlockKind::List { items, .. } => items.iter().for_each(|item| self.item(item, category)),
                BlockKind::Table { head, rows } => {
                    for row in rows {
                        self.row(head, &row.cells, row.span.clone(), category);
                    }
                }
                BlockKind::Paragraph(text) if introduces(text) || top && is_boilerplate(text) => {}
                BlockKind::Paragraph(text) => self.observe(&text.folded(), category, text.span.clone()),
                BlockKind::Quote(blocks) => {
                    for inner in blocks {
                        if let BlockKind::List { items, .. } = &inner.kind {
                            items.iter().for_each(|item| self.item(item, category));
                        }
                    }
                }
                BlockKind::Definitions(list) => {
                    for definition in list {
                        let mut words = definition.term.folded().into_owned();
                        for block in &definition.blocks {
                            if let BlockKind::Paragraph(text) = &block.kind {
                                words = format!("{words}: {}", text.folded());
                            }
                        }
                        self.learn(&words, category, block.span.clone());
                    }
                }
                _ => {}
            }
        }
        for inner in &part.parts {
            if inner.title.is_empty() {
                // What goes on after a list of labels.
                self.lessons(inner, category, false);
            } else {
                self.sub_part(inner, category);
            }
        }
    }

    /// Reads a sub-heading of a lessons section: with prose it is one lesson, else its items are.
    fn sub_heading(&mut self, part: &Part<'_>, category: Category) {
        let prose = part.lead.clone().or_else(|| {
            part.blocks.iter().find_map(|block| match &block.kind {
                BlockKind::Paragraph(text) if !is_placeholder(text.text.trim()) => Some(text.clone()),
                _ => None,
            })
        });
        let title = without_number(&part.title);
        let numbered = title != part.title.trim();
        let states = is_statement(&title);
        // A theme with headings of its own is no lesson; they are.
        let theme = !numbered && !states && part.parts.iter().any(|inner| inner.level < LABEL);
        // Under a number even "Specifically:" belongs to what the heading says.
        let leads = |text: &Inline| introduces(text) || text.text.trim_end().ends_with([':', '：']);
        let told = prose.filter(|text| !theme && !part.title.is_empty() && (numbered || !leads(text)));
        let Some(text) = told else {
            self.lessons(part, category, false);
            return;
        };
        let statement = match states {
            true => title,
            false => {
                let title = title.trim_end_matches([':', '：']);
                format!("{title}: {} {}", text.folded(), introduced(part, &text)).trim_end().to_owned()
            }
        };
        self.learn(&statement, category, part.heading.clone());
        self.context_of(part, category);
    }

    /// Looks below a lesson, where all explains it but what says of itself that it is something else.
    fn context_of(&mut self, part: &Part<'_>, category: Category) {
        for inner in &part.parts {
            match inner.canonical {
                Some(_) => self.sub_part(inner, category),
                None => self.context_of(inner, category),
            }
        }
    }

    /// Reads what stands under a heading or a label in a lessons section.
    fn sub_part(&mut self, part: &Part<'_>, category: Category) {
        let Some(canonical) = part.canonical else {
            self.sub_heading(part, category);
            return;
        };
        match canonical {
            _ if category_of(canonical).is_some() => {
                let own = category_of(canonical).filter(|own| *own != Category::Lesson).unwrap_or(category);
                self.lessons(part, own, false);
            }
            // In a retrospective "Problem" stands beside "Keep" and "Try".
            Canonical::Factors if matches!(normalise(&part.title).as_str(), "problem" | "problems") => {
                self.lessons(part, Category::WentWrong, false);
            }
            // What was learned of detection or response.
            Canonical::Detection | Canonical::Response | Canonical::Resolution | Canonical::Impact
                if part.level < LABEL =>
            {
                self.sub_heading(part, category);
            }
            // Actions, references and the like have readers of their own; what they call lucky is theirs.
            _ => self.parts(part),
        }
    }

    /// Reads an item of a list in a lessons section.
    fn item(&mut self, item: &Item, category: Category) {
        let Some(words) = first_words(item) else {
            nested_items(item).into_iter().for_each(|item| self.item(item, category));
            return;
        };
        let mut nested = nested_items(item);
        let remarks = remark::read(&nested);
        nested.retain(|item| !remark::is_remark(item));
        let folded = words.folded();
        if !nested.is_empty()
            && let Some(category) = self.context.spellings.find_exact(&folded).and_then(category_of)
        {
            nested.into_iter().for_each(|item| self.item(item, category));
            return;
        }
        // "Detection" over a list is a theme; what was learned of it stands below.
        if !nested.is_empty() && self.context.spellings.find_exact(&folded).is_some() {
            nested.into_iter().for_each(|item| self.item(item, category));
            return;
        }
        // `**Where we got lucky:** it was night`
        if let Some((title, rest)) = label(words)
            && let Some(own) = self.context.spellings.find_exact(&title).and_then(category_of)
        {
            let lead = fold(&words.text[rest..]);
            self.learn(&lead, if own == Category::Lesson { category } else { own }, item.span.clone());
            return;
        }
        let text = match folded.ends_with([':', '：']) {
            false => folded,
            // "We could not see:" says nothing without what follows it.
            true => {
                let rest: Vec<_> = match nested.is_empty() {
                    true => item
                        .blocks
                        .iter()
                        .skip(1)
                        .find_map(paragraph)
                        .map(Inline::folded)
                        .into_iter()
                        .collect(),
                    false => nested.iter().filter_map(|item| first_words(item)).map(Inline::folded).collect(),
                };
                Cow::Owned(fold(&format!("{folded} {}", rest.join("; "))).into_owned())
            }
        };
        self.learn_remarked(&text, category, item.span.clone(), remarks);
    }

    /// Reads a row of a table in a lessons section.
    fn row(&mut self, head: &[Inline], cells: &[Inline], span: Range<usize>, category: Category) {
        let by_column: Vec<(Category, &Inline)> = head
            .iter()
            .zip(cells)
            .filter_map(|(head, cell)| {
                let category = self.context.spellings.find_exact(&head.text).and_then(category_of)?;
                Some((category, cell))
            })
            .collect();
        if by_column.len() > 1 {
            for (category, cell) in by_column {
                self.learn(&cell.folded(), category, cell.span.clone());
            }
            return;
        }
        let named = head
            .iter()
            .position(|head| self.context.spellings.find_exact(&head.text) == Some(Canonical::Lessons));
        // A cell that only says whether it went well or wrong.
        let said = cells.iter().position(|cell| self.category_said(cell).is_some());
        let category = said.and_then(|column| self.category_said(&cells[column])).unwrap_or(category);
        let text = match named.and_then(|column| cells.get(column)) {
            Some(cell) => cell.folded(),
            None => {
                let words: Vec<_> = cells
                    .iter()
                    .enumerate()
                    .filter(|(column, _)| Some(*column) != said)
                    .map(|(_, cell)| cell.folded())
                    .filter(|cell| !is_placeholder(cell) && cell.chars().any(char::is_alphabetic))
                    .collect();
                Cow::Owned(words.join(" — "))
            }
        };
        self.learn(&text, category, span);
    }

    fn category_said(&self, cell: &Inline) -> Option<Category> {
        let words = cell.folded();
        category_named(&words).or_else(|| self.context.spellings.find_exact(&words).and_then(category_of))
    }

    /// Reads a well, wrong or lucky section outside a lessons section.
    fn observations(&mut self, part: &Part<'_>, category: Category) {
        if let Some(lead) = &part.lead {
            self.observe(&lead.folded(), category, lead.span.clone());
        }
        for block in &part.blocks {
            match &block.kind {
                BlockKind::List { items, .. } => {
                    for item in items {
                        if let Some(words) = first_words(item) {
                            self.observe(&words.folded(), category, item.span.clone());
                        }
                    }
                }
                BlockKind::Table { rows, .. } => {
                    for row in rows {
                        let words: Vec<_> = row
                            .cells
                            .iter()
                            .map(Inline::folded)
                            .filter(|cell| !is_placeholder(cell))
                            .collect();
                        self.observe(&words.join(" — "), category, row.span.clone());
                    }
                }
                BlockKind::Paragraph(text) if !introduces(text) => {
                    self.observe(&text.folded(), category, text.span.clone());
                }
                _ => {}
            }
        }
        for inner in &part.parts {
            match inner.canonical {
                Some(Canonical::Lessons) => self.lessons(inner, Category::Lesson, true),
                Some(canonical) => match category_of(canonical) {
                    Some(category) => self.observations(inner, category),
                    None => self.parts(inner),
                },
                None if inner.title.is_empty() => self.observations(inner, category),
                None => self.observed_heading(inner, category),
            }
        }
    }

    /// Reads a sub-heading of a well, wrong or lucky section: with items it is their theme, else it is what went so.
    fn observed_heading(&mut self, part: &Part<'_>, category: Category) {
        let title = without_number(&part.title);
        let items = part.blocks.iter().any(|block| matches!(block.kind, BlockKind::List { .. }));
        let prose = part.blocks.iter().find_map(|block| paragraph(block));
        match prose {
            None if items && title == part.title.trim() => self.observations(part, category),
            Some(text) if !is_statement(&title) && !introduces(text) => {
                let words = format!("{}: {}", title.trim_end_matches([':', '：']), text.folded());
                self.observe(&words, category, part.heading.clone());
            }
            _ => self.observe(&title, category, part.heading.clone()),
        }
    }

    /// Reads what follows a `<!-- lesson -->` comment.
    fn marked(&mut self, blocks: &[Block]) {
        let mut mark: Option<Category> = None;
        for block in blocks {
            if let (Some(category), false) = (mark, matches!(block.kind, BlockKind::Html(_))) {
                match &block.kind {
                    BlockKind::List { items, .. } => {
                        items.iter().for_each(|item| self.mark_item(item, category))
                    }
                    BlockKind::Paragraph(text) | BlockKind::Heading { text, .. } => {
                        self.learn_marked(&text.folded(), category, block.span.clone());
                    }
                    BlockKind::Quote(inner) => {
                        if let Some(BlockKind::Paragraph(text)) = inner.first().map(|block| &block.kind) {
                            self.learn_marked(&text.folded(), category, block.span.clone());
                        }
                    }
                    _ => {}
                }
                mark = None;
                continue;
            }
            match &block.kind {
                BlockKind::Html(html) => {
                    if let Some((category, rest)) = lesson_mark(html) {
                        let bare = without_tags(rest);
                        let text = fold(&bare);
                        match text.is_empty() {
                            true => mark = Some(category),
                            false => self.learn_marked(&text, category, block.span.clone()),
                        }
                    }
                }
                BlockKind::List { items, .. } => items.iter().for_each(|item| self.marked(&item.blocks)),
                BlockKind::Quote(inner) => self.marked(inner),
                BlockKind::Paragraph(text) => {
                    // A mark in the middle of a paragraph stands before the sentence that it means.
                    let raw = &self.context.text[block.span.clone()];
                    // Inside code it is an example of a mark.
                    let is_code = |at: usize| raw[..at].matches('`').count() % 2 == 1;
                    if let Some(at) = raw.find("<!-- lesson").filter(|&at| !is_code(at)) {
                        let before = raw[..at].trim();
                        if let Some((category, rest)) = lesson_mark(&raw[at..]) {
                            let sentence = match before.is_empty() {
                                true => text.folded(),
                                false => Cow::Owned(
                                    fold(&without_tags(rest.split("\n\n").next().unwrap_or(rest)))
                                        .into_owned(),
                                ),
                            };
                            self.learn_marked(&sentence, category, block.span.clone());
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn mark_item(&mut self, item: &Item, category: Category) {
        if let Some(words) = first_words(item) {
            let before = self.reading.lessons.len();
            self.learn_marked(&words.folded(), category, item.span.clone());
            if self.reading.lessons.len() > before {
                self.remark(remark::read(&nested_items(item)));
            }
        }
    }

    fn learn_remarked(&mut self, text: &str, category: Category, span: Range<usize>, remarks: Remarks) {
        let before = self.reading.lessons.len();
        self.learn(text, category, span);
        if self.reading.lessons.len() > before {
            self.remark(remarks);
        }
    }

    /// Adds what the lesson that was read last says of itself.
    fn remark(&mut self, remarks: Remarks) {
        if let Some(lesson) = self.reading.lessons.last_mut() {
            let Remarks { applies_to, guard, status } = remarks;
            (lesson.applies_to, lesson.guard, lesson.status) = (applies_to, guard, status);
        }
    }

    /// Adds a marked lesson unless its words are one already.
    fn learn_marked(&mut self, text: &str, category: Category, span: Range<usize>) {
        let known = self.reading.lessons.iter().any(|found| found.text == text);
        if !known {
            self.reading.observations.retain(|observation| observation.text != text);
            self.learn(text, category, span);
        }
    }

    fn learn(&mut self, text: &str, category: Category, span: Range<usize>) {
        if is_nothing(text) {
            return;
        }
        let lesson = Lesson {
            text: text.to_owned(),
            category,
            span,
            in_body: true,
            anchor: String::new(),
            id: None,
            applies_to: Vec::new(),
            guard: None,
            status: None,
        };
        self.reading.lessons.push(lesson);
    }

    fn observe(&mut self, text: &str, category: Category, span: Range<usize>) {
        if !is_nothing(text) {
            self.reading.observations.push(Observation { text: text.to_owned(), category, span });
        }
    }
}

/// Returns what prose that ends in a colon says nothing without: the items of the list below it.
fn introduced(part: &Part<'_>, prose: &Inline) -> String {
    if !prose.text.trim_end().ends_with([':', '：']) {
        return String::new();
    }
    let items = part.blocks.iter().find_map(|block| match &block.kind {
        BlockKind::List { items, .. } => Some(items),
        _ => None,
    });
    let words = items.into_iter().flatten().filter_map(first_words).map(Inline::folded);
    words.collect::<Vec<_>>().join("; ")
}

/// Returns whether words say nothing that could be remembered.
fn is_nothing(text: &str) -> bool {
    let lower = if text.starts_with(['n', 'N']) { text.to_lowercase() } else { String::new() };
    let none = ["none ", "nothing "].iter().find_map(|word| lower.strip_prefix(word)).is_some_and(|rest| {
        let rest = rest.trim_end_matches(['.', '!', ' ', ')']);
        [
            "so far",
            "yet",
            "at this time",
            "at the moment",
            "known",
            "noted",
            "to note",
            "to report",
            "in particular",
            "to add",
        ]
        .contains(&rest)
    });
    none || is_placeholder(text) || !text.chars().any(char::is_alphabetic)
}

fn paragraph(block: &Block) -> Option<&Inline> {
    match &block.kind {
        BlockKind::Paragraph(text) => Some(text),
        _ => None,
    }
}

/// Returns whether a paragraph only leads over to the list below it: "We learned that:", "For example,".
///
/// One of several sentences says something itself.
fn introduces(text: &Inline) -> bool {
    let folded = text.folded();
    let lower = folded.to_lowercase();
    if ["for example", "for example,", "e.g.", "e.g.,", "such as"].iter().any(|words| lower.ends_with(words))
    {
        return true;
    }
    let Some(words) = folded.strip_suffix([':', '：']) else {
        // What templates say of the section itself.
        return [
            "list of things that",
            "things that went",
            "things that could have gone",
            "these are good things that",
        ]
        .iter()
        .any(|words| lower.starts_with(words));
    };
    !words.contains(". ") && !words.contains('。')
}

/// Returns whether a paragraph only asks what the section is for, as templates do.
fn is_boilerplate(text: &Inline) -> bool {
    text.text.trim_end().ends_with(['?', '？'])
}

fn category_of(canonical: Canonical) -> Option<Category> {
    match canonical {
        Canonical::WentWell => Some(Category::WentWell),
        Canonical::WentWrong => Some(Category::WentWrong),
        Canonical::Lucky => Some(Category::Lucky),
        Canonical::Lessons => Some(Category::Lesson),
        _ => None,
    }
}

/// Returns the category of a `<!-- lesson -->` comment and the text after it.
fn lesson_mark(html: &str) -> Option<(Category, &str)> {
    let start = html.find("<!--")?;
    let inner = &html[start + 4..];
    let end = inner.find("-->")?;
    let words = inner[..end].trim();
    let rest = words.strip_prefix("lesson")?;
    if !rest.is_empty() && !rest.starts_with([' ', ':']) {
        return None;
    }
    let category = category_named(rest.trim_start_matches(':')).unwrap_or(Category::Lesson);
    Some((category, &inner[end + 3..]))
}

/// Returns text without HTML tags and comments.
fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let close = if tail.starts_with("<!--") {
            tail.find("-->").map(|n| n + 3)
        } else {
            tail.find('>').map(|n| n + 1)
        };
        match close {
            Some(end) => rest = &tail[end..],
            None => {
                out.push_str(tail);
                return out;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Returns whether a heading says something by itself: four words, or eight characters of a script without spaces.
fn is_statement(title: &str) -> bool {
    let dense = title.chars().filter(|&c| (c as u32) >= 0x2E80).count();
    title.split_whitespace().count() >= 4 || dense >= 8
}

/// Returns a heading without its number.
fn without_number(title: &str) -> String {
    let trimmed = title.trim();
    let digits = trimmed.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    match trimmed[digits..].strip_prefix([')', ':', ' ']) {
        Some(rest) if digits > 0 && !rest.trim().is_empty() => rest.trim().to_owned(),
        _ => trimmed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::document::block;
    use crate::document::front_matter;
    use crate::document::outline;

    /// Draws lessons as `category text` and observations as `~category text`.
    fn draw(text: &str) -> String {
        let split = front_matter::read("a.md", text);
        let body = &text[split.body..];
        let blocks = block::parse(body);
        let spellings = Spellings::new(&Config::default());
        let root = outline::fold(&blocks, body.len(), &spellings);
        let declared =
            split.front.as_ref().and_then(|front| front.entries.iter().find(|entry| entry.key == "lessons"));
        let context = Context { file: "a.md", source: text, text: body, spellings: &spellings };
        let mut findings = Vec::new();
        let reading = read(declared.map(|entry| &entry.value), &blocks, &root, &context, &mut findings);
        let mut out = String::new();
        for found in &reading.lessons {
            let mark = if found.in_body { "" } else { "+" };
            out += &format!("{mark}{} {}\n", found.category.name(), found.text);
        }
        for observation in &reading.observations {
            out += &format!("~{} {}\n", observation.category.name(), observation.text);
        }
        for finding in findings {
            out += &format!("{}:{} {}\n", finding.place.line, finding.place.column, finding.rule.name);
        }
        out
    }

    #[test]
    fn items_of_a_lessons_section_by_sub_heading() {
        assert_eq!(
            draw(
                "## Lessons learned\n\n- One\n  - context\n- None\n\n### What went well\n\n1. Two\n\n### Where we got lucky\n\n- \n- TBD\n- Three\n"
            ),
            "lesson One\nwent-well Two\nlucky Three\n"
        );
    }

    #[test]
    fn a_sub_heading_with_prose_is_one_lesson() {
        assert_eq!(
            draw(
                "## Lessons\n\n### 1. Probe what users see\n\nBecause.\n\n- context\n\n### Monitoring\n\nAlert on the queue.\n\n### Technical\n\n- An item\n"
            ),
            "lesson Probe what users see\nlesson Monitoring: Alert on the queue.\nlesson An item\n"
        );
    }

    #[test]
    fn tables_and_labelled_lists() {
        assert_eq!(
            draw("## Lessons\n\n| # | Lesson | Note |\n|---|---|---|\n| 1 | Test restores | x |\n"),
            "lesson Test restores\n"
        );
        assert_eq!(
            draw("## Lessons\n\n| What went well | What went wrong |\n|---|---|\n| Paging | Backups |\n"),
            "went-well Paging\nwent-wrong Backups\n"
        );
        assert_eq!(
            draw("## Lessons\n\n- What went well\n  - Paging\n- What went wrong:\n  - Backups\n"),
            "went-well Paging\nwent-wrong Backups\n"
        );
    }

    #[test]
    fn elsewhere_they_are_observations() {
        assert_eq!(
            draw("## What went well\n\n- Paging\n\nAlso prose.\n\n## Lessons learned\n\nProse is seen.\n"),
            "~went-well Paging\n~went-well Also prose.\n~lesson Prose is seen.\n"
        );
    }

    #[test]
    fn declared_by_text_quote_and_comment() {
        let text = "---\nlessons:\n  - text: Declared alone\n    guard: alerts/x.yml\n  - quote: Roll back first, always.\n  - quote: Nowhere to be found at all\n---\n\
                    Text. Roll back\nfirst, always. More.\n\n<!-- lesson -->\nA marked paragraph.\n\n<!-- lesson went-well --> On one line.\n";
        assert_eq!(
            draw(text),
            "lesson Roll back first, always.\nlesson A marked paragraph.\nwent-well On one line.\n\
             +lesson Declared alone\n+lesson Nowhere to be found at all\n6:12 quote-not-found\n"
        );
    }

    #[test]
    fn a_mark_inside_code_is_an_example() {
        assert_eq!(draw("Write `<!-- lesson went-well -->` before it, as you like.\n"), "");
        assert_eq!(draw("Use `x` here. <!-- lesson --> Test the way back.\n"), "lesson Test the way back.\n");
    }

    #[test]
    fn a_declared_lesson_takes_the_place_of_its_bullet() {
        let text = "---\nlessons:\n  - text: Test restores\n    id: restores\n---\n## Lessons\n\n- Test restores.\n- Other\n";
        assert_eq!(draw(text), "lesson Test restores\nlesson Other\n");
    }

    #[test]
    fn a_numbered_heading_is_a_lesson_whatever_its_list() {
        assert_eq!(
            draw(
                "## Lessons learned\n\n### 1. Dev is not prod\n\nSeparate stages need discipline:\n\n- a target each\n- a test each\n\n\
                 ### Technical\n\nWe learned much. Specifically:\n\n- Cache less\n"
            ),
            "lesson Dev is not prod\nlesson Cache less\n~lesson We learned much. Specifically:\n"
        );
    }

    #[test]
    fn below_a_lesson_stands_its_context_and_below_a_theme_stand_lessons() {
        assert_eq!(
            draw(
                "## Lessons\n\n### On reviews that were too hopeful\n\nNobody saw it.\n\n#### The change\n\nIt was large.\n\n- twenty files\n\n\
                 **What went well:**\n\n- Paging\n\n### Principles\n\nTwo of them.\n\n#### Ask for load tests first\n\nWe did not.\n"
            ),
            "lesson On reviews that were too hopeful\nwent-well Paging\nlesson Ask for load tests first\n~lesson Two of them.\n"
        );
    }

    #[test]
    fn topics_with_the_names_of_sections_are_read() {
        assert_eq!(
            draw(
                "## Lessons learned\n\n### Detection\n\n- Alert on age\n\n### What went wrong\n\n#### Response\n\n- Nobody led\n\n\
                 ### Problem\n\n- Docs\n\n### Action items\n\n- Not a lesson\n"
            ),
            "lesson Alert on age\nwent-wrong Nobody led\nwent-wrong Docs\n"
        );
        assert_eq!(
            draw(
                "## What went wrong\n\n### Alerts\n\n- Too late\n\n### 1. Missing table\n\nIt was dropped.\n"
            ),
            "~went-wrong Too late\n~went-wrong Missing table: It was dropped.\n"
        );
    }

    #[test]
    fn labels_with_words_and_items_that_want_more() {
        assert_eq!(
            draw(
                "## Lessons\n\n- **Where we got lucky:** it was night\n- This was run:\n\n  ```sh\n  ls\n  ```\n\n  to list the disks.\n"
            ),
            "lucky it was night\nlesson This was run: to list the disks.\n"
        );
    }

    #[test]
    fn themes_named_like_sections_and_nothings() {
        assert_eq!(
            draw(
                "## Lessons\n\n- Detection\n  - Alert on age\n  - Alert on depth\n- None so far.\n- None of the alerts fired\n"
            ),
            "lesson Alert on age\nlesson Alert on depth\nlesson None of the alerts fired\n"
        );
    }

    #[test]
    fn a_column_for_the_category() {
        assert_eq!(
            draw(
                "## Lessons\n\n| Lesson | Category |\n|---|---|\n| Canaries pay | Went well |\n| Caches lie | What went wrong |\n"
            ),
            "went-well Canaries pay\nwent-wrong Caches lie\n"
        );
    }

    #[test]
    fn words_of_a_template_are_not_observed() {
        assert_eq!(
            draw(
                "## Lessons\n\n### What went well\n\nList of things that went well. For example,\n\n1. Paging\n\n### Where we got lucky\n\nWe didn't.\n"
            ),
            "went-well Paging\n~lucky We didn't.\n"
        );
    }

    #[test]
    fn the_title_of_a_report_is_no_section() {
        assert_eq!(
            draw(
                "# Lessons learned from the outage\n\n- Intro\n\n## Impact\n\n- Many\n\n## Lessons learned\n\n- One\n"
            ),
            "lesson One\n"
        );
        assert_eq!(draw("# Lessons learned\n\n## What went well\n\n- One\n"), "went-well One\n");
    }

    #[test]
    fn what_stands_below_a_lesson_says_what_holds_it() {
        let read_first = |text: &str| {
            let blocks = block::parse(text);
            let spellings = Spellings::new(&Config::default());
            let root = outline::fold(&blocks, text.len(), &spellings);
            let context = Context { file: "a.md", source: text, text, spellings: &spellings };
            let lesson = read(None, &blocks, &root, &context, &mut Vec::new()).lessons.remove(0);
            format!(
                "{} | {} | {} | {}",
                lesson.text,
                lesson.applies_to.join("+"),
                lesson.guard.unwrap_or_default(),
                lesson.status.unwrap_or_default()
            )
        };
        for (items, expected) in [
            (
                "- Alert on the ratio.\n  - Guard: the alert `ratio`\n  - Applies to: `a/**`, checkout.",
                "Alert on the ratio. | a/**+checkout | the alert ratio | ",
            ),
            (
                "- Alert.\n  - **Guard:** [the test](https://ci.example.com/7)\n  - It paged at night.\n  - Status: in force",
                "Alert. |  | https://ci.example.com/7 | in force",
            ),
            (
                "- Wir sahen nicht:\n  - die Last\n  - Wächter: Alarm Last\n  - Gilt für: Kasse",
                "Wir sahen nicht: die Last | Kasse | Alarm Last | ",
            ),
            (
                "- 監視する。\n  - ガード：アラート\n  - 適用対象：決済、会計",
                "監視する。 | 決済+会計 | アラート | ",
            ),
            ("- Guard the door.\n  - Remember: it is heavy", "Guard the door. |  |  | "),
        ] {
            assert_eq!(read_first(&format!("## Lessons learned\n\n{items}\n")), expected, "{items}");
        }
    }
}
