//! In: the tables of a program. Out: flaws of their lengths, ranges and cross references. Invariant: after no flaw, every index of every
//! table can be followed.

use crate::limits::{
    CAPS_PER_CLAUSE_MAX, CLASS_DEPTH_MAX, CLAUSES_MAX, COUNTS_MAX, FACTS_MAX, FILES_MAX, MEMBERS_MAX, OPS_MAX,
    REGISTERS_MAX, SCALE_MAX, VALUE_MAX,
};

use super::super::exact::widened;
use super::super::program::{
    AwardInfo, CapInfo, ClauseInfo, Days, GivenBy, KeyInfo, Place, Program, QuoteInfo, SlotInfo, SlotType, Tables,
};
use super::{Flaws, Rule};

/// Checks all tables but the cases.
pub fn examine(program: &Program, flaws: &mut Flaws) {
    let mut examiner = Examiner { tables: &program.tables, flaws };
    examiner.lengths(program);
    examiner.policy();
    examiner.classes();
    examiner.members();
    examiner.subjects();
    examiner.slots();
    examiner.sets();
    examiner.clauses(program.code.len());
    examiner.requirements();
    examiner.caps();
    for place in &program.places {
        examiner.place(*place);
    }
}

struct Examiner<'a> {
    tables: &'a Tables,
    flaws: &'a mut Flaws,
}

impl Examiner<'_> {
    fn flaw(&mut self, rule: Rule, zh: impl Into<String>, en: impl Into<String>) {
        self.flaws.add(None, rule, zh, en);
    }

    fn index(&mut self, index: u32, length: usize, zh: &str, en: &str) {
        if index as usize >= length {
            self.flaw(
                Rule::IndexOutOfRange,
                format!("{zh} {index} 不存在，一共 {length} 个"),
                format!("there is no {en} {index}, there are {length}"),
            );
        }
    }

    fn indices(&mut self, indices: &[u32], length: usize, zh: &str, en: &str) {
        for index in indices {
            self.index(*index, length, zh, en);
        }
    }

    fn lengths(&mut self, program: &Program) {
        let tables = self.tables;
        let registers = tables.registers as usize;
        let limits = [
            ("文件", "files", tables.files.len(), FILES_MAX),
            ("分类的值", "class values", tables.members.len(), MEMBERS_MAX),
            ("事实", "facts", tables.slots.len(), FACTS_MAX),
            ("条款", "clauses", tables.clauses.len(), CLAUSES_MAX),
            ("指令", "instructions", program.code.len(), OPS_MAX),
            ("寄存器", "registers", registers, REGISTERS_MAX),
        ];
        for (zh, en, length, most) in limits {
            if length > most {
                self.flaw(
                    Rule::TooMany,
                    format!("{zh}有 {length} 个，上限是 {most}"),
                    format!("there are {length} {en}, the limit is {most}"),
                );
            }
        }
        if registers > program.code.len() {
            self.flaw(
                Rule::RegisterNeverWritten,
                format!("{registers} 个寄存器多于指令"),
                format!("there are more registers ({registers}) than instructions"),
            );
        }
        if program.places.len() != program.code.len() {
            self.flaw(Rule::PlacesMissing, "出处与指令不是一一对应", "places and instructions are not one to one");
        }
    }

    fn place(&mut self, place: Place) {
        self.index(place.file, self.tables.files.len(), "文件", "file");
    }

    fn window(&mut self, days: Days, of: &str) {
        if let (Some(first), Some(last)) = days
            && last < first
        {
            self.flaw(
                Rule::WindowReversed,
                format!("{of} 的失效日在生效日之前"),
                format!("the last day of `{of}` lies before its first"),
            );
        }
    }

    fn quotes(&mut self, quotes: &[QuoteInfo]) {
        let bytes = self.tables.policy.original.as_ref().map_or(0, |original| original.bytes);
        for quote in quotes {
            if quote.found.is_some_and(|(start, end)| start > end || end > bytes) {
                self.flaw(
                    Rule::QuoteReversed,
                    "引文的位置不在原件之内",
                    "a quotation does not lie inside the original",
                );
            }
        }
    }

    fn policy(&mut self) {
        let tables = self.tables;
        self.indices(&tables.policy.issuers, tables.departments.len(), "部门", "department");
        self.window(tables.policy.in_force, "政策");
        self.quotes(&tables.scope_quotes);
        for passages in &tables.non_normative {
            self.quotes(&passages.quotes);
        }
    }

    fn classes(&mut self) {
        let tables = self.tables;
        let count = tables.members.len();
        let mut total = 0usize;
        for class in &tables.classes {
            let (first, end) = (class.first as usize, class.end as usize);
            if first > end || end > count {
                self.flaw(
                    Rule::IndexOutOfRange,
                    format!("分类 {} 的值超出范围", class.name),
                    format!("the values of class `{}` lie outside the table", class.name),
                );
            }
            total = total.saturating_add(end.saturating_sub(first));
        }
        // Each value lies in the range of its own class and the lengths add up, so that no two ranges overlap.
        let mut apart = total == count;
        for (at, member) in tables.members.iter().enumerate() {
            let class = tables.classes.get(member.class as usize);
            apart &= class.is_some_and(|class| class.first as usize <= at && at < class.end as usize);
        }
        if !apart {
            self.flaw(Rule::ClassesOverlap, "分类的值没有各归其类", "the classes do not share out all class values");
        }
    }

    fn members(&mut self) {
        let tables = self.tables;
        let mut above: Vec<(u32, u32)> = Vec::new();
        for (at, member) in (0u32..).zip(&tables.members) {
            while above.last().is_some_and(|(_, end)| *end <= at) {
                above.pop();
            }
            let parent = above.last().copied();
            let class_end = tables.classes.get(member.class as usize).map_or(0, |class| class.end);
            let end_max = parent.map_or(class_end, |(_, end)| end);
            let in_order = member.end > at && member.end <= end_max && member.parent == parent.map(|(id, _)| id);
            if !in_order {
                self.flaw(
                    Rule::MembersOutOfOrder,
                    format!("分类的值 {} 的次序不对", member.name),
                    format!("class value `{}` does not stand below its parent", member.name),
                );
                return;
            }
            above.push((at, member.end));
            if above.len() > CLASS_DEPTH_MAX {
                self.flaw(
                    Rule::TooMany,
                    format!("分类超过 {CLASS_DEPTH_MAX} 层"),
                    format!("a class is deeper than {CLASS_DEPTH_MAX} levels"),
                );
                return;
            }
            self.quotes(&member.quotes);
        }
    }

    fn subjects(&mut self) {
        let tables = self.tables;
        let count = tables.subjects.len();
        for subject in &tables.subjects {
            self.index(subject.identifier, tables.slots.len(), "事实", "fact");
            if let Some(owner) = subject.owner {
                self.index(owner, count, "对象", "subject kind");
            }
        }
        // Each kind is visited from one start only; a start that comes back to its own mark has run in a circle.
        let mut marks = vec![usize::MAX; count];
        for start in 0..count {
            let mut at = Some(start);
            while let Some(mark) = at.and_then(|id| marks.get_mut(id)).filter(|mark| **mark == usize::MAX) {
                *mark = start;
                at = at.and_then(|id| tables.subjects.get(id)).and_then(|subject| subject.owner).map(|id| id as usize);
            }
            if at.and_then(|id| marks.get(id)).is_some_and(|mark| *mark == start) {
                self.flaw(Rule::OwnerCycle, "对象的从属关系成环", "subject kinds belong to each other in a cycle");
                return;
            }
        }
    }

    fn slots(&mut self) {
        let tables = self.tables;
        for slot in &tables.slots {
            self.index(slot.subject, tables.subjects.len(), "对象", "subject kind");
            if let GivenBy::Determination(Some(department)) | GivenBy::Discretion(Some(department)) = slot.given_by {
                self.index(department, tables.departments.len(), "部门", "department");
            }
            if let SlotType::Member { class } = slot.ty {
                self.index(class, tables.classes.len(), "分类", "class");
            }
            if let SlotType::List { list } = slot.ty {
                self.index(list, tables.lists.len(), "清单", "list");
            }
            if !well_formed(slot) {
                self.flaw(
                    Rule::SlotMalformed,
                    format!("事实 {} 的单位、位数或范围不对", slot.name),
                    format!("unit, scale or range of fact `{}` is not well formed", slot.name),
                );
            }
        }
    }

    fn sets(&mut self) {
        let tables = self.tables;
        for set in &tables.sets {
            let sorted = set.windows(2).all(|pair| matches!(pair, [a, b] if a.1 <= b.0));
            let within = set.iter().all(|(first, end)| first < end && *end as usize <= tables.members.len());
            if set.is_empty() || !sorted || !within {
                self.flaw(Rule::SetUnsorted, "集合为空、无序或超出范围", "a set is empty, unsorted or out of range");
            }
        }
    }

    fn clauses(&mut self, instructions: usize) {
        let tables = self.tables;
        let mut at = (0u32, 0u32, tables.prologue_end);
        let mut tiles = true;
        for (id, clause) in (0u32..).zip(&tables.clauses) {
            let (requirements, caps, code) = (clause.requirements, clause.caps, clause.code);
            tiles &= (requirements.0, caps.0, code.0) == at;
            tiles &= requirements.0 <= requirements.1 && caps.0 <= caps.1 && code.0 < code.1;
            at = (requirements.1, caps.1, code.1);
            if caps.1.saturating_sub(caps.0) as usize > CAPS_PER_CLAUSE_MAX {
                self.flaw(
                    Rule::TooMany,
                    format!("条款 {} 的上限超过 {CAPS_PER_CLAUSE_MAX} 个", clause.id),
                    format!("clause `{}` has more than {CAPS_PER_CLAUSE_MAX} caps", clause.id),
                );
            }
            self.clause(id, clause);
        }
        tiles &= (at.0 as usize, at.1 as usize, at.2 as usize)
            == (tables.requirements.len(), tables.caps.len(), instructions);
        if !tiles {
            self.flaw(
                Rule::RangesDoNotTile,
                "条款的要求、上限或指令没有首尾相接",
                "requirements, caps or code of the clauses leave a gap or overlap",
            );
        }
        let mut ids: Vec<&str> = tables.clauses.iter().map(|clause| clause.id.as_str()).collect();
        ids.sort_unstable();
        if let Some([id, _]) = ids.array_windows::<2>().find(|[a, b]| a == b) {
            self.flaw(Rule::DuplicateClause, format!("条款标识 {id} 重复"), format!("two clauses have the id `{id}`"));
        }
    }

    fn clause(&mut self, id: u32, clause: &ClauseInfo) {
        let tables = self.tables;
        let departments = tables.departments.len();
        self.indices(&clause.subjects, tables.subjects.len(), "对象", "subject kind");
        self.indices(&clause.departments, departments, "部门", "department");
        if clause.lead as usize >= clause.departments.len().max(1) {
            self.flaw(
                Rule::LeadOutOfRange,
                format!("条款 {} 的牵头部门不在责任部门之中", clause.id),
                format!("the lead of clause `{}` is none of its departments", clause.id),
            );
        }
        if let Some((slot, set)) = clause.gate {
            self.index(slot, tables.slots.len(), "事实", "fact");
            self.index(set, tables.sets.len(), "集合", "set");
        }
        if let AwardInfo::Discretion(slot) | AwardInfo::Open(slot) = clause.award {
            self.index(slot, tables.slots.len(), "事实", "fact");
        }
        if let Some((slot, approver)) = clause.lift {
            self.index(slot, tables.slots.len(), "事实", "fact");
            self.index(approver, departments, "部门", "department");
        }
        if let Some(other) = clause.refers_to {
            self.index(other, tables.clauses.len(), "条款", "clause");
            if other == id {
                self.flaw(
                    Rule::SelfReference,
                    format!("条款 {} 参照自己", clause.id),
                    format!("clause `{}` refers to itself", clause.id),
                );
            }
        }
        self.window(clause.in_force, &clause.id);
        self.quotes(&clause.quotes);
        self.place(clause.place);
    }

    fn owned(&mut self, at: usize, clause: u32, register: u32, range: impl Fn(&ClauseInfo) -> (u32, u32)) {
        let inside = self.tables.clauses.get(clause as usize).map(range);
        if !inside.is_some_and(|(first, end)| first as usize <= at && at < end as usize) {
            self.flaw(
                Rule::OwnerMismatch,
                format!("第 {at} 项不属于它所说的条款 {clause}"),
                format!("entry {at} does not belong to clause {clause} that it names"),
            );
        }
        self.index(register, self.tables.registers as usize, "寄存器", "register");
    }

    fn requirements(&mut self) {
        for (at, requirement) in self.tables.requirements.iter().enumerate() {
            self.owned(at, requirement.clause, requirement.register, |clause| clause.requirements);
            self.place(requirement.place);
        }
    }

    fn caps(&mut self) {
        let tables = self.tables;
        let mut counted = 0usize;
        for (at, cap) in tables.caps.iter().enumerate() {
            self.owned(at, cap.clause, cap.register, |clause| clause.caps);
            self.place(cap.place);
            self.cap(cap);
            counted = counted.saturating_add(cap.counts.len());
        }
        if counted > COUNTS_MAX {
            self.flaw(
                Rule::TooMany,
                format!("各上限合计的条款数超过 {COUNTS_MAX}"),
                format!("the clauses that count toward all caps are more than {COUNTS_MAX}"),
            );
        }
    }

    fn cap(&mut self, cap: &CapInfo) {
        let tables = self.tables;
        self.indices(&cap.counts, tables.clauses.len(), "条款", "clause");
        let sorted = cap.counts.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        if !sorted || cap.counts.binary_search(&cap.clause).is_err() {
            self.flaw(
                Rule::CountsMalformed,
                "计入上限的条款无序，或没有本条款",
                "the clauses that count toward a cap are unsorted or lack its own",
            );
        }
        if let KeyInfo::Subjects(subjects) = &cap.key {
            self.indices(subjects, tables.subjects.len(), "对象", "subject kind");
            if subjects.is_empty() {
                self.flaw(Rule::KeyEmpty, "上限没有归户对象", "a cap is keyed by nobody");
            }
        }
    }
}

fn well_formed(slot: &SlotInfo) -> bool {
    bounded(&slot.ty, slot.low, slot.high)
}

/// Whether unit and scale of a type are well formed, and the bounds of a fact or column of it in order and within the limit.
pub fn bounded(ty: &SlotType, low: Option<i128>, high: Option<i128>) -> bool {
    let SlotType::Number { scale, unit, .. } = ty else { return low.is_none() && high.is_none() };
    let Some(limit) = widened(VALUE_MAX, u32::from(*scale)).filter(|_| *scale <= SCALE_MAX) else { return false };
    let inside = |bound: Option<i128>| bound.is_none_or(|bound| (-limit..=limit).contains(&bound));
    let in_order = low.unwrap_or(-limit) <= high.unwrap_or(limit);
    let sorted = unit.windows(2).all(|pair| matches!(pair, [a, b] if a.0 < b.0));
    inside(low) && inside(high) && in_order && sorted && unit.iter().all(|(_, power)| *power != 0)
}
