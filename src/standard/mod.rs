//! In: texts that a national standard gives a form. Out: whether they have it. Pure functions, no policy, no files.

pub mod credit_code;
