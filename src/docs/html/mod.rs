//! In: the documentation model. Out: the static site.
