//! In: the files of a site and a folder. Out: the folder holds exactly these, files that stay the same untouched.
//! Invariant: a folder that holds anything else is refused before anything is written; a failure while files are prepared leaves the folder
//! as it was. The marker names what was generated, so that what is no longer generated goes and nothing else does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use guiju::diagnostics::Code;

use crate::cli::failure::Failure;
use crate::cli::files::{self, Complete, Pending};

/// The file that says which files of a folder were generated.
pub const MARKER: &str = ".guiju-doc";
/// Its first line.
const HEAD: &str = "guiju doc 1";

/// What became of a folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Files written.
    pub written: usize,
    /// Files that stayed as they were.
    pub kept: usize,
    /// Files that are no longer generated.
    pub removed: usize,
}

/// Makes a folder hold these files.
pub fn write(folder: &Path, files: &BTreeMap<String, String>) -> Result<Written, Failure> {
    let before = generated(folder)?;
    let unknown = files.keys().find(|path| !before.contains(*path) && folder.join(path).exists());
    if let Some(path) = unknown {
        return Err(foreign(folder, path));
    }
    let mut staged = Staged { created: Vec::new(), pending: Vec::new(), kept: 0, done: false };
    staged.folder(folder)?;
    for (path, text) in files {
        staged.file(folder, path, text.as_bytes())?;
    }
    let stale: Vec<&String> = before.iter().filter(|path| !files.contains_key(*path)).collect();
    let now: BTreeSet<String> = files.keys().cloned().collect();
    let changed = !staged.pending.is_empty() || !stale.is_empty() || now != before;
    let written = Written { written: staged.pending.len(), kept: staged.kept, removed: stale.len() };
    if !changed {
        staged.done = true;
        return Ok(written);
    }
    // Whatever happens from here on, the marker names every generated file.
    let either: BTreeSet<String> = before.union(&now).cloned().collect();
    files::write(&folder.join(MARKER), marker(&either).as_bytes())?;
    staged.finish()?;
    for path in stale {
        remove(folder, path)?;
    }
    if either != now {
        files::write(&folder.join(MARKER), marker(&now).as_bytes())?;
    }
    Ok(written)
}

/// Whether a folder may be written to: says why not before the work of making a site.
pub fn admit(folder: &Path) -> Result<(), Failure> {
    generated(folder).map(|_| ())
}

/// Files being prepared; undone when dropped before they are finished.
struct Staged {
    created: Vec<PathBuf>,
    pending: Vec<Complete>,
    kept: usize,
    done: bool,
}

impl Staged {
    /// Makes a folder with those above it.
    fn folder(&mut self, path: &Path) -> Result<(), Failure> {
        if path.as_os_str().is_empty() || path.is_dir() {
            return Ok(());
        }
        if let Some(above) = path.parent() {
            self.folder(above)?;
        }
        fs::create_dir(path).map_err(|error| Failure::writing(&files::shown(path), &error))?;
        self.created.push(path.to_owned());
        Ok(())
    }

    fn file(&mut self, folder: &Path, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = folder.join(path);
        if fs::read(&path).is_ok_and(|old| old == bytes) {
            self.kept += 1;
            return Ok(());
        }
        path.parent().map_or(Ok(()), |above| self.folder(above))?;
        let mut pending = Pending::new(&path)?;
        pending.write(bytes)?;
        self.pending.push(pending.complete()?);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.done = true;
        std::mem::take(&mut self.pending).into_iter().try_for_each(Complete::finish)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.done {
            self.pending.clear();
            for folder in self.created.iter().rev() {
                // Nothing of ours is in it; whatever is left stays.
                let _ = fs::remove_dir(folder);
            }
        }
    }
}

/// The generated files of a folder; a folder that holds other things is refused.
fn generated(folder: &Path) -> Result<BTreeSet<String>, Failure> {
    let reading = |error: &io::Error| Failure::reading(&files::shown(folder), error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            let above = folder.ancestors().find(|path| path.is_file()).unwrap_or(folder);
            let shown = files::shown(above);
            return Err(Failure::new(
                Code::OutputNotOurs,
                format!("“{shown}”是文件，不是文件夹"),
                format!("`{shown}` is a file, not a folder"),
            )
            .help("-o 后面写一个文件夹", "name a folder after -o"));
        }
        Err(error) => return Err(reading(&error)),
    };
    let names: Result<Vec<String>, io::Error> =
        entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned())).collect();
    let mut names = names.map_err(|error| reading(&error))?;
    names.sort();
    let Some(first) = names.first() else { return Ok(BTreeSet::new()) };
    match fs::read_to_string(folder.join(MARKER)) {
        Ok(text) => listed(&text).ok_or_else(|| foreign(folder, MARKER)),
        Err(_) => Err(foreign(folder, first)),
    }
}

/// The paths that a marker names; `None` where it is none of ours.
fn listed(text: &str) -> Option<BTreeSet<String>> {
    let mut lines = text.lines();
    if lines.next() != Some(HEAD) {
        return None;
    }
    let safe = |path: &str| {
        let part = |part: &str| !part.is_empty() && part != "." && part != "..";
        let letter = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.' | '/');
        path.split('/').all(part) && path.chars().all(letter)
    };
    lines.map(|path| safe(path).then(|| path.to_owned())).collect()
}

fn marker(paths: &BTreeSet<String>) -> String {
    let mut text = format!("{HEAD}\n");
    for path in paths {
        text.push_str(path);
        text.push('\n');
    }
    text
}

fn foreign(folder: &Path, found: &str) -> Failure {
    let shown = files::shown(folder);
    Failure::new(
        Code::OutputNotOurs,
        format!("“{shown}”里有别的东西（{found}），不是以前生成的网站"),
        format!("`{shown}` holds something else ({found}) and is no site generated before"),
    )
    .help(
        "换一个新的或空的文件夹；确实要用这一个，就先把里面的东西移走",
        "name a new or an empty folder, or move away what is in this one",
    )
}

/// Removes a file, and the folders that it leaves empty.
fn remove(folder: &Path, path: &str) -> Result<(), Failure> {
    let whole = folder.join(path);
    match fs::remove_file(&whole) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Failure::writing(&files::shown(&whole), &error));
        }
        Ok(()) | Err(_) => {}
    }
    let mut above = whole.parent();
    while let Some(inner) = above.filter(|inner| *inner != folder && fs::remove_dir(inner).is_ok()) {
        above = inner.parent();
    }
    Ok(())
}
