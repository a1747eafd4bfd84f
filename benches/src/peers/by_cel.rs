//! The rules as expressions of cel, compiled in advance, over contexts made in advance.

use std::sync::Arc;

use cel::{Context, Env, Program, Value};

use crate::facts::Facts;
use crate::policy::Rule;

/// The compiled rules.
pub struct Cel {
    rules: Vec<Program>,
    environment: Arc<Env>,
}

impl Cel {
    pub fn new(rules: &[Rule]) -> Cel {
        let environment = Arc::new(Env::stdlib());
        let source = |rule: &Rule| {
            let (industry, rate, cap) = (rule.industry, rule.rate, rule.cap);
            let award = format!("(amount * {rate} + 500000) / 1000000");
            format!(
                "registered && credit && industry == 'i{industry}' && flag && amount > 0 ? ({award} < {cap} ? {award} : {cap}) : -1"
            )
        };
        let compile = |rule: &Rule| environment.compile(&source(rule)).expect("the expression compiles");
        Cel { rules: rules.iter().map(compile).collect(), environment: Arc::clone(&environment) }
    }

    /// The awards of one application.
    pub fn decide(&self, context: &Context<'_, '_>, awards: &mut [Option<i64>]) {
        for (rule, award) in self.rules.iter().zip(awards) {
            let value = rule.execute(context).expect("the expression runs");
            let Value::Int(value) = value else { panic!("not a number: {value:?}") };
            *award = Some(value).filter(|value| *value >= 0);
        }
    }

    /// An application as a context.
    pub fn context(&self, facts: &Facts) -> Context<'static, 'static> {
        let mut context = Context::with_env(Arc::clone(&self.environment));
        context.add_variable_from_value("registered", facts.registered);
        context.add_variable_from_value("credit", facts.credit);
        context.add_variable_from_value("industry", format!("i{}", facts.industry));
        context.add_variable_from_value("flag", facts.flag);
        context.add_variable_from_value("amount", facts.amount);
        context
    }
}
