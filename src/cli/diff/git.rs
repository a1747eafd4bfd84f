//! In: a revision and a path in it. Out: the files of that revision, read through the `git` program; and the set-up that lets `git diff`
//! show policies and bundles. Invariant: nothing that a user wrote is taken as an option of git.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

use guiju::diagnostics::{Code, Lang};
use guiju::limits::{BUNDLE_BYTES_MAX, SOURCE_BYTES_MAX};
use guiju::load::{LoadError, Loader, join, normalise};

use super::super::failure::Failure;
use super::super::files::{self, MAIN};

/// A commit of the repository of the working folder.
pub struct Revision {
    /// As it was given.
    name: String,
    /// Its hash.
    commit: String,
}

fn git<S: AsRef<OsStr>>(arguments: &[S]) -> Result<Output, Failure> {
    Command::new("git").args(arguments).output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            Failure::new(Code::RevisionNotFound, "这台机器上没有 git", "there is no git on this machine").help(
                "装上 git，或者先把旧文本取到一个文件夹里再比较",
                "install git, or check the old text out into a folder",
            )
        }
        _ => Failure::new(
            Code::RevisionNotFound,
            format!("git 不能运行：{error}"),
            format!("git cannot be run: {error}"),
        ),
    })
}

/// The output of a command that went well, without the last line break.
fn line(output: &Output) -> Option<String> {
    let text = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
    output.status.success().then_some(text)
}

impl Revision {
    /// The commit that `name` stands for.
    pub fn find(name: &str) -> Result<Revision, Failure> {
        let wanted = format!("{name}^{{commit}}");
        let found = git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
        match line(&found).filter(|commit| !commit.is_empty()) {
            Some(commit) => Ok(Revision { name: name.to_owned(), commit }),
            None => Err(Failure::new(
                Code::RevisionNotFound,
                format!("版本库里没有版本“{name}”"),
                format!("the repository has no revision `{name}`"),
            )
            .help("`git log --oneline` 列出各版本", "`git log --oneline` lists them")),
        }
    }

    /// The path of a policy or bundle in the revision: a folder stands for its `main.policy`. A path that begins with `./` starts from the
    /// working folder, any other from the top of the repository, as git has it.
    pub fn entry(&self, path: &str) -> Result<String, Failure> {
        let path = match path.strip_prefix("./").or(path.strip_prefix("../").map(|_| path)) {
            Some(_) => {
                let prefix = line(&git(&["rev-parse", "--show-prefix"])?).unwrap_or_default();
                join(&format!("{prefix}x"), path).unwrap_or_default()
            }
            None => normalise(path),
        };
        match self.kind(&path)?.as_deref() {
            Some("blob") => Ok(path),
            Some("tree") => {
                let main = if path.is_empty() { MAIN.to_owned() } else { format!("{path}/{MAIN}") };
                match self.kind(&main)?.as_deref() {
                    Some("blob") => Ok(main),
                    _ => Err(self.missing(&main)),
                }
            }
            _ => Err(self.missing(&path)),
        }
    }

    fn kind(&self, path: &str) -> Result<Option<String>, Failure> {
        Ok(line(&git(&["cat-file", "-t", &format!("{}:{path}", self.commit)])?))
    }

    fn missing(&self, path: &str) -> Failure {
        let name = &self.name;
        Failure::new(
            Code::RevisionNotFound,
            format!("版本“{name}”里没有“{path}”"),
            format!("revision `{name}` has no `{path}`"),
        )
        .help(
            format!("路径从版本库的最上层写起；`git ls-tree --name-only {name}` 列出有什么"),
            format!("paths start from the top of the repository; `git ls-tree --name-only {name}` lists them"),
        )
    }

    /// The bytes of a file; `None` where there is none or it is too large.
    pub fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        let output = git(&["cat-file", "blob", &format!("{}:{path}", self.commit)]).ok()?;
        (output.status.success() && output.stdout.len() <= BUNDLE_BYTES_MAX).then_some(output.stdout)
    }
}

impl Loader for Revision {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        match self.bytes(path) {
            Some(bytes) if bytes.len() > SOURCE_BYTES_MAX => Err(LoadError::TooLarge(bytes.len() as u64)),
            Some(bytes) => Ok(bytes),
            None => Err(LoadError::NotFound),
        }
    }
}

/// What `git diff` runs to show a file, what `git difftool` runs to compare two, and for which files.
const CONFIG: [(&str, &str); 4] = [
    ("diff.guiju.textconv", "guiju diff --textconv"),
    ("diff.guiju.cachetextconv", "true"),
    ("difftool.guiju.cmd", "guiju diff \"$LOCAL\" \"$REMOTE\""),
    ("difftool.prompt", "false"),
];
const ATTRIBUTES: [&str; 2] = ["*.policy diff=guiju", "*.gjb diff=guiju binary=false"];

/// Sets the repository of the working folder up, and says what was done.
pub fn set_up(lang: Lang) -> Result<String, Failure> {
    let Some(top) = line(&git(&["rev-parse", "--show-toplevel"])?) else {
        return Err(Failure::new(
            Code::RevisionNotFound,
            "当前文件夹不在版本库里",
            "the working folder is in no repository",
        )
        .help("先进入版本库的文件夹", "go into the folder of the repository first"));
    };
    let mut said = String::new();
    for (key, value) in CONFIG {
        let set = git(&["config", "--local", key, value])?;
        if line(&set).is_none() {
            let why = String::from_utf8_lossy(&set.stderr).trim().to_owned();
            return Err(Failure::new(
                Code::CannotWrite,
                format!("git 不接受设置 {key}：{why}"),
                format!("git does not take {key}: {why}"),
            ));
        }
        said.push_str(&format!("git config {key} '{value}'\n"));
    }
    let path = Path::new(&top).join(".gitattributes");
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    let missing: Vec<&str> =
        ATTRIBUTES.into_iter().filter(|wanted| !before.lines().any(|line| line.trim() == *wanted)).collect();
    if !missing.is_empty() {
        let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
        files::write(&path, format!("{before}{gap}{}\n", missing.join("\n")).as_bytes())?;
    }
    for line in ATTRIBUTES {
        said.push_str(&format!(".gitattributes  {line}\n"));
    }
    said.push_str(match lang {
        Lang::Zh => "设好了。`git diff` 按统一格式比较政策和编译产物；`git difftool -t guiju` 比较含义。\n",
        Lang::En => "done: `git diff` compares policies and bundles in the one format; `git difftool -t guiju` compares what they mean.\n",
    });
    Ok(said)
}
