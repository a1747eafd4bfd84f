//! In: a seed of the corpus. Out: something near it: bytes and words taken out, put in, doubled, changed, spliced with another seed.

use crate::random::Random;

/// Words that mean something to one of the readers.
const WORDS: &[&str] = &[
    "条款",
    "政策",
    "对象",
    "产业",
    "枚举",
    "分类",
    "定义",
    "适用范围",
    "案例",
    "情形",
    "引用",
    "非规范",
    "部门",
    "单位",
    "条件：",
    "支持：",
    "上限：",
    "下限：",
    "原文：",
    "本数：",
    "突破：",
    "参照：",
    "期望：",
    "假设：",
    "台账：",
    "接受（P0414）：",
    "且",
    "或",
    "非",
    "不低于",
    "超过",
    "以上",
    "以下",
    "属于",
    "是",
    "的",
    "取低（",
    "取高（",
    "舍入（",
    "除以",
    "乘以",
    "加",
    "减",
    "评定日",
    "元",
    "万元",
    "亿元",
    "%",
    "‰",
    "每市场主体",
    "每年",
    "累计",
    "一次性",
    "3年内累计",
    "一定奖励",
    "不超过",
    "至",
    "由",
    "认定",
    "裁量",
    "由低到高",
    "满足下列条件之一",
    "「",
    "」",
    "“",
    "”",
    "《",
    "》",
    "（",
    "）",
    "(",
    ")",
    "：",
    ":",
    "，",
    "、",
    "；",
    "#",
    "\n",
    "\r\n",
    "\r",
    "\u{FEFF}",
    "\0",
    "\u{3000}",
    "\u{2028}",
    "0",
    "99999999999999999999",
    "1.000000000000000000001",
    "-1",
    "2月30日",
    "2025-02-29",
    "9999-12-31",
    "0000-00-00",
    "①",
    "（一）",
    "1.",
    "-",
    "clause",
    "policy",
    "and",
    "or",
    "cap:",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "null",
    "true",
    "\"不适用\"",
    "{\"state\":\"unknown\"}",
    "1e400",
    "1e-400",
    "\\ud800",
    "\\u0000",
    "//",
    "/*",
];

/// Numbers at the edge of what a byte or a word may hold.
const EDGES: &[&[u8]] = &[
    &[0],
    &[0x7F],
    &[0x80],
    &[0xFF],
    &[0xFF, 0xFF, 0xFF, 0xFF],
    &[0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
    &[0x80, 0x80, 0x80, 0x80, 0x10],
    &[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    &[0, 0, 0, 0, 0, 0, 0, 0x80],
    &[0xED, 0xA0, 0x80],
    &[0xF4, 0x90, 0x80, 0x80],
];

const LENGTH_MAX: usize = 1 << 18;

/// Changes a seed in one to eight places.
pub fn mutate(random: &mut Random, seed: &[u8], other: &[u8]) -> Vec<u8> {
    let mut data = seed.to_vec();
    for _ in 0..=random.below(8) {
        once(random, &mut data, other);
        data.truncate(LENGTH_MAX);
    }
    data
}

fn once(random: &mut Random, data: &mut Vec<u8>, other: &[u8]) {
    let at = random.below(data.len() + 1);
    let range = at..(at + 1 + random.below(24)).min(data.len()).max(at);
    match random.below(14) {
        0 => data.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << random.below(8)),
        1 => data.iter_mut().skip(at).take(1).for_each(|byte| *byte = random.bits() as u8),
        2 => drop(data.drain(range)),
        3 => {
            let copy: Vec<u8> = data[range.clone()].to_vec();
            insert(data, at, &copy.repeat(1 + random.below(4)));
        }
        4 => insert(data, at, random.one(EDGES)),
        5 => data.splice(at..at.saturating_add(1).min(data.len()), random.one(EDGES).iter().copied()).for_each(drop),
        6 => data.truncate(at),
        7 => {
            let from = random.below(other.len() + 1);
            let end = (from + random.below(200)).min(other.len());
            insert(data, at, &other[from..end]);
        }
        8 => swap_lines(random, data),
        9 => drop_line(random, data),
        _ => {
            let at = boundary(data, at);
            if random.below(3) == 0 {
                let end = boundary(data, range.end.max(at)).max(at);
                data.drain(at..end);
            }
            insert(data, at, random.one(WORDS).as_bytes());
        }
    }
}

fn insert(data: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    data.splice(at..at, bytes.iter().copied()).for_each(drop);
}

/// The next place from `at` on where a character of UTF-8 begins.
fn boundary(data: &[u8], at: usize) -> usize {
    (at..data.len()).find(|&at| data[at] & 0xC0 != 0x80).unwrap_or(data.len())
}

fn swap_lines(random: &mut Random, data: &mut Vec<u8>) {
    let mut lines: Vec<Vec<u8>> = data.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let (one, other) = (random.below(lines.len()), random.below(lines.len()));
    if !lines.is_empty() {
        lines.swap(one, other);
        *data = lines.concat();
    }
}

fn drop_line(random: &mut Random, data: &mut Vec<u8>) {
    let mut lines: Vec<Vec<u8>> = data.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    if !lines.is_empty() {
        lines.remove(random.below(lines.len()));
        *data = lines.concat();
    }
}
