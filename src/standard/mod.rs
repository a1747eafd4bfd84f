//! In: texts that a national standard gives a form, and names of library files. Out: whether they have it; the library's text. Pure
//! functions, no policy, no files.

pub mod credit_code;
pub mod library;
