//! In: surface trees of a policy's files and its archived original. Out: [`Checked`], ids and types instead of names, and diagnostics.
//! Invariant: a [`Checked`] value is made only by `from_syntax`, and only when no error was found.

mod amounts;
mod arithmetic;
mod breaker;
mod calendars;
pub mod case;
mod cases;
mod certificates;
mod classes;
pub mod clause;
mod clauses;
mod comparing;
mod conditions;
mod context;
mod declarations;
mod definitions;
pub mod expression;
mod fields;
mod folds;
mod from_syntax;
mod left_over;
mod lints;
pub mod mutate;
mod quantities;
pub mod record;
pub mod segment;
mod series;
mod settle;
pub mod settlement;
pub mod source_text;
mod subjects;
mod surface;
mod tables;
mod tokens;
pub mod types;
mod typing;
mod uniform;
mod unreadable;
pub mod vocabulary;

use rust_decimal::Decimal;

use crate::source::Span;

pub use breaker::Breaker;
pub use case::{Case, Expectation, LedgerEntry, Outcome};
pub use clause::{Award, Cap, CapKey, CapPeriod, CapScope, Clause, IndustryGate, Lift, Quote, Responsible, Window};
pub use context::UnitTable;
pub use expression::{Arm, CompareOp, Condition, Expr, ExprKind, MonthEnd};
pub use from_syntax::{accept, check, check_all, check_meaning, is_of_quotations, vocabulary};
pub use record::{Calendar, Certificate, Column, Fold, FoldKind, List, Series, SeriesYear, Times};
pub use settlement::SettlementRules;
pub use types::{ClassId, MemberId, NumberKind, Rounding, RoundingMode, Type, Unit, Value};
pub use typing::show_unit;
pub use uniform::uniform;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl $name {
            /// As an index into its table.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// Index of a [`Fact`].
    FactId
    /// Index of a [`Definition`].
    DefinitionId
    /// Index of a [`Clause`].
    ClauseId
    /// Index of a [`Department`].
    DepartmentId
    /// Index of a [`Subject`].
    SubjectId
    /// Index of a [`List`].
    ListId
    /// Index of a [`Column`].
    ColumnId
    /// Index of a [`Series`].
    SeriesId
    /// Index of a [`Calendar`].
    CalendarId
}

/// What all of a policy says: tables indexed by the ids. The same data as [`Checked`], without its promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Number, title, dates, issuers.
    pub policy: Policy,
    /// Departments, in order of declaration.
    pub departments: Vec<Department>,
    /// Classifications and enumerations.
    pub classes: Vec<Class>,
    /// Values of all classes; those of one class are contiguous and in pre-order.
    pub members: Vec<Member>,
    /// Kinds of subjects.
    pub subjects: Vec<Subject>,
    /// Facts, those of one subject contiguous; facts made by the compiler last.
    pub facts: Vec<Fact>,
    /// Lists of records.
    pub lists: Vec<List>,
    /// Columns of all lists, those of one list contiguous.
    pub columns: Vec<Column>,
    /// Figures by year.
    pub series: Vec<Series>,
    /// Calendars of working days.
    pub calendars: Vec<Calendar>,
    /// Derived facts, in order of declaration; they refer to each other without cycles.
    pub definitions: Vec<Definition>,
    /// 适用范围: all must hold for any clause.
    pub scope: Vec<Condition>,
    /// 排除 of the scope: none may hold for any clause.
    pub scope_exclusions: Vec<Condition>,
    /// Quotes of the scope.
    pub scope_quotes: Vec<Quote>,
    /// Clauses, in order of the document (files in order of 引用).
    pub clauses: Vec<Clause>,
    /// Groups, quotas, budgets and the order in which they apply.
    pub settlement: SettlementRules,
    /// Cases.
    pub cases: Vec<Case>,
    /// Passages marked 非规范.
    pub non_normative: Vec<NonNormative>,
    /// The archived original.
    pub original: Option<Original>,
}

/// The policy item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Document number (`长发改规〔2024〕4号`); empty where there is none.
    pub number: String,
    /// Title.
    pub title: String,
    /// ASCII id; empty where there is none.
    pub alias: String,
    /// Issuers, the lead first.
    pub issuers: Vec<DepartmentId>,
    /// Day of publication.
    pub published: Option<i32>,
    /// First and last day in force.
    pub in_force: Window,
    /// Rounding of computed awards.
    pub rounding: Option<Rounding>,
    /// Month-end rule.
    pub month_end: Option<MonthEnd>,
    /// 说明.
    pub note: Option<String>,
    /// Quotes of the policy item (the sentence of its validity …).
    pub quotes: Vec<Quote>,
    /// The item's first line.
    pub span: Span,
}

/// A department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// Short name, as clauses use it.
    pub name: String,
    /// Full name; empty where not given.
    pub full_name: String,
    /// ASCII id; empty where there is none.
    pub alias: String,
    /// Where it is declared.
    pub span: Span,
}

/// A classification (hierarchical) or enumeration (flat).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Name (`产业`, `方向`, an enumeration's name).
    pub name: String,
    /// ASCII id; empty where there is none.
    pub alias: String,
    /// Whether its values are ordered, lowest first in id order.
    pub ordered: bool,
    /// Its values, as ids `first..end`.
    pub members: std::ops::Range<u32>,
    /// Where it is first declared.
    pub span: Span,
}

/// A value of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its class.
    pub class: ClassId,
    /// Name.
    pub name: String,
    /// ASCII id; empty where there is none.
    pub alias: String,
    /// The value it lies below.
    pub parent: Option<MemberId>,
    /// It and all it covers are the ids from its own to before `end`.
    pub end: MemberId,
    /// Words of the original that name it.
    pub quotes: Vec<Quote>,
    /// Where it is declared.
    pub span: Span,
}

/// A kind of subject: 市场主体, 项目, 人才, 团队.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Name.
    pub name: String,
    /// ASCII id; empty where there is none.
    pub alias: String,
    /// The kind it belongs to (a 项目 of a 市场主体).
    pub owner: Option<SubjectId>,
    /// The fact that tells one subject of the kind from another: declared with 标识 (or of type 信用代码), else made by the compiler
    /// as `<name>标识`, a text.
    pub identifier: FactId,
    /// Where it is declared.
    pub span: Span,
}

/// A fact about a subject, given from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Name, unique within its subject.
    pub name: String,
    /// ASCII id; empty where there is none.
    pub alias: String,
    /// Whom it is about.
    pub subject: SubjectId,
    /// Its type.
    pub ty: Type,
    /// Who gives it.
    pub source: FactSource,
    /// Least and most, in its unit; the bounds of `limits.rs` where not declared.
    pub range: (Decimal, Decimal),
    /// Whether the compiler made it (an identifier, a set amount, a lift).
    pub made: bool,
    /// Whether it must be a valid unified social credit code (GB 32100-2015).
    pub credit_code: bool,
    /// 每年: it is a figure for one year.
    pub yearly: bool,
    /// The series and year that it is a figure of.
    pub year: Option<(SeriesId, SeriesYear)>,
    /// 认定: the certificate whose holding this fact is (of type [`Type::Bool`]).
    pub certificate: Option<Certificate>,
    /// 说明, or the clause it was made for.
    pub note: String,
    /// Where it is declared.
    pub span: Span,
}

/// Who gives a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactSource {
    /// The applicant.
    Applicant,
    /// 认定: a department attests it.
    Determination(Authority),
    /// 裁量: a department sets it.
    Discretion(Authority),
}

/// A named department, or whichever leads the clause at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Authority {
    /// This one.
    Department(DepartmentId),
    /// 责任部门: the lead of the clause.
    Responsible,
}

/// A derived fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Name.
    pub name: String,
    /// ASCII id; empty where there is none.
    pub alias: String,
    /// Its value.
    pub value: Expr,
    /// How it was written.
    pub form: Form,
    /// Words of the original.
    pub quotes: Vec<Quote>,
    /// 说明.
    pub note: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

/// How a derived fact was written: as an expression, or as a table whose lines are kept for checks and documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// 定义.
    Expression,
    /// 分档: by where `base` lies; the first line that holds.
    Tiers {
        /// What is compared.
        base: Expr,
        /// Its lines, in the order written.
        lines: Vec<TierLine>,
        /// 其余; where it is 不予支持, a choice of which no arm ever holds.
        otherwise: Option<Expr>,
    },
    /// 累进: each part of `base` by its own rate.
    Progressive {
        /// What is cut into parts.
        base: Expr,
        /// Its lines, lowest first.
        lines: Vec<TierLine>,
    },
    /// 对照: by the value of `base`, a class value.
    Lookup {
        /// What is looked up.
        base: Expr,
        /// Values that each line is for, and what it gives.
        lines: Vec<(Vec<MemberId>, Expr)>,
        /// 其余.
        otherwise: Option<Expr>,
    },
    /// 叠加: the sum of all lines that hold.
    Sum(Vec<Arm>),
    /// 就高: the greatest of all lines that hold; none: not applicable.
    Highest(Vec<Arm>),
}

/// A line of a table of tiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierLine {
    /// As written, without its value.
    pub label: String,
    /// The lower end; `None`: none.
    pub low: Option<TierEnd>,
    /// The upper end; `None`: none.
    pub high: Option<TierEnd>,
    /// What it gives (分档) or its rate (累进).
    pub value: Expr,
    /// Where it stands.
    pub span: Span,
}

/// An end of a tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierEnd {
    /// Where.
    pub at: Expr,
    /// Whether it belongs to the tier.
    pub included: bool,
    /// Whether the policy says so (以上 of 本数, 端点归高档), and not only the Civil Code.
    pub declared: bool,
}

/// Passages that bind nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NonNormative {
    /// A name for the group.
    pub title: String,
    /// The passages.
    pub quotes: Vec<Quote>,
    /// Why.
    pub note: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

/// The archived original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// The path as written in 原件.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// A policy without errors; where `from_syntax::check_meaning` made it, without errors but for those of quotations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    model: Model,
}

impl Checked {
    /// A hand-built model, taken at its word.
    #[cfg(test)]
    pub(crate) fn for_tests(model: Model) -> Checked {
        Checked { model }
    }

    /// What the policy says.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }
}

impl std::ops::Deref for Checked {
    type Target = Model;

    fn deref(&self) -> &Model {
        &self.model
    }
}
