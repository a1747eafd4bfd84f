/**
 * The words of the questionnaire in both languages. Names, labels and sentences of the policy are not here: they are the policy's own.
 */

/** @typedef {import("../machine/rules.mjs").Lang} Lang */

const WORDS = {
  on: ["评定日", "Date of decision"],
  question: ["第 {n} 题", "Question {n}"],
  progress: ["{n} 个条款中 {done} 个已经有结论", "{done} of {n} clauses are decided"],
  waiting: ["这一题关系到 {n} 个条款", "This question matters to {n} clauses"],
  yes: ["是", "Yes"],
  no: ["否", "No"],
  choose: ["请选择", "Choose"],
  submit: ["确定", "Continue"],
  unknown: ["不知道", "I do not know"],
  notApplicable: ["不适用", "Does not apply"],
  back: ["上一题", "Back"],
  restart: ["重新开始", "Start again"],
  change: ["修改", "Change"],
  answered: ["已经回答", "Your answers"],
  done: ["没有别的问题了：再多回答也不会改变结论。", "No further answer can change the outcome."],
  determined: ["由 {name} 认定；请按实际情况填写，以认定为准", "Determined by {name}; answer as you expect it"],
  discretion: ["由 {name} 裁量", "At the discretion of {name}"],
  about: ["关于：{name}", "About: {name}"],
  add: ["加一条", "Add a record"],
  remove: ["删去这一条", "Remove this record"],
  record: ["第 {n} 条", "Record {n}"],
  atMost: ["最多 {n} 条", "At most {n} records"],
  noAwards: ["没有得到过的，直接点“确定”；得到过的，一笔一条", "Continue with no record if never; else a record for each award"],
  cellUnknown: ["不知道", "unknown"],
  cellNotApplicable: ["不适用", "does not apply"],
  cellGiven: ["填写", "given"],
  ledger: ["以前是否得到过本政策的支持？", "Have you been given support under this policy before?"],
  never: ["没有得到过", "Never"],
  ledgerClause: ["条款", "Clause"],
  ledgerDate: ["日期", "Date"],
  ledgerAmount: ["金额（元）", "Amount"],
  ledgerOnce: ["一次性", "Lump sum"],
  choice: ["只能选一项，您选哪一项？", "Only one can be had: which do you choose?"],
  held: ["是否持有：{name}", "Do you hold: {name}"],
  noEnd: ["长期有效", "without end"],
  result: ["结果", "Outcome"],
  total: ["合计", "Total"],
  eligible: ["可获", "Eligible"],
  undetermined: ["未定", "Undecided"],
  ineligible: ["不符合", "Not eligible"],
  not_in_force: ["不在有效期", "Not in force"],
  none: ["没有", "none"],
  assessed: ["结算以前：{amount}", "Before settlement: {amount}"],
  bound: ["起作用的限制：{name}", "Limited by: {name}"],
  needs: ["还缺", "Still needed"],
  needApplicant: ["{fact}（申请人填报）", "{fact} (stated by the applicant)"],
  needDetermined: ["{fact}（{name} 认定）", "{fact} (determined by {name})"],
  needDiscretion: ["{fact}（{name} 裁量）", "{fact} (at the discretion of {name})"],
  failures: ["不符合的原因", "Why not"],
  departments: ["责任部门", "Departments"],
  lead: ["牵头", "lead"],
  others: ["等", "and others"],
  quote: ["原文", "The sentence"],
  reasons: ["逐项说明", "Requirement by requirement"],
  holds: ["满足", "met"],
  holdsNot: ["不满足", "not met"],
  open: ["未定", "open"],
  payments: ["拨付", "Payments"],
  now: ["应付", "due now"],
  pending: ["待 {name}", "awaits {name}"],
  out_of_order: ["不付：前面的 {name} 还没有到", "not paid: {name} comes first"],
  later: ["{name} 付", "due on {name}"],
  stopped: ["{name} 政策已经期满，停止兑付", "stopped: the policy has expired on {name}"],
  shares: ["分担", "Borne by"],
  clawback: ["追回：{name}，返还 {what}", "Claw-back: {what} is paid back if {name}"],
  clawed: ["追回：{name}，应返还 {what}：{amount}", "Claw-back: {name}; {what} is paid back: {amount}"],
  retroactive: ["补差：{amount}", "Difference for earlier months: {amount}"],
  conflicts: ["需要选择", "A choice is needed"],
  facts: ["下载事实文件", "Download the facts file"],
  ledgerFile: ["下载台账文件", "Download the ledger file"],
  same: ["用 guiju eval 对这个文件评定，结论相同。", "guiju eval decides the same on this file."],
  wrongDate: ["请填日期，例如 2025-06-30", "Enter a date such as 2025-06-30"],
};

/** @typedef {keyof typeof WORDS} Word */

/** A text, its `{names}` filled in. @param {Lang} lang @param {Word} word @param {Record<string, string | number>} [fill] @returns {string} */
export function text(lang, word, fill = {}) {
  let said = WORDS[word][lang === "zh" ? 0 : 1];
  for (const [name, value] of Object.entries(fill)) said = said.split(`{${name}}`).join(String(value));
  return said;
}
