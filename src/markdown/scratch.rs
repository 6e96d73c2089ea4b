use super::*;
struct Plain;
impl Resolve for Plain {
    fn link(&self, t: &str, _: bool) -> Target { Target::Href(t.to_owned()) }
    fn image(&self, t: &str, _: bool) -> Target { if t.contains("://") { Target::External(t.to_owned()) } else { Target::Href(t.to_owned()) } }
}
fn corpus() -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut dirs = vec![std::path::PathBuf::from("/work/shared/corpus")];
    while let Some(d) = dirs.pop() {
        for e in std::fs::read_dir(d).unwrap() {
            let p = e.unwrap().path();
            if p.is_dir() { dirs.push(p) } else if let Ok(t) = std::fs::read_to_string(&p) { out.push((p.display().to_string(), t)); }
        }
    }
    out.sort();
    out
}
#[test]
fn corpus_words() {
    let (mut raw, mut lost, mut code) = (0, 0, 0);
    for (path, text) in corpus() {
        let body = crate::document::dialect::prepare(&text, 0, crate::document::dialect::Ending::of(&path));
        if matches!(body.text, std::borrow::Cow::Owned(_)) { eprintln!("changed {path} {:?}", body.notes); }
        if let Some(word) = super::tests::lost_word(&body.text) { lost += 1; eprintln!("LOST {path}: {word}"); let h = render(&body.text, &Options::default(), &Plain).html; if let Some(i) = h.find(word.trim_end_matches([',',':'])) { eprintln!("{}", &h[h.floor_char_boundary(i.saturating_sub(200))..h.ceil_char_boundary((i+100).min(h.len()))]); } }
        let r = render(&body.text, &Options { highlight: true, ..Options::default() }, &Plain);
        if r.has_raw_html { raw += 1; eprintln!("raw {path}"); }
        if r.has_code { code += 1; }
        for n in r.notes { eprintln!("note {path} {n:?}"); }
    }
    eprintln!("raw {raw} lost {lost} code {code}");
}
