//! In: the types of the documentation model. Out: their JSON Schema, `docs/reference/doc-model.schema.json`.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::{DocModel, VERSION};

/// The JSON Schema of the model.
#[must_use]
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<DocModel>().to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), json!(format!("guiju documentation model, version {VERSION}")));
    }
    schema
}
