//! In: the types of the documentation model. Out: their JSON Schema, held against `docs/reference/doc-model.schema.json`.
//! Invariant: the published schema is that of the types, and its shape changes only with the version.

use std::fs;
use std::path::Path;

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{DocModel, VERSION};

/// The JSON Schema of the model.
fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<DocModel>().to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), json!(format!("guiju documentation model, version {VERSION}")));
    }
    schema
}

/// A schema without the words that explain it.
fn shape(schema: &Value) -> Value {
    match schema {
        Value::Object(all) => all
            .iter()
            .filter(|(key, value)| !(*key == "description" && value.is_string()))
            .map(|(key, value)| (key.clone(), shape(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(all) => all.iter().map(shape).collect(),
        other => other.clone(),
    }
}

#[test]
fn the_schema_is_the_published_one_and_changes_only_with_the_version() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (path, versions) = (root.join("docs/reference/doc-model.schema.json"), root.join("tests/doc-model.versions"));
    let now = format!("{:#}\n", schema());
    let sum: String = Sha256::digest(shape(&schema()).to_string()).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut known = fs::read_to_string(&versions).unwrap_or_default();
    let line = known.lines().find(|line| line.split(' ').next() == Some(&VERSION.to_string())).map(str::to_owned);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &now).unwrap();
        if line.is_none() {
            known.push_str(&format!("{VERSION} {sum}\n"));
            fs::write(&versions, known).unwrap();
        }
        return;
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), now, "BLESS=1 cargo test docs::model::schema writes it anew");
    let line = line.unwrap_or_else(|| {
        panic!("version {VERSION} is not in tests/doc-model.versions: BLESS=1 cargo test docs::model::schema")
    });
    assert_eq!(line, format!("{VERSION} {sum}"), "the shape of the model changed: raise docs::model::VERSION");
}
