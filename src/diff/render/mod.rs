//! In: a comparison. Out: its texts and documents.
