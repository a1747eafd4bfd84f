//! Tables of lists, series, calendars and counters of a compiled policy. Plain data, as the model's `record`.

use serde::{Deserialize, Serialize};

use super::program::{Given, KeyInfo, PeriodInfo, Place, SlotType};

/// A list of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListInfo {
    /// Name.
    pub name: String,
    /// ASCII id.
    pub alias: String,
    /// The kind of subject it is about.
    pub subject: u32,
    /// The slot that says whether it is known.
    pub slot: u32,
    /// The most records.
    pub max: u32,
    /// Its columns, `first..end`.
    pub columns: (u32, u32),
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnInfo {
    /// Its list.
    pub list: u32,
    /// Name.
    pub name: String,
    /// ASCII id.
    pub alias: String,
    /// Type.
    pub ty: SlotType,
    /// Declared least value, scaled; `None`: no bound was declared.
    pub low: Option<i128>,
    /// Declared greatest value, scaled.
    pub high: Option<i128>,
    /// Whether it must be a valid unified social credit code.
    pub credit_code: bool,
    /// Note.
    pub note: String,
}

/// Figures by year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesInfo {
    /// Name.
    pub name: String,
    /// ASCII id.
    pub alias: String,
    /// The kind of subject it is about.
    pub subject: u32,
}

/// Which year of which series a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SeriesSlot {
    /// The series.
    pub series: u32,
    /// The year: relative to that of the decision where `relative`, else a calendar year.
    pub year: i32,
    /// Whether `year` is relative.
    pub relative: bool,
}

/// The slots of a certificate, for the slot that says whether it is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CertificateInfo {
    /// Its level.
    pub level: Option<u32>,
    /// First day of validity.
    pub from: Option<u32>,
    /// Last day of validity.
    pub until: Option<u32>,
}

/// A calendar of working days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarInfo {
    /// Name.
    pub name: String,
    /// ASCII id.
    pub alias: String,
    /// First day it knows.
    pub first: i32,
    /// Last day it knows.
    pub last: i32,
    /// Days off, sorted.
    pub off: Vec<i32>,
    /// Working weekend days, sorted.
    pub working: Vec<i32>,
}

/// What a `times` op counts in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CounterInfo {
    /// Clauses whose awards count, in order.
    pub counts: Vec<u32>,
    /// To whom: kinds of subjects in order; empty: all applicants together.
    pub subjects: Vec<u32>,
    /// Since when.
    pub period: PeriodInfo,
    /// Whether calendar years before that of the decision are counted instead of awards.
    pub years: bool,
    /// The slot that says whether a ledger was given; `None`: no ledger means no awards.
    pub ledger: Option<u32>,
}

/// A record of a list: what is given of each of its columns, in order.
pub type Record = Vec<Given>;

/// What is known of a list; a list not mentioned is not asked.
pub type ListGiven = (u32, Vec<Record>);

/// Who is counted, and where that was written. Kept together for caps of groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JointCapInfo {
    /// As the drafter wrote it.
    pub text: String,
    /// The amount, scaled by 2; joint caps are constants.
    pub amount: i128,
    /// Per whom.
    pub key: KeyInfo,
    /// Over which period.
    pub period: PeriodInfo,
    /// Where it stands.
    pub place: Place,
}
