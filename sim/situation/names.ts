/** Situations that runs can get into, by name: a suite that never reaches one of them says so. */

/** One situation. */
export interface SituationName {
  readonly name: string
  readonly about: string
}

/** All of them. */
export const SITUATIONS = [
  { name: 'adopted', about: 'a ballot was adopted' },
  { name: 'declined', about: 'a ballot was declined' },
  {
    name: 'beyond-round-1',
    about: 'a ballot on which both values were proposed settled beyond round 1',
  },
  { name: 'contingency-invoked', about: 'a reduced coalition adopted a ballot provisionally' },
  { name: 'two-sides-provisional', about: 'two ballots of one slot were provisionally adopted' },
  { name: 'held', about: 'a node that met two provisional outcomes of one slot held both' },
  { name: 'ratified', about: 'a provisional outcome was ratified by settlement' },
  { name: 'lapsed', about: 'a provisional outcome lapsed' },
  {
    name: 'late-joiner-overturned',
    about: 'a provisional outcome lapsed because full settlement declined it',
  },
  {
    name: 'settled-in-partition',
    about: 'a ballot settled on one side while a partition was open',
  },
  {
    name: 'stuck-in-partition',
    about: 'a ballot was past its window and open because of a partition',
  },
  {
    name: 'equivocator-in-minority',
    about: 'a key was seen forked whose holder was on the smaller side of a partition',
  },
  { name: 'fork-seen', about: 'an honest node holds proof that a key said two things' },
  { name: 'amended', about: 'an amendment was adopted' },
  { name: 'ended-by-amendment', about: 'a ballot was ended by the amendment of its charter' },
  {
    name: 'reconstituted',
    about: 'the rest went on without members who had been silent for too long',
  },
  {
    name: 'joined-during-ballot',
    about: 'a node started for the first time while a ballot was open',
  },
  { name: 'crashed-while-settling', about: 'a node ended between its seal and the settlement' },
  { name: 'vote-too-late', about: 'somebody wanted to vote after their window was closed' },
  { name: 'stale-key', about: 'a node refuses its key because its store is behind' },
  {
    name: 'violation-raised',
    about: 'nodes raised the alarm: more than the tolerated weight was faulty',
  },
] as const satisfies readonly SituationName[]

/** The name of a situation. */
export type Situation = (typeof SITUATIONS)[number]['name']
