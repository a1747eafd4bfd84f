//! In: templates, the model, a language. Out: the engine that renders pages: what is printed is escaped, a name that does not exist is an
//! error.
//! Invariant: filters depend on the model and the page alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior, Value, context};

use super::changed::changed;
use super::linked::{escaped, linked};
use super::paths;
use super::site::Sheet;
use super::templates::Templates;
use crate::diagnostics::Lang;
use crate::docs::model::{DocModel, FigureDoc};

/// Figures of everything that has some, under `clause:<id>`, `definition:<id>`, `group:<id>`, `scope`, `policy`.
pub(super) type AllFigures = BTreeMap<String, Vec<FigureDoc>>;

pub(super) fn figures(model: &DocModel) -> AllFigures {
    let mut all = AllFigures::new();
    let mut dated: Vec<FigureDoc> = Vec::new();
    for event in &model.timeline {
        dated.push(FigureDoc {
            text: crate::docs::model::Words::same(&event.day),
            value: event.day.clone(),
            sentence: event.sentence.clone(),
            literal: true,
        });
    }
    all.insert("policy".into(), dated.clone());
    all.insert("scope".into(), model.scope.figures.clone());
    for clause in &model.clauses {
        // The dates of a clause that has none of its own are the policy's.
        all.insert(format!("clause:{}", clause.id), [clause.figures.as_slice(), &dated].concat());
    }
    for definition in &model.definitions {
        all.insert(format!("definition:{}", definition.id), definition.figures.clone());
    }
    for group in &model.groups {
        all.insert(format!("group:{}", group.id), group.figures.clone());
    }
    for (quota, at) in model.quotas.iter().zip(0_usize..) {
        all.insert(format!("quota:{at}"), quota.figures.clone());
    }
    for (budget, at) in model.budgets.iter().zip(0_usize..) {
        all.insert(format!("budget:{at}"), budget.figures.clone());
    }
    all
}

/// A text of the model in a language: of both spellings the one, of a plain text itself.
fn spelled(value: &Value, lang: Lang) -> Result<String, Error> {
    if let Some(text) = value.as_str() {
        return Ok(text.to_owned());
    }
    let key = if lang == Lang::Zh { "zh" } else { "en" };
    match value.get_attr(key)?.as_str() {
        Some(text) => Ok(text.to_owned()),
        None => Err(Error::new(ErrorKind::InvalidOperation, "not a text with `zh` and `en`")),
    }
}

/// Where the page leads from to the folder of its language.
fn root(state: &State<'_, '_>) -> String {
    state.lookup("root").and_then(|root| root.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The engine.
///
/// # Errors
/// When a template is not well written.
pub(super) fn environment(
    templates: &Templates,
    model: &DocModel,
    sheet: &Sheet,
    lang: Lang,
) -> Result<Environment<'static>, Error> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true);
    env.set_syntax(syntax.build()?);
    env.set_formatter(|out, _, value| {
        let text = value.to_string();
        let written = if value.is_safe() { out.write_str(&text) } else { out.write_str(&escaped(&text)) };
        written.map_err(|_| Error::new(ErrorKind::WriteFailure, "out of space"))
    });
    for (name, text) in &templates.pages {
        env.add_template_owned(name.clone(), text.clone())?;
    }
    let zh = lang == Lang::Zh;
    env.add_function("t", move |zh_text: String, en_text: String| if zh { zh_text } else { en_text });
    env.add_function("path", |kind: &str, id: &str| paths::page(kind, id));
    env.add_filter("say", move |value: Value| spelled(&value, lang));
    let places = Arc::new(sheet.clone());
    let of_sentence = Arc::clone(&places);
    env.add_function("sentence", move |id: &str| of_sentence.sentence(id));
    let shown = Arc::new(sheet.cases(model));
    env.add_function("case_path", move |clause: &str, case: &str| {
        let page = paths::page("clause", clause);
        if shown.contains(case) { format!("{page}#{case}") } else { format!("{page}#cases") }
    });
    env.add_function("days", move |days: Value| -> Result<String, Error> {
        let day = |key: &str| days.get_attr(key).map(|day| day.as_str().map(str::to_owned));
        Ok(match (day("first")?, day("last")?) {
            (Some(first), Some(last)) if zh => format!("{first} 至 {last}"),
            (Some(first), Some(last)) => format!("{first} to {last}"),
            (Some(first), None) if zh => format!("{first} 起"),
            (Some(first), None) => format!("from {first}"),
            (None, Some(last)) if zh => format!("至 {last}"),
            (None, Some(last)) => format!("until {last}"),
            (None, None) if zh => "没有写明".to_owned(),
            (None, None) => "not stated".to_owned(),
        })
    });
    let all = Arc::new(figures(model));
    let (of_change, at) = (Arc::clone(&all), Arc::clone(&places));
    env.add_function(
        "changed",
        move |state: &State<'_, '_>, before: Value, after: Value, key: &str| -> Result<Value, Error> {
            let said = |value: &Value| if value.is_none() { Ok(String::new()) } else { spelled(value, lang) };
            let own = of_change.get(key).map(Vec::as_slice).unwrap_or_default();
            let root = root(state);
            let href = |id: &str| format!("{root}{}", at.sentence(id));
            let (old, new) = changed(&said(&before)?, &said(&after)?, own, &href);
            Ok(context! { before => Value::from_safe_string(old), after => Value::from_safe_string(new) })
        },
    );
    env.add_filter("linked", move |state: &State<'_, '_>, value: Value, key: &str| -> Result<Value, Error> {
        let text = spelled(&value, lang)?;
        let own = all.get(key).map(Vec::as_slice).unwrap_or_default();
        let root = root(state);
        let href = |id: &str| format!("{root}{}", places.sentence(id));
        Ok(Value::from_safe_string(linked(&text, own, &href)))
    });
    Ok(env)
}

/// Part of the model as templates see it.
pub(super) fn told<T: serde::Serialize>(part: T) -> Value {
    Value::from(Serde(part))
}

/// Values of a list of the model by their ids.
pub(super) fn by_id(model: &Value, list: &str) -> Result<Value, Error> {
    let mut all: BTreeMap<String, Value> = BTreeMap::new();
    let list = model.get_attr(list)?;
    if matches!(list.kind(), ValueKind::Seq | ValueKind::Iterable) {
        for item in list.try_iter()? {
            if let Some(id) = item.get_attr("id")?.as_str() {
                all.insert(id.to_owned(), item.clone());
            }
        }
    }
    Ok(Value::from_pairs(all))
}
