//! `init`: a knowledge base that works from its first commit, tried with its own workflow.

use crate::site::Site;

use serde_yaml::Value;
use std::path::Path;
use std::process::Command;

const FILES: [&str; 6] = [
    ".github/workflows/knowledge-base.yml",
    ".gitignore",
    ".gitlab-ci.yml",
    ".pre-commit-config.yaml",
    "afterword.toml",
    "content/postmortems/2026-03-02-checkout-rejects-cards.md",
];

fn git(folder: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .expect("git");
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn an_empty_folder_becomes_a_knowledge_base_without_a_finding() {
    let site = Site::new::<&str>(&[]);
    site.run(["init"]).code(0).says("wrote afterword.toml").says("afterword serve --open");
    assert_eq!(site.files(".").keys().map(String::as_str).collect::<Vec<_>>(), FILES);
    let run = site.run(["check", "--today", "2026-04-01", "--deny", "notes"]);
    // No history yet, and no other document to be linked from.
    let findings: Vec<&str> =
        run.stderr.lines().filter(|line| line.contains('[') && line.contains("]:")).collect();
    let deserved = |line: &&str| {
        ["orphan-document", "no-git-dates", "person-name"].iter().any(|rule| line.contains(rule))
    };
    assert!(findings.iter().all(deserved), "{findings:#?}");
    site.build(&[]).code(0).says("1 document: 1 dated, 1 with lessons (2)");
}

/// Returns the scripts of a job of GitHub's workflow.
fn steps(site: &Site, job: &str) -> Vec<String> {
    let text = site.read(".github/workflows/knowledge-base.yml");
    let workflow: Value = serde_yaml::from_str(&text).expect("a workflow is YAML");
    let steps = workflow["jobs"][job]["steps"].as_sequence().expect("steps").clone();
    steps.iter().filter_map(|step| step["run"].as_str().map(str::to_owned)).collect()
}

/// Runs a script of a workflow as its runner does.
fn run(site: &Site, script: &str, variables: &[(&str, &str)]) {
    let binary = Path::new(env!("CARGO_BIN_EXE_afterword")).parent().expect("a folder of programs");
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("bash");
    command.args(["-eo", "pipefail", "-c", script]).current_dir(site.root());
    command.env("PATH", path).envs(variables.iter().copied());
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    let done = command.output().expect("bash");
    assert!(
        done.status.success(),
        "{script}\n{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}

#[cfg(unix)]
#[test]
fn its_workflow_checks_locks_and_publishes() {
    let site = Site::new::<&str>(&[]);
    site.run(["init"]).code(0);
    git(&site.root(), &["init", "--quiet"]);
    git(&site.root(), &["add", "."]);
    git(&site.root(), &["commit", "--quiet", "-m", "Begin"]);
    let origin = site.path("../origin");
    git(&site.root(), &["init", "--quiet", "--bare", origin.to_str().expect("a path in UTF-8")]);
    git(&site.root(), &["remote", "add", "origin", origin.to_str().expect("a path in UTF-8")]);
    git(&site.root(), &["push", "--quiet", "origin", "HEAD:main"]);
    git(&site.root(), &["fetch", "--quiet", "origin"]);

    let is_ours = |script: &&String| !script.contains("cargo install");
    let mut ran = 0;
    for script in steps(&site, "check").iter().filter(is_ours) {
        run(&site, script, &[("BASE", "origin/main")]);
        ran += 1;
    }
    for script in steps(&site, "publish").iter().filter(is_ours) {
        run(&site, script, &[("BRANCH", "main"), ("BASE_URL", "https://kb.example.com/x/")]);
        ran += 1;
    }
    assert_eq!(ran, 3);
    assert!(site.read("_site/index.html").contains("Checkout rejects every second card"));
    assert!(site.read("_site/sitemap.xml").contains("https://kb.example.com/x/"));
    // The lock is committed and pushed, and its lessons have their pages.
    let lock = site.files("lessons.lock");
    assert_eq!(lock.len(), 1, "{lock:?}");
    let log = Command::new("git")
        .args(["--git-dir", origin.to_str().expect("a path in UTF-8"), "log", "--format=%s", "main"])
        .output()
        .expect("git");
    assert_eq!(String::from_utf8_lossy(&log.stdout), "Lock new lessons\nBegin\n");
    assert!(site.files("_site/lessons").keys().any(|path| path.starts_with("ll-")));
    // What was published is ignored.
    let status =
        Command::new("git").args(["status", "--porcelain"]).current_dir(site.root()).output().expect("git");
    assert_eq!(String::from_utf8_lossy(&status.stdout), "");
}

#[cfg(unix)]
#[test]
fn its_pipeline_for_gitlab_publishes_too() {
    let site = Site::new::<&str>(&[]);
    site.run(["init"]).code(0);
    git(&site.root(), &["init", "--quiet"]);
    git(&site.root(), &["add", "."]);
    git(&site.root(), &["commit", "--quiet", "-m", "Begin"]);
    let pipeline: Value = serde_yaml::from_str(&site.read(".gitlab-ci.yml")).expect("a pipeline is YAML");
    let script = pipeline["pages"]["script"].as_sequence().expect("a script");
    let script: Vec<&str> = script.iter().map(|line| line.as_str().expect("a line")).collect();
    let variables = [("CI_PAGES_URL", "https://kb.example.com"), ("AFTERWORD_TOKEN", "")];
    run(&site, &script.join("\n"), &variables);
    assert!(site.read("public/index.html").contains("Checkout rejects every second card"));
}

#[test]
fn it_looks_first_and_writes_around_what_is_there() {
    let site = Site::new(&[
        ("README.md", "# Our outages\n\nWords.\n"),
        (
            "docs/pm/2024-01-02-a.md",
            "# A\n\n## Impact\n\nNobody could pay.\n\n## Lessons\n\n- Look twice before you switch.\n",
        ),
        ("docs/pm/old/b.md", "# B\n\n## Impact\n\nNobody could pay either.\n"),
        (".gitignore", "target\n"),
    ]);
    let before = site.files(".");
    site.run(["init"])
        .code(0)
        .says("found in `docs/pm`: 2 postmortems, 1 dated, 1 without lessons, 1 set aside as readmes, templates and the like")
        .says("`.gitignore` is there and is left as it is");
    let after = site.files(".");
    for (path, bytes) in &before {
        assert_eq!(after.get(path), Some(bytes), "{path}");
    }
    assert!(after.keys().all(|path| !path.starts_with("content/")), "{:?}", after.keys());
    assert!(site.read("afterword.toml").contains("\ncontent = \"docs/pm\"\n"));
    site.build(&[]).code(0).says("2 documents: 1 dated");
    // A second time there is nothing to do but what was refused.
    site.run(["init", "--yes"]).code(0).says("wrote .gitignore (added to)").says("`afterword.toml` is there");
    assert!(site.read(".gitignore").starts_with("target\n\n# The site"));
    site.run(["init", "--yes"]).code(0).says("nothing to write");
}

#[test]
fn the_next_step_is_said_for_what_is_there() {
    let site = Site::new(&[(
        "pm/a.md",
        "# A\n\nDate: 2025-01-02\n\n## Timeline\n\n- 09:14 down\n- 09:20 up\n\n## Impact\n\nSome.\n",
    )]);
    site.run(["init"]).code(0).says("`afterword adopt` declares").says("`afterword check --write-baseline`");
    let site = Site::new::<&str>(&[]);
    site.run(["init", "kb"]).code(0).says("`afterword serve kb --open`").says("`afterword new --root kb`");
    let site = Site::new::<&str>(&[]);
    site.run(["check"]).says("there is no document in").says("`afterword init`");
}

#[test]
fn what_is_not_wanted_is_left_out() {
    let site = Site::new::<&str>(&[]);
    site.run([
        "init",
        "kb",
        "--without",
        "github",
        "--without",
        "gitlab",
        "--without",
        "pre-commit",
        "--without",
        "example",
    ])
    .code(0)
    .says("afterword serve kb --open");
    assert_eq!(
        site.files("kb").keys().map(String::as_str).collect::<Vec<_>>(),
        [".gitignore", "afterword.toml"]
    );
    site.run(["init", "kb", "--without", "github", "--without", "gitlab"])
        .code(0)
        .says("wrote content/postmortems/");
    site.read("kb/.pre-commit-config.yaml");
}
