//! In: what expressions say. Out: [`Dag`], where equal expressions of the whole policy are one node, constants are folded and numbers
//! that meet have one scale. Invariant: a node's operands have smaller ids than the node.

use std::collections::HashMap;

use crate::limits::SCALE_MAX;
use crate::model::RoundingMode;
use crate::source::Span;

use super::exact;

/// Index of a [`Node`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    /// As an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A comparison; the other orders swap their sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// a ≥ b
    AtLeast,
    /// a > b
    Above,
    /// a = b
    Equal,
    /// a ≠ b
    NotEqual,
}

/// An operation on two numbers of one scale, or a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Arithmetic {
    /// a + b
    Add,
    /// a - b
    Subtract,
    /// a × b
    Multiply,
    /// The smaller.
    Least,
    /// The larger.
    Greatest,
}

/// An expression whose parts are nodes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// A fact.
    Load(u32),
    /// A number, scaled.
    Number(i128, u8),
    /// Yes or no.
    Boolean(bool),
    /// A date.
    Date(i32),
    /// A class value.
    Member(u32),
    /// A text, by its index.
    Text(u32),
    /// Positive infinity.
    Unlimited(u8),
    /// The day of the decision.
    OnDate,
    /// Negation.
    Not(NodeId),
    /// Conjunction of at least two distinct parts.
    All(Vec<NodeId>),
    /// Disjunction of at least two distinct parts.
    Any(Vec<NodeId>),
    /// A comparison.
    Compare(Comparison, NodeId, NodeId),
    /// Membership in a set.
    Within(NodeId, u32),
    /// Arithmetic.
    Arithmetic(Arithmetic, NodeId, NodeId),
    /// A quotient rounded to a scale.
    Divide(NodeId, NodeId, i8, RoundingMode),
    /// A number rounded to a scale.
    Round(NodeId, i8, RoundingMode),
    /// The same number with more decimals.
    Rescale(NodeId, u8),
    /// A date plus months; whether a missing day moves on to the next month.
    AddMonths(NodeId, NodeId, bool),
    /// A date plus days.
    AddDays(NodeId, NodeId),
    /// Whether a lift is approved.
    Approved(u32),
    /// What does not apply.
    NotApplicable(Absent),
    /// The second where the first holds, else the third; whether of values that have no order between them.
    Select(Ordered, [NodeId; 3]),
    /// Whole years between two dates.
    YearsBetween(NodeId, NodeId),
    /// The calendar year of a date.
    YearOf(NodeId),
    /// A date plus working days of a calendar.
    AddWorkingDays(NodeId, NodeId, u32),
    /// What remains of a cap, by its index, of the amount of the node.
    Remaining(NodeId, u32),
    /// How many earlier awards, by the index of the counter.
    Times(u32),
    /// A column of the record at hand.
    Column(u32),
    /// A fold over the records of a list.
    Fold(Folded),
}

/// The type of what does not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Absent {
    /// A number of so many decimals.
    Number(u8),
    /// A date.
    Date,
    /// A text.
    Text,
    /// A value of a class.
    Member(u32),
}

/// Whether the values of a choice have bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ordered {
    /// Numbers, dates, yes/no.
    Yes,
    /// Texts, class values.
    No,
}

/// A fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Folded {
    /// The list.
    pub list: u32,
    /// The kind, as the op has it.
    pub kind: u32,
    /// How many of the greatest; 0 where that is not the question.
    pub most: u32,
    /// Which records count.
    pub filter: NodeId,
    /// Of each record; the filter where the fold has no value.
    pub value: NodeId,
}

impl Node {
    /// Calls `visit` with each operand, in order.
    pub fn operands(&self, mut visit: impl FnMut(NodeId)) {
        match self {
            Node::Load(_) | Node::Number(..) | Node::Boolean(_) | Node::Date(_) | Node::Member(_) | Node::Text(_) => {}
            Node::Unlimited(_) | Node::OnDate | Node::Approved(_) => {}
            Node::Not(a) | Node::Within(a, _) | Node::Round(a, ..) | Node::Rescale(a, _) => visit(*a),
            Node::All(parts) | Node::Any(parts) => parts.iter().copied().for_each(visit),
            Node::Compare(_, a, b) | Node::Arithmetic(_, a, b) | Node::Divide(a, b, ..) => {
                visit(*a);
                visit(*b);
            }
            Node::AddMonths(a, b, _) | Node::AddDays(a, b) => {
                visit(*a);
                visit(*b);
            }
            Node::NotApplicable(_) | Node::Times(_) | Node::Column(_) => {}
            Node::Select(_, parts) => parts.iter().copied().for_each(visit),
            Node::YearOf(a) | Node::Remaining(a, _) => visit(*a),
            Node::YearsBetween(a, b) | Node::AddWorkingDays(a, b, _) => {
                visit(*a);
                visit(*b);
            }
            Node::Fold(fold) => {
                visit(fold.filter);
                visit(fold.value);
            }
        }
    }
}

#[derive(Debug, Clone)]
struct Entry {
    node: Node,
    scale: u8,
    /// Whether it is of the record at hand of some list, so that it has a value within a fold only.
    of_record: bool,
    span: Span,
}

/// The expressions of a policy, each once.
#[derive(Debug, Clone, Default)]
pub struct Dag {
    entries: Vec<Entry>,
    ids: HashMap<Node, NodeId>,
}

impl Dag {
    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// A node; every id comes from this graph.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.entries[id.index()].node
    }

    /// Where it was first written.
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        self.entries[id.index()].span
    }

    /// The decimals of a number, 0 for everything else.
    #[must_use]
    pub fn scale(&self, id: NodeId) -> u8 {
        self.entries[id.index()].scale
    }

    /// Whether it is of the record at hand of some list.
    #[must_use]
    pub fn of_record(&self, id: NodeId) -> bool {
        self.entries[id.index()].of_record
    }

    /// All ids, operands first.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.entries.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// A node without operands. `scale` is that of a loaded number.
    pub fn leaf(&mut self, node: Node, scale: u8, span: Span) -> NodeId {
        self.intern(node, scale, span)
    }

    fn intern(&mut self, node: Node, scale: u8, span: Span) -> NodeId {
        if let Some(id) = self.ids.get(&node) {
            return *id;
        }
        let id = NodeId(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        let mut of_record = matches!(node, Node::Column(_));
        if !matches!(node, Node::Fold(_)) {
            node.operands(|operand| of_record |= self.of_record(operand));
        }
        self.entries.push(Entry { node: node.clone(), scale, of_record, span });
        self.ids.insert(node, id);
        id
    }

    fn number(&mut self, value: i128, scale: u8, span: Span) -> NodeId {
        self.intern(Node::Number(value, scale), scale, span)
    }

    /// A constant number with as few decimals as it needs; `None` where it needs more than a number can keep.
    pub fn constant(&mut self, value: i128, scale: u32, span: Span) -> Option<NodeId> {
        let (value, scale) = exact::trimmed(value, scale);
        let scale = u8::try_from(scale).ok().filter(|scale| *scale <= SCALE_MAX)?;
        Some(self.number(value, scale, span))
    }

    fn known(&self, id: NodeId) -> Option<(i128, u8)> {
        match self.node(id) {
            Node::Number(value, scale) => Some((*value, *scale)),
            _ => None,
        }
    }

    fn boolean(&mut self, value: bool, span: Span) -> NodeId {
        self.intern(Node::Boolean(value), 0, span)
    }

    /// Negation.
    pub fn not(&mut self, a: NodeId, span: Span) -> NodeId {
        match *self.node(a) {
            Node::Boolean(value) => self.boolean(!value, span),
            _ => self.intern(Node::Not(a), 0, span),
        }
    }

    /// Conjunction (`all`) or disjunction of parts: constants folded, repeats dropped.
    pub fn junction(&mut self, all: bool, parts: impl IntoIterator<Item = NodeId>, span: Span) -> NodeId {
        let mut seen = std::collections::HashSet::new();
        let mut kept = Vec::new();
        for part in parts {
            match *self.node(part) {
                Node::Boolean(value) if value == all => {}
                Node::Boolean(value) => return self.boolean(value, span),
                _ if seen.insert(part) => kept.push(part),
                _ => {}
            }
        }
        match kept.as_slice() {
            [] => self.boolean(all, span),
            [one] => *one,
            _ if all => self.intern(Node::All(kept), 0, span),
            _ => self.intern(Node::Any(kept), 0, span),
        }
    }

    /// The same number with `scale` decimals; as it stands where it has as many or more.
    pub fn rescale(&mut self, a: NodeId, scale: u8, span: Span) -> NodeId {
        let own = self.scale(a);
        if scale <= own {
            return a;
        }
        let more = u32::from(scale - own);
        match self.known(a).and_then(|(value, _)| exact::widened(value, more)) {
            Some(value) => self.number(value, scale, span),
            None if matches!(self.node(a), Node::Unlimited(_)) => self.intern(Node::Unlimited(scale), scale, span),
            None if matches!(self.node(a), Node::NotApplicable(_)) => {
                self.intern(Node::NotApplicable(Absent::Number(scale)), scale, span)
            }
            None => self.intern(Node::Rescale(a, scale), scale, span),
        }
    }

    /// Both numbers at the larger of their scales.
    pub fn aligned(&mut self, a: NodeId, b: NodeId, span: Span) -> (NodeId, NodeId) {
        let scale = self.scale(a).max(self.scale(b));
        (self.rescale(a, scale, span), self.rescale(b, scale, span))
    }

    /// A comparison; numbers are aligned first by the caller.
    pub fn compare(&mut self, op: Comparison, a: NodeId, b: NodeId, span: Span) -> NodeId {
        if let (Some((left, _)), Some((right, _))) = (self.known(a), self.known(b)) {
            let value = match op {
                Comparison::AtLeast => left >= right,
                Comparison::Above => left > right,
                Comparison::Equal => left == right,
                Comparison::NotEqual => left != right,
            };
            return self.boolean(value, span);
        }
        self.intern(Node::Compare(op, a, b), 0, span)
    }

    /// Arithmetic; all but products align their operands.
    pub fn arithmetic(&mut self, op: Arithmetic, a: NodeId, b: NodeId, span: Span) -> NodeId {
        let (a, b) = if op == Arithmetic::Multiply { (a, b) } else { self.aligned(a, b, span) };
        if let (Some((left, left_scale)), Some((right, right_scale))) = (self.known(a), self.known(b)) {
            let (value, scale) = match op {
                Arithmetic::Add => (left.checked_add(right), u32::from(left_scale)),
                Arithmetic::Subtract => (left.checked_sub(right), u32::from(left_scale)),
                Arithmetic::Multiply => (left.checked_mul(right), u32::from(left_scale) + u32::from(right_scale)),
                Arithmetic::Least => (Some(left.min(right)), u32::from(left_scale)),
                Arithmetic::Greatest => (Some(left.max(right)), u32::from(left_scale)),
            };
            if let Some(id) = value.and_then(|value| self.constant(value, scale, span)) {
                return id;
            }
        }
        if a == b && matches!(op, Arithmetic::Least | Arithmetic::Greatest) {
            return a;
        }
        let scale = match op {
            Arithmetic::Multiply => self.scale(a).saturating_add(self.scale(b)),
            Arithmetic::Add | Arithmetic::Subtract | Arithmetic::Least | Arithmetic::Greatest => self.scale(a),
        };
        self.intern(Node::Arithmetic(op, a, b), scale, span)
    }

    /// A quotient, rounded.
    pub fn divide(&mut self, a: NodeId, b: NodeId, scale: i8, mode: RoundingMode, span: Span) -> NodeId {
        let kept = u8::try_from(scale).unwrap_or(0);
        if let (Some((left, left_scale)), Some((right, right_scale))) = (self.known(a), self.known(b)) {
            let value = exact::divided(left, right, (left_scale, right_scale), scale, mode);
            if let Some(id) = value.and_then(|value| self.constant(value, u32::from(kept), span)) {
                return id;
            }
        }
        self.intern(Node::Divide(a, b, scale, mode), kept, span)
    }

    /// A rounded number; as it stands where it has no more decimals than are kept.
    pub fn round(&mut self, a: NodeId, scale: i8, mode: RoundingMode, span: Span) -> NodeId {
        let own = self.scale(a);
        let kept = u8::try_from(scale).unwrap_or(0);
        if scale >= 0 && kept >= own {
            return a;
        }
        if let Some((value, own)) = self.known(a) {
            let value = exact::rounded(value, own, scale, mode);
            if let Some(id) = value.and_then(|value| self.constant(value, u32::from(kept), span)) {
                return id;
            }
        }
        if matches!(self.node(a), Node::Unlimited(_)) {
            return self.intern(Node::Unlimited(kept), kept, span);
        }
        self.intern(Node::Round(a, scale, mode), kept, span)
    }

    /// Exactly `scale` decimals: rounded with `mode` where it has more.
    pub fn at_scale(&mut self, a: NodeId, scale: u8, mode: RoundingMode, span: Span) -> NodeId {
        let signed = i8::try_from(scale).unwrap_or(i8::MAX);
        let rounded = self.round(a, signed, mode, span);
        self.rescale(rounded, scale, span)
    }

    /// `a` where `when` holds, else `b`. Numbers are aligned.
    pub fn select(&mut self, ordered: Ordered, when: NodeId, [a, b]: [NodeId; 2], span: Span) -> NodeId {
        let (a, b) = self.aligned(a, b, span);
        match *self.node(when) {
            Node::Boolean(true) => a,
            Node::Boolean(false) => b,
            _ => self.intern(Node::Select(ordered, [when, a, b]), self.scale(a), span),
        }
    }

    /// Any other node whose operands are in place.
    pub fn other(&mut self, node: Node, span: Span) -> NodeId {
        self.intern(node, 0, span)
    }
}
