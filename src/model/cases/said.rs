//! In: what a case says after 因 or 受限于. Out: the name in the spelling of the clause, where only the spelling of words in it differs
//! (`last-year 销售额 reaches 门槛`, `上年销售额 达到 门槛`): a condition without a label is called by its own words.

use crate::syntax::ast::Phrase;
use crate::syntax::keywords::Word;

use super::super::ClauseId;
use super::super::clause::Clause;
use super::super::context::Context;
use super::super::vocabulary::words_at;

impl Context<'_> {
    /// The name of a condition as its clause says it; `phrase` holds it with the word before it.
    pub(super) fn condition_said(&self, clause: ClauseId, name: &str, word: Word, phrase: &Phrase) -> String {
        let labels = |clause: &Clause| -> Vec<String> {
            clause.conditions.iter().chain(&clause.exclusions).map(|condition| condition.label.clone()).collect()
        };
        self.said(clause, name, word, phrase, labels)
    }

    /// The name or words of a cap as its clause says them.
    pub(super) fn cap_said(&self, clause: ClauseId, name: &str, phrase: &Phrase) -> String {
        let texts = |clause: &Clause| -> Vec<String> {
            let parts = |text: &str| text.split(['，', ',', '：']).map(str::to_owned).collect::<Vec<_>>();
            clause.caps.iter().flat_map(|cap| [vec![cap.text.clone()], parts(&cap.text)].concat()).collect()
        };
        self.said(clause, name, Word::Bound, phrase, texts)
    }

    fn said(
        &self,
        clause: ClauseId,
        name: &str,
        word: Word,
        phrase: &Phrase,
        names: impl Fn(&Clause) -> Vec<String>,
    ) -> String {
        let names = self.model.clauses.get(clause.0 as usize).map(names).unwrap_or_default();
        let closed = |text: &str| -> String { text.chars().filter(|letter| !letter.is_whitespace()).collect() };
        if names.iter().any(|other| closed(other) == closed(name)) {
            return name.to_owned();
        }
        let whole = self.in_one_spelling(&self.text(phrase.span));
        let wanted = whole.strip_prefix(word.zh()).unwrap_or(&whole);
        names.into_iter().find(|other| self.in_one_spelling(other) == wanted).unwrap_or_else(|| name.to_owned())
    }

    /// A text with every word of the language in its shown spelling, without spaces and commas.
    fn in_one_spelling(&self, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let (mut at, mut out) = (0, String::with_capacity(text.len()));
        while let Some(letter) = chars.get(at) {
            let (mut named, mut word): (usize, Option<(usize, Word)>) = (0, None);
            self.vocabulary.names_at(&chars, at, |length, _| named = named.max(length));
            words_at(&chars, at, |length, found| {
                if word.is_none_or(|(longest, _)| longest < length) {
                    word = Some((length, found));
                }
            });
            match word {
                Some((length, word)) if length > named => {
                    out.push_str(word.zh());
                    at += length;
                }
                _ if named > 0 => {
                    out.extend(chars.iter().skip(at).take(named));
                    at += named;
                }
                _ => {
                    out.extend(Some(letter).filter(|letter| !letter.is_whitespace() && !matches!(letter, '，' | ',')));
                    at += 1;
                }
            }
        }
        out
    }
}
