//! Asks addresses elsewhere whether they are there, for `check --external`.
//!
//! Comes in: addresses by their hosts. Goes out: what each answered. One `curl` for each host asks its addresses one after the
//! other, a few hosts at a time, so that nobody is pressed; `curl` knows certificates and proxies as the machine has them.
//! Nothing is sent but the address, and no body is kept.

use crate::check::rules::dead_link::Answer;
use crate::cli::Failure;
use crate::cli::shell::Shell;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::Command;
use std::process::Stdio;
use std::sync::Mutex;

/// How many hosts are asked at the same time.
const HOSTS: usize = 8;

/// The most addresses of one run; the rest is asked by the next one.
const ADDRESSES: usize = 2000;

/// Asks, and returns the answers. Errs where there is no `curl`.
pub fn ask(hosts: BTreeMap<String, Vec<String>>, shell: &Shell) -> Result<BTreeMap<String, Answer>, Failure> {
    let total: usize = hosts.values().map(Vec::len).sum();
    let mut left = ADDRESSES;
    let mut work: Vec<Vec<String>> = hosts
        .into_values()
        .map(|mut urls| {
            urls.truncate(left);
            left -= urls.len();
            urls
        })
        .collect();
    if total > ADDRESSES {
        shell.say(&format!("{ADDRESSES} of {total} addresses are asked now, the others next time"));
    }
    // The longest lists first, so that none is left over at the end.
    work.sort_by_key(Vec::len);
    let work = Mutex::new(work);
    let answers = Mutex::new(BTreeMap::new());
    let progress = shell.progress("asking", total.min(ADDRESSES));
    let failure = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..HOSTS)
            .map(|_| {
                scope.spawn(|| -> Result<(), Failure> {
                    loop {
                        let Some(urls) = work.lock().expect("no worker panics").pop() else { return Ok(()) };
                        let found = host(&urls)?;
                        urls.iter().for_each(|_| progress.step());
                        answers.lock().expect("no worker panics").extend(found);
                    }
                })
            })
            .collect();
        workers.into_iter().filter_map(|worker| worker.join().expect("no worker panics").err()).next()
    });
    match failure {
        Some(failure) => Err(failure),
        None => Ok(answers.into_inner().expect("no worker panics")),
    }
}

/// Asks the addresses of one host.
fn host(urls: &[String]) -> Result<BTreeMap<String, Answer>, Failure> {
    let mut answers = BTreeMap::new();
    let heads = curl(urls, &["--head"])?;
    // Some servers refuse to be asked for the head alone: then for the first byte.
    let again: Vec<String> = urls
        .iter()
        .zip(&heads)
        .filter(|(_, (code, _))| !(200..400).contains(code) && *code != 0)
        .map(|(url, _)| url.clone())
        .collect();
    for (url, (code, exit)) in urls.iter().zip(&heads) {
        answers.insert(url.clone(), judge(*code, *exit));
    }
    if !again.is_empty() {
        let bodies = curl(&again, &["--range", "0-0", "--max-filesize", "1000000"])?;
        for (url, (code, exit)) in again.into_iter().zip(bodies) {
            answers.insert(url, judge(code, exit));
        }
    }
    Ok(answers)
}

/// Runs `curl` and returns for each address the status of the answer, 0 without one, and the code with which `curl` gave up.
fn curl(urls: &[String], how: &[&str]) -> Result<Vec<(u32, u32)>, Failure> {
    let agent = format!("afterword/{} (checks links)", crate::cli::VERSION);
    let mut command = Command::new("curl");
    command
        // The first argument, so that nobody's own settings count.
        .arg("--disable")
        .args(["--silent", "--globoff", "--location", "--max-redirs", "5", "--connect-timeout", "10"])
        .args(["--max-time", "20", "--proto", "=http,https", "--proto-redir", "=http,https"])
        .args(["--user-agent", &agent, "--write-out", "\\n%{urlnum} %{http_code} %{exitcode}\\n"])
        .args(how)
        .args(["--config", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let failed = |error: std::io::Error| Failure::Fatal {
        message: format!("cannot run `curl`, which `--external` needs: {error}"),
        help: Some("install it, or leave out --external".to_owned()),
    };
    let mut child = command.spawn().map_err(failed)?;
    let config: String =
        urls.iter().map(|url| format!("url = \"{url}\"\noutput = \"/dev/null\"\n")).collect();
    let input = child.stdin.take();
    std::thread::scope(|scope| {
        scope.spawn(move || input.map(|mut input| input.write_all(config.as_bytes())));
        let output = child.wait_with_output().map_err(failed)?;
        let mut answers = vec![(0, 28); urls.len()];
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let mut numbers = line.split(' ').map(str::parse::<u32>);
            let (Some(Ok(at)), Some(Ok(code)), Some(Ok(exit))) =
                (numbers.next(), numbers.next(), numbers.next())
            else {
                continue;
            };
            if let Some(answer) = answers.get_mut(at as usize) {
                *answer = (code, exit);
            }
        }
        Ok(answers)
    })
}

/// Says what an answer means; the codes of `curl` stand in its manual under "exit codes".
fn judge(code: u32, exit: u32) -> Answer {
    match (code, exit) {
        // Where it leads on too often, the status is that of the last step.
        (_, 47) => Answer::Dead("it leads round in a circle".to_owned()),
        (200..=399, _) => Answer::Alive,
        (404 | 410, _) => Answer::Dead(format!("it answers {code}")),
        (_, 6) => Answer::Dead("there is no such host".to_owned()),
        (0, 7) => Answer::Dead("nobody answers there".to_owned()),
        _ => Answer::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_certain_is_dead() {
        assert_eq!(judge(204, 0), Answer::Alive);
        assert_eq!(judge(404, 22), Answer::Dead("it answers 404".to_owned()));
        assert_eq!(judge(302, 47), Answer::Dead("it leads round in a circle".to_owned()));
        for (code, exit) in [(403, 0), (429, 0), (500, 0), (0, 28), (0, 60)] {
            assert_eq!(judge(code, exit), Answer::Unknown);
        }
    }
}
