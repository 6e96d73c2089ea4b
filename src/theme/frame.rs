//! What pages have in common, made once: the head and the foot of the site, and the way to a page.
//!
//! Comes in: the components of a theme, and what a page is. Goes out: markup for its template. A component of Tera sees its
//! arguments and what it names as taken from around it, and nothing else, so with the same arguments it writes the same.
//! Invariant: markup is kept only where no component of the theme takes more from around it than `root` and `site`.

use crate::theme::data;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::PoisonError;
use std::sync::RwLock;
use tera::Context;
use tera::Tera;
use tera::TeraResult;
use tera::Value;

/// What a component may take from around it so that what it writes is the same on many pages.
const SHARED: [&str; 2] = ["root", "site"];

/// Between the parts of what a frame is kept by.
const END: &str = "\0";

/// The part of an address that no list has: no address is written so.
const ABSENT: &str = "\u{1}";

/// The frames of a theme, and which component may be kept.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// Whether what a component writes depends on its arguments, `root` and `site` alone.
    keeps: bool,
    /// Whether there is a site to make them of.
    of_a_site: bool,
    /// The addresses that the lists of every page hold.
    listed: BTreeSet<String>,
    made: RwLock<HashMap<String, Value>>,
}

impl Frames {
    /// Looks at the components of a theme.
    pub(super) fn new(tera: &Tera) -> Frames {
        let keeps = tera
            .get_component_names()
            .filter_map(|name| tera.get_component_definition(name))
            .flat_map(|component| component.args().to_vec())
            .all(|argument| !argument.is_implicit() || SHARED.contains(&argument.name()));
        Frames { keeps, ..Frames::default() }
    }

    /// Forgets what was made for another site.
    pub(super) fn set_site(&mut self, site: &data::Site) {
        self.listed = site.menu.iter().chain(&site.more).map(|link| link.url.clone()).collect();
        self.made = RwLock::default();
        self.of_a_site = true;
    }

    /// Returns whether pages have a frame: a site was set.
    pub(super) fn is_there(&self) -> bool {
        self.of_a_site
    }

    /// Returns what a page is given as `site_frame`. `around` is what its template is given otherwise.
    pub(super) fn of(&self, tera: &Tera, page: &data::Page, around: &Context) -> TeraResult<Value> {
        // Where no list names an address, it is none that a list would mark.
        let listed = |url: &str| self.listed.get(url).map(String::as_str);
        let (here, section) = (listed(&page.url), listed(&page.section));
        if !self.keeps {
            return make(tera, page, here, section, around);
        }
        let root = around.get("root").and_then(Value::as_str).unwrap_or_default();
        let mut parts = vec![root, &page.kind, here.unwrap_or(ABSENT), section.unwrap_or(ABSENT)];
        for link in &page.breadcrumbs {
            parts.extend([link.title.as_str(), &link.url, if link.external { "1" } else { "0" }]);
        }
        let counted = page.breadcrumbs.iter().any(|link| link.count.is_some());
        if counted || parts.iter().any(|part| part.contains(END)) {
            return make(tera, page, here, section, around);
        }
        let key = parts.join(END);
        if let Some(frame) = self.made.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(frame.clone());
        }
        let frame = make(tera, page, here, section, around)?;
        self.made.write().unwrap_or_else(PoisonError::into_inner).insert(key, frame.clone());
        Ok(frame)
    }
}

fn make(
    tera: &Tera,
    page: &data::Page,
    here: Option<&str>,
    section: Option<&str>,
    around: &Context,
) -> TeraResult<Value> {
    let mut marks = Context::new();
    marks.insert("kind", &page.kind);
    marks.insert("here", &here);
    marks.insert("section", &section);
    let mut foot = Context::new();
    foot.insert("here", &here);
    let mut way = Context::new();
    way.insert("crumbs", &page.breadcrumbs);
    let parts = [
        ("header", "site_header", marks),
        ("breadcrumbs", "breadcrumbs", way),
        ("footer", "site_footer", foot),
    ];
    let made = parts.into_iter().map(|(name, component, arguments)| {
        Ok((Cow::Borrowed(name), markup(tera, component, &arguments, around)?))
    });
    Ok(made.collect::<TeraResult<BTreeMap<Cow<'static, str>, Value>>>()?.into())
}

/// Returns what a component writes, as markup.
pub(super) fn markup(tera: &Tera, name: &str, arguments: &Context, around: &Context) -> TeraResult<Value> {
    let markup = tera.render_component_with_implicits(name, arguments, around, None, true)?;
    Ok(Value::safe_string(&markup))
}
