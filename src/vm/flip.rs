//! In: a trace and one yes/no register. Out: the trace as it would be were that register alone the opposite. Invariant: what does not
//! depend on the register holds what it held.

use super::interval::{Interval, Partial};
use super::run::{Scene, compute};
use super::trace::Trace;

impl<'t> Trace<'t> {
    /// What all clauses share and the clause of this index hold where `register` is the opposite of what it is, whatever the facts say;
    /// `None` where it is open. Of no other clause may the result be asked.
    #[must_use]
    pub fn flipped(&self, register: u32, clause: usize) -> Option<Trace<'t>> {
        let truth = self.register(register).truth()?;
        let vm = self.vm();
        let code = &vm.code;
        let mut registers = self.registers.to_vec();
        *registers.get_mut(register as usize)? = Interval::exactly(i128::from(!truth));
        let scene = Scene { code, tables: &vm.program.tables, case: self.case(), on: self.on() };
        let block = code.blocks.get(clause)?.steps.clone();
        // Registers are written once, in order: only what comes after the register's own step can depend on it.
        let mut past = false;
        for steps in [0..code.prologue, block] {
            let steps = code.steps.get(steps).unwrap_or(&[]);
            let own = steps.iter().position(|step| step.target() == Some(register));
            let from = match own {
                Some(at) => at + 1,
                None if past => 0,
                None => continue,
            };
            past = true;
            compute::<Partial>(steps.get(from..).unwrap_or(&[]), &mut registers, scene, |_| {});
        }
        past.then(|| self.with_registers(registers))
    }
}
