//! Notices what changes in some folders, and says so once it is quiet.
//!
//! Comes in: folders. Goes out: [`Touched`], one for each burst of changes, however many files it changed. Never reads a file.
//!
//! notify tells of each change. What follows here is no more than waiting: whoever hears of a change looks at the files
//! themselves, so nothing has to be put together from the changes, as a debouncer does, and no tick of one is waited for.

use crate::serve::store::Touched;
use notify::Event;
use notify::EventKind;
use notify::RecommendedWatcher;
use notify::RecursiveMode;
use notify::Watcher as _;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;
use std::time::Instant;

/// How long it must be quiet.
const QUIET: Duration = Duration::from_millis(8);
/// How long it must be quiet after many changes.
const QUIET_AFTER_MANY: Duration = Duration::from_millis(60);
/// How many changes are many.
const MANY: usize = 40;
/// How long changes may go on before they are told of.
const LONGEST: Duration = Duration::from_millis(1500);
/// How long Git may hold the index while it changes files.
const LONGEST_CHECKOUT: Duration = Duration::from_secs(20);

/// Watches folders until it is dropped.
pub struct Watcher {
    inner: RecommendedWatcher,
    watched: BTreeSet<PathBuf>,
}

impl std::fmt::Debug for Watcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watcher").field("watched", &self.watched).finish_non_exhaustive()
    }
}

impl Watcher {
    /// Begins to watch nothing; changes come out of the other end.
    pub fn new() -> Result<(Watcher, Receiver<notify::Result<Event>>), String> {
        let (sender, receiver) = mpsc::channel();
        let config = notify::Config::default().with_follow_symlinks(false);
        let inner = RecommendedWatcher::new(
            move |event| {
                let _ = sender.send(event);
            },
            config,
        )
        .map_err(|error| error.to_string())?;
        Ok((Watcher { inner, watched: BTreeSet::new() }, receiver))
    }

    /// Watches these folders, each with those below it or without; of one that is gone, the nearest above it, where it may come back.
    pub fn watch(&mut self, folders: &[(PathBuf, bool)]) -> Result<(), String> {
        let mut folders = folders.to_vec();
        for at in 0..folders.len() {
            let above = folders[at].0.ancestors().find(|folder| folder.is_dir()).map(PathBuf::from);
            if let Some(above) = above
                && !folders.iter().any(|(folder, _)| *folder == above)
            {
                folders.push((above, false));
            }
        }
        let folders = &folders;
        let wanted: BTreeSet<PathBuf> = folders.iter().map(|(folder, _)| folder.clone()).collect();
        for gone in self.watched.difference(&wanted) {
            let _ = self.inner.unwatch(gone);
        }
        self.watched.retain(|folder| wanted.contains(folder));
        for (folder, below) in folders {
            if self.watched.contains(folder) {
                continue;
            }
            let mode = if *below { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            match self.inner.watch(folder, mode) {
                Ok(()) => {
                    self.watched.insert(folder.clone());
                }
                // It may come back, and whoever lists it then asks again.
                Err(_) if !folder.is_dir() => {}
                Err(error) => return Err(format!("cannot watch `{}`: {error}", folder.display())),
            }
        }
        Ok(())
    }

    /// Forgets a folder that is gone, or may be another one of the same name by now, so that it is watched anew.
    pub fn forget(&mut self, touched: &Touched) {
        let is_doubtful = |folder: &&PathBuf| !folder.is_dir() || touched.paths.contains(*folder);
        let gone: Vec<PathBuf> = self.watched.iter().filter(is_doubtful).cloned().collect();
        for folder in gone {
            let _ = self.inner.unwatch(&folder);
            self.watched.remove(&folder);
        }
    }
}

/// Waits for changes, and until it is quiet again; `None` where nobody watches any more. `checkout` is the file by which Git says
/// that it is at work.
pub fn next(events: &Receiver<notify::Result<Event>>, checkout: Option<&PathBuf>) -> Option<Touched> {
    loop {
        let mut touched = Touched::default();
        let mut count = add(events.recv().ok()?, &mut touched);
        let began = Instant::now();
        loop {
            let quiet = if count > MANY { QUIET_AFTER_MANY } else { QUIET };
            match events.recv_timeout(quiet) {
                Ok(event) => count += add(event, &mut touched),
                Err(RecvTimeoutError::Timeout) => {
                    let at_work = checkout.is_some_and(|lock| lock.exists());
                    if !at_work || began.elapsed() > LONGEST_CHECKOUT {
                        break;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return None,
            }
            let at_work = || checkout.is_some_and(|lock| lock.exists());
            if began.elapsed() > LONGEST && !at_work() {
                break;
            }
        }
        if touched != Touched::default() {
            return Some(touched);
        }
    }
}

/// Adds a change, and returns how many it is.
fn add(event: notify::Result<Event>, touched: &mut Touched) -> usize {
    match event {
        // Opening and reading a file changes nothing, and we do so ourselves.
        Ok(event) if matches!(event.kind, EventKind::Access(_)) => 0,
        Ok(event) => {
            touched.unsure |= event.need_rescan();
            let count = event.paths.len();
            touched.paths.extend(event.paths);
            count
        }
        Err(_) => {
            touched.unsure = true;
            1
        }
    }
}
