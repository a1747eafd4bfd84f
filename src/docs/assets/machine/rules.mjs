/**
 * The rules that take something away, and the words for them, as `src/settle/words.rs`.
 */

/** @typedef {import("./types.mjs").Program} Program */
/** What stands against an award within a group: a member, what the ledger holds under one, the one chosen, or that none was.
 * @typedef {{ by: "member" | "ledger" | "choice", member: number } | { by: "conflict" }} By */
/**
 * @typedef {{ kind: "group", group: number, by: By } | { kind: "cap", cap: number } | { kind: "joint_cap", group: number, cap: number }
 *   | { kind: "quota", quota: number } | { kind: "budget", budget: number }} Rule
 */
/** @typedef {"zh" | "en"} Lang */

/** The name of a rule, as short as it can be told. @param {Program} program @param {Rule} rule */
export function ruleName(program, rule) {
  switch (rule.kind) {
    case "cap":
      return program.caps[rule.cap].text;
    case "quota":
      return "名额";
    case "budget":
      return "预算";
    default:
      return program.settlement.groups[rule.group].name;
  }
}

/** Why something was taken. @param {Program} program @param {Rule} rule @param {Lang} lang @returns {string} */
export function why(program, rule, lang) {
  const { groups, quotas, budgets } = program.settlement;
  const zh = lang === "zh";
  switch (rule.kind) {
    case "group":
      return ofGroup(program, rule.group, rule.by, lang);
    case "cap": {
      const { text } = program.caps[rule.cap];
      return zh ? `受上限「${text}」限制：余额不足` : `limited by the cap \`${text}\``;
    }
    case "joint_cap": {
      const { name, caps } = groups[rule.group];
      const { text } = caps[rule.cap];
      return zh ? `受组合「${name}」的合计上限「${text}」限制：余额不足` : `limited by the joint cap \`${text}\` of \`${name}\``;
    }
    case "quota": {
      const { text } = quotas[rule.quota];
      return zh ? `受名额「${text}」限制：名额已满` : `no place is left in the quota \`${text}\``;
    }
    default: {
      const { text } = budgets[rule.budget];
      return zh ? `受预算「${text}」限制：预算不足` : `limited by the budget \`${text}\``;
    }
  }
}

const HOW = {
  highest: ["取高", "it is the highest"],
  priority: ["优先", "it comes first"],
  choose_one: ["择一", "it was taken"],
  stack: ["叠加", "it counts too"],
};

/** @param {Program} program @param {number} number @param {By} by @param {Lang} lang @returns {string} */
function ofGroup(program, number, by, lang) {
  const group = program.settlement.groups[number];
  const zh = lang === "zh";
  const lead = zh ? `受组合「${group.name}」限制：` : `limited by the group \`${group.name}\`: `;
  if (by.by === "conflict") return lead + (zh ? "同时申请了几项，没有选择" : "several were claimed and none was chosen");
  const name = memberName(program, group.members[by.member]);
  switch (by.by) {
    case "member":
      return lead + (zh ? `已按「${name}」${HOW[group.rule][0]}` : `\`${name}\` stands instead, for ${HOW[group.rule][1]}`);
    case "ledger":
      return lead + (zh ? `此前已享受「${name}」，相应扣减` : `what was given before under \`${name}\` is taken off`);
    default:
      return lead + (zh ? `申请人选择了「${name}」` : `the applicant chose \`${name}\``);
  }
}

/** A member of a group: the title of a clause, or the name of an external amount. @param {Program} program @param {import("./types.mjs").Member} member */
export function memberName(program, { clause, slot }) {
  if (clause !== null) return program.clauses[clause].title || program.clauses[clause].id;
  return slot === null ? "" : program.slots[slot].name;
}

/** What an application must choose between. @param {Program} program @param {number} number @param {number[]} members @param {Lang} lang */
export function conflictText(program, number, members, lang) {
  const group = program.settlement.groups[number];
  const named = members.map((at) => {
    const member = group.members[at];
    const name = memberName(program, member);
    return member.clause === null ? name : `${name}（${program.clauses[member.clause].id}）`;
  });
  return lang === "zh"
    ? `组合「${group.name}」只能择一，申请同时符合 ${named.join("、")}，没有写选哪一项`
    : `only one of the group \`${group.name}\` can be had, but ${named.join(", ")} are claimed and none is chosen`;
}
