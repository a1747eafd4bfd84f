//! The rules as expressions of zen-expression, compiled in advance, over contexts made in advance, on one machine that is kept.

use zen_expression::expression::Standard;
use zen_expression::scope::Scope;
use zen_expression::vm::VM;
use zen_expression::{Expression, Variable, compile_expression};

use crate::facts::Facts;
use crate::policy::Rule;

/// The compiled rules.
pub struct Zen {
    rules: Vec<Expression<Standard>>,
    vm: VM,
}

impl Zen {
    pub fn new(rules: &[Rule]) -> Zen {
        let source = |rule: &Rule| {
            format!(
                "registered and credit and industry == 'i{}' and flag and amount > 0 ? min([floor(amount * {} / 1000000 + 0.5), {}]) : -1",
                rule.industry, rule.rate, rule.cap
            )
        };
        let compile = |rule: &Rule| compile_expression(&source(rule)).expect("the expression compiles");
        Zen { rules: rules.iter().map(compile).collect(), vm: VM::new() }
    }

    /// The awards of one application.
    pub fn decide(&mut self, scope: &Scope, awards: &mut [Option<i64>]) {
        for (rule, award) in self.rules.iter().zip(awards) {
            let value = rule.evaluate_with_scope(scope, &mut self.vm).expect("the expression runs");
            let Variable::Number(value) = value else { panic!("not a number: {value:?}") };
            *award = i64::try_from(value).ok().filter(|value| *value >= 0);
        }
    }
}

/// An application as a context.
pub fn context(facts: &Facts) -> Scope {
    Scope::new(Variable::from(serde_json::json!({
        "registered": facts.registered,
        "credit": facts.credit,
        "industry": format!("i{}", facts.industry),
        "flag": facts.flag,
        "amount": facts.amount,
    })))
}
