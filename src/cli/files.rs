//! In: paths of the command line. Out: bytes, and files written whole or not at all.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use guiju::diagnostics::{Code, nearest};
use guiju::limits::{BUNDLE_BYTES_MAX, DATA_BYTES_MAX, LEDGER_BYTES_MAX, SOURCE_BYTES_MAX, TEMPLATE_BYTES_MAX};
use guiju::load::{LoadError, Loader};

use super::failure::{Failure, reason};

/// The file of a folder that is its policy.
pub const MAIN: &str = "main.policy";

/// What a PATH is.
pub enum Input {
    /// A policy file, by its path.
    Policy(String),
    /// A compiled bundle: its name and bytes.
    Bundle(String, Vec<u8>),
}

/// What `path` is: a file, a folder with a `main.policy`, or a bundle.
pub fn input(path: &Path) -> Result<Input, Failure> {
    let name = shown(path);
    let found = fs::metadata(path).map_err(|error| not_found(path, &error))?;
    if found.is_dir() {
        let main = path.join(MAIN);
        return match fs::metadata(&main) {
            Ok(_) => Ok(Input::Policy(shown(&main))),
            Err(error) => Err(Failure::reading(&shown(&main), &error).help(
                format!("文件夹里要有 {MAIN}；guiju new 可以新建一个"),
                format!("the folder needs a {MAIN}; guiju new makes one"),
            )),
        };
    }
    let file = fs::File::open(path).map_err(|error| Failure::reading(&name, &error))?;
    let mut start = Vec::new();
    let magic = super::pipeline::BUNDLE_MAGIC;
    let read = file.take(magic.len() as u64).read_to_end(&mut start);
    read.map_err(|error| Failure::reading(&name, &error))?;
    // A bundle that is damaged at its head, or empty, is no policy.
    if start != magic && !is_bundle_name(&name) {
        return Ok(Input::Policy(name));
    }
    Ok(Input::Bundle(name, limited(path, BUNDLE_BYTES_MAX)?))
}

/// Whether a file is called what bundles are called.
pub fn is_bundle_name(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".gjb")
}

/// The path of a policy's source; bundles are refused.
pub fn policy(path: &Path) -> Result<String, Failure> {
    match input(path)? {
        Input::Policy(entry) => Ok(entry),
        Input::Bundle(name, _) => Err(Failure::new(
            Code::BadArgument,
            format!("“{name}”是编译产物，这个命令要政策的源文件"),
            format!("`{name}` is a bundle; this command needs the policy's source"),
        )),
    }
}

/// An office's Word file.
pub fn template(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::metadata(path).map_err(|error| not_found(path, &error))?;
    limited(path, TEMPLATE_BYTES_MAX)
}

/// A data file, or stdin for `-`; and its name.
pub fn data(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    at_most(path, DATA_BYTES_MAX)
}

/// As [`data`], of a ledger, which may be larger.
pub fn ledger(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    at_most(path, LEDGER_BYTES_MAX)
}

fn at_most(path: &Path, most: usize) -> Result<(String, Vec<u8>), Failure> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().take(most as u64 + 1).read_to_end(&mut bytes);
        read.map_err(|error| Failure::reading("-", &error))?;
        return Ok(("-".to_owned(), bytes));
    }
    // One byte over the limit is enough for the reader of the data to refuse it.
    let file = fs::File::open(path).map_err(|error| not_found(path, &error))?;
    let mut bytes = Vec::new();
    let read = file.take(most as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::reading(&shown(path), &error))?;
    Ok((shown(path), bytes))
}

/// Writes a file whole or not at all: into a temporary file beside it, then renamed.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut pending = Pending::new(path)?;
    pending.write(bytes)?;
    pending.finish()
}

/// A file that is being written: nothing is to be seen of it before [`Pending::finish`], and nothing is left of it without.
pub struct Pending {
    path: PathBuf,
    file: io::BufWriter<tempfile::NamedTempFile>,
}

impl Pending {
    /// Begins a file.
    pub fn new(path: &Path) -> Result<Pending, Failure> {
        let failed = |error: io::Error| Failure::writing(&shown(path), &error);
        if path.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new().prefix(".guiju-").tempfile_in(folder).map_err(failed)?;
        Ok(Pending { path: path.to_owned(), file: io::BufWriter::with_capacity(1 << 20, file) })
    }

    /// Adds to it.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.file.write_all(bytes).map_err(|error| Failure::writing(&shown(&self.path), &error))
    }

    /// Puts it in its place.
    pub fn finish(self) -> Result<(), Failure> {
        self.complete()?.finish()
    }

    /// Ends what is added: many files can wait like this, for none of them is held open.
    pub fn complete(self) -> Result<Complete, Failure> {
        let file = self.file.into_inner().map_err(|error| Failure::writing(&shown(&self.path), &error.into_error()))?;
        Ok(Complete { path: self.path, file: file.into_temp_path() })
    }
}

/// A file that is written and not yet in its place; nothing is left of it unless it is finished.
pub struct Complete {
    path: PathBuf,
    file: tempfile::TempPath,
}

impl Complete {
    /// Puts it in its place.
    pub fn finish(self) -> Result<(), Failure> {
        let name = shown(&self.path);
        let failed = |error: io::Error| Failure::writing(&name, &error);
        match fs::metadata(&self.path) {
            Ok(old) => fs::set_permissions(&self.file, old.permissions()).map_err(failed)?,
            Err(_) => new_permissions(&self.file).map_err(failed)?,
        }
        self.file.persist(&self.path).map_err(|error| failed(error.error))
    }
}

/// A path as it is shown: with `/`.
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// A temporary file is private; a new file is readable as the user's other files are.
#[cfg(unix)]
fn new_permissions(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // What a new file may be is the same for all files of a run.
    static NEW: OnceLock<fs::Permissions> = OnceLock::new();
    if let Some(known) = NEW.get() {
        return fs::set_permissions(file, known.clone());
    }
    let probe = tempfile::Builder::new()
        .permissions(fs::Permissions::from_mode(0o666))
        .tempfile_in(file.parent().unwrap_or(Path::new(".")))?;
    let found = probe.as_file().metadata()?.permissions();
    fs::set_permissions(file, NEW.get_or_init(|| found).clone())
}

#[cfg(not(unix))]
fn new_permissions(_: &Path) -> io::Result<()> {
    Ok(())
}

fn limited(path: &Path, max: usize) -> Result<Vec<u8>, Failure> {
    let name = shown(path);
    let failed = |error: io::Error| Failure::reading(&name, &error);
    let size = fs::metadata(path).map_err(failed)?.len();
    if size > max as u64 {
        return Err(Failure::new(
            Code::CannotRead,
            format!("“{name}”有 {size} 字节，最多 {max} 字节"),
            format!("`{name}` has {size} bytes; the limit is {max}"),
        ));
    }
    fs::read(path).map_err(failed)
}

pub fn not_found(path: &Path, error: &io::Error) -> Failure {
    let failure = Failure::reading(&shown(path), error);
    let wanted = shown(path);
    let near = neighbours(path);
    match nearest(&wanted, near.iter().map(String::as_str)) {
        Some(near) if error.kind() == io::ErrorKind::NotFound => {
            failure.help(format!("是不是“{near}”？"), format!("did you mean `{near}`?"))
        }
        Some(_) | None => failure,
    }
}

/// What lies in the folder of `path`, in order.
fn neighbours(path: &Path) -> Vec<String> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = fs::read_dir(listed) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.filter_map(Result::ok).map(|entry| shown(&folder.join(entry.file_name()))).collect();
    names.sort();
    names
}

/// Reads policy files from the file system.
pub struct FileSystem;

impl Loader for FileSystem {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => LoadError::NotFound,
            kind => LoadError::Other(reason(kind, &error).0),
        };
        let path = PathBuf::from(path);
        let found = fs::metadata(&path).map_err(failed)?;
        if found.len() > SOURCE_BYTES_MAX as u64 {
            return Err(LoadError::TooLarge(found.len()));
        }
        fs::read(&path).map_err(failed)
    }

    fn neighbours(&self, path: &str) -> Vec<String> {
        neighbours(Path::new(path))
    }
}
