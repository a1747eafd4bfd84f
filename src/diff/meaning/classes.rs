//! In: the classes of two models. Out: joint classes with the values of both, and which value of a side each of them is.
//! Invariant: classes that are alike are taken over as they are; of others the values lie flat, and what covers what is spelled out. A
//! value that only one side has is, for the other, the nearest value above it that the other has.

use std::collections::HashMap;

use super::joint::{Side, index};
use crate::model::{Class, ClassId, Member, MemberId, Model};

/// Which value of a side each joint value is, and the other way about.
#[derive(Debug, Default)]
pub struct Classes {
    /// By class of a side.
    classes: [Vec<ClassId>; 2],
    /// By joint value.
    own: [Vec<Option<MemberId>>; 2],
    /// By value of a side.
    joint: [Vec<MemberId>; 2],
    /// By joint class: whether the values lie flat.
    flat: Vec<bool>,
    /// By joint class: whether the sides order them differently.
    disordered: Vec<bool>,
}

impl Classes {
    /// The joint class of each class of a side.
    pub fn of(&self, side: Side) -> &[ClassId] {
        &self.classes[side.index()]
    }

    /// A joint value as a side has it.
    pub fn own(&self, side: Side, member: MemberId) -> Option<MemberId> {
        self.own[side.index()].get(member.0 as usize).copied().flatten()
    }

    /// A value of a side.
    pub fn joint(&self, side: Side, member: MemberId) -> MemberId {
        self.joint[side.index()].get(member.0 as usize).copied().unwrap_or(member)
    }

    /// Whether the sides order the values of a joint class differently.
    pub fn is_disordered(&self, class: ClassId) -> bool {
        self.disordered.get(class.0 as usize).copied().unwrap_or(true)
    }

    /// Values of a side with all that they cover, in order of joint id.
    pub fn within(&self, side: Side, own: &Model, members: &[MemberId]) -> Vec<MemberId> {
        let class = members.first().and_then(|id| own.members.get(id.0 as usize)).map(|member| member.class);
        let joint_class = class.and_then(|class| self.of(side).get(class.0 as usize).copied());
        let flat = joint_class.is_some_and(|class| self.flat.get(class.0 as usize).copied().unwrap_or(false));
        if !flat {
            let mut all: Vec<MemberId> = members.iter().map(|id| self.joint(side, *id)).collect();
            all.sort_unstable();
            return all;
        }
        let covers = |value: MemberId| {
            members.iter().any(|id| {
                let end = own.members.get(id.0 as usize).map_or(id.0, |member| member.end.0);
                *id == value || (id.0 <= value.0 && value.0 < end)
            })
        };
        let all = self.own[side.index()].iter().zip((0..).map(MemberId));
        all.filter(|(own, _)| own.is_some_and(covers)).map(|(_, joint)| joint).collect()
    }
}

/// The classes of both models.
pub fn unite(models: [&Model; 2]) -> (Vec<Class>, Vec<Member>, Classes) {
    let mut all =
        Classes { joint: models.map(|model| vec![MemberId(u32::MAX); model.members.len()]), ..Classes::default() };
    let (mut classes, mut members) = (Vec::new(), Vec::new());
    for side in [Side::Old, Side::New] {
        let [own, other] = if side == Side::Old { models } else { [models[1], models[0]] };
        for class in &own.classes {
            let twin = other.classes.iter().find(|twin| twin.name == class.name);
            if side == Side::New && twin.is_some() {
                let at = classes.iter().position(|known: &Class| known.name == class.name);
                all.classes[1].push(ClassId(index(at.unwrap_or_default())));
                continue;
            }
            all.classes[side.index()].push(ClassId(index(classes.len())));
            let pair = match side {
                Side::Old => [Some(class), twin],
                Side::New => [None, Some(class)],
            };
            one(models, pair, &mut classes, &mut members, &mut all);
        }
    }
    (classes, members, all)
}

fn values<'m>(model: &'m Model, class: Option<&Class>) -> Vec<(MemberId, &'m Member)> {
    let range = class.map_or(0..0, |class| class.members.clone());
    range.filter_map(|id| Some((MemberId(id), model.members.get(id as usize)?))).collect()
}

fn parent<'m>(model: &'m Model, member: &Member) -> Option<&'m str> {
    model.members.get(member.parent?.0 as usize).map(|parent| parent.name.as_str())
}

/// One joint class.
fn one(
    models: [&Model; 2],
    pair: [Option<&Class>; 2],
    classes: &mut Vec<Class>,
    members: &mut Vec<Member>,
    all: &mut Classes,
) {
    let [old, new] = [values(models[0], pair[0]), values(models[1], pair[1])];
    let shape = |model: usize, values: &[(MemberId, &Member)]| -> Vec<(String, Option<String>)> {
        let of =
            |(_, member): &(MemberId, &Member)| (member.name.clone(), parent(models[model], member).map(str::to_owned));
        values.iter().map(of).collect()
    };
    let alike = pair[0].is_none() || pair[1].is_none() || shape(0, &old) == shape(1, &new);
    let id = ClassId(index(classes.len()));
    let first = members.len();
    let names = joined(&old, &new);
    let source: HashMap<&str, &Member> =
        old.iter().chain(&new).map(|(_, member)| (member.name.as_str(), *member)).collect();
    let (basis, basis_first) = if pair[0].is_some() { (&old, pair[0]) } else { (&new, pair[1]) };
    let shift = |id: MemberId| MemberId(id.0 - basis_first.map_or(0, |class| class.members.start) + index(first));
    for (at, name) in names.iter().enumerate() {
        let Some(member) = source.get(name.as_str()) else { continue };
        let own = MemberId(index(first + at));
        let (parent, end) = if alike {
            let member = basis.get(at).map_or(*member, |(_, member)| member);
            (member.parent.map(shift), shift(member.end))
        } else {
            (None, MemberId(own.0 + 1))
        };
        members.push(Member { class: id, parent, end, quotes: Vec::new(), ..(*member).clone() });
    }
    for (side, values) in [old, new].iter().enumerate() {
        let by_name: HashMap<&str, MemberId> = values.iter().map(|(id, member)| (member.name.as_str(), *id)).collect();
        let other = 1 - side;
        let parents: HashMap<&str, Option<&str>> = values_by_name(models[other], pair[other]);
        for (at, name) in names.iter().enumerate() {
            let mut name: Option<&str> = Some(name);
            let mut own = None;
            while let Some(known) = name.take() {
                own = by_name.get(known).copied();
                name = if own.is_none() { parents.get(known).copied().flatten() } else { None };
            }
            all.own[side].push(own);
            if let Some(direct) = by_name.get(names[at].as_str()) {
                if let Some(place) = all.joint[side].get_mut(direct.0 as usize) {
                    *place = MemberId(index(first + at));
                }
            }
        }
    }
    let class = pair[1].or(pair[0]);
    classes.extend(class.map(|class| Class { members: index(first)..index(members.len()), ..class.clone() }));
    all.flat.push(!alike);
    all.disordered
        .push(!alike && class.is_some_and(|class| class.ordered) && !keeps_order(&names, &values(models[1], pair[1])));
}

fn values_by_name<'m>(model: &'m Model, class: Option<&Class>) -> HashMap<&'m str, Option<&'m str>> {
    values(model, class).into_iter().map(|(_, member)| (member.name.as_str(), parent(model, member))).collect()
}

/// The names of both, those of the new one after what stands before them there.
fn joined(old: &[(MemberId, &Member)], new: &[(MemberId, &Member)]) -> Vec<String> {
    let mut names: Vec<String> = old.iter().map(|(_, member)| member.name.clone()).collect();
    let mut after = 0;
    for (_, member) in new {
        match names.iter().position(|name| *name == member.name) {
            Some(at) => after = at + 1,
            None => {
                names.insert(after, member.name.clone());
                after += 1;
            }
        }
    }
    names
}

fn keeps_order(names: &[String], values: &[(MemberId, &Member)]) -> bool {
    let places: Vec<Option<usize>> =
        values.iter().map(|(_, member)| names.iter().position(|name| *name == member.name)).collect();
    places.windows(2).all(|pair| pair[0] < pair[1])
}
