//! A site in a temporary folder, and what the program does with it.
//!
//! The folder is called `site`, lies alone in its parent, and is the current folder of every run, so that paths in
//! messages are short and the same everywhere.

use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use tempfile::TempDir;
use walkdir::WalkDir;

/// The day of every build that does not say another one.
pub const TODAY: &str = "2026-01-15";

/// Returns the folder of the package.
pub fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of documents that goes away with the test.
pub struct Site {
    folder: TempDir,
}

impl Site {
    /// Makes a site of files, given as path and text.
    pub fn new<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Site {
        let site = Site { folder: tempfile::tempdir().expect("a temporary folder") };
        fs::create_dir(site.root()).expect("a folder for the site");
        for (path, text) in files {
            site.write(path, text);
        }
        site
    }

    /// Makes a site that is a copy of a folder.
    pub fn copy_of(folder: &Path) -> Site {
        let site = Site::new::<&str>(&[]);
        for (path, bytes) in files_below(folder) {
            site.write(&path, bytes);
        }
        site
    }

    /// Makes a site of what this package publishes: its settings, its content, its theme.
    pub fn of_the_package() -> Site {
        let site = Site::new(&[(
            "afterword.toml",
            fs::read(package().join("afterword.toml")).expect("our settings"),
        )]);
        for (path, bytes) in files_below(&package().join("content")) {
            site.write(&format!("content/{path}"), bytes);
        }
        site
    }

    /// Returns the site's folder.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    /// Returns a path below the site's folder.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// Writes a file and the folders above it.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folder of a file");
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("cannot write `{}`: {error}", path.display()));
    }

    /// Returns the text of a file that must be there.
    #[track_caller]
    pub fn read(&self, path: &str) -> String {
        match fs::read_to_string(self.path(path)) {
            Ok(text) => text,
            Err(error) => panic!("cannot read `{path}`: {error}; there are {:#?}", self.files("dist").keys()),
        }
    }

    /// Returns all files of a folder of the site with their bytes.
    pub fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        files_below(&self.path(folder))
    }

    /// Returns the program with its arguments, in an environment that nobody else has set up.
    pub fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_afterword"));
        command.args(arguments).current_dir(self.root()).env_clear();
        // Git is looked up in the path and must not find a repository around the temporary folder.
        for name in ["PATH", "SYSTEMROOT", "TEMP", "TMPDIR"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("GIT_CEILING_DIRECTORIES", self.folder.path());
        command
    }

    /// Runs the program.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        self.finish(self.command(arguments))
    }

    /// Runs a command of this site.
    pub fn finish(&self, mut command: Command) -> Run {
        let output = command.output().expect("the program starts");
        Run::new(output, self.folder.path())
    }

    /// Runs `afterword build` on the fixed day, with further arguments.
    pub fn build(&self, arguments: &[&str]) -> Run {
        self.run(["build", ".", "--today", TODAY].iter().chain(arguments))
    }

    /// Runs `afterword export` on the fixed day and returns what it prints.
    #[track_caller]
    pub fn export(&self, arguments: &[&str]) -> Value {
        let run = self.run(["export", ".", "--today", TODAY].iter().chain(arguments)).code(0);
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("no JSON: {error}\n{}", run.stdout))
    }
}

/// What a run of the program has left.
pub struct Run {
    /// The exit code; `None` where a signal ended it.
    pub code: Option<i32>,
    /// What it printed as data.
    pub stdout: String,
    /// What it printed for people.
    pub stderr: String,
}

impl Run {
    fn new(output: Output, folder: &Path) -> Run {
        let clean = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).expect("the program prints UTF-8");
            let mut text = text.replace(folder.to_str().expect("a temporary folder in UTF-8"), "[TEMP]");
            if let Some(real) = fs::canonicalize(folder).ok().as_deref().and_then(Path::to_str) {
                text = text.replace(real, "[TEMP]");
            }
            text
        };
        Run { code: output.status.code(), stdout: clean(output.stdout), stderr: clean(output.stderr) }
    }

    /// Asserts the exit code.
    #[track_caller]
    pub fn code(self, code: i32) -> Run {
        assert_eq!(self.code, Some(code), "stderr:\n{}\nstdout:\n{:.2000}", self.stderr, self.stdout);
        self
    }

    /// Asserts what people see, to the letter; `[..]` stands for the rest of a line.
    #[track_caller]
    pub fn stderr(self, expected: impl snapbox::IntoData) -> Run {
        snapbox::Assert::new().action_env("SNAPSHOTS").eq(self.stderr.as_str(), expected);
        self
    }

    /// Asserts that people see a line or a part of one.
    #[track_caller]
    pub fn says(self, words: &str) -> Run {
        assert!(self.stderr.contains(words), "`{words}` does not stand in:\n{}", self.stderr);
        self
    }

    /// Asserts that people do not see something.
    #[track_caller]
    pub fn does_not_say(self, words: &str) -> Run {
        assert!(!self.stderr.contains(words), "`{words}` stands in:\n{}", self.stderr);
        self
    }
}

/// Returns all files below a folder, by their paths with `/` between the parts; links count as what they lead to.
pub fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in WalkDir::new(folder) {
        let entry = entry.unwrap_or_else(|error| panic!("cannot list `{}`: {error}", folder.display()));
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(folder).expect("a walk stays below its folder");
            let path = path.to_str().expect("a path in UTF-8").replace(std::path::MAIN_SEPARATOR, "/");
            files.insert(path, fs::read(entry.path()).expect("a file that can be read"));
        }
    }
    files
}
