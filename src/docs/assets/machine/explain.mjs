/**
 * In: an application. Out: the decision with its explanation: the object that `guiju eval --format json` prints (`docs/reference/json.md`),
 * but for the words of `reasons`, which here are shorter, and for `source`.
 */
import { Case } from "./case.mjs";
import { iso } from "./calendar.mjs";
import { isAmount } from "./applicant.mjs";
import { said } from "./interval.mjs";
import { apply, counted } from "./ledger.mjs";
import { plus } from "./numbers.mjs";
import { decideRefined } from "./refine.mjs";
import { conflictText, ruleName, why } from "./rules.mjs";
import { settle } from "./settle.mjs";
import { Trace, money } from "./trace.mjs";
import { moneyText, plain, valueText } from "./words.mjs";

/** @typedef {import("./types.mjs").Application} Application */
/** @typedef {import("./types.mjs").Award} Award */
/** @typedef {import("./types.mjs").Decision} Decision */
/** @typedef {import("./program.mjs").Prepared} Prepared */
/** @typedef {import("./rules.mjs").Lang} Lang */
/** @typedef {import("./settle.mjs").Outcome} Outcome */
/** @typedef {{ kind: "exact" | "range" | "open", low: string, high: string | null, currency: string }} AmountJson */
/** @typedef {{ slot: number, fact: string, alias: string | null, subject: string, department: string | null, kind: string, state: string }} Need */
/** @typedef {{ text: string, holds: "yes" | "no" | "open", facts: { name: string, value: string }[] }} Reason */
/** @typedef {{ rule: string, name: string, text: string, amount: string | null }} Reduction */
/** @typedef {ReturnType<typeof clauseJson>} ClauseJson */
/** @typedef {ReturnType<typeof explain>} Explanation */

/** Decides an application. @param {Prepared} prepared @param {Application} application @returns {Trace} */
export function traced(prepared, application) {
  const subject = new Case(prepared.program);
  for (const [slot, given] of application.facts) subject.set(slot, given);
  for (const [slot, records] of application.lists) subject.setList(slot, records);
  apply(subject, application.ledger, application.on);
  return Trace.of(prepared, subject, application.on);
}

/** Everything that is worked out of an application: the trace, the decision before settlement, what settlement makes of it.
 * @typedef {{ trace: Trace, decision: Decision[], settled: import("./settle.mjs").Settled, application: Application }} Assessed */

/** Decides and settles an application. @param {Prepared} prepared @param {Application} application @returns {Assessed} */
export function assess(prepared, application) {
  const trace = traced(prepared, application);
  const decision = decideRefined(trace);
  return { trace, decision, settled: settle(trace, decision, application.ledger ?? []), application };
}

/** Decides and explains an application. @param {Prepared} prepared @param {Application} application @param {Lang} lang */
export function evaluate(prepared, application, lang) {
  return explain(assess(prepared, application), lang);
}

/** Explains what was worked out. @param {Assessed} assessed @param {Lang} lang */
export function explain({ trace, settled, application }, lang) {
  const { program } = trace;
  const awards = application.ledger ?? [];
  const clauses = settled.clauses.map((outcome, number) => clauseJson(trace, number, outcome, awards, lang));
  const first = clauses.findIndex(({ outcome }) => outcome === "eligible");
  const currency = program.clauses[Math.max(0, first)]?.currency ?? "CNY";
  return {
    policy: program.policy.number === "" ? program.policy.title : program.policy.number,
    policy_title: program.policy.title,
    on: iso(application.on),
    clauses,
    total: amountJson(settled.total, currency),
    conflicts: settled.conflicts.map(({ group, members }) => ({
      group: program.settlement.groups[group].name,
      clauses: members.flatMap((member) => {
        const { clause } = program.settlement.groups[group].members[member];
        return clause === null ? [] : [program.clauses[clause].id];
      }),
      text: conflictText(program, group, members, lang),
    })),
    due: settled.due.map(({ clause, awarded, instalment }) => ({
      ...instalmentJson(instalment), clause: program.clauses[clause].id, awarded: iso(awarded),
    })),
  };
}

/** @param {Trace} trace @param {number} number @param {Outcome} outcome @param {Award[]} awards @param {Lang} lang */
function clauseJson(trace, number, outcome, awards, lang) {
  const { program } = trace;
  const info = program.clauses[number];
  const { decision } = outcome;
  const eligible = decision.outcome === "eligible";
  const needs = eligible || decision.outcome === "undetermined" ? decision.needs : [];
  const caps = capsJson(trace, number, decision, awards);
  const reductions = outcome.reductions.map((reduction) => reductionJson(trace, reduction, info.currency, lang));
  const binds = caps.find((cap) => cap.binds);
  let bound = binds === undefined ? null : binds.text;
  if (bound !== null && outcome.raised !== null) bound = `${lang === "zh" ? "最高 " : "at most "}${moneyText(outcome.raised, 2, info.currency, lang)}`;
  if (reductions.length > 0) bound = reductions[reductions.length - 1].name;
  const departments = info.departments.map((department) => program.departments[department].name);
  return {
    id: info.id,
    address: info.address,
    title: info.title,
    outcome: decision.outcome,
    amount: eligible ? amountJson(decision, info.currency) : null,
    binding_cap: bound,
    assessed: outcome.assessed === null ? null : amountJson(outcome.assessed, info.currency),
    reductions,
    payments: outcome.payments.map((instalment) => ({
      ...instalmentJson(instalment),
      needs: instalment.due.state === "pending" ? instalment.due.needs.map((slot) => factName(program, slot, lang)) : [],
    })),
    shares: outcome.shares.map(({ payer, amount }) => ({ payer, amount: digits(amount) })),
    clawbacks: outcome.clawbacks.map(clawbackJson),
    retroactive: outcome.retroactive === null ? null : {
      months: outcome.retroactive.months.map((month) => iso(month).slice(0, 7)),
      monthly: digits(outcome.retroactive.monthly),
      amount: digits(outcome.retroactive.monthly * BigInt(outcome.retroactive.months.length)),
    },
    needs: needs.map((slot) => needJson(trace, number, slot, lang)),
    failed: decision.outcome === "ineligible" ? decision.failed : [],
    failures: decision.outcome === "ineligible" ? failures(trace, number, decision.failed, lang) : [],
    reasons: reasons(trace, number, lang),
    caps,
    departments,
    lead: departments[info.lead] ?? null,
    departments_open: info.open,
    quote: info.quotes.join("\n"),
    note: info.note,
  };
}

/** @param {bigint} amount */
function digits(amount) {
  return plain(money(amount) ?? 0n, 2);
}

/** @param {import("./settle.mjs").Amount} amount @param {string} currency @returns {AmountJson} */
function amountJson({ low, high }, currency) {
  const kind = high === null ? "open" : low === high ? "exact" : "range";
  return { kind, low: digits(low), high: high === null ? null : digits(high), currency };
}

/** @param {import("./payments.mjs").Instalment} instalment */
function instalmentJson({ label, amount, due }) {
  const on = "on" in due ? iso(due.on) : null;
  return { label, amount: digits(amount), state: due.state, on, awaits: "awaits" in due ? due.awaits : null };
}

/** @param {import("./payments.mjs").Clawback} of */
function clawbackJson({ label, what, until, happened, awards }) {
  return {
    event: label,
    what,
    until: until === null ? null : iso(until),
    happened: happened === null ? "open" : happened ? "yes" : "no",
    amount: digits(awards.reduce((sum, [, amount]) => plus(sum, amount), 0n)),
    awards: awards.map(([date, amount]) => ({ date: iso(date), amount: digits(amount) })),
  };
}

/** @param {Trace} trace @param {{ rule: import("./rules.mjs").Rule, amount: bigint | null }} reduction @param {string} currency @param {Lang} lang @returns {Reduction} */
function reductionJson({ program }, { rule, amount }, currency, lang) {
  const reason = why(program, rule, lang);
  let text = reason;
  if (amount !== null && amount > 0n) {
    const less = moneyText(amount, 2, currency, lang);
    text = lang === "zh" ? `${reason}，少得 ${less}` : `${reason}: ${less} less`;
  }
  return { rule: rule.kind, name: ruleName(program, rule), text, amount: amount === null ? null : digits(amount) };
}

/** @param {Trace} trace @param {number} number @param {Decision} decision @param {Award[]} awards */
function capsJson(trace, number, decision, awards) {
  const { program, subject, registers } = trace;
  const info = program.clauses[number];
  const [first, end] = info.caps;
  const own = program.caps.slice(first, end);
  const soft = own.some((cap) => cap.soft);
  const approved = info.lift !== null && subject.value(info.lift[0]) === 1n;
  const known = (/** @type {number} */ register) => (isAmount(registers[register]) ? optional(registers[register].low) : null);
  return own.map((cap, at) => {
    const used = subject.used(first + at);
    const awarded = counted(subject, cap, awards, trace.on);
    const sum = awarded.reduce((all, award) => plus(all, award.amount), 0n);
    const remaining = trace.ops(info).find(({ name, on }) => name === "remaining" && on.cap === first + at);
    return {
      text: cap.text,
      amount: known(cap.register),
      used: used === "unknown" ? null : digits(used === "up" ? sum : used),
      remaining: remaining === undefined ? null : known(remaining.dst),
      used_up: used === "up",
      lifted: approved && (cap.soft || !soft),
      binds: decision.outcome === "eligible" && decision.binding === at,
      awards: awarded.map(({ date, clause, amount }) => ({ date: iso(date), clause: program.clauses[clause].id, amount: digits(amount) })),
    };
  });
}

/** @param {bigint} amount @returns {string | null} */
function optional(amount) {
  const known = money(amount);
  return known === null ? null : plain(known, 2);
}

/** The name of a fact, with its subject where the name alone is not enough. @param {import("./types.mjs").Program} program @param {number} slot @param {Lang} lang */
export function factName(program, slot, lang) {
  const info = program.slots[slot];
  if (program.ledger_slot === slot) return lang === "zh" ? info.name : "ledger";
  if (!info.shared) return info.name;
  const subject = program.subjects[info.subject]?.name;
  if (subject === undefined) return info.name;
  return lang === "zh" ? `${subject} 的 ${info.name}` : `${info.name} of ${subject}`;
}

/** The department that gives a fact to a clause; `null`: the applicant. @param {import("./types.mjs").Program} program @param {number} clause @param {number} slot @returns {string | null} */
export function giver(program, clause, slot) {
  const info = program.slots[slot];
  if (info.giver === "applicant") return null;
  const { departments, lead } = program.clauses[clause];
  return program.departments[info.department ?? departments[lead]]?.name ?? null;
}

/** @param {Trace} trace @param {number} clause @param {number} slot @param {Lang} lang @returns {Need} */
function needJson({ program, subject }, clause, slot, lang) {
  const info = program.slots[slot];
  return {
    slot,
    fact: factName(program, slot, lang),
    alias: info.alias === "" ? null : info.alias,
    subject: program.subjects[info.subject]?.name ?? "",
    department: giver(program, clause, slot),
    kind: info.giver,
    state: subject.state(slot) === "unknown" ? "unknown" : "not_asked",
  };
}

/** @param {Trace} trace @param {number} clause @param {import("./types.mjs").Failure[]} failed @param {Lang} lang @returns {string[]} */
function failures({ program }, clause, failed, lang) {
  const zh = lang === "zh";
  const texts = failed.map((failure) => {
    if (typeof failure === "number") return program.requirements[program.clauses[clause].requirements[0] + failure].label;
    if (failure === "amount_not_applicable") return zh ? "金额不适用" : "the amount is not applicable";
    if (failure === "above_ceiling") return zh ? "核定的金额高于上限" : "the amount set is above the ceiling";
    return zh ? "核定的金额低于下限" : "the amount set is below the floor";
  });
  return [...new Set(texts)];
}

/** Each requirement, whether it holds, and the facts it rests on. @param {Trace} trace @param {number} clause @param {Lang} lang @returns {Reason[]} */
function reasons(trace, clause, lang) {
  const { program, registers } = trace;
  const [first, end] = program.clauses[clause].requirements;
  return program.requirements.slice(first, end).map(({ kind, label, register }) => {
    const excluded = kind === "scope_exclusion" || kind === "exclusion";
    const holds = said(registers[register]);
    return {
      text: excluded ? (lang === "zh" ? `（排除）${label}` : `(exclusion) ${label}`) : label,
      holds: holds === null ? "open" : holds ? "yes" : "no",
      facts: factsOf(trace, register).map((slot) => ({ name: factName(program, slot, lang), value: slotText(trace, slot, lang) })),
    };
  });
}

/** All facts from which a register is computed, in order. @param {Trace} trace @param {number} root @returns {number[]} */
export function factsOf({ prepared, program }, root) {
  const open = [root];
  const seen = new Set();
  const facts = new Set();
  for (let register = open.pop(); register !== undefined; register = open.pop()) {
    if (seen.has(register)) continue;
    seen.add(register);
    const op = prepared.writers[register];
    if (op === null) continue;
    if (op.name === "load" || op.name === "approved") facts.add(op.on.slot);
    if (op.name === "fold") {
      facts.add(program.lists[op.on.list].slot);
      open.push(op.on.filter, op.on.value);
    }
    open.push(...op.reads);
  }
  return [...facts].sort((a, b) => a - b);
}

/** What a slot holds, in words. @param {Trace} trace @param {number} slot @param {Lang} lang @returns {string} */
function slotText({ program, subject }, slot, lang) {
  const zh = lang === "zh";
  const value = subject.value(slot);
  if (value !== null) return valueText(subject, program.slots[slot].type, value, lang);
  const state = subject.state(slot);
  if (state === "not_applicable") return zh ? "不适用" : "not applicable";
  if (state === "unknown") return zh ? "不知道" : "unknown";
  return zh ? "未问" : "not asked";
}
