//! In: the faces that a search found, and a way to read them. Out: [`Fonts`]: which of them sets what, loaded.
//! Invariant: the choice depends on the faces alone, and a wanted font that was not found is said; there are fonts only if they hold Chinese.

use std::collections::BTreeMap;

use typst::foundations::Bytes;
use typst::text::Font;

use crate::diagnostics::Lang;

/// A face as a search finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// Names of its family, in whatever languages it has them.
    pub names: Vec<String>,
    /// Its weight: 400 is regular, 700 is bold.
    pub weight: u16,
    /// Whether it stands upright and is neither narrow nor wide.
    pub plain: bool,
    /// Which file it is in: what the reader is asked for.
    pub file: usize,
    /// Its place in that file.
    pub index: u32,
}

/// What a font is for.
struct Use {
    /// Name in the data of the book.
    id: &'static str,
    zh: &'static str,
    en: &'static str,
    /// Wanted families, the most wanted first.
    wanted: &'static [&'static str],
    /// Whether what stands in for them is set bold.
    bold: bool,
    /// Whether sans serif comes first among what stands in for them.
    sans: bool,
}

const USES: [Use; 5] = [
    Use {
        id: "fangsong",
        zh: "仿宋",
        en: "FangSong (text)",
        wanted: &[
            "方正仿宋_GBK",
            "FZFangSong-Z02",
            "方正仿宋简体",
            "FZFangSong-Z02S",
            "仿宋_GB2312",
            "FangSong_GB2312",
            "仿宋",
            "FangSong",
            "华文仿宋",
            "STFangsong",
        ],
        bold: false,
        sans: false,
    },
    Use {
        id: "title",
        zh: "小标宋",
        en: "XiaoBiaoSong (titles)",
        wanted: &[
            "方正小标宋简体",
            "FZXiaoBiaoSong-B05S",
            "方正小标宋_GBK",
            "FZXiaoBiaoSong-B05",
            "华文中宋",
            "STZhongsong",
        ],
        bold: true,
        sans: false,
    },
    Use {
        id: "kai",
        zh: "楷体",
        en: "KaiTi (second headings)",
        wanted: &[
            "方正楷体_GBK",
            "FZKai-Z03",
            "方正楷体简体",
            "FZKai-Z03S",
            "楷体_GB2312",
            "KaiTi_GB2312",
            "楷体",
            "KaiTi",
            "华文楷体",
            "STKaiti",
            "Kaiti SC",
            "AR PL UKai CN",
        ],
        bold: false,
        sans: false,
    },
    Use { id: "hei", zh: "黑体", en: "HeiTi (first headings)", wanted: SANS, bold: false, sans: true },
    Use { id: "song", zh: "宋体", en: "SongTi (handbook)", wanted: SERIF, bold: false, sans: false },
];

const SERIF: &[&str] = &[
    "Noto Serif CJK SC",
    "Noto Serif SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "思源宋体",
    "方正书宋_GBK",
    "方正书宋简体",
    "宋体",
    "SimSun",
    "华文宋体",
    "STSong",
    "Songti SC",
    "AR PL UMing CN",
    "AR PL SungtiL GB",
];

const SANS: &[&str] = &[
    "方正黑体_GBK",
    "方正黑体简体",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "思源黑体",
    "黑体",
    "SimHei",
    "微软雅黑",
    "Microsoft YaHei",
    "PingFang SC",
    "Heiti SC",
    "华文黑体",
    "STHeiti",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
];

/// What a font has to hold to set an official document.
const NEEDED: &str = "政策规定的，。";

/// Fonts, loaded, and what each is for.
#[derive(Debug, Clone)]
pub struct Fonts {
    faces: Vec<Font>,
    chosen: Vec<Chosen>,
}

/// The font for a use.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    pub(super) id: &'static str,
    zh: &'static str,
    en: &'static str,
    /// Its family as the engine calls it.
    pub(super) family: String,
    /// Whether it is one of the wanted.
    wanted: bool,
    /// Whether it is set bold.
    pub(super) bold: bool,
}

/// Which fonts set what; `None` where none of the faces holds Chinese.
pub fn choose(faces: &[Face], read: &mut dyn FnMut(usize) -> Option<Vec<u8>>) -> Option<Fonts> {
    let mut loading = Loading { faces, read, files: BTreeMap::new(), loaded: Vec::new() };
    let mut chosen = Vec::new();
    for it in &USES {
        let (first, second) = if it.sans { (SANS, SERIF) } else { (SERIF, SANS) };
        let stands_in = first.iter().chain(second);
        let found = it.wanted.iter().map(|name| (name, true)).chain(stands_in.map(|name| (name, false)));
        let found = found.into_iter().find_map(|(name, wanted)| Some((loading.family(name)?, wanted)));
        let (family, wanted) = match found {
            Some(found) => found,
            None => (loading.any()?, false),
        };
        chosen.push(Chosen { id: it.id, zh: it.zh, en: it.en, family, wanted, bold: it.bold && !wanted });
    }
    let faces = loading.loaded.into_iter().map(|(_, font)| font).collect();
    Some(Fonts { faces, chosen })
}

impl Fonts {
    /// The faces, in the order they are tried.
    pub(super) fn faces(&self) -> &[Font] {
        &self.faces
    }

    /// What each is for.
    pub(super) fn chosen(&self) -> &[Chosen] {
        &self.chosen
    }

    /// What stands in for a wanted font, a text each; empty where all were found.
    #[must_use]
    pub fn stand_ins(&self, lang: Lang) -> Vec<String> {
        let missing = self.chosen.iter().filter(|it| !it.wanted);
        let said = |it: &Chosen| match lang {
            Lang::Zh => format!("没有{}，用的是 {}", it.zh, it.family),
            Lang::En => format!("{} is set in {}", it.en, it.family),
        };
        missing.map(said).collect()
    }
}

/// Faces being read: a file once, a face once.
struct Loading<'a> {
    faces: &'a [Face],
    read: &'a mut dyn FnMut(usize) -> Option<Vec<u8>>,
    files: BTreeMap<usize, Option<Bytes>>,
    loaded: Vec<((usize, u32), Font)>,
}

impl Loading<'_> {
    /// Loads the regular and the bold face of a family; its name as the engine calls it, where it is there and holds Chinese.
    fn family(&mut self, name: &str) -> Option<String> {
        let faces = self.faces;
        let all = faces.iter().filter(|face| face.plain && face.names.iter().any(|it| it.eq_ignore_ascii_case(name)));
        let all: Vec<&Face> = all.collect();
        let nearest = |weight: u16| all.iter().min_by_key(|face| face.weight.abs_diff(weight));
        let regular = self.load(nearest(400)?)?;
        if let Some(bold) = nearest(700) {
            self.load(bold);
        }
        Some(regular)
    }

    /// Any face that holds Chinese.
    fn any(&mut self) -> Option<String> {
        let faces = self.faces;
        faces.iter().filter(|face| face.plain).find_map(|face| self.load(face))
    }

    /// Loads a face; the name of its family as the engine calls it, where it holds Chinese.
    fn load(&mut self, face: &Face) -> Option<String> {
        let place = (face.file, face.index);
        if let Some((_, font)) = self.loaded.iter().find(|(loaded, _)| *loaded == place) {
            return Some(font.info().family.clone());
        }
        let read = &mut self.read;
        let bytes = self.files.entry(face.file).or_insert_with(|| read(face.file).map(Bytes::new)).clone()?;
        let font = Font::new(bytes, face.index)?;
        let coverage = &font.info().coverage;
        if !NEEDED.chars().all(|letter| coverage.contains(u32::from(letter))) {
            return None;
        }
        let family = font.info().family.clone();
        self.loaded.push((place, font));
        Some(family)
    }
}
