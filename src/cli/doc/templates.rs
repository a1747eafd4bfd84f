//! In: a folder of templates. Out: the built-in templates with those in their place, or why that cannot be.

use std::fs;
use std::io;
use std::path::Path;

use guiju::diagnostics::{Code, nearest};
use guiju::docs::html::Templates;

use crate::cli::failure::Failure;
use crate::cli::files;

/// Largest template, in bytes.
const TEMPLATE_BYTES_MAX: u64 = 1 << 20;

/// The built-in templates, with those of a folder in their place where one is named.
pub fn of(folder: Option<&Path>) -> Result<Templates, Failure> {
    folder.map_or_else(|| Ok(Templates::default()), read)
}

/// Reads the templates of a folder; hidden files do not count.
fn read(folder: &Path) -> Result<Templates, Failure> {
    let failed = |error: io::Error| files::not_found(folder, &error);
    let mut templates = Templates::default();
    let entries: Result<Vec<_>, io::Error> = fs::read_dir(folder).map_err(failed)?.collect();
    let mut paths: Vec<_> = entries.map_err(failed)?.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    let mut count = 0;
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let text = text(&path)?;
        if !templates.replace(&name, text) {
            return Err(unknown(&path, &name));
        }
        count += 1;
    }
    if count == 0 {
        let shown = files::shown(folder);
        return Err(Failure::new(
            Code::TemplateBroken,
            format!("“{shown}”里没有模板"),
            format!("there is no template in `{shown}`"),
        )
        .help(can_be_zh(), can_be_en()));
    }
    Ok(templates)
}

fn text(path: &Path) -> Result<String, Failure> {
    let shown = files::shown(path);
    let reading = |error: io::Error| Failure::reading(&shown, &error);
    let size = fs::metadata(path).map_err(reading)?.len();
    if size > TEMPLATE_BYTES_MAX {
        return Err(Failure::new(
            Code::TemplateBroken,
            format!("模板“{shown}”有 {size} 字节，最多 {TEMPLATE_BYTES_MAX}"),
            format!("template `{shown}` has {size} bytes; the limit is {TEMPLATE_BYTES_MAX}"),
        ));
    }
    String::from_utf8(fs::read(path).map_err(reading)?).map_err(|_| {
        Failure::new(
            Code::TemplateBroken,
            format!("模板“{shown}”不是 UTF-8 文字"),
            format!("template `{shown}` is not UTF-8 text"),
        )
    })
}

fn unknown(path: &Path, name: &str) -> Failure {
    let shown = files::shown(path);
    let failure = Failure::new(
        Code::TemplateBroken,
        format!("没有叫“{name}”的模板，“{shown}”不会用到"),
        format!("there is no template `{name}`, so `{shown}` would not be used"),
    );
    match nearest(name, Templates::names()) {
        Some(near) => failure.help(format!("是不是“{near}”？"), format!("did you mean `{near}`?")),
        None => failure.help(can_be_zh(), can_be_en()),
    }
}

fn can_be_zh() -> String {
    format!("模板的名字有：{}", Templates::names().collect::<Vec<_>>().join("、"))
}

fn can_be_en() -> String {
    format!("templates are called {}", Templates::names().collect::<Vec<_>>().join(", "))
}
