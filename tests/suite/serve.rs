//! `serve`: every page is what a fresh build writes, after each of many changes; and nothing outside is ever served.

use crate::site::Site;
use crate::site::TODAY;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::process::Child;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use std::time::Instant;

/// A server that ends with the test.
struct Server {
    child: Child,
    port: u16,
    connection: Option<BufReader<TcpStream>>,
    /// What the pages were told last.
    state: Arc<Mutex<Value>>,
}

impl Server {
    fn start(site: &Site, arguments: &[&str]) -> Server {
        let mut command =
            site.command(["serve", ".", "--port", "0", "--today", TODAY].iter().chain(arguments));
        // What it prints for people goes to a file, which can be read when a test fails.
        let log = fs::File::create(site.path("../serve.log")).expect("a file for what is printed");
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(log)
            .stdin(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut url = String::new();
        BufReader::new(child.stdout.take().expect("its stdout")).read_line(&mut url).expect("its address");
        let port = url.trim().trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| panic!("no address: {url:?}"));
        let state = Arc::new(Mutex::new(Value::Null));
        let mut events = TcpStream::connect(("127.0.0.1", port)).expect("the events");
        write!(events, "GET /.afterword/events HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("a request");
        let told = Arc::clone(&state);
        std::thread::spawn(move || {
            for line in BufReader::new(events).lines().map_while(Result::ok) {
                if let Some(data) = line.strip_prefix("data: ") {
                    *told.lock().expect("the state") = serde_json::from_str(data).expect("JSON");
                }
            }
        });
        let mut server = Server { child, port, connection: None, state };
        server.until(|state| state["version"] == 0);
        server
    }

    /// Waits until pages were told something.
    #[track_caller]
    fn until(&mut self, holds: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let state = self.state.lock().expect("the state").clone();
            if holds(&state) {
                return state;
            }
            assert!(began.elapsed() < Duration::from_secs(20), "nothing came: {state}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn version(&self) -> u64 {
        self.state.lock().expect("the state")["version"].as_u64().unwrap_or(0)
    }

    fn rules(state: &Value) -> Vec<String> {
        let findings = state["findings"].as_array().cloned().unwrap_or_default();
        findings.iter().map(|finding| finding["rule"].as_str().expect("a rule").to_owned()).collect()
    }

    /// Asks for a path and returns the status and the bytes.
    fn get(&mut self, path: &str) -> (u16, Vec<u8>) {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"))
    }

    fn ask(&mut self, request: &str) -> (u16, Vec<u8>) {
        let (status, _, bytes) = self.ask_for_all(request);
        (status, bytes)
    }

    fn ask_for_all(&mut self, request: &str) -> (u16, Vec<String>, Vec<u8>) {
        let mut connection = self.connection.take().unwrap_or_else(|| {
            let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the server");
            stream.set_nodelay(true).expect("a socket");
            stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
            BufReader::new(stream)
        });
        connection.get_mut().write_all(request.as_bytes()).expect("a request");
        let mut line = String::new();
        connection.read_line(&mut line).expect("an answer");
        let status: u16 =
            line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("{line:?}"));
        let mut headers = Vec::new();
        let mut length = 0;
        loop {
            let mut line = String::new();
            connection.read_line(&mut line).expect("a header");
            let line = line.trim().to_owned();
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().expect("a length");
            }
            headers.push(line);
        }
        let mut bytes = vec![0; length];
        connection.read_exact(&mut bytes).expect("the bytes of an answer");
        if !headers.iter().any(|header| header.eq_ignore_ascii_case("connection: close")) {
            self.connection = Some(connection);
        }
        (status, headers, bytes)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns a page without the script of the server.
fn without_script(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let Some(start) = text.find("<script src=\"/.afterword/serve.js?v=") else { return bytes.to_vec() };
    let end = start + text[start..].find("</script>\n").expect("the end of the script") + "</script>\n".len();
    format!("{}{}", &text[..start], &text[end..]).into_bytes()
}

fn encoded(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' => (byte as char).to_string(),
            byte => format!("%{byte:02x}"),
        })
        .collect()
}

/// Returns what differs between what is served and what a fresh build writes.
fn differences(
    site: &Site,
    server: &mut Server,
    arguments: &[&str],
    before: &BTreeSet<String>,
) -> (Vec<String>, BTreeSet<String>) {
    site.build(&[&["--out", "../fresh", "--keep-going"], arguments].concat());
    let fresh = site.files("../fresh");
    let mut wrong = Vec::new();
    for (path, bytes) in &fresh {
        if path == ".afterword" {
            continue;
        }
        let (status, served) = server.get(&format!("/{}", encoded(path)));
        let served = if path.ends_with(".html") { without_script(&served) } else { served };
        if status != 200 && path != "404.html" {
            wrong.push(format!("{path}: {status}"));
        } else if served != *bytes {
            let (a, b) =
                (String::from_utf8_lossy(&served).into_owned(), String::from_utf8_lossy(bytes).into_owned());
            let line = a.lines().zip(b.lines()).find(|(a, b)| a != b);
            wrong.push(format!("{path}: {line:.400?}, {} and {} bytes", a.len(), b.len()));
        }
    }
    let now: BTreeSet<String> = fresh.into_keys().collect();
    for path in before.difference(&now) {
        let (status, _) = server.get(&format!("/{}", encoded(path)));
        if status == 200 {
            wrong.push(format!("{path} is served still"));
        }
    }
    (wrong, now)
}

/// Numbers that look like chance and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % count
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

const SUBJECTS: [&str; 8] =
    ["database", "checkout", "resolver", "certificate", "deploy", "queue", "cache", "pager"];
const VERBS: [&str; 6] = ["stopped", "filled", "expired", "restarted", "lagged behind", "lost its leader"];

/// Writes a document that says something new.
fn document(dice: &mut Dice, others: &[String], number: usize) -> String {
    let (subject, verb) = (*dice.pick(&SUBJECTS), *dice.pick(&VERBS));
    let mut text = String::new();
    if dice.below(3) > 0 {
        text += &format!(
            "---\ntitle: The {subject} {verb} again, {number}\ndate: 202{}-0{}-1{}\nservices: [{subject}, {}]\ntags: [{}]\nfactors: [config-change]\n",
            dice.below(6),
            1 + dice.below(9),
            dice.below(9),
            dice.pick(&SUBJECTS),
            dice.pick(&VERBS),
        );
        match dice.below(8) {
            0 => text += "id: the-same\n",
            1 => text += "draft: true\n",
            2 => text += "aliases: [/old/place/]\n",
            3 if !others.is_empty() => {
                text +=
                    &format!("kind: postmortem\nincident: {}\n", dice.pick(others).trim_end_matches(".md"))
            }
            4 => text += "kind: article\n",
            5 => text += "title: twice\n",
            _ => {}
        }
        text += "---\n";
    } else {
        text += &format!("# The {subject} {verb} on 2024-0{}-02\n", 1 + dice.below(9));
    }
    text += &format!(
        "\nNumber {number}: the {subject} {verb}, and {} users could not pay.\n\n## Timeline\n\n- 08:{:02} It {verb}\n- 09:{:02} Over\n\n",
        dice.below(900),
        dice.below(60),
        dice.below(60)
    );
    text += &format!(
        "## Lessons\n\n- Test the {} of the {subject} before a change goes live.\n- Watch how the {subject} {verb}.\n\n",
        dice.pick(&SUBJECTS)
    );
    text += &format!(
        "## Action items\n\n- [ ] Alert when the {subject} {verb} (@ann, due 2025-0{}-01)\n\n",
        1 + dice.below(9)
    );
    for _ in 0..dice.below(3) {
        if let Some(other) = others.get(dice.below(others.len().max(1))) {
            text += &format!(
                "See [the other](/{other}), [[{}]] and ![a picture](/img.png).\n\n",
                dice.pick(&SUBJECTS)
            );
        }
    }
    text
}

#[test]
fn every_page_is_what_a_fresh_build_writes_after_each_of_many_changes() {
    let site = Site::new(&[
        ("afterword.toml", "title = \"Dice\"\ntheme = \"theme\"\n"),
        ("content/a.md", "# A\n\nSee [b](b.md).\n"),
        ("content/b.md", "# B on 2024-01-02\n\n## Lessons\n\n- Look twice.\n"),
        ("content/index.md", "# Welcome\n\nWords.\n"),
        ("theme/assets/own.css", "p { color: red }\n"),
        ("static/robots.md", "Words.\n"),
    ]);
    let mut server = Server::start(&site, &[]);
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut documents: Vec<String> = vec!["a.md".to_owned(), "b.md".to_owned()];
    let (wrong, mut known) = differences(&site, &mut server, &[], &BTreeSet::new());
    assert!(wrong.is_empty(), "before any change: {wrong:#?}");
    for number in 0..220 {
        let before = server.version();
        let content = |path: &str| site.path(&format!("content/{path}"));
        let few = documents.len() < 5;
        let what = match dice.below(100) {
            // A new document, in a folder or not.
            roll if few || roll < 20 && documents.len() < 10 => {
                let folder = *dice.pick(&["", "x/", "x/y/", "incidents/", "services/"]);
                let path = format!("{folder}{}-{number}.md", dice.pick(&SUBJECTS));
                site.write(&format!("content/{path}"), document(&mut dice, &documents, number));
                documents.push(path.clone());
                format!("new {path}")
            }
            // Saved in place.
            0..45 => {
                let path = dice.pick(&documents).clone();
                site.write(&format!("content/{path}"), document(&mut dice, &documents, number));
                format!("edit {path}")
            }
            // Saved through a temporary file, as many editors do.
            45..58 => {
                let path = dice.pick(&documents).clone();
                let temporary = content(&format!("{path}~{number}"));
                fs::write(&temporary, document(&mut dice, &documents, number)).expect("a temporary file");
                fs::rename(&temporary, content(&path)).expect("a renamed file");
                format!("replace {path}")
            }
            // Renamed.
            58..68 => {
                let at = dice.below(documents.len());
                let new = format!("moved-{number}.md");
                fs::rename(content(&documents[at]), content(&new)).expect("a renamed file");
                format!("rename {} to {new}", std::mem::replace(&mut documents[at], new.clone()))
            }
            // Deleted.
            68..78 => {
                let path = documents.remove(dice.below(documents.len()));
                fs::remove_file(content(&path)).expect("a deleted file");
                format!("delete {path}")
            }
            // A whole folder comes, or goes, or moves.
            78..86 => {
                let folder = "many";
                if content(folder).exists() {
                    if dice.below(2) == 0 {
                        fs::remove_dir_all(content(folder)).expect("a deleted folder");
                        documents.retain(|path| !path.starts_with("many/"));
                        "delete a folder".to_owned()
                    } else {
                        let new = format!("many-{number}");
                        fs::rename(content(folder), content(&new)).expect("a renamed folder");
                        for path in documents.iter_mut().filter(|path| path.starts_with("many/")) {
                            *path = path.replacen("many", &new, 1);
                        }
                        format!("rename a folder to {new}")
                    }
                } else {
                    for one in 0..3 {
                        let path = format!("many/deep/{number}-{one}.md");
                        site.write(
                            &format!("content/{path}"),
                            document(&mut dice, &documents, number * 10 + one),
                        );
                        documents.push(path);
                    }
                    "a new folder".to_owned()
                }
            }
            86..89 => {
                site.write(
                    "afterword.toml",
                    format!(
                        "title = \"Dice {number}\"\ntheme = \"theme\"\ntimezone = \"{}\"\n",
                        dice.pick(&["UTC", "Europe/Berlin"])
                    ),
                );
                "settings".to_owned()
            }
            89..92 => {
                site.write("theme/base.html", format!("{{% extends \"default/base.html\" %}}{{% block footer %}}<p>Foot {number}</p>{{% endblock footer %}}"));
                "a template".to_owned()
            }
            92..95 => {
                site.write("static/note.txt", format!("Note {number}\n"));
                "a file of static".to_owned()
            }
            95..98 => {
                if content("img.png").exists() {
                    fs::remove_file(content("img.png")).expect("a deleted image");
                    "delete an image".to_owned()
                } else {
                    site.write("content/img.png", [0x89, b'P', b'N', b'G', number as u8]);
                    "an image".to_owned()
                }
            }
            _ => {
                let lock = site.run(["lock", "."]);
                if lock.stderr.contains("nothing") || !lock.stderr.contains("wrote") {
                    continue;
                }
                "lock".to_owned()
            }
        };
        // A draft changes no page, and the deletion of one does not either: what counts is what is compared.
        let began = Instant::now();
        while server.version() == before && began.elapsed() < Duration::from_millis(400) {
            std::thread::sleep(Duration::from_millis(1));
        }
        let mut tried = 0;
        loop {
            let (wrong, now) = differences(&site, &mut server, &[], &known);
            tried += 1;
            if wrong.is_empty() {
                known = now;
                break;
            }
            // Two changes that came apart are two states of the site; the second must be right.
            assert!(
                tried < 4,
                "change {number}, {what}: {wrong:#?}\n{}",
                fs::read_to_string(site.path("../serve.log"))
                    .unwrap_or_default()
                    .lines()
                    .rev()
                    .take(30)
                    .collect::<Vec<_>>()
                    .join("\n")
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

#[test]
fn a_site_with_an_address_is_served_under_its_own() {
    let site = Site::new(&[
        ("afterword.toml", "base_url = \"https://kb.example.com/\"\n"),
        ("content/a.md", "# A on 2024-01-02\n\n## Lessons\n\n- Look twice.\n"),
    ]);
    let mut server = Server::start(&site, &[]);
    let base = format!("http://127.0.0.1:{}/", server.port);
    let (wrong, _) = differences(&site, &mut server, &["--base-url", &base], &BTreeSet::new());
    assert!(wrong.is_empty(), "{wrong:#?}");
    let (status, headers, _) = server.ask_for_all("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(status == 302 && headers.contains(&"location: ./a/".to_owned()), "{status} {headers:?}");
}

#[test]
fn findings_of_what_is_saved_are_told_and_go_when_it_is_mended() {
    let site = Site::new(&[("a.md", "# A\n\nWords, and more of them.\n"), ("b.md", "# B\n\n[x](gone.md)\n")]);
    let mut server = Server::start(&site, &[]);
    let rules = |state: &Value| Server::rules(state);
    // What nobody has touched is for `check` to tell.
    assert_eq!(rules(&server.until(|state| state["version"] == 0)), [""; 0]);
    site.write("a.md", "# A\n\nSee [b](nowhere.md).\n");
    let state = server.until(|state| rules(state).contains(&"broken-link".to_owned()));
    let finding = &state["findings"][0];
    assert_eq!((&finding["file"], &finding["line"]), (&Value::from("a.md"), &Value::from(3)));
    assert_eq!(finding["text"], "See [b](nowhere.md).");
    site.write("a.md", "# A\n\nSee [b](b.md).\n");
    server.until(|state| rules(state).is_empty() && state["version"] == 2);
    // The one that links to it is at fault when a file goes, but nobody saved that one; the page shows it.
    site.write("c.md", "---\ntitle: [never closed\n---\n# C\n\nWords.\n");
    server.until(|state| rules(state).contains(&"broken-front-matter".to_owned()));
    let (status, page) = server.get("/c/index.html");
    assert!(status == 200 && String::from_utf8_lossy(&page).contains("Words."));
    fs::remove_file(site.path("c.md")).expect("a deleted file");
    server.until(|state| rules(state).is_empty());
    let log = fs::read_to_string(site.path("../serve.log")).expect("what was printed");
    assert!(log.contains("a.md:3:5") && log.contains("a.md: no findings any more"), "{log}");
}

#[test]
fn broken_settings_and_templates_leave_the_last_good_page() {
    let site = Site::new(&[
        ("afterword.toml", "title = \"Good\"\ntheme = \"theme\"\n"),
        ("content/a.md", "# A\n\nWords.\n"),
        ("theme/home.html", "{% extends \"default/home.html\" %}"),
    ]);
    let mut server = Server::start(&site, &[]);
    let (_, good) = server.get("/");
    for (path, broken, mended, rule) in [
        (
            "afterword.toml",
            "title = 1\ntheme = \"theme\"\n",
            "title = \"Good\"\ntheme = \"theme\"\n",
            "broken-settings",
        ),
        (
            "theme/home.html",
            "{% extends \"default/home.html\" %}{% block",
            "{% extends \"default/home.html\" %}",
            "broken-theme",
        ),
    ] {
        site.write(path, broken);
        let state = server.until(|state| Server::rules(state).contains(&rule.to_owned()));
        assert_eq!(state["findings"][0]["file"], path);
        let (status, page) = server.get("/");
        assert_eq!((status, without_script(&page)), (200, without_script(&good)), "{path}");
        site.write(path, mended);
        server.until(|state| Server::rules(state).is_empty());
    }
    // One that is understood and asks for what there is not says so when its page is made.
    site.write("theme/home.html", "{{ nothing.there }}");
    let before = server.version();
    server.until(|state| state["version"].as_u64() > Some(before.saturating_sub(1)));
    let began = Instant::now();
    loop {
        let (status, page) = server.get("/");
        let page = String::from_utf8_lossy(&page).into_owned();
        if status == 500 {
            assert!(
                page.contains("data-error=\"the template `home.html` cannot make the page")
                    && page.contains("Good"),
                "{page}"
            );
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "{page}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn nothing_outside_of_the_site_is_served() {
    let site = Site::new(&[
        ("afterword.toml", "title = \"Secret settings\"\n"),
        ("content/a.md", "# A\n\n![x](leak.txt) [y](inside.txt) [z](.hidden.txt)\n"),
        ("content/.hidden.txt", "hidden words\n"),
        ("content/unlinked.txt", "unlinked words\n"),
        ("content/inside.txt", "inside words\n"),
        ("../outside.txt", "outside words\n"),
        ("static/fine.txt", "fine words\n"),
    ]);
    #[cfg(unix)]
    for link in ["content/leak.txt", "content/leak.md", "static/leak.txt"] {
        std::os::unix::fs::symlink(site.path("../outside.txt"), site.path(link)).expect("a link");
    }
    let mut server = Server::start(&site, &[]);
    for (path, words) in
        [("/fine.txt", "fine words"), ("/inside.txt", "inside words"), ("/%69nside.txt", "inside words")]
    {
        let (status, bytes) = server.get(path);
        assert!(status == 200 && String::from_utf8_lossy(&bytes).contains(words), "{path}: {status}");
    }
    let outside = site.path("../outside.txt");
    let absolute = outside.to_str().expect("a path in UTF-8");
    let mut paths: Vec<String> = [
        "/../outside.txt",
        "/../../outside.txt",
        "/a/../../outside.txt",
        "/%2e%2e/outside.txt",
        "/%2e%2e%2foutside.txt",
        "/..%2foutside.txt",
        "/%252e%252e%252foutside.txt",
        "/....//outside.txt",
        "/..\\outside.txt",
        "/%5c..%5coutside.txt",
        "/..;/outside.txt",
        "/%c0%ae%c0%ae/outside.txt",
        "/leak.txt",
        "/leak/index.md",
        "/leak/",
        "/.hidden.txt",
        "/unlinked.txt",
        "/afterword.toml",
        "/content/a.md",
        "/.afterword",
        "/.afterword/../afterword.toml",
        "/.afterword/..%2fafterword.toml",
        "//etc/passwd",
        "/%00",
        "/a%00.txt",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.push(absolute.to_owned());
    paths.push(format!("/{absolute}"));
    paths.push(format!("/{}", absolute.replace('/', "%2f")));
    paths.push(format!("file://{absolute}"));
    for path in paths {
        server.connection = None;
        let (status, bytes) = server.get(&path);
        let text = String::from_utf8_lossy(&bytes);
        assert!(status == 404 || status == 400, "{path}: {status}");
        for words in ["outside words", "hidden words", "unlinked words", "title = \"Secret", "root:"] {
            assert!(!text.contains(words), "{path}: {text}");
        }
    }
    // Another site can make a browser ask us under a name of its own, and learns nothing.
    for host in ["evil.example", "evil.example:80", ""] {
        server.connection = None;
        let (status, bytes) = server.ask(&format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        assert!(status == 403 && !String::from_utf8_lossy(&bytes).contains("<html"), "{host}: {status}");
    }
    server.connection = None;
    let (status, _) = server.ask("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(status, 405);
    // Nothing was written.
    assert!(!site.path("dist").exists());
}

#[test]
fn every_connection_is_answered_however_many_a_browser_opens_at_once() {
    let site = Site::new(&[("content/a.md", "# A\n\nText.\n")]);
    let server = Server::start(&site, &[]);
    for round in 0..20 {
        let mut streams: Vec<TcpStream> = (0..8)
            .map(|_| {
                let mut stream = TcpStream::connect(("127.0.0.1", server.port)).expect("the server");
                stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("a request");
                stream
            })
            .collect();
        // None of them is closed before the last one has its answer.
        for (number, stream) in streams.iter_mut().enumerate() {
            stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
            let mut start = [0; 15];
            let read = stream.read_exact(&mut start);
            assert!(read.is_ok(), "round {round}, connection {number}: {read:?}");
            assert_eq!(&start, b"HTTP/1.1 200 OK");
        }
    }
}

#[test]
fn pages_run_under_the_strict_policy_and_only_this_machine_is_listened_to() {
    let site = Site::new(&[("a.md", "# A\n\nWords.\n")]);
    let mut server = Server::start(&site, &[]);
    let (status, headers, page) = server.ask_for_all("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let policy = "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'";
    assert!(status == 200 && headers.iter().any(|header| header == policy), "{headers:#?}");
    assert_eq!(String::from_utf8_lossy(&page).matches("/.afterword/").count(), 1);
    // The next free port is taken where none is named, and one that is named is not exchanged for another.
    let port = server.port.to_string();
    let taken = site.run(["serve", ".", "--port", &port]);
    assert_eq!(taken.code, Some(2), "{}", taken.stderr);
    assert!(taken.stderr.contains("cannot listen on 127.0.0.1"), "{}", taken.stderr);
}

#[test]
fn a_change_of_thousands_of_files_is_one_and_right() {
    let site = Site::new(&[("content/a.md", "# A\n\nWords.\n"), ("afterword.toml", "")]);
    let mut server = Server::start(&site, &[]);
    for number in 0..1500 {
        site.write(&format!("content/x{}/{number}.md", number % 7), format!("# Number {number}\n\nWords.\n"));
    }
    let began = Instant::now();
    loop {
        let (status, _) = server.get("/x0/1498/index.html");
        let (last, _) = server.get("/x1/1499/index.html");
        if (status, last) == (200, 200) {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{status} {last}");
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(Duration::from_millis(300));
    // How many times it looks depends on how long a busy machine takes to write them; never as often as there are files.
    assert!(server.version() <= 30, "{} states", server.version());
    for number in (0..1500).step_by(97) {
        assert_eq!(server.get(&format!("/x{}/{number}/index.html", number % 7)).0, 200, "{number}");
    }
    fs::remove_dir_all(site.path("content")).expect("a deleted folder");
    site.write("content/b.md", "# B\n\nWords.\n");
    let began = Instant::now();
    while server.get("/b/index.html").0 != 200 {
        assert!(began.elapsed() < Duration::from_secs(20), "the folder came back unseen");
        std::thread::sleep(Duration::from_millis(50));
    }
    // It is watched as before.
    site.write("content/c.md", "# C\n\nWords.\n");
    let began = Instant::now();
    while server.get("/c/index.html").0 != 200 {
        assert!(began.elapsed() < Duration::from_secs(20), "the folder that came back is not watched");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn settings_that_are_broken_at_the_start_are_waited_for() {
    let site = Site::new(&[("afterword.toml", "tittle = \"<Shop>\"\n"), ("content/a.md", "# A\n\nWords.\n")]);
    let mut server = Server::start(&site, &[]);
    let state = server.until(|state| Server::rules(state) == ["broken-settings"]);
    assert_eq!(
        (&state["findings"][0]["file"], &state["findings"][0]["line"]),
        (&"afterword.toml".into(), &1.into())
    );
    for path in ["/", "/a/index.html", "/../x"] {
        let (status, page) = server.get(path);
        let page = String::from_utf8_lossy(&page).into_owned();
        assert!(
            status == 503 && page.contains("afterword.toml:1:1: unknown field `tittle`"),
            "{path}: {page}"
        );
        assert!(page.contains("did you mean `title`?") && page.contains("/.afterword/serve.js"), "{page}");
    }
    // Another file changes nothing; a folder that the settings name and that is not there is waited for as well.
    site.write("content/b.md", "# B\n\nWords.\n");
    site.write("afterword.toml", "content = \"docs\"\n");
    let state = server
        .until(|state| state["findings"][0]["message"].as_str().is_some_and(|words| words.contains("docs")));
    assert_eq!(Server::rules(&state), ["broken-settings"]);
    site.write("afterword.toml", "title = \"Shop\"\n");
    server.until(|state| Server::rules(state).is_empty());
    let fresh = site.build(&["--out", "../fresh"]).code(0);
    assert!(fresh.stderr.contains("2 documents"), "{}", fresh.stderr);
    let (status, page) = server.get("/");
    assert_eq!(
        (status, without_script(&page)),
        (200, fs::read(site.path("../fresh/index.html")).expect("a page"))
    );
    let log = fs::read_to_string(site.path("../serve.log")).expect("what was printed");
    assert!(
        log.contains("afterword.toml:1:1") && log.contains("afterword.toml: no findings any more"),
        "{log}"
    );
}

#[test]
fn a_theme_that_is_broken_at_the_start_gives_way_to_ours() {
    let site = Site::new(&[
        ("afterword.toml", "title = \"Shop\"\ntheme = \"theme\"\n"),
        ("content/a.md", "# A\n\nWords.\n"),
        ("theme/home.html", "{% extends \"default/home.html\" %}{% block"),
    ]);
    let mut server = Server::start(&site, &[]);
    server.until(|state| Server::rules(state) == ["broken-theme"]);
    let (status, page) = server.get("/a/index.html");
    assert!(status == 200 && String::from_utf8_lossy(&page).contains("Words."));
    site.write("theme/home.html", "Mine.");
    server.until(|state| Server::rules(state).is_empty());
    let (status, page) = server.get("/");
    assert!(status == 200 && String::from_utf8_lossy(&page).starts_with("Mine."));
}

#[test]
fn a_folder_that_goes_and_comes_back_is_shown_as_it_is_then() {
    let site = Site::new(&[("afterword.toml", "title = \"Shop\"\n"), ("content/a.md", "# A\n\nWords.\n")]);
    let mut server = Server::start(&site, &[]);
    let away = site.root().with_file_name("away");
    fs::rename(site.root(), &away).expect("a folder that is moved");
    server.until(|state| !Server::rules(state).is_empty());
    let (status, page) = server.get("/a/index.html");
    assert!(status == 200 && String::from_utf8_lossy(&page).contains("Words."), "the last page stays");
    fs::rename(&away, site.root()).expect("a folder that is moved back");
    server.until(|state| Server::rules(state).is_empty());
    let before = server.version();
    site.write("content/a.md", "# A\n\nOther words.\n");
    server.until(|state| state["version"].as_u64() > Some(before));
    let (_, page) = server.get("/a/index.html");
    assert!(String::from_utf8_lossy(&page).contains("Other words."));
}

#[test]
fn findings_are_told_once_though_a_program_writes_all_the_time() {
    let site = Site::new(&[("a.md", "# A\n\nWords, and more of them.\n"), ("b.md", "# B\n\nWords.\n")]);
    let mut server = Server::start(&site, &[]);
    site.write("a.md", "# A\n\nSee [b](nowhere.md).\n");
    let began = Instant::now();
    let mut count = 0;
    // Each time, the site changes before the search for faults has begun.
    while !Server::rules(&server.until(|_| true)).contains(&"broken-link".to_owned()) {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "nothing came while a program wrote {count} times"
        );
        site.write("b.md", format!("# B\n\nWords {count}.\n"));
        count += 1;
        std::thread::sleep(Duration::from_millis(12));
    }
    let version = server.version();
    site.write("b.md", "# B\n\nThe last words.\n");
    server.until(|state| state["version"].as_u64() > Some(version));
    site.write("a.md", "# A\n\nSee [b](b.md).\n");
    server.until(|state| Server::rules(state).is_empty());
    let log = fs::read_to_string(site.path("../serve.log")).expect("what was printed");
    assert_eq!(log.matches("`nowhere.md` leads to nothing").count(), 1, "{log}");
}

#[test]
fn what_is_told_is_new_and_of_what_somebody_saves() {
    let old = "# A\n\n## Impact\n\n## Lessons\n\n- Improve monitoring\n";
    let mut files: Vec<(String, String)> = (0..8).map(|n| (format!("old-{n}.md"), old.to_owned())).collect();
    files.push((
        "twin.md".to_owned(),
        "# The checkout rejects cards\n\nWords, and more of them.\n".to_owned(),
    ));
    let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let site = Site::new(&files);
    let path = |rule: &'static str| move |state: &Value| Server::rules(state).contains(&rule.to_owned());
    let mut server = Server::start(&site, &[]);
    // Rules that look at the whole site are heard too.
    site.write("new.md", "# The checkout rejects cards\n\nOther words. [x](gone.md)\n\n## Impact\n");
    let state = server.until(path("repeated-title"));
    assert_eq!(state["findings"][0]["level"], "warning", "the worst comes first: {state}");
    // The same once more is not printed once more.
    let version = server.version();
    site.write("new.md", "# The checkout rejects cards\n\nOther, words. [x](gone.md)\n\n## Impact\n");
    server.until(|state| state["version"].as_u64() > Some(version));
    site.write("new.md", "# The checkout rejects cards\n\nOther, words. [x](twin.md)\n\n## Impact\n");
    server.until(|state| !path("broken-link")(state));
    // A branch that Git checks out is not what somebody saves.
    for n in 0..8 {
        site.write(&format!(".old-{n}.md"), format!("{old}\nMore.\n"));
    }
    let moved =
        (0..8).map(|n| fs::rename(site.path(&format!(".old-{n}.md")), site.path(&format!("old-{n}.md"))));
    moved.for_each(|done| done.expect("a file that is moved"));
    site.run(["check", "--write-baseline", "--today", TODAY]).code(0);
    // What the baseline knows is heard no more.
    let state = server.until(|state| !path("empty-section")(state));
    assert_eq!(Server::rules(&state), [""; 0]);
    let log = fs::read_to_string(site.path("../serve.log")).expect("what was printed");
    assert_eq!(log.matches("`gone.md` leads to nothing").count(), 1, "{log}");
}
