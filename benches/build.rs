//! Measures a whole build and a whole check beside a floor, and prints a table.
//!
//! Comes in: numbers of documents. Goes out: a Markdown table on stdout, of CPU time, its ratio to the floor's, wall
//! time and peak memory. `benches/README.md` tells how to run it and how to read the table.
//!
//! The floor is the least that any such program has to do: read every document, turn it into HTML, and write as many
//! files of the same sizes at the same paths. All run as child processes in turn, so a busy or slow machine burdens
//! all, and their ratios stay.
//!
//! Never: asserts a time. A figure that depends on the machine is for people to judge.

#![expect(
    clippy::disallowed_methods,
    reason = "makes the folders that the program reads, and cleans up after it"
)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is what comes out of a benchmark")]

mod corpus;

use clap::Parser;
use pulldown_cmark::Options;
use std::collections::HashSet;
use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::ExitCode;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;
use tempfile::TempDir;
use walkdir::WalkDir;

/// The settings of the site: an address, since feeds and the site map are left out without one; no colouring of code,
/// since it is optional and most of the floor's work is not.
const SETTINGS: &str = "title = \"Benchmark\"\nbase_url = \"https://example.com/\"\nhighlight = false\n";

/// The day that builds take for today, in seconds since 1970: after every date of the corpus, 2026-02-01. Without it
/// every day would see other actions late, and so another site.
const TODAY: &str = "1769904000";

/// The variable that names another program to measure, such as an earlier release.
const BINARY: &str = "AFTERWORD_BENCH_BINARY";

/// The head of the table; `row` fills its columns.
const HEADING: &str = "\
| documents | run    |   files |      MB | floor CPU s |    CPU s | ratio |   wall s | peak MB | CPU/document µs |
|----------:|--------|--------:|--------:|------------:|---------:|------:|---------:|--------:|----------------:|";

/// Measures `afterword build` and `afterword check` beside a floor: ratios of CPU time, and peak memory.
#[derive(Parser)]
#[command(name = "cargo bench --bench build --")]
struct Arguments {
    /// Numbers of documents [default: 100 1000 10000]
    #[arg(value_name = "DOCUMENTS")]
    counts: Vec<usize>,

    /// Rounds for each number [default: 3 from 10000 documents on, else 5]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,

    /// Seed of the made-up documents
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Also measure each site with permanent ids, and what the page of a lesson costs
    #[arg(long)]
    locked: bool,

    /// Leave the documents where they are, for looking at and for the next run
    #[arg(long)]
    keep: bool,

    /// Write a site of that many documents into a new folder, and measure nothing
    #[arg(long, num_args = 2, value_names = ["DIR", "N"], conflicts_with = "counts")]
    only_generate: Option<Vec<OsString>>,
}

fn main() -> ExitCode {
    let mut arguments: Vec<OsString> = env::args_os().collect();
    if arguments.get(1).is_some_and(|first| first == "--floor") {
        return exit(floor(&arguments[2..]));
    }
    // Cargo adds this word when it benches. Without it `cargo test --all-targets` runs us, and wants no benchmark.
    let bench = arguments.iter().any(|argument| argument == "--bench");
    arguments.retain(|argument| argument != "--bench");
    if !bench && !arguments.iter().any(|argument| argument == "--only-generate") {
        eprintln!("nothing measured: run `cargo bench --bench build`, or add `--bench`");
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::parse_from(arguments);
    exit(match &arguments.only_generate {
        Some(values) => only_generate(&values[0], &values[1], arguments.seed),
        None => measure_all(&arguments),
    })
}

fn exit(outcome: Result<(), String>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

/// Writes a site of `count` documents into `dir`, which is new or empty.
fn only_generate(dir: &OsString, count: &OsString, seed: u64) -> Result<(), String> {
    let dir = Path::new(dir);
    let count: usize = count
        .to_str()
        .and_then(|count| count.parse().ok())
        .ok_or_else(|| format!("`{}` is no number of documents", count.display()))?;
    fs::create_dir_all(dir).map_err(|error| about("create", dir, error))?;
    if fs::read_dir(dir).map_err(|error| about("read", dir, error))?.next().is_some() {
        return Err(format!("`{}` is not empty", dir.display()));
    }
    let bytes = corpus::generate(&dir.join("content"), count, seed).map_err(|error| error.to_string())?;
    let settings = dir.join("afterword.toml");
    fs::write(&settings, SETTINGS).map_err(|error| about("write", &settings, error))?;
    eprintln!("wrote {count} documents, {:.1} MB, to `{}`", bytes as f64 / 1e6, dir.display());
    Ok(())
}

fn measure_all(arguments: &Arguments) -> Result<(), String> {
    let counts = if arguments.counts.is_empty() { &[100, 1_000, 10_000][..] } else { &arguments.counts[..] };
    if counts.iter().collect::<HashSet<_>>().len() < counts.len() {
        return Err("a number of documents is named twice".to_owned());
    }
    if counts.contains(&0) {
        return Err("a site of 0 documents cannot be measured".to_owned());
    }
    let binary = match env::var_os(BINARY) {
        Some(binary) => PathBuf::from(binary),
        None => PathBuf::from(env!("CARGO_BIN_EXE_afterword")),
    };
    let base = env::temp_dir().join("afterword-bench");
    fs::create_dir_all(&base).map_err(|error| about("create", &base, error))?;
    eprintln!("measuring `{}` in `{}`", binary.display(), base.display());

    let processors = thread::available_parallelism().map_or(1, usize::from);
    println!(
        "Corpus {}, seed {}; {} on {}, {processors} processors.\n",
        corpus::VERSION,
        arguments.seed,
        env::consts::OS,
        env::consts::ARCH
    );
    println!("{HEADING}");
    // Nothing is removed until everything is measured: a file system that has just freed many blocks burdens whoever
    // writes next, and that would always be the floor.
    let work = TempDir::new_in(&base).map_err(|error| about("create a folder in", &base, error))?;
    let mut sites = Vec::new();
    let mut growth = Vec::new();
    let mut lessons = Vec::new();
    let mut outcome = Ok(());
    for &count in counts {
        let rounds = arguments.rounds.unwrap_or(if count >= 10_000 { 3 } else { 5 });
        let mut measure = |locker: Option<&Path>| {
            sites.push(Site::prepare(&base, count, arguments.seed, locker)?);
            measure_site(&binary, work.path(), &sites[sites.len() - 1], rounds)
        };
        let measured = measure(None).and_then(|open| {
            let locked = arguments.locked.then(|| measure(Some(&binary))).transpose()?;
            Ok((open, locked))
        });
        match measured {
            Ok((open, locked)) => {
                lessons.extend(locked.map(|locked| (count, open.beside(&locked))));
                growth.push((count, open.build / count as f64));
            }
            Err(message) => {
                outcome = Err(message);
                break;
            }
        }
    }
    growth.sort_by_key(|(count, _)| *count);
    println!();
    for (count, (pages, each)) in lessons {
        println!(
            "With {count} documents, each of {pages} pages of lessons takes {each:.0} µs of CPU beside the floor of its file."
        );
    }
    for pair in growth.windows(2) {
        let [(least, before), (most, after)] = pair else { continue };
        let times = after / before;
        println!("From {least} to {most} documents: {times:.2} times the CPU per document; 1 is linear.");
    }

    eprintln!("removing what was written");
    work.close().map_err(|error| format!("cannot remove what was written: {error}"))?;
    for site in sites {
        if site.made && !arguments.keep {
            fs::remove_dir_all(&site.root).map_err(|error| about("remove", &site.root, error))?;
        } else {
            eprintln!("{} documents stay in `{}`", site.count, site.root.display());
        }
    }
    // Only an empty folder goes: what somebody kept, or another run still uses, stays.
    let _ = fs::remove_dir(&base);
    outcome
}

/// A folder that the program builds: settings, and documents in `content/`.
struct Site {
    root: PathBuf,
    count: usize,
    /// Whether its lessons have permanent ids.
    locked: bool,
    /// Whether this run made it, rather than finding it.
    made: bool,
}

impl Site {
    /// Takes the site that an earlier run kept, else makes it; with permanent ids where there is a program to give them.
    fn prepare(base: &Path, count: usize, seed: u64, locker: Option<&Path>) -> Result<Site, String> {
        let locked = locker.is_some();
        let name = format!("corpus-{}-seed-{seed}-{count}", corpus::VERSION);
        let root = base.join(if locked { format!("{name}-locked") } else { name });
        if root.exists() {
            return Ok(Site { root, count, locked, made: false });
        }
        // It gets its name once it is complete, so an interrupted run never leaves half a corpus to measure.
        let half = TempDir::new_in(base).map_err(|error| about("create a folder in", base, error))?;
        let site = half.path().join("site");
        // In a process of its own: see `peak_bytes`.
        let own = env::current_exe()
            .map_err(|error| format!("cannot find the benchmark's own program: {error}"))?;
        let mut command = Command::new(own);
        command.arg("--only-generate").arg(&site).arg(count.to_string()).arg("--seed").arg(seed.to_string());
        run(&mut command, &half.path().join("log"))?;
        if let Some(binary) = locker {
            run(Command::new(binary).arg("lock").arg(&site), &half.path().join("log"))?;
        }
        fs::rename(&site, &root).map_err(|error| about("rename", &site, error))?;
        Ok(Site { root, count, locked, made: true })
    }
}

/// What the runs of a site took, in seconds of CPU time at the median.
struct Measured {
    files: usize,
    build: f64,
    floor: f64,
}

impl Measured {
    /// Returns how many files the site has more with permanent ids, which are pages of lessons, and the CPU time of one in
    /// microseconds, without what the floor takes for its file.
    fn beside(&self, locked: &Measured) -> (usize, f64) {
        let pages = locked.files.saturating_sub(self.files);
        let more = (locked.build - locked.floor) - (self.build - self.floor);
        (pages, more / pages as f64 * 1e6)
    }
}

/// Measures rounds of floor, build, build again and check in a folder of `work`, and prints a row for each of them but the floor.
fn measure_site(binary: &Path, work: &Path, site: &Site, rounds: u32) -> Result<Measured, String> {
    let work = work.join(format!("{}{}", site.count, if site.locked { "-locked" } else { "" }));
    fs::create_dir(&work).map_err(|error| about("create", &work, error))?;
    let log = work.join("log");
    let list = work.join("list");
    let own =
        env::current_exe().map_err(|error| format!("cannot find the benchmark's own program: {error}"))?;

    let build = |out: &Path| {
        let mut command = Command::new(binary);
        command.arg("build").arg(&site.root).arg("--out").arg(out).env("SOURCE_DATE_EPOCH", TODAY);
        run(&mut command, &log)
    };
    let check = || {
        let mut command = Command::new(binary);
        command.arg("check").arg(&site.root).env("SOURCE_DATE_EPOCH", TODAY);
        run(&mut command, &log)
    };
    let floor = |out: &Path| {
        let mut command = Command::new(&own);
        command.arg("--floor").arg(site.root.join("content")).arg(&list).arg(out);
        run(&mut command, &log)
    };

    // The first build is not measured. It warms the disk's cache for both, and its files are what the floor writes.
    eprintln!("{} documents: first build", site.count);
    let first = work.join("first");
    build(&first)?;
    let (files, bytes) = write_list(&first, &list)?;

    let mut floors = Vec::new();
    let mut builds = Vec::new();
    let mut agains = Vec::new();
    let mut checks = Vec::new();
    for round in 1..=rounds {
        eprintln!("{} documents: round {round} of {rounds}", site.count);
        let folder = work.join(format!("round-{round}"));
        fs::create_dir(&folder).map_err(|error| about("create", &folder, error))?;
        floors.push(floor(&folder.join("floor"))?);
        builds.push(build(&folder.join("site"))?);
        agains.push(build(&folder.join("site"))?);
        checks.push(check()?);
    }
    for (kind, runs) in [(if site.locked { "locked" } else { "build" }, &builds), ("again", &agains)] {
        println!("{}", row(site.count, kind, files, bytes, &floors, runs));
    }
    // It writes nothing, and is compared with what writes the site.
    println!("{}", row(site.count, "check", 0, 0, &floors, &checks));
    let cpu = |runs: &[Usage]| median(runs.iter().map(|run| run.cpu.as_secs_f64()));
    Ok(Measured { files, build: cpu(&builds), floor: cpu(&floors) })
}

fn row(count: usize, kind: &str, files: usize, bytes: u64, floors: &[Usage], runs: &[Usage]) -> String {
    let floor = median(floors.iter().map(|floor| floor.cpu.as_secs_f64()));
    let cpu = median(runs.iter().map(|run| run.cpu.as_secs_f64()));
    // Neighbours in time saw the same machine, so each run is compared with the floor of its own round.
    let pairs = runs.iter().zip(floors);
    let ratio = median(pairs.map(|(run, floor)| run.cpu.as_secs_f64() / floor.cpu.as_secs_f64()));
    let wall = median(runs.iter().map(|run| run.wall.as_secs_f64()));
    // A limit has to hold every time, so this is the highest of all rounds.
    let peak = runs.iter().map(|run| run.peak_bytes).max().unwrap_or_default() as f64 / 1e6;
    let megabytes = bytes as f64 / 1e6;
    let each = cpu / count as f64 * 1e6;
    format!(
        "| {count:>9} | {kind:<6} | {files:>7} | {megabytes:>7.1} | {floor:>11.3} | {cpu:>8.3} | {ratio:>5.2} \
         | {wall:>8.3} | {peak:>7.1} | {each:>15.0} |"
    )
}

/// Writes the size and path of every file of a built site to `list`, and returns their number and bytes.
fn write_list(site: &Path, list: &Path) -> Result<(usize, u64), String> {
    let mut text = String::new();
    let (mut files, mut bytes) = (0, 0);
    if !site.exists() {
        return Err("the build ended well and made no site".to_owned());
    }
    for entry in WalkDir::new(site).sort_by_file_name() {
        let entry = entry.map_err(|error| format!("cannot list the site that was built: {error}"))?;
        if !entry.file_type().is_file() {
            continue;
        }
        let path = entry.path().strip_prefix(site).expect("a walk stays below its root");
        let path = path.to_str().ok_or_else(|| format!("`{}` is not in UTF-8", path.display()))?;
        let size = entry.metadata().map_err(|error| format!("cannot measure `{path}`: {error}"))?.len();
        text.push_str(&format!("{size}\t{path}\n"));
        files += 1;
        bytes += size;
    }
    if files == 0 {
        return Err("the build ended well and wrote no file".to_owned());
    }
    fs::write(list, text).map_err(|error| about("write", list, error))?;
    Ok((files, bytes))
}

/// Does the floor's work: `--floor CONTENT LIST OUT`.
///
/// One thread and plain `std::fs` calls, each folder made once. Since CPU time is compared, the threads of the build
/// give it no advantage here.
fn floor(arguments: &[OsString]) -> Result<(), String> {
    let [content, list, out] = arguments else {
        return Err("`--floor` takes a folder of documents, a list of files and a new folder".to_owned());
    };
    let (list, out) = (Path::new(list), Path::new(out));
    let list_text = fs::read_to_string(list).map_err(|error| about("read", list, error))?;
    let mut files = Vec::new();
    for line in list_text.lines() {
        let (size, path) = line.split_once('\t').ok_or_else(|| format!("`{line}` is no size and path"))?;
        let size: usize = size.parse().map_err(|_| format!("`{size}` is no size"))?;
        files.push((size, Path::new(path)));
    }
    let mut documents = Vec::new();
    for entry in WalkDir::new(content) {
        let entry = entry.map_err(|error| format!("cannot list the documents: {error}"))?;
        if entry.path().extension().is_some_and(|extension| extension == "md") {
            documents.push(entry.into_path());
        }
    }

    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut made = HashSet::new();
    let mut html = String::new();
    let mut filled = Vec::new();
    let mut written = 0;
    for (index, document) in documents.iter().enumerate() {
        let markdown = fs::read_to_string(document).map_err(|error| about("read", document, error))?;
        html.clear();
        pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new_ext(&markdown, options));
        if html.is_empty() {
            html.push('\n');
        }
        // Each document is followed by its share of the files, so no more than one rendered page is held at a time.
        let until = files.len() * (index + 1) / documents.len();
        for &(size, path) in &files[written..until] {
            let path = out.join(path);
            let folder = path.parent().expect("every file of a site stands in a folder");
            if !made.contains(folder) {
                fs::create_dir_all(folder).map_err(|error| about("create", folder, error))?;
                made.insert(folder.to_owned());
            }
            fill(&mut filled, html.as_bytes(), size);
            fs::write(&path, &filled).map_err(|error| about("write", &path, error))?;
        }
        written = until;
    }
    Ok(())
}

/// Repeats or cuts `html` to `size` bytes.
fn fill(filled: &mut Vec<u8>, html: &[u8], size: usize) {
    filled.clear();
    while filled.len() < size {
        let left = size - filled.len();
        filled.extend_from_slice(&html[..html.len().min(left)]);
    }
}

/// What a child process used, together with the children that it waited for.
struct Usage {
    /// User and system time.
    cpu: Duration,
    wall: Duration,
    /// The most memory that the process held at once (resident), in bytes.
    ///
    /// Linux hands what its parent held at most on to a child that is started, so this program must stay small: corpora
    /// are made and floors run in processes of their own.
    peak_bytes: u64,
}

/// Runs a command to its end. What it prints goes to the file `log`, and into the message if it fails.
fn run(command: &mut Command, log: &Path) -> Result<Usage, String> {
    let name = Path::new(command.get_program()).display().to_string();
    let output = File::create(log).map_err(|error| about("create", log, error))?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(output);
    let started = Instant::now();
    let child = command.spawn().map_err(|error| format!("cannot start `{name}`: {error}"))?;
    let (outcome, mut usage) =
        wait(child.id()).map_err(|error| format!("cannot wait for `{name}`: {error}"))?;
    usage.wall = started.elapsed();
    match outcome {
        Outcome::Exit(0) => Ok(usage),
        outcome => {
            let printed = fs::read(log).map_err(|error| about("read", log, error))?;
            let printed = String::from_utf8_lossy(&printed);
            let lines: Vec<&str> = printed.lines().collect();
            let last = lines[lines.len().saturating_sub(20)..].join("\n");
            Err(format!("`{name}` ended with {outcome}; the last it said:\n{last}"))
        }
    }
}

/// How a process ended.
enum Outcome {
    Exit(i32),
    Signal(i32),
}

impl Display for Outcome {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Outcome::Exit(code) => write!(formatter, "exit code {code}"),
            Outcome::Signal(signal) => write!(formatter, "signal {signal}"),
        }
    }
}

/// Waits for a child and returns how it ended and what it used, without the wall time.
#[cfg(unix)]
#[expect(unsafe_code, reason = "neither std nor rustix tells what a single child used")]
fn wait(child: u32) -> std::io::Result<(Outcome, Usage)> {
    let mut status = 0;
    // SAFETY: `rusage` is a struct of plain numbers, for which zero is a value.
    let mut used: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to variables that outlive the call. The child is ours, and nobody else waits for
        // it: `Child` does not when it is dropped.
        let waited = unsafe { libc::wait4(child as libc::pid_t, &mut status, 0, &mut used) };
        if waited >= 0 {
            break;
        }
        let error = std::io::Error::last_os_error();
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    let duration = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
    };
    // Apple counts bytes, the others kibibytes.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1_024 };
    let outcome = if libc::WIFEXITED(status) {
        Outcome::Exit(libc::WEXITSTATUS(status))
    } else {
        Outcome::Signal(libc::WTERMSIG(status))
    };
    let usage = Usage {
        cpu: duration(used.ru_utime) + duration(used.ru_stime),
        wall: Duration::ZERO,
        peak_bytes: used.ru_maxrss as u64 * unit,
    };
    Ok((outcome, usage))
}

/// Says that there is nothing to measure with.
#[cfg(not(unix))]
fn wait(_child: u32) -> std::io::Result<(Outcome, Usage)> {
    Err(std::io::Error::new(
        std::io::ErrorKind::Unsupported,
        "CPU time and memory of a process are measured on Unix only",
    ))
}

/// Returns the middle value, or the mean of the middle two; 0 of none.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

fn about(task: &str, path: &Path, error: impl Display) -> String {
    format!("cannot {task} `{}`: {error}", path.display())
}
