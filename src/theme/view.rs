//! Fills the data of templates from pages.
//!
//! Comes in: knowledge, the plan and one page of it. Goes out: the name of its template and what it is given. Knows
//! neither Tera nor files; the words of the interface come from [`Phrases`].

mod card;
mod lesson;
mod lesson_context;
mod structured;

use crate::config;
use crate::config::Config;
use crate::document;
use crate::document::Found;
use crate::document::Kind;
use crate::document::Origin;
use crate::document::Status;
use crate::document::aside::Aside;
use crate::document::moment::Moment;
use crate::document::moment::Precision;
use crate::document::title::cut;
use crate::knowledge::Knowledge;
use crate::knowledge::citation::CitedBy;
use crate::knowledge::link;
use crate::knowledge::link::Target;
use crate::knowledge::recurring::Returning;
use crate::knowledge::terms;
use crate::knowledge::terms::TermKind;
use crate::markdown;
use crate::page;
use crate::page::Content;
use crate::page::Feed;
use crate::page::Page;
use crate::page::Plan;
use crate::page::Redirect;
use crate::page::Slice;
use crate::page::actions;
use crate::page::actions::ActionRef;
use crate::page::actions::By;
use crate::page::address::Address;
use crate::page::address::encode;
use crate::theme::Variables;
use crate::theme::brief;
use crate::theme::calendar::Calendar;
use crate::theme::calendar::Entry;
use crate::theme::data;
use crate::theme::data::Shared;
use crate::theme::phrases;
use crate::theme::phrases::Phrases;
use crate::theme::piece::Kept;
use crate::theme::piece::Piece;
use crate::theme::scale;
use crate::theme::trends;
use crate::trend;
use chrono::Datelike;
use chrono::NaiveDate;
use chrono::NaiveDateTime;
use chrono::NaiveTime;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::OnceLock;
use xxhash_rust::xxh3::xxh3_64;

/// How long a summary is in a list, in characters.
const IN_LIST: usize = 220;

/// A page ready to be rendered.
#[derive(Debug)]
pub struct View {
    /// The template.
    pub template: &'static str,
    /// The way to the top of the site.
    pub root: String,
    /// What every template is given.
    pub page: data::Page,
    /// What this template is given.
    pub variables: Variables,
    /// The document whose text stands on the page, and that text as markup; for the search.
    pub body: Option<(usize, String)>,
}

/// Makes the views of a site.
#[derive(Debug)]
pub struct Views<'a> {
    knowledge: &'a Knowledge,
    plan: &'a Plan,
    config: &'a Config,
    phrases: &'a Phrases,
    /// Whether every template is one of the program's.
    is_ours: bool,
    names: Names,
    /// Who cites each id.
    cited: BTreeMap<&'a str, CitedBy<'a>>,
}

/// What many pages show and is made once; it outlives the views, for whoever makes others of nearly the same site.
#[derive(Debug, Default)]
pub struct Names {
    /// For each kind of term, terms by their names as written.
    terms: BTreeMap<TermKind, HashMap<String, usize>>,
    /// For each listed document, its older and newer neighbour in its list.
    neighbours: Vec<(Option<usize>, Option<usize>)>,
    /// For each document, what the pages that name it are given, once one does.
    named: Vec<OnceLock<Named>>,
    /// Whom to call about a service, by its term, where the settings say so.
    contacts: HashMap<usize, Shared<data::Contact>>,
    /// How many actions are late, open, done …
    action_counts: HashMap<&'static str, usize>,
}

/// How other pages name a document. Each stands on some twenty pages, so it is made once.
#[derive(Debug)]
struct Named {
    url: String,
    row: Shared<data::Row>,
    link: Shared<data::Link>,
    date: Option<Shared<data::Date>>,
    services: Shared<Vec<data::Link>>,
    /// Its row as it stands on the pages of its lessons.
    alone: Kept,
    /// Its lessons as they stand on the pages of others.
    cards: Vec<Kept>,
}

impl<'a> Views<'a> {
    /// Prepares the views of a plan.
    pub fn new(knowledge: &'a Knowledge, plan: &'a Plan, config: &'a Config, phrases: &'a Phrases) -> Self {
        let mut spelled: BTreeMap<TermKind, HashMap<String, usize>> = BTreeMap::new();
        for (index, term) in knowledge.terms.iter().enumerate() {
            let spellings = term.spellings.iter().map(|name| (name.clone(), index));
            spelled.entry(term.kind).or_default().extend(spellings);
        }
        let mut neighbours = vec![(None, None); knowledge.documents.len()];
        for list in [knowledge.incidents().collect::<Vec<_>>(), knowledge.articles().collect()] {
            for pair in list.windows(2) {
                neighbours[pair[0]].0 = Some(pair[1]);
                neighbours[pair[1]].1 = Some(pair[0]);
            }
        }
        let names = Names {
            terms: spelled,
            neighbours,
            named: knowledge.documents.iter().map(|_| OnceLock::new()).collect(),
            contacts: HashMap::new(),
            action_counts: HashMap::new(),
        };
        let cited = knowledge.citations.by_id();
        let mut views = Views { knowledge, plan, config, phrases, is_ours: false, names, cited };
        // They are sorted by what they ask for.
        let mut rest = plan.actions.as_slice();
        while let Some(first) = rest.first() {
            let status = views.status_of(first);
            let count = rest.partition_point(|one| views.status_of(one) == status);
            views.names.action_counts.insert(status, count);
            rest = &rest[count..];
        }
        for (name, service) in &config.services {
            let key = (TermKind::Service, terms::key(name));
            let term =
                knowledge.terms.binary_search_by(|term| (term.kind, term.key.as_str()).cmp(&(key.0, &key.1)));
            if let (Ok(term), Some(contact)) = (term, views.contact(name, service)) {
                views.names.contacts.insert(term, contact.into());
            }
        }
        views
    }

    /// Says whether every template is one of the program's, as [`Theme::is_ours`](crate::theme::Theme::is_ours) tells. What these
    /// only want as markup is then not given as data too.
    pub fn for_templates_of_ours(self, is_ours: bool) -> Self {
        Views { is_ours, ..self }
    }

    /// Prepares the views of a plan that stands, with the names of the views before; `edited` names the documents that took
    /// the place of others. Settings, templates and phrases are those of before.
    pub fn again(
        knowledge: &'a Knowledge,
        plan: &'a Plan,
        config: &'a Config,
        phrases: &'a Phrases,
        mut names: Names,
        edited: &[usize],
    ) -> Self {
        // Such a document is named and sorted as before; the words of its row may be others.
        for &index in edited {
            names.named[index] = OnceLock::new();
        }
        let cited = knowledge.citations.by_id();
        Views { knowledge, plan, config, phrases, is_ours: false, names, cited }
    }

    /// Returns what may serve other views.
    pub fn into_names(self) -> Names {
        self.names
    }

    /// Returns how other pages name a document.
    fn named(&self, index: usize) -> &Named {
        self.names.named[index].get_or_init(|| {
            let document = &self.knowledge.documents[index];
            let row = self.own_row(index);
            Named {
                url: row.url.clone(),
                link: self.link(&document.title.value, &self.plan.addresses[index]).into(),
                date: row.date.clone().map(Shared::from),
                services: row.services.clone().into(),
                row: row.into(),
                alone: Kept::default(),
                cards: document.lessons.iter().map(|_| Kept::default()).collect(),
            }
        })
    }

    /// Returns the term that a name as written stands for.
    fn term_of(&self, kind: TermKind, name: &str) -> Option<usize> {
        let spelled = self.names.terms.get(&kind).and_then(|terms| terms.get(name));
        spelled.copied().or_else(|| {
            // What no list has may be written so in a guide, or in the settings.
            let key = match kind {
                TermKind::Service => terms::service_key(name, self.config),
                _ => terms::key(name),
            };
            let sought = (kind, key.as_str());
            self.knowledge.terms.binary_search_by(|term| (term.kind, term.key.as_str()).cmp(&sought)).ok()
        })
    }

    /// Returns whom to call about a service; `None` where the settings do not say.
    fn contact(&self, name: &str, service: &config::Service) -> Option<data::Contact> {
        let says = service.team.is_some()
            || service.contact.is_some()
            || !service.escalation.is_empty()
            || !service.runbooks.is_empty();
        says.then(|| data::Contact {
            service: self.term_named(TermKind::Service, name),
            team: service.team.clone(),
            contact: service.contact.as_ref().map(|contact| {
                let mail = contact.contains('@')
                    && !contact.starts_with('@')
                    && !contact.contains(|c: char| c.is_whitespace() || matches!(c, '/' | ':' | '<' | '?'));
                match mail {
                    true => {
                        data::Link { url: format!("mailto:{}", encode(contact)), ..self.outward(contact, "") }
                    }
                    false => self.outward(&short(contact), contact),
                }
            }),
            escalation: service.escalation.clone(),
            runbooks: service.runbooks.iter().map(|url| self.outward(&short(url), url)).collect(),
        })
    }

    fn row(&self, index: usize) -> Shared<data::Row> {
        self.named(index).row.clone()
    }

    /// Returns the row of a document as it stands on the pages of its lessons.
    fn row_alone(&self, index: usize) -> Piece {
        Piece::new(&self.named(index).alone, "rows", || {
            Variables::new().with("rows", &[self.row(index)]).with("kind", &false)
        })
    }

    /// Returns a lesson as it stands on the pages of others that are like it.
    fn card_alike(&self, document: usize, lesson: usize) -> Piece {
        Piece::new(&self.named(document).cards[lesson], "lesson_cards", || {
            Variables::new().with("lessons", &[self.lesson(document, lesson, true)])
        })
    }

    fn opens_from_folder(&self) -> bool {
        self.config.base_url.is_none()
    }

    fn url(&self, address: &Address) -> String {
        address.url(self.opens_from_folder())
    }

    fn link(&self, title: &str, address: &Address) -> data::Link {
        data::Link { title: title.to_owned(), url: self.url(address), external: false, count: None }
    }

    /// Returns what every template knows as `site`.
    pub fn site(&self, version: &str) -> data::Site {
        let knowledge = self.knowledge;
        let has = |address: &str| {
            let address = Address::new(address);
            self.plan.pages.binary_search_by(|page| page.address.cmp(&address)).is_ok()
        };
        let links = |entries: &[(&str, &str)]| -> Vec<data::Link> {
            let entries = entries.iter().filter(|(_, address)| has(address));
            entries.map(|(name, address)| self.link(self.phrases.say(name), &Address::new(address))).collect()
        };
        let menu = links(&[
            ("incidents", "incidents"),
            ("lessons", "lessons"),
            ("services", "services"),
            ("factors_menu", "factors"),
            ("actions", "actions"),
            ("trends", "trends"),
            ("articles", "articles"),
        ]);
        let more =
            links(&[("archive", "archive"), ("tags", "tags"), ("teams", "teams"), ("authors", "authors")]);
        data::Site {
            title: self.config.title.clone(),
            description: self.config.description.clone(),
            language: self.config.language.clone(),
            words: !self.phrases.script.is_empty(),
            base_url: self.config.base_url.clone(),
            repository: self.config.repository.clone(),
            menu,
            more,
            version: version.to_owned(),
            home: self.url(&Address::home()),
            search: self.url(&Address::new("search")),
            counts: data::Counts {
                incidents: knowledge.incidents().count(),
                articles: knowledge.articles().count(),
                lessons: self.plan.lessons.len(),
                actions: self.plan.actions.len(),
                services: knowledge.terms_of(TermKind::Service).count(),
            },
        }
    }

    /// Returns the view of a page.
    pub fn page(&self, page: &Page) -> View {
        let intro = page.intro.map(|index| self.body(index, &page.address));
        let mut view = match &page.content {
            Content::Home => self.home(page, intro.as_ref()),
            Content::Document(index) => self.document(page, *index),
            Content::List(kind, slice) => self.list(page, *kind, slice, intro.as_ref()),
            Content::Lessons(slice) => self.lessons(page, slice),
            Content::Lesson(index) => lesson::view(self, page, *index),
            Content::Recurring(slice) => self.recurring(page, slice),
            Content::Actions(slice) => self.actions(page, slice),
            Content::ActionsBy(by, slice) => self.actions_by(page, *by, slice),
            Content::Trends => self.trends(page),
            Content::Terms(kind) => self.terms(page, *kind),
            Content::Term(index, slice) => self.term(page, *index, slice),
            Content::Archive => self.archive(page),
            Content::Year(year, slice) => self.year(page, *year, slice),
            Content::Search => self.search(page),
            Content::NotFound => self.not_found(page),
        };
        if let Some(intro) = intro {
            view.page.has_code |= intro.has_code;
            if !matches!(page.content, Content::Home | Content::List(..)) {
                view.variables = view.variables.with("intro", &intro.html);
            }
            view.body = page.intro.map(|index| (index, intro.html));
        }
        view.page.dir = if phrases::is_right_to_left(&view.page.lang) { "rtl" } else { "ltr" }.to_owned();
        view
    }

    /// Returns the document whose text stands on a page, and that text as markup, as [`Views::page`] has it in its view.
    pub fn text(&self, page: &Page) -> Option<(usize, String)> {
        let index = match page.content {
            Content::Document(index) => index,
            _ => page.intro?,
        };
        Some((index, self.body(index, &page.address).html))
    }

    /// Returns what the links of a document lead to, as a number: while it, the document and the settings stay, so do the words of its
    /// body. Nothing where no link leads to another document or file, so that the number would always be the same.
    pub fn shown(&self, index: usize) -> Option<u64> {
        // Where a link to another site leads is no matter of ours.
        let is_foreign =
            |target: &str| ["https://", "http://"].iter().any(|scheme| target.starts_with(scheme));
        let links = self.knowledge.documents[index].links.iter();
        let mut links = links.filter(|link| link.wiki || !is_foreign(&link.target)).peekable();
        links.peek()?;
        let resolver = Resolver { views: self, index, root: String::new() };
        let mut shown = String::new();
        let mut add = |target: markdown::Target| match target {
            // Where an address of ours leads is not read; one of another site is.
            markdown::Target::Href(href) if !href.contains("://") => shown.push('1'),
            markdown::Target::Href(href) => shown.extend(["2", &href, "\n"]),
            markdown::Target::Words => shown.push('3'),
            markdown::Target::External(href) => shown.extend(["4", &href, "\n"]),
        };
        for link in links {
            let is_ours = || {
                matches!(resolver.target(&link.target, link.wiki), Target::Document(..) | Target::Anchor(_))
            };
            // What most links are, without their addresses.
            if !link.image && is_ours() {
                add(markdown::Target::Href(String::new()));
                continue;
            }
            add(markdown::Resolve::link(&resolver, &link.target, link.wiki));
            if link.image {
                add(markdown::Resolve::image(&resolver, &link.target, link.wiki));
            }
        }
        Some(xxh3_64(shown.as_bytes()))
    }

    fn base(&self, page: &Page, title: &str, kind: &str, description: &str) -> data::Page {
        let url = self.url(&page.address);
        let section = page.address.path().split('/').next().unwrap_or("");
        let mut breadcrumbs = Vec::new();
        if !page.address.path().is_empty() {
            breadcrumbs.push(self.link(self.phrases.say("home"), &Address::home()));
        }
        data::Page {
            title: title.to_owned(),
            description: description.to_owned(),
            permalink: self.config.base_url.as_ref().map(|base| format!("{base}{url}")),
            url,
            canonical_url: None,
            lang: self.config.language.clone(),
            dir: String::new(),
            kind: kind.to_owned(),
            breadcrumbs,
            section: self.url(&Address::new(section)),
            feed: None,
            noindex: false,
            has_code: false,
            structured: String::new(),
            picture: None,
        }
    }

    fn view(&self, page: &Page, template: &'static str, data: data::Page, variables: Variables) -> View {
        View { template, root: page.address.root(), page: data, variables, body: None }
    }

    fn home(&self, page: &Page, intro: Option<&markdown::Rendered>) -> View {
        let knowledge = self.knowledge;
        // A box on the first page names a few, and of each the last few times.
        const SHORT: usize = 4;
        let returning = &knowledge.recurring.groups;
        let late = self.plan.actions.iter().take_while(|one| one.late).take(5);
        let (this_day, earlier) = self.earlier();
        let pages = (0..knowledge.documents.len()).filter(|&index| {
            let document = &knowledge.documents[index];
            document.kind == Kind::Page && document.aside.is_none() && page.intro != Some(index)
        });
        let home = data::Home {
            html: intro.map(|intro| intro.html.clone()),
            incidents: knowledge.incidents().take(6).map(|index| self.row(index)).collect(),
            articles: knowledge.articles().take(5).map(|index| self.row(index)).collect(),
            lessons: self.newest_lessons(6),
            returning: returning.iter().take(SHORT).map(|group| self.returning(group, SHORT)).collect(),
            recurring: (returning.len() > SHORT).then(|| data::Link {
                count: Some(returning.len()),
                ..self.link(self.phrases.say("all_returning"), &page::recurring_address())
            }),
            late: late.map(|one| self.action(one, true)).collect(),
            this_day,
            earlier,
            services: self.learned(6),
            pages: pages.take(12).map(|index| self.row(index)).collect(),
            years: self.years(),
            empty: knowledge.documents.is_empty(),
        };
        let title = self.config.title.clone();
        let mut data = self.base(page, &title, "home", &self.config.description);
        if let Some(index) = page.intro {
            data.lang = self.lang(index);
        }
        data.structured = structured::home(&self.site(""));
        self.view(page, "home.html", data, Variables::new().with("home", &home))
    }

    /// Returns incidents of this day in earlier years, or else of the three days around it, and whether they are of the day.
    fn earlier(&self) -> (bool, Vec<data::Anniversary>) {
        const MOST: usize = 4;
        let today = self.plan.today;
        let near = |days: i64| -> Vec<data::Anniversary> {
            self.knowledge
                .incidents()
                .filter_map(|index| {
                    let date = self.knowledge.documents[index].date.as_ref()?.value;
                    let years = today.year() - date.year();
                    // The same day of this year; 29 February is the day before 1 March.
                    let this_year = date
                        .date()
                        .with_year(today.year())
                        .or(date.date().pred_opt()?.with_year(today.year()))?;
                    let close = (this_year - today).num_days().abs() <= days;
                    (date.precision >= Precision::Day && years > 0 && close)
                        .then(|| data::Anniversary { row: self.row(index), years })
                })
                .take(MOST)
                .collect()
        };
        let exact = near(0);
        if exact.is_empty() { (false, near(3)) } else { (true, exact) }
    }

    /// Returns the services that taught something last.
    fn learned(&self, most: usize) -> Vec<data::Learned> {
        let documents = &self.knowledge.documents;
        // Documents of a term are sorted, newest first.
        let newest = |term: &terms::Term| {
            term.documents
                .iter()
                .copied()
                .find(|&index| !documents[index].lessons.is_empty() && documents[index].is_incident())
        };
        let mut services: Vec<(usize, &terms::Term)> = self
            .knowledge
            .terms_of(TermKind::Service)
            .filter_map(|term| Some((newest(term)?, term)))
            .collect();
        let when = |index: usize| documents[index].date.as_ref().map(|found| found.value.utc());
        let lessons =
            |term: &terms::Term| term.documents.iter().map(|&index| documents[index].lessons.len()).sum();
        services.sort_by_cached_key(|(index, term)| {
            let lessons: usize = lessons(term);
            (std::cmp::Reverse(when(*index)), std::cmp::Reverse(lessons), term.key.clone())
        });
        services
            .into_iter()
            .take(most)
            .map(|(index, term)| data::Learned {
                service: data::Link { count: None, ..self.term_link(term) },
                lessons: lessons(term),
                date: self.named(index).date.clone(),
            })
            .collect()
    }

    /// Returns the newest lessons, one of each document first, so that a long one does not fill the page.
    fn newest_lessons(&self, most: usize) -> Vec<data::Lesson> {
        let mut lessons = Vec::new();
        let mut last = None;
        for &(document, lesson) in &self.plan.lessons {
            if lessons.len() == most {
                break;
            }
            if last != Some(document) {
                lessons.push(self.lesson(document, lesson, true));
                last = Some(document);
            }
        }
        lessons
    }

    fn years(&self) -> Vec<data::Link> {
        let years = self.plan.years.iter().map(|(year, documents)| {
            let (title, name) = match year {
                Some(year) => (year.to_string(), year.to_string()),
                None => (self.phrases.say("undated").to_owned(), "undated".to_owned()),
            };
            data::Link {
                count: Some(documents.len()),
                ..self.link(&title, &Address::new("archive").join(&name))
            }
        });
        years.collect()
    }

    /// Returns rows in groups by year.
    fn groups(&self, documents: &[usize]) -> Vec<data::Group> {
        self.groups_by(documents, |moment| moment.year().to_string())
    }

    fn groups_by(&self, documents: &[usize], name: impl Fn(&Moment) -> String) -> Vec<data::Group> {
        let mut groups: Vec<data::Group> = Vec::new();
        for &index in documents {
            let date = self.knowledge.documents[index].date.as_ref();
            let title =
                date.map_or_else(|| self.phrases.say("undated").to_owned(), |found| name(&found.value));
            let row = self.row(index);
            match groups.last_mut().filter(|group| group.title == title) {
                Some(group) => group.rows.push(row),
                None => groups.push(data::Group { title, url: None, count: 0, rows: vec![row] }),
            }
        }
        groups.iter_mut().for_each(|group| group.count = group.rows.len());
        groups
    }

    fn pager(&self, slice: &Slice) -> data::Pager {
        let url = |number: usize| self.url(&slice.address(number));
        let link = |number: usize| data::Link {
            title: number.to_string(),
            url: url(number),
            external: false,
            count: None,
        };
        data::Pager {
            number: slice.number,
            total: slice.total,
            previous: (slice.number > 1).then(|| url(slice.number - 1)),
            next: (slice.number < slice.total).then(|| url(slice.number + 1)),
            pages: if slice.total > 1 { (1..=slice.total).map(link).collect() } else { Vec::new() },
        }
    }

    fn numbered(&self, title: &str, slice: &Slice) -> String {
        match slice.number {
            1 => title.to_owned(),
            number => self.phrases.with("numbered", &[("title", &title), ("n", &number)]),
        }
    }

    fn list(&self, page: &Page, kind: Kind, slice: &Slice, intro: Option<&markdown::Rendered>) -> View {
        let (documents, name, about): (Vec<usize>, _, _) = match kind {
            Kind::Article => (self.knowledge.articles().collect(), "articles", "articles_newest_first"),
            _ => (self.knowledge.incidents().collect(), "incidents", "incidents_newest_first"),
        };
        let list = data::List {
            title: self.numbered(self.phrases.say(name), slice),
            html: intro.map(|intro| intro.html.clone()),
            kind: name.to_owned(),
            severity: documents.iter().any(|&index| self.knowledge.documents[index].severity.is_some()),
        };
        let about = self.phrases.count(about, documents.len());
        let mut data = self.base(page, &list.title, "list", &about);
        if let Some(index) = page.intro {
            data.lang = self.lang(index);
        }
        let variables = Variables::new()
            .with("list", &list)
            .with("groups", &self.groups(&documents[slice.rows.clone()]))
            .with("pager", &self.pager(slice));
        self.view(page, "list.html", data, variables)
    }

    fn lessons(&self, page: &Page, slice: &Slice) -> View {
        let mut groups: Vec<data::LessonGroup> = Vec::new();
        let mut last = None;
        for &(document, lesson) in &self.plan.lessons[slice.rows.clone()] {
            if last != Some(document) {
                let named = self.named(document);
                groups.push(data::LessonGroup {
                    document: named.link.clone(),
                    date: named.date.clone(),
                    services: named.services.clone(),
                    factors: self.knowledge.documents[document]
                        .factors
                        .iter()
                        .map(|found| found.value.clone())
                        .collect(),
                    year: self.knowledge.documents[document].date.as_ref().map(|found| found.value.year()),
                    lessons: Vec::new(),
                });
                last = Some(document);
            }
            if let Some(group) = groups.last_mut() {
                group.lessons.push(self.lesson(document, lesson, true));
            }
        }
        let count = self.plan.lessons.len();
        let title = self.numbered(self.phrases.say("lessons"), slice);
        let description = match count {
            0 => String::new(),
            count => self.phrases.count("lessons_all", count),
        };
        let data = self.base(page, &title, "lessons", &description);
        let variables = Variables::new()
            .with("groups", &groups)
            .with("pager", &self.pager(slice))
            .with("how_to", &(count == 0));
        self.view(page, "lessons.html", data, variables)
    }

    fn recurring(&self, page: &Page, slice: &Slice) -> View {
        let all = &self.knowledge.recurring.groups;
        let groups: Vec<data::Returning> =
            all[slice.rows.clone()].iter().map(|group| self.returning(group, 60)).collect();
        let title = self.numbered(self.phrases.say("returning"), slice);
        let description = self.phrases.count("returning_all", all.len());
        let mut data = self.base(page, &title, "recurring", &description);
        data.breadcrumbs.push(self.link(self.phrases.say("lessons"), &Address::new("lessons")));
        let variables = Variables::new().with("groups", &groups).with("pager", &self.pager(slice));
        self.view(page, "recurring.html", data, variables)
    }

    /// Returns a lesson that was learned more than once, with at most so many of its occurrences.
    fn returning(&self, group: &Returning, most: usize) -> data::Returning {
        let first = group.lessons[0];
        let anchor = self.anchor_of(group);
        let number = self.knowledge.recurring.group_of(first).unwrap_or_default() / page::RETURNING;
        let address = match number {
            0 => page::recurring_address(),
            number => page::recurring_address().join(&format!("page/{}", number + 1)),
        };
        data::Returning {
            text: self.knowledge.documents[first.0].lessons[first.1].text.clone(),
            url: format!("{}#{}", self.url(&address), encode(&anchor)),
            anchor,
            times: group.times,
            since: group.since,
            words: group.words.clone(),
            lessons: group
                .lessons
                .iter()
                .take(most)
                .map(|&(document, lesson)| self.lesson(document, lesson, true))
                .collect(),
            more: group.lessons.len().saturating_sub(most),
        }
    }

    /// Returns the anchor of a lesson that returns: the words of the incident that taught it first, which stay the same when
    /// it is learned again.
    fn anchor_of(&self, group: &Returning) -> String {
        let (document, lesson) = group.lessons[group.lessons.len() - 1];
        let document = &self.knowledge.documents[document];
        format!("aw-{}-{}", document::anchor::slug(&document.id.value), document.lessons[lesson].anchor)
    }

    fn actions(&self, page: &Page, slice: &Slice) -> View {
        let mut groups: Vec<data::ActionGroup> = Vec::new();
        for one in &self.plan.actions[slice.rows.clone()] {
            let status = self.status_of(one);
            if groups.last().is_none_or(|group| group.status != status) {
                let title = match status {
                    "late" | "open" | "done" | "dropped" => self.phrases.say(status),
                    _ => self.phrases.say("state_unknown"),
                };
                groups.push(data::ActionGroup {
                    title: title.to_owned(),
                    status: status.to_owned(),
                    url: None,
                    count: self.names.action_counts.get(status).copied().unwrap_or_default(),
                    actions: Vec::new(),
                });
            }
            if let Some(group) = groups.last_mut() {
                group.actions.push(self.aged(one));
            }
        }
        let title = self.numbered(self.phrases.say("actions"), slice);
        let data = self.base(page, &title, "actions", self.phrases.say("actions_text"));
        self.actions_page(page, data, "by_status", &groups, slice)
    }

    fn actions_by(&self, page: &Page, by: By, slice: &Slice) -> View {
        let mut groups: Vec<data::ActionGroup> = Vec::new();
        let mut start = 0;
        let grouping = self.plan.groupings.iter().find(|grouping| grouping.by == by);
        for group in grouping.map_or(&[][..], |grouping| &grouping.groups) {
            let count = group.actions.len();
            let from = slice.rows.start.clamp(start, start + count) - start;
            let to = slice.rows.end.clamp(start, start + count) - start;
            start += count;
            if from == to {
                continue;
            }
            groups.push(data::ActionGroup {
                title: match (by, group.name.as_str()) {
                    (By::Owner, "") => self.phrases.say("no_owner").to_owned(),
                    (By::Team, "") => self.phrases.say("no_team").to_owned(),
                    (By::Service, "") => self.phrases.say("no_service").to_owned(),
                    (_, name) => name.to_owned(),
                },
                status: String::new(),
                url: group.term.map(|term| self.url(&self.plan.terms[term])),
                count,
                actions: group.actions[from..to].iter().map(|one| self.aged(one)).collect(),
            });
        }
        let (title, description, way) = match by {
            By::Owner => ("actions_by_owner", "actions_by_owner_text", "by_owner"),
            By::Team => ("actions_by_team", "actions_by_team_text", "by_team"),
            By::Service => ("actions_by_service", "actions_by_service_text", "by_service"),
        };
        let title = self.numbered(self.phrases.say(title), slice);
        let mut data = self.base(page, &title, "actions", self.phrases.say(description));
        data.breadcrumbs.push(self.link(self.phrases.say("actions"), &Address::new("actions")));
        self.actions_page(page, data, way, &groups, slice)
    }

    fn actions_page(
        &self,
        page: &Page,
        data: data::Page,
        by: &str,
        groups: &[data::ActionGroup],
        slice: &Slice,
    ) -> View {
        let all = Address::new("actions");
        let mut ways: Vec<data::Link> = Vec::new();
        for grouping in &self.plan.groupings {
            if ways.is_empty() {
                ways.push(self.link(self.phrases.say("by_status"), &all));
            }
            let title = self.phrases.say(match grouping.by {
                By::Owner => "by_owner",
                By::Team => "by_team",
                By::Service => "by_service",
            });
            ways.push(self.link(title, &all.join(&format!("by-{}", grouping.by.name()))));
        }
        let calendar = (!self.plan.due.is_empty()).then(|| page::CALENDAR.to_owned());
        let variables = Variables::new()
            .with("groups", groups)
            .with("ways", &ways)
            .with("by", self.phrases.say(by))
            .with("calendar", &calendar)
            .with("pager", &self.pager(slice));
        self.view(page, "actions.html", data, variables)
    }

    /// Returns an action with its age, for pages that are made anew every day.
    fn aged(&self, one: &ActionRef) -> data::Action {
        let document = &self.knowledge.documents[one.document];
        let action = &document.actions[one.action];
        let today = self.plan.today;
        let unsettled = matches!(action.status, Status::Open | Status::Unknown);
        let date = document.date.as_ref().filter(|found| found.value.precision >= Precision::Day);
        let age = date.map(|found| (today - found.value.date()).num_days());
        data::Action {
            age: age.filter(|&days| unsettled && days >= 0),
            days_late: action
                .due
                .filter(|_| one.late)
                .map(|due| (today - actions::last_day(&due)).num_days()),
            ..self.action(one, true)
        }
    }

    /// Returns the due dates of the actions that are not settled.
    pub fn calendar(&self, version: &str) -> Calendar {
        let base = self.config.base_url.as_ref();
        let mut twins: BTreeMap<String, usize> = BTreeMap::new();
        let entries = self.plan.due.iter().filter_map(|one| {
            let document = &self.knowledge.documents[one.document];
            let action = &document.actions[one.action];
            let day = actions::last_day(action.due.as_ref()?);
            // The words of an action and its document name it. Where they stand twice, their order tells them apart.
            let name = format!("{}\n{}", document.id.value, action.text);
            let twin = twins.entry(name.clone()).or_default();
            *twin += 1;
            let changed = document.history.map(|history| history.changed.naive_utc());
            let date = document.date.as_ref().map(|found| found.value.utc());
            let mut description: Vec<String> = action.owner.iter().cloned().collect();
            description.push(document.title.value.clone());
            description.extend(action.links.iter().filter(|url| is_web(url)).cloned());
            Some(Entry {
                id: uuid(&if *twin == 1 { name } else { format!("{name}\n{twin}") }),
                changed: changed.or(date).unwrap_or_else(|| day.and_time(NaiveTime::MIN)),
                day,
                summary: action.text.clone(),
                description: description.join("\n"),
                url: base.map(|base| format!("{base}{}", self.named(one.document).url)),
                categories: document.services.iter().map(|found| found.value.clone()).collect(),
            })
        });
        Calendar {
            name: self.phrases.with("calendar_name", &[("title", &self.config.title)]),
            version: version.to_owned(),
            entries: entries.collect(),
        }
    }

    fn trends(&self, page: &Page) -> View {
        let (title, description) = (self.phrases.say("trends"), self.phrases.say("trends_text"));
        let data = self.base(page, title, "trends", description);
        let trends = trends::page(&trend::trends(self.knowledge), self);
        self.view(page, "trends.html", data, Variables::new().with("trends", &trends))
    }

    /// Returns the actions of a document in the order of its text.
    fn actions_of(&self, index: usize) -> impl Iterator<Item = ActionRef> + '_ {
        self.knowledge.documents[index].actions.iter().enumerate().map(move |(action, one)| ActionRef {
            document: index,
            action,
            late: actions::is_late(one.status, one.due.as_ref(), self.plan.today),
        })
    }

    fn status_of(&self, one: &ActionRef) -> &'static str {
        if one.late {
            "late"
        } else {
            self.knowledge.documents[one.document].actions[one.action].status.name()
        }
    }

    fn terms(&self, page: &Page, kind: TermKind) -> View {
        let title = self.phrases.say(terms_title(kind));
        let description = match kind {
            TermKind::Service => self.phrases.say("services_text"),
            TermKind::Factor => self.phrases.say("factors_text_short"),
            _ => "",
        };
        let links: Vec<data::Link> = self.knowledge.terms_of(kind).map(|term| self.term_link(term)).collect();
        let data = self.base(page, title, "terms", description);
        let variables = Variables::new().with("terms", &links).with("kind", kind.folder());
        self.view(page, "terms.html", data, variables)
    }

    fn term_link(&self, term: &terms::Term) -> data::Link {
        let index = self
            .knowledge
            .terms
            .binary_search_by(|other| (other.kind, &other.key).cmp(&(term.kind, &term.key)));
        let address = index.map_or_else(|_| Address::home(), |index| self.plan.terms[index].clone());
        data::Link { count: Some(term.documents.len()), ..self.link(&term.name, &address) }
    }

    fn term(&self, page: &Page, index: usize, slice: &Slice) -> View {
        const MOST: usize = 50;
        let term = &self.knowledge.terms[index];
        let settings = match term.kind {
            TermKind::Service => self
                .config
                .services
                .iter()
                .find(|(name, _)| terms::key(name) == term.key)
                .map(|(_, service)| service),
            _ => None,
        };
        // Following pages of a long list are about its rows; what stands at the top stands on the first.
        let documents = if slice.number == 1 { term.documents.as_slice() } else { &[] };
        let lessons = documents.iter().flat_map(|&index| {
            (0..self.knowledge.documents[index].lessons.len()).map(move |lesson| (index, lesson))
        });
        let open = documents
            .iter()
            .flat_map(|&index| self.actions_of(index))
            .filter(|one| self.knowledge.documents[one.document].actions[one.action].status == Status::Open);
        let services = |names: &[String]| -> Vec<data::Link> {
            names.iter().map(|name| self.term_named(TermKind::Service, name)).collect()
        };
        let needed_by: Vec<String> = match term.kind {
            TermKind::Service => self
                .config
                .services
                .iter()
                .filter(|(_, other)| {
                    other.depends_on.iter().any(|name| terms::service_key(name, self.config) == term.key)
                })
                .map(|(name, _)| name.clone())
                .collect(),
            _ => Vec::new(),
        };
        let data_term = data::Term {
            kind: term.kind.name().to_owned(),
            name: term.name.clone(),
            description: settings.map_or(String::new(), |service| service.description.clone()),
            contact: self.names.contacts.get(&index).cloned(),
            together: self.together(term, documents),
            depends_on: settings.map_or(Vec::new(), |service| services(&service.depends_on)),
            needed_by: services(&needed_by),
            groups: match &term.documents[slice.rows.clone()] {
                // A few rows need no years above them.
                few if few.len() <= 12 && slice.total <= 1 => self.groups_by(few, |_| String::new()),
                many => self.groups(many),
            },
            lesson_count: documents.iter().map(|&index| self.knowledge.documents[index].lessons.len()).sum(),
            lessons: lessons
                .take(MOST)
                .map(|(document, lesson)| self.lesson(document, lesson, true))
                .collect(),
            actions: open.take(MOST).map(|one| self.action(&one, true)).collect(),
        };
        let title = self.numbered(&term.name, slice);
        let mut data = self.base(page, &title, "term", &data_term.description);
        data.breadcrumbs
            .push(self.link(self.phrases.say(terms_title(term.kind)), &Address::new(term.kind.folder())));
        if page::has_feed(term.kind) && !term.documents.is_empty() {
            data.feed = Some(encode(&slice.first.file_named("feed.xml")));
        }
        let variables = Variables::new().with("term", &data_term).with("pager", &self.pager(slice));
        self.view(page, "term.html", data, variables)
    }

    /// Returns the services that met a factor, or the factors that a service met, most often first.
    fn together(&self, term: &terms::Term, documents: &[usize]) -> Vec<data::Link> {
        const MOST: usize = 8;
        let kind = match term.kind {
            TermKind::Service => TermKind::Factor,
            TermKind::Factor => TermKind::Service,
            _ => return Vec::new(),
        };
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for &index in documents {
            for found in kind.of(&self.knowledge.documents[index]) {
                if let Some(other) = self.term_of(kind, &found.value) {
                    *counts.entry(other).or_default() += 1;
                }
            }
        }
        let mut counts: Vec<(usize, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|&(other, count)| (std::cmp::Reverse(count), other));
        counts
            .into_iter()
            .take(MOST)
            .map(|(other, count)| data::Link {
                count: Some(count),
                ..self.term_link(&self.knowledge.terms[other])
            })
            .collect()
    }

    fn archive(&self, page: &Page) -> View {
        let data = self.base(page, self.phrases.say("archive"), "archive", self.phrases.say("archive_text"));
        let aside: Vec<data::Group> = {
            let rows: Vec<Shared<data::Row>> = (0..self.knowledge.documents.len())
                .filter(|&index| !self.knowledge.is_listed(index))
                .map(|index| self.row(index))
                .collect();
            let title = self.phrases.say("pages_and_aside").to_owned();
            if rows.is_empty() {
                Vec::new()
            } else {
                vec![data::Group { title, url: None, count: rows.len(), rows }]
            }
        };
        let variables = Variables::new().with("years", &self.years()).with("groups", &aside);
        self.view(page, "archive.html", data, variables)
    }

    fn year(&self, page: &Page, year: Option<i32>, slice: &Slice) -> View {
        let documents = self
            .plan
            .years
            .iter()
            .find(|(other, _)| *other == year)
            .map_or(&[][..], |(_, documents)| documents);
        let title = year.map_or_else(|| self.phrases.say("undated").to_owned(), |year| year.to_string());
        let title = self.numbered(&title, slice);
        let list =
            data::List { title: title.clone(), html: None, kind: "archive".to_owned(), severity: false };
        let mut data = self.base(page, &title, "list", "");
        data.breadcrumbs.push(self.link(self.phrases.say("archive"), &Address::new("archive")));
        // By month a year is easier to look through than in one long run.
        let month = |moment: &Moment| match moment.precision {
            Precision::Year => moment.year().to_string(),
            _ => self.phrases.date(&Moment { precision: Precision::Month, ..*moment }),
        };
        let groups = self.groups_by(&documents[slice.rows.clone()], month);
        let variables =
            Variables::new().with("list", &list).with("groups", &groups).with("pager", &self.pager(slice));
        self.view(page, "list.html", data, variables)
    }

    fn search(&self, page: &Page) -> View {
        let mut data = self.base(page, self.phrases.say("search"), "search", "");
        data.noindex = true;
        self.view(page, "search.html", data, Variables::new())
    }

    fn not_found(&self, page: &Page) -> View {
        let mut data = self.base(page, self.phrases.say("not_found"), "not-found", "");
        data.noindex = true;
        data.permalink = None;
        data.breadcrumbs.clear();
        // A server shows this page under any address, so its links cannot be relative where the site's own is known.
        let root = match &self.config.base_url {
            Some(base) => base.splitn(4, '/').nth(3).map_or("/".to_owned(), |path| format!("/{path}")),
            None => "./".to_owned(),
        };
        View { template: "404.html", root, page: data, variables: Variables::new(), body: None }
    }

    /// Returns the view of a redirect.
    pub fn redirect(&self, redirect: &Redirect) -> View {
        let depth = redirect.file.matches('/').count();
        let root = if depth == 0 { "./".to_owned() } else { "../".repeat(depth) };
        let (title, address) = match redirect.to {
            page::Destination::Document(index) => {
                (self.knowledge.documents[index].title.value.as_str(), self.plan.addresses[index].clone())
            }
            page::Destination::Lesson(index) => {
                let lesson = &self.knowledge.lessons.all[index];
                (lesson.text.as_str(), page::lesson_address(lesson))
            }
        };
        let target = self.link(title, &address);
        let page = data::Page {
            title: title.to_owned(),
            permalink: self.config.base_url.as_ref().map(|base| format!("{base}{}", target.url)),
            url: encode(&redirect.file),
            lang: self.config.language.clone(),
            kind: "redirect".to_owned(),
            noindex: true,
            ..data::Page::default()
        };
        let variables = Variables::new().with("target", &target);
        View { template: "redirect.html", root, page, variables, body: None }
    }

    /// Returns the language of a document.
    fn lang(&self, index: usize) -> String {
        self.knowledge.documents[index].language.clone().unwrap_or_else(|| self.config.language.clone())
    }

    fn document(&self, page: &Page, index: usize) -> View {
        let document = &self.knowledge.documents[index];
        let knowledge = self.knowledge;
        let body = self.body(index, &page.address);
        let text = Some((index, body.html.clone()));
        let row = self.own_row(index);
        let lessons: Vec<data::Lesson> =
            (0..document.lessons.len()).map(|lesson| self.lesson(index, lesson, false)).collect();
        let actions = self.actions_of(index).map(|one| self.action(&one, false));
        let declared_summary = document.summary.as_ref().filter(|found| found.origin.is_declared());
        let summary = declared_summary.map_or(String::new(), |found| found.value.clone());
        let (older, newer) = self.names.neighbours[index];
        let neighbour = |other: Option<usize>| {
            other.map(|other| self.link(&knowledge.documents[other].title.value, &self.plan.addresses[other]))
        };
        let repository = self.config.repository.as_ref();
        let file = encode(&document.file);
        let branch = encode(&self.config.branch);
        let day = |at: Option<chrono::DateTime<chrono::FixedOffset>>| {
            at.map(|at| {
                let mut date = self.date_of(&Moment::day(at.date_naive()), None);
                date.source = self.phrases.say("source_git_history").to_owned();
                date
            })
        };
        let data = data::Document {
            show_summary: !summary.is_empty() && !body_says(document, &summary),
            row: data::Row { summary: if summary.is_empty() { row.summary.clone() } else { summary }, ..row },
            brief: self.brief(document),
            times: self.times(document),
            scale: scale::scale(document, self.phrases),
            facts: self.facts(document),
            tags: self.names(document, TermKind::Tag),
            factors: self.names(document, TermKind::Factor),
            authors: self.names(document, TermKind::Author),
            teams: self.names(document, TermKind::Team),
            contents: contents(document),
            html: body.html,
            timeline: self.timeline(document),
            as_known: document.timeline.iter().any(|entry| entry.known_at.is_some()),
            lessons,
            observations: document
                .observations
                .iter()
                .map(|one| data::Observation {
                    text: one.text.clone(),
                    category: one.category.name().to_owned(),
                })
                .collect(),
            actions: actions.collect(),
            incident: knowledge.incident[index].map(|other| self.row(other)),
            postmortems: knowledge.postmortems[index].iter().map(|&other| self.row(other)).collect(),
            related: knowledge
                .related(index)
                .iter()
                .map(|related| data::Related {
                    row: self.row(related.document),
                    reasons: related.reasons.iter().map(|reason| self.reason(reason)).collect(),
                })
                .collect(),
            copies: knowledge.copies[index].iter().map(|&other| self.row(other)).collect(),
            backlinks: knowledge.backlinks[index].iter().map(|&other| self.row(other)).collect(),
            older: neighbour(older),
            newer: neighbour(newer),
            path: document.path.clone(),
            edit_url: repository.map(|url| format!("{url}/edit/{branch}/{file}")),
            history_url: repository.map(|url| format!("{url}/commits/{branch}/{file}")),
            markdown_url: encode(&page.address.file_named("index.md")),
            added: day(document.history.as_ref().and_then(|history| history.added)),
            changed: day(document.history.as_ref().map(|history| history.changed)),
            front_matter: document
                .front_text()
                .map(|text| text.trim_end().to_owned())
                .filter(|text| !text.is_empty()),
            notices: document
                .findings
                .iter()
                .filter(|finding| finding.level == crate::diagnostic::Level::Error)
                .map(|finding| data::Notice {
                    level: finding.level.name().to_owned(),
                    message: self
                        .phrases
                        .with("in_line", &[("message", &finding.message), ("n", &finding.place.line)]),
                })
                .collect(),
            aside: document.aside.map(|aside| self.phrases.say(aside_name(aside)).to_owned()),
            elsewhere: self.elsewhere(document),
        };
        let description = cut(&data.row.summary, 200);
        let mut page_data = self.base(page, &document.title.value, "document", &description);
        page_data.lang = self.lang(index);
        page_data.canonical_url = document.canonical_url.clone().filter(|url| is_web(url));
        page_data.has_code = body.has_code;
        page_data.noindex = document.draft;
        let section = match document.kind {
            Kind::Incident | Kind::Postmortem if document.aside.is_none() => Some("incidents"),
            Kind::Article if document.aside.is_none() => Some("articles"),
            _ => None,
        };
        if let Some(address) = section {
            page_data.breadcrumbs.push(self.link(self.phrases.say(address), &Address::new(address)));
            page_data.section = self.url(&Address::new(address));
        }
        page_data.structured =
            structured::document(document, &page_data, &self.config.title, self.config.base_url.as_deref());
        let variables = Variables::new().with("document", &data);
        View { body: text, ..self.view(page, "document.html", page_data, variables) }
    }

    /// Returns the original and archived copies of a document.
    fn elsewhere(&self, document: &document::Document) -> Vec<data::Link> {
        let original = document.canonical_url.iter().map(|url| ("original", url));
        let archived = document.archive_urls.iter().map(|url| ("archived", url));
        original
            .chain(archived)
            .filter(|(_, url)| is_web(url))
            .map(|(name, url)| self.outward(&self.phrases.with(name, &[("url", &short(url))]), url))
            .collect()
    }

    /// Returns why a document is related in the words of the interface; the names in it are the documents' own.
    fn reason(&self, reason: &str) -> String {
        let known = [
            ("same service: ", "same_service"),
            ("same factor: ", "same_factor"),
            ("both speak of ", "both_speak"),
        ];
        known
            .iter()
            .find_map(|(begin, name)| {
                let names = reason.strip_prefix(begin)?;
                Some(self.phrases.with(name, &[("names", &names)]))
            })
            .unwrap_or_else(|| reason.to_owned())
    }

    /// Renders the body of a document for the page at an address.
    fn body(&self, index: usize, address: &Address) -> markdown::Rendered {
        let document = &self.knowledge.documents[index];
        let marks: Vec<markdown::Mark> = document
            .lesson_marks
            .iter()
            .map(|mark| markdown::Mark {
                span: mark.span.clone(),
                id: mark.anchor.clone(),
                class: "lesson".to_owned(),
                label_html: None,
            })
            .collect();
        let anchors: Vec<(usize, String)> =
            document.headings.iter().map(|heading| (heading.span.start, heading.anchor.clone())).collect();
        let options = markdown::Options {
            highlight: self.config.highlight,
            anchors: &anchors,
            marks: &marks,
            drop: &document.title_repeats,
            lang: &self.config.language,
        };
        let resolver = Resolver { views: self, index, root: address.root() };
        markdown::render(document.body(), &options, &resolver)
    }

    fn own_row(&self, index: usize) -> data::Row {
        let document = &self.knowledge.documents[index];
        data::Row {
            title: document.title.value.clone(),
            url: self.url(&self.plan.addresses[index]),
            kind: document.kind.name().to_owned(),
            date: document.date.as_ref().map(|found| self.date(found)),
            severity: document
                .severity
                .as_ref()
                .map(|found| data::Severity { label: found.value.label.clone(), level: found.value.level }),
            services: self.names(document, TermKind::Service),
            summary: document.summary.as_ref().map_or(String::new(), |found| cut(&found.value, IN_LIST)),
            lessons: document.lessons.len(),
            lang: document.language.clone().filter(|lang| !same_language(lang, &self.phrases.lang)),
            duration: match (&document.started, &document.resolved) {
                (Some(started), Some(resolved)) => between(&started.value, &resolved.value, self.phrases),
                _ => None,
            },
            minutes: match (&document.started, &document.resolved) {
                (Some(started), Some(resolved)) => minutes(&started.value, &resolved.value),
                _ => None,
            },
        }
    }

    fn names(&self, document: &document::Document, kind: TermKind) -> Vec<data::Link> {
        kind.of(document).iter().map(|found| self.term_named(kind, &found.value)).collect()
    }

    fn term_named(&self, kind: TermKind, name: &str) -> data::Link {
        let index = self.term_of(kind, name);
        match index.and_then(|index| Some((self.knowledge.terms.get(index)?, self.plan.terms.get(index)?))) {
            Some((term, address)) => self.link(&term.name, address),
            // A guide's names are no terms of the collection: the archive of its kind is the nearest page.
            None => data::Link { title: name.to_owned(), ..self.link(name, &Address::new("archive")) },
        }
    }

    fn date(&self, found: &Found<Moment>) -> data::Date {
        self.date_of(&found.value, Some(&found.origin))
    }

    fn date_of(&self, moment: &Moment, origin: Option<&Origin>) -> data::Date {
        data::Date {
            iso: moment.iso(),
            date: self.phrases.date(moment),
            time: moment.spoken_time(),
            source: origin.map_or(String::new(), |origin| self.phrases.source(origin)),
            inferred: origin.is_some_and(|origin| !origin.is_declared()),
            assumed_zone: moment.assumed,
        }
    }

    /// Returns what is wanted first; `None` where nobody said it.
    fn brief(&self, document: &document::Document) -> Option<data::Brief> {
        if !document.is_incident() {
            return None;
        }
        let mut seen = Vec::new();
        for found in &document.services {
            if let Some(term) = self.term_of(TermKind::Service, &found.value)
                && !seen.contains(&term)
            {
                seen.push(term);
            }
        }
        let contacts: Vec<_> =
            seen.iter().filter_map(|term| self.names.contacts.get(term)).cloned().collect();
        let (looked, stopped) = (brief::looked(document), brief::stopped(document, self.phrases));
        (looked.is_some() || stopped.is_some() || !contacts.is_empty()).then_some(data::Brief {
            looked,
            stopped,
            contacts,
        })
    }

    fn times(&self, document: &document::Document) -> Vec<data::Time> {
        let times = [
            ("started", &document.started),
            ("detected", &document.detected),
            ("mitigated", &document.mitigated),
            ("resolved", &document.resolved),
        ];
        times
            .into_iter()
            .filter_map(|(phase, found)| {
                let found = found.as_ref()?;
                let started = document.started.as_ref().filter(|_| phase != "started");
                Some(data::Time {
                    phase: phase.to_owned(),
                    at: self.date(found),
                    after: started.and_then(|started| between(&started.value, &found.value, self.phrases)),
                })
            })
            .collect()
    }

    fn facts(&self, document: &document::Document) -> Vec<data::Fact> {
        let mut facts = Vec::new();
        for (name, found) in [("duration", &document.duration), ("status", &document.status)] {
            if let Some(found) = found {
                facts.push(data::Fact {
                    name: self.phrases.say(name).to_owned(),
                    value: found.value.clone(),
                    iso: None,
                    source: (!found.origin.is_declared()).then(|| self.phrases.source(&found.origin)),
                });
            }
        }
        facts
    }

    fn timeline(&self, document: &document::Document) -> Vec<data::Entry> {
        let mut day = None;
        let phase = |at: &Option<Moment>| {
            let is = |found: &Option<Found<Moment>>| {
                found.as_ref().is_some_and(|found| Some(found.value) == *at && found.value.has_time())
            };
            if is(&document.started) {
                "started"
            } else if is(&document.detected) {
                "detected"
            } else if is(&document.mitigated) {
                "mitigated"
            } else if is(&document.resolved) {
                "resolved"
            } else {
                ""
            }
        };
        let mut said = Vec::new();
        document
            .timeline
            .iter()
            .map(|entry| {
                let date = entry.at.map(|at| at.date());
                let new_day = date.is_some() && date != day;
                if date.is_some() {
                    day = date;
                }
                let mut phase = phase(&entry.at);
                if said.contains(&phase) {
                    phase = "";
                } else if !phase.is_empty() {
                    said.push(phase);
                }
                data::Entry {
                    when: entry.when.clone(),
                    at: entry.at.map(|at| data::Date {
                        inferred: false,
                        source: self.phrases.say("source_timeline").to_owned(),
                        ..self.date_of(&at, None)
                    }),
                    until: entry.until.map(|until| self.date_of(&until, None)),
                    known: entry.known_at.map(|known| self.date_of(&known, None)),
                    text: entry.text.clone(),
                    phase: phase.to_owned(),
                    new_day,
                }
            })
            .collect()
    }

    fn lesson(&self, index: usize, lesson: usize, with_document: bool) -> data::Lesson {
        let known = self.knowledge.lessons.of(index, lesson);
        let held = lesson_context::held(self, (index, lesson));
        let lesson = &self.knowledge.documents[index].lessons[lesson];
        let named = self.named(index);
        let own = match known.provisional {
            true => String::new(),
            false => self.url(&page::lesson_address(known)),
        };
        data::Lesson {
            text: lesson.text.clone(),
            category: lesson.category.name().to_owned(),
            url: if !with_document {
                String::new()
            } else if own.is_empty() {
                format!("{}#{}", named.url, encode(&lesson.anchor))
            } else {
                own.clone()
            },
            id: if known.provisional { String::new() } else { known.id.clone() },
            page: own,
            anchor: lesson.anchor.clone(),
            in_body: lesson.in_body,
            applies_to: lesson.applies_to.clone(),
            guard: lesson.guard.clone(),
            held,
            document: with_document.then(|| named.link.clone()),
            date: named.date.clone().filter(|_| with_document),
            services: named.services.clone(),
        }
    }

    fn action(&self, one: &ActionRef, with_document: bool) -> data::Action {
        let action = &self.knowledge.documents[one.document].actions[one.action];
        let named = self.named(one.document);
        data::Action {
            text: action.text.clone(),
            owner: action.owner.clone(),
            due: action.due.map(|due| self.date_of(&due, None)),
            late: one.late,
            status: action.status.name().to_owned(),
            reason: action.reason.clone(),
            days_late: None,
            age: None,
            purpose: action.purpose.map_or("", document::Purpose::name).to_owned(),
            links: action
                .links
                .iter()
                .filter(|url| is_web(url))
                .map(|url| self.outward(&short(url), url))
                .collect(),
            document: with_document.then(|| named.link.clone()),
            date: named.date.clone().filter(|_| with_document),
        }
    }

    /// Returns a link to elsewhere; an address with another scheme stays words.
    fn outward(&self, title: &str, url: &str) -> data::Link {
        data::Link {
            title: title.to_owned(),
            url: if is_web(url) { url.to_owned() } else { String::new() },
            external: true,
            count: None,
        }
    }

    /// Returns what `llms.txt` is given: the newest lessons and documents, as links in Markdown to Markdown.
    pub fn index_for_models(&self) -> Variables {
        const MOST: usize = 200;
        let link = |title: &str, url: String| data::Link {
            title: title.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]"),
            url,
            ..data::Link::default()
        };
        let document = |index: usize| {
            let title = &self.knowledge.documents[index].title.value;
            link(title, encode(&self.plan.addresses[index].file_named("index.md")))
        };
        let lessons: Vec<data::Link> = self
            .plan
            .lessons
            .iter()
            .take(MOST)
            .map(|&(index, lesson)| {
                let lesson = self.lesson(index, lesson, true);
                link(&lesson.text, lesson.url)
            })
            .collect();
        let incidents: Vec<data::Link> = self.knowledge.incidents().take(MOST).map(document).collect();
        let articles: Vec<data::Link> = self.knowledge.articles().take(MOST).map(document).collect();
        Variables::new()
            .with("base", self.config.base_url.as_deref().unwrap_or(""))
            .with("lessons", &lessons)
            .with("incidents", &incidents)
            .with("articles", &articles)
    }

    /// Returns the data of a feed.
    pub fn feed(&self, feed: &Feed) -> data::Feed {
        let base = self.config.base_url.as_ref();
        let here = feed.address.file_named("feed.xml");
        let root = feed.address.root();
        let absolute = |url: &str| match base {
            Some(base) => format!("{base}{url}"),
            None => format!("{root}{url}"),
        };
        let title = match feed.term {
            Some(index) => format!("{}: {}", self.config.title, self.knowledge.terms[index].name),
            None => self.config.title.clone(),
        };
        let entries: Vec<data::FeedEntry> = feed
            .documents
            .iter()
            .map(|&index| {
                let document = &self.knowledge.documents[index];
                let url = self.url(&self.plan.addresses[index]);
                let when = document.date.as_ref().map(|found| found.value.utc());
                let added =
                    document.history.as_ref().and_then(|history| history.added).map(|at| at.naive_utc());
                let changed = document.history.as_ref().map(|history| history.changed.naive_utc());
                let names = |kind: TermKind| kind.of(document).iter().map(|found| found.value.clone());
                data::FeedEntry {
                    title: document.title.value.clone(),
                    id: match base {
                        Some(base) => format!("{base}{url}"),
                        None => urn(&document.id.value),
                    },
                    url: absolute(&url),
                    updated: rfc3339(changed.or(when).or(added).unwrap_or_default()),
                    published: added.or(when).map(rfc3339),
                    summary: document.summary.as_ref().map_or(String::new(), |found| cut(&found.value, 480)),
                    authors: names(TermKind::Author).collect(),
                    categories: names(TermKind::Service)
                        .chain(names(TermKind::Factor))
                        .chain(names(TermKind::Tag))
                        .collect(),
                }
            })
            .collect();
        data::Feed {
            title,
            id: match base {
                Some(base) => format!("{base}{here}"),
                None => urn(&format!("{} {here}", self.config.title)),
            },
            updated: entries
                .iter()
                .map(|entry| entry.updated.clone())
                .max()
                .unwrap_or_else(|| rfc3339(NaiveDateTime::default())),
            self_url: base.map(|base| format!("{base}{}", encode(&here))),
            html_url: absolute(&self.url(&feed.address)),
            entries,
        }
    }

    /// Returns the site's feed as JSON Feed 1.1; its source is <https://www.jsonfeed.org/version/1.1/>.
    pub fn json_feed(&self, feed: &data::Feed) -> serde_json::Value {
        let items: Vec<serde_json::Value> = feed
            .entries
            .iter()
            .map(|entry| {
                let mut item = serde_json::json!({
                    "id": entry.id,
                    "url": entry.url,
                    "title": entry.title,
                    "content_text": entry.summary,
                    "date_modified": entry.updated,
                    "tags": entry.categories,
                });
                if let Some(published) = &entry.published {
                    item["date_published"] = published.clone().into();
                }
                if !entry.authors.is_empty() {
                    item["authors"] = entry
                        .authors
                        .iter()
                        .map(|name| serde_json::json!({ "name": name }))
                        .collect::<Vec<_>>()
                        .into();
                }
                item
            })
            .collect();
        let mut json = serde_json::json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": feed.html_url,
            "language": self.config.language,
        });
        if let Some(base) = &self.config.base_url {
            json["feed_url"] = format!("{base}feed.json").into();
        }
        if !self.config.description.is_empty() {
            json["description"] = self.config.description.clone().into();
        }
        json["items"] = items.into();
        json
    }
}

impl trends::Names for Views<'_> {
    fn document(&self, index: usize) -> Shared<data::Link> {
        self.named(index).link.clone()
    }

    fn title(&self, index: usize) -> &str {
        &self.knowledge.documents[index].title.value
    }

    fn term(&self, index: usize) -> data::Link {
        self.link(&self.knowledge.terms[index].name, &self.plan.terms[index])
    }

    fn year(&self, year: Option<i32>) -> data::Link {
        let name = year.map_or("undated".to_owned(), |year| year.to_string());
        let title = if year.is_none() { self.phrases.say("undated").to_owned() } else { name.clone() };
        let archive = Address::new("archive");
        // An incident may have begun on the last evening of a year to which its date does not belong.
        match self.plan.years.iter().any(|(other, _)| *other == year) {
            true => self.link(&title, &archive.join(&name)),
            false => self.link(&title, &archive),
        }
    }

    fn day(&self, day: NaiveDate) -> data::Date {
        self.date_of(&Moment::day(day), None)
    }

    fn length(&self, seconds: f64) -> String {
        self.phrases.length((seconds / 60.0).round() as i64)
    }

    fn phrases(&self) -> &Phrases {
        self.phrases
    }
}

/// Knows where the links of one document lead on the site.
struct Resolver<'a> {
    views: &'a Views<'a>,
    index: usize,
    root: String,
}

impl Resolver<'_> {
    fn to_document(&self, index: usize, anchor: Option<&str>) -> String {
        let mut href = format!("{}{}", self.root, self.views.url(&self.views.plan.addresses[index]));
        if let Some(anchor) = anchor.filter(|anchor| !anchor.is_empty()) {
            href.push('#');
            href.push_str(&encode(anchor));
        }
        href
    }

    fn target(&self, target: &str, wiki: bool) -> Target {
        let document = &self.views.knowledge.documents[self.index];
        self.views.knowledge.targets.resolve(&document.path, target, wiki)
    }

    /// Returns the place of a file outside the content folder in the repository.
    fn in_repository(&self, path: &str) -> Option<String> {
        let config = self.views.config;
        let repository = config.repository.as_ref()?;
        Some(format!("{repository}/blob/{}/{}", encode(&config.branch), encode(path)))
    }
}

impl markdown::Resolve for Resolver<'_> {
    fn link(&self, target: &str, wiki: bool) -> markdown::Target {
        match self.target(target, wiki) {
            Target::Document(index, anchor) => {
                markdown::Target::Href(self.to_document(index, anchor.as_deref()))
            }
            Target::Anchor(anchor) => markdown::Target::Href(format!("#{}", encode(&anchor))),
            Target::Asset(path) if self.is_copied(&path) => {
                markdown::Target::Href(format!("{}{}", self.root, encode(&path)))
            }
            Target::External(url) => markdown::Target::Href(url),
            Target::Outside(Some(path)) => {
                self.in_repository(&path).map_or(markdown::Target::Words, markdown::Target::Href)
            }
            Target::Asset(_) | Target::Outside(None) | Target::Missing | Target::Refused => {
                markdown::Target::Words
            }
        }
    }

    fn image(&self, target: &str, wiki: bool) -> markdown::Target {
        match self.target(target, wiki) {
            Target::Asset(path) if self.is_copied(&path) => {
                markdown::Target::Href(format!("{}{}", self.root, encode(&path)))
            }
            Target::External(url) if link::is_allowed_image(&url, self.views.config) => {
                markdown::Target::Href(url)
            }
            Target::External(url) => markdown::Target::External(url),
            Target::Document(index, anchor) => {
                markdown::Target::External(self.to_document(index, anchor.as_deref()))
            }
            Target::Outside(Some(path)) => {
                self.in_repository(&path).map_or(markdown::Target::Words, markdown::Target::External)
            }
            _ => markdown::Target::Words,
        }
    }
}

impl Resolver<'_> {
    fn is_copied(&self, path: &str) -> bool {
        self.views.plan.assets.binary_search_by(|asset| asset.as_str().cmp(path)).is_ok()
    }
}

/// Returns the name of the phrase for all terms of a kind.
fn terms_title(kind: TermKind) -> &'static str {
    match kind {
        TermKind::Service => "services",
        TermKind::Factor => "factors",
        TermKind::Tag => "tags",
        TermKind::Team => "teams",
        TermKind::Author => "authors",
    }
}

/// Returns the headings of a document's body for its contents: two levels, counted from the highest that is used.
fn contents(document: &document::Document) -> Vec<data::Heading> {
    let title = document::section::normalise(&document.title.value);
    let is_title = |section: &&document::Section| {
        document.title.origin == Origin::Heading
            && section.title == document.title.value
            && section.level == 1
            || document::section::normalise(&section.title) == title
    };
    let headings: Vec<&document::Section> = document
        .sections
        .iter()
        .filter(|section| section.level <= 6 && !section.anchor.is_empty() && !section.title.is_empty())
        .filter(|section| !is_title(section))
        .collect();
    let top = headings.iter().map(|section| section.level).min().unwrap_or(2);
    headings
        .into_iter()
        .filter(|section| section.level <= top + 1)
        .map(|section| data::Heading {
            title: section.title.clone(),
            anchor: section.anchor.clone(),
            level: section.level - top + 2,
            section: section.canonical.map_or("", document::section::Canonical::name).to_owned(),
        })
        .collect()
}

/// Returns whether the body begins with the summary anyway.
fn body_says(document: &document::Document, summary: &str) -> bool {
    let body = document::block::fold(document.body());
    body.contains(summary)
}

/// Returns the name of the phrase for why a document stands aside.
fn aside_name(aside: Aside) -> &'static str {
    match aside {
        Aside::Readme => "aside_readme",
        Aside::Housekeeping => "aside_housekeeping",
        Aside::Template => "aside_template",
        Aside::Index => "aside_index",
    }
}

/// Returns whether two tags name one language, wherever it is spoken.
fn same_language(one: &str, other: &str) -> bool {
    let first = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    first(one) == first(other)
}

fn is_web(url: &str) -> bool {
    matches!(link::scheme(url).as_deref(), Some("http" | "https"))
}

/// Returns an address for people: without its scheme, cut where it is long; issues and pull requests by their number.
fn short(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
    let parts: Vec<&str> = rest.split('/').collect();
    if let [_, owner, repository, "issues" | "pull" | "merge_requests", number] = parts.as_slice()
        && number.bytes().all(|b| b.is_ascii_digit())
    {
        return format!("{owner}/{repository}#{number}");
    }
    cut(rest, 60)
}

/// Returns the time between two moments as people say it; `None` where it cannot be told or runs backwards.
pub fn between(from: &Moment, to: &Moment, phrases: &Phrases) -> Option<String> {
    Some(phrases.length(minutes(from, to)?))
}

/// Returns the minutes between two moments; `None` where they cannot be told or run backwards.
fn minutes(from: &Moment, to: &Moment) -> Option<i64> {
    let minutes = (to.utc() - from.utc()).num_minutes();
    (from.has_time() && to.has_time() && minutes >= 0).then_some(minutes)
}

fn rfc3339(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Returns a lasting name for something without an address: a name-based UUID in the manner of RFC 9562, version 8.
fn urn(name: &str) -> String {
    format!("urn:uuid:{}", uuid(name))
}

fn uuid(name: &str) -> String {
    let hash = xxhash_rust::xxh3::xxh3_128(name.as_bytes());
    let hash = hash & !(0xF << 76) & !(0x3 << 62) | (0x8 << 76) | (0x2 << 62);
    let hex = format!("{hash:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn durations_are_said_as_people_say_them() {
        let at = |text: &str| Moment::instant(DateTime::parse_from_rfc3339(text).unwrap());
        let from = at("2021-10-04T15:40:00Z");
        let phrases = Phrases::built_in("en");
        for (to, expected) in [
            ("2021-10-04T15:52:00Z", "12 min"),
            ("2021-10-04T17:40:00+01:00", "1 h"),
            ("2021-10-04T21:20:00Z", "5 h 40 min"),
            ("2021-10-07T16:40:00Z", "3 days 1 h"),
        ] {
            assert_eq!(between(&from, &at(to), &phrases).as_deref(), Some(expected), "{to}");
        }
        assert_eq!(between(&from, &at("2021-10-04T15:00:00Z"), &phrases), None);
    }

    #[test]
    fn issues_are_called_by_their_number() {
        assert_eq!(short("https://github.com/a/b/issues/12"), "a/b#12");
        assert_eq!(short("https://x.example/p/"), "x.example/p");
    }

    #[test]
    fn a_urn_is_a_uuid_and_stays() {
        assert_eq!(urn("a"), urn("a"));
        let name = urn("a");
        assert_eq!((&name[..9], name.len(), name.as_bytes()[23]), ("urn:uuid:", 45, b'8'));
    }
}
