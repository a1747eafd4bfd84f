//! In: the pieces of a run read so far. Out: which piece may stand next: the places of operands, operators and of words that only
//! some places call for.

use crate::literal::Literal;
use crate::syntax::keywords::Word;

use super::super::vocabulary::Entry;
use super::PieceKind;

/// Where words may stand next to each other. Names and words are told apart by the place a piece has in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum State {
    /// An operand must follow (the start of a run allows anything).
    Start,
    /// After an operand.
    Operand,
    /// After a kind of subject, whose fact may follow at once.
    Subject,
    /// After an operand and a number or value that needs 以上 or the like.
    AwaitPostfix,
    /// After 以上 or the like.
    Postfix,
    /// After an operator or a prefix.
    Open,
    /// After a name of figures by year, which 合计 or 同比增速 may follow.
    Series,
    /// After 2023年, which a name of figures by year may follow.
    Year,
    /// After 上年 or 近3年, which a name of figures by year follows.
    Whose,
    /// After 近, before its 3年.
    Recent,
    /// After 每满, before its step.
    Step,
    /// After 每满1万人次, before the amount.
    Stepped,
    /// After 前, before its number.
    Top,
    /// After 前3.
    Topped,
}

/// Every state.
pub(super) const STATES: [State; 14] = [
    State::Start,
    State::Operand,
    State::Subject,
    State::AwaitPostfix,
    State::Postfix,
    State::Open,
    State::Series,
    State::Year,
    State::Whose,
    State::Recent,
    State::Step,
    State::Stepped,
    State::Top,
    State::Topped,
];

/// What a word does in an expression; `None` for words that expressions do not use.
#[must_use]
pub fn role(word: Word) -> Option<Role> {
    use Word::{
        Above, AccordingTo, After, All, And, Any, At, AtHighest, AtLeast, AtLeastAndPostfix, AtLeastPostfix, AtMost,
        AtMostAndPostfix, AtMostPostfix, AwardNoun, Before, Below, Between, Breaks, CertainReward, Decimals, DividedBy,
        Down, EqualTo, Equals, Exceeds, Full, Give, Greater, Greatest, HalfEven, HalfUp, In, Is, IsNot, Least, Less,
        Minus, No, Not, NotAbove, NotAfter, NotApplicable, NotBefore, NotBelow, NotEqualTo, NotEquals, NotExceeding,
        NotGreater, NotIn, NotLess, NotMore, NotSmaller, Of, OnDate, Once, Or, Plus, Reaches, Round, ShortOf, Times,
        To, Under, Unknown, Up, WithinPostfix, Yearly, Yes,
    };
    match word {
        And | Or | NotBelow | NotLess | Reaches | Full | NotSmaller | AtLeast | Exceeds | Above | Breaks | Greater
        | NotExceeding | NotAbove | NotMore | NotGreater | AtMost | ShortOf | Below | Under | Less | Is | Equals
        | EqualTo | IsNot | NotEquals | NotEqualTo | At | AtHighest | In | NotIn | Before | After | NotBefore
        | NotAfter | Of | Plus | Minus | Times | DividedBy | To => Some(Role::Infix),
        AtLeastPostfix | AtLeastAndPostfix | AtMostPostfix | AtMostAndPostfix | WithinPostfix | Unknown
        | NotApplicable | Decimals | AwardNoun | Between => Some(Role::Postfix),
        Not | Give | AccordingTo | Yearly | Once | Least | Greatest | Round | Any | All => Some(Role::Prefix),
        Yes | No | OnDate | CertainReward | HalfUp | HalfEven | Down | Up => Some(Role::Operand),
        _ => None,
    }
}

/// The place of a word in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Stands for a value.
    Operand,
    /// Between two operands.
    Infix,
    /// After an operand.
    Postfix,
    /// Before an operand.
    Prefix,
}

/// Whether a word is read only where what stands before or after it calls for it; names that begin with its letters win.
#[must_use]
pub fn contextual(word: Word) -> bool {
    use Word as W;
    matches!(
        word,
        W::Recent
            | W::WithinTerm
            | W::ThisYear
            | W::LastYear
            | W::YearBefore
            | W::GrowthRate
            | W::GrowthAmount
            | W::Against
            | W::RateSince
            | W::AmountSince
            | W::Average
            | W::EachOf
            | W::Together
            | W::Count
            | W::Distinct
            | W::Maximum
            | W::Minimum
            | W::Top
            | W::Where
            | W::If
            | W::Meeting
            | W::EachFull
            | W::Matched
            | W::FirstTime
            | W::AsOf
            | W::Has
            | W::Respectively
            | W::YearNumber
            | W::ByAnniversary
            | W::ByCalendarYear
            | W::Stacked
            | W::TakeHighest
    )
}

/// A calendar year written as a number of 年: `2023年`.
#[must_use]
pub fn calendar_year(number: &Literal) -> Option<i32> {
    let months = i32::try_from(number.value.trunc().mantissa()).ok()?;
    let year =
        (number.decimals == 0 && number.unit == [("月".to_owned(), 1)] && months % 12 == 0).then_some(months / 12)?;
    (1900..2200).contains(&year).then_some(year)
}

impl State {
    /// The state after a piece, where the piece may stand here.
    pub(super) fn after(self, kind: &PieceKind) -> Option<State> {
        match (self, kind) {
            (_, PieceKind::Word(word)) if contextual(*word) => return self.after_contextual(*word),
            (State::Start | State::Open, PieceKind::Ratio(_)) => return Some(State::Operand),
            (_, PieceKind::Ratio(_)) => return self.is_operand().then_some(State::Postfix),
            (State::Whose | State::Year, PieceKind::Name(entries)) => {
                return is_series(entries).then_some(State::Series);
            }
            (State::Recent, PieceKind::Number(_)) => return Some(State::Whose),
            (State::Whose, PieceKind::Word(Word::WithinPostfix)) => return Some(State::Postfix),
            (State::Step, PieceKind::Number(_)) => return Some(State::Stepped),
            (State::Stepped, PieceKind::Word(word)) if word.is_giving() => return Some(State::Stepped),
            (State::Stepped, PieceKind::Number(_) | PieceKind::Name(_)) => return Some(State::Operand),
            (State::Top, PieceKind::Number(_)) => return Some(State::Topped),
            (State::Whose | State::Recent | State::Step | State::Stepped | State::Top | State::Topped, _) => {
                return None;
            }
            (State::Series | State::Year, _) => return State::Operand.after(kind),
            _ => {}
        }
        self.after_plain(kind)
    }

    /// Whether an operand is complete.
    fn is_operand(self) -> bool {
        matches!(self, State::Operand | State::Subject | State::Series | State::Year | State::Postfix)
    }

    /// The state after a word that only some places call for.
    fn after_contextual(self, word: Word) -> Option<State> {
        use Word as W;
        let fresh = matches!(self, State::Start | State::Open);
        let start = self == State::Start;
        let next = match word {
            W::Recent if fresh => State::Recent,
            W::WithinTerm if start || self == State::Whose => State::Postfix,
            W::ThisYear | W::LastYear | W::YearBefore if fresh => State::Whose,
            W::GrowthRate | W::GrowthAmount if start || self == State::Series => State::Postfix,
            W::Against if start || self == State::Series => State::Open,
            W::RateSince | W::AmountSince if start || self == State::Year => State::Postfix,
            W::Together if fresh || matches!(self, State::Series | State::Topped) => State::Postfix,
            W::Average if start || self == State::Series => State::Postfix,
            W::EachOf if start => State::Start,
            W::EachOf if self == State::Series => State::Postfix,
            W::Count | W::Distinct | W::Maximum | W::Minimum | W::YearNumber if fresh => State::Postfix,
            W::Top if fresh => State::Top,
            W::Where | W::If | W::Meeting if start => State::Start,
            W::EachFull if start || self.is_operand() => State::Step,
            W::Matched if start || self.is_operand() => State::Postfix,
            W::FirstTime if fresh => State::Operand,
            W::AsOf | W::Has if start || self.is_operand() => State::Open,
            W::Respectively if start || self.is_operand() => State::Start,
            W::ByAnniversary | W::ByCalendarYear | W::Stacked | W::TakeHighest if start => State::Postfix,
            _ => return None,
        };
        Some(next)
    }

    fn after_plain(self, kind: &PieceKind) -> Option<State> {
        let role = match kind {
            PieceKind::Word(word) => role(*word)?,
            PieceKind::Name(_) | PieceKind::Number(_) | PieceKind::Date(_) | PieceKind::Ratio(_) => Role::Operand,
        };
        if matches!(kind, PieceKind::Word(Word::AwardNoun)) {
            // 20万元奖励: a noun after an amount says nothing more.
            return matches!(self, State::Start | State::Operand | State::Postfix).then_some(State::Postfix);
        }
        if matches!(kind, PieceKind::Word(Word::Give | Word::AccordingTo | Word::Yearly | Word::Once)) {
            // 给予 and 每年给予 say nothing: they may stand before an amount, before 不超过, and at the end.
            return match self {
                State::Start | State::Open => Some(State::Start),
                State::Operand | State::Subject | State::Postfix => Some(State::Postfix),
                _ => None,
            };
        }
        match (self, role) {
            (State::Start | State::Open, Role::Operand) => Some(match kind {
                PieceKind::Name(entries) if is_series(entries) => State::Series,
                PieceKind::Number(number) if calendar_year(number).is_some() => State::Year,
                PieceKind::Name(entries) if entries.iter().any(|entry| matches!(entry, Entry::Subject(_))) => {
                    State::Subject
                }
                _ => State::Operand,
            }),
            // `最高不超过 50万元`.
            (State::Start, Role::Prefix) if *kind == PieceKind::Word(Word::AtHighest) => Some(State::Start),
            (State::Start | State::Open, Role::Prefix) => Some(State::Open),
            (State::Start, Role::Infix) => Some(State::Open),
            (State::Start | State::Operand | State::AwaitPostfix, Role::Postfix) => Some(State::Postfix),
            (State::Subject, Role::Operand) => match kind {
                PieceKind::Name(entries) if is_series(entries) => Some(State::Series),
                PieceKind::Name(_) => Some(State::Operand),
                _ => None,
            },
            (State::Operand | State::Postfix, Role::Operand) => match kind {
                PieceKind::Number(_) | PieceKind::Date(_) => Some(State::AwaitPostfix),
                PieceKind::Name(entries) => {
                    entries.iter().any(|entry| matches!(entry, Entry::Member(_))).then_some(State::AwaitPostfix)
                }
                PieceKind::Word(_) | PieceKind::Ratio(_) => None,
            },
            (State::Operand | State::Subject | State::Postfix, Role::Infix) => Some(State::Open),
            (State::AwaitPostfix | State::Open, Role::Infix)
            | (State::AwaitPostfix, Role::Operand)
            | (State::Subject | State::Open | State::Postfix, Role::Postfix)
            | (State::Operand | State::Subject | State::AwaitPostfix | State::Postfix, Role::Prefix) => None,
            _ => None,
        }
    }

    /// Whether a piece here is an operator with a value before it: readings with and without it mean different things.
    pub(super) fn operates(self, kind: &PieceKind) -> bool {
        let PieceKind::Word(word) = kind else { return false };
        match role(*word) {
            Some(Role::Infix) => self.is_operand(),
            Some(Role::Postfix) => self == State::AwaitPostfix,
            Some(Role::Prefix | Role::Operand) => false,
            None => matches!(word, Word::AsOf | Word::EachFull) && self.is_operand(),
        }
    }

    pub(super) fn may_end(self) -> bool {
        !matches!(self, State::AwaitPostfix)
    }
}

fn is_series(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| matches!(entry, Entry::Series(_)))
}
