//! Measures `afterword serve`: how soon the first page is there, and how soon an edit is on every page.
//!
//! Comes in: numbers of documents. Goes out: a Markdown table on stdout. `benches/README.md` tells how to run it and how to
//! read the table. Never asserts a time: a figure that depends on the machine is for people to judge.

#![expect(
    clippy::disallowed_methods,
    reason = "makes the folder that the program serves, and cleans up after it"
)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is what comes out of a benchmark")]

// The other benchmark uses more of it.
#[allow(dead_code)]
mod corpus;

use std::env;
use std::fs;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;
use std::time::Instant;

const SETTINGS: &str = "title = \"Benchmark\"\nhighlight = false\n";
const TODAY: &str = "2026-02-01";
/// How often each kind of edit is made; the first kind, which is by far the most frequent, as often as all others.
const EDITS: usize = 8;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        eprintln!("nothing measured: run `cargo bench --bench serve`, or add `--bench`");
        return;
    }
    let counts: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let counts = if counts.is_empty() { vec![100, 1_000, 10_000] } else { counts };
    let binary = env::var_os("AFTERWORD_BENCH_BINARY")
        .map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_afterword")), PathBuf::from);
    println!(
        "| documents | edit | told ms: median | worst | page | worst | list | worst | search | worst |\n\
         |----------:|------|----------------:|------:|-----:|------:|-----:|------:|-------:|------:|"
    );
    for count in counts {
        let folder = env::temp_dir().join(format!("afterword-bench-serve-{}", std::process::id()));
        let outcome = measure(&binary, &folder, count);
        let _ = fs::remove_dir_all(&folder);
        match outcome {
            Ok(row) => println!("{row}"),
            Err(message) => {
                eprintln!("error: {message}");
                std::process::exit(2);
            }
        }
    }
}

fn measure(binary: &Path, folder: &Path, count: usize) -> Result<String, String> {
    let said = |error: std::io::Error| error.to_string();
    corpus::generate(&folder.join("content"), count, 1).map_err(said)?;
    fs::write(folder.join("afterword.toml"), SETTINGS).map_err(said)?;
    // Once unmeasured, which warms the disk's cache; then the steps of a build before it renders anything.
    reading_time(binary, folder)?;
    let reads = reading_time(binary, folder)?;

    let began = Instant::now();
    let mut served = Served::start(binary, folder)?;
    let (status, _) = served.get("/index.html")?;
    let first = began.elapsed();
    if status != 200 {
        return Err(format!("the first page answered {status}"));
    }
    let told = served.listen()?;

    let mut paths = Vec::new();
    for year in fs::read_dir(folder.join("content")).map_err(said)? {
        for file in fs::read_dir(year.map_err(said)?.path()).map_err(said)? {
            paths.push(file.map_err(said)?.path());
        }
    }
    paths.sort();
    // The index is made once, when somebody first searches; what is measured is how it follows.
    served.get("/search/data/root.js")?;
    while told.try_recv().is_ok() {}
    let mut rows = String::new();
    let mut made_up = Duration::ZERO;
    for (number, edit) in Edit::ALL.into_iter().enumerate() {
        let times = if number == 0 { EDITS * (Edit::ALL.len() - 1) } else { EDITS };
        let mut told_after = Vec::new();
        let mut columns: [Vec<Duration>; 3] = Default::default();
        for (column, open) in columns.iter_mut().zip(Open::ALL) {
            // What changed while nobody searched is made up for.
            let began = Instant::now();
            open.look(&mut served, "/index.html", "zq")?;
            if matches!(open, Open::Search) {
                made_up = made_up.max(began.elapsed());
            }
            for time in 0..times {
                let path = &paths[((number * 100 + time * 3 + open as usize) * 7_919 + 13) % paths.len()];
                let word = format!("zq{number}{}{time}", open.name());
                let new = path.with_file_name(format!("{word}.md"));
                let shown = if matches!(edit, Edit::New | Edit::Gone) { &new } else { path };
                if matches!(edit, Edit::Gone) {
                    fs::write(&new, format!("# A file that goes\n\nIt says {word}.\n")).map_err(said)?;
                    told.recv_timeout(Duration::from_secs(30))
                        .map_err(|_| "no page was told of a new file".to_owned())?;
                    served.get("/search/data/root.js")?;
                    std::thread::sleep(Duration::from_millis(300));
                    while told.try_recv().is_ok() {}
                }
                let text = fs::read_to_string(path).map_err(said)?;
                let below = shown.strip_prefix(folder.join("content")).map_err(|error| error.to_string())?;
                let address = format!("/{}/index.html", below.with_extension("").display());
                let began = Instant::now();
                match edit.made(&text, &word) {
                    Some(text) => fs::write(shown, text).map_err(said)?,
                    None => fs::remove_file(shown).map_err(said)?,
                }
                told.recv_timeout(Duration::from_secs(30))
                    .map_err(|_| "no page was told of an edit".to_owned())?;
                told_after.push(began.elapsed());
                let says = open.look(&mut served, &address, &word)?;
                column.push(began.elapsed());
                if says.is_some_and(|says| says == matches!(edit, Edit::Gone)) {
                    let (open, edit) = (open.name(), edit.name());
                    return Err(format!("the {open} is of the past after an edit: {edit}"));
                }
                std::thread::sleep(Duration::from_millis(150));
                while told.try_recv().is_ok() {}
            }
        }
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        let columns: Vec<String> = std::iter::once(told_after)
            .chain(columns)
            .map(|mut times| {
                times.sort_unstable();
                format!("{:.0} | {:.0}", ms(times[times.len() / 2]), ms(times[times.len() - 1]))
            })
            .collect();
        rows += &format!("| {count} | {} | {} |\n", edit.name(), columns.join(" | "));
    }
    let peak = served.peak().unwrap_or_default() as f64 / 1e6;
    let first = first.as_secs_f64() * 1000.0;
    let made_up = made_up.as_secs_f64() * 1000.0;
    Ok(format!(
        "{rows}\n{count} documents: a build reads for {reads:.0} ms, first page after {first:.0} ms, peak {peak:.0} MB; \
         the first search after many edits without one {made_up:.0} ms at most\n"
    ))
}

/// What is open in the browser of whoever edits, which asks for it again when it is told.
#[derive(Clone, Copy, Debug)]
enum Open {
    /// The page of the document.
    Page,
    /// The page of lessons.
    List,
    /// The search for the new word.
    Search,
}

impl Open {
    const ALL: [Open; 3] = [Open::Page, Open::List, Open::Search];

    fn name(self) -> &'static str {
        match self {
            Open::Page => "page",
            Open::List => "list",
            Open::Search => "search",
        }
    }

    /// Asks for it, and returns whether it says the word, where that can be told: one page of lessons has a part of them.
    fn look(self, served: &mut Served, address: &str, word: &str) -> Result<Option<bool>, String> {
        match self {
            Open::Page => {
                let (status, page) = served.get(address)?;
                match status {
                    200 => Ok(Some(String::from_utf8_lossy(&page).contains(word))),
                    404 => Ok(Some(false)),
                    status => Err(format!("`{address}` answered {status}")),
                }
            }
            Open::List => served.get("/lessons/index.html").map(|_| None),
            Open::Search => served.search(word).map(Some),
        }
    }
}

/// What somebody does to a file.
#[derive(Clone, Copy, Debug)]
enum Edit {
    /// A sentence more at its end.
    Sentence,
    /// Another title.
    Title,
    /// A name in its front matter that no other document bears.
    Tag,
    /// A lesson more.
    Lesson,
    /// A new file.
    New,
    /// The file goes.
    Gone,
}

impl Edit {
    const ALL: [Edit; 6] = [Edit::Sentence, Edit::Title, Edit::Tag, Edit::Lesson, Edit::New, Edit::Gone];

    fn name(self) -> &'static str {
        match self {
            Edit::Sentence => "sentence",
            Edit::Title => "title",
            Edit::Tag => "tag",
            Edit::Lesson => "lesson",
            Edit::New => "new file",
            Edit::Gone => "file gone",
        }
    }

    /// Returns the text that says the word after the edit; nothing where there is no file any more.
    fn made(self, text: &str, word: &str) -> Option<String> {
        Some(match self {
            Edit::Sentence => format!("{text}\nAn edit says {word}.\n"),
            Edit::Title => match text.find("\n# ") {
                Some(at) => format!("{}\n# {word} {}", &text[..at], &text[at + 3..]),
                None if text.starts_with("# ") => format!("# {word} {}", &text[2..]),
                None if text.starts_with("---\n") => {
                    let rest = &text[4..];
                    let others = rest.lines().filter(|line| !line.starts_with("title:"));
                    let others: Vec<&str> = others.collect();
                    format!("---\ntitle: {word}\n{}\n", others.join("\n"))
                }
                None => format!("# {word}\n\n{text}"),
            },
            Edit::Tag => match text.strip_prefix("---\n") {
                Some(rest) => format!("---\nkeywords: [{word}]\n{rest}"),
                None => format!("---\nkeywords: [{word}]\n---\n\n{text}"),
            },
            Edit::Lesson => format!(
                "{text}\n## Lessons learned\n\n- Whoever changes {word} changes its limits with it.\n"
            ),
            Edit::New => format!(
                "# A new file says {word}\n\n## Impact\n\nNobody saw it.\n\n{}",
                text.replace("\n# ", "\n## ")
            ),
            Edit::Gone => return None,
        })
    }
}

/// Returns how long a build takes until it renders, in milliseconds.
fn reading_time(binary: &Path, folder: &Path) -> Result<f64, String> {
    let out = folder.join("dist");
    let done = Command::new(binary)
        .args(["build", "--timings", "--today", TODAY, "--out"])
        .arg(&out)
        .arg(folder)
        .output()
        .map_err(|error| error.to_string())?;
    let printed = String::from_utf8_lossy(&done.stderr).into_owned();
    let _ = fs::remove_dir_all(out);
    let steps = printed.lines().filter_map(|line| line.trim().split_once(" ms  "));
    let steps: Vec<(f64, &str)> =
        steps.filter_map(|(time, name)| Some((time.trim().parse().ok()?, name))).collect();
    if steps.is_empty() {
        return Err(format!("the build said nothing of its time:\n{printed}"));
    }
    Ok(steps.iter().take_while(|(_, name)| *name != "render and write").map(|(time, _)| time).sum())
}

/// Reads a list of words, as `docs/search-format.md` describes it; those of the benchmark are ASCII, and others come out somehow.
fn words(list: &str) -> Vec<String> {
    let mut last = String::new();
    let word = |entry: &str| {
        let digit = entry.chars().next().unwrap_or('#');
        // The digits are the printable characters from `#` on, without `<` and the backslash.
        let shared = ('#'..digit).filter(|c| !matches!(c, '<' | '\\')).count();
        let rest = entry.get(digit.len_utf8()..).unwrap_or("");
        last = last.chars().take(shared).chain(rest.chars()).collect();
        last.clone()
    };
    list.split(' ').map(word).collect()
}

/// A server that is measured.
struct Served {
    child: Child,
    port: u16,
    connection: BufReader<TcpStream>,
}

impl Served {
    fn start(binary: &Path, folder: &Path) -> Result<Served, String> {
        let mut child = Command::new(binary)
            .args(["serve", "--port", "0", "--today", TODAY])
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut url = String::new();
        let stdout = child.stdout.take().ok_or("no stdout")?;
        BufReader::new(stdout).read_line(&mut url).map_err(|error| error.to_string())?;
        let port = url.trim().trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
        let port = port.ok_or("no address")?;
        let stream = TcpStream::connect(("127.0.0.1", port)).map_err(|error| error.to_string())?;
        let _ = stream.set_nodelay(true);
        Ok(Served { child, port, connection: BufReader::new(stream) })
    }

    /// Loads what a query of one word needs to know where it stands, and returns whether it stands anywhere.
    fn search(&mut self, word: &str) -> Result<bool, String> {
        let root = self.data("root")?;
        let firsts = words(root["shards"].as_str().ok_or("the root names no shards")?);
        let Some(place) = firsts.partition_point(|first| first.as_str() <= word).checked_sub(1) else {
            return Ok(false);
        };
        let names = root["shard_names"].as_str().ok_or("the root names no shards")?;
        let name = &names[place * 4..place * 4 + 4];
        let shard = self.data(&format!("s{place}-{name}"))?;
        Ok(words(shard[0].as_str().ok_or("a shard has no words")?).iter().any(|one| one == word))
    }

    /// Loads a piece of the search index.
    fn data(&mut self, name: &str) -> Result<serde_json::Value, String> {
        let (_, script) = self.get(&format!("/search/data/{name}.js"))?;
        let script = String::from_utf8_lossy(&script);
        let json = script.split_once(',').and_then(|(_, json)| json.trim_end().strip_suffix(");"));
        serde_json::from_str(json.ok_or(format!("there is no `{name}`"))?).map_err(|error| error.to_string())
    }

    fn get(&mut self, path: &str) -> Result<(u16, Vec<u8>), String> {
        let said = |error: std::io::Error| error.to_string();
        write!(self.connection.get_mut(), "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").map_err(said)?;
        let mut line = String::new();
        self.connection.read_line(&mut line).map_err(said)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or("no answer")?;
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.connection.read_line(&mut line).map_err(said)?;
            match line.trim().split_once(':') {
                None => break,
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().map_err(|_| "no length")?;
                }
                Some(_) => {}
            }
        }
        let mut bytes = vec![0; length];
        self.connection.read_exact(&mut bytes).map_err(said)?;
        Ok((status, bytes))
    }

    /// Returns the other end of what open pages are told.
    fn listen(&self) -> Result<mpsc::Receiver<()>, String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).map_err(|error| error.to_string())?;
        write!(stream, "GET /.afterword/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .map_err(|error| error.to_string())?;
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                if line.starts_with("data:") && sender.send(()).is_err() {
                    return;
                }
            }
        });
        Ok(receiver)
    }

    /// Returns the most memory that it has held, in bytes; known on Linux.
    fn peak(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
