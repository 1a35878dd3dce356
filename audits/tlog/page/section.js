import { Wrong } from "./bytes.js";

// What was checked of one file, step by step. States: holds, fails, unchecked (not checked here), closed (not
// disclosed, which is nobody's fault), computed (a value to compare, no verdict).
export class Section {
  steps = [];
  facts = [];

  constructor(title) {
    this.title = title;
  }

  add(state, what, detail = "", values = []) {
    this.steps.push({ state, what, detail, values });
  }

  has(state) {
    return this.steps.some((step) => step.state === state);
  }

  // Runs one check; what it returns is said beside "holds", what it throws beside "does not hold".
  async check(what, run) {
    try {
      const [detail, values] = (await run()) ?? [];
      this.add("holds", what, detail, values);
      return true;
    } catch (error) {
      const said = error instanceof Wrong ? error.message : `the file could not be read to its end (${error.message})`;
      this.add("fails", what, said, error.values);
      return false;
    }
  }
}
