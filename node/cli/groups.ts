/** Groups of commands: `keys list`, `keys rotate`, … */

/** What the groups of commands are about. */
export const GROUPS: { readonly [name: string]: string } = {
  attest: 'what we tested, built, reviewed, drilled or assessed, with the evidence',
  attestations: 'what members attest, and whether the evidence holds',
  artefact: 'files that members stand behind',
  charter: 'check, explain, compare and start charters, show the one in force',
  config: 'the settings of this node',
  doc: 'documents that members write together',
  council: 'the council: who is in office, elections, recalls',
  disputes: 'what members disagree on, who rules, and what came of it',
  escalations: 'what overlaps or waits, and whose move it is',
  keys: 'the keys that speak for members',
  note: 'private texts: committed to now, shown later',
  peers: 'the nodes of the others',
  register: 'roadmap, risks, tasks, who answers, costs, terms: rows that members keep together',
  rollout: 'how what was adopted reaches everybody: stages, reports, halts, hooks',
  review: 'how the rules of the charter worked, and when to look at them',
  upgrade: 'an upgrade from draft to retrospective: what is missing for the next stage',
  seals: 'seals that wait for our answer',
  token: 'tokens for the API on 127.0.0.1',
}
